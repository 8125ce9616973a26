import { expect, onTestFinished, test } from "vitest";
import { inbox, openMessageDatabase, outbox, until } from "#test/harness/message-tables.ts";
import { internalTokenOf, makeShopKeys, type ShopKeys } from "#test/harness/subgraph-client.ts";
import { makeInternalVerifier } from "../auth/internal-tokens.ts";
import { type Database, transaction } from "../database/database.ts";
import { startSubgraph } from "../graphql/subgraph-server.ts";
import { openLog } from "../observability/log.ts";
import { newId, type OrderId } from "../shop/ids.ts";
import { type EventBatches, type EventHandlers, type Events, startEvents } from "./events.ts";
import { enqueueEvent, outboxDepth } from "./outbox.ts";

const log = openLog("test", "silent");
const limits = { pollMs: 50, backoffMsMin: 1, backoffMsMax: 20 };

test("an event reaches its consumer over HTTP unchanged, and is then marked as sent", async () => {
  const keys = await makeShopKeys();
  const taken: unknown[] = [];
  const orders = await openConsumer(keys, { "stock.sold": async (_tx, event) => void taken.push(event) });
  const { db, events } = await openSender(keys, orders.url);
  const orderId = newId<OrderId>();
  await transaction(db, (tx) =>
    enqueueEvent(tx, outbox, "stock.sold", { subject: orderId, sequence: 7, data: { orderId } }),
  );
  events.wake();
  await until(async () => (await outboxDepth(db)).waiting === 0);
  expect(taken).toEqual([
    {
      id: expect.any(String),
      type: "stock.sold",
      subject: orderId,
      sequence: 7,
      time: expect.any(Date),
      data: { orderId },
      requestId: expect.any(String),
    },
  ]);
});

test("an event that is delivered twenty times at once takes effect once", async () => {
  const keys = await makeShopKeys();
  const orders = await openConsumer(keys, {
    "stock.sold": async (tx, event) => void (await tx.insert(outbox).values(effectOf(event.subject))),
  });
  const event = stockSold();
  const statuses = await Promise.all(Array.from({ length: 20 }, () => orders.post(event, "products")));
  expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));
  expect(await orders.sql`SELECT 1 FROM outbox`).toHaveLength(1);
});

test("when its handler fails, an event does not count as received, and the next delivery applies it", async () => {
  const keys = await makeShopKeys();
  let attempts = 0;
  const orders = await openConsumer(keys, {
    "stock.sold": async (tx, event) => {
      await tx.insert(outbox).values(effectOf(event.subject));
      attempts += 1;
      if (attempts === 1) throw new Error("the first time fails");
    },
  });
  const event = stockSold();
  expect(await orders.post(event, "products")).toBe(500);
  expect(await orders.sql`SELECT 1 FROM inbox UNION ALL SELECT 1 FROM outbox`).toHaveLength(0);
  expect(await orders.post(event, "products")).toBe(200);
  expect(await orders.sql`SELECT 1 FROM outbox`).toHaveLength(1);
});

test("events are accepted only from their own sender and only as the contract defines them", async () => {
  const keys = await makeShopKeys();
  let taken = 0;
  const orders = await openConsumer(keys, {
    "stock.sold": async () => void taken++,
    "user.deleted": async () => void taken++,
  });
  const event = stockSold();
  expect(await orders.post(event, "users")).toBe(403);
  expect(await orders.post(event, "gateway")).toBe(403);
  expect(await orders.post({ ...event, source: "/users" }, "users")).toBe(403);
  expect(await orders.post(event, undefined)).toBe(401);
  for (const wrong of [
    "not an event",
    { ...event, type: "stock.stolen" },
    { ...event, specversion: "0.3" },
    { ...event, id: "1" },
    { ...event, sequence: "-1" },
    { ...event, data: { orderId: "17" } },
    { ...event, type: "order.paid", source: "/orders" },
  ]) {
    expect(await orders.post(wrong, wrong === "not an event" ? "products" : "products")).toBeOneOf([400, 403]);
  }
  expect(taken).toBe(0);
});

