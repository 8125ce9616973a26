import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import postgres from "postgres";
import { makeInternalVerifier } from "#platform/auth/internal-tokens.ts";
import type { Db } from "#platform/database/database.ts";
import { type EventHandlers, type Events, startEvents } from "#platform/events/events.ts";
import type { KafkaOptions } from "#platform/events/kafka-client.ts";
import { startSubgraph } from "#platform/graphql/subgraph-server.ts";
import { openLog } from "#platform/observability/log.ts";
import { inbox, outbox } from "./outbox-tables.ts";
import { brokerPort, brokerUrl, removeQueues } from "./rabbitmq.ts";
import { makeShopKeys } from "./subgraph-client.ts";
import { isListening } from "./tcp-proxy.ts";

const log = openLog("test", process.env.LOG_LEVEL ?? "silent");

/** The ways by which events travel. */
export const transportNames = ["HTTP", "RabbitMQ", "Kafka"] as const;
export type TransportName = (typeof transportNames)[number];

/** Brokers for one test; closing removes what was made on them. */
export type Brokers = AsyncDisposable & {
  readonly rabbitmq: { url: string; prefix: string } | undefined;
  readonly kafka: KafkaOptions | undefined;
};

/** Whether this machine has what a transport needs; otherwise its tests are skipped. */
export async function isTransportThere(name: TransportName): Promise<boolean> {
  if (name === "RabbitMQ") return isListening(brokerPort);
  if (name === "HTTP") return true;
  try {
    execFileSync("kcat", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Opens the broker of a transport: the RabbitMQ that runs here, or a cluster of three brokers that librdkafka mocks. */
export async function openBrokers(name: TransportName): Promise<Brokers> {
  const prefix = `agora-test-${randomBytes(4).toString("hex")}.`;
  if (name === "RabbitMQ") {
    return {
      rabbitmq: { url: brokerUrl(), prefix },
      kafka: undefined,
      [Symbol.asyncDispose]: () => removeQueues(prefix),
    };
  }
  if (name === "HTTP") return { rabbitmq: undefined, kafka: undefined, [Symbol.asyncDispose]: async () => {} };
  const cluster = await openMockCluster();
  return {
    rabbitmq: undefined,
    kafka: { brokers: cluster.brokers, prefix, tls: false },
    [Symbol.asyncDispose]: cluster.close,
  };
}

/** librdkafka's mock of a Kafka cluster: another implementation of the protocol than the client's, on loopback. It lives as long as the kcat that opened it. */
async function openMockCluster(): Promise<{ brokers: string[]; close(): Promise<void> }> {
  const options = ["-C", "-t", "unused", "-b", "unused:1", "-X", "test.mock.num.brokers=3", "-d", "mock"];
  const kcat = spawn("kcat", options, { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(kcat, "exit");
  let said = "";
  const brokers = await new Promise<string[]>((resolve, reject) => {
    kcat.stderr.on("data", (bytes) => {
      if (said.length < 10_000) said += String(bytes);
      const found = /bootstrap\.servers=([\d.:,]+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found.split(","));
    });
    kcat.once("exit", () => reject(new Error(`kcat ended: ${said}`)));
  });
  return {
    brokers,
    close: async () => {
      kcat.kill("SIGKILL");
      await exited;
    },
  };
}

/** A subgraph `products` that sends and a subgraph `orders` that receives, over a transport. */
export async function openPair(options: {
  brokers: Brokers;
  sender: Db;
  consumer: Db;
  handlers: EventHandlers;
}): Promise<{ readonly sender: Events; readonly consumer: Events; close(): Promise<void> }> {
  const { brokers, handlers } = options;
  const keys = await makeShopKeys();
  const transport = { rabbitmq: brokers.rabbitmq, kafka: brokers.kafka };
  const consumer = await startEvents({
    name: "orders",
    db: options.consumer,
    inbox,
    handlers,
    signer: keys.signers.orders,
    addresses: {},
    ...transport,
    log,
  });
  const server = await startSubgraph({
    name: "orders",
    sdl: "type Query { nothing: Boolean }",
    resolvers: {},
    context: ({ viewer }) => ({ viewer }),
    host: "127.0.0.1",
    port: 0,
    verify: await makeInternalVerifier("orders", JSON.parse(keys.jwks)),
    ready: async () => {},
    internalRoutes: consumer.internalRoutes,
    log,
  });
  const sender = await startEvents({
    name: "products",
    db: options.sender,
    outbox,
    signer: keys.signers.products,
    addresses: { orders: [new URL(server.url)] },
    ...transport,
    log,
    limits: { pollMs: 50, backoffMsMin: 10, backoffMsMax: 100 },
  });
  return {
    sender,
    consumer,
    close: async () => {
      await sender.close();
      await server.close(100);
      await consumer.close();
    },
  };
}

/** What came of sending many events: those that took effect, and how often. */
export type Delivered = {
  readonly effects: number;
  readonly distinct: number;
  readonly waiting: number;
  readonly dead: number;
};

/** Sent before the next events are: the mock of a Kafka cluster keeps 5 MB of a partition, and drops what is older without a word. */
const portionEvents = 10_000;
/** Enough for several in each partition. */
const lastEvents = 100;

/**
 * Sends `count` events in portions of 10,000, each in random order and every event twice, and waits until each has been delivered twice.
 *
 * @param databases the sender's, with an outbox, and the consumer's, with an inbox. A table of effects is made there, without any unique constraint.
 */
export async function deliverDoubled(
  brokers: Brokers,
  databases: { readonly sender: Db; readonly consumer: Db; readonly senderUrl: string; readonly consumerUrl: string },
  count: number,
  withinMs: number,
): Promise<Delivered> {
  const [sent, received] = [postgres(databases.senderUrl, { max: 2 }), postgres(databases.consumerUrl, { max: 2 })];
  await received`CREATE TABLE effects (event_id uuid NOT NULL)`;
  const { sql } = await import("drizzle-orm");
  const pair = await openPair({
    brokers,
    ...databases,
    handlers: { "stock.sold": async (tx, { id }) => void (await tx.execute(sql`insert into effects values (${id})`)) },
  });
  try {
    const end = Date.now() + withinMs;
    const waitUntil = async (isDone: () => Promise<boolean>) => {
      while (!(await isDone()) && Date.now() < end) {
        pair.sender.wake();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const waiting = async () => Number((await sent`SELECT count(*) FROM outbox WHERE status = 'waiting'`)[0]?.count);
    const insert = async (events: number) => {
      const rows = await sent`
        INSERT INTO outbox (id, channel, topic, destination, message_id, subject, sequence, payload, due_at)
        SELECT id, 'event', 'stock.sold', 'orders', id, subject, 1, jsonb_build_object('orderId', subject), now() - random() * interval '1 hour'
        FROM (SELECT uuidv7() AS id, uuidv7()::text AS subject FROM generate_series(1, ${events})) AS events
        RETURNING id`;
      return rows.map(({ id }) => String(id));
    };
    const effects = async (except: string[] = []) => {
      const [row] = await received`
        SELECT count(*)::int AS effects, count(DISTINCT event_id)::int AS distinct FROM effects
        WHERE event_id <> ALL(${except}::uuid[])`;
      return { effects: Number(row?.effects), distinct: Number(row?.distinct) };
    };
    for (let before = 0; before < count && Date.now() < end; before += portionEvents) {
      const portion = Math.min(portionEvents, count - before);
      const ids = await insert(portion);
      await waitUntil(async () => (await waiting()) < portion / 2);
      // Half of them are on their way or there: all are sent again, with their ids and in another order.
      await sent.begin(async (tx) => {
        // The relay locks its rows in another order: without the table's lock the two could wait for each other.
        await tx`LOCK TABLE outbox IN EXCLUSIVE MODE`;
        await tx`
          UPDATE outbox SET status = 'waiting', attempts = 0, due_at = now() - random() * interval '1 hour'
          WHERE id = ANY(${ids}::uuid[])`;
      });
      await waitUntil(async () => (await waiting()) === 0);
      await waitUntil(async () => (await effects()).distinct >= before + portion);
    }
    // What is sent last arrives last in each queue and partition: once it took effect, every second delivery has come as well.
    const last = await insert(lastEvents);
    await waitUntil(async () => (await effects()).distinct >= count + lastEvents);
    const dead = await pair.consumer.deadLetters();
    return { ...(await effects(last)), waiting: await waiting(), dead };
  } finally {
    await pair.close();
    await Promise.all([sent.end(), received.end()]);
  }
}
