import { and, eq, inArray, sql } from "drizzle-orm";
import { carts, orderEvents, orders, paymentTransactions } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import type { ReceivedEvent } from "#platform/events/cloud-event.ts";
import type { EventHandlers } from "#platform/events/events.ts";
import type { OrderId, UserId } from "#platform/shop/ids.ts";
import { changeOrder, sameVersion } from "../order/order.ts";
import { appendTimeline } from "../order/timeline.ts";
import { writeCancellation } from "../payment/cancellation.ts";

/** The handlers of other subgraphs' events. */
export const eventHandlers: EventHandlers = {
  "stock.sold": async (tx, event) => {
    if (await recordStock(tx, event, "SOLD")) {
      await appendTimeline(tx, event.data.orderId as OrderId, [{ type: "STOCK_SOLD" }]);
    }
  },
  "stock.released": async (tx, event) => {
    if (await recordStock(tx, event, "RELEASED")) {
      await appendTimeline(tx, event.data.orderId as OrderId, [{ type: "STOCK_RELEASED" }]);
    }
  },
  "stock.sale_failed": async (tx, event) => {
    const id = event.data.orderId as OrderId;
    if (!(await recordStock(tx, event, "RELEASED"))) return;
    const cancelled = await writeCancellation(tx, id, { reason: "OUT_OF_STOCK", actorId: null, note: null });
    if (cancelled === undefined) {
      await appendTimeline(tx, id, [
        { type: "NOTE", message: "The stock was no longer available when it was to be sold.", visibleToBuyer: false },
      ]);
    }
  },
  "user.deleted": (tx, event) => anonymizeUser(tx, event.data.userId as UserId),
};

/** Writes the order's stock status. Returns false if a newer event was applied before. */
async function recordStock(
  tx: Tx,
  event: ReceivedEvent<"stock.sold" | "stock.released" | "stock.sale_failed">,
  stockStatus: "SOLD" | "RELEASED",
): Promise<boolean> {
  const changed = await changeOrder(
    tx,
    event.data.orderId as OrderId,
    sql`${orders.stockSequence} < ${event.sequence}`,
    {
      ...sameVersion,
      stockStatus,
      stockSequence: event.sequence,
    },
  );
  return changed !== undefined;
}

/** Removes the user from carts, orders, payments and timelines. What was ordered and where it was sent stays. */
async function anonymizeUser(tx: Tx, userId: UserId): Promise<void> {
  await tx.delete(carts).where(eq(carts.userId, userId));
  const seen = and(sql`${orders.visible}`, eq(orders.userId, userId));
  const unseen = and(sql`not ${orders.visible}`, eq(orders.userId, userId));
  const theirs = tx.select({ id: orders.id }).from(orders).where(seen);
  await tx
    .update(paymentTransactions)
    .set({ actorId: null })
    .where(and(inArray(paymentTransactions.orderId, theirs), eq(paymentTransactions.actorId, userId)));
  // One after the other, because each has an index of its own.
  for (const condition of [seen, unseen]) {
    await tx
      .update(orders)
      // A claimed order must not become a guest's again, because its token would open it.
      .set({ userId: null, byGuest: false, email: null, updatedAt: sql`now()`, version: sql`${orders.version} + 1` })
      .where(condition);
  }
  await tx.update(orderEvents).set({ actorId: null }).where(eq(orderEvents.actorId, userId));
}
