import type { IncomingMessage, ServerResponse } from "node:http";
import sirv from "sirv";

/** Serves the files below one path; false if there is no such file. */
export type StaticFiles = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

const cacheSeconds = 86_400;

/**
 * Serves a directory as it is when the process starts.
 *
 * @param mount the path of the directory, with a slash at both ends.
 * @param policyOf the content security policy of a file, by its path.
 */
export function serveFiles(directory: string, mount: string, policyOf: (path: string) => string): StaticFiles {
  const serve = sirv(directory, {
    extensions: [],
    etag: true,
    maxAge: cacheSeconds,
    setHeaders: (response, name) => {
      response.setHeader("content-security-policy", policyOf(`${mount}${name.replace(/^\//, "")}`));
      response.setHeader("x-frame-options", "SAMEORIGIN");
    },
  });
  return (request, response, url) => {
    if (!url.pathname.startsWith(mount) || (request.method !== "GET" && request.method !== "HEAD")) return false;
    // Ranges are optional (RFC 9110, 14.2), these files are small, and sirv throws for a range that ends before it starts.
    delete request.headers.range;
    const { url: original } = request;
    request.url = url.pathname.slice(mount.length - 1);
    let found = true;
    serve(request, response, () => {
      found = false;
    });
    if (original !== undefined) request.url = original;
    return found;
  };
}
