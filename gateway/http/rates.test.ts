import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { clientNetwork } from "#platform/budgets/subjects.ts";
import { openTestGateway, type Reply, type TestGateway } from "../testing/test-gateway.ts";
import { makeClientOf } from "./client-address.ts";

const graph = { shop: "type Query { hello: String }" };
const limited = {
  RATE_LIMIT_ENABLED: "true",
  RATE_LIMIT_RPS: "5",
  RATE_LIMIT_BURST: "10",
  TRUSTED_PROXIES: "127.0.0.0/8",
};
/** Without the rate, which is of /graphql. */
const budgeted = { BUDGETS_ENABLED: "true", TRUSTED_PROXIES: "127.0.0.0/8" };
const redisUrl = process.env.TEST_REDIS_URL ?? "redis://127.0.0.1:6379";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway(graph, { variables: limited });
});
afterAll(() => gateway[Symbol.asyncDispose]());

/**
 * How many were served, which must be the burst of 10, exactly; where this machine took longer than a second to send them, 5 more for each second
 * that went by.
 */
async function expectBurst(ask: () => Promise<Reply[]>): Promise<Reply[]> {
  const startedAt = performance.now();
  const replies = await ask();
  const secondsGone = Math.floor((performance.now() - startedAt) / 1_000);
  const served = replies.filter(({ status }) => status === 200).length;
  expect(served).toBeGreaterThanOrEqual(10);
  expect(served).toBeLessThanOrEqual(10 + 5 * secondsGone);
  return replies;
}

const askFrom = (address: string, asked = gateway) =>
  asked.ask({ query: "{ __typename }" }, { "x-forwarded-for": address });

test("of 100 requests at once exactly the burst is served, the others get retryAfterSeconds", async () => {
  const replies = await expectBurst(() => Promise.all(Array.from({ length: 100 }, () => askFrom("203.0.113.1"))));
  const rejected = replies.filter(({ status }) => status === 429);
  expect(rejected.length).toBe(100 - replies.filter(({ status }) => status === 200).length);
  for (const { headers, body } of rejected) {
    expect(body.errors?.[0]?.extensions.code).toBe("RATE_LIMITED");
    const seconds = Number(headers.get("retry-after"));
    expect(seconds).toBe(body.errors?.[0]?.extensions.retryAfterSeconds);
    expect(seconds).toBeGreaterThanOrEqual(1);
  }
});

test("a second later there is room again, for as many as a second has", async () => {
  await Promise.all(Array.from({ length: 20 }, () => askFrom("203.0.113.2")));
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const startedAt = performance.now();
  const replies = await Promise.all(Array.from({ length: 20 }, () => askFrom("203.0.113.2")));
  const secondsGone = Math.floor((performance.now() - startedAt) / 1_000);
  const served = replies.filter(({ status }) => status === 200).length;
  expect(served).toBeGreaterThanOrEqual(5);
  expect(served).toBeLessThanOrEqual(5 + 5 * secondsGone);
});

test("each address has its own, and a bad token counts against the address that sent it", async () => {
  await Promise.all(
    Array.from({ length: 10 }, () =>
      gateway.ask({ query: "{ __typename }" }, { "x-forwarded-for": "203.0.113.3", authorization: "Bearer guess" }),
    ),
  );
  expect((await askFrom("203.0.113.3")).status).toBe(429);
  expect((await askFrom("203.0.113.4")).status).toBe(200);
});

test("the addresses of one IPv6 network count together", async () => {
  await expectBurst(() =>
    Promise.all(Array.from({ length: 20 }, (_reply, index) => askFrom(`2001:db8:1:1::${index + 1}`))),
  );
  expect(clientNetwork("2001:db8:1:1::5")).toBe(clientNetwork("2001:0db8:0001:0001:ffff::1"));
  expect(clientNetwork("::1")).toBe("::/64");
  expect(clientNetwork("2001:db8:1:2::5")).not.toBe(clientNetwork("2001:db8:1:1::5"));
});

