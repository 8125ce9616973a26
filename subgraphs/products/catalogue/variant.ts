import { and, asc, eq, getTableColumns, isNull, sql } from "drizzle-orm";
import { products, variants } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { ProductId, VariantId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { productPricesUntil, variantPrice } from "./current-price.ts";
import { preferredSku, visibleTo } from "./product.ts";

/** A row of `variants` with its current price and the currency of its product. */
export type Variant = typeof variants.$inferSelect & {
  readonly currency: CurrencyCode;
  /** When the prices of the product's variants are scheduled to change. */
  readonly pricesUntil: Date | null;
};

/** The columns of a {@link Variant} in a join of `variants` and `products`. */
export const variantColumns = {
  ...getTableColumns(variants),
  price: variantPrice,
  currency: products.currency,
  pricesUntil: productPricesUntil,
};

/** Reads the variants with these ids whose product the viewer may see, in any order. Includes deleted ones, which orders still show. */
export async function readVariants(db: Db, viewer: Viewer, ids: readonly VariantId[]): Promise<Variant[]> {
  return db
    .select(variantColumns)
    .from(variants)
    .innerJoin(products, eq(products.id, variants.productId))
    .where(and(sql`${variants.id} = any(${sql.param(ids)}::uuid[])`, visibleTo(viewer)));
}

/** Reads the variants on sale with these SKUs whose product the viewer may see, one a SKU by {@link preferredSku}, in any order. */
export async function readVariantsBySku(db: Db, viewer: Viewer, skus: readonly string[]): Promise<Variant[]> {
  return db
    .selectDistinctOn([variants.sku], variantColumns)
    .from(variants)
    .innerJoin(products, eq(products.id, variants.productId))
    .where(and(sql`${variants.sku} = any(${sql.param(skus)}::text[])`, isNull(variants.removedAt), visibleTo(viewer)))
    .orderBy(variants.sku, ...preferredSku(viewer));
}

/** Reads the variants on sale of these products in order of creation. The caller has checked that the viewer may see the products. */
export async function readVariantsOf(db: Db, ids: readonly ProductId[]): Promise<Variant[]> {
  return db
    .select(variantColumns)
    .from(variants)
    .innerJoin(products, eq(products.id, variants.productId))
    .where(and(sql`${variants.productId} = any(${sql.param(ids)}::uuid[])`, isNull(variants.removedAt)))
    .orderBy(asc(variants.id));
}
