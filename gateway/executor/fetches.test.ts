import { request } from "undici";
import { expect, test } from "vitest";
import { loopTurns, openTestGateway } from "../testing/test-gateway.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;
const graph = {
  orders: `${link}
    type Query { orders: [Order!]! order: Order }
    type Mutation { pay: String }
    type Order { id: ID! items: [Item!]! }
    type Item { quantity: Int product: Product }
    type Product @key(fields: "id", resolvable: false) { id: ID! }`,
  products: `${link}
    type Query { slow(name: String): String product: Product }
    type Product @key(fields: "id") { id: ID! name: String stock: Int owner: Owner }
    type Owner { name: String! }`,
};
const order = (...products: string[]) => ({
  id: "o",
  items: products.map((id) => ({ quantity: 1, product: { __typename: "Product", id } })),
});
const threeOrders = { body: { data: { orders: [order("a", "b"), order("a"), order("b", "a")] } } };
const orderQuery = "{ orders { items { product { name stock } } } }";

test("each thing is asked for once, however often it stands in the response", async () => {
  await using gateway = await openTestGateway(graph, {
    made: (subgraph, { variables }) =>
      subgraph === "orders"
        ? threeOrders
        : {
            body: {
              data: { _entities: representationsOf(variables).map(({ id }) => ({ name: `Product ${id}`, stock: 1 })) },
            },
          },
  });
  const { body } = await gateway.ask({ query: orderQuery });
  const sent = gateway.servers.posts.find(({ subgraph }) => subgraph === "products");
  expect(representationsOf(JSON.parse(sent?.body ?? "{}").variables).map(({ id }) => id)).toEqual(["a", "b"]);
  const names = (await nodesOf(body)).map(({ items }) => items.map(({ product }) => product.name));
  expect(names).toEqual([["Product a", "Product b"], ["Product a"], ["Product b", "Product a"]]);
});

function representationsOf(variables: unknown): { id: string }[] {
  return (variables as { representations: { id: string }[] }).representations;
}

async function nodesOf(body: { data?: unknown }) {
  return (body.data as { orders: { items: { product: { name: string } }[] }[] }).orders;
}

test("who asks again after a mutation sees what it did, though the same was asked before it and is under way still", async () => {
  let paid = false;
  await using gateway = await openTestGateway(graph, {
    made: async (subgraph) => {
      if (subgraph === "orders") {
        paid = true;
        return { body: { data: { pay: "x" } } };
      }
      const slow = paid ? "paid" : "unpaid";
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { body: { data: { slow } } };
    },
  });
  const before = gateway.ask({ query: "{ slow }" });
  await expect.poll(() => gateway.servers.posts.length).toBe(1);
  await gateway.ask({ query: "mutation { pay }" });
  const after = await gateway.ask({ query: "{ slow }" });
  expect([(await before).body.data, after.body.data]).toEqual([{ slow: "unpaid" }, { slow: "paid" }]);
});

