import { asc, eq, sql } from "drizzle-orm";
import { orderItems, type ShipmentId, shipmentLines, shipments } from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import { newId, type OrderId, type OrderItemId } from "#platform/shop/ids.ts";
import type { ParcelFacts } from "../order/follow-parcels.ts";
import { countUnits, type LineUnits } from "../order/line-units.ts";

/** So many units of a line in a parcel. */
export type ShipmentLine = {
  readonly shipmentId: ShipmentId;
  readonly orderId: OrderId;
  readonly itemId: OrderItemId;
  readonly quantity: number;
};

/** A parcel, with its lines in the order's order. */
export type Shipment = typeof shipments.$inferSelect & { readonly lines: readonly ShipmentLine[] };

/** The parcels of the orders, oldest first within each. */
export async function readShipments(db: Db, orderIds: readonly OrderId[]): Promise<Shipment[]> {
  const [rows, lines] = await Promise.all([
    db
      .select()
      .from(shipments)
      .where(isAnyOf(shipments.orderId, [...orderIds]))
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
      .where(isAnyOf(orderItems.orderId, [...orderIds]))
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

/** Marks all parcels of an order that are on their way as delivered now. */
export async function deliverAll(tx: Tx, orderId: OrderId): Promise<void> {
  await tx
    .update(shipments)
    .set({ deliveredAt: sql`now()` })
    .where(sql`${shipments.orderId} = ${orderId} and ${shipments.deliveredAt} is null`);
}
