import { type SQL, sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { type EventData, type EventType, eventConsumers, eventData } from "#schema/events.ts";
import type { Db, Tx } from "../database/database.ts";
import { currentTrace } from "../observability/trace-context.ts";
import { type Branded, newId } from "../shop/ids.ts";

/** The table of the messages that leave a service after its transactions: events, one row per consumer, and mails. */
export const outboxTable = () =>
  pgTable(
    "outbox",
    {
      id: uuid().primaryKey().$type<OutboxId>(),
      /** Events and mails are sent by different relays, so that neither blocks the other. */
      channel: text().notNull().$type<"event" | "mail">(),
      /** The event's type, or the mail's template. */
      topic: text().notNull(),
      /** The consumer of an event; empty for mails. */
      destination: text().notNull().default(""),
      /** The event's id, the same for each consumer, or the first part of the mail's Message-ID. */
      messageId: uuid("message_id").notNull(),
      /** The id of the entity that it is about, such as an order. */
      subject: text().notNull(),
      /** Counts the events of one subject, so that a consumer never applies an older one over a newer one. */
      sequence: bigint({ mode: "number" }).notNull().default(0),
      payload: jsonb().notNull().$type<Record<string, unknown>>(),
      status: text().notNull().default("waiting").$type<"waiting" | "sent" | "dead">(),
      attempts: integer().notNull().default(0),
      dueAt: timestamp("due_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
      lastError: text("last_error"),
      /** The request that enqueued it, and its span: see `platform/observability/trace-context.ts`. */
      requestId: text("request_id"),
      traceparent: text(),
      createdAt: timestamp("created_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
      sentAt: timestamp("sent_at", { withTimezone: true, mode: "date" }),
    },
    (table) => [
      index("outbox_waiting").on(table.channel, table.dueAt).where(sql`status = 'waiting'`),
      index("outbox_dead").on(table.createdAt).where(sql`status = 'dead'`),
    ],
  );
export type OutboxId = Branded<string, "OutboxId">;
export type OutboxTable = ReturnType<typeof outboxTable>;
export type OutboxRow = OutboxTable["$inferSelect"];

/** The table of received events. A row written in the consumer's transaction makes a second delivery do nothing. */
export const inboxTable = () =>
  pgTable("inbox", {
    messageId: uuid("message_id").primaryKey(),
    type: text().notNull(),
    receivedAt: timestamp("received_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
  });
export type InboxTable = ReturnType<typeof inboxTable>;

/**
 * Enqueues an event in the transaction of the change that it reports. Once that commits it is sent, at least once to each consumer.
 *
 * @param sequence counts the events of `subject`; the caller increments it in the same transaction.
 */
export async function enqueueEvent<Type extends EventType>(
  tx: Tx,
  outbox: OutboxTable,
  type: Type,
  event: { subject: string; sequence: number; data: EventData<Type> },
): Promise<void> {
  const messageId = newId<OutboxId>();
  await insertRows(
    tx,
    outbox,
    eventConsumers[type].map((destination) => ({
      id: newId<OutboxId>(),
      channel: "event" as const,
      topic: type,
      destination,
      messageId,
      subject: event.subject,
      sequence: event.sequence,
      payload: eventData[type].parse(event.data),
      ...currentRequest(),
    })),
  );
}

/**
 * Enqueues a mail in the transaction of the change that it reports. Its Message-ID is stable, so that mail servers can recognize a repeat.
 *
 * @param payload the data of the template. No secrets: tokens are made from row ids when the mail is sent.
 */
export async function enqueueMail(
  tx: Tx,
  outbox: OutboxTable,
  template: string,
  mail: { subject: string; payload: Record<string, unknown> },
): Promise<void> {
  const id = newId<OutboxId>();
  const { subject, payload } = mail;
  const channel = "mail" as const;
  await insertRows(tx, outbox, [
    { id, channel, topic: template, messageId: id, subject, payload, ...currentRequest() },
  ]);
}

type NewRow = OutboxTable["$inferInsert"];

const waitingInserts = new WeakMap<Tx, { readonly rows: NewRow[]; readonly inserted: Promise<void> }>();

/** Inserts rows; those that a transaction enqueues at the same time, such as an event and its mail, in one statement. */
function insertRows(tx: Tx, outbox: OutboxTable, rows: readonly NewRow[]): Promise<void> {
  const waiting = waitingInserts.get(tx);
  if (waiting !== undefined) {
    waiting.rows.push(...rows);
    return waiting.inserted;
  }
  const all = [...rows];
  const insert = async () => {
    waitingInserts.delete(tx);
    await tx.insert(outbox).values(all);
  };
  const inserted = Promise.resolve().then(insert);
  waitingInserts.set(tx, { rows: all, inserted });
  return inserted;
}

function currentRequest(): Pick<OutboxRow, "requestId" | "traceparent"> {
  const trace = currentTrace();
  return { requestId: trace?.requestId ?? null, traceparent: trace?.traceparent ?? null };
}

/**
 * Records that events were received. Call it in the transaction of the changes that they cause.
 *
 * @returns the ids of those that were not received before.
 */
export async function recordReceived(
  tx: Tx,
  inbox: InboxTable,
  events: readonly { readonly id: string; readonly type: EventType }[],
): Promise<Set<string>> {
  // Sorted, so that two transactions with the same events do not wait for each other.
  const sorted = events.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const recorded = await tx.execute<{ message_id: string }>(sql`
    insert into ${inbox} (message_id, type)
    select id, type from unnest(${sql.param(sorted.map(({ id }) => id))}::uuid[], ${sql.param(sorted.map(({ type }) => type))}::text[])
      with ordinality as received(id, type, place) order by place
    on conflict do nothing returning message_id`);
  return new Set(recorded.map((row) => row.message_id));
}

/** The numbers of waiting rows and of dead letters, and the age of the oldest waiting row in seconds. */
export async function outboxDepth(db: Db): Promise<{ waiting: number; oldestSeconds: number; dead: number }> {
  const counted: SQL = sql`
    select count(*) filter (where status = 'waiting')::int as waiting,
           coalesce(extract(epoch from now() - min(created_at) filter (where status = 'waiting')), 0)::float as "oldestSeconds",
           count(*) filter (where status = 'dead')::int as dead
    from outbox where status in ('waiting', 'dead')`;
  const [row] = await db.execute<{ waiting: number; oldestSeconds: number; dead: number }>(counted);
  return row ?? { waiting: 0, oldestSeconds: 0, dead: 0 };
}
