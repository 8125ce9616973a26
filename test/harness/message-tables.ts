import { onTestFinished } from "vitest";
import { type Database, openDatabase } from "#platform/database/database.ts";
import { inboxTable, outboxTable } from "#platform/events/outbox.ts";
import { createDatabase } from "./databases.ts";

/** The tables of an outbox and an inbox that belong to no subgraph. */
export const outbox = outboxTable();
export const inbox = inboxTable();

/** Opens a database with an empty outbox and inbox, which is dropped when the test ends. */
export async function openMessageDatabase(): Promise<Database & { readonly url: string }> {
  const { url, drop } = await createDatabase("orders");
  const database = openDatabase({ url, applicationName: "test" });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  await database.sql`DROP TABLE IF EXISTS outbox, inbox CASCADE`;
  await database.sql`
    CREATE TABLE outbox (id uuid PRIMARY KEY, channel text NOT NULL, topic text NOT NULL, destination text NOT NULL DEFAULT '',
      message_id uuid NOT NULL, subject text NOT NULL, sequence bigint NOT NULL DEFAULT 0, payload jsonb NOT NULL,
      status text NOT NULL DEFAULT 'waiting', attempts int NOT NULL DEFAULT 0, due_at timestamptz NOT NULL DEFAULT now(),
      last_error text, request_id text, traceparent text, created_at timestamptz NOT NULL DEFAULT now(), sent_at timestamptz)`;
  await database.sql`
    CREATE TABLE inbox (message_id uuid PRIMARY KEY, type text NOT NULL, received_at timestamptz NOT NULL DEFAULT now())`;
  return { ...database, url };
}

/** Waits until a condition is true, which is checked 50 times a second. @throws {Error} after `withinMs`. */
export async function until(condition: () => Promise<boolean> | boolean, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`The condition was not true within ${withinMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
