import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Log, openLog } from "#platform/observability/log.ts";
import type { Graph } from "#test/federation/graphs.ts";
import { type Made, type SubgraphServers, startSubgraphServers } from "#test/federation/subgraph-servers.ts";
import { testPlanner } from "#test/harness/planner.ts";
import { startGateway } from "../gateway.ts";

/** A response over HTTP, its body parsed. */
export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly {
      readonly message: string;
      readonly path?: readonly (string | number)[];
      readonly extensions: { readonly code: string; readonly [name: string]: unknown };
    }[];
  };
};

/** A gateway for a test, over a graph of the test's own. */
export type TestGateway = AsyncDisposable & {
  readonly url: string;
  readonly servers: SubgraphServers;
  /** Posts a request. */
  ask(request: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Asks for a path. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
};

/** Starts subgraphs of `graph`, or of whatever responses are given, and a gateway in front of them. */
export async function openTestGateway(
  graph: Graph,
  options: { variables?: Record<string, string>; made?: Made; faults?: boolean; log?: Log } = {},
): Promise<TestGateway> {
  const servers = await startSubgraphServers(graph, options.faults ?? false, options.made);
  const directory = mkdtempSync(path.join(tmpdir(), "supergraph-"));
  const file = path.join(directory, "supergraph.graphql");
  writeFileSync(file, servers.supergraphSdl);
  const addresses = Object.fromEntries(
    Object.entries(servers.urls).map(([name, url]) => [`SUBGRAPH_${name.toUpperCase()}_URL`, url]),
  );
  const gateway = await startGateway(
    {
      NODE_ENV: "test",
      SUPERGRAPH_PATH: file,
      GATEWAY_PORT: "0",
      GATEWAY_METRICS_PORT: "0",
      RATE_LIMIT_ENABLED: "false",
      BUDGETS_ENABLED: options.variables?.NODE_ENV === "production" ? "true" : "false",
      ...addresses,
      ...options.variables,
    },
    { log: options.log ?? openLog("gateway", "silent"), planner: testPlanner },
  );
  return {
    url: gateway.url,
    servers,
    ask: (request, headers) => post(`${gateway.url}/graphql`, request, headers),
    get: (where, headers = {}) => fetch(`${gateway.url}${where}`, { headers, redirect: "manual" }),
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await servers[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Posts JSON and reads the response's. */
export async function post(url: string, request: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof request === "string" ? request : JSON.stringify(request),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const turnsCount = 50;

/**
 * Lets the event loop turn, which the test shares with its gateway and subgraphs: what one has sent over loopback the other has read by then. On a busy machine
 * turns take longer, but are as many.
 */
export async function loopTurns(): Promise<void> {
  for (let turn = 0; turn < turnsCount; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}
