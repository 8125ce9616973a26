import { and, eq, isNull, sql } from "drizzle-orm";
import { stockLevels, variants } from "#drizzle/products/tables.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import type { ProductId, VariantId } from "#platform/shop/ids.ts";
import { notFoundError, validationError } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { lockProduct } from "./product.ts";
import { countOthers, findProductOf, noSuchVariant, refreshPriceRange } from "./variant-rules.ts";

/**
 * Takes a variant of a product that the viewer may edit off sale. Orders still show it, and its SKU is free again. Fails with NOT_FOUND, and
 * with VALIDATION_FAILED for a product's last variant.
 */
export async function removeVariant(db: Db, viewer: SignedIn, id: VariantId | undefined): Promise<Result<ProductId>> {
  const productId = await findProductOf(db, viewer, id);
  if (id === undefined || productId === undefined) return err(notFoundError(["id"], noSuchVariant));
  return transaction(db, async (tx) => {
    // Lock the level before the product: reservations lock in that order too.
    await tx.select().from(stockLevels).where(eq(stockLevels.variantId, id)).for("no key update");
    const product = await lockProduct(tx, viewer, productId);
    if (product === undefined) return err(notFoundError(["id"], noSuchVariant));
    if ((await countOthers(tx, productId, id)) === 0) {
      return err(validationError(["id"], "A product needs at least one variant."));
    }
    const removed = await tx
      .update(variants)
      .set({ removedAt: sql`now()`, version: sql`${variants.version} + 1` })
      .where(and(eq(variants.id, id), isNull(variants.removedAt)))
      .returning({ id: variants.id });
    if (removed.length === 0) return err(notFoundError(["id"], noSuchVariant));
    await tx.update(stockLevels).set({ onSale: false }).where(eq(stockLevels.variantId, id));
    await refreshPriceRange(tx, product);
    return ok(productId);
  });
}
