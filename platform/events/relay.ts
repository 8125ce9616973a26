import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { crashPoint } from "../database/crash-point.ts";
import { type Db, withDeadline } from "../database/database.ts";
import type { Log } from "../observability/log.ts";
import { ApiError } from "../shop/api-error.ts";
import { firstIdAt } from "../shop/ids.ts";
import type { InboxTable, OutboxId, OutboxRow, OutboxTable } from "./outbox.ts";

/** Sends the waiting messages of an outbox. */
export type Relay = {
  /** Reads the outbox at once instead of at the next poll. Cheap: call it after any request that may have written. */
  wake(): void;
  /** Starts no new deliveries and waits for those in progress. */
  close(): Promise<void>;
};

/** Thrown by a delivery when the receiver cannot be reached. Such deliveries are repeated without end and do not count as attempts. */
export class ReceiverUnavailable extends Error {
  override readonly name = "ReceiverUnavailable";
}

/** The pace of a relay. */
export type RelayLimits = {
  /** Rows delivered at once. */
  batchRows: number;
  /** A delivery that is not confirmed by then is repeated. */
  deliverMsMax: number;
  /** Longer than `deliverMsMax`. After it another process delivers the row of one that died. */
  leaseMs: number;
  pollMs: number;
  /** The least time between two polls, however often the relay is woken. */
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
    pauseMs: 20,
    backoffMsMin: 200,
    backoffMsMax: 5_000,
    attemptsMax: 100,
  },
  mail: {
    batchRows: 5,
    deliverMsMax: 15_000,
    leaseMs: 20_000,
    pollMs: 1_000,
    pauseMs: 20,
    backoffMsMin: 1_000,
    backoffMsMax: 300_000,
    attemptsMax: 30,
  },
};

/**
 * Starts sending one channel of an outbox. Any number of relays in any number of processes share the rows: a row is claimed for a lease by one
 * statement, delivered outside of any transaction, and marked as sent after `deliver` resolved. So each row is delivered at least once.
 *
 * @param options.deliver resolves once the receiver has confirmed. After {@link ReceiverUnavailable} it is repeated without end, after other errors up to
 * `attemptsMax` times.
 */
export function startRelay(options: {
  db: Db;
  outbox: OutboxTable;
  channel: OutboxRow["channel"];
  deliver: (row: OutboxRow) => Promise<void>;
  log: Log;
  limits?: Partial<RelayLimits>;
}): Relay {
  const limits = { ...limitsOf[options.channel], ...options.limits };
  const relay = { ...options, limits };
  const bell = makeBell();
  let closing = false;
  const run = async () => {
    while (!closing) {
      const delivered = await deliverBatch(relay).catch((error) => {
        options.log.warn({ err: error, channel: options.channel }, "Reading the outbox failed; it will be repeated.");
        return 0;
      });
      if (delivered === limits.batchRows) continue;
      await bell.wait(limits.pauseMs, limits.pollMs);
    }
  };
  const running = run();
  return {
    wake: bell.ring,
    close: async () => {
      closing = true;
      bell.ring();
      await running;
    },
  };
}

type RunningRelay = Parameters<typeof startRelay>[0] & { limits: RelayLimits };

