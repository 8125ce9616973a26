import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { Branded, OrderId, OrderItemId } from "#platform/shop/ids.ts";
import { moment } from "../../columns.ts";
import { orderItems, orders } from "./order.ts";

export type ShipmentId = Branded<string, "ShipmentId">;

/** A parcel of an order. */
export const shipments = pgTable(
  "shipments",
  {
    id: uuid().primaryKey().$type<ShipmentId>(),
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    carrier: text(),
    trackingNumber: text("tracking_number"),
    trackingUrl: text("tracking_url"),
    shippedAt: moment("shipped_at").notNull().defaultNow(),
    deliveredAt: moment("delivered_at"),
  },
  (table) => [index("shipments_of_order").on(table.orderId, table.id)],
);

/** What is in a parcel. */
export const shipmentLines = pgTable(
  "shipment_lines",
  {
    shipmentId: uuid("shipment_id")
      .notNull()
      .$type<ShipmentId>()
      .references(() => shipments.id),
    itemId: uuid("item_id")
      .notNull()
      .$type<OrderItemId>()
      .references(() => orderItems.id),
    quantity: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.shipmentId, table.itemId] }),
    index("shipment_lines_of_item").on(table.itemId),
    check("shipment_lines_quantity", sql`${table.quantity} >= 1`),
  ],
);
