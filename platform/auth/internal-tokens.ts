import { randomUUID, type webcrypto } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { subgraphs } from "#schema/subgraphs.ts";
import { ApiError } from "../shop/api-error.ts";
import { parseId, type SessionId, type UserId } from "../shop/ids.ts";
import type { Guest, SignedIn, Viewer } from "../shop/viewer.ts";

/** The services that sign internal tokens. */
export const serviceNames = ["gateway", ...subgraphs] as const;
export type ServiceName = (typeof serviceNames)[number];
const algorithm = "ES256";
const internalType = "agora-internal+jwt";
/** The maximum lifetime of an internal token. It also never outlives the access token that it stands for. */
export const internalLifetimeSeconds = 60;

/**
 * How far the clocks of two services may be apart. Tokens are valid for as much longer on either side, which costs nothing on a network of their own;
 * a larger skew than {@link isClockSkewed} allows is reported long before.
 */
export const clockLeewaySeconds = 120;

/** A service's private key, with the issuer of its tokens. */
export type InternalKey = { readonly issuer: ServiceName; readonly kid: string; readonly key: webcrypto.CryptoKey };

const privateJwk = z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), d: z.string(), kid: z.string() }).loose();

/** Makes a P-256 key for a service: the private JWK, and its public half for `INTERNAL_JWKS`. */
export async function makeInternalKey(issuer: ServiceName): Promise<{ privateJwk: JWK; publicJwk: JWK }> {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const [privatePart, publicPart] = await Promise.all([exportJWK(pair.privateKey), exportJWK(pair.publicKey)]);
  const kid = `${issuer}.${await calculateJwkThumbprint(publicPart)}`;
  const header = { kid, alg: algorithm, use: "sig" };
  return { privateJwk: { ...privatePart, ...header }, publicJwk: { ...publicPart, ...header } };
}

/** Reads `INTERNAL_KEY`. @throws {Error} when it is not a private P-256 JWK, or belongs to another service. */
export async function readInternalKey(issuer: ServiceName, jwk: unknown): Promise<InternalKey> {
  const parsed = privateJwk.parse(jwk);
  if (!parsed.kid.startsWith(`${issuer}.`)) throw new Error(`INTERNAL_KEY is not the key of ${issuer}.`);
  const key = await importJWK(parsed, algorithm);
  if (!(key instanceof CryptoKey)) throw new Error("INTERNAL_KEY is not a P-256 key.");
  return { issuer, kid: parsed.kid, key };
}

/**
 * Signs an internal token for one call.
 *
 * @param audience a service, or a subgraph of another graph.
 * @param lifetimeSeconds 60 at most.
 */
export async function signInternalToken(
  signer: InternalKey,
  audience: string,
  viewer: Guest | SignedIn,
  lifetimeSeconds: number = internalLifetimeSeconds,
): Promise<string> {
  const claims =
    viewer.kind === "user"
      ? { sub: viewer.id, sid: viewer.sessionId, role: viewer.role, scope: [...viewer.scopes].join(" ") }
      : {};
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({ ...claims, jti: randomUUID() })
    .setProtectedHeader({ alg: algorithm, typ: internalType, kid: signer.kid })
    .setIssuer(signer.issuer)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.max(1, Math.min(internalLifetimeSeconds, Math.floor(lifetimeSeconds))))
    .sign(signer.key);
}

/** A verified internal token: the service that signed it, and the viewer. */
export type InternalCall = { readonly issuer: ServiceName; readonly viewer: Viewer };

/** Verifies an internal token. @throws {ApiError} UNAUTHENTICATED when it is invalid or for another audience. */
export type InternalVerifier = (token: string) => Promise<InternalCall>;

const jwks = z.object({
  keys: z.array(z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), kid: z.string() }).loose()).min(1),
});
const internalClaims = z.object({
  iss: z.enum(serviceNames),
  iat: z.number(),
  exp: z.number(),
  sub: z.string().optional(),
  sid: z.string().optional(),
  role: z.enum(["CUSTOMER", "SELLER", "ADMIN"]).optional(),
  scope: z.string().optional(),
});

const internalTokenCharactersMax = 4_096;
const cachedTokensMax = 10_000;

/**
 * Makes a verifier with the keys of `INTERNAL_JWKS`. Each issuer must use its own key; type, audience and algorithm are checked. Verified tokens are
 * cached until they expire, so that calls cost one signature per minute and viewer.
 */
export async function makeInternalVerifier(audience: ServiceName, keySet: unknown): Promise<InternalVerifier> {
  const keys = new Map<string, webcrypto.CryptoKey>();
  for (const jwk of jwks.parse(keySet).keys) {
    const key = await importJWK(jwk, algorithm);
    if (key instanceof CryptoKey) keys.set(jwk.kid, key);
  }
  const verified = new LRUCache<string, InternalCall & { expiresAtMs: number }>({ max: cachedTokensMax });
  return async (token) => {
    const known = verified.get(token);
    if (known !== undefined && known.expiresAtMs > Date.now()) return known;
    verified.delete(token);
    const call = await verifyInternalToken(token, audience, keys);
    verified.set(token, call);
    return call;
  };
}

async function verifyInternalToken(
  token: string,
  audience: ServiceName,
  keys: ReadonlyMap<string, webcrypto.CryptoKey>,
): Promise<InternalCall & { expiresAtMs: number }> {
  try {
    if (token.length > internalTokenCharactersMax) throw new Error("overlong");
    const { payload, protectedHeader } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = keys.get(kid ?? "");
        if (key === undefined) throw new Error("unknown key");
        return key;
      },
      {
        algorithms: [algorithm],
        typ: internalType,
        audience,
        maxTokenAge: internalLifetimeSeconds,
        clockTolerance: clockLeewaySeconds,
      },
    );
    const claims = internalClaims.parse(payload);
    if (protectedHeader.kid === undefined || !protectedHeader.kid.startsWith(`${claims.iss}.`))
      throw new Error("issuer");
    if (claims.exp - claims.iat > internalLifetimeSeconds) throw new Error("lifetime");
    return { issuer: claims.iss, viewer: viewerOf(claims), expiresAtMs: claims.exp * 1_000 };
  } catch (error) {
    throw new ApiError("UNAUTHENTICATED", "An internal token is required.", {}, error);
  }
}

function viewerOf(claims: z.infer<typeof internalClaims>): Viewer {
  if (claims.iss !== "gateway") return { kind: "service", name: claims.iss };
  if (claims.sub === undefined) return { kind: "guest" };
  const id = parseId<UserId>(claims.sub);
  const sessionId = parseId<SessionId>(claims.sid ?? "");
  if (id === undefined || sessionId === undefined || claims.role === undefined) throw new Error("claims");
  return { kind: "user", id, sessionId, role: claims.role, scopes: scopesOf(claims.scope) };
}

/** The permission codes in a `scope` claim, which RFC 8693 separates by spaces. */
export function scopesOf(scope: string | undefined): ReadonlySet<string> {
  return new Set((scope ?? "").split(" ").filter((code) => code !== ""));
}
