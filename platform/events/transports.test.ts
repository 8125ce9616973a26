import { describe, expect, onTestFinished, test } from "vitest";
import {
  deliverDoubled,
  isTransportThere,
  openBrokers,
  openPair,
  transportNames,
} from "#test/harness/event-transports.ts";
import { openMessageDatabase, outbox, until } from "#test/harness/message-tables.ts";
import { transaction } from "../database/database.ts";
import { newId, type OrderId } from "../shop/ids.ts";
import type { EventHandlers } from "./events.ts";
import { topicNames } from "./kafka-client.ts";
import { visitKafkaDeadLetters } from "./kafka-dead-letters.ts";
import { enqueueEvent } from "./outbox.ts";

const there = await Promise.all(transportNames.map(isTransportThere));

describe.each(transportNames)("over %s", (name) => {
  const isThere = there[transportNames.indexOf(name)] === true;
  if (!isThere) console.warn(`This machine has no ${name}: its tests are skipped.`);

  test.skipIf(!isThere)(
    "each of many events takes effect once, although all are sent twice and in any order",
    { timeout: 90_000 },
    async () => {
      const [sender, consumer] = [await openMessageDatabase(), await openMessageDatabase()];
      await using brokers = await openBrokers(name);
      const databases = { sender: sender.db, consumer: consumer.db, senderUrl: sender.url, consumerUrl: consumer.url };
      const count = 600;
      expect(await deliverDoubled(brokers, databases, count, 60_000)).toEqual({
        effects: count,
        distinct: count,
        waiting: 0,
        dead: 0,
      });
    },
  );

  test.skipIf(!isThere)(
    "an event that fails is tried again until it succeeds, and others do not wait for it",
    { timeout: 60_000 },
    async () => {
      const subjects = Array.from({ length: 10 }, () => newId<OrderId>());
      const taken: string[] = [];
      let attempts = 0;
      const { db, close } = await openPairOver(name, {
        "stock.sold": async (_tx, { subject }) => {
          if (subject === subjects[0]) {
            attempts += 1;
            if (attempts === 1 || taken.length < subjects.length - 1) throw new Error("not before the others");
          }
          taken.push(subject);
        },
      });
      await transaction(db, async (tx) => {
        for (const orderId of subjects) {
          await enqueueEvent(tx, outbox, "stock.sold", { subject: orderId, sequence: 1, data: { orderId } });
        }
      });
      await until(() => taken.length === subjects.length, 40_000);
      expect(taken.toSorted()).toEqual(subjects.toSorted());
      expect(taken.at(-1)).toBe(subjects[0]);
      expect(attempts).toBeGreaterThan(1);
      await close();
    },
  );
});

test.skipIf(there[2] !== true)(
  "over Kafka what no consumer can apply is counted, listed, and applied once it is sent again",
  { timeout: 120_000 },
  async () => {
    await using brokers = await openBrokers("Kafka");
    const { kafka } = brokers;
    if (kafka === undefined) throw new Error("There is no cluster.");
    const taken: string[] = [];
    const [sender, consumer] = [await openMessageDatabase(), await openMessageDatabase()];
    const pair = await openPair({
      brokers,
      sender: sender.db,
      consumer: consumer.db,
      handlers: { "stock.sold": async (_tx, { id }) => void taken.push(id) },
    });
    onTestFinished(() => pair.close());
    const { Kafka, logLevel } = await import("kafkajs");
    const producer = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    const letterOf = () => {
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
    };
    const letters = [letterOf(), letterOf()];
    const [chosen, left] = letters;
    await producer.send({
      topic: topicNames(kafka.prefix, "orders").dead,
      acks: -1,
      messages: letters.map((letter) => ({ key: letter.subject, value: JSON.stringify(letter) })),
    });
    await producer.disconnect();
    expect(await pair.consumer.deadLetters()).toBe(2);
    const { kept } = await visitKafkaDeadLetters(kafka, 10);
    expect(kept.map(({ messageId }) => messageId).toSorted()).toEqual(letters.map(({ id }) => id).toSorted());
    const { replayed } = await visitKafkaDeadLetters(kafka, 10, ({ messageId }) => messageId === chosen?.id);
    expect(replayed.map(({ messageId }) => messageId)).toEqual([chosen?.id]);
    await until(() => taken.length === 1, 20_000);
    expect(taken).toEqual([chosen?.id]);
    expect(await pair.consumer.deadLetters()).toBe(1);
    const { kept: after } = await visitKafkaDeadLetters(kafka, 10);
    expect(after.map(({ messageId }) => messageId)).toEqual([left?.id]);
  },
);

async function openPairOver(name: (typeof transportNames)[number], handlers: EventHandlers) {
  const [sender, consumer] = [await openMessageDatabase(), await openMessageDatabase()];
  const brokers = await openBrokers(name);
  const pair = await openPair({ brokers, sender: sender.db, consumer: consumer.db, handlers });
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await pair.close();
    await brokers[Symbol.asyncDispose]();
  };
  onTestFinished(close);
  return { db: sender.db, close };
}
