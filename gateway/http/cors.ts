import type { IncomingMessage, ServerResponse } from "node:http";
import { header } from "#platform/http/http-server.ts";

const preflightSeconds = 600;
const requestHeaders = [
  ...[
    "content-type",
    "authorization",
    "accept",
    "accept-language",
    "x-apollo-operation-name",
    "apollo-require-preflight",
  ],
  ...["graphql-require-preflight", "apollographql-client-name", "apollographql-client-version", "idempotency-key"],
].join(", ");
const exposedHeaders = "x-request-id, retry-after";

/** Tells browsers which other sites' pages may ask. */
export type Cors = {
  /** Sets what the response to any request says. */
  decorate(request: IncomingMessage, response: ServerResponse): void;
  /** Responds to the preflight request of a browser, which asks whether a page may send a request by these methods; GET and POST unless given. */
  sendPreflight(request: IncomingMessage, response: ServerResponse, methods?: string): void;
};

const studioOrigin = "https://studio.apollographql.com";

/**
 * @param trusted origins such as https://shop.example.com; "*" for every one. No cookies are used, so credentials are never allowed.
 * @param options.development also trusts pages on this machine and Apollo Studio's Sandbox.
 */
export function makeCors(trusted: readonly string[], options: { development: boolean }): Cors {
  const all = trusted.includes("*");
  const origins = new Set(trusted.map((origin) => origin.replace(/\/$/, "")));
  const allow = (request: IncomingMessage, response: ServerResponse): boolean => {
    const origin = header(request, "origin");
    if (!all && (origins.size > 0 || options.development)) response.appendHeader("vary", "Origin");
    if (origin === undefined || !(all || origins.has(origin) || (options.development && isDevelopmentOrigin(origin))))
      return false;
    response.setHeader("access-control-allow-origin", all ? "*" : origin);
    response.setHeader("access-control-expose-headers", exposedHeaders);
    return true;
  };
  return {
    decorate: (request, response) => void allow(request, response),
    sendPreflight: (request, response, methods = "GET, POST") => {
      if (allow(request, response)) {
        response.setHeader("access-control-allow-methods", methods);
        response.setHeader("access-control-allow-headers", requestHeaders);
        response.setHeader("access-control-max-age", String(preflightSeconds));
      }
      response.writeHead(204, { allow: `${methods}, OPTIONS`, "content-length": "0" });
      response.end();
    },
  };
}

function isDevelopmentOrigin(origin: string): boolean {
  return origin === studioOrigin || /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);
}

/** Headers of every response: content types are not guessed, pages are not framed, and no referrer is sent. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "cross-origin",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/** A year of HTTPS only; for responses to what came over it. */
export const strictTransport = "max-age=31536000; includeSubDomains";
