import { isUtf8 } from "node:buffer";
import { ApiError } from "../shop/api-error.ts";

/** A request body as text. @throws {ApiError} BAD_REQUEST when it is not valid UTF-8, as RFC 8259 requires of JSON. */
export function decodeUtf8(body: Buffer): string {
  if (!isUtf8(body)) throw new ApiError("BAD_REQUEST", "The request body must be valid UTF-8.");
  return body.toString("utf8");
}
