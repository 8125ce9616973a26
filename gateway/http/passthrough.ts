import type { IncomingMessage, ServerResponse } from "node:http";
import { header, readBody } from "#platform/http/http-server.ts";
import type { Caller } from "../auth/identity.ts";
import type { RequestFacts, Subgraph } from "../executor/subgraph-client.ts";

/** The only ways through the gateway besides the graph, each to one subgraph. */
const passages: readonly {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly subgraph: string;
  readonly testing?: true;
}[] = [
  { methods: ["POST"], path: /^\/webhooks\/[a-z0-9-]{1,40}$/, subgraph: "orders" },
  { methods: ["GET", "POST"], path: /^\/oauth\/[a-z0-9-]{1,40}\/callback$/, subgraph: "users" },
  { methods: ["GET", "POST"], path: /^\/test-provider\/[\w./-]{1,200}$/, subgraph: "orders", testing: true },
];

/** What a webhook may carry; a provider's signature stands in a header of its own. */
const bodyBytesMax = 1024 * 1024;
const passedHeaders = /^(content-type|accept|accept-language|[a-z-]{1,40}-signature(-[a-z0-9-]{1,20})?)$/;
const answerHeaders = ["content-type", "location", "cache-control", "retry-after"];

/** Passes a request on, body untouched, and the answer back; undefined for what is none of the passages. */
export type Passage = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  facts: Omit<RequestFacts, "caller">,
) => Promise<void> | undefined;

/** @param options.testing whether the test provider's page is let through. */
export function makePassage(
  subgraphs: ReadonlyMap<string, Subgraph>,
  guest: Caller,
  options: { testing: boolean },
): Passage {
  return (request, response, url, facts) => {
    const method = request.method ?? "GET";
    const passage = passages.find(
      ({ methods, path, testing }) =>
        path.test(url.pathname) && methods.includes(method) && (testing === undefined || options.testing),
    );
    const subgraph = passage === undefined ? undefined : subgraphs.get(passage.subgraph);
    if (subgraph === undefined || url.pathname.includes("..")) return undefined;
    return pass(subgraph, request, response, url, { ...facts, caller: guest });
  };
}

async function pass(
  subgraph: Subgraph,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  facts: RequestFacts,
): Promise<void> {
  const body = await readBody(request, bodyBytesMax);
  const headers = Object.fromEntries(
    Object.keys(request.headers).flatMap((name) => {
      const value = passedHeaders.test(name) ? header(request, name) : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const method = request.method === "POST" ? "POST" : "GET";
  const answer = await subgraph.forward({ method, path: url.pathname + url.search, headers, body }, facts);
  const told: Record<string, string | string[]> = {};
  for (const name of answerHeaders) {
    const value = answer.headers[name];
    if (value !== undefined) told[name] = value;
  }
  response.writeHead(answer.status, { ...told, "content-length": answer.bytes.length });
  response.end(answer.bytes);
}
