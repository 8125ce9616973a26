import { randomUUID, type webcrypto } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { subgraphs } from "#schema/subgraphs.ts";
import { ApiError } from "../shop/api-error.ts";
import { parseId, type SessionId, type UserId } from "../shop/ids.ts";
import type { Guest, SignedIn, Viewer } from "../shop/viewer.ts";

/** The processes of the shop that sign internal tokens. */
export const serviceNames = ["gateway", ...subgraphs] as const;
export type ServiceName = (typeof serviceNames)[number];
const algorithm = "ES256";
const internalType = "agora-internal+jwt";
/** An internal token lives this long at most, and never longer than the access token it stands for. */
export const internalLifetimeSeconds = 60;

/** A private key of one process with the name that its tokens carry. */
export type InternalKey = { readonly issuer: ServiceName; readonly kid: string; readonly key: webcrypto.CryptoKey };

const privateJwk = z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), d: z.string(), kid: z.string() }).loose();

/** A new P-256 key for a process: the private JWK, and its public half for `INTERNAL_JWKS`. */
export async function makeInternalKey(issuer: ServiceName): Promise<{ privateJwk: JWK; publicJwk: JWK }> {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const [secret, open] = await Promise.all([exportJWK(pair.privateKey), exportJWK(pair.publicKey)]);
  const kid = `${issuer}.${await calculateJwkThumbprint(open)}`;
  const facts = { kid, alg: algorithm, use: "sig" };
  return { privateJwk: { ...secret, ...facts }, publicJwk: { ...open, ...facts } };
}

/** Reads `INTERNAL_KEY`. @throws when it is no P-256 private JWK, or another service's. */
export async function readInternalKey(issuer: ServiceName, jwk: unknown): Promise<InternalKey> {
  const parsed = privateJwk.parse(jwk);
  if (!parsed.kid.startsWith(`${issuer}.`)) throw new Error(`INTERNAL_KEY is not the key of ${issuer}.`);
  const key = await importJWK(parsed, algorithm);
  if (!(key instanceof CryptoKey)) throw new Error("INTERNAL_KEY is not a P-256 key.");
  return { issuer, kid: parsed.kid, key };
}

/** Signs what the internal token of one hop says; lives `lifetimeSeconds`, 60 at most. The audience is a service, or a subgraph of another graph. */
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

/** Who signed an internal token, and for whom it speaks. */
export type InternalCall = { readonly issuer: ServiceName; readonly viewer: Viewer };

/** Verifies internal tokens; throws {@link ApiError} UNAUTHENTICATED for whatever is not one for this audience. */
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
const rememberedTokensMax = 10_000;

/**
 * A verifier over `INTERNAL_JWKS`. Issuer is pinned to key, and type, audience and algorithm are demanded. Tokens that were verified are
 * remembered until they expire, so that the hop costs one signature a minute and viewer.
 */
export async function makeInternalVerifier(audience: ServiceName, keySet: unknown): Promise<InternalVerifier> {
  const keys = new Map<string, webcrypto.CryptoKey>();
  for (const jwk of jwks.parse(keySet).keys) {
    const key = await importJWK(jwk, algorithm);
    if (key instanceof CryptoKey) keys.set(jwk.kid, key);
  }
  const remembered = new Map<string, InternalCall & { expiresAtMs: number }>();
  return async (token) => {
    const known = remembered.get(token);
    if (known !== undefined) {
      if (known.expiresAtMs > Date.now()) return known;
      remembered.delete(token);
    }
    const call = await verifyInternalToken(token, audience, keys);
    if (remembered.size >= rememberedTokensMax) {
      for (const [oldest] of remembered) {
        remembered.delete(oldest);
        if (remembered.size < rememberedTokensMax / 2) break;
      }
    }
    remembered.set(token, call);
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
        maxTokenAge: internalLifetimeSeconds + 5,
        clockTolerance: 5,
      },
    );
    const claims = internalClaims.parse(payload);
    if (protectedHeader.kid === undefined || !protectedHeader.kid.startsWith(`${claims.iss}.`))
      throw new Error("issuer");
    if (claims.exp - claims.iat > internalLifetimeSeconds) throw new Error("lifetime");
    return { issuer: claims.iss, viewer: viewerOf(claims), expiresAtMs: claims.exp * 1_000 };
  } catch (error) {
    throw new ApiError("UNAUTHENTICATED", "An internal token is needed here.", {}, error);
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

/** The permission codes of a `scope` claim (RFC 8693: separated by spaces). */
export function scopesOf(scope: string | undefined): ReadonlySet<string> {
  return new Set((scope ?? "").split(" ").filter((code) => code !== ""));
}
