import { Connection } from "rabbitmq-client";
import { expect, onTestFinished, test } from "vitest";
import { inbox, openMessageDatabase, outbox, until } from "#test/harness/message-tables.ts";
import { brokerPort, brokerUrl, newPrefix as makePrefix, removeQueues } from "#test/harness/rabbitmq.ts";
import { makeShopKeys } from "#test/harness/subgraph-client.ts";
import { isListening, openTcpProxy } from "#test/harness/tcp-proxy.ts";
import { transaction } from "../database/database.ts";
import { openLog } from "../observability/log.ts";
import { newId, type OrderId } from "../shop/ids.ts";
import { type EventHandlers, type Events, startEvents } from "./events.ts";
import { enqueueEvent, outboxDepth } from "./outbox.ts";
import { queueNames, visitDeadLetters } from "./rabbitmq.ts";

const log = openLog("test", "silent");
const limits = { pollMs: 50, backoffMsMin: 10, backoffMsMax: 100, leaseMs: 1_000 };
const broker = brokerUrl();
const reachable = await isListening(brokerPort);
if (!reachable) console.warn(`There is no RabbitMQ at 127.0.0.1:${brokerPort}: its tests are skipped.`);

test.skipIf(!reachable)(
  "events cross the broker, each once in effect, and are marked sent after its confirm",
  async () => {
    const prefix = newPrefix();
    const taken: string[] = [];
    const { db } = await openSender(prefix);
    const subjects = await send(db, 50);
    // The queue was made by the sender: the consumer comes later and loses nothing.
    await until(async () => (await outboxDepth(db)).waiting === 0);
    await openConsumer(prefix, { "stock.sold": async (_tx, { subject }) => void taken.push(subject) });
    await until(() => taken.length >= 50);
    expect(taken.toSorted()).toEqual(subjects.toSorted());
  },
);

test.skipIf(!reachable)("an event that fails comes again until it succeeds", async () => {
  const prefix = newPrefix();
  let attempts = 0;
  const consumer = await openConsumer(prefix, {
    "stock.sold": async () => {
      attempts += 1;
      if (attempts < 3) throw new Error("not yet");
    },
  });
  const { db } = await openSender(prefix);
  await send(db, 1);
  await until(async () => (await consumer.sql`SELECT 1 FROM inbox`).length === 1);
  expect(attempts).toBe(3);
});

test.skipIf(!reachable)(
  "while the broker is cut off events wait; afterwards each has arrived and taken effect once",
  async () => {
    const prefix = newPrefix();
    const proxy = await openTcpProxy(brokerPort);
    onTestFinished(() => proxy.close());
    const consumer = await openConsumer(
      prefix,
      { "stock.sold": async (tx, { subject }) => void (await tx.insert(outbox).values(effectOf(subject))) },
      brokerUrl(proxy.port),
    );
    const { db } = await openSender(prefix, brokerUrl(proxy.port));
    const before = await send(db, 20);
    await until(async () => (await consumer.sql`SELECT 1 FROM outbox`).length > 0);
    proxy.disconnect();
    const during = await send(db, 200);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await outboxDepth(db)).waiting).toBeGreaterThan(0);
    proxy.reconnect();
    await until(async () => (await consumer.sql`SELECT 1 FROM outbox`).length === 220, 25_000);
    const effects = await consumer.sql<{ subject: string }[]>`SELECT subject FROM outbox`;
    expect(effects.map(({ subject }) => subject).toSorted()).toEqual([...before, ...during].toSorted());
  },
  60_000,
);

test.skipIf(!reachable)("what no consumer can take becomes a dead letter that can be listed and replayed", async () => {
  const prefix = newPrefix();
  const taken: string[] = [];
  await openConsumer(prefix, { "stock.sold": async (_tx, { subject }) => void taken.push(subject) });
  const connection = new Connection(broker);
  onTestFinished(() => connection.close());
  const { inbox: queue, dead } = queueNames(prefix, "orders");
  const publisher = connection.createPublisher({ confirm: true });
  const { db, sql } = await openSender(prefix);
  await send(db, 1);
  await until(() => taken.length === 1);
  const [row] = await sql<{ message_id: string }[]>`SELECT message_id FROM outbox`;
  const wrong = { messageId: row?.message_id ?? "", durable: true };
  await publisher.send({ ...wrong, routingKey: dead }, Buffer.from("{}"));
  await publisher.close();
  const listed = await visitDeadLetters(broker, prefix, 10);
  expect(listed).toEqual({ kept: [{ consumer: "orders", messageId: wrong.messageId, text: "{}" }], replayed: [] });
  const { replayed } = await visitDeadLetters(broker, prefix, 10, ({ messageId }) => messageId === wrong.messageId);
  expect(replayed).toHaveLength(1);
  expect(await visitDeadLetters(broker, prefix, 10)).toEqual({ kept: [], replayed: [] });
  expect(queue).toContain(prefix);
});

async function openConsumer(prefix: string, handlers: EventHandlers, url = broker) {
  const { db, sql } = await openMessageDatabase();
  const keys = await makeShopKeys();
  const events = await startEvents({
    name: "orders",
    db,
    inbox,
    handlers,
    signer: keys.signers.orders,
    addresses: {},
    rabbitmq: { url, prefix },
    log,
  });
  onTestFinished(() => events.close());
  return { sql };
}

async function openSender(prefix: string, url = broker) {
  const { db, sql } = await openMessageDatabase();
  const keys = await makeShopKeys();
  const events: Events = await startEvents({
    name: "products",
    db,
    outbox,
    signer: keys.signers.products,
    addresses: {},
    rabbitmq: { url, prefix },
    log,
    limits,
  });
  onTestFinished(() => events.close());
  return { db, sql };
}

async function send(db: Parameters<typeof transaction>[0], count: number): Promise<OrderId[]> {
  const subjects = Array.from({ length: count }, () => newId<OrderId>());
  await transaction(db, async (tx) => {
    for (const orderId of subjects) {
      await enqueueEvent(tx, outbox, "stock.sold", { subject: orderId, sequence: 1, data: { orderId } });
    }
  });
  return subjects;
}

/** A prefix of the test's own; what was made under it is removed afterwards. */
function newPrefix(): string {
  const prefix = makePrefix();
  onTestFinished(() => removeQueues(prefix));
  return prefix;
}

/** A row to count effects by. */
function effectOf(subject: string) {
  const id = newId<typeof outbox.$inferSelect.id>();
  return { id, channel: "mail" as const, topic: "effect", messageId: id, subject, payload: {} };
}