async function deliverBatch(relay: RunningRelay): Promise<number> {
  const rows = await claim(relay);
  const confirmed: OutboxId[] = [];
  await Promise.all(
    rows.map(async (row) => {
      try {
        crashPoint(`relay:${row.channel}:before-deliver`);
        await withDeadline(relay.deliver(row), relay.limits.deliverMsMax);
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
  if (confirmed.length > 0) await markSent(relay, confirmed);
  return rows.length;
}

/** Claims rows that are due, for a lease. The array makes Postgres select them once, whatever its plan. */
async function claim({ db, outbox, channel, limits }: RunningRelay): Promise<OutboxRow[]> {
  const due = db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.channel, channel), eq(outbox.status, "waiting"), sql`${outbox.dueAt} <= now()`))
    .orderBy(outbox.dueAt)
    .limit(limits.batchRows)
    .for("update", { skipLocked: true });
  return db
    .update(outbox)
    .set({ attempts: sql`${outbox.attempts} + 1`, dueAt: sql`now() + ${limits.leaseMs} * interval '1 millisecond'` })
    .where(sql`${outbox.id} = any(array(${due}))`)
    .returning();
}

async function markSent({ db, outbox }: RunningRelay, ids: OutboxId[]): Promise<void> {
  await db
    .update(outbox)
    .set({ status: "sent", sentAt: sql`now()`, lastError: null })
    .where(and(inArray(outbox.id, ids), eq(outbox.status, "waiting")));
}

const errorCharactersMax = 500;

async function recordFailure({ db, outbox, limits, log }: RunningRelay, row: OutboxRow, error: unknown): Promise<void> {
  const timedOut = error instanceof ApiError && error.code === "TIMEOUT";
  const unavailable = timedOut || error instanceof ReceiverUnavailable;
  const dead = !unavailable && row.attempts >= limits.attemptsMax;
  const waitedMs = Date.now() - row.createdAt.getTime();
  const backoffMs = Math.min(Math.max(waitedMs, limits.backoffMsMin), limits.backoffMsMax) * (0.5 + Math.random());
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, errorCharactersMax);
  const facts = { err: error, topic: row.topic, destination: row.destination, messageId: row.messageId };
  if (dead)
    log.error(facts, "A message is now a dead letter. `npm run events -- list` shows it, and `replay` sends it again.");
  else if (!unavailable) log.warn({ ...facts, attempts: row.attempts }, "A delivery failed; it will be repeated.");
  // The number of attempts makes sure that this claim is still the newest.
  await db
    .update(outbox)
    .set({
      status: dead ? "dead" : "waiting",
      attempts: sql`${outbox.attempts} - ${unavailable ? 1 : 0}`,
      dueAt: sql`now() + ${Math.round(backoffMs)} * interval '1 millisecond'`,
      lastError: reason,
    })
    .where(and(eq(outbox.id, row.id), eq(outbox.status, "waiting"), eq(outbox.attempts, row.attempts)));
}

/** Waits for a ring, for at least and at most the given times. A ring during the least time is not lost. */
function makeBell(): { ring: () => void; wait: (leastMs: number, longestMs: number) => Promise<void> } {
  let rung = false;
  let stopWaiting: (() => void) | undefined;
  return {
    ring: () => {
      rung = true;
      stopWaiting?.();
    },
    wait: async (leastMs, longestMs) => {
      await new Promise((resolve) => setTimeout(resolve, leastMs));
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, longestMs);
          stopWaiting = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      stopWaiting = undefined;
      rung = false;
    },
  };
}

const dayMs = 24 * 60 * 60 * 1_000;
const sentKeptMs = 7 * dayMs;
const receivedKeptMs = 30 * dayMs;
const retentionEveryMs = 10 * 60 * 1_000;
const deletedRowsMax = 5_000;

/**
 * Removes what was sent more than a week ago and what was taken in more than a month ago, now and every ten minutes, a bounded number at a time.
 * Ids hold their time, so the primary keys find the oldest.
 */
export function startRetention(options: {
  db: Db;
  outbox?: OutboxTable | undefined;
  inbox?: InboxTable | undefined;
  log: Log;
}): Pick<Relay, "close"> {
  const run = () =>
    deleteExpired(options, new Date()).catch((error) =>
      options.log.warn({ err: error }, "Deleting old messages failed."),
    );
  let last = run();
  const timer = setInterval(() => {
    last = run();
  }, retentionEveryMs);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await last;
    },
  };
}

/** One turn of {@link startRetention}; up to 5,000 rows of each table. */
export async function deleteExpired(
  { db, outbox, inbox }: { db: Db; outbox?: OutboxTable | undefined; inbox?: InboxTable | undefined },
  now: Date,
): Promise<void> {
  if (outbox !== undefined) {
    const old = db
      .select({ id: outbox.id })
      .from(outbox)
      .where(
        and(
          lt(outbox.id, firstIdAt(new Date(now.getTime() - sentKeptMs))),
          eq(outbox.status, "sent"),
          lt(outbox.sentAt, new Date(now.getTime() - sentKeptMs)),
        ),
      )
      .orderBy(outbox.id)
      .limit(deletedRowsMax);
    await db.delete(outbox).where(inArray(outbox.id, old));
  }
  if (inbox !== undefined) {
    const old = db
      .select({ id: inbox.messageId })
      .from(inbox)
      .where(
        and(
          lt(inbox.messageId, firstIdAt(new Date(now.getTime() - receivedKeptMs))),
          lt(inbox.receivedAt, new Date(now.getTime() - receivedKeptMs)),
        ),
      )
      .orderBy(inbox.messageId)
      .limit(deletedRowsMax);
    await db.delete(inbox).where(inArray(inbox.messageId, old));
  }
}
