import { asc, lte, sql } from "drizzle-orm";
import { marketListing, products } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { ProductId } from "#platform/shop/ids.ts";

const batchProducts = 100;

/**
 * Brings the rows of the next products whose scheduled prices have begun or ended up to date. Nobody waits for it: until then, readers take the
 * prices from where they are scheduled, which costs a little more.
 *
 * @returns whether there may be more.
 */
export async function refreshDuePrices(db: Db): Promise<boolean> {
  const due = await db
    .select({ id: products.id })
    .from(products)
    .where(lte(products.pricesUntil, sql`now()`))
    .orderBy(asc(products.pricesUntil))
    .limit(batchProducts);
  const listed = await db
    .select({ id: marketListing.productId })
    .from(marketListing)
    .where(sql`${marketListing.validUntil} <= now() and ${marketListing.validUntil} < 'infinity'`)
    .orderBy(asc(marketListing.validUntil))
    .limit(batchProducts);
  const ids = [...new Set<ProductId>([...due, ...listed].map(({ id }) => id))].sort();
  if (ids.length === 0) return false;
  await db.execute(sql`select refresh_prices(${sql.param(ids)}::uuid[])`);
  return true;
}
