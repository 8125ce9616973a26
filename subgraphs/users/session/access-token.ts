import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { z } from "zod";
import type { Role } from "#drizzle/users/tables.ts";
import { newId, type SessionId, type UserId } from "#platform/shop/ids.ts";
import { permissionsOf } from "../admin/permission.ts";
import type { Settings } from "../env.ts";
import { type AccessKeys, accessTokenAlgorithm } from "./access-keys.ts";

/** An access token, when it ends, and the generation of the user's tokens that it belongs to. */
export type AccessToken = { readonly text: string; readonly expiresAt: Date; readonly generation: number };

/** Of whom an access token speaks. */
export type AccessSubject = {
  readonly id: UserId;
  readonly sessionId: SessionId;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly tokenGeneration: number;
};

/**
 * Signs an access token (RFC 9068: `typ: at+jwt`) that lives `ACCESS_TOKEN_TTL` and never longer than its session.
 */
export async function signAccessToken(
  keys: AccessKeys,
  settings: Pick<Settings, "TOKEN_ISSUER" | "TOKEN_AUDIENCE" | "ACCESS_TOKEN_TTL">,
  subject: AccessSubject,
  sessionEndsAt: Date,
  now: Date,
): Promise<AccessToken> {
  const { kid, key } = keys.signing();
  const issuedAt = Math.floor(now.getTime() / 1_000);
  const expiresAt = Math.min(issuedAt + settings.ACCESS_TOKEN_TTL, Math.floor(sessionEndsAt.getTime() / 1_000));
  const text = await new SignJWT({
    sid: subject.sessionId,
    role: subject.role,
    scope: permissionsOf(subject).join(" "),
    gen: subject.tokenGeneration,
  })
    .setProtectedHeader({ alg: accessTokenAlgorithm, typ: "at+jwt", kid })
    .setIssuer(settings.TOKEN_ISSUER)
    .setAudience(settings.TOKEN_AUDIENCE)
    .setSubject(subject.id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .setJti(newId())
    .sign(key);
  return { text, expiresAt: new Date(expiresAt * 1_000), generation: subject.tokenGeneration };
}

const sealedContent = z.tuple([z.string(), z.number(), z.number()]);
const ivBytes = 12;
const tagBytes = 16;

/**
 * Encrypts an access token (AES-256-GCM, a key of its own made from `TOKEN_KEY`) so that it may lie in the database for the seconds in which
 * a repeat of the refresh gets it again.
 */
export function sealAccessToken(tokenKey: string, sessionId: SessionId, token: AccessToken): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", sealKey(tokenKey), iv).setAAD(Buffer.from(sessionId));
  const text = JSON.stringify([token.text, token.expiresAt.getTime(), token.generation]);
  const sealed = Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([sealed, cipher.getAuthTag()]).toString("base64url");
}

/** What {@link sealAccessToken} encrypted; undefined when it was made with another key or for another session. */
export function openSealedAccessToken(tokenKey: string, sessionId: SessionId, sealed: string): AccessToken | undefined {
  try {
    const bytes = Buffer.from(sealed, "base64url");
    const decipher = createDecipheriv("aes-256-gcm", sealKey(tokenKey), bytes.subarray(0, ivBytes))
      .setAAD(Buffer.from(sessionId))
      .setAuthTag(bytes.subarray(-tagBytes));
    const text = decipher.update(bytes.subarray(ivBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8");
    const [token, expiresAtMs, generation] = sealedContent.parse(JSON.parse(text));
    return { text: token, expiresAt: new Date(expiresAtMs), generation };
  } catch {
    return undefined;
  }
}

function sealKey(tokenKey: string): Buffer {
  return Buffer.from(hkdfSync("sha256", tokenKey, "", "agora sealed access token", 32));
}
