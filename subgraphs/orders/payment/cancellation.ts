import type { Tx } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { type Order, orderMoney } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { type Closing, closeOrder } from "./close-order.ts";
import { refundRest } from "./reserve-refund.ts";

/**
 * Cancels an order unless it is CANCELLED, DELIVERED or partly shipped, or `condition` does not hold; undefined then. Its stock is released by an
 * event, and all that remains of what was paid is to be refunded. A charge in progress continues, and is refunded if it succeeds.
 */
export async function writeCancellation(tx: Tx, id: OrderId, closing: Closing): Promise<Order | undefined> {
  const closed = await closeOrder(tx, id, closing);
  if (closed === undefined) return undefined;
  const { order } = closed;
  const { reason, actorId } = closing;
  const refundMinor = await refundRest(tx, id, { reason: "The order was cancelled.", actorId });
  const amount = refundMinor === undefined ? {} : { amount: orderMoney(order, refundMinor) };
  // A guest who cancels an unpaid order needs no email about it, and could have them sent to anyone.
  const isGuestsUnpaid = reason === "CUSTOMER" && actorId === null && order.amountPaidMinor === 0n;
  if (order.visible && !isGuestsUnpaid) await enqueueOrderMail(tx, "order-cancelled", order, amount);
  return order;
}
