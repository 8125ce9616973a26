import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Branded, OrderId, OrderItemId } from "#platform/shop/ids.ts";
import { moment, oneOf } from "../../columns.ts";
import { orderItems, orders } from "./order.ts";

export type ReturnId = Branded<string, "ReturnId">;

/** Where a return stands; the graph's ReturnStatus. */
export const returnStatuses = ["REQUESTED", "APPROVED", "DECLINED", "RECEIVED", "CLOSED"] as const;
export type ReturnStatus = (typeof returnStatuses)[number];

/** Goods that come back. */
export const returns = pgTable(
  "returns",
  {
    id: uuid().primaryKey().$type<ReturnId>(),
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    status: text().notNull().default("REQUESTED").$type<ReturnStatus>(),
    isWithdrawal: boolean("is_withdrawal").notNull(),
    reason: text(),
    /** By staff, for staff. */
    note: text(),
    version: integer().notNull().default(1),
    requestedAt: moment("requested_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    index("returns_of_order").on(table.orderId, table.id),
    index("returns_by_status").on(table.status, table.id),
    check("returns_status", oneOf(table.status, returnStatuses)),
  ],
);

/** What comes back. */
export const returnLines = pgTable(
  "return_lines",
  {
    returnId: uuid("return_id")
      .notNull()
      .$type<ReturnId>()
      .references(() => returns.id),
    itemId: uuid("item_id")
      .notNull()
      .$type<OrderItemId>()
      .references(() => orderItems.id),
    /** As requested, and once it is RECEIVED as it came; 0 if none of them came. */
    quantity: integer().notNull(),
    restockedQuantity: integer("restocked_quantity").notNull().default(0),
    /** Of its units, those that were refunded or are being refunded with it. */
    refundedQuantity: integer("refunded_quantity").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.returnId, table.itemId] }),
    index("return_lines_of_item").on(table.itemId),
    check(
      "return_lines_quantity",
      sql`${table.restockedQuantity} between 0 and ${table.quantity} and ${table.refundedQuantity} between 0 and ${table.quantity}`,
    ),
  ],
);

/** Declarations by order number and e-mail, kept before anybody knows whether there is such an order, and judged afterwards. */
export const returnDeclarations = pgTable(
  "return_declarations",
  {
    id: uuid().primaryKey().$type<Branded<string, "ReturnDeclarationId">>(),
    /** Without its dash; empty for a text that is no number. */
    number: text().notNull(),
    /** As addresses are compared; empty for a text that is no address. */
    email: text().notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    isWithdrawal: boolean("is_withdrawal").notNull(),
    reason: text(),
    receivedAt: moment("received_at").notNull(),
    judgedAt: moment("judged_at"),
  },
  (table) => [
    uniqueIndex("return_declarations_key").on(table.number, table.email, table.idempotencyKey),
    index("return_declarations_open").on(table.id).where(sql`judged_at is null`),
    index("return_declarations_by_time").on(table.receivedAt),
  ],
);
