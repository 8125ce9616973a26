import { sql } from "drizzle-orm";
import { stockLevels } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/db.ts";
import type { ProductId, VariantId } from "#platform/ids.ts";

/** A variant's stock level as it stands in the database. */
export type Level = typeof stockLevels.$inferSelect;

/** Units that can be bought over all of a product's variants on sale. */
export type Availability = { readonly productId: ProductId; readonly quantity: number };

/** The levels of these variants, in any order. */
export async function readLevels(db: Db, ids: readonly VariantId[]): Promise<Level[]> {
  return db
    .select()
    .from(stockLevels)
    .where(sql`${stockLevels.variantId} = any(${sql.param(ids)}::uuid[])`);
}

/** What can be bought of these products, in any order; those with nothing on sale are left out. */
export async function readAvailability(db: Db, ids: readonly ProductId[]): Promise<Availability[]> {
  return db
    .select({
      productId: stockLevels.productId,
      quantity: sql<number>`sum(${stockLevels.onHand} - ${stockLevels.reserved})::int`,
    })
    .from(stockLevels)
    .where(sql`${stockLevels.productId} = any(${sql.param(ids)}::uuid[]) and ${stockLevels.onSale}`)
    .groupBy(stockLevels.productId);
}