test("while a consumer is down its events wait, and arrive by themselves when it is back", async () => {
  const keys = await makeShopKeys();
  const taken: string[] = [];
  const handlers: EventHandlers = { "stock.sold": async (_tx, { subject }) => void taken.push(subject) };
  const first = await openConsumer(keys, handlers);
  await first.close();
  const { db } = await openSender(keys, first.url);
  const subjects = Array.from({ length: 30 }, () => newId<OrderId>());
  await transaction(db, async (tx) => {
    for (const orderId of subjects) {
      await enqueueEvent(tx, outbox, "stock.sold", { subject: orderId, sequence: 1, data: { orderId } });
    }
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await outboxDepth(db)).toMatchObject({ waiting: 30, dead: 0 });
  await openConsumer(keys, handlers, Number(new URL(first.url).port));
  await until(async () => (await outboxDepth(db)).waiting === 0);
  expect(taken.toSorted()).toEqual(subjects.toSorted());
});

test("events that leave together take effect in one transaction, and one that fails holds up none of the others", async () => {
  const keys = await makeShopKeys();
  const poison = newId<OrderId>();
  const taken: string[] = [];
  const handlers: EventHandlers = {
    "stock.sold": async (_tx, { subject }) => {
      if (subject === poison) throw new Error("This one fails.");
      taken.push(subject);
    },
  };
  const orders = await openConsumer(keys, handlers, 0, { types: ["stock.sold"] });
  const { db, events } = await openSender(keys, orders.url);
  const send = async (subjects: readonly OrderId[]) => {
    await transaction(db, async (tx) => {
      for (const orderId of subjects) {
        await enqueueEvent(tx, outbox, "stock.sold", { subject: orderId, sequence: 1, data: { orderId } });
      }
    });
    events.wake();
  };
  const together = Array.from({ length: 10 }, () => newId<OrderId>());
  await send(together);
  await until(async () => (await outboxDepth(db)).waiting === 0);
  expect(taken.toSorted()).toEqual(together.toSorted());
  expect(await orders.sql`SELECT DISTINCT xmin::text FROM inbox`).toHaveLength(1);

  const others = Array.from({ length: 4 }, () => newId<OrderId>());
  await send([poison, ...others]);
  await until(async () => (await outboxDepth(db)).waiting === 1);
  expect(await orders.sql`SELECT 1 FROM inbox`).toHaveLength(together.length + others.length);
});

/** A subgraph `orders` that only receives events. */
async function openConsumer(keys: ShopKeys, handlers: EventHandlers, port = 0, batches?: EventBatches) {
  const { db, sql } = await openMessageDatabase();
  const events = await startEvents({
    name: "orders",
    db,
    inbox,
    handlers,
    ...(batches === undefined ? {} : { batches }),
    signer: keys.signers.orders,
    addresses: {},
    log,
  });
  const server = await startSubgraph({
    name: "orders",
    sdl: "type Query { nothing: Boolean }",
    resolvers: {},
    context: ({ viewer }) => ({ viewer }),
    host: "127.0.0.1",
    port,
    verify: await makeInternalVerifier("orders", JSON.parse(keys.jwks)),
    ready: async () => {},
    internalRoutes: events.internalRoutes,
    log,
  });
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    await server.close(100);
    await events.close();
  };
  onTestFinished(close);
  return {
    url: server.url,
    sql,
    close,
    /** Posts as a service and returns the status. */
    post: async (event: unknown, sender: "users" | "products" | "gateway" | undefined) => {
      const token = sender === undefined ? "" : await internalTokenOf(keys, "orders", { service: sender });
      const response = await fetch(`${server.url}/events`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify(event),
      });
      await response.arrayBuffer();
      return response.status;
    },
  };
}

async function openSender(
  keys: ShopKeys,
  consumerUrl: string,
): Promise<{ db: Database["db"]; sql: Database["sql"]; events: Events }> {
  const { db, sql } = await openMessageDatabase();
  const events = await startEvents({
    name: "products",
    db,
    outbox,
    signer: keys.signers.products,
    addresses: { orders: [new URL(consumerUrl)] },
    log,
    limits,
  });
  onTestFinished(() => events.close());
  return { db, sql, events };
}

function stockSold() {
  const orderId = newId<OrderId>();
  return {
    specversion: "1.0",
    id: newId<OrderId>(),
    source: "/products",
    type: "stock.sold",
    subject: orderId,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    sequence: "1",
    sequencetype: "Integer",
    data: { orderId },
  };
}

/** A row to count effects by. */
function effectOf(subject: string) {
  const id = newId<typeof outbox.$inferSelect.id>();
  return { id, channel: "mail" as const, topic: "effect", messageId: id, subject, payload: {} };
}
