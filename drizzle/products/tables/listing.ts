import { sql } from "drizzle-orm";
import { bigint, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { MarketId, ProductId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { moment } from "../../columns.ts";

/**
 * The listing index: one row for each label (category, tag, attribute's choice, option's value) of each ACTIVE product, with the columns that
 * lists are sorted by. A page of a label is one walk along one index, however many products there are. Kept by a trigger on products.
 */
export const listingIndex = pgTable(
  "listing_index",
  {
    productId: uuid("product_id").notNull().$type<ProductId>(),
    /** The id of a category or of an attribute's choice; for others what `tag_label_id`, `boolean_label_id` and `option_label_id` make of them. */
    labelId: uuid("label_id").notNull(),
    createdAt: moment("created_at").notNull(),
    /** The name in lower case. */
    name: text().notNull(),
    currency: text().notNull().$type<CurrencyCode>(),
    price: bigint({ mode: "bigint" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.labelId] }),
    index("listing_index_newest").on(table.labelId, table.createdAt, table.productId),
    index("listing_index_by_name").on(table.labelId, table.name, table.productId),
    index("listing_index_by_price").on(table.labelId, table.currency, table.price, table.productId),
  ],
);

/**
 * The listing index by market: for each ACTIVE product that is sold in a market, one row for each of its labels and one for the whole market,
 * for each span of time in which its prices are the same. Kept by `refresh_prices`.
 */
export const marketListing = pgTable(
  "market_listing",
  {
    productId: uuid("product_id").notNull().$type<ProductId>(),
    marketId: uuid("market_id").notNull().$type<MarketId>(),
    /** As in `listing_index`, or the nil UUID for all products of the market. */
    labelId: uuid("label_id").notNull(),
    createdAt: moment("created_at").notNull(),
    /** The name in lower case. */
    name: text().notNull(),
    /** The lowest and highest price of the variants sold in the market. */
    priceMin: bigint("price_min", { mode: "bigint" }).notNull(),
    priceMax: bigint("price_max", { mode: "bigint" }).notNull(),
    /** Minus infinity for the span that has begun. */
    validFrom: moment("valid_from").notNull(),
    /** Infinity when no change is scheduled. */
    validUntil: moment("valid_until").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.marketId, table.labelId, table.validFrom] }),
    index("market_listing_newest").on(table.marketId, table.labelId, table.createdAt, table.productId),
    index("market_listing_by_name").on(table.marketId, table.labelId, table.name, table.productId),
    index("market_listing_by_price").on(table.marketId, table.labelId, table.priceMin, table.productId),
    index("market_listing_begins").on(table.validFrom).where(sql`valid_from > '-infinity'`),
    index("market_listing_ends").on(table.validUntil).where(sql`valid_until < 'infinity'`),
  ],
);
