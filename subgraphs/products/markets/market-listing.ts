import { asc, eq, gt, isNull, sql } from "drizzle-orm";
import { markets, products } from "#drizzle/products/tables.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import type { MarketId } from "#platform/shop/ids.ts";
import { marketProductsAtOnceMax } from "../shared/limits.ts";

const batchProducts = 200;

/** Lists the first products of a new market, so that a small shop's are all listed at once. */
export async function listFirstProducts(db: Db, id: MarketId): Promise<void> {
  for (let listed = 0; listed <= marketProductsAtOnceMax; listed += batchProducts) {
    if (!(await listNextProducts(db, id))) return;
  }
}

/**
 * Adds the next batch of products to the listing of a market that does not have all of them yet: those that were there before the market. Each
 * batch is a transaction of its own, and one process at a time works on a market. Until it has all, lists of the market read the prices
 * themselves.
 *
 * @returns whether there may be more to add.
 */
export async function listNextProducts(db: Db, id?: MarketId): Promise<boolean> {
  return transaction(db, async (tx) => {
    const [market] = await tx
      .select({ id: markets.id, listedProductId: markets.listedProductId })
      .from(markets)
      .where(id === undefined ? isNull(markets.listedAt) : sql`${markets.id} = ${id} and ${markets.listedAt} is null`)
      .orderBy(asc(markets.createdAt))
      .limit(1)
      .for("update", { skipLocked: true });
    if (market === undefined) return false;
    const batch = await tx
      .select({ id: products.id })
      .from(products)
      .where(market.listedProductId === null ? undefined : gt(products.id, market.listedProductId))
      .orderBy(asc(products.id))
      .limit(batchProducts);
    const ids = batch.map((product) => product.id);
    const last = ids.at(-1);
    if (last !== undefined) await tx.execute(sql`select refresh_prices(${sql.param(ids)}::uuid[])`);
    await tx
      .update(markets)
      .set(last === undefined ? { listedAt: sql`now()` } : { listedProductId: last })
      .where(eq(markets.id, market.id));
    return last !== undefined;
  });
}
