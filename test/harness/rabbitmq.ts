import { randomBytes } from "node:crypto";
import { Connection } from "rabbitmq-client";
import { exchangeName, queueNames } from "#platform/events/rabbitmq.ts";
import { eventConsumers } from "#schema/events.ts";
import { subgraphs } from "#schema/subgraphs.ts";

/** The port of the RabbitMQ that tests use when it is running. */
export const brokerPort = 5672;

/** The broker's URL, on its own port or on that of a proxy in front of it. */
export const brokerUrl = (port: number = brokerPort) => `amqp://guest:guest@127.0.0.1:${port}`;

/** Returns a unique prefix for the exchanges and queues of one test. */
export function newPrefix(): string {
  return `agora-test-${randomBytes(4).toString("hex")}.`;
}

/** Deletes the exchanges and queues of a prefix. */
export async function removeQueues(prefix: string): Promise<void> {
  const connection = new Connection(brokerUrl());
  for (const consumer of new Set(Object.values(eventConsumers).flat())) {
    const { inbox, dead } = queueNames(prefix, consumer);
    await connection.queueDelete({ queue: inbox });
    await connection.queueDelete({ queue: dead });
  }
  for (const sender of subgraphs) {
    await connection.exchangeDelete({ exchange: exchangeName(prefix, sender) });
  }
  await connection.close();
}
