import { sql } from "drizzle-orm";
import { orders, outbox, returnLines } from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Tx } from "#platform/database/database.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import type { OrderId, OrderItemId, UserId } from "#platform/shop/ids.ts";
import { followParcels, readFulfilment } from "../order/follow-parcels.ts";
import { countUnits, type LineUnits, unshippedUnits } from "../order/line-units.ts";
import { changeOrder, type Order, type OrderItem, sameVersion } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { appendTimeline } from "../order/timeline.ts";
import { closeOrder } from "./close-order.ts";
import type { RefundBasis } from "./refund-plan.ts";

/**
 * Cancels those of the refunded units that were not shipped: they go back to stock by event, and stay cancelled even if the provider refuses the
 * refund. Units that an earlier, refused refund cancelled are refunded first. An order of which nothing was shipped or will be is CANCELLED.
 */
export async function cancelRefunded(
  tx: Tx,
  { order, items }: RefundBasis,
  refunded: readonly LineUnits[],
  by: { readonly actorId: UserId | null },
): Promise<Order> {
  const unpaidFor = await cancelledUnrefunded(tx, items);
  const byId = new Map(items.map((item) => [item.id, item]));
  const units = refunded.flatMap(({ itemId, quantity }) => {
    const item = byId.get(itemId);
    if (item === undefined) return [];
    const count = Math.min(unshippedUnits(item), Math.max(0, quantity - (unpaidFor.get(itemId) ?? 0)));
    return count > 0 ? [{ itemId, quantity: count }] : [];
  });
  return units.length === 0 ? order : cancelUnits(tx, order.id, items, units, { ...by, reason: "STAFF" });
}

/** Units of each line that were cancelled before and are not refunded yet. */
async function cancelledUnrefunded(tx: Tx, items: readonly OrderItem[]): Promise<Map<OrderItemId, number>> {
  const ofReturns = await tx
    .select({ itemId: returnLines.itemId, units: sql<number>`sum(${returnLines.refundedQuantity})::int` })
    .from(returnLines)
    .where(
      isAnyOf(
        returnLines.itemId,
        items.map(({ id }) => id),
      ),
    )
    .groupBy(returnLines.itemId);
  const returned = new Map(ofReturns.map(({ itemId, units }) => [itemId, units]));
  return new Map(
    items.map(({ id, cancelled, refundedQuantity }) => [
      id,
      Math.max(0, cancelled - (refundedQuantity - (returned.get(id) ?? 0))),
    ]),
  );
}

/**
 * Cancels units of a locked order that were not shipped, and lets its status follow. Their stock comes back by an event: of these units, or of all
 * that the order still has if it is CANCELLED by it.
 */
export async function cancelUnits(
  tx: Tx,
  orderId: OrderId,
  items: readonly OrderItem[],
  units: readonly LineUnits[],
  by: { readonly actorId: UserId | null; readonly reason: "STAFF" | "CUSTOMER" },
): Promise<Order> {
  if (!(await countUnits(tx, orderId, "cancelled", units))) throw new Error("The lines of a locked order changed.");
  const names = new Map(items.map(({ id, productName }) => [id, productName]));
  const message = units.map(({ itemId, quantity }) => `${quantity} × ${names.get(itemId)}`).join(", ");
  await appendTimeline(tx, orderId, [{ type: "UNITS_CANCELLED", message, actorId: by.actorId }]);
  if ((await readFulfilment(tx, orderId)).status === "CANCELLED") {
    const closed = await closeOrder(tx, orderId, { reason: by.reason, actorId: by.actorId, note: null });
    if (closed === undefined) throw new Error("An order whose units are all cancelled could not be cancelled.");
    await enqueueOrderMail(tx, "order-cancelled", closed.order);
    return closed.order;
  }
  await returnToStock(tx, orderId, items, units);
  return (await followParcels(tx, orderId, { actorId: by.actorId, keepsVersion: true })).order;
}

/** Publishes that sold units of an order go back on sale. */
export async function returnToStock(
  tx: Tx,
  orderId: OrderId,
  items: readonly OrderItem[],
  units: readonly LineUnits[],
): Promise<void> {
  const variants = new Map(items.map(({ id, variantId }) => [id, variantId]));
  const lines = units.flatMap(({ itemId, quantity }) => {
    const variantId = variants.get(itemId);
    return variantId === undefined || quantity === 0 ? [] : [{ variantId, quantity }];
  });
  if (lines.length === 0) return;
  const counted = await changeOrder(tx, orderId, undefined, {
    ...sameVersion,
    sequence: sql`${orders.sequence} + 1`,
  });
  if (counted === undefined) throw new Error("An order disappeared while it was locked.");
  const { sequence } = counted.order;
  await enqueueEvent(tx, outbox, "order.returned", { subject: orderId, sequence, data: { orderId, lines } });
}
