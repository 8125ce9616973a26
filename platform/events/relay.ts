import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { crashPoint } from "../database/crash-point.ts";
import { type Db, withDeadline } from "../database/database.ts";
import type { Log } from "../observability/log.ts";
import { ApiError } from "../shop/api-error.ts";
import { firstIdAt } from "../shop/ids.ts";
import type { InboxTable, OutboxId, OutboxRow, OutboxTable } from "./outbox.ts";

/** Carries what waits in an outbox to where it goes. */
export type Relay = {
  /** Something was committed: look at once rather than at the next turn. Cheap, so it may be called after any request. */
  wake(): void;
  /** Takes nothing new and waits for what is under way. */
  close(): Promise<void>;
};

/** Thrown by a delivery when the receiver cannot be reached. It is asked again for as long as it takes: that counts against no row. */
export class ReceiverUnavailable extends Error {
  override readonly name = "ReceiverAway";
}

/** How a relay paces itself. */
export type RelayLimits = {
  /** Rows that are under way at once. */
  batchRows: number;
  /** A delivery that is not confirmed by then is tried again. */
  deliverMsMax: number;
  /** Longer than that; after it, the row of a process that died is delivered again. */
  leaseMs: number;
  pollMs: number;
  /** The least time between two looks, however often it is woken. */
  pauseMs: number;
  /** A failed row waits about as long again as it has waited, within these two. */
  backoffMsMin: number;
  backoffMsMax: number;
  /** A row that failed so often while its receiver was there is dead: an operator looks at it, and replays it. */
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
 * Starts carrying one channel of an outbox. Any number of relays, in any number of processes, share the rows: each row is claimed for a lease by
 * one statement, delivered outside of any transaction, and marked sent only after `deliver` resolved. So each row is delivered at least once.
 *
 * @param deliver resolves once the receiver has confirmed. {@link ReceiverUnavailable} is tried for ever, anything else up to `attemptsMax` times.
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
      const carried = await carryBatch(relay).catch((error) => {
        options.log.warn({ err: error, channel: options.channel }, "The outbox cannot be read; trying again.");
        return 0;
      });
      if (carried === limits.batchRows) continue;
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

type Carrying = Parameters<typeof startRelay>[0] & { limits: RelayLimits };

async function carryBatch(relay: Carrying): Promise<number> {
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
        await noteFailure(relay, row, error).catch((cause) =>
          relay.log.warn({ err: cause, messageId: row.messageId }, "A failed delivery was not noted; its lease ends."),
        );
      }
    }),
  );
  if (confirmed.length > 0) await markSent(relay, confirmed);
  return rows.length;
}

/** Takes rows that are due, for a lease. The array makes Postgres choose them once, whatever its plan. */
async function claim({ db, outbox, channel, limits }: Carrying): Promise<OutboxRow[]> {
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

async function markSent({ db, outbox }: Carrying, ids: OutboxId[]): Promise<void> {
  await db
    .update(outbox)
    .set({ status: "sent", sentAt: sql`now()`, lastError: null })
    .where(and(inArray(outbox.id, ids), eq(outbox.status, "waiting")));
}

const errorCharactersMax = 500;

async function noteFailure({ db, outbox, limits, log }: Carrying, row: OutboxRow, error: unknown): Promise<void> {
  const late = error instanceof ApiError && error.code === "TIMEOUT";
  const away = late || error instanceof ReceiverUnavailable;
  const dead = !away && row.attempts >= limits.attemptsMax;
  const waitedMs = Date.now() - row.createdAt.getTime();
  const backoffMs = Math.min(Math.max(waitedMs, limits.backoffMsMin), limits.backoffMsMax) * (0.5 + Math.random());
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, errorCharactersMax);
  const facts = { err: error, topic: row.topic, destination: row.destination, messageId: row.messageId };
  if (dead) log.error(facts, "A message was given up. `npm run events -- list` shows it, and `replay` sends it again.");
  else if (!away) log.warn({ ...facts, attempts: row.attempts }, "A message could not be delivered; it will be again.");
  // The count of attempts guards against a claim that is newer than this one.
  await db
    .update(outbox)
    .set({
      status: dead ? "dead" : "waiting",
      attempts: sql`${outbox.attempts} - ${away ? 1 : 0}`,
      dueAt: sql`now() + ${Math.round(backoffMs)} * interval '1 millisecond'`,
      lastError: reason,
    })
    .where(and(eq(outbox.id, row.id), eq(outbox.status, "waiting"), eq(outbox.attempts, row.attempts)));
}

/** Waits for a ring, between a least and a longest time; a ring during the least time is not lost. */
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
const takenKeptMs = 30 * dayMs;
const forgetEveryMs = 10 * 60 * 1_000;
const forgetRowsMax = 5_000;

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
  const forget = () =>
    deleteExpired(options, new Date()).catch((error) =>
      options.log.warn({ err: error }, "Old messages were not removed."),
    );
  let last = forget();
  const timer = setInterval(() => {
    last = forget();
  }, forgetEveryMs);
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
      .limit(forgetRowsMax);
    await db.delete(outbox).where(inArray(outbox.id, old));
  }
  if (inbox !== undefined) {
    const old = db
      .select({ id: inbox.messageId })
      .from(inbox)
      .where(
        and(
          lt(inbox.messageId, firstIdAt(new Date(now.getTime() - takenKeptMs))),
          lt(inbox.receivedAt, new Date(now.getTime() - takenKeptMs)),
        ),
      )
      .orderBy(inbox.messageId)
      .limit(forgetRowsMax);
    await db.delete(inbox).where(inArray(inbox.messageId, old));
  }
}
