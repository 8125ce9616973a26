import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { eq } from "drizzle-orm";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { inbox, openMessageDatabase, outbox, until } from "#test/harness/message-tables.ts";
import { internalTokenOf, makeShopKeys, postGraph, type ShopKeys } from "#test/harness/subgraph-client.ts";
import { makeInternalVerifier } from "../auth/internal-tokens.ts";
import { openDatabase, transaction } from "../database/database.ts";
import { startMails } from "../email/mailer.ts";
import { type EventHandlers, startEvents } from "../events/events.ts";
import { enqueueEvent, enqueueMail } from "../events/outbox.ts";
import { makeServiceClient } from "../http/service-client.ts";
import { makeMetrics } from "../observability/metrics.ts";
import { openTracing } from "../observability/tracing.ts";
import { newId, type OrderId } from "../shop/ids.ts";
import { startSubgraph } from "./subgraph-server.ts";

type Span = { name: string; traceId: string; spanId: string; parentSpanId?: string; service: string };

const requestId = "given-by-the-gateway";
const traceId = "a".repeat(32);
const traceparent = `00-${traceId}-${"b".repeat(16)}-01`;

test("one request has one trace and one id over calls, statements, events and mails", async () => {
  const collector = await openCollector();
  const { ask, effects, close } = await openShop(collector.url);
  await ask({ "x-request-id": requestId, traceparent });
  await until(() => effects.received.length === 1 && effects.mailed.length === 1);
  await close();

  const spans = collector.spans();
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  const chain = (...names: string[]) => {
    let found = spans.filter(({ name }) => name === names[0]);
    for (const name of names.slice(1)) {
      found = spans.filter((span) => span.name === name && found.some(({ spanId }) => span.parentSpanId === spanId));
    }
    return found.map(({ service }) => service);
  };
  const root = "products graphql";
  expect(chain(root, "call orders/graphql", "orders graphql", "SELECT")).toEqual(["agora-orders"]);
  expect(chain(root, "transaction", "INSERT")).toEqual(["agora-products", "agora-products"]);
  expect(chain(root, "transaction", "send stock.sold", "call orders/events")).toEqual(["agora-products"]);
  expect(chain(root, "transaction", "send stock.sold", "receive stock.sold", "transaction", "INSERT")).toEqual([
    "agora-orders",
  ]);
  expect(chain(root, "transaction", "send welcome")).toEqual(["agora-products"]);
  expect(effects.received).toEqual([requestId]);
  expect(effects.requestIdsInLogs()).toEqual(new Set([requestId]));
});

test("without tracing there are no spans, and the id and the caller's trace still go over all hops", async () => {
  const { ask, effects, close, rows } = await openShop(undefined);
  await ask({ "x-request-id": requestId, traceparent });
  await until(() => effects.received.length === 1 && effects.mailed.length === 1);
  expect(effects.received).toEqual([requestId]);
  expect(effects.requestIdsInLogs()).toEqual(new Set([requestId]));
  expect(await rows()).toEqual([
    { requestId, traceparent },
    { requestId, traceparent },
  ]);
  await close();
});

/** `products`, whose query calls `orders`, sells stock and sends a mail; and `orders`, which receives the event. */
async function openShop(collectorUrl: string | undefined) {
  const keys = await makeShopKeys();
  const effects = openEffects();
  const orders = await openSubgraph(keys, "orders", collectorUrl, effects, {
    "stock.sold": async (_tx, event) => void effects.received.push(event.requestId),
  });
  const orderClient = makeServiceClient(keys.signers.products, "orders", [new URL(orders.url)]);
  const products = await openSubgraph(keys, "products", collectorUrl, effects, {}, orders.url, async (db) => {
    await orderClient.query("{ work }", {}, z.object({ work: z.boolean() }));
    const orderId = newId<OrderId>();
    await transaction(db, async (tx) => {
      await enqueueEvent(tx, outbox, "stock.sold", { subject: orderId, sequence: 1, data: { orderId } });
      await enqueueMail(tx, outbox, "welcome", { subject: orderId, payload: {} });
    });
  });
  const token = await internalTokenOf(keys, "products", "guest");
  return {
    effects,
    rows: () => products.db.select({ requestId: outbox.requestId, traceparent: outbox.traceparent }).from(outbox),
    ask: async (headers: Record<string, string>) => {
      const { data } = await postGraph(
        `${products.url}/graphql`,
        "mutation { work }",
        {},
        { ...headers, authorization: `Bearer ${token}` },
      );
      expect(data).toEqual({ work: true });
    },
    close: async () => {
      await products.close();
      await orders.close();
      await orderClient.close();
    },
  };
}

type Effects = ReturnType<typeof openEffects>;

function openEffects() {
  const lines: { requestId?: string; msg: string }[] = [];
  return {
    received: [] as (string | undefined)[],
    mailed: [] as string[],
    log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }),
    requestIdsInLogs: () =>
      new Set(lines.filter(({ msg }) => msg === "Served a GraphQL request.").map((line) => line.requestId)),
  };
}

async function openSubgraph(
  keys: ShopKeys,
  name: "orders" | "products",
  collectorUrl: string | undefined,
  effects: Effects,
  handlers: EventHandlers,
  consumerUrl?: string,
  work: (db: ReturnType<typeof openDatabase>["db"]) => Promise<void> = async (db) => {
    await db.select().from(inbox).where(eq(inbox.type, "none"));
  },
) {
  const { url } = await openMessageDatabase();
  const database = openDatabase({ url, applicationName: name, traced: collectorUrl !== undefined });
  const { db } = database;
  const tracing = await openTracing(name, collectorUrl);
  const { log } = effects;
  const events = await startEvents({
    name,
    db,
    outbox,
    inbox,
    handlers,
    signer: keys.signers[name],
    addresses: consumerUrl === undefined ? {} : { orders: [new URL(consumerUrl)] },
    tracing,
    log,
  });
  const mails = startMails({
    db,
    outbox,
    mailer: { domain: "shop.example", send: async ({ to }) => void effects.mailed.push(to), close: async () => {} },
    render: () => ({ to: "ada@example.com", subject: "", text: "", html: "" }),
    logLinks: false,
    tracing,
    log,
  });
  const server = await startSubgraph({
    name,
    sdl: "type Query { work: Boolean } type Mutation { work: Boolean }",
    resolvers: {
      Query: { work: () => work(db).then(() => true) },
      Mutation: { work: () => work(db).then(() => true) },
    },
    context: ({ viewer }) => ({ viewer }),
    host: "127.0.0.1",
    port: 0,
    verify: await makeInternalVerifier(name, JSON.parse(keys.jwks)),
    ready: async () => {},
    internalRoutes: events.internalRoutes,
    afterRequest: () => {
      events.wake();
      mails.wake();
    },
    observation: { metrics: makeMetrics(name), tracing },
    log,
  });
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await server.close(100);
    await Promise.all([events.close(), mails.close()]);
    await tracing?.close();
    await database.close();
  };
  onTestFinished(close);
  return { db, url: server.url, close };
}

/** An OTLP collector that keeps what it receives. */
async function openCollector() {
  const received: Span[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      for (const { resource, scopeSpans } of JSON.parse(Buffer.concat(parts).toString("utf8")).resourceSpans) {
        const attribute = resource.attributes.find(({ key }: { key: string }) => key === "service.name");
        for (const { spans } of scopeSpans) {
          for (const span of spans) received.push({ ...span, service: attribute.value.stringValue });
        }
      }
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, spans: () => received };
}
