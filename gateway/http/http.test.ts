import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { serverAudits } from "graphql-http";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "#deploy/local/ports.ts";
import { openTestGateway, post, type TestGateway } from "../testing/test-gateway.ts";

const graph = {
  shop: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { items(first: Int): [Item] hello(name: String): String }
    type Mutation { add: String }
    type Item { name: String description: String }`,
};
const trustedQuery = "query Trusted { hello }";
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway(graph, {
    variables: { CORS_TRUSTED_ORIGINS: "https://shop.example.com https://admin.example.com" },
    made: (_subgraph, { query }) => (query.includes("items") ? { body: { data: { items: manyItems } } } : undefined),
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const manyItems = Array.from({ length: 100 }, (_item, index) => ({
  name: `Item ${index}`,
  description: "A description.",
}));

/**
 * What GraphQL over HTTP recommends and we do not do: a request that is rejected before it runs is 400 in application/json too, so that caches,
 * proxies and monitors see it as what it is.
 */
const notMet = ["572B", "FDE2", "7B9B"];

describe("GraphQL over HTTP, as the graphql-http suite audits it", () => {
  for (const audit of serverAudits({ url: () => `${gateway.url}/graphql` })) {
    const met = !notMet.includes(audit.id);
    test(`${audit.id}: ${audit.name}${met ? "" : " (not met, on purpose)"}`, async () => {
      const result = await audit.fn();
      expect(result.status === "ok" ? "ok" : `${result.status}: ${result.reason}`).toMatch(met ? /^ok$/ : /^warn/);
    });
  }
});

test.each([
  ["a body that is not JSON", "{", {}, 400, "BAD_REQUEST"],
  ["a body that is no object", "3", {}, 400, "BAD_REQUEST"],
  ["several requests in one", [{ query: "{ hello }" }], {}, 400, "BAD_REQUEST"],
  ["no query", {}, {}, 400, "BAD_REQUEST"],
  ["a query that does not parse", { query: "{ hello" }, {}, 400, "GRAPHQL_PARSE_FAILED"],
  ["a field that there is not", { query: "{ helo }" }, {}, 400, "GRAPHQL_VALIDATION_FAILED"],
  [
    "variables of another type",
    { query: "query ($n: Int!) { items(first: $n) { name } }", variables: { n: "x" } },
    {},
    400,
    "BAD_USER_INPUT",
  ],
  ["a missing variable", { query: "query ($n: Int!) { items(first: $n) { name } }" }, {}, 400, "BAD_USER_INPUT"],
  ["an operation that there is not", { query: "query A { hello }", operationName: "B" }, {}, 400, "BAD_REQUEST"],
  ["several operations and no name", { query: "query A { hello } query B { hello }" }, {}, 400, "BAD_REQUEST"],
  ["an accept header of another type", { query: "{ hello }" }, { accept: "text/html" }, 406, "BAD_REQUEST"],
  ["an accept header that every object has", { query: "{ hello }" }, { accept: "constructor" }, 406, "BAD_REQUEST"],
  ["a form", "query={hello}", { "content-type": "application/x-www-form-urlencoded" }, 415, "BAD_REQUEST"],
  ["plain text", '{"query":"{ hello }"}', { "content-type": "text/plain" }, 415, "BAD_REQUEST"],
  ["packed JSON", '{"query":"{ hello }"}', { "content-encoding": "gzip" }, 415, "BAD_REQUEST"],
  ["a bad token", { query: "{ hello }" }, { authorization: "Bearer x" }, 401, "UNAUTHENTICATED"],
  ["a body of 257 KiB", { query: "{ hello }", variables: { x: "x".repeat(257 * 1024) } }, {}, 413, "PAYLOAD_TOO_LARGE"],
])(
  "%s is rejected by its code, with the request's id and nothing else about us",
  async (_what, request, headers, status, code) => {
    const reply = await post(`${gateway.url}/graphql`, request, headers);
    expect(reply.status).toBe(status);
    expect(reply.body.data).toBeUndefined();
    const [error] = reply.body.errors ?? [];
    expect(error?.extensions.code).toBe(code);
    expect(error?.extensions.requestId).toBe(reply.headers.get("x-request-id"));
    expect(JSON.stringify(reply.body)).not.toMatch(/shop|127\.0\.0\.1|stack|node_modules|Did you mean/);
  },
);

test("a mutation is not made by GET", async () => {
  const response = await gateway.get(`/graphql?query=${encodeURIComponent("mutation { add }")}`);
  expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
});

test("another site's page cannot ask without the browser asking first", async () => {
  // Not by fetch, which says of itself that it asks first.
  const ask = async (headers: Record<string, string>) => {
    const { statusCode, body } = await request(`${gateway.url}/graphql?query=${encodeURIComponent("{ hello }")}`, {
      headers,
    });
    await body.dump();
    return statusCode;
  };
  const crossSite = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
  expect(await ask(crossSite)).toBe(400);
  expect(await ask({ ...crossSite, "apollo-require-preflight": "true" })).toBe(200);
  expect(await ask({ "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate" })).toBe(200);
  expect(await ask({})).toBe(200);
});

test("only the origins that are trusted may read responses", async () => {
  const preflight = (origin: string) =>
    fetch(`${gateway.url}/graphql`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
  const trusted = await preflight("https://admin.example.com");
  expect(trusted.status).toBe(204);
  expect(trusted.headers.get("access-control-allow-origin")).toBe("https://admin.example.com");
  expect(trusted.headers.get("access-control-allow-headers")).toMatch(/authorization/);
  const foreign = await preflight("https://evil.example.com");
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  const reply = await gateway.ask({ query: "{ hello }" }, { origin: "https://shop.example.com" });
  expect(reply.headers.get("access-control-allow-origin")).toBe("https://shop.example.com");
  expect(reply.headers.get("vary")).toMatch(/Origin/);
});

test("every response says that nothing in it is to be guessed, framed or kept", async () => {
  const { headers } = await gateway.ask({ query: "{ hello }" });
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("x-frame-options")).toBe("DENY");
  expect(headers.get("content-security-policy")).toMatch(/default-src 'none'/);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-powered-by")).toBeNull();
});

test("long responses are packed for those who can unpack them", async () => {
  const request = { query: "{ items { name description } }" };
  const plain = await gateway.ask(request, { "accept-encoding": "identity" });
  expect(plain.headers.get("content-encoding")).toBeNull();
  for (const [accepted, encoding] of [
    ["gzip", "gzip"],
    ["gzip, br", "br"],
  ] as const) {
    const packed = await gateway.ask(request, { "accept-encoding": accepted });
    expect(packed.headers.get("content-encoding")).toBe(encoding);
    expect(packed.body).toEqual(plain.body);
  }
});

test("a document that was sent once with its hash is then asked for by the hash alone, by POST and by GET", async () => {
  const query = 'query Remembered { hello(name: "x") }';
  const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
  const unknown = await gateway.ask({ extensions });
  expect([unknown.status, unknown.body.errors?.[0]?.extensions.code]).toEqual([200, "PERSISTED_QUERY_NOT_FOUND"]);
  expect(unknown.body.errors?.[0]?.message).toBe("PersistedQueryNotFound");
  const registered = await gateway.ask({ query, extensions });
  expect(registered.body.data).toBeDefined();
  expect((await gateway.ask({ extensions })).body).toEqual(registered.body);
  const got = await gateway.get(`/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions))}`);
  expect(await got.json()).toEqual(registered.body);
  const forged = await gateway.ask({ query: "{ hello }", extensions });
  expect([forged.status, forged.body.errors?.[0]?.extensions.code]).toEqual([400, "BAD_REQUEST"]);
});

test("a document that is rejected is not remembered", async () => {
  const query = "{ nothingOfTheKind }";
  const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
  expect((await gateway.ask({ query, extensions })).status).toBe(400);
  expect((await gateway.ask({ extensions })).body.errors?.[0]?.extensions.code).toBe("PERSISTED_QUERY_NOT_FOUND");
});

test("where only trusted documents are executed, others are rejected, in whatever way they come", async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "manifest-")), "manifest.json");
  writeFileSync(
    file,
    JSON.stringify({
      format: "apollo-persisted-query-manifest",
      version: 1,
      operations: [{ id: hashOf(trustedQuery), name: "Trusted", type: "query", body: trustedQuery }],
    }),
  );
  await using strict = await openTestGateway(graph, {
    variables: { TRUSTED_DOCUMENTS_PATH: file, TRUSTED_DOCUMENTS_ONLY: "true" },
  });
  const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(trustedQuery) } };
  expect((await strict.ask({ extensions })).body.data).toBeDefined();
  expect((await strict.ask({ documentId: `sha256:${hashOf(trustedQuery)}` })).body.data).toBeDefined();
  const byGet = await strict.get(`/graphql?documentId=sha256:${hashOf(trustedQuery)}`);
  expect(byGet.status).toBe(200);
  expect((await strict.ask({ query: trustedQuery })).body.data).toBeDefined();
  const other = "{ hello }";
  for (const request of [
    { query: other },
    { query: other, extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(other) } } },
    { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(other) } } },
  ]) {
    const reply = await strict.ask(request);
    expect([reply.status, reply.body.errors?.[0]?.extensions.code]).toEqual([400, "DOCUMENT_NOT_TRUSTED"]);
  }
});

test("what a subgraph says is public may be kept by everybody, by GET; errors, what does not fit the schema and tokens never are", async () => {
  await using cached = await openTestGateway(graph, {
    made: (_subgraph, { query }) => ({
      headers: {
        "cache-control": query.includes("first")
          ? "max-age=30, public, private"
          : query.includes("items")
            ? "max-age=30, public"
            : "no-store",
      },
      body: { data: { items: query.includes("description") ? ["no item"] : [], hello: "x" } },
    }),
  });
  const ask = (query: string) => cached.get(`/graphql?query=${encodeURIComponent(query)}`);
  expect((await ask("{ items { name } }")).headers.get("cache-control")).toBe("max-age=30, public");
  expect((await ask("{ hello }")).headers.get("cache-control")).toBe("no-store");
  expect((await ask("{ items(first: 1) { name } }")).headers.get("cache-control")).toBe("max-age=30, private");
  // Under a condition, so that the response is looked at.
  const unfit = await ask("{ items @include(if: true) { description } }");
  expect([unfit.headers.get("cache-control"), await unfit.json()]).toMatchObject(["no-store", { extensions: {} }]);
  expect((await cached.ask({ query: "{ items { name } }" })).headers.get("cache-control")).toBe("no-store");
});

test("the explorer comes with all of its files, and neither it nor the schema is there in production", async () => {
  const page = await gateway.get("/explorer");
  const html = await page.text();
  expect(page.headers.get("content-type")).toMatch(/text\/html/);
  expect(html).toContain("Authorization");
  const files = [...html.matchAll(/(?:src|href)="([\w.-]+\.(?:js|css))"/g)].map(([, name]) => name);
  expect(files.length).toBeGreaterThan(0);
  for (const name of files) expect((await gateway.get(`/explorer/${name}`)).status).toBe(200);
  expect((await gateway.get("/explorer/..%2f..%2fpackage.json")).status).toBe(404);
  expect(await (await gateway.get("/", { accept: "text/html" })).text()).toContain("EmbeddedSandbox");
  await using production = await openTestGateway(graph, { variables: { NODE_ENV: "production" } });
  const nothing = await production.get("/explorer");
  const { errors } = JSON.parse(await nothing.text());
  expect([nothing.status, errors]).toEqual([404, [{ message: "Not found.", extensions: expect.anything() }]]);
  expect(errors[0].extensions).toEqual({ code: "BAD_REQUEST", requestId: nothing.headers.get("x-request-id") });
  expect((await production.get("/", { accept: "text/html" })).status).toBe(404);
  const schema = await production.ask({ query: "{ __schema { types { name } } }" });
  expect(schema.body.errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
});

test("text that is not UTF-8 is rejected, in the body and in the URL", async () => {
  const body = Buffer.concat([
    Buffer.from('{"query":"{ hello(name: \\"M'),
    Buffer.from([0xfc]),
    Buffer.from('\\") }"}'),
  ]);
  const headers = { "content-type": "application/json" };
  const posted = await fetch(`${gateway.url}/graphql`, { method: "POST", headers, body });
  expect(posted.status).toBe(400);
  expect((await gateway.get("/graphql?query=%7Bhello(name:%22%FC%22)%7D")).status).toBe(400);
});

test("HEAD is served as GET, an empty Accept takes anything, and q=0 excludes a type", async () => {
  const where = `${gateway.url}/graphql?query=${encodeURIComponent("{ hello }")}`;
  expect((await fetch(where, { method: "HEAD" })).status).toBe(200);
  expect((await gateway.ask({ query: "{ hello }" }, { accept: "" })).status).toBe(200);
  const reply = await gateway.ask({ query: "{ hello }" }, { accept: "application/json;q=0, */*" });
  expect(reply.headers.get("content-type")).toMatch(/^application\/graphql-response\+json/);
});

test("a browser that opens the endpoint is led to the explorer, and pages of this machine are trusted outside production", async () => {
  const opened = await gateway.get("/graphql", { accept: "text/html,*/*;q=0.8" });
  expect([opened.status, opened.headers.get("location")]).toEqual([302, "/explorer/"]);
  await using production = await openTestGateway(graph, { variables: { NODE_ENV: "production" } });
  expect((await production.get("/graphql", { accept: "text/html,*/*;q=0.8" })).status).toBe(400);
  for (const origin of ["http://localhost:5173", "http://127.0.0.1:3000", "https://studio.apollographql.com"]) {
    const trusted = async (asked: TestGateway) =>
      (await asked.ask({ query: "{ hello }" }, { origin })).headers.get("access-control-allow-origin");
    expect([await trusted(gateway), await trusted(production)]).toEqual([origin, null]);
  }
});

test("a mistyped name is reported with the one that was meant in development, and without in production", async () => {
  const messages = async (environment: string) => {
    await using asked = await openTestGateway(graph, { variables: { NODE_ENV: environment } });
    const mistakes = ["{ helo }", "{ items(frist: 1) { name } }", "{ items { nam } }", "query ($n: Itn) { hello }"];
    return await Promise.all(
      mistakes.map(async (query) => {
        const { status, body } = await asked.ask({ query });
        expect([status, body.errors?.[0]?.extensions.code]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
        return body.errors?.[0]?.message ?? "";
      }),
    );
  };
  const development = await messages("development");
  expect(development.map((message) => /Did you mean "(\w+)"/.exec(message)?.[1])).toEqual([
    "hello",
    "first",
    "name",
    "Int",
  ]);
  for (const message of await messages("production")) expect(message).not.toMatch(/Did you mean|hello|first/);
});

test.each(["", "Bearer", "Bearer ", "bearer  "])(
  "the header Authorization: %j, without a token, is a guest's",
  async (authorization) => {
    expect((await gateway.ask({ query: "{ hello }" }, { authorization })).status).toBe(200);
  },
);

test("a subgraph whose clock is far off is reported in readiness and in a metric, and is still asked", async () => {
  const metricsPort = await freePort();
  let skewSeconds = 0;
  await using skewed = await openTestGateway(graph, {
    variables: { GATEWAY_METRICS_PORT: String(metricsPort) },
    made: () => ({
      headers: { date: new Date(Date.now() + skewSeconds * 1_000).toUTCString() },
      body: { data: { hello: "hello" } },
    }),
  });
  const clocks = async () => JSON.parse(await (await skewed.get("/health/ready")).text());
  expect((await skewed.ask({ query: "{ hello }" })).status).toBe(200);
  expect(await clocks()).toMatchObject({ status: "ok", clocks: "ok" });
  skewSeconds = 90;
  // One wrong date may be a slow response; the median of the last ones decides.
  await expect
    .poll(async () => (await skewed.ask({ query: "{ hello }" })).status === 200 && (await clocks()).clocks, {
      timeout: 10_000,
    })
    .toBe("skewed");
  expect(await clocks()).toMatchObject({ status: "degraded" });
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  expect(Number(/agora_clock_skew_seconds\{peer="[^"]+",service="gateway"\} (\S+)/.exec(metrics)?.[1])).toBeGreaterThan(
    80,
  );
});
