import { and, asc, eq, lt, sql } from "drizzle-orm";
import { inventoryRequests, reservations } from "#drizzle/products/tables.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import { databaseNow } from "#platform/database/database-clock.ts";
import { startWorkLoop, type WorkLoop } from "#platform/database/work-loop.ts";
import type { Log } from "#platform/observability/log.ts";
import { archiveLateProducts } from "../events/apply-account-events.ts";
import { releaseReservation } from "../events/apply-order-events.ts";
import { refreshDuePrices } from "../markets/due-prices.ts";
import { listNextProducts } from "../markets/market-listing.ts";
import { stockRequestsKeptDays } from "../shared/limits.ts";
import { backfillSearchIndex } from "./search-backfill.ts";

const sweepEveryMs = 15_000;
const idleSweepEveryMs = 60_000;
const releasesPerTurnMax = 1_000;
const requestsPerTurnMax = 5_000;

/** Runs {@link sweep} now and every 15 s, up to 60 s apart while there is nothing to do. Safe to run in several processes. */
export function startSweeper(db: Db, log: Log, wake: () => void): Pick<WorkLoop, "close"> {
  let closing = false;
  const loop = startWorkLoop({
    turn: async () => {
      const { released, archived } = await sweep(db, await databaseNow(db), () => closing);
      if (released > 0) {
        log.warn({ released }, "Released stock that orders held past their deadline.");
        wake();
      }
      return released + archived;
    },
    fullCount: releasesPerTurnMax,
    pace: { leastPauseMs: 0, pauseMs: sweepEveryMs, pauseMsMax: idleSweepEveryMs },
    log,
    failure: "A sweep failed; the next one continues.",
  });
  return {
    close: () => {
      closing = true;
      return loop.close();
    },
  };
}

/**
 * Releases reservations past their deadline, archives remaining products of deleted accounts, deletes idempotency keys of stock changes after 30
 * days, and completes the search index and the listings of new
 * markets, and notes scheduled prices that have begun. Each reservation is released in a transaction of its own; those locked by another process are skipped.
 */
export async function sweep(
  db: Db,
  now: Date,
  stopped: () => boolean = () => false,
): Promise<{ released: number; archived: number }> {
  let released = 0;
  while (released < releasesPerTurnMax && !stopped() && (await releaseNext(db, now))) released += 1;
  const archived = await archiveLateProducts(db);
  await deleteOldRequests(db, now);
  while (!stopped() && (await backfillSearchIndex(db)));
  while (!stopped() && (await listNextProducts(db)));
  while (!stopped() && (await refreshDuePrices(db)));
  return { released, archived };
}

async function releaseNext(db: Db, now: Date): Promise<boolean> {
  return transaction(db, async (tx) => {
    const [overdue] = await tx
      .select({ orderId: reservations.orderId })
      .from(reservations)
      .where(and(eq(reservations.status, "HELD"), lt(reservations.heldUntil, now)))
      .orderBy(asc(reservations.heldUntil))
      .limit(1)
      .for("update", { skipLocked: true });
    if (overdue === undefined) return false;
    await releaseReservation(tx, overdue.orderId);
    return true;
  });
}

async function deleteOldRequests(db: Db, now: Date): Promise<void> {
  const keptSince = new Date(now.getTime() - stockRequestsKeptDays * 86_400_000);
  const old = db
    .select({ place: sql`${inventoryRequests}.ctid` })
    .from(inventoryRequests)
    .where(lt(inventoryRequests.createdAt, keptSince))
    .limit(requestsPerTurnMax);
  await db.delete(inventoryRequests).where(sql`${inventoryRequests}.ctid = any(array(${old}))`);
}
