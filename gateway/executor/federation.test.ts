import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import fc from "fast-check";
import type { GraphQLSchema } from "graphql";
import { describe, expect, test } from "vitest";
import { openLog } from "#platform/observability/log.ts";
import { graphs } from "#test/federation/graphs.ts";
import { randomOperation } from "#test/federation/random-operation.ts";
import { type SubgraphServers, startSubgraphServers } from "#test/federation/subgraph-servers.ts";
import { testPlanner } from "#test/harness/planner.ts";
import { startGateway } from "../gateway.ts";

const operationsPerGraph = Number(process.env.FEDERATION_OPERATIONS ?? 12);

type Request = { query: string; variables?: Record<string, unknown> };

type Reply = {
  data?: unknown;
  errors?: readonly { message: string; path?: readonly unknown[]; extensions?: { code?: string } }[];
};

async function post(url: string, request: Request): Promise<Reply> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  return (await response.json()) as Reply;
}

/** Our gateway with each of its executors, and Apollo's own gateway, over the same subgraphs. */
async function openBoth(servers: SubgraphServers) {
  const directory = mkdtempSync(join(tmpdir(), "supergraph-"));
  const path = join(directory, "supergraph.graphql");
  writeFileSync(path, servers.supergraphSdl);
  const addresses = Object.fromEntries(
    Object.entries(servers.urls).map(([name, url]) => [`SUBGRAPH_${name.toUpperCase()}_URL`, url]),
  );
  const start = (executor: "compiled" | "apollo") =>
    startGateway(
      {
        ...addresses,
        SUPERGRAPH_PATH: path,
        GATEWAY_EXECUTOR: executor,
        GATEWAY_PORT: "0",
        RATE_LIMIT_ENABLED: "false",
        BUDGETS_ENABLED: "false",
        GATEWAY_METRICS_PORT: "0",
      },
      { log: openLog("gateway", "silent"), planner: testPlanner },
    );
  const [compiled, apollo] = [await start("compiled"), await start("apollo")];
  const gateway = new ApolloGateway({
    supergraphSdl: servers.supergraphSdl,
    buildService: ({ name }) => new RemoteGraphQLDataSource({ url: servers.urls[name] ?? "" }),
    logger: openLog("stock", "silent"),
  });
  const stock = new ApolloServer({
    gateway,
    includeStacktraceInErrorResponses: false,
    logger: openLog("stock", "silent"),
  });
  let schema: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema;
  });
  await stock.start();
  if (schema === undefined) throw new Error("The stock gateway loaded no schema.");
  return {
    schema,
    ask: (request: Request) => post(compiled.url, request),
    askApolloExecutor: (request: Request) => post(apollo.url, request),
    askStock: async (request: Request): Promise<Reply> => {
      const { body } = await stock.executeOperation(request);
      if (body.kind !== "single") throw new Error("A response in parts.");
      return JSON.parse(JSON.stringify(body.singleResult));
    },
    [Symbol.asyncDispose]: async () => {
      await compiled.close();
      await apollo.close();
      await stock.stop();
      rmSync(directory, { recursive: true });
    },
  };
}

describe.each(Object.keys(graphs))("%s", (name) => {
  test.each([false, true])(
    "every operation gets the response that Apollo's own gateway gives, from either executor (nulls and errors: %s)",
    { timeout: 120_000 },
    async (faults) => {
      const graph = graphs[name];
      if (graph === undefined) throw new Error(`There is no graph ${name}.`);
      await using servers = await startSubgraphServers(graph, faults);
      await using both = await openBoth(servers);
      await fc.assert(
        fc.asyncProperty(randomOperation(both.schema), async (request) => {
          const expected = await both.askStock(request);
          const actual = await both.ask(request);
          // Operations beyond our limits cannot be compared.
          fc.pre(actual.errors?.[0]?.extensions?.code !== "OPERATION_TOO_COMPLEX");
          const other = await both.askApolloExecutor(request);
          for (const { data = null, errors = [] } of [actual, other]) {
            expect(data).toEqual(expected.data ?? null);
            expect(errors.length > 0).toBe((expected.errors ?? []).length > 0);
          }
        }),
        { numRuns: operationsPerGraph, seed: 20_261_120 },
      );
    },
  );
});

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@provides", "@shareable"])`;
const narrowed = {
  works: `${link}
    type Query { work: Work }
    interface Work { sequel: Work }
    type Book implements Work @key(fields: "id") { id: ID! sequel: Book @provides(fields: "price") price: Int @external }`,
  prices: `${link} type Book @key(fields: "id") { id: ID! price: Int @shareable }`,
};

test("a field selected both on an interface and on a type returns what either selects", async () => {
  await using servers = await startSubgraphServers(narrowed, false);
  await using both = await openBoth(servers);
  const query =
    "{ work { sequel { sequel { ... on Book { id } } } ... on Book { sequel { price sequel { price } } } } }";
  const { data } = await both.ask({ query });
  const book = { id: expect.any(String), price: expect.any(Number) };
  expect(data).toEqual({ work: { sequel: { price: expect.any(Number), sequel: book } } });
  expect(data).toEqual((await both.askStock({ query })).data);
});

// Apollo's own gateway returns an empty object here: the plan selects no __typename where only one type is possible.
test("a type's fields are returned where only that type is possible, though the field is an interface's", async () => {
  await using servers = await startSubgraphServers(narrowed, false);
  await using both = await openBoth(servers);
  const { data } = await both.ask({ query: "{ work { sequel { ... on Book { price } } } }" });
  expect(data).toEqual({ work: { sequel: { price: expect.any(Number) } } });
});
