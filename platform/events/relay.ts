import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { isAnyOf } from "../database/any-of.ts";
import { crashPoint } from "../database/crash-point.ts";
import { type Db, withDeadline } from "../database/database.ts";
import { startWorkLoop, type WorkLoop } from "../database/work-loop.ts";
import type { Log } from "../observability/log.ts";
import { inSpan, runInTrace } from "../observability/trace-context.ts";
import type { Tracing } from "../observability/tracing.ts";
import { ApiError } from "../shop/api-error.ts";
import { firstIdAt } from "../shop/ids.ts";
import type { InboxTable, OutboxId, OutboxRow, OutboxTable } from "./outbox.ts";

/** Sends the waiting messages of an outbox. `wake` after each request that may have enqueued one. */
export type Relay = WorkLoop;

/** Thrown by a delivery when the receiver cannot be reached. Such deliveries are repeated without end and do not count as attempts. */
export class ReceiverUnavailable extends Error {
  override readonly name = "ReceiverUnavailable";
}

/** Thrown by a delivery that is not due yet. It is repeated then, and does not count as an attempt. */
export class DeliveryPostponed extends Error {
  override readonly name = "DeliveryPostponed";
  readonly seconds: number;

  constructor(seconds: number) {
    super(`Postponed by ${seconds} s.`);
    this.seconds = seconds;
  }
}

/** The pace of a relay. */
export type RelayLimits = {
  /** Rows delivered at once. */
  batchRows: number;
  /** A delivery that is not confirmed by then is repeated. */
  deliverMsMax: number;
  /** Longer than `deliverMsMax`. After it another process delivers the row of one that died. */
  leaseMs: number;
  /** The pause between two polls while there is work. */
  pollMs: number;
  /** Each poll without work doubles the pause up to this. Bounds how late another process's unsent rows are noticed. */
  pollMsMax: number;
  /** The least time between two polls, however often the relay is woken: what comes meanwhile is delivered together. */
  pauseMs: number;
  /** A failed row waits about as long again as it has waited, within these bounds. */
  backoffMsMin: number;
  backoffMsMax: number;
  /** A row that failed so often while its receiver was available is a dead letter, which an operator can replay. */
  attemptsMax: number;
};

const limitsOf: Record<OutboxRow["channel"], RelayLimits> = {
  event: {
    batchRows: 20,
    deliverMsMax: 7_000,
    leaseMs: 10_000,
    pollMs: 1_000,
    pollMsMax: 30_000,
    pauseMs: 200,
    backoffMsMin: 200,
    backoffMsMax: 5_000,
    attemptsMax: 100,
  },
  mail: {
    batchRows: 10,
    deliverMsMax: 15_000,
    leaseMs: 20_000,
    pollMs: 1_000,
    pollMsMax: 30_000,
    pauseMs: 200,
    backoffMsMin: 1_000,
    backoffMsMax: 300_000,
    attemptsMax: 30,
  },
};

/**
 * Starts sending one channel of an outbox. Any number of relays in any number of processes share the rows: a row is claimed for a lease by one
 * statement, delivered outside of any transaction, and marked as sent after `deliver` resolved, with the next claim or at the close. So each row is
 * delivered at least once.
 *
 * @param options.deliver resolves once the receiver has confirmed. After {@link ReceiverUnavailable} it is repeated without end, after other errors up to
 * `attemptsMax` times.
 */
export function startRelay(options: {
  db: Db;
  outbox: OutboxTable;
  channel: OutboxRow["channel"];
  deliver: (row: OutboxRow) => Promise<void>;
  tracing?: Tracing | undefined;
  log: Log;
  limits?: Partial<RelayLimits>;
}): Relay {
  const limits = { ...limitsOf[options.channel], ...options.limits };
  const relay = { ...options, limits };
  let unmarked: OutboxId[] = [];
  const turn = async () => {
    const marked = unmarked;
    const rows = await claim(relay, marked);
    unmarked = await deliverBatch(relay, rows);
    // The next turn marks them, and must not come after their leases.
    if (unmarked.length > 0) loop.wake();
    return rows.length;
  };
  const loop = startWorkLoop({
    turn,
    fullCount: limits.batchRows,
    pace: {
      leastPauseMs: limits.pauseMs,
      pauseMs: limits.pollMs,
      pauseMsMax: Math.max(limits.pollMs, limits.pollMsMax),
    },
    log: options.log,
    failure: `Reading the outbox for ${options.channel}s failed; it will be repeated.`,
  });
  return {
    wake: loop.wake,
    close: async () => {
      await loop.close();
      await markSent(relay, unmarked).catch((error) =>
        options.log.warn({ err: error }, "Marking what was delivered failed; it will be delivered again."),
      );
    },
  };
}

