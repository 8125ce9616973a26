import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { errorCodes } from "#platform/shop/api-error.ts";
import { shopErrorCodes } from "./errors.ts";
import { MeDocument, ProductsDocument, TokenCreateDocument } from "./generated/documents.ts";
import { createShop, type ShopOptions } from "./shop.ts";
import { memoryStorage } from "./storage.ts";

// The client's HTTP requests, against a server whose responses each test sets, and which can lose them.

test("100 requests whose access token is rejected renew it once, and all succeed", async () => {
  const { shop, server } = await signedIn();
  server.accepted = "nothing yet";
  const responses = await Promise.all(Array.from({ length: 100 }, () => shop.query(ProductsDocument)));
  expect(responses).toHaveLength(100);
  expect(server.count("TokenRefresh")).toBe(1);
  expect(await shop.isSignedIn()).toBe(true);
});

test("an access token is renewed ahead of its end", async () => {
  const { shop, server, storage } = await signedIn();
  const state = JSON.parse((await storage.load()) ?? "");
  state.tokens.accessExpiresAtMs = Date.now() + 10_000;
  state.tokens.receivedAtMs = Date.now() - 14 * 60_000;
  await storage.save(JSON.stringify(state));
  await Promise.all([shop.query(ProductsDocument), shop.query(ProductsDocument)]);
  expect(server.requests.filter(({ status }) => status === 401)).toEqual([]);
  expect(server.count("TokenRefresh")).toBe(1);
});

test("a clock that is a day ahead does not renew the token at each request", async () => {
  const { shop, server } = await signedIn({ lifetimeMs: -24 * 60 * 60_000 });
  for (let time = 0; time < 5; time += 1) await shop.query(ProductsDocument);
  expect(server.count("TokenRefresh")).toBe(0);
});

test("two clients over one storage renew once between them", async () => {
  const { shop, server, storage } = await signedIn();
  const other = createShop({ url: server.url, storage });
  server.accepted = "nothing yet";
  await shop.query(ProductsDocument);
  await other.query(ProductsDocument);
  expect(server.count("TokenRefresh")).toBe(1);
});

test("the client is notified once that the shop has ended the session, and is a guest again", async () => {
  let notified = 0;
  const { shop, server } = await signedIn({ options: { onSignedOut: () => (notified += 1) } });
  server.accepted = "nothing any more";
  server.refreshes = false;
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => shop.query(ProductsDocument)));
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: "UNAUTHENTICATED" } });
  expect(notified).toBe(1);
  expect(await shop.isSignedIn()).toBe(false);
  await shop.query(ProductsDocument);
});

test("a renewal without a response is repeated with the same token", async () => {
  const { shop, server } = await signedIn();
  server.accepted = "nothing yet";
  server.lose("TokenRefresh", 1);
  await shop.query(ProductsDocument);
  const refreshed = server.requests.filter(({ name }) => name === "TokenRefresh");
  expect(refreshed).toHaveLength(2);
  expect(new Set(refreshed.map(({ variables }) => JSON.stringify(variables))).size).toBe(1);
});

test("a query without a response is repeated; a mutation without an idempotency key is not", async () => {
  const { shop, server } = await signedIn();
  server.lose("Products", 2);
  await shop.query(ProductsDocument);
  expect(server.count("Products")).toBe(3);
  server.lose("AccountRegister", 1);
  await expect(shop.register({ email: "a@example.com", password: "…" })).rejects.toMatchObject({
    code: "NETWORK_FAILED",
  });
  expect(server.count("AccountRegister")).toBe(1);
});

test("a checkout without a response is repeated with its key, also by a later client", async () => {
  const { shop, server, storage } = await signedIn();
  server.lose("CheckoutComplete", 4);
  const input = { shippingAddress: { line1: "1 Main Street", country: "US" } };
  await expect(shop.checkout(input)).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  await createShop({ url: server.url, storage }).checkout(input);
  const keys = server.requests.filter(({ name }) => name === "CheckoutComplete").map(keyOf);
  expect(keys).toHaveLength(5);
  expect(new Set(keys).size).toBe(1);

  // PartialResult now, so the next one is another order.
  await shop.checkout(input);
  expect(new Set(server.requests.filter(({ name }) => name === "CheckoutComplete").map(keyOf)).size).toBe(2);
});

