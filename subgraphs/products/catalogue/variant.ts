import { eq, isNull, sql } from "drizzle-orm";
import { products, variants } from "#drizzle/products/tables.ts";
import { builtOnce } from "#platform/database/built-once.ts";
import type { Db } from "#platform/database/database.ts";
import type { ProductId, VariantId } from "#platform/shop/ids.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { preferredSku, visibleTo } from "./product.ts";
import { type Variant, variantRow } from "./variant-columns.ts";

const joined = sql`${variantRow.list} from ${variants} join ${products} on ${eq(products.id, variants.productId)}`;
const ofIds = builtOnce<"ids">(sql`select ${joined} where ${variants.id} = any(${sql.placeholder("ids")}::uuid[])`);
const ofSkus = builtOnce<"skus">(
  sql`select distinct on (${variants.sku}) ${joined} where ${variants.sku} = any(${sql.placeholder("skus")}::text[]) and ${isNull(variants.removedAt)}`,
);
const ofProducts = builtOnce<"ids">(
  sql`select ${joined} where ${variants.productId} = any(${sql.placeholder("ids")}::uuid[]) and ${isNull(variants.removedAt)} order by ${variants.id}`,
);

/** Reads the variants with these ids whose product the viewer may see, in any order. Includes deleted ones, which orders still show. */
export async function readVariants(db: Db, viewer: Viewer, ids: readonly VariantId[]): Promise<Variant[]> {
  return (await db.execute(sql`${ofIds({ ids })} and ${visibleTo(viewer)}`)).map(variantRow.read);
}

/** Reads the variants on sale with these SKUs whose product the viewer may see, one a SKU by {@link preferredSku}, in any order. */
export async function readVariantsBySku(db: Db, viewer: Viewer, skus: readonly string[]): Promise<Variant[]> {
  const order = sql.join([sql`${variants.sku}`, ...preferredSku(viewer)], sql`, `);
  return (await db.execute(sql`${ofSkus({ skus })} and ${visibleTo(viewer)} order by ${order}`)).map(variantRow.read);
}

/** Reads the variants on sale of these products in order of creation. The caller has checked that the viewer may see the products. */
export async function readVariantsOf(db: Db, ids: readonly ProductId[]): Promise<Variant[]> {
  return (await db.execute(ofProducts({ ids }))).map(variantRow.read);
}
