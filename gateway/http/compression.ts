import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import Negotiator from "negotiator";

/** Below it, compressing costs more than it saves. */
const bytesMin = 2_048;
const gzipLevel = 4;
const brotliQuality = 3;

const compressGzip = promisify(gzip);
const compressBrotli = promisify(brotliCompress);

/** Compresses a body as the client accepts it. Returns the `Content-Encoding`, undefined if it is not compressed. */
export async function compress(
  request: IncomingMessage,
  body: Buffer,
): Promise<{ readonly body: Buffer; readonly encoding: "br" | "gzip" | undefined }> {
  const accepted = body.length < bytesMin ? [] : new Negotiator(request).encodings(["br", "gzip"]);
  const encoding = accepted.includes("br") ? "br" : accepted.includes("gzip") ? "gzip" : undefined;
  if (encoding === undefined) return { body, encoding };
  const compressed =
    encoding === "br"
      ? await compressBrotli(body, {
          params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
        })
      : await compressGzip(body, { level: gzipLevel });
  return { body: compressed, encoding };
}
