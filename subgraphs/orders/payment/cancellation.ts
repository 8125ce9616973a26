import { and, eq, type SQL, sql } from "drizzle-orm";
import { type CancelReason, orderItems, orders, outbox, paymentTransactions } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import type { OrderId, UserId } from "#platform/shop/ids.ts";
import { releaseCart } from "../cart/cart.ts";
import { changeOrder, type Order, orderMoney } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { isPartlyShippedOrder } from "../order/order-status.ts";
import { appendTimeline } from "../order/timeline.ts";
import { writeRefund } from "./refund.ts";

/**
 * Cancels an order unless it is CANCELLED, DELIVERED or partly shipped, or `condition` does not hold; undefined then. Its stock is released by an event, and what was
 * paid is to be refunded. A charge in progress continues, and is refunded if it succeeds.
 */
export async function writeCancellation(
  tx: Tx,
  id: OrderId,
  cancellation: { reason: CancelReason; actorId: UserId | null; note: string | null; condition?: SQL | undefined },
): Promise<Order | undefined> {
  const { reason, actorId, note, condition } = cancellation;
  const isCancellable = and(
    sql`${orders.status} not in ('CANCELLED', 'DELIVERED') and not ${isPartlyShippedOrder}`,
    condition,
  );
  const cancelled = await changeOrder(tx, id, isCancellable, {
    status: "CANCELLED",
    cancelReason: reason,
    paymentStatus: sql`case when ${orders.paymentStatus} in ('UNPAID', 'FAILED')
        then 'CANCELLED' else ${orders.paymentStatus} end`,
    refundCommittedMinor: orders.amountPaidMinor,
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
  const refundMinor = order.refundCommittedMinor - before.refundCommittedMinor;
  if (refundMinor > 0n) {
    await writeRefund(tx, order, { amountMinor: refundMinor, reason: "The order was cancelled.", actorId });
  }
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
  const amount = refundMinor > 0n ? { amount: orderMoney(order, refundMinor) } : {};
  // A guest who cancels an unpaid order needs no email about it, and could have them sent to anyone.
  const isGuestsUnpaid = reason === "CUSTOMER" && actorId === null && order.amountPaidMinor === 0n;
  if (order.visible && !isGuestsUnpaid) await enqueueOrderMail(tx, "order-cancelled", order, amount);
  return order;
}
