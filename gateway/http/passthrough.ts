import type { IncomingMessage, ServerResponse } from "node:http";
import { header, readBody } from "#platform/http/http-server.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { Identity } from "../auth/authenticator.ts";
import type { ExecutionContext } from "../executor/executor.ts";
import type { ForwardedRequest, Subgraph, SubgraphResponse } from "../executor/subgraph.ts";
import { disconnectSignal } from "./disconnect.ts";
import { executionContext, type RequestContext } from "./request-context.ts";

type Route = {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly subgraph: string;
  readonly sandbox?: true;
  /** `whole`: read here, at most 1 MiB. `streamed`: sent on as it comes. `none`: the request has none, and can be repeated. */
  readonly body: "whole" | "streamed" | "none";
};

/** The only routes besides the graph, each forwarded to one subgraph. */
const routes: readonly Route[] = [
  { methods: ["POST"], path: /^\/webhooks\/[a-z0-9-]{1,40}$/, subgraph: "orders", body: "whole" },
  { methods: ["GET", "POST"], path: /^\/oauth\/[a-z0-9-]{1,40}\/callback$/, subgraph: "users", body: "whole" },
  {
    methods: ["GET", "POST"],
    path: /^\/test-provider\/[\w./-]{1,200}$/,
    subgraph: "orders",
    sandbox: true,
    body: "whole",
  },
  { methods: ["GET", "HEAD"], path: /^\/invoices\/[0-9a-f-]{36}\.pdf$/, subgraph: "orders", body: "whole" },
  { methods: ["PUT"], path: /^\/media\/uploads\/[0-9a-f-]{36}$/, subgraph: "products", body: "streamed" },
  {
    methods: ["GET", "HEAD"],
    path: /^\/media\/[0-9a-f-]{36}-\d{1,5}\.[a-z]{3,4}$/,
    subgraph: "products",
    body: "none",
  },
];

/** The maximum size of a webhook. */
const bodyBytesMax = 1024 * 1024;
/** The maximum size of an uploaded picture. */
const uploadBytesMax = 20 * 1024 * 1024;
/** For a picture on a slow line, and how many of them one process forwards at the same time. */
const uploadTimeoutMs = 300_000;
const uploadsAtOnceMax = 20;
/** Payment providers send their signature in a header of their own. */
const requestHeaders =
  /^(content-type|accept|accept-language|if-none-match|[a-z-]{1,40}-signature(-[a-z0-9-]{1,20})?)$/;
const responseHeaders = ["content-type", "content-disposition", "location", "cache-control", "etag", "retry-after"];

/** Forwards requests that are not GraphQL with their body untouched, and the responses back. */
export type Passthrough = {
  /** Undefined if the request is for none of the routes. */
  forward(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    context: RequestContext,
  ): Promise<void> | undefined;
  /** Whether it asks for a picture, of which a page shows dozens at once. */
  isPicture(request: IncomingMessage, url: URL): boolean;
  /** Whether browsers ask beforehand if a page may send something there. */
  takesUploads(url: URL): boolean;
};

/** @param options.sandbox whether the pages of the sandbox payment provider are served. */
export function makePassthrough(
  subgraphs: ReadonlyMap<string, Subgraph>,
  guest: Identity,
  options: { sandbox: boolean },
): Passthrough {
  let uploads = 0;
  const routeOf = (method: string, url: URL) =>
    url.pathname.includes("..")
      ? undefined
      : routes.find(
          ({ methods, path, sandbox }) =>
            path.test(url.pathname) && methods.includes(method) && (sandbox === undefined || options.sandbox),
        );

  const streamBody = async (
    subgraph: Subgraph,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    context: ExecutionContext,
  ): Promise<SubgraphResponse> => {
    const length = Number(header(request, "content-length") ?? Number.NaN);
    if (Number.isNaN(length)) {
      throw new ApiError("BAD_REQUEST", "The Content-Length header is required.", { http: { status: 411 } });
    }
    if (length > uploadBytesMax) {
      throw new ApiError("PAYLOAD_TOO_LARGE", `The body is larger than ${uploadBytesMax} bytes.`, {
        maximum: uploadBytesMax,
      });
    }
    if (uploads >= uploadsAtOnceMax) {
      throw new ApiError("OVERLOADED", "Too many uploads are under way. Try again in a moment.", {
        retryAfterSeconds: 5,
      });
    }
    uploads += 1;
    try {
      return await subgraph.forward(
        {
          method: "PUT",
          path: url.pathname + url.search,
          headers: { ...forwardedHeaders(request), "content-length": String(length) },
          body: request,
          timeoutMs: uploadTimeoutMs,
          signal: disconnectSignal(response),
        },
        context,
      );
    } finally {
      uploads -= 1;
    }
  };

  const forward = async (
    route: Route,
    subgraph: Subgraph,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    context: ExecutionContext,
  ): Promise<void> => {
    try {
      const received =
        route.body === "streamed"
          ? await streamBody(subgraph, request, response, url, context)
          : await subgraph.forward(await plainRequest(route, request, url), context);
      sendOn(received, response);
    } finally {
      // An unread body must not hold the connection up.
      if (route.body === "streamed") request.resume();
    }
  };

  return {
    forward: (request, response, url, context) => {
      const route = routeOf(request.method ?? "GET", url);
      const subgraph = route === undefined ? undefined : subgraphs.get(route.subgraph);
      if (route === undefined || subgraph === undefined) return undefined;
      return forward(route, subgraph, request, response, url, executionContext(context, guest));
    },
    isPicture: (request, url) => routeOf(request.method ?? "GET", url)?.body === "none",
    takesUploads: (url) => routeOf("PUT", url)?.body === "streamed",
  };
}

async function plainRequest(route: Route, request: IncomingMessage, url: URL): Promise<ForwardedRequest> {
  return {
    method: request.method === "POST" ? "POST" : "GET",
    path: url.pathname + url.search,
    headers: forwardedHeaders(request),
    body: route.body === "none" ? "" : await readBody(request, bodyBytesMax),
    repeatable: route.body === "none",
  };
}

function forwardedHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.keys(request.headers).flatMap((name) => {
      const value = requestHeaders.test(name) ? header(request, name) : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function sendOn(received: SubgraphResponse, response: ServerResponse): void {
  const kept: Record<string, string | string[]> = {};
  for (const name of responseHeaders) {
    const value = received.headers[name];
    if (value !== undefined) kept[name] = value;
  }
  const hasBody = received.status !== 204 && received.status !== 304;
  response.writeHead(received.status, { ...kept, ...(hasBody ? { "content-length": received.bytes.length } : {}) });
  response.end(hasBody ? received.bytes : undefined);
}
