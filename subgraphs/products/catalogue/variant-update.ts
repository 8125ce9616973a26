import { and, eq, isNull } from "drizzle-orm";
import { variants } from "#drizzle/products/tables.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import type { ProductId, VariantId } from "#platform/shop/ids.ts";
import { editConflictError, notFoundError } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { alreadyExistsError, err, ok, type Result } from "../shared/result.ts";
import { lockProduct } from "./product.ts";
import { type VariantUpdateCommand, variantName } from "./product-input.ts";
import {
  countOthers,
  findProductOf,
  findTakenSkus,
  fitsCurrency,
  noSuchVariant,
  otherCurrencyError,
  refreshPriceRange,
  skuTaken,
  withTakenErrors,
} from "./variant-rules.ts";

/**
 * Changes a variant of a product that the viewer may edit. Fails with NOT_FOUND, EDIT_CONFLICT, VALIDATION_FAILED for another currency, and
 * ALREADY_EXISTS for a SKU or options that are taken.
 */
export async function updateVariant(
  db: Db,
  viewer: SignedIn,
  id: VariantId | undefined,
  change: VariantUpdateCommand,
): Promise<Result<ProductId>> {
  const productId = await findProductOf(db, viewer, id);
  if (id === undefined || productId === undefined) return err(notFoundError(["id"], noSuchVariant));
  return withTakenErrors(() =>
    transaction(db, async (tx) => {
      const product = await lockProduct(tx, viewer, productId);
      const [variant] = await tx
        .select()
        .from(variants)
        .where(and(eq(variants.id, id), isNull(variants.removedAt)));
      if (product === undefined || variant === undefined) return err(notFoundError(["id"], noSuchVariant));
      if (change.expectedVersion && change.expectedVersion !== variant.version) {
        return err(editConflictError(variant.version));
      }
      const { sku, options, price, barcode, maxPerOrder, taxClass, weightGrams } = change;
      if (price !== undefined && !fitsCurrency(product, price, await countOthers(tx, productId, id))) {
        return err(otherCurrencyError(product));
      }
      if (sku !== undefined && (await findTakenSkus(tx, product.ownerId, [sku], id)).size > 0)
        return err(alreadyExistsError(["sku"], skuTaken));
      const name = change.name === null ? variantName(options ?? variant.options) : change.name;
      const changes = {
        ...(sku === undefined ? {} : { sku }),
        ...(name === undefined ? {} : { name }),
        ...(options === undefined ? {} : { options }),
        ...(price === undefined ? {} : { price: price.minorUnits }),
        ...(barcode === undefined ? {} : { barcode }),
        ...(maxPerOrder === undefined ? {} : { maxPerOrder }),
        ...(taxClass === undefined ? {} : { taxClass }),
        ...(weightGrams === undefined ? {} : { weightGrams }),
      };
      if (Object.keys(changes).length === 0) return ok(productId);
      await tx
        .update(variants)
        .set({ ...changes, version: variant.version + 1 })
        .where(eq(variants.id, id));
      await refreshPriceRange(tx, product, price);
      return ok(productId);
    }),
  );
}
