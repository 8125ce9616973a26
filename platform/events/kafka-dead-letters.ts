import type { Admin, Consumer as KafkaConsumer, Producer } from "kafkajs";
import { z } from "zod";
import { withDeadline } from "../database/database.ts";
import type { Consumer } from "./cloud-event.ts";
import {
  allAcknowledge,
  type KafkaOptions,
  kafkaConsumers,
  makeKafkaProducer,
  openKafkaClient,
  topicNames,
} from "./kafka-client.ts";

/** Joining a group takes some seconds, and reading what is there hardly any. */
const readMsMax = 60_000;
/** The least that brokers allow: so long the next command may wait for the one before to have left the group. */
const sessionMs = 6_000;
const heartbeatMs = 1_000;

/** The offset up to which operators have replayed the dead letters is that of a group of their own. */
const replayGroup = (prefix: string, consumer: Consumer) => `${prefix}${consumer}.replay`;

async function readPositions(admin: Admin, prefix: string, consumer: Consumer) {
  const topic = topicNames(prefix, consumer).dead;
  const ends = await admin.fetchTopicOffsets(topic).catch(() => []);
  const [committed] =
    ends.length === 0 ? [] : await admin.fetchOffsets({ groupId: replayGroup(prefix, consumer), topics: [topic] });
  return ends.map(({ partition, low, high }) => {
    const offset = Number(committed?.partitions.find((each) => each.partition === partition)?.offset ?? -1);
    return { partition, from: Math.max(offset, Number(low)), to: Number(high) };
  });
}

/** The dead letters of a consumer that were not replayed. */
export async function countDeadLetters(admin: Admin, prefix: string, consumer: Consumer): Promise<number> {
  const positions = await readPositions(admin, prefix, consumer);
  return positions.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
}

/** A dead letter of a consumer: an event that was given up, as text. */
export type KafkaDeadLetter = { readonly consumer: Consumer; readonly messageId: string; readonly text: string };

/**
 * Reads the dead letters of all consumers, up to `max` of each, and sends those that `isChosen` picks to their consumers again. When any are sent, the
 * others go to the end of their topic, because a topic can only be read up to a point.
 */
export async function visitKafkaDeadLetters(
  options: KafkaOptions,
  max: number,
  isChosen: (letter: KafkaDeadLetter) => boolean = () => false,
): Promise<{ kept: KafkaDeadLetter[]; replayed: KafkaDeadLetter[] }> {
  const kafka = await openKafkaClient(options, `${options.prefix}events-command`);
  const [admin, producer] = [kafka.admin(), await makeKafkaProducer(kafka)];
  const kept: KafkaDeadLetter[] = [];
  const replayed: KafkaDeadLetter[] = [];
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    for (const consumer of kafkaConsumers) {
      const { inbox, dead } = topicNames(options.prefix, consumer);
      const positions = await readPositions(admin, options.prefix, consumer);
      const groupId = replayGroup(options.prefix, consumer);
      await withLetters(kafka, { topic: dead, groupId, positions, max }, async (letters, commit) => {
        const named = letters.map((text) => ({ consumer, messageId: messageIdOf(text), text }));
        const chosen = named.filter(isChosen);
        const left = named.filter((letter) => !chosen.includes(letter));
        kept.push(...left);
        if (chosen.length === 0) return;
        for (const { text } of chosen) await sendText(producer, inbox, text);
        for (const { text } of left) await sendText(producer, dead, text);
        await commit();
        replayed.push(...chosen);
      });
    }
    return { kept, replayed };
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

async function sendText(producer: Producer, topic: string, text: string): Promise<void> {
  const subject = z.object({ subject: z.string() }).safeParse(parseJson(text)).data?.subject ?? "";
  await producer.send({ topic, acks: allAcknowledge, messages: [{ key: subject, value: text }] });
}

/** Reads from each partition up to its end, and passes what it read to `use`, which may commit that far. */
async function withLetters(
  kafka: { consumer(config: object): KafkaConsumer },
  {
    topic,
    groupId,
    positions,
    max,
  }: {
    topic: string;
    groupId: string;
    positions: readonly { partition: number; from: number; to: number }[];
    max: number;
  },
  use: (letters: readonly string[], commit: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const waiting = new Set(positions.flatMap(({ partition, from, to }) => (to > from ? [partition] : [])));
  if (waiting.size === 0) return;
  const letters: string[] = [];
  const reached = new Map<number, number>();
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: 200,
    sessionTimeout: sessionMs,
    rebalanceTimeout: sessionMs,
    heartbeatInterval: heartbeatMs,
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const read = new Promise<void>((resolve, reject) => {
      consumer
        .run({
          autoCommit: false,
          eachMessage: async ({ partition, message }) => {
            const offset = Number(message.offset);
            const position = positions.find((each) => each.partition === partition);
            if (position === undefined || offset >= position.to || letters.length >= max) return;
            letters.push(message.value?.toString("utf8") ?? "");
            reached.set(partition, offset + 1);
            if (offset + 1 >= position.to) waiting.delete(partition);
            if (waiting.size === 0 || letters.length >= max) resolve();
          },
        })
        .catch(reject);
    });
    await withDeadline(read, readMsMax);
    await use(letters, () =>
      consumer.commitOffsets(
        Array.from(reached, ([partition, offset]) => ({ topic, partition, offset: String(offset) })),
      ),
    );
  } finally {
    await consumer.disconnect();
  }
}

function messageIdOf(text: string): string {
  return z.object({ id: z.string() }).safeParse(parseJson(text)).data?.id ?? "";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
