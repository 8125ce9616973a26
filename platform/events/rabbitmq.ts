import { AMQPConnectionError, AMQPError, type AsyncMessage, Connection, ConsumerStatus } from "rabbitmq-client";
import { eventConsumers } from "#schema/events.ts";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import { isDatabaseUnavailable, withDeadline } from "../database/database.ts";
import type { Log } from "../observability/log.ts";
import { ApiError } from "../shop/api-error.ts";
import { type AnyEvent, type CloudEvent, type Consumer, type EventTransport, parseEvent } from "./cloud-event.ts";
import { ReceiverUnavailable } from "./relay.ts";

const cloudEventsType = "application/cloudevents+json";
const publishTimeoutMs = 5_000;
const connectTimeoutMs = 4_000;
const reconnectMsMin = 200;
const reconnectMsMax = 5_000;
const heartbeatSeconds = 10;
const concurrentMax = 20;
/** With the pauses below a message is delivered for about eight minutes before it becomes a dead letter. */
const deliveriesMax = 100;
const pauseMsMin = 200;
const pauseMsMax = 5_000;

/** The names of a consumer's queues. */
export function queueNames(prefix: string, consumer: Consumer): { inbox: string; dead: string } {
  return { inbox: `${prefix}${consumer}.inbox`, dead: `${prefix}${consumer}.dead` };
}

/** The name of a sender's exchange. */
export function exchangeName(prefix: string, sender: string): string {
  return `${prefix}${sender}`;
}

const queueArguments = { "x-queue-type": "quorum" } as const;

function inboxQueue(prefix: string, consumer: Consumer) {
  const { inbox, dead } = queueNames(prefix, consumer);
  return {
    queue: inbox,
    durable: true,
    arguments: {
      ...queueArguments,
      "x-delivery-limit": deliveriesMax,
      "x-dead-letter-exchange": "",
      "x-dead-letter-routing-key": dead,
      // Without these two a quorum queue can lose a message on its way to the dead letters.
      "x-dead-letter-strategy": "at-least-once",
      "x-overflow": "reject-publish" as const,
    },
  };
}

function deadQueue(prefix: string, consumer: Consumer) {
  return { queue: queueNames(prefix, consumer).dead, durable: true, arguments: queueArguments };
}

const consumers: readonly Consumer[] = [...new Set(Object.values(eventConsumers).flat())];

/**
 * Opens a connection to the broker that reconnects by itself. A sender has a topic exchange; a consumer has a quorum queue and another one for its
 * dead letters. Both sides declare all of them, so that events sent before a consumer's first start are not lost.
 *
 * @param options.receive resolves once the event is committed; only then is it acknowledged. Undefined for subgraphs that receive none.
 */
export function openRabbitTransport(options: {
  url: string;
  prefix: string;
  name: Subgraph;
  receive: ((event: AnyEvent) => Promise<void>) | undefined;
  log: Log;
}): EventTransport {
  const { prefix, name, log, receive } = options;
  const connection = new Connection({
    url: options.url,
    connectionName: `${prefix}${name}`,
    heartbeat: heartbeatSeconds,
    connectionTimeout: connectTimeoutMs,
    acquireTimeout: connectTimeoutMs,
    retryLow: reconnectMsMin,
    retryHigh: reconnectMsMax,
  });
  connection.on("error", (error) => log.warn({ err: error }, "RabbitMQ is unavailable; reconnecting."));
  const ending = new AbortController();
  const closeConsumer = receive === undefined ? undefined : consume(connection, { ...options, receive }, ending.signal);
  const publisher = connection.createPublisher({
    confirm: true,
    queues: consumers.flatMap((consumer) => [deadQueue(prefix, consumer), inboxQueue(prefix, consumer)]),
    exchanges: [{ exchange: exchangeName(prefix, name), type: "topic", durable: true }],
    queueBindings: consumers.map((consumer) => ({
      exchange: exchangeName(prefix, name),
      queue: queueNames(prefix, consumer).inbox,
      routingKey: `${consumer}.#`,
    })),
  });
  const returned = new Set<string>();
  publisher.on("basic.return", (message) => returned.add(message.correlationId ?? ""));
  let sent = 0;
  const publish = async (destination: Consumer, event: CloudEvent) => {
    sent += 1;
    const correlationId = String(sent);
    await publisher.send(
      {
        exchange: exchangeName(prefix, name),
        routingKey: `${destination}.${event.type}`,
        contentType: cloudEventsType,
        messageId: event.id,
        correlationId,
        durable: true,
        mandatory: true,
      },
      Buffer.from(JSON.stringify(event)),
    );
    // The broker returns unroutable messages before it confirms, and the client reports them one turn later.
    await new Promise((resolve) => setImmediate(resolve));
    if (returned.delete(correlationId)) throw new ReceiverUnavailable(`No queue of ${destination} is bound.`);
  };
  return {
    send: async (destination, event) => {
      try {
        await withDeadline(publish(destination, event), publishTimeoutMs);
      } catch (error) {
        throw isUnavailable(error) ? new ReceiverUnavailable("RabbitMQ did not confirm.", { cause: error }) : error;
      }
    },
    deadLetters: async () => {
      const own = consumers.find((consumer) => consumer === name);
      if (own === undefined) return 0;
      const { messageCount } = await withDeadline(connection.queueDeclare(deadQueue(prefix, own)), publishTimeoutMs);
      return messageCount;
    },
    close: async () => {
      ending.abort();
      await withDeadline(
        Promise.all([closeConsumer?.(), publisher.close()]).then(() => connection.close()),
        publishTimeoutMs,
      ).catch(() => connection.unsafeDestroy());
    },
  };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof ApiError || error instanceof AMQPError || error instanceof AMQPConnectionError;
}

