import type { Admin, Consumer as KafkaConsumer, KafkaMessage, Message, TopicMessages } from "kafkajs";
import type { Subgraph } from "#schema/subgraphs.ts";
import { isDatabaseUnavailable, withDeadline } from "../database/database.ts";
import type { Log } from "../observability/log.ts";
import { type AnyEvent, type CloudEvent, type EventTransport, parseEvent } from "./cloud-event.ts";
import {
  allAcknowledge,
  type KafkaOptions,
  kafkaConsumers,
  makeKafkaProducer,
  openKafkaClient,
  topicNames,
} from "./kafka-client.ts";
import { countDeadLetters } from "./kafka-dead-letters.ts";
import { ReceiverUnavailable } from "./relay.ts";

const sendTimeoutMs = 5_000;
const sessionTimeoutMs = 30_000;
const heartbeatMs = 3_000;
/** Events of one batch that are applied at the same time; those of one subject follow each other. */
const concurrentMax = 20;
/** With the pauses below an event is tried for about eight minutes before it becomes a dead letter. */
const attemptsMax = 100;
const pauseMsMin = 200;
const pauseMsMax = 5_000;
const attemptsHeader = "attempts";
const dueHeader = "due";

/**
 * Opens a producer, and for a subgraph that receives events a member of its consumer group. An event is keyed by its subject, so that the events of one
 * order stay in order within a partition, and is sent once all in-sync replicas have it. A consumer commits its offset after `receive` has committed.
 * An event that cannot be applied goes to the retry topic, where it waits and holds up nothing else, and after 100 attempts to the dead letters.
 *
 * @param options.receive resolves once the event is committed. Undefined for subgraphs that receive none.
 */
export async function openKafkaTransport(
  options: KafkaOptions & {
    name: Subgraph;
    receive: ((event: AnyEvent) => Promise<void>) | undefined;
    log: Log;
  },
): Promise<EventTransport> {
  const { prefix, name, log, receive } = options;
  const kafka = await openKafkaClient(options, `${prefix}${name}`, log);
  const producer = await makeKafkaProducer(kafka);
  const ending = new AbortController();
  let connecting: Promise<void> | undefined;
  const connected = () => {
    connecting ??= producer.connect().catch((error) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  };
  const publish = makePublisher(async (topicMessages) => {
    await connected();
    await producer.sendBatch({ acks: allAcknowledge, timeout: sendTimeoutMs, topicMessages });
  });
  const own = kafkaConsumers.find((consumer) => consumer === name);
  const consuming =
    receive === undefined || own === undefined
      ? undefined
      : consume(
          {
            makeConsumer: () => makeConsumer(kafka, `${prefix}${own}`),
            names: topicNames(prefix, own),
            receive,
            publish,
            log,
          },
          ending.signal,
        );
  let admin: Admin | undefined;
  return {
    send: async (destination, event: CloudEvent) => {
      const message = { key: event.subject, value: JSON.stringify(event), headers: { type: event.type } };
      await withDeadline(publish(topicNames(prefix, destination).inbox, message), sendTimeoutMs).catch((error) => {
        throw new ReceiverUnavailable("Kafka did not confirm.", { cause: error });
      });
    },
    deadLetters: async () => {
      if (own === undefined) return 0;
      admin ??= kafka.admin();
      await admin.connect();
      return await countDeadLetters(admin, prefix, own);
    },
    close: async () => {
      ending.abort();
      await withDeadline(
        Promise.all([consuming, connecting?.then(() => producer.disconnect()), admin?.disconnect()]),
        sendTimeoutMs,
      ).catch((error) => log.warn({ err: error }, "Kafka was not closed in time."));
    },
  };
}

type Publish = (topic: string, message: Message) => Promise<void>;

/**
 * Publishes what is given at the same time in one request, so that the messages of a partition arrive, and are fetched again, as one set. When the
 * request fails, each of its messages counts as not sent.
 */
function makePublisher(sendBatch: (topicMessages: TopicMessages[]) => Promise<void>): Publish {
  let next: { readonly byTopic: Map<string, Message[]>; readonly sent: Promise<void> } | undefined;
  return (topic, message) => {
    if (next === undefined) {
      const byTopic = new Map<string, Message[]>();
      const sent = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        next = undefined;
        return sendBatch(Array.from(byTopic, ([name, messages]) => ({ topic: name, messages })));
      });
      next = { byTopic, sent };
    }
    const messages = next.byTopic.get(topic) ?? [];
    next.byTopic.set(topic, messages);
    messages.push(message);
    return next.sent;
  };
}

