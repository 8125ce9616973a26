import type { Db } from "#platform/db.ts";
import type { CategoryId, ProductId, VariantId } from "#platform/ids.ts";
import { manyByKey, oneByKey } from "#platform/loader.ts";
import type { Viewer } from "#platform/tokens.ts";
import { readCategories, readCategoriesBySlug } from "./category.ts";
import { readAvailability, readLevels } from "./inventory.ts";
import { readProducts, readProductsBySlug } from "./product.ts";
import { readVariants, readVariantsBySku, readVariantsOf } from "./variant.ts";

/** What the fields of one request are read through: each kind in one statement, however many are asked for. */
export type Loaders = ReturnType<typeof makeLoaders>;

/** The loaders of one request. They show the viewer what the viewer may see. */
export function makeLoaders(db: Db, viewer: Viewer) {
  return {
    product: oneByKey(
      (ids: readonly ProductId[]) => readProducts(db, viewer, ids),
      ({ id }) => id,
    ),
    productBySlug: oneByKey(
      (slugs) => readProductsBySlug(db, viewer, slugs),
      ({ slug }) => slug,
    ),
    variant: oneByKey(
      (ids: readonly VariantId[]) => readVariants(db, viewer, ids),
      ({ id }) => id,
    ),
    variantBySku: oneByKey(
      (skus) => readVariantsBySku(db, viewer, skus),
      ({ sku }) => sku,
    ),
    variantsOfProduct: manyByKey(
      (ids: readonly ProductId[]) => readVariantsOf(db, ids),
      ({ productId }) => productId,
    ),
    category: oneByKey(
      (ids: readonly CategoryId[]) => readCategories(db, ids),
      ({ id }) => id,
    ),
    categoryBySlug: oneByKey(
      (slugs) => readCategoriesBySlug(db, slugs),
      ({ slug }) => slug,
    ),
    level: oneByKey(
      (ids: readonly VariantId[]) => readLevels(db, ids),
      ({ variantId }) => variantId,
    ),
    availability: oneByKey(
      (ids: readonly ProductId[]) => readAvailability(db, ids),
      ({ productId }) => productId,
    ),
  };
}
