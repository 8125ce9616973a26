import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * A secret that names a row and is stored nowhere: HMAC-SHA-256 of `TOKEN_KEY` over the kind and the row's id, both inside the token, so that
 * it can be made again whenever it is sent. What it opens, and whether it was used up, stands in the row.
 */
export function secretToken(tokenKey: string, kind: string, id: string): string {
  const bytes = Buffer.concat([Buffer.from(id.replaceAll("-", ""), "hex"), secretDigest(tokenKey, kind, id)]);
  return bytes.toString("base64url");
}

const idBytes = 16;

const digestBytes = 32;

/** The row that a secret token names; undefined when the token is not one of that kind made with this key. Compares in constant time. */
export function secretTokenId<Id extends string>(tokenKey: string, kind: string, token: string): Id | undefined {
  if (token.length > 64 || !/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length !== idBytes + digestBytes || bytes.toString("base64url") !== token) return undefined;
  const hex = bytes.toString("hex", 0, idBytes);
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return timingSafeEqual(bytes.subarray(idBytes), secretDigest(tokenKey, kind, id)) ? (id as Id) : undefined;
}

function secretDigest(tokenKey: string, kind: string, id: string): Buffer {
  return createHmac("sha256", tokenKey).update(`${kind}\0${id}`).digest();
}
