import { type SQL, sql } from "drizzle-orm";
import { products, variants } from "#drizzle/products/tables.ts";

// The rows of products and variants hold the prices that are current until `products.prices_until`. Once that has passed, and until the sweeper
// has brought the rows up to date, the price is read from `variant_prices`, by a function: a subquery would be planned with each statement. Columns
// are written out, because Drizzle leaves out the table's name where only one table is selected from.

const holds = "(products.prices_until is null or products.prices_until > now())";

/** The current price of a row of `variants` that is joined with its product: in the default market, or where it has none at the moment, the last one. */
export const variantPrice: SQL<bigint> = sql<bigint>`${sql.raw(
  `case when ${holds} then variants.price else current_price(variants.id, variants.price) end`,
)}`.mapWith(variants.price);

/** The lowest current price of a row of `products`. */
export const productPriceMin: SQL<bigint> = sql<bigint>`${sql.raw(
  `case when ${holds} then products.price_min else (current_price_range(products.id))[1] end`,
)}`.mapWith(products.priceMin);

/** The highest current price of a row of `products`. */
export const productPriceMax: SQL<bigint> = sql<bigint>`${sql.raw(
  `case when ${holds} then products.price_max else (current_price_range(products.id))[2] end`,
)}`.mapWith(products.priceMax);

/** When a price of a row of `products` is next scheduled to change; null when none is. */
export const productPricesUntil: SQL<Date | null> = sql<Date | null>`${sql.raw(
  `case when ${holds} then products.prices_until else next_price_change(products.id) end`,
)}`.mapWith(products.pricesUntil);