test("a different input has another key, and a double click the same", async () => {
  const { shop, server } = await signedIn();
  await Promise.all([shop.checkout({ customerNote: "one" }), shop.checkout({ customerNote: "one" })]);
  await shop.checkout({ customerNote: "two" });
  const keys = server.requests.filter(({ name }) => name === "CheckoutComplete").map(keyOf);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[0]);
});

test("a request is repeated after RATE_LIMITED when the shop says so, and not after other errors", async () => {
  const { shop, server } = await signedIn();
  server.fail("AccountRegister", { status: 429, code: "RATE_LIMITED", retryAfterSeconds: 0.05 }, 1);
  await shop.register({ email: "a@example.com", password: "…" });
  expect(server.count("AccountRegister")).toBe(2);
  server.fail("Products", { status: 400, code: "OPERATION_TOO_COMPLEX" }, 1);
  await expect(shop.query(ProductsDocument)).rejects.toMatchObject({ code: "OPERATION_TOO_COMPLEX" });
  expect(server.count("Products")).toBe(1);
  server.fail("Products", { status: 429, code: "RATE_LIMITED", retryAfterSeconds: 60 }, 1);
  await expect(shop.query(ProductsDocument)).rejects.toMatchObject({
    code: "RATE_LIMITED",
    errors: [{ retryAfterSeconds: 60 }],
  });
});

test("queryPart returns partial data with its errors; query throws the errors", async () => {
  const { shop, server } = await signedIn();
  server.missing = true;
  const { data, errors } = await shop.queryPart(MeDocument);
  expect(data).toMatchObject({ me: null, more: 1 });
  expect(errors).toMatchObject([{ code: "SUBGRAPH_UNAVAILABLE", path: ["me"], requestId: "r1" }]);
  await expect(shop.query(MeDocument)).rejects.toMatchObject({ code: "SUBGRAPH_UNAVAILABLE", data: { more: 1 } });
});

test("by hash, the text goes along only when the shop does not know it", async () => {
  const { shop, server } = await signedIn({ options: { persisted: true } });
  await shop.query(ProductsDocument);
  await shop.query(ProductsDocument);
  const sent = server.requests.filter(({ hash }) => hash === ProductsDocument.hash);
  expect(sent.map(({ query }) => query)).toEqual([undefined, ProductsDocument.text, undefined]);
});

test("the client's fetch sends the token to the shop, renews it when it is rejected, and sends it to no other URL", async () => {
  const { shop, server } = await signedIn();
  const seen: (string | null)[] = [];
  const other = createServer((request, response) => {
    seen.push(request.headers.authorization ?? null);
    response.end("{}");
  });
  const body = JSON.stringify({ query: ProductsDocument.text });
  const request = { method: "POST", body, headers: { "content-type": "application/json" } };
  server.accepted = "nothing yet";
  const responses = await Promise.all([shop.fetch(server.url, request), shop.fetch(new URL(server.url), request)]);
  expect(responses.map(({ status }) => status)).toEqual([200, 200]);
  expect(server.count("TokenRefresh")).toBe(1);
  await shop.fetch(await listen(other), request);
  expect(seen).toEqual([null]);
});

test("a page that is not a shop and a closed port are NETWORK_FAILED, and a silent server is TIMEOUT", async () => {
  const page = createServer((_request, response) => response.end("<html>"));
  await expect(createShop({ url: await listen(page) }).query(ProductsDocument)).rejects.toMatchObject({
    code: "NETWORK_FAILED",
    message: expect.stringContaining("is not a GraphQL endpoint"),
  });
  await expect(createShop({ url: "http://127.0.0.1:1/" }).query(ProductsDocument)).rejects.toMatchObject({
    code: "NETWORK_FAILED",
    message: expect.stringContaining("cannot be reached"),
  });
  const silent = createServer(() => {});
  const input = { email: "a@example.com", password: "…" };
  await expect(
    createShop({ url: await listen(silent), timeoutMs: 50 }).mutate(TokenCreateDocument, { input }),
  ).rejects.toMatchObject({ code: "TIMEOUT" });
});

test("an aborted request rejects with the reason of its signal", async () => {
  const silent = createServer(() => {});
  const shop = createShop({ url: await listen(silent) });
  const reason = new Error("the page was left");
  const controller = new AbortController();
  const asked = shop.query(ProductsDocument, {}, { signal: controller.signal });
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
});

