import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { header } from "#platform/http/http-server.ts";

/** Below it, packing costs more than it saves. */
const bytesMin = 2_048;
const gzipLevel = 4;
const brotliQuality = 3;

const packGzip = promisify(gzip);
const packBrotli = promisify(brotliCompress);

/** A body packed as the client can take it, with the header that says how. */
export async function compress(
  request: IncomingMessage,
  body: Buffer,
): Promise<{ readonly body: Buffer; readonly encoding: "br" | "gzip" | undefined }> {
  const encoding = body.length < bytesMin ? undefined : chooseEncoding(header(request, "accept-encoding"));
  if (encoding === undefined) return { body, encoding };
  const packed =
    encoding === "br"
      ? await packBrotli(body, {
          params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
        })
      : await packGzip(body, { level: gzipLevel });
  return { body: packed, encoding };
}

function chooseEncoding(accept: string | undefined): "br" | "gzip" | undefined {
  if (accept === undefined) return undefined;
  const taken = new Set(
    accept.split(",").flatMap((entry) => {
      const [name = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
      return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [name];
    }),
  );
  if (taken.has("br")) return "br";
  return taken.has("gzip") || taken.has("*") ? "gzip" : undefined;
}
