import path from "node:path";
import type { MediaFileId } from "#drizzle/products/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import type { Db } from "#platform/database/database.ts";
import { header } from "#platform/http/http-server.ts";
import type { InternalRoute } from "#platform/http/internal-route.ts";
import { ApiError, pathNotFound } from "#platform/shop/api-error.ts";
import { parseId } from "#platform/shop/ids.ts";
import type { Received } from "#platform/storage/disk-storage.ts";
import type { OpenStorage } from "#platform/storage/open-storage.ts";
import { mediaBytesMax } from "../shared/limits.ts";
import { renditionFolder, renditionType } from "./renditions.ts";
import { isExpected } from "./upload.ts";

/** A year, which is as long as caches keep anything: an address never shows another picture. */
const immutable = "public, max-age=31536000, immutable";

const rejected: Readonly<Record<Exclude<Received, "stored">, () => ApiError>> = {
  expired: () => new ApiError("FORBIDDEN", "The upload URL is invalid or has expired."),
  "already there": () => refused(409, "The file has already arrived. Call mediaUploadComplete."),
  "wrong length": () => refused(400, "The file does not have the announced length."),
  "wrong content": () => refused(400, "The file does not have the announced SHA-256."),
};

function refused(status: number, message: string): ApiError {
  return new ApiError("BAD_REQUEST", message, { http: { status } });
}

/** The routes of uploads, which only a directory takes, and of renditions. The gateway forwards both as they are. */
export function mediaRoutes(db: Db, opened: OpenStorage): Readonly<Record<string, InternalRoute>> {
  const { storage } = opened;
  const show: InternalRoute = async (request, response, url) => {
    const name = path.posix.basename(url.pathname);
    const type = renditionType(name);
    if (type === undefined) throw pathNotFound();
    const headers = { "cache-control": immutable, etag: `"${name}"`, "x-content-type-options": "nosniff" };
    if (header(request, "if-none-match")?.includes(headers.etag)) {
      response.writeHead(304, headers);
      return void response.end();
    }
    const bytes = await storage.read(`${renditionFolder}/${name}`, mediaBytesMax);
    if (bytes === undefined) throw pathNotFound();
    response.writeHead(200, { ...headers, "content-type": type, "content-length": bytes.length });
    response.end(bytes);
  };
  const receive: InternalRoute = async (request, response, url) => {
    // What is not read any more must not hold the connection up.
    const result = await receiveFile().finally(() => request.resume());
    if (result !== "stored") throw rejected[result]();
    crashPoint("media:received");
    response.writeHead(204);
    response.end();

    async function receiveFile(): Promise<Received> {
      const id = parseId<MediaFileId>(path.posix.basename(url.pathname));
      if (opened.kind !== "disk" || id === undefined || !(await isExpected(db, id))) return "expired";
      const length = header(request, "content-length");
      return opened.storage.receive(url, length === undefined ? undefined : Number(length), request);
    }
  };
  return { "GET /media/*": show, "PUT /media/uploads/*": receive };
}