function consume(
  connection: Connection,
  {
    prefix,
    name,
    receive,
    log,
  }: {
    prefix: string;
    name: string;
    receive: (event: AnyEvent) => Promise<void>;
    log: Log;
  },
  ending: AbortSignal,
): () => Promise<void> {
  const own = consumers.find((consumer) => consumer === name);
  if (own === undefined) throw new Error(`${name} receives no events.`);
  const { queue, ...queueOptions } = inboxQueue(prefix, own);
  const take = async (message: AsyncMessage): Promise<ConsumerStatus> => {
    try {
      await receive(parseEvent(textOf(message.body)));
      return ConsumerStatus.ACK;
    } catch (error) {
      // The message is not at fault, so it is kept here: the broker would count each return as a delivery.
      if (isDatabaseUnavailable(error) && !ending.aborted) {
        await pause(deliveriesMax, ending);
        return take(message);
      }
      log.warn({ err: error, messageId: message.messageId }, "Receiving an event failed; it will be delivered again.");
      await pause(Number(message.headers?.["x-delivery-count"] ?? 0), ending);
      return ConsumerStatus.REQUEUE;
    }
  };
  const consumer = connection.createConsumer(
    {
      queue,
      queueOptions,
      qos: { prefetchCount: concurrentMax },
      concurrency: concurrentMax,
      exchanges: subgraphs.map((sender) => ({ exchange: exchangeName(prefix, sender), type: "topic", durable: true })),
      queueBindings: subgraphs.map((sender) => ({
        exchange: exchangeName(prefix, sender),
        queue,
        routingKey: `${own}.#`,
      })),
    },
    take,
  );
  consumer.on("error", (error) => log.warn({ err: error }, "The queue of events is unavailable; retrying."));
  return () => consumer.close();
}

/** Each further delivery of a failing message waits longer. */
async function pause(deliveries: number, ending: AbortSignal): Promise<void> {
  const waitMs = Math.min(pauseMsMin * 2 ** Math.min(deliveries, 10), pauseMsMax) * (0.5 + Math.random() / 2);
  if (ending.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, waitMs);
    ending.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

function textOf(body: unknown): string {
  return Buffer.isBuffer(body) ? body.toString("utf8") : String(body);
}

/** A dead letter of a consumer. */
export type DeadLetter = { readonly consumer: Consumer; readonly messageId: string; readonly text: string };

/**
 * Reads the dead letters of all consumers, at most `max` each. Those that `isChosen` accepts return to their consumers' queues; each is removed from
 * the dead letters only after the broker has confirmed the copy. The others stay.
 */
export async function visitDeadLetters(
  url: string,
  prefix: string,
  max: number,
  isChosen: (letter: DeadLetter) => boolean = () => false,
): Promise<{ kept: DeadLetter[]; replayed: DeadLetter[] }> {
  const connection = new Connection({ url, connectionTimeout: connectTimeoutMs, acquireTimeout: connectTimeoutMs });
  connection.on("error", () => {});
  const publisher = connection.createPublisher({ confirm: true });
  const kept: DeadLetter[] = [];
  const replayed: DeadLetter[] = [];
  try {
    await connection.onConnect(connectTimeoutMs);
    for (const consumer of consumers) {
      await connection.queueDeclare(deadQueue(prefix, consumer));
      const { dead, inbox } = queueNames(prefix, consumer);
      const channel = await connection.acquire();
      const keptTags: number[] = [];
      for (let read = 0; read < max; read += 1) {
        const message = await channel.basicGet({ queue: dead });
        if (message === undefined) break;
        const letter = { consumer, messageId: message.messageId ?? "", text: textOf(message.body) };
        if (isChosen(letter)) {
          await publisher.send(
            { routingKey: inbox, contentType: cloudEventsType, messageId: letter.messageId, durable: true },
            Buffer.from(letter.text),
          );
          channel.basicAck({ deliveryTag: message.deliveryTag });
          replayed.push(letter);
        } else {
          keptTags.push(message.deliveryTag);
          kept.push(letter);
        }
      }
      for (const deliveryTag of keptTags) channel.basicNack({ deliveryTag, requeue: true });
      await channel.close();
    }
    return { kept, replayed };
  } finally {
    await publisher.close();
    await connection.close();
  }
}
