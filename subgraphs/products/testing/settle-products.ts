import { sql } from "drizzle-orm";
import type { Db } from "#platform/database/database.ts";
import { rewriteProducts } from "../catalogue/product-rewrites.ts";

/** Whether products are still to be written anew after a change of a category or an attribute. */
export async function areProductsMoving(db: Db): Promise<boolean> {
  return (await db.execute(sql`select from product_rewrites`)).length > 0;
}

/** Writes all products anew that are still to be written; the subgraph's own loop may be writing some of them. */
export async function settleProducts(db: Db): Promise<void> {
  while (await areProductsMoving(db)) await rewriteProducts(db);
}
