import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Makes a secret token of a row. It is not stored: it consists of the row's id and the HMAC-SHA-256, under `TOKEN_KEY`, of the kind and the id,
 * so that it can be made again whenever it is sent. The row says what it grants and whether it was used.
 */
export function secretToken(tokenKey: string, kind: string, id: string): string {
  const bytes = Buffer.concat([Buffer.from(id.replaceAll("-", ""), "hex"), secretDigest(tokenKey, kind, id)]);
  return bytes.toString("base64url");
}

const idBytes = 16;

const digestBytes = 32;

/** The id of the row that a secret token belongs to; undefined when it is not a token of that kind and key. Compares in constant time. */
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