function makeConsumer(kafka: { consumer(config: object): KafkaConsumer }, groupId: string): KafkaConsumer {
  return kafka.consumer({
    groupId,
    allowAutoTopicCreation: true,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: heartbeatMs,
    maxWaitTimeInMs: 500,
    retry: { initialRetryTime: pauseMsMin, maxRetryTime: pauseMsMax, retries: 5, restartOnFailure: async () => true },
  });
}

type Consuming = {
  readonly makeConsumer: () => KafkaConsumer;
  readonly names: ReturnType<typeof topicNames>;
  readonly receive: (event: AnyEvent) => Promise<void>;
  readonly publish: Publish;
  readonly log: Log;
};

/** Consumes until `ending`, whether or not the cluster is there at the start. */
async function consume(consuming: Consuming, ending: AbortSignal): Promise<void> {
  const { names, log } = consuming;
  let consumer: KafkaConsumer | undefined;
  while (!ending.aborted && consumer === undefined) {
    const candidate = consuming.makeConsumer();
    try {
      await candidate.connect();
      await candidate.subscribe({ topics: [names.inbox, names.retry], fromBeginning: true });
      await candidate.run({
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 3,
        eachBatch: async ({ batch, resolveOffset, heartbeat, isRunning, isStale }) => {
          for (let first = 0; first < batch.messages.length; first += concurrentMax) {
            if (!isRunning() || isStale() || ending.aborted) return;
            const messages = batch.messages.slice(first, first + concurrentMax);
            await applyAll(consuming, messages, heartbeat, ending);
            const last = messages.at(-1);
            if (ending.aborted || last === undefined) return;
            resolveOffset(last.offset);
            await heartbeat();
          }
        },
      });
      consumer = candidate;
    } catch (error) {
      log.warn({ err: error }, "Kafka is unavailable; connecting again.");
      await candidate.disconnect().catch(() => {});
      await pause(pauseMsMax / 2, ending);
    }
  }
  if (!ending.aborted) await new Promise<void>((resolve) => ending.addEventListener("abort", () => resolve()));
  await consumer?.disconnect();
}

/** Applies messages at the same time, those of one key in turn. Resolves when each is applied, or is in the retry topic or the dead letters. */
async function applyAll(
  consuming: Consuming,
  messages: readonly KafkaMessage[],
  heartbeat: () => Promise<void>,
  ending: AbortSignal,
): Promise<void> {
  const byKey = Map.groupBy(messages, ({ key }) => key?.toString("utf8") ?? "");
  const beating = setInterval(() => void heartbeat().catch(() => {}), heartbeatMs);
  try {
    await Promise.all(
      Array.from(byKey.values(), async (inTurn) => {
        for (const message of inTurn) await apply(consuming, message, ending);
      }),
    );
  } finally {
    clearInterval(beating);
  }
}

async function apply(consuming: Consuming, message: KafkaMessage, ending: AbortSignal): Promise<void> {
  const { names, receive, publish, log } = consuming;
  const value = message.value?.toString("utf8") ?? "";
  const attempts = Number(message.headers?.[attemptsHeader] ?? 0) + 1;
  await pause(Number(message.headers?.[dueHeader] ?? 0) - Date.now(), ending);
  while (!ending.aborted) {
    try {
      return await receive(parseEvent(value));
    } catch (error) {
      // The event is not at fault, so it is kept here and counts no attempt.
      if (isDatabaseUnavailable(error)) {
        await pause(pauseMsMax, ending);
        continue;
      }
      const isDead = attempts >= attemptsMax;
      log.warn(
        { err: error, offset: message.offset, attempts },
        isDead ? "An event is now a dead letter." : "Receiving an event failed; it will be tried again.",
      );
      const key = message.key?.toString("utf8") ?? "";
      const dueMs = Date.now() + Math.min(pauseMsMin * 2 ** Math.min(attempts, 10), pauseMsMax);
      const headers = { [attemptsHeader]: String(attempts), [dueHeader]: String(dueMs) };
      const published = await publish(isDead ? names.dead : names.retry, { key, value, headers }).then(
        () => true,
        () => false,
      );
      if (published) return;
      await pause(pauseMsMin, ending);
    }
  }
}

function pause(milliseconds: number, ending: AbortSignal): Promise<void> {
  if (milliseconds <= 0 || ending.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      ending.removeEventListener("abort", done);
      resolve();
    }
    ending.addEventListener("abort", done);
  });
}