test.each([
  "/webhooks/stripe",
  "/oauth/google/callback",
  "/.well-known/jwks.json",
  "/explorer/",
  "/activate?token=x",
  "/no-such-path",
])("requests to %s have a budget, for each address", async (path) => {
  await using open = await openTestGateway(graph, {
    variables: { ...budgeted, BUDGET_OTHER_PATHS_PER_ADDRESS: "10" },
  });
  const method = path.startsWith("/webhooks") ? "POST" : "GET";
  const send = (address: string) =>
    fetch(`${open.url}${path}`, { method, headers: { "x-forwarded-for": address }, redirect: "manual" });
  const replies = await Promise.all(Array.from({ length: 30 }, () => send("203.0.113.9")));
  const rejected = replies.filter(({ status }) => status === 429);
  expect(rejected).toHaveLength(20);
  for (const response of rejected) {
    const { errors } = JSON.parse(await response.text());
    expect(errors[0].extensions).toMatchObject({ code: "RATE_LIMITED", retryAfterSeconds: expect.any(Number) });
  }
  expect((await send("203.0.113.10")).status).not.toBe(429);
  expect((await open.ask({ query: "{ __typename }" }, { "x-forwarded-for": "203.0.113.9" })).status).toBe(200);
});

test("a health check is served however many come, and asks the subgraphs no more often for it", async () => {
  let asked = 0;
  const subgraph = createServer((_request, response) => {
    asked += 1;
    response.end("{}");
  });
  await new Promise<void>((resolve) => subgraph.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void subgraph.close());
  const { port } = subgraph.address() as AddressInfo;
  await using open = await openTestGateway(graph, {
    variables: {
      ...budgeted,
      BUDGET_OTHER_PATHS_PER_ADDRESS: "1",
      SUBGRAPH_SHOP_URL: `http://127.0.0.1:${port}/graphql`,
    },
  });
  const before = asked;
  const startedAt = performance.now();
  const replies = await Promise.all(
    Array.from({ length: 200 }, (_reply, index) => open.get(index % 2 === 0 ? "/health/ready" : "/health/live")),
  );
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  // One for each half of a second, and those of the transport's own health checks.
  expect(asked - before).toBeLessThan(10 + (performance.now() - startedAt) / 100);
});

test("without a limit none is kept", async () => {
  await using open = await openTestGateway(graph);
  const replies = await Promise.all(Array.from({ length: 100 }, () => askFrom("203.0.113.1", open)));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
});

const addressOf = (trusted: string[], peer: string, forwarded?: string) =>
  makeClientOf(trusted)({
    socket: { remoteAddress: peer },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  } as never).address;

test.each([
  ["no proxy is trusted, so the header is ignored", [], "198.51.100.7", "203.0.113.9", "198.51.100.7"],
  ["the last address before the proxy's", ["10.0.0.0/8"], "10.0.0.1", "203.0.113.9", "203.0.113.9"],
  [
    "what the client wrote itself comes first and is not believed",
    ["10.0.0.0/8"],
    "10.0.0.1",
    "1.2.3.4, 203.0.113.9",
    "203.0.113.9",
  ],
  ["several proxies in a row", ["10.0.0.0/8"], "10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"],
  ["a header that is no address", ["10.0.0.0/8"], "10.0.0.1", "unknown", "10.0.0.1"],
  ["no header", ["10.0.0.0/8"], "10.0.0.1", undefined, "10.0.0.1"],
  ["a proxy on an IPv6 socket", ["10.0.0.1"], "::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["a proxy of IPv6", ["fd00::/8"], "fd00::1", "2001:db8::9", "2001:db8::9"],
])("whose address counts: %s", (_what, trusted, peer, forwarded, expected) => {
  expect(addressOf(trusted, peer, forwarded)).toBe(expected);
});

test("a proxy that is no address stops the start by the variable's name", () => {
  expect(() => makeClientOf(["10.0.0.0/40"])).toThrow(/TRUSTED_PROXIES/);
  expect(() => makeClientOf(["proxy"])).toThrow(/TRUSTED_PROXIES/);
});

test("two gateways that share a Redis count together, exactly", async (context) => {
  const redis = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => {});
  const responses = await redis.connect().then(
    () => true,
    () => false,
  );
  if (!responses) return context.skip("No Redis responds at TEST_REDIS_URL.");
  const address = `198.18.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`;
  await using one = await openTestGateway(graph, { variables: { ...limited, REDIS_URL: redisUrl } });
  await using two = await openTestGateway(graph, { variables: { ...limited, REDIS_URL: redisUrl } });
  await expectBurst(() =>
    Promise.all(Array.from({ length: 100 }, (_reply, index) => askFrom(address, index % 2 === 0 ? one : two))),
  );
  redis.disconnect();
});

test("while Redis is away each gateway counts for itself", async () => {
  await using alone = await openTestGateway(graph, { variables: { ...limited, REDIS_URL: "redis://127.0.0.1:1" } });
  await expectBurst(() => Promise.all(Array.from({ length: 50 }, () => askFrom("203.0.113.1", alone))));
});
