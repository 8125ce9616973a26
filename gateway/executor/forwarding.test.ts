import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Writable } from "node:stream";
import { request } from "undici";
import { afterEach, expect, test } from "vitest";
import { makeInternalKey, makeInternalVerifier } from "#platform/auth/internal-tokens.ts";
import { openLog } from "#platform/observability/log.ts";
import { loopTurns, openTestGateway } from "../testing/test-gateway.ts";

const graph = { orders: "type Query { hello: String } type Mutation { pay(secret: String): String }" };
const key = await makeInternalKey("gateway");
const signed = { INTERNAL_KEY: JSON.stringify(key.privateJwk) };

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Received = { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders; body: Buffer };

/** A server that keeps what it is sent. */
async function listen(respond: RequestListener): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    received.push({
      method: incoming.method,
      url: incoming.url,
      headers: incoming.headers,
      body: Buffer.concat(parts),
    });
    respond(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

test("a subgraph learns who is calling from a token of the gateway's, and gets no header of the client's", async () => {
  await using gateway = await openTestGateway(graph, { variables: { ...signed, TRUSTED_PROXIES: "127.0.0.1" } });
  await gateway.ask(
    { query: "{ hello }" },
    {
      cookie: "session=1",
      "x-forwarded-for": "203.0.113.9",
      "x-client-address": "forged",
      "x-router-secret": "forged",
      "user-agent": "Test/1",
      "x-anything": "else",
    },
  );
  const headers: IncomingHttpHeaders = gateway.servers.posts[0]?.headers ?? {};
  const own = ["connection", "host", "content-length", "content-type", "accept"];
  expect(
    Object.keys(headers)
      .filter((name) => !own.includes(name))
      .toSorted(),
  ).toEqual(["authorization", "x-client-address", "x-client-user-agent", "x-request-id"]);
  expect(headers["x-client-address"]).toBe("203.0.113.9");
  expect(headers["x-client-user-agent"]).toBe("Test/1");
  const verify = await makeInternalVerifier("orders", { keys: [key.publicJwk] });
  const call = await verify((headers.authorization ?? "").replace("Bearer ", ""));
  expect([call.issuer, call.viewer]).toEqual(["gateway", { kind: "guest" }]);
  const elsewhere = await makeInternalVerifier("products", { keys: [key.publicJwk] });
  await expect(elsewhere((headers.authorization ?? "").replace("Bearer ", ""))).rejects.toThrow();
});

test("a trusted proxy's request id and trace are kept, from anybody else they are not", async () => {
  const given = { "x-request-id": "given-by-the-proxy", traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };
  await using behind = await openTestGateway(graph, { variables: { ...signed, TRUSTED_PROXIES: "127.0.0.1" } });
  const { headers } = await behind.ask({ query: "{ hello }" }, { ...given, "x-forwarded-proto": "https" });
  expect(headers.get("x-request-id")).toBe("given-by-the-proxy");
  expect(headers.get("strict-transport-security")).toMatch(/max-age=31536000/);
  await using open = await openTestGateway(graph, { variables: signed });
  expect((await open.ask({ query: "{ hello }" }, given)).headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("the token is reused while it is fresh", async () => {
  await using gateway = await openTestGateway(graph, { variables: signed });
  for (let asked = 0; asked < 5; asked += 1) await gateway.ask({ query: `{ a${asked}: hello }` });
  expect(new Set(gateway.servers.posts.map(({ headers }) => headers.authorization)).size).toBe(1);
});

test("a webhook is passed on byte for byte with its signature and an internal token, and its response comes back", async () => {
  const orders = await listen((_request, response) => response.writeHead(202, { "x-inside": "no" }).end("taken"));
  await using gateway = await openTestGateway(graph, {
    variables: { ...signed, SUBGRAPH_ORDERS_URL: `${orders.url}/graphql` },
  });
  const body = Buffer.from([0x7b, 0x22, 0xff, 0x00, 0x0d, 0x0a, 0x20, 0x7d]);
  const response = await request(`${gateway.url}/webhooks/stripe?x=1%2F2`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "stripe-signature": "t=1,v1=abc",
      authorization: "Bearer mine",
      cookie: "a=b",
    },
    body,
  });
  expect([response.statusCode, await response.body.text(), response.headers["x-inside"]]).toEqual([
    202,
    "taken",
    undefined,
  ]);
  const [received] = orders.received;
  expect(received?.url).toBe("/webhooks/stripe?x=1%2F2");
  expect(received?.body.equals(body)).toBe(true);
  expect(received?.headers["stripe-signature"]).toBe("t=1,v1=abc");
  expect(received?.headers.cookie).toBeUndefined();
  expect(received?.headers.authorization).toMatch(/^Bearer eyJ/);
});

test("only the ways that are meant lead through, and the test provider's not in production", async () => {
  const orders = await listen((_request, response) => response.end("inside"));
  const variables = { ...signed, SUBGRAPH_ORDERS_URL: `${orders.url}/graphql` };
  await using gateway = await openTestGateway(graph, { variables });
  for (const path of [
    "/events",
    "/internal/revocations",
    "/webhooks",
    "/webhooks/a/b",
    "/webhooks/..%2fevents",
    "/test-provider/../events",
    "/metrics",
    "/graphql/x",
  ]) {
    const response = await request(`${gateway.url}${path}`, { method: "POST", body: "{}" });
    await response.body.dump();
    expect([path, response.statusCode]).toEqual([path, 404]);
  }
  expect(orders.received).toEqual([]);
  expect(await (await gateway.get("/test-provider/pay/1")).text()).toBe("inside");
  await using production = await openTestGateway(graph, { variables: { ...variables, NODE_ENV: "production" } });
  expect((await production.get("/test-provider/pay/1")).status).toBe(404);
});

test("a webhook while its subgraph is away is 503, for the provider to send again", async () => {
  await using gateway = await openTestGateway(graph, {
    variables: { ...signed, SUBGRAPH_ORDERS_URL: "http://127.0.0.1:1/graphql" },
  });
  const response = await request(`${gateway.url}/webhooks/stripe`, { method: "POST", body: "{}" });
  expect(response.statusCode).toBe(503);
  await response.body.dump();
});

test("a trace crosses the hop: the subgraph's part has the gateway's span for its parent", async () => {
  const collector = await listen((_request, response) => response.end("{}"));
  const gateway = await openTestGateway(graph, { variables: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
  await gateway.ask({ query: "query Traced { hello }" });
  const traceparent = String(gateway.servers.posts[0]?.headers.traceparent);
  expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  // What is left of the spans is sent when it ends.
  await gateway[Symbol.asyncDispose]();
  const spans = collector.received.flatMap(({ body }) => spansOf(JSON.parse(body.toString())));
  const [, traceId, spanId] = traceparent.split("-");
  expect(spans).toContainEqual({ name: "graphql query Traced", traceId, spanId });
});

function spansOf(exported: {
  resourceSpans: { scopeSpans: { spans: { name: string; traceId: string; spanId: string }[] }[] }[];
}) {
  return exported.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ name, traceId, spanId }) => ({ name, traceId, spanId }))),
  );
}