type RunningRelay = Parameters<typeof startRelay>[0] & { limits: RelayLimits };

/** Returns the rows whose delivery was confirmed. */
async function deliverBatch(relay: RunningRelay, rows: readonly OutboxRow[]): Promise<OutboxId[]> {
  const confirmed: OutboxId[] = [];
  await Promise.all(
    rows.map(async (row) => {
      try {
        crashPoint(`relay:${row.channel}:before-deliver`);
        await withDeadline(deliverTraced(relay, row), relay.limits.deliverMsMax);
        crashPoint(`relay:${row.channel}:after-deliver`);
        confirmed.push(row.id);
      } catch (error) {
        await recordFailure(relay, row, error).catch((cause) =>
          relay.log.warn(
            { err: cause, messageId: row.messageId },
            "Recording a failed delivery failed; its lease will end.",
          ),
        );
      }
    }),
  );
  return confirmed;
}

/** Delivers on behalf of the request that enqueued the row. */
function deliverTraced(relay: RunningRelay, row: OutboxRow): Promise<void> {
  const requestId = row.requestId ?? row.messageId;
  const context = {
    requestId,
    work: "message" as const,
    traceparent: row.traceparent ?? undefined,
    tracing: relay.tracing,
  };
  return runInTrace(context, () => inSpan(`send ${row.topic}`, { kind: "PRODUCER" }, () => relay.deliver(row)));
}

/**
 * Claims rows that are due, for a lease, and marks those that were delivered before, in one statement. The array makes Postgres select them once, whatever
 * its plan.
 */
async function claim(relay: RunningRelay, delivered: readonly OutboxId[]): Promise<OutboxRow[]> {
  const { db, outbox, channel, limits } = relay;
  const marked = db.$with("marked").as(sentUpdate(relay, delivered).returning({ id: outbox.id }));
  const due = db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.channel, channel), eq(outbox.status, "waiting"), sql`${outbox.dueAt} <= now()`))
    .orderBy(outbox.dueAt)
    .limit(limits.batchRows)
    .for("update", { skipLocked: true });
  return db
    .with(marked)
    .update(outbox)
    .set({ attempts: sql`${outbox.attempts} + 1`, dueAt: sql`now() + ${limits.leaseMs} * interval '1 millisecond'` })
    .where(sql`${outbox.id} = any(array(${due})) and not ${isAnyOf(outbox.id, delivered)}`)
    .returning();
}

function sentUpdate({ db, outbox }: RunningRelay, ids: readonly OutboxId[]) {
  return db
    .update(outbox)
    .set({ status: "sent", sentAt: sql`now()`, lastError: null })
    .where(and(isAnyOf(outbox.id, ids), eq(outbox.status, "waiting")));
}

async function markSent(relay: RunningRelay, ids: readonly OutboxId[]): Promise<void> {
  if (ids.length > 0) await sentUpdate(relay, ids);
}

const errorCharactersMax = 500;

