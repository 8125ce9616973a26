import { asc, eq, inArray, sql } from "drizzle-orm";
import {
  type OrderStatus,
  orderItems,
  orders,
  type ShipmentId,
  shipmentLines,
  shipments,
} from "#drizzle/orders/tables.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import { newId, type OrderId, type OrderItemId, type UserId } from "#platform/shop/ids.ts";
import { countUnits, type LineUnits, readFulfilment } from "../order/line-units.ts";
import { changeOrder, type Order, sameVersion } from "../order/order.ts";
import { appendTimeline } from "../order/timeline.ts";

/** So many units of a line in a parcel. */
export type ShipmentLine = {
  readonly shipmentId: ShipmentId;
  readonly orderId: OrderId;
  readonly itemId: OrderItemId;
  readonly quantity: number;
};

/** A parcel, with its lines in the order's order. */
export type Shipment = typeof shipments.$inferSelect & { readonly lines: readonly ShipmentLine[] };

/** What is known of a parcel. */
export type ParcelFacts = {
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
};

/** The parcels of the orders, oldest first within each. */
export async function readShipments(db: Db, orderIds: readonly OrderId[]): Promise<Shipment[]> {
  const [rows, lines] = await Promise.all([
    db
      .select()
      .from(shipments)
      .where(inArray(shipments.orderId, [...orderIds]))
      .orderBy(asc(shipments.shippedAt), asc(shipments.id)),
    db
      .select({
        shipmentId: shipmentLines.shipmentId,
        orderId: orderItems.orderId,
        itemId: shipmentLines.itemId,
        quantity: shipmentLines.quantity,
      })
      .from(shipmentLines)
      .innerJoin(orderItems, eq(orderItems.id, shipmentLines.itemId))
      .where(inArray(orderItems.orderId, [...orderIds]))
      .orderBy(asc(orderItems.position)),
  ]);
  const byShipment = Map.groupBy(lines, ({ shipmentId }) => shipmentId);
  return rows.map((row) => ({ ...row, lines: byShipment.get(row.id) ?? [] }));
}

/** A parcel by its id, for callers that check who may see its order. */
export async function findShipment(db: Db, id: ShipmentId | undefined): Promise<Shipment | undefined> {
  if (id === undefined) return undefined;
  const [row] = await db.select({ orderId: shipments.orderId }).from(shipments).where(eq(shipments.id, id));
  if (row === undefined) return undefined;
  return (await readShipments(db, [row.orderId])).find((shipment) => shipment.id === id);
}

/**
 * Writes a parcel with its lines and raises the lines' counters. The order must be locked.
 *
 * @returns its id; undefined if a line has fewer units left, and then the caller rolls back.
 */
export async function writeShipment(
  tx: Tx,
  orderId: OrderId,
  lines: readonly LineUnits[],
  facts: ParcelFacts,
): Promise<ShipmentId | undefined> {
  if (!(await countUnits(tx, orderId, "shipped", lines))) return undefined;
  const id = newId<ShipmentId>();
  await tx.insert(shipments).values({ id, orderId, ...facts });
  await tx.insert(shipmentLines).values(lines.map((line) => ({ shipmentId: id, ...line })));
  return id;
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

/** Marks all parcels of an order that are on their way as delivered now. */
export async function deliverAll(tx: Tx, orderId: OrderId): Promise<void> {
  await tx
    .update(shipments)
    .set({ deliveredAt: sql`now()` })
    .where(sql`${shipments.orderId} = ${orderId} and ${shipments.deliveredAt} is null`);
}
