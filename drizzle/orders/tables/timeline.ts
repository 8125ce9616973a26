import { sql } from "drizzle-orm";
import { boolean, check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { Branded, OrderId, UserId } from "#platform/shop/ids.ts";
import { moment, oneOf } from "../../columns.ts";
import { orders } from "./order.ts";
import type { OrderStatus } from "./order-states.ts";

export type OrderEventId = Branded<string, "OrderEventId">;

export const orderEventTypes = [
  "PLACED",
  "STOCK_RESERVED",
  "STOCK_SOLD",
  "STOCK_RELEASED",
  "PAYMENT_SUCCEEDED",
  "PAYMENT_FAILED",
  "REFUNDED",
  "STATUS_CHANGED",
  "ITEMS_CHANGED",
  "ADDRESS_CHANGED",
  "CANCELLED",
  "EXPIRED",
  "NOTE",
  "SHIPMENT_CREATED",
  "SHIPMENT_DELIVERED",
  "UNITS_CANCELLED",
  "RETURN_REQUESTED",
  "RETURN_CHANGED",
  "DISPUTED",
  "INVOICE_ISSUED",
] as const;
export type OrderEventType = (typeof orderEventTypes)[number];

/** An order's timeline; nothing is ever taken out. */
export const orderEvents = pgTable(
  "order_events",
  {
    id: uuid().primaryKey().$type<OrderEventId>(),
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    type: text().notNull().$type<OrderEventType>(),
    fromStatus: text("from_status").$type<OrderStatus>(),
    toStatus: text("to_status").$type<OrderStatus>(),
    message: text(),
    /** Null for the system and for guests. */
    actorId: uuid("actor_id").$type<UserId>(),
    visibleToBuyer: boolean("visible_to_buyer").notNull().default(true),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("order_events_of_order").on(table.orderId, table.id),
    index("order_events_of_actor").on(table.actorId).where(sql`actor_id is not null`),
    check("order_events_type", oneOf(table.type, orderEventTypes)),
  ],
);