async function recordFailure({ db, outbox, limits, log }: RunningRelay, row: OutboxRow, error: unknown): Promise<void> {
  const postponed = error instanceof DeliveryPostponed ? error : undefined;
  const timedOut = error instanceof ApiError && error.code === "TIMEOUT";
  const unavailable = timedOut || error instanceof ReceiverUnavailable || postponed !== undefined;
  const dead = !unavailable && row.attempts >= limits.attemptsMax;
  const repeatMs = postponed === undefined ? backoffMs(row, limits) : postponed.seconds * 1_000;
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, errorCharactersMax);
  const facts = {
    err: error,
    requestId: row.requestId ?? undefined,
    topic: row.topic,
    destination: row.destination,
    messageId: row.messageId,
  };
  if (dead)
    log.error(facts, "A message is now a dead letter. `npm run events -- list` shows it, and `replay` sends it again.");
  else if (!unavailable) log.warn({ ...facts, attempts: row.attempts }, "A delivery failed; it will be repeated.");
  // The number of attempts makes sure that this claim is still the newest.
  await db
    .update(outbox)
    .set({
      status: dead ? "dead" : "waiting",
      attempts: sql`${outbox.attempts} - ${unavailable ? 1 : 0}`,
      dueAt: sql`now() + ${Math.round(repeatMs)} * interval '1 millisecond'`,
      lastError: reason,
    })
    .where(and(eq(outbox.id, row.id), eq(outbox.status, "waiting"), eq(outbox.attempts, row.attempts)));
}

function backoffMs(row: OutboxRow, { backoffMsMin, backoffMsMax }: RelayLimits): number {
  const waitedMs = Date.now() - row.createdAt.getTime();
  return Math.min(Math.max(waitedMs, backoffMsMin), backoffMsMax) * (0.5 + Math.random());
}

const dayMs = 24 * 60 * 60 * 1_000;
/** How long events and mails are kept after they were sent. */
export const sentKeptMs = 7 * dayMs;
const receivedKeptMs = 30 * dayMs;
const retentionEveryMs = 10 * 60 * 1_000;
const deletedRowsMax = 5_000;

/**
 * Deletes events and mails a week after they were sent and records of received events after a month, now and every ten minutes.
 * Ids contain their time, so the primary keys find the oldest.
 */
export function startRetention(options: {
  db: Db;
  outbox?: OutboxTable | undefined;
  inbox?: InboxTable | undefined;
  log: Log;
}): Pick<WorkLoop, "close"> {
  return startWorkLoop({
    turn: async () => {
      await deleteExpired(options, new Date());
      return 0;
    },
    fullCount: Number.POSITIVE_INFINITY,
    pace: { leastPauseMs: 0, pauseMs: retentionEveryMs, pauseMsMax: retentionEveryMs },
    log: options.log,
    failure: "Deleting old messages failed; it will be repeated.",
  });
}

/** Deletes what {@link startRetention} describes, in statements of up to 5,000 rows until none is left. Returns the number of rows. */
export async function deleteExpired(
  { db, outbox, inbox }: { db: Db; outbox?: OutboxTable | undefined; inbox?: InboxTable | undefined },
  now: Date,
): Promise<number> {
  const sentBefore = new Date(now.getTime() - sentKeptMs);
  const receivedBefore = new Date(now.getTime() - receivedKeptMs);
  let deleted = 0;
  if (outbox !== undefined) deleted += await untilDone(() => deleteSent(db, outbox, sentBefore));
  if (inbox !== undefined) deleted += await untilDone(() => deleteReceived(db, inbox, receivedBefore));
  return deleted;
}

async function untilDone(deleteRows: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const deleted = await deleteRows();
    total += deleted;
    if (deleted < deletedRowsMax) return total;
  }
}

async function deleteSent(db: Db, outbox: OutboxTable, before: Date): Promise<number> {
  const old = db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(lt(outbox.id, firstIdAt(before)), eq(outbox.status, "sent"), lt(outbox.sentAt, before)))
    .orderBy(outbox.id)
    .limit(deletedRowsMax);
  return (await db.delete(outbox).where(inArray(outbox.id, old)).returning({ id: outbox.id })).length;
}

async function deleteReceived(db: Db, inbox: InboxTable, before: Date): Promise<number> {
  const old = db
    .select({ id: inbox.messageId })
    .from(inbox)
    .where(and(lt(inbox.messageId, firstIdAt(before)), lt(inbox.receivedAt, before)))
    .orderBy(inbox.messageId)
    .limit(deletedRowsMax);
  return (await db.delete(inbox).where(inArray(inbox.messageId, old)).returning({ id: inbox.messageId })).length;
}
