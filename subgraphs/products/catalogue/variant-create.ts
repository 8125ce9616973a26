import { type Db, transaction } from "#platform/database/database.ts";
import type { ProductId } from "#platform/shop/ids.ts";
import { notFoundError, validationError } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { variantsPerProductMax } from "../shared/limits.ts";
import { alreadyExistsError, err, ok, type Result } from "../shared/result.ts";
import { lockProduct, noSuchProduct } from "./product.ts";
import { insertVariants } from "./product-create.ts";
import type { VariantCreateCommand } from "./product-input.ts";
import {
  countOthers,
  findTakenSkus,
  fitsCurrency,
  otherCurrencyError,
  refreshPriceRange,
  skuTaken,
  withTakenErrors,
} from "./variant-rules.ts";

/**
 * Adds a variant with its stock to a product that the viewer may edit. Fails with NOT_FOUND, with VALIDATION_FAILED for a 101st variant or
 * another currency, and with ALREADY_EXISTS for a SKU or options that are taken.
 */
export async function createVariant(
  db: Db,
  viewer: SignedIn,
  productId: ProductId | undefined,
  command: VariantCreateCommand,
): Promise<Result<ProductId>> {
  if (productId === undefined) return err(notFoundError(["productId"], noSuchProduct));
  return withTakenErrors(() =>
    transaction(db, async (tx) => {
      const product = await lockProduct(tx, viewer, productId);
      if (product === undefined) return err(notFoundError(["productId"], noSuchProduct));
      const others = await countOthers(tx, productId);
      if (others >= variantsPerProductMax)
        return err(validationError([], `This product already has ${variantsPerProductMax} variants.`));
      if (!fitsCurrency(product, command.price, others)) return err(otherCurrencyError(product));
      if (command.sku && (await findTakenSkus(tx, product.ownerId, [command.sku])).size > 0)
        return err(alreadyExistsError(["sku"], skuTaken));
      await insertVariants(tx, productId, [command], new Date());
      await refreshPriceRange(tx, product);
      return ok(productId);
    }),
  );
}