test("the log says what was asked and how it ended, and no secret", async () => {
  let logged = "";
  const sink = new Writable({
    write: (text, _encoding, done) => {
      logged += text;
      done();
    },
  });
  await using gateway = await openTestGateway(graph, { log: openLog("gateway", "info", sink) });
  const reply = await gateway.ask(
    { query: "mutation Pay($secret: String) { pay(secret: $secret) }", variables: { secret: "4242424242424242" } },
    { authorization: "Basic c2VjcmV0" },
  );
  expect(reply.status).toBe(401);
  await gateway.ask({
    query: "mutation Pay($secret: String) { pay(secret: $secret) }",
    variables: { secret: "4242424242424242" },
  });
  const lines = logged.split("\n").filter((line) => line.includes("Request completed"));
  const last = JSON.parse(lines.at(-1) ?? "{}");
  expect(last).toMatchObject({ operationName: "Pay", kind: "mutation", status: 200 });
  expect(last.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(last.ms).toBeTypeOf("number");
  expect(logged).not.toMatch(/4242|c2VjcmV0/);
});

test("a client that goes away before its response is counted for no fault of ours", async () => {
  let logged = "";
  const sink = new Writable({
    write: (text, _encoding, done) => {
      logged += text;
      done();
    },
  });
  await using gateway = await openTestGateway(graph, {
    log: openLog("gateway", "info", sink),
    made: () => new Promise(() => {}),
  });
  const { port } = new URL(gateway.url);
  const head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
  const body = JSON.stringify({ query: "{ hello }" });
  for (const text of [`${head}content-length: 100\r\n\r\n{`, `${head}content-length: ${body.length}\r\n\r\n${body}`]) {
    logged = "";
    const socket = connect(Number(port), "127.0.0.1", () => {
      socket.write(text);
      setTimeout(() => socket.destroy(), 100);
    });
    await expect.poll(() => logged).toContain("Request completed");
    expect(JSON.parse(logged)).toMatchObject({ level: 30, status: 499 });
    expect(logged).not.toContain("INTERNAL_SERVER_ERROR");
  }
});

test("readiness names each subgraph; with one away it says degraded, with none unavailable, and while it ends unavailable", async () => {
  const two = { orders: "type Query { hello: String }", products: "type Query { other: String }" };
  const ready = async (gateway: { get: (path: string) => Promise<Response> }) => {
    const response = await gateway.get("/health/ready");
    return [response.status, await response.json()];
  };
  await using up = await openTestGateway(two);
  expect(await ready(up)).toMatchObject([200, { status: "ok", subgraphs: { orders: "ok", products: "ok" } }]);
  const away = "http://127.0.0.1:1/graphql";
  await using half = await openTestGateway(two, { variables: { SUBGRAPH_PRODUCTS_URL: away } });
  expect(await ready(half)).toMatchObject([
    200,
    { status: "degraded", subgraphs: { orders: "ok", products: "unavailable" } },
  ]);
  await using none = await openTestGateway(two, {
    variables: { SUBGRAPH_PRODUCTS_URL: away, SUBGRAPH_ORDERS_URL: away },
  });
  expect(await ready(none)).toMatchObject([503, { status: "unavailable" }]);
  expect((await none.get("/health/live")).status).toBe(200);
});

test("when it ends, requests in flight complete first", async () => {
  let respond = () => {};
  const held = new Promise<void>((resolve) => {
    respond = resolve;
  });
  const gateway = await openTestGateway(graph, {
    made: async () => {
      await held;
      return { body: { data: { hello: "x" } } };
    },
  });
  const underWay = gateway.ask({ query: "{ hello }" });
  await expect.poll(() => gateway.servers.posts.length).toBe(1);
  const ended = gateway[Symbol.asyncDispose]();
  await expect
    .poll(() =>
      gateway.get("/health/live").then(
        () => "served",
        () => "refused",
      ),
    )
    .toBe("refused");
  respond();
  expect((await underWay).body).toEqual({ data: { hello: "x" } });
  await ended;
});

test("beyond what it may have under way it responds with 503 with Retry-After at once", async () => {
  let respond = () => {};
  const held = new Promise<void>((resolve) => {
    respond = resolve;
  });
  await using gateway = await openTestGateway(graph, {
    variables: { REQUESTS_IN_FLIGHT_MAX: "3" },
    made: async () => {
      await held;
      return { body: { data: { hello: "x" } } };
    },
  });
  const underWay = Array.from({ length: 3 }, () => gateway.ask({ query: "{ hello }" }));
  await expect.poll(() => gateway.servers.posts.length).toBe(1);
  await loopTurns();
  const rejected = await gateway.ask({ query: "{ hello }" });
  expect([rejected.status, rejected.headers.get("retry-after"), rejected.body.errors?.[0]?.extensions.code]).toEqual([
    503,
    "1",
    "OVERLOADED",
  ]);
  respond();
  expect((await Promise.all(underWay)).map(({ status }) => status)).toEqual([200, 200, 200]);
});

test("bodies that are sent slowly take up no room of others", async () => {
  await using gateway = await openTestGateway(graph, { variables: { REQUESTS_IN_FLIGHT_MAX: "2" } });
  const { port } = new URL(gateway.url);
  const sockets = Array.from({ length: 5 }, () => connect(Number(port), "127.0.0.1"));
  for (const socket of sockets) {
    socket.write("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{");
  }
  await loopTurns();
  expect((await gateway.ask({ query: "{ hello }" })).status).toBe(200);
  for (const socket of sockets) socket.destroy();
});
