import { and, eq, sql } from "drizzle-orm";
import { products } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { ProductId } from "#platform/shop/ids.ts";
import { notFoundError } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { editableBy, noSuchProduct } from "./product.ts";

/** Archives a product that the viewer may edit. Archiving it again changes nothing. Fails with NOT_FOUND. */
export async function archiveProduct(db: Db, viewer: SignedIn, id: ProductId | undefined): Promise<Result<ProductId>> {
  if (id === undefined) return err(notFoundError(["id"], noSuchProduct));
  const fresh = sql`(${products.status} <> 'ARCHIVED')`;
  const [archived] = await db
    .update(products)
    .set({
      status: "ARCHIVED",
      version: sql`${products.version} + ${fresh}::int`,
      updatedAt: sql`case when ${fresh} then now() else ${products.updatedAt} end`,
    })
    .where(and(eq(products.id, id), editableBy(viewer)))
    .returning({ id: products.id });
  return archived === undefined ? err(notFoundError(["id"], noSuchProduct)) : ok(archived.id);
}