test("two guests who begin to sign in by a provider at the same time are not given the same state", async () => {
  let states = 0;
  await using gateway = await openTestGateway(
    {
      users: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])
        type Query { oauthAuthorization(provider: String): Authorization @tag(name: "one-time") }
        type Authorization { state: String }`,
    },
    {
      made: async () => {
        states += 1;
        const state = String(states);
        await new Promise((resolve) => setTimeout(resolve, 100));
        return { body: { data: { oauthAuthorization: { state } } } };
      },
    },
  );
  const ask = () => gateway.ask({ query: '{ oauthAuthorization(provider: "GOOGLE") { state } }' });
  const responses = await Promise.all(Array.from({ length: 5 }, ask));
  expect(new Set(responses.map(({ body }) => JSON.stringify(body.data))).size).toBe(5);
});

test("equal mutations are each sent", async () => {
  await using gateway = await openTestGateway(graph, { made: () => ({ body: { data: { pay: "x" } } }) });
  await Promise.all(Array.from({ length: 5 }, () => gateway.ask({ query: "mutation { pay }" })));
  expect(gateway.servers.posts.length).toBe(5);
});

test("a mutation whose subgraph fails is not sent again", async () => {
  await using gateway = await openTestGateway(graph, { made: () => "cut" });
  const { status, body } = await gateway.ask({ query: "mutation { pay }" });
  expect([status, body.errors?.[0]?.extensions.code, body.errors?.[0]?.path]).toEqual([
    200,
    "SUBGRAPH_UNAVAILABLE",
    ["pay"],
  ]);
  expect(gateway.servers.posts.length).toBe(1);
});

test("a client that goes away ends its fetch, but not one that another client waits for", async () => {
  let ended = 0;
  let response = () => {};
  const held = new Promise<void>((resolve) => {
    response = resolve;
  });
  await using gateway = await openTestGateway(graph, {
    made: async () => {
      await held;
      ended += 1;
      return { body: { data: { slow: "x" } } };
    },
  });
  const body = JSON.stringify({ query: "{ slow }" });
  const ask = (signal: AbortSignal | null) =>
    request(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal,
    });
  const leaving = new AbortController();
  const first = ask(leaving.signal).catch((error) => error.name);
  await expect.poll(() => gateway.servers.posts.length).toBe(1);
  const second = ask(null);
  await loopTurns();
  leaving.abort();
  expect(await first).toBe("AbortError");
  response();
  expect(await (await second).body.json()).toEqual({ data: { slow: "x" } });
  expect([ended, gateway.servers.posts.length]).toEqual([1, 1]);
});

test("while a subgraph is away the rest is right, and each place that is missing says so", async () => {
  await using gateway = await openTestGateway(graph, {
    made: (subgraph) => (subgraph === "orders" ? { body: { data: { orders: [order("a", "b"), order("a")] } } } : "cut"),
  });
  const { status, body } = await gateway.ask({ query: orderQuery });
  expect(status).toBe(200);
  const away = { name: null, stock: null };
  expect(body.data).toEqual({
    orders: [{ items: [{ product: away }, { product: away }] }, { items: [{ product: away }] }],
  });
  expect(new Set(body.errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(["SUBGRAPH_UNAVAILABLE"]));
  expect(body.errors?.map(({ path }) => path?.join(".")).toSorted()).toEqual([
    ...["orders.0.items.0.product.name", "orders.0.items.0.product.stock"],
    ...["orders.0.items.1.product.name", "orders.0.items.1.product.stock"],
    ...["orders.1.items.0.product.name", "orders.1.items.0.product.stock"],
  ]);
  expect(JSON.stringify(body.errors)).not.toMatch(/products"|127\.0\.0\.1|ECONN|socket/);
});

test("a response too large to be taken is missing where it was to stand, and the rest is right", async () => {
  await using gateway = await openTestGateway(graph, {
    made: (subgraph) =>
      subgraph === "orders"
        ? { body: { data: { order: { id: "o" } } } }
        : { body: { data: { slow: "x".repeat(33 * 1024 * 1024) } } },
  });
  const { status, body } = await gateway.ask({ query: '{ order { id } slow(name: "x") }' });
  expect([status, body.data]).toEqual([200, { order: { id: "o" }, slow: null }]);
  expect(body.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [["slow"], "INTERNAL_SERVER_ERROR"],
  ]);
});

test("an error that is not quite one by the specification stands where it can, and blanks nothing else", async () => {
  await using gateway = await openTestGateway(graph, {
    made: (subgraph) =>
      subgraph === "orders"
        ? { body: { data: { order: { id: "o" } } } }
        : { body: { data: null, errors: [{ message: "x", path: null }, { path: "slow" }, null] } },
  });
  const { status, body } = await gateway.ask({ query: "{ order { id } slow }" });
  expect([status, body.data]).toEqual([200, { order: { id: "o" }, slow: null }]);
  expect(body.errors).toMatchObject([{ path: ["slow"], extensions: { code: "INTERNAL_SERVER_ERROR" } }]);
});

test("a code that is none of ours is masked, whatever it is called", async () => {
  await using gateway = await openTestGateway(graph, {
    made: () => ({
      body: {
        data: { slow: null },
        errors: [{ message: "at 10.0.0.1", path: ["slow"], extensions: { code: "constructor" } }],
      },
    }),
  });
  const { body } = await gateway.ask({ query: "{ slow }" });
  expect(body.errors).toMatchObject([
    { message: "Something went wrong on our side.", extensions: { code: "INTERNAL_SERVER_ERROR" } },
  ]);
});

test("an error of one thing stands wherever that thing stands in the response", async () => {
  await using gateway = await openTestGateway(graph, {
    made: (subgraph) =>
      subgraph === "orders"
        ? threeOrders
        : {
            body: {
              errors: [{ message: "Not for you.", path: ["_entities", 0, "stock"], extensions: { code: "FORBIDDEN" } }],
              data: {
                _entities: [
                  { name: "A", stock: null },
                  { name: "B", stock: 2 },
                ],
              },
            },
          },
  });
  const { body } = await gateway.ask({ query: orderQuery });
  expect(body.errors?.map(({ message, path, extensions }) => [message, path?.join("."), extensions.code])).toEqual([
    ["Not for you.", "orders.0.items.0.product.stock", "FORBIDDEN"],
    ["Not for you.", "orders.1.items.0.product.stock", "FORBIDDEN"],
    ["Not for you.", "orders.2.items.1.product.stock", "FORBIDDEN"],
  ]);
});

test.each([
  [
    "an error without a code",
    { message: "duplicate key value violates unique constraint", path: ["product", "name"], extensions: {} },
  ],
  [
    "an error of a code that is none of ours",
    { message: "connect ECONNREFUSED", path: ["product", "name"], extensions: { code: "P2002" } },
  ],
  [
    "a query that the subgraph does not know",
    { message: 'Cannot query field "name"', extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
  ],
  [
    "an internal token that the subgraph does not take",
    { message: "An internal token is required.", extensions: { code: "UNAUTHENTICATED" } },
  ],
])("%s is masked", async (_what, error) => {
  await using gateway = await openTestGateway(graph, {
    made: () => ({
      status: "path" in error ? 200 : 401,
      body: {
        errors: [{ ...error, extensions: { ...error.extensions, serviceName: "products", stacktrace: ["at x"] } }],
        data: null,
      },
    }),
  });
  const { body } = await gateway.ask({ query: "{ product { name } }" });
  expect(body.errors).toEqual([
    {
      message: "Something went wrong on our side.",
      path: expect.any(Array),
      extensions: { code: "INTERNAL_SERVER_ERROR", requestId: expect.any(String) },
    },
  ]);
});

test.each([
  ["a response that is no JSON", { headers: { "content-type": "text/html" }, body: "<html>" }],
  ["a response that is no GraphQL", { body: { ok: true } }],
  ["a status of 502", { status: 502, body: {} }],
])("%s is SUBGRAPH_UNAVAILABLE", async (_what, response) => {
  await using gateway = await openTestGateway(graph, { made: () => response });
  const { status, body } = await gateway.ask({ query: "{ product { name } }" });
  expect([status, body.data, body.errors?.[0]?.extensions.code]).toEqual([
    200,
    { product: null },
    "SUBGRAPH_UNAVAILABLE",
  ]);
});

test("what a subgraph may not return becomes null, up to where null may stand", async () => {
  await using gateway = await openTestGateway(graph, {
    made: () => ({ body: { data: { product: { name: "x", stock: "many", owner: { name: null } } }, extensions: {} } }),
  });
  const { body } = await gateway.ask({ query: "{ product { name stock owner { name } } }" });
  expect(body.data).toEqual({ product: { name: "x", stock: null, owner: null } });
});

test("an entity that is not there is null without a report that a subgraph's response does not fit the schema", async () => {
  const strict = { ...graph, products: graph.products.replace("name: String stock", "name: String! stock") };
  await using gateway = await openTestGateway(strict, {
    made: (subgraph, { variables }) => {
      if (subgraph === "orders") return threeOrders;
      const found = representationsOf(variables).map(({ id }) => (id === "a" ? { name: "A", stock: 1 } : null));
      return { body: { data: { _entities: found } } };
    },
  });
  const { body } = await gateway.ask({ query: orderQuery });
  const [a, b] = [{ product: { name: "A", stock: 1 } }, { product: null }];
  expect(body).toEqual({ data: { orders: [{ items: [a, b] }, { items: [a] }, { items: [b, a] }] } });
});
