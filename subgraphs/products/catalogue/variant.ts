import { and, asc, eq, getTableColumns, isNull, sql } from "drizzle-orm";
import { products, variants } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { ProductId, VariantId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { visibleTo } from "./product.ts";

/** A variant as it stands in the database, with its product's currency. */
export type Variant = typeof variants.$inferSelect & { readonly currency: CurrencyCode };

/** The columns of a {@link Variant}, where `variants` is joined with its `products`. */
export const variantColumns = { ...getTableColumns(variants), currency: products.currency };

/** The variants with these ids whose product the viewer may see, those taken out included: orders still show them. In any order. */
export async function readVariants(db: Db, viewer: Viewer, ids: readonly VariantId[]): Promise<Variant[]> {
  return db
    .select(variantColumns)
    .from(variants)
    .innerJoin(products, eq(products.id, variants.productId))
    .where(and(sql`${variants.id} = any(${sql.param(ids)}::uuid[])`, visibleTo(viewer)));
}

/** The variants with these SKUs whose product the viewer may see; those taken out have given theirs up. In any order. */
export async function readVariantsBySku(db: Db, viewer: Viewer, skus: readonly string[]): Promise<Variant[]> {
  return db
    .select(variantColumns)
    .from(variants)
    .innerJoin(products, eq(products.id, variants.productId))
    .where(and(sql`${variants.sku} = any(${sql.param(skus)}::text[])`, isNull(variants.removedAt), visibleTo(viewer)));
}

/** The variants on sale of these products, in the order in which they were made. For products that the viewer was shown. */
export async function readVariantsOf(db: Db, ids: readonly ProductId[]): Promise<Variant[]> {
  return db
    .select(variantColumns)
    .from(variants)
    .innerJoin(products, eq(products.id, variants.productId))
    .where(and(sql`${variants.productId} = any(${sql.param(ids)}::uuid[])`, isNull(variants.removedAt)))
    .orderBy(asc(variants.id));
}
