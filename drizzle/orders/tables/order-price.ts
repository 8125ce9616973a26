import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { OrderId, OrderItemId } from "#platform/shop/ids.ts";
import { minorUnits, moment, oneOf } from "../../columns.ts";
import { orders } from "./order.ts";
import { type TaxTreatment, taxTreatments } from "./order-states.ts";
import type { DiscountId } from "./settings.ts";

/** An order's tax by rate and treatment, and the part of each that is on shipping. They add up to the order's sums. */
export const orderTaxes = pgTable(
  "order_taxes",
  {
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    position: integer().notNull(),
    name: text().notNull(),
    /** In millionths. */
    rate: integer("rate_millionths").notNull(),
    treatment: text().notNull().$type<TaxTreatment>(),
    /** What the rate applies to, without tax. */
    taxableMinor: minorUnits("taxable_minor").notNull(),
    taxMinor: minorUnits("tax_minor").notNull(),
    /** The shipping price after discounts that is taxed at this rate, and its tax, which is part of `taxMinor`. */
    shippingMinor: minorUnits("shipping_minor").notNull(),
    shippingTaxMinor: minorUnits("shipping_tax_minor").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.position] }),
    check("order_taxes_treatment", oneOf(table.treatment, taxTreatments)),
    check(
      "order_taxes_amounts",
      sql`${table.taxableMinor} >= 0 and ${table.shippingTaxMinor} between 0 and ${table.taxMinor}`,
    ),
  ],
);

/** What each discount takes off each line of an order, and off its shipping (`itemId` null). Parts of 0 are left out, but for one row a discount. */
export const discountAllocations = pgTable(
  "discount_allocations",
  {
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    /** In the order of application: first by discount, then by line. */
    position: integer().notNull(),
    discountId: uuid("discount_id").notNull().$type<DiscountId>(),
    itemId: uuid("item_id").$type<OrderItemId>(),
    name: text().notNull(),
    /** Null for an automatic discount. */
    code: text(),
    amountMinor: minorUnits("amount_minor").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.position] }),
    check("discount_allocations_amount", sql`${table.amountMinor} >= 0`),
  ],
);

/**
 * The discounts that each order uses. A use is given back when the order is rejected or cancelled before it was paid. Without a foreign key to the
 * discount, whose row every order would have to lock.
 */
export const discountRedemptions = pgTable(
  "discount_redemptions",
  {
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    discountId: uuid("discount_id").notNull().$type<DiscountId>(),
    code: text(),
    /** An HMAC of the buyer's mailbox. */
    buyer: text().notNull(),
    releasedAt: moment("released_at"),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.discountId] }),
    index("discount_redemptions_live").on(table.discountId).where(sql`released_at is null`),
  ],
);
