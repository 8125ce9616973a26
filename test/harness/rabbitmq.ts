import { randomBytes } from "node:crypto";
import { Connection } from "rabbitmq-client";
import { exchangeName, queueNames } from "#platform/events/rabbitmq.ts";

/** The broker that tests use when it answers. */
export const brokerPort = 5672;

/** The broker's address, or that of a wire to it. */
export const brokerUrl = (port: number = brokerPort) => `amqp://guest:guest@127.0.0.1:${port}`;

/** A prefix of a test's own for exchanges and queues. */
export function newPrefix(): string {
  return `agora-test-${randomBytes(4).toString("hex")}.`;
}

/** Removes whatever a shop made under a prefix. */
export async function removeQueues(prefix: string): Promise<void> {
  const connection = new Connection(brokerUrl());
  for (const consumer of ["products", "orders"] as const) {
    const { inbox, dead } = queueNames(prefix, consumer);
    await connection.queueDelete({ queue: inbox });
    await connection.queueDelete({ queue: dead });
  }
  for (const sender of ["users", "products", "orders"]) {
    await connection.exchangeDelete({ exchange: exchangeName(prefix, sender) });
  }
  await connection.close();
}
