import type { IncomingMessage, ServerResponse } from "node:http";
import { header, readBody } from "#platform/http/http-server.ts";
import type { Identity } from "../auth/authenticator.ts";
import type { ExecutionContext } from "../executor/executor.ts";
import type { Subgraph } from "../executor/subgraph.ts";
import { executionContext, type RequestContext } from "./request-context.ts";

/** The only routes besides the graph, each forwarded to one subgraph. */
const routes: readonly {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly subgraph: string;
  readonly sandbox?: true;
}[] = [
  { methods: ["POST"], path: /^\/webhooks\/[a-z0-9-]{1,40}$/, subgraph: "orders" },
  { methods: ["GET", "POST"], path: /^\/oauth\/[a-z0-9-]{1,40}\/callback$/, subgraph: "users" },
  { methods: ["GET", "POST"], path: /^\/test-provider\/[\w./-]{1,200}$/, subgraph: "orders", sandbox: true },
];

/** The maximum size of a webhook. */
const bodyBytesMax = 1024 * 1024;
/** Payment providers send their signature in a header of their own. */
const requestHeaders = /^(content-type|accept|accept-language|[a-z-]{1,40}-signature(-[a-z0-9-]{1,20})?)$/;
const responseHeaders = ["content-type", "location", "cache-control", "retry-after"];

/** Forwards a request with its body untouched, and the response back; undefined if the request is for none of the routes. */
export type Passthrough = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  context: RequestContext,
) => Promise<void> | undefined;

/** @param options.sandbox whether the pages of the sandbox payment provider are served. */
export function makePassthrough(
  subgraphs: ReadonlyMap<string, Subgraph>,
  guest: Identity,
  options: { sandbox: boolean },
): Passthrough {
  return (request, response, url, context) => {
    const method = request.method ?? "GET";
    const route = routes.find(
      ({ methods, path, sandbox }) =>
        path.test(url.pathname) && methods.includes(method) && (sandbox === undefined || options.sandbox),
    );
    const subgraph = route === undefined ? undefined : subgraphs.get(route.subgraph);
    if (subgraph === undefined || url.pathname.includes("..")) return undefined;
    return forward(subgraph, request, response, url, executionContext(context, guest));
  };
}

async function forward(
  subgraph: Subgraph,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  context: ExecutionContext,
): Promise<void> {
  const body = await readBody(request, bodyBytesMax);
  const headers = Object.fromEntries(
    Object.keys(request.headers).flatMap((name) => {
      const value = requestHeaders.test(name) ? header(request, name) : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const method = request.method === "POST" ? "POST" : "GET";
  const received = await subgraph.forward({ method, path: url.pathname + url.search, headers, body }, context);
  const kept: Record<string, string | string[]> = {};
  for (const name of responseHeaders) {
    const value = received.headers[name];
    if (value !== undefined) kept[name] = value;
  }
  response.writeHead(received.status, { ...kept, "content-length": received.bytes.length });
  response.end(received.bytes);
}
