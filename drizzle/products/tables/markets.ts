import { sql } from "drizzle-orm";
import { bigint, boolean, check, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { MarketId, ProductId, VariantId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { moment } from "../../columns.ts";
import { variants } from "./catalogue.ts";

/** Markets. The default one has a fixed id and serves every country. */
export const markets = pgTable(
  "markets",
  {
    id: uuid().primaryKey().$type<MarketId>(),
    code: text().notNull(),
    name: text().notNull(),
    currency: text().notNull().$type<CurrencyCode>(),
    countries: text().array().notNull(),
    /** BCP 47 tags; the first one is the market's default. */
    languages: text().array().notNull(),
    pricesIncludeTax: boolean("prices_include_tax").notNull(),
    version: integer().notNull().default(1),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    /** When the products that were there before the market had all been added to its listing; null until then. */
    listedAt: moment("listed_at"),
    /** The last product that was added, in the order of their ids. */
    listedProductId: uuid("listed_product_id").$type<ProductId>(),
  },
  (table) => [uniqueIndex("markets_code").on(table.code)],
);

/**
 * The prices of variants by market and time: ended, current and scheduled ones. No two of a variant and market overlap, which an exclusion
 * constraint guarantees. What has been in force is never changed, only ended. The default market's rows may precede the market itself, and
 * hold the prices of products in other currencies too.
 */
export const variantPrices = pgTable(
  "variant_prices",
  {
    variantId: uuid("variant_id")
      .notNull()
      .references(() => variants.id)
      .$type<VariantId>(),
    marketId: uuid("market_id").notNull().$type<MarketId>(),
    currency: text().notNull().$type<CurrencyCode>(),
    price: bigint({ mode: "bigint" }).notNull(),
    /** The higher price that it is reduced from. */
    compareAt: bigint("compare_at", { mode: "bigint" }),
    validFrom: moment("valid_from").notNull(),
    /** Exclusive; null: no end. */
    validUntil: moment("valid_until"),
  },
  (table) => [
    primaryKey({ columns: [table.variantId, table.marketId, table.validFrom] }),
    check("variant_prices_price", sql`price >= 0`),
    check("variant_prices_compare_at", sql`compare_at > price`),
    check("variant_prices_valid", sql`valid_until > valid_from`),
  ],
);
