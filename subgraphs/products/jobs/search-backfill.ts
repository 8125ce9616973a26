import { asc, eq, getTableColumns, gt, sql } from "drizzle-orm";
import { products, searchIndexBackfill } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import type { ProductId } from "#platform/shop/ids.ts";

const batchProducts = 200;
const rowsDeletedAtOnce = 5_000;
/** Searches that began before the language changed have ended by then. */
const oldRowsKeptSeconds = 60;

const derived = {
  shopLanguage: sql<string>`shop_language()`,
  areOldRowsUnread: sql<boolean>`coalesce(completed_at < now() - make_interval(secs => ${oldRowsKeptSeconds}), false)`,
};

type State = typeof searchIndexBackfill.$inferSelect;

/**
 * Does the next piece of work on the search index: adds products that were there before it; when the default market's first language has changed, adds
 * all products in that language, has searches read them when it has all, and deletes those in the language before. Each piece is a transaction of
 * its own, and one process at a time works on it. Searches find everything all the while.
 *
 * @returns whether there may be more to do at once.
 */
export async function backfillSearchIndex(db: Db): Promise<boolean> {
  return transaction(db, async (tx) => {
    const [state] = await tx
      .select({ ...getTableColumns(searchIndexBackfill), ...derived })
      .from(searchIndexBackfill)
      .for("update", { skipLocked: true });
    if (state === undefined) return false;
    if (state.completedAt === null) return addMissing(tx, state);
    if (state.oldLanguage !== null) return state.areOldRowsUnread && deleteRows(tx, state, state.oldLanguage);
    const wanted = state.shopLanguage === state.language ? null : state.shopLanguage;
    if (wanted !== state.nextLanguage) {
      await change(tx, state, { nextLanguage: wanted, lastProductId: null, oldLanguage: state.nextLanguage });
      // Writers that do not know the next language yet have ended before the next sweep.
      return false;
    }
    return wanted !== null && addInLanguage(tx, state, wanted);
  });
}

async function addMissing(tx: Tx, state: State): Promise<boolean> {
  const ids = await nextProducts(tx, state);
  const last = ids.at(-1);
  // Rows that a trigger has written meanwhile are newer than what this transaction reads, and stay.
  if (last !== undefined) await tx.execute(sql`select index_products(${sql.param(ids)}::uuid[], true)`);
  await change(tx, state, last === undefined ? { completedAt: sql`now()` } : { lastProductId: last });
  return last !== undefined;
}

async function addInLanguage(tx: Tx, state: State, language: string): Promise<boolean> {
  const ids = await nextProducts(tx, state);
  const last = ids.at(-1);
  if (last === undefined) {
    const values = { language, nextLanguage: null, lastProductId: null, oldLanguage: state.language };
    await change(tx, state, { ...values, completedAt: sql`now()` });
    return false;
  }
  // In the order of their ids, in which everybody locks products: what is read below is as it is committed.
  await tx
    .select({ id: products.id })
    .from(products)
    .where(sql`${products.id} = any(${sql.param(ids)}::uuid[])`)
    .orderBy(asc(products.id))
    .for("no key update");
  await tx.execute(sql`select index_stored_texts(${sql.param(ids)}::uuid[], ${language}::text, false)`);
  await change(tx, state, { lastProductId: last });
  return true;
}

async function nextProducts(tx: Tx, { lastProductId }: State): Promise<ProductId[]> {
  const batch = await tx
    .select({ id: products.id })
    .from(products)
    .where(lastProductId === null ? undefined : gt(products.id, lastProductId))
    .orderBy(asc(products.id))
    .limit(batchProducts);
  return batch.map(({ id }) => id);
}

async function deleteRows(tx: Tx, state: State, language: string): Promise<boolean> {
  const deleted = await tx.execute(sql`
    delete from search_index where (product_id, language) in (
      select product_id, language from search_index where language = ${language}::text limit ${rowsDeletedAtOnce}::int
    ) returning product_id`);
  if (deleted.length === 0) await change(tx, state, { oldLanguage: null });
  return true;
}

async function change(
  tx: Tx,
  { id }: State,
  values: Parameters<ReturnType<typeof tx.update<typeof searchIndexBackfill>>["set"]>[0],
): Promise<void> {
  await tx.update(searchIndexBackfill).set(values).where(eq(searchIndexBackfill.id, id));
}
