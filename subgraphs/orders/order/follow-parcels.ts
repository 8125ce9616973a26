import { eq, sql } from "drizzle-orm";
import { type OrderStatus, orderItems, orders, shipments } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import type { OrderId, UserId } from "#platform/shop/ids.ts";
import { changeOrder, type Order, sameVersion } from "./order.ts";
import { appendTimeline } from "./timeline.ts";

/** What is known of a parcel. */
export type ParcelFacts = {
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
};

/** Where an order's counters and parcels put it, once it is paid or being packed. */
export type FulfilmentState = {
  /** CANCELLED when no unit was shipped and none will be. */
  readonly status: Extract<OrderStatus, "PROCESSING" | "SHIPPED" | "DELIVERED" | "CANCELLED"> | "UNCHANGED";
  readonly shippedUnits: number;
  /** When the last parcel arrived; null unless the status is DELIVERED. */
  readonly deliveredAt: Date | null;
};

/** Reads where the counters and parcels of a locked order put it. */
export async function readFulfilment(tx: Tx, orderId: OrderId): Promise<FulfilmentState> {
  const [row] = await tx
    .select({
      shippedUnits: sql<number>`coalesce(sum(${orderItems.shipped}), 0)::int`,
      left: sql<number>`coalesce(sum(${orderItems.quantity} - ${orderItems.shipped} - ${orderItems.cancelled}), 0)::int`,
    })
    .from(orderItems)
    .where(eq(orderItems.orderId, orderId));
  const { shippedUnits = 0, left = 0 } = row ?? {};
  if (left > 0) return { status: shippedUnits > 0 ? "PROCESSING" : "UNCHANGED", shippedUnits, deliveredAt: null };
  if (shippedUnits === 0) return { status: "CANCELLED", shippedUnits, deliveredAt: null };
  const [parcels] = await tx
    .select({
      onTheWay: sql<number>`count(*) filter (where ${shipments.deliveredAt} is null)::int`,
      deliveredAt: sql`max(${shipments.deliveredAt})`.mapWith(shipments.deliveredAt),
    })
    .from(shipments)
    .where(eq(shipments.orderId, orderId));
  if (parcels === undefined || parcels.onTheWay > 0) return { status: "SHIPPED", shippedUnits, deliveredAt: null };
  return { status: "DELIVERED", shippedUnits, deliveredAt: parcels.deliveredAt };
}

/**
 * Moves a locked order to where its counters and parcels put it, and tells the timeline when that is another status. The caller has made sure that
 * the order is not CANCELLED by it.
 */
export async function followParcels(
  tx: Tx,
  orderId: OrderId,
  by: { actorId: UserId | null; tracking?: Omit<ParcelFacts, "carrier">; keepsVersion?: boolean },
): Promise<{ order: Order; before: OrderStatus }> {
  const state = await readFulfilment(tx, orderId);
  if (state.status === "CANCELLED") throw new Error("An order whose units are all cancelled is cancelled as a whole.");
  const { trackingNumber = null, trackingUrl = null } = by.tracking ?? {};
  const changed = await changeOrder(tx, orderId, undefined, {
    ...(by.keepsVersion === true ? sameVersion : {}),
    ...(state.status === "UNCHANGED" ? {} : { status: state.status }),
    shippedUnits: state.shippedUnits,
    deliveredAt: state.deliveredAt,
    expiresAt: null,
    ...(trackingNumber === null ? {} : { trackingNumber }),
    ...(trackingUrl === null ? {} : { trackingUrl }),
    // An order that is first shipped gets its invoice, if it has none yet.
    invoiceDueAt: sql`case when ${orders.shippedUnits} = 0 and ${state.shippedUnits} > 0 then now() else ${orders.invoiceDueAt} end`,
  });
  if (changed === undefined) throw new Error("An order disappeared while it was locked.");
  const { order, before } = changed;
  if (order.status !== before.status) {
    const { status: fromStatus } = before;
    const entry = { type: "STATUS_CHANGED" as const, fromStatus, toStatus: order.status, actorId: by.actorId };
    await appendTimeline(tx, orderId, [entry]);
  }
  return { order, before: before.status };
}
