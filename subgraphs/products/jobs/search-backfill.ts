import { asc, eq, gt, isNull, sql } from "drizzle-orm";
import { products, searchIndexBackfill } from "#drizzle/products/tables.ts";
import { type Db, transaction } from "#platform/database/database.ts";

const batchProducts = 200;

/**
 * Adds the next batch of products to the search index, those that were there before it. Each batch is a transaction of its own, and one process at
 * a time works on it. Searches use the index once all products are in it.
 *
 * @returns whether there may be more to add.
 */
export async function backfillSearchIndex(db: Db): Promise<boolean> {
  return transaction(db, async (tx) => {
    const [state] = await tx
      .select()
      .from(searchIndexBackfill)
      .where(isNull(searchIndexBackfill.completedAt))
      .for("update", { skipLocked: true });
    if (state === undefined) return false;
    const batch = await tx
      .select({ id: products.id })
      .from(products)
      .where(state.lastProductId === null ? undefined : gt(products.id, state.lastProductId))
      .orderBy(asc(products.id))
      .limit(batchProducts);
    const ids = batch.map(({ id }) => id);
    const last = ids.at(-1);
    // Rows that a trigger has written meanwhile are newer than what this transaction reads, and stay.
    if (last !== undefined) await tx.execute(sql`select index_products(${sql.param(ids)}::uuid[], true)`);
    await tx
      .update(searchIndexBackfill)
      .set(last === undefined ? { completedAt: sql`now()` } : { lastProductId: last })
      .where(eq(searchIndexBackfill.id, state.id));
    return last !== undefined;
  });
}
