import { and, asc, eq, gte, sql } from "drizzle-orm";
import { isAnyOf } from "../database/any-of.ts";
import type { Db } from "../database/database.ts";
import type { OutboxId, OutboxRow, OutboxTable } from "./outbox.ts";

/** A dead letter as operators see it, without its payload. */
export type DeadOutboxRow = Pick<
  OutboxRow,
  "id" | "channel" | "topic" | "destination" | "subject" | "attempts" | "lastError" | "createdAt"
>;

/** Returns the oldest `rowsMax` dead letters of an outbox. */
export async function listDeadLetters(db: Db, outbox: OutboxTable, rowsMax: number): Promise<DeadOutboxRow[]> {
  const { id, channel, topic, destination, subject, attempts, lastError, createdAt } = outbox;
  return db
    .select({ id, channel, topic, destination, subject, attempts, lastError, createdAt })
    .from(outbox)
    .where(eq(outbox.status, "dead"))
    .orderBy(asc(outbox.createdAt))
    .limit(rowsMax);
}

/** Makes dead letters due again with all their attempts: those with the given ids, or all. Returns their number. */
export async function replayDeadLetters(
  db: Db,
  outbox: OutboxTable,
  ids: readonly OutboxId[] | "all",
): Promise<number> {
  const chosen = ids === "all" ? undefined : isAnyOf(outbox.id, [...ids]);
  const replayed = await db
    .update(outbox)
    .set({ status: "waiting", attempts: 0, dueAt: sql`now()` })
    .where(and(eq(outbox.status, "dead"), chosen))
    .returning({ id: outbox.id });
  return replayed.length;
}

/**
 * Sends the events again that were written at or after `since`, with their original ids: consumers that have applied them do nothing. Mails are
 * not sent again. Returns how many there were.
 */
export async function resendEvents(db: Db, outbox: OutboxTable, since: Date): Promise<number> {
  const resent = await db
    .update(outbox)
    .set({ status: "waiting", attempts: 0, dueAt: sql`now()` })
    .where(and(eq(outbox.channel, "event"), gte(outbox.createdAt, since)))
    .returning({ id: outbox.id });
  return resent.length;
}
