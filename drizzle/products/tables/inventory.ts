import { type SQL, sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import type { Branded, OrderId, ProductId, UserId, VariantId } from "#platform/shop/ids.ts";
import { moment } from "../../columns.ts";
import { variants } from "./catalogue.ts";

/** The SDL's StockMovementType. */
export type MovementType = "INITIAL" | "ADJUSTMENT" | "RESERVATION" | "RELEASE" | "SALE" | "RESTOCK";

/** A line of the stock ledger. */
export type MovementId = Branded<string, "MovementId">;

/**
 * How many units of a variant there are, and how many of them orders hold: the sums of its movements. Apart from `variants`, because
 * these rows change with every order. `onSale` is false once the variant was taken out.
 */
export const stockLevels = pgTable(
  "stock_levels",
  {
    variantId: uuid("variant_id")
      .primaryKey()
      .references(() => variants.id)
      .$type<VariantId>(),
    productId: uuid("product_id").notNull().$type<ProductId>(),
    onHand: integer("on_hand").notNull(),
    reserved: integer().notNull().default(0),
    onSale: boolean("on_sale").notNull().default(true),
    /** What is available, up to 20: an index on it finds what runs low, and leaves a row alone that is sold from by the hundred. */
    low: smallint()
      .notNull()
      .generatedAlwaysAs((): SQL => sql`least(on_hand - reserved, 20)`),
  },
  (table) => [
    index("stock_levels_of_product").on(table.productId),
    index("stock_levels_low").on(table.low, table.variantId).where(sql`on_sale`),
    check("stock_levels_never_below_zero", sql`0 <= reserved and reserved <= on_hand`),
  ],
);

/** The ledger: every change of a level, in the transaction that made it. Rows are only ever added. */
export const stockMovements = pgTable(
  "stock_movements",
  {
    id: uuid().primaryKey().$type<MovementId>(),
    variantId: uuid("variant_id").notNull().$type<VariantId>(),
    type: text().notNull().$type<MovementType>(),
    onHandChange: integer("on_hand_change").notNull(),
    reservedChange: integer("reserved_change").notNull(),
    reason: text(),
    orderId: uuid("order_id").$type<OrderId>(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("stock_movements_of_variant").on(table.variantId, table.id)],
);

/** Stock changes by people, by idempotency key: a repeat returns the movement of the first request. */
export const inventoryRequests = pgTable(
  "inventory_requests",
  {
    userId: uuid("user_id").notNull().$type<UserId>(),
    key: text().notNull(),
    /** Of the mutation and its input. */
    fingerprint: text().notNull(),
    variantId: uuid("variant_id").notNull().$type<VariantId>(),
    movementId: uuid("movement_id").notNull().$type<MovementId>(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.key] }), index("inventory_requests_age").on(table.createdAt)],
);
