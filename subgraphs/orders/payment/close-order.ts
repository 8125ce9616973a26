import { and, eq, type SQL, sql } from "drizzle-orm";
import {
  type CancelReason,
  type OrderStatus,
  orderItems,
  orders,
  outbox,
  paymentTransactions,
} from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import type { OrderId, UserId } from "#platform/shop/ids.ts";
import { releaseCart } from "../cart/cart.ts";
import { giveBackUses } from "../discount/discount-uses.ts";
import { changeOrder, type Order } from "../order/order.ts";
import { isPartlyShippedOrder } from "../order/order-status.ts";
import { appendTimeline } from "../order/timeline.ts";

/** Who cancels an order, and why. */
export type Closing = {
  readonly reason: CancelReason;
  readonly actorId: UserId | null;
  readonly note: string | null;
  readonly condition?: SQL | undefined;
};

/**
 * Cancels an order unless it is CANCELLED, DELIVERED or partly shipped, or `condition` does not hold; undefined then. Its stock is released by an
 * event. A charge in progress continues, and is refunded if it succeeds; what was paid before is left to the caller.
 */
export async function closeOrder(
  tx: Tx,
  id: OrderId,
  { reason, actorId, note, condition }: Closing,
): Promise<{ order: Order; before: { status: OrderStatus } } | undefined> {
  const isCancellable = and(
    sql`${orders.status} not in ('CANCELLED', 'DELIVERED') and not ${isPartlyShippedOrder}`,
    condition,
  );
  const cancelled = await changeOrder(tx, id, isCancellable, {
    status: "CANCELLED",
    cancelReason: reason,
    paymentStatus: sql`case when ${orders.paymentStatus} in ('UNPAID', 'FAILED')
        then 'CANCELLED' else ${orders.paymentStatus} end`,
    expiresAt: null,
    edit: null,
    workDueAt: null,
    sequence: sql`${orders.sequence} + 1`,
  });
  if (cancelled === undefined) return undefined;
  const { order, before } = cancelled;
  await tx
    .update(orderItems)
    .set({ cancelled: sql`${orderItems.quantity} - ${orderItems.shipped}` })
    .where(eq(orderItems.orderId, id));
  // The cart is still held by an order that was never reserved, whether or not products has released it by now.
  if (order.stockStatus === "PENDING" || order.stockStatus === "RELEASED") await releaseCart(tx, order);
  // An order that was paid has used its discounts, even if nothing was left to pay.
  if (order.paymentStatus === "CANCELLED" || order.paymentStatus === "PENDING") await giveBackUses(tx, id);
  if (order.paymentStatus === "PENDING") {
    // The sweeper voids this payment at once.
    await tx
      .update(paymentTransactions)
      .set({ dueAt: sql`now()` })
      .where(
        and(
          eq(paymentTransactions.orderId, id),
          eq(paymentTransactions.type, "CHARGE"),
          eq(paymentTransactions.status, "PENDING"),
        ),
      );
  }
  await appendTimeline(tx, id, [
    {
      type: reason === "EXPIRED" ? "EXPIRED" : "CANCELLED",
      fromStatus: before.status,
      toStatus: "CANCELLED",
      message: note,
      actorId,
    },
  ]);
  await enqueueEvent(tx, outbox, "order.cancelled", {
    subject: id,
    sequence: order.sequence,
    data: { orderId: id, reason },
  });
  return cancelled;
}
