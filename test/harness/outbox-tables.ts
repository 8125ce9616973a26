import type { Database } from "#platform/database/database.ts";
import { inboxTable, outboxTable } from "#platform/events/outbox.ts";

/** The tables of an outbox and an inbox that belong to no subgraph. */
export const outbox = outboxTable();
export const inbox = inboxTable();

/** Creates an empty outbox and inbox in place of those that are there. */
export async function createMessageTables(database: Pick<Database, "sql">): Promise<void> {
  await database.sql`DROP TABLE IF EXISTS outbox, inbox CASCADE`;
  await database.sql`
    CREATE TABLE outbox (id uuid PRIMARY KEY, channel text NOT NULL, topic text NOT NULL, destination text NOT NULL DEFAULT '',
      message_id uuid NOT NULL, subject text NOT NULL, sequence bigint NOT NULL DEFAULT 0, payload jsonb NOT NULL,
      status text NOT NULL DEFAULT 'waiting', attempts int NOT NULL DEFAULT 0, due_at timestamptz NOT NULL DEFAULT now(),
      last_error text, request_id text, traceparent text, created_at timestamptz NOT NULL DEFAULT now(), sent_at timestamptz)`;
  await database.sql`CREATE INDEX outbox_waiting ON outbox (channel, due_at) WHERE status = 'waiting'`;
  await database.sql`
    CREATE TABLE inbox (message_id uuid PRIMARY KEY, type text NOT NULL, received_at timestamptz NOT NULL DEFAULT now())`;
}