test("unknown content in the storage is ignored", async () => {
  for (const text of ["", "{", "[]", "null", '{"tokens":null,"orderTokens":7}']) {
    const storage = memoryStorage();
    await storage.save(text);
    expect(await createShop({ url: "http://127.0.0.1:1/", storage }).isSignedIn()).toBe(false);
  }
});

test("the client knows every error code of the shop", () => {
  expect([...shopErrorCodes].sort()).toEqual([...errorCodes, "NETWORK_FAILED"].sort());
});

interface Seen {
  name: string;
  query: string | undefined;
  hash: string | undefined;
  variables: Record<string, unknown>;
  status: number;
}

interface Failure {
  status: number;
  code: string;
  retryAfterSeconds?: number;
}

/** A server that signs anybody in, takes one access token at a time, and notes what it was sent. */
async function startServer(lifetimeMs: number) {
  const lost = new Map<string, number>();
  const failures = new Map<string, { failure: Failure; times: number }>();
  const known = new Map<string, string>();
  const server = {
    url: "",
    accepted: "",
    refreshes: true,
    missing: false,
    requests: [] as Seen[],
    count: (name: string) => server.requests.filter((request) => request.name === name).length,
    lose: (name: string, times: number) => lost.set(name, times),
    fail: (name: string, failure: Failure, times: number) => failures.set(name, { failure, times }),
  };
  let issued = 0;
  const tokens = () => {
    issued += 1;
    server.accepted = `access-${issued}`;
    const accessTokenExpiresAt = new Date(Date.now() + lifetimeMs).toISOString();
    return { accessToken: server.accepted, accessTokenExpiresAt, refreshToken: `refresh-${issued}`, userErrors: [] };
  };
  const none = { accessToken: null, accessTokenExpiresAt: null, refreshToken: null, userErrors: [] };
  const results: Record<string, () => unknown> = {
    TokenCreate: () => ({ tokenCreate: tokens() }),
    TokenRefresh: () => ({ tokenRefresh: server.refreshes ? tokens() : none }),
    Products: () => ({ products: { nodes: [] } }),
    Me: () => ({ me: null, more: 1 }),
    AccountRegister: () => ({ accountRegister: { accepted: true, userErrors: [] } }),
    CheckoutComplete: () => ({ checkoutComplete: { order: null, guestOrderToken: null, userErrors: [] } }),
  };
  const http = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const hash: string | undefined = body.extensions?.persistedQuery.sha256Hash;
    if (hash !== undefined && body.query !== undefined) known.set(hash, body.query);
    const text: string = body.query ?? known.get(hash ?? "") ?? "";
    const name = /^\w+ (\w+)/.exec(text)?.[1] ?? "";
    const respond = (status: number, content: unknown) => {
      server.requests.push({ name, query: body.query, hash, variables: body.variables, status });
      const left = lost.get(name) ?? 0;
      lost.set(name, left - 1);
      if (left > 0) {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { "content-type": "application/graphql-response+json" });
      response.end(JSON.stringify(content));
    };
    const fail = ({ status, ...extensions }: Failure) => respond(status, { errors: [{ message: "No.", extensions }] });
    const token = request.headers.authorization?.slice("Bearer ".length);
    const failure = failures.get(name);
    if (failure !== undefined && failure.times > 0) {
      failure.times -= 1;
      return fail(failure.failure);
    }
    if (text === "") return fail({ status: 200, code: "PERSISTED_QUERY_NOT_FOUND" });
    if (token !== undefined && token !== server.accepted) return fail({ status: 401, code: "UNAUTHENTICATED" });
    const data = results[name]?.();
    const extensions = { code: "SUBGRAPH_UNAVAILABLE", requestId: "r1" };
    const errors = server.missing ? [{ message: "Away.", path: ["me"], extensions }] : undefined;
    return respond(200, { data, errors });
  });
  server.url = await listen(http);
  return server;
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

async function signedIn({
  lifetimeMs = 15 * 60_000,
  options = {},
}: {
  lifetimeMs?: number;
  options?: Partial<ShopOptions>;
} = {}) {
  const server = await startServer(lifetimeMs);
  const storage = memoryStorage();
  const shop = createShop({ url: server.url, storage, ...options });
  await shop.signIn({ email: "a@example.com", password: "…" });
  return { shop, server, storage };
}

function keyOf({ variables }: Seen): unknown {
  return (variables.input as { idempotencyKey: string }).idempotencyKey;
}
