import { asc, eq, sql } from "drizzle-orm";
import { attributes, categories, productAttributeValues, productRewrites, products } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import type { ProductId } from "#platform/shop/ids.ts";
import { holdTree } from "./category-tree.ts";

type Rewrite = typeof productRewrites.$inferSelect;

const batchProductsDefault = 200;

/**
 * Writes the next batch of products anew that follow from a moved or deleted category or a changed attribute. Each batch is a transaction of its own, so
 * that a process that dies loses none; processes work on different changes. Buyers and sellers of these products wait for one batch at most.
 *
 * @returns the number of products in the batch; 0 when there is nothing left to write.
 */
export async function rewriteProducts(db: Db, batchProducts: number = batchProductsDefault): Promise<number> {
  for (;;) {
    const [any] = await db.select({ id: productRewrites.id }).from(productRewrites).limit(1);
    if (any === undefined) return 0;
    const written = await transaction(db, async (tx) => {
      await holdTree(tx);
      const [rewrite] = await tx
        .select()
        .from(productRewrites)
        .orderBy(asc(productRewrites.createdAt))
        .limit(1)
        .for("update", { skipLocked: true });
      if (rewrite === undefined) return 0;
      const ids = await nextProducts(tx, rewrite, batchProducts);
      const last = ids.at(-1);
      if (last !== undefined) await writeAnew(tx, rewrite, ids);
      if (last === undefined || ids.length < batchProducts) {
        await tx.delete(productRewrites).where(eq(productRewrites.id, rewrite.id));
        // Another change may be waiting: an empty batch is not the end of the work.
        return ids.length === 0 ? undefined : ids.length;
      }
      await tx.update(productRewrites).set({ lastProductId: last }).where(eq(productRewrites.id, rewrite.id));
      return ids.length;
    });
    if (written !== undefined) return written;
  }
}

async function nextProducts(tx: Tx, { id, kind, lastProductId }: Rewrite, count: number): Promise<ProductId[]> {
  const after = lastProductId === null ? sql`true` : sql`product_id > ${lastProductId}::uuid`;
  const source = {
    // Two conditions, because the indexes of products on sale and of others are apart.
    CATEGORY: sql`(
      select id as product_id from ${products}
      where (status = 'ACTIVE' and category_ids @> array[${id}::uuid]) or (status <> 'ACTIVE' and category_ids @> array[${id}::uuid])
    ) below`,
    ATTRIBUTE: sql`(select product_id from ${productAttributeValues} where attribute_id = ${id}::uuid) having_it`,
    ALL: sql`(select id as product_id from ${products}) every`,
  }[kind];
  const rows = await tx.execute<{ id: ProductId }>(
    sql`select product_id as id from ${source} where ${after} order by product_id limit ${count}::int`,
  );
  return rows.map(({ id: found }) => found);
}

async function writeAnew(tx: Tx, { id, kind }: Rewrite, ids: readonly ProductId[]): Promise<void> {
  const inBatch = sql`${products.id} = any(${sql.param(ids)}::uuid[])`;
  // In the order of their ids, in which everybody locks products.
  await tx.select({ id: products.id }).from(products).where(inBatch).orderBy(asc(products.id)).for("no key update");
  if (kind === "CATEGORY") {
    const chosen = sql`coalesce(${products.chosenCategoryIds}, ${products.categoryIds})`;
    await tx
      .update(products)
      .set({
        categoryIds: sql`array(select id from unnest(${chosen}) as id where id in (select id from ${categories}))`,
      })
      .where(inBatch);
    return;
  }
  if (kind === "ATTRIBUTE") {
    await tx.execute(sql`
      delete from ${productAttributeValues}
      where attribute_id = ${id}::uuid and product_id = any(${sql.param(ids)}::uuid[])
        and not exists (select from ${attributes} where ${attributes.id} = ${id}::uuid)`);
  }
  await tx.execute(sql`select refresh_labels(${sql.param(ids)}::uuid[])`);
}
