import { type SQL, sql } from "drizzle-orm";
import { products, variants } from "#drizzle/products/tables.ts";

// The rows of products and variants hold the prices that are current until `products.prices_until`. Once that has passed, and until the sweeper
// has brought the rows up to date, the price is read from `variant_prices`. Columns are written out, because Drizzle leaves out the table's name
// where only one table is selected from, and a subquery would take the name for one of its own.

const holds = sql.raw("(products.prices_until is null or products.prices_until > now())");

const running = sql.raw(`
  select running.price from variant_prices running
  where running.variant_id = variants.id and running.market_id = default_market_id()
    and running.valid_from <= now() and (running.valid_until is null or running.valid_until > now())`);

/** The current price of a row of `variants` that is joined with its product: in the default market, or where it has none at the moment, the last one. */
export const variantPrice: SQL<bigint> = sql<bigint>`
  case when ${holds} then variants.price else coalesce((${running}), variants.price) end`.mapWith(variants.price);

/** The lowest current price of a row of `products`. */
export const productPriceMin: SQL<bigint> = boundOf("min").mapWith(products.priceMin);

/** The highest current price of a row of `products`. */
export const productPriceMax: SQL<bigint> = boundOf("max").mapWith(products.priceMax);

/** When a price of a row of `products` is next scheduled to change; null when none is. */
export const productPricesUntil: SQL<Date | null> = sql<Date | null>`
  case when ${holds} then products.prices_until else (
    select min(change) from variants join variant_prices on variant_prices.variant_id = variants.id,
      lateral (values (valid_from), (valid_until)) as changes(change)
    where variants.product_id = products.id and variants.removed_at is null and market_id = default_market_id() and change > now()) end`.mapWith(
  products.pricesUntil,
);

function boundOf(bound: "min" | "max"): SQL<bigint> {
  return sql<bigint>`case when ${holds} then ${sql.raw(`products.price_${bound}`)} else (
    select ${sql.raw(bound)}(coalesce((${running}), variants.price)) from variants
    where variants.product_id = products.id and variants.removed_at is null) end`;
}
