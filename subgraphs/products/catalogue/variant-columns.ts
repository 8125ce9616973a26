import { getTableColumns } from "drizzle-orm";
import { products, variants } from "#drizzle/products/tables.ts";
import { readColumns } from "#platform/database/built-once.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { productPricesUntil, variantPrice } from "./current-price.ts";

/** A row of `variants` with its current price and the currency of its product. */
export type Variant = typeof variants.$inferSelect & {
  readonly currency: CurrencyCode;
  /** When the prices of the product's variants are scheduled to change. */
  readonly pricesUntil: Date | null;
};

const columns = getTableColumns(variants);

/** The columns of a {@link Variant} in a join of `variants` and `products`. */
export const variantColumns = {
  ...columns,
  price: variantPrice,
  currency: products.currency,
  pricesUntil: productPricesUntil,
};

/** The same in statements that are run with `execute`. */
export const variantRow = readColumns<Variant>(variantColumns, {
  ...columns,
  currency: products.currency,
  pricesUntil: products.pricesUntil,
});
