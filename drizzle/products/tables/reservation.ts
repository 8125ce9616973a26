import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { OrderId, VariantId } from "#platform/shop/ids.ts";
import { moment } from "../../columns.ts";
import { variants } from "./catalogue.ts";

/** The state of an order's reservation. FAILED: the stock did not suffice for the sale. */
export type ReservationStatus = "HELD" | "SOLD" | "RELEASED" | "FAILED";

/**
 * The reservation of each order. Rows are kept after the stock is released, so that a late reservation of the order is rejected.
 */
export const reservations = pgTable(
  "reservations",
  {
    orderId: uuid("order_id").primaryKey().$type<OrderId>(),
    status: text().notNull().$type<ReservationStatus>(),
    /** The newest revision of the order's lines that was applied. */
    revision: integer().notNull(),
    /** Of the newest event of the order that was applied; -1 before the first. */
    sequence: bigint({ mode: "number" }).notNull().default(-1),
    /** The order was cancelled: nothing revives it. */
    cancelled: boolean().notNull().default(false),
    /** Counts the events that were sent about it. */
    eventsSent: integer("told").notNull().default(0),
    /** When the stock goes back unless the order says otherwise; null: never by itself. */
    heldUntil: moment("held_until"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    index("reservations_overdue").on(table.heldUntil).where(sql`status = 'HELD' and held_until is not null`),
    check("reservations_status", sql`status in ('HELD', 'SOLD', 'RELEASED', 'FAILED')`),
  ],
);

/** The units that a HELD order reserves, or a SOLD one took; other orders have none. */
export const reservationLines = pgTable(
  "reservation_lines",
  {
    orderId: uuid("order_id")
      .notNull()
      .references(() => reservations.orderId, { onDelete: "cascade" })
      .$type<OrderId>(),
    variantId: uuid("variant_id")
      .notNull()
      .references(() => variants.id)
      .$type<VariantId>(),
    quantity: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.variantId] }),
    check("reservation_lines_quantity", sql`quantity > 0`),
  ],
);
