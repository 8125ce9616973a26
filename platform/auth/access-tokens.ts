import type { webcrypto } from "node:crypto";
import { importJWK, type JSONWebKeySet, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { Log } from "../observability/log.ts";
import { ApiError } from "../shop/api-error.ts";
import { parseId, type SessionId, type UserId } from "../shop/ids.ts";
import type { SignedIn } from "../shop/viewer.ts";
import { openTransport } from "../transport/transport.ts";
import { clockLeewaySeconds, type InternalKey, scopesOf, signInternalToken } from "./internal-tokens.ts";

/** A verified access token. The same token gives the same object while it is cached, so that callers can attach data to it. */
export type Access = {
  readonly viewer: SignedIn;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Incremented by every change that revokes the user's earlier tokens. */
  readonly generation: number;
};

/** Verifies users' access tokens against the users subgraph's public keys and its feed of revocations. */
export type AccessVerifier = {
  /**
   * @throws {ApiError} UNAUTHENTICATED for an invalid, expired or revoked token; SUBGRAPH_UNAVAILABLE while no key was ever read: the token may
   * be valid, and clients must not end a session because of it.
   */
  verify(token: string): Promise<Access>;
  /** `degraded` while the feed is silent or no key is known: revocations may be late, and tokens older than 15 minutes are rejected. */
  state(): "ok" | "degraded";
  /** The public keys as last read; undefined before the first. */
  keySet(): JSONWebKeySet | undefined;
  close(): Promise<void>;
};

/** The source of keys and revocations. Both calls reject while the users subgraph is unavailable. */
export type AccessTokenSource = {
  keys(): Promise<unknown>;
  /** The revocations since `asOf`, or all that still matter. */
  revocations(asOf: string | undefined): Promise<unknown>;
  close(): Promise<void>;
};

const algorithm = "ES256";
const accessType = "at+jwt";
const tokenCharactersMax = 4_096;
const cachedTokensMax = 20_000;
const pollMs = 5_000;
const silentAfterMs = 15_000;
const trustedWhileSilentMs = 15 * 60_000;
const lifetimeMsMax = 24 * 3_600_000;
const keysReadAgainMs = 60_000;
const keysReadAgainForUnknownMs = 2_000;
const keysReadAgainForNoneMs = 200;

/**
 * Opens a verifier that reads keys and revocations now and then every 5 s. It opens whether or not the users subgraph is available, and uses the
 * last known keys while it is not.
 */
export async function openAccessVerifier(options: {
  source: AccessTokenSource;
  issuer: string;
  audience: string;
  log: Log;
}): Promise<AccessVerifier> {
  const { source, log } = options;
  const keys = makeKeyRing(source, log);
  const revocations = makeRevocations(source, log);
  const verified = new LRUCache<string, Access>({ max: cachedTokensMax });
  await Promise.all([keys.read(), revocations.read()]);
  const timer = setInterval(() => {
    void revocations.read();
    if (keys.ageMs() > keysReadAgainMs) void keys.read();
  }, pollMs);
  timer.unref();

  return {
    verify: async (token) => {
      let access = verified.get(token);
      if (access === undefined) {
        access = await verifyAccessToken(token, keys, options);
        verified.set(token, access);
      }
      const now = Date.now();
      if (access.expiresAtMs <= now) {
        verified.delete(token);
        throw unauthenticated("The access token has expired.");
      }
      if (revocations.covers(access, now)) throw unauthenticated("The access token was revoked.");
      return access;
    },
    state: () => (revocations.silent(Date.now()) || keys.current() === undefined ? "degraded" : "ok"),
    keySet: () => keys.current(),
    close: async () => {
      clearInterval(timer);
      await source.close();
    },
  };
}

function unauthenticated(message: string, cause?: unknown): ApiError {
  return new ApiError("UNAUTHENTICATED", message, {}, cause);
}

const accessClaims = z.object({
  sub: z.string(),
  sid: z.string(),
  role: z.enum(["CUSTOMER", "SELLER", "ADMIN"]),
  scope: z.string().default(""),
  iat: z.number(),
  exp: z.number(),
  jti: z.string(),
  gen: z.number().int().min(0),
});

async function verifyAccessToken(
  token: string,
  keys: KeyRing,
  expected: { issuer: string; audience: string },
): Promise<Access> {
  try {
    if (token.length > tokenCharactersMax) throw new Error("overlong");
    const { payload } = await jwtVerify(token, ({ kid }) => keys.keyFor(kid), {
      algorithms: [algorithm],
      typ: accessType,
      issuer: expected.issuer,
      audience: expected.audience,
      clockTolerance: clockLeewaySeconds,
      maxTokenAge: lifetimeMsMax / 1_000,
      requiredClaims: ["exp", "iat", "sub", "sid", "jti", "gen"],
    });
    const claims = accessClaims.parse(payload);
    if ((claims.exp - claims.iat) * 1_000 > lifetimeMsMax) throw new Error("lifetime");
    const id = parseId<UserId>(claims.sub);
    const sessionId = parseId<SessionId>(claims.sid);
    if (id === undefined || sessionId === undefined) throw new Error("ids");
    return {
      viewer: { kind: "user", id, sessionId, role: claims.role, scopes: scopesOf(claims.scope) },
      issuedAtMs: claims.iat * 1_000,
      expiresAtMs: claims.exp * 1_000,
      generation: claims.gen,
    };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw unauthenticated("The access token is not valid.", error);
  }
}

type KeyRing = {
  read(): Promise<void>;
  ageMs(): number;
  current(): JSONWebKeySet | undefined;
  /**
   * Returns the key with that id. For an unknown id the keys are read again, at most every 2 s, so that a new key works at once.
   *
   * @throws {ApiError} SUBGRAPH_UNAVAILABLE when no keys were ever read. @throws {Error} when there is no such key.
   */
  keyFor(kid: string | undefined): Promise<webcrypto.CryptoKey>;
};

const publicKeySet = z.object({
  keys: z
    .array(
      z
        .object({ kty: z.literal("EC"), crv: z.literal("P-256"), kid: z.string(), x: z.string(), y: z.string() })
        .loose(),
    )
    .max(16),
});

/**
 * Not jose's `createRemoteJWKSet`: that reads one URL where there can be several users subgraphs, and does not distinguish an unknown key from keys
 * that could never be read, which must not end sessions.
 */
function makeKeyRing(source: AccessTokenSource, log: Log): KeyRing {
  let set: JSONWebKeySet | undefined;
  let byId = new Map<string, webcrypto.CryptoKey>();
  let readAtMs = 0;
  let triedAtMs = 0;
  let reading: Promise<void> | undefined;
  const readOnce = async () => {
    triedAtMs = Date.now();
    try {
      const parsed = publicKeySet.parse(await source.keys());
      const next = new Map<string, webcrypto.CryptoKey>();
      for (const jwk of parsed.keys) {
        if ("d" in jwk) throw new Error("a private key among the public ones");
        const key = await importJWK(jwk, algorithm);
        if (key instanceof CryptoKey) next.set(jwk.kid, key);
      }
      set = parsed;
      byId = next;
      readAtMs = Date.now();
    } catch (error) {
      log.warn({ err: error }, "The public keys could not be read; the last known keys stay in use.");
    }
  };
  const read = () => {
    reading ??= readOnce().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  return {
    read,
    ageMs: () => Date.now() - readAtMs,
    current: () => set,
    keyFor: async (kid) => {
      if (kid === undefined) throw new Error("no key id");
      const known = byId.get(kid);
      if (known !== undefined) return known;
      const pauseMs = set === undefined ? keysReadAgainForNoneMs : keysReadAgainForUnknownMs;
      if (reading !== undefined || Date.now() - triedAtMs > pauseMs) await read();
      if (set === undefined) throw new ApiError("SUBGRAPH_UNAVAILABLE", "Authentication is temporarily unavailable.");
      const found = byId.get(kid);
      if (found === undefined) throw new Error("unknown key");
      return found;
    },
  };
}

const feed = z.object({
  asOf: z.union([z.string(), z.number()]).transform(String),
  users: z.array(z.object({ id: z.string(), generation: z.number() })),
  sessions: z.array(z.string()),
});

type Revocations = {
  read(): Promise<void>;
  silent(nowMs: number): boolean;
  covers(access: Access, nowMs: number): boolean;
};

/** Keeps each revocation for as long as a token from before it can live. */
function makeRevocations(source: AccessTokenSource, log: Log): Revocations {
  const users = new Map<string, { generation: number; untilMs: number }>();
  const sessions = new Map<string, number>();
  let asOf: string | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const silent = (nowMs: number) => nowMs - readAtMs > silentAfterMs;
  const readOnce = async () => {
    const wasSilent = silent(Date.now());
    try {
      const changes = feed.parse(await source.revocations(asOf));
      const now = Date.now();
      const untilMs = now + lifetimeMsMax + 60_000;
      for (const { id, generation } of changes.users) {
        users.set(id, { generation: Math.max(generation, users.get(id)?.generation ?? 0), untilMs });
      }
      for (const id of changes.sessions) sessions.set(id, untilMs);
      for (const [id, entry] of users) if (entry.untilMs < now) users.delete(id);
      for (const [id, until] of sessions) if (until < now) sessions.delete(id);
      asOf = changes.asOf;
      readAtMs = now;
      if (wasSilent) log.info("The feed of revocations is available.");
    } catch (error) {
      log.warn({ err: error }, "The feed of revocations could not be read.");
    }
  };
  return {
    read: () => {
      reading ??= readOnce().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    silent,
    covers: (access, nowMs) => {
      if (silent(nowMs) && nowMs - access.issuedAtMs > trustedWhileSilentMs) return true;
      if (sessions.has(access.viewer.sessionId)) return true;
      const user = users.get(access.viewer.id);
      return user !== undefined && access.generation < user.generation;
    },
  };
}

/**
 * Keys and revocations over HTTP from the users subgraph. The list of revocations is requested with an internal token of the caller's own.
 *
 * @param addresses of all instances of the users subgraph, with or without `/graphql`.
 */
export function httpAccessTokenSource(signer: InternalKey, addresses: readonly URL[]): AccessTokenSource {
  const transport = openTransport(addresses);
  const get = async (path: string, headers: Record<string, string>): Promise<unknown> => {
    const { status, bytes } = await transport.send({
      kind: "query",
      other: { method: "GET", path },
      headers,
      body: "",
    });
    if (status !== 200) throw new Error(`The users subgraph responded with status ${status} to ${path}.`);
    return JSON.parse(bytes.toString("utf8"));
  };
  return {
    keys: () => get("/.well-known/jwks.json", {}),
    revocations: async (asOf) => {
      const token = await signInternalToken(signer, "users", { kind: "guest" });
      const query = asOf === undefined ? "" : `?since=${encodeURIComponent(asOf)}`;
      return get(`/internal/revocations${query}`, { authorization: `Bearer ${token}` });
    },
    close: () => transport.close(),
  };
}
