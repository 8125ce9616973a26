import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { CartId, CartItemId, MarketId, OrderId, ProductId, UserId, VariantId } from "#platform/shop/ids.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { minorUnits, moment } from "../../columns.ts";

/** One a user; a guest's is opened by a token made from its id. */
export const carts = pgTable(
  "carts",
  {
    id: uuid().primaryKey().$type<CartId>(),
    userId: uuid("user_id").$type<UserId>(),
    /** The user who took a guest's cart over; it stays, empty, so that the same claim can be repeated. */
    claimedBy: uuid("claimed_by").$type<UserId>(),
    /** Set by the first line. */
    currency: text().notNull().$type<CurrencyCode>(),
    /** Where it shops. */
    marketId: uuid("market_id").notNull().default(defaultMarketId).$type<MarketId>(),
    /** As their discounts spell them, in the order in which they were entered. */
    discountCodes: text("discount_codes").array().notNull().default(sql`'{}'`),
    /** The order that its lines are becoming; until that is decided the lines belong to no other order. */
    checkoutOrderId: uuid("checkout_order_id").$type<OrderId>(),
    version: integer().notNull().default(1),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [uniqueIndex("carts_user").on(table.userId), index("carts_expiry").on(table.expiresAt)],
);

export const cartItems = pgTable(
  "cart_items",
  {
    id: uuid().primaryKey().$type<CartItemId>(),
    cartId: uuid("cart_id")
      .notNull()
      .$type<CartId>()
      .references(() => carts.id, { onDelete: "cascade" }),
    productId: uuid("product_id").notNull().$type<ProductId>(),
    variantId: uuid("variant_id").notNull().$type<VariantId>(),
    quantity: integer().notNull(),
    productName: text("product_name").notNull(),
    /** The price that the buyer took note of, by adding or updating the line. */
    notedPriceMinor: minorUnits("noted_price_minor").notNull(),
    /** The last price seen in the catalogue. */
    seenPriceMinor: minorUnits("seen_price_minor").notNull(),
    /** The currency of these prices where it is not the cart's, because the line is not sold in the market that the cart moved to. */
    priceCurrency: text("price_currency").$type<CurrencyCode>(),
    /** The merge of two carts left out units beyond the maximum of a line; until the buyer changes the line. */
    isCapped: boolean("is_capped").notNull().default(false),
    addedAt: moment("added_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("cart_items_line").on(table.cartId, table.variantId),
    check("cart_items_quantity", sql`${table.quantity} between 1 and 1000`),
  ],
);
