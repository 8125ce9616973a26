import { and, eq, type SQL, sql } from "drizzle-orm";
import { type CancelReason, orders, outbox, paymentTransactions } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import type { OrderId, UserId } from "#platform/shop/ids.ts";
import { endCheckout } from "../cart/cart.ts";
import { changeOrder, type Order, orderMoney } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { writeSteps } from "../order/timeline.ts";
import { writeRefund } from "./refund.ts";

/**
 * Cancels an order where `condition` holds and it is not DELIVERED: its stock goes back by event, and what was paid is committed to a refund.
 * undefined where it is not so. A charge under way goes on: what comes of it is given back.
 */
export async function writeCancellation(
  tx: Tx,
  id: OrderId,
  cancellation: { reason: CancelReason; actorId: UserId | null; note: string | null; condition?: SQL | undefined },
): Promise<Order | undefined> {
  const { reason, actorId, note, condition } = cancellation;
  const cancelled = await changeOrder(tx, id, and(sql`${orders.status} not in ('CANCELLED', 'DELIVERED')`, condition), {
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
  // A cart still waits for an order that was never reserved, whether products has let go of it by now or not.
  if (order.stockStatus === "PENDING" || order.stockStatus === "RELEASED") await endCheckout(tx, order);
  const refundMinor = order.refundCommittedMinor - before.refundCommittedMinor;
  if (refundMinor > 0n) {
    await writeRefund(tx, order, { amountMinor: refundMinor, reason: "The order was cancelled.", actorId });
  }
  if (order.paymentStatus === "PENDING") {
    // Whoever looks after open charges asks at once for this one to be taken back.
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
  await writeSteps(tx, id, [
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
  if (order.visible) await enqueueOrderMail(tx, "order-cancelled", order, amount);
  return order;
}
