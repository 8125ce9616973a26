import type { Db } from "#platform/db.ts";
import type { CategoryId, ProductId, VariantId } from "#platform/ids.ts";
import { manyByKey, oneByKey } from "#platform/loader.ts";
import type { Page } from "#platform/page.ts";
import type { Viewer } from "#platform/tokens.ts";
import { readCategories, readCategoriesBySlug } from "./category.ts";
import { countMovements, readAvailability, readLevels, readMovements } from "./inventory.ts";
import { readProducts, readProductsBySlug } from "./product.ts";
import { readVariants, readVariantsBySku, readVariantsOf } from "./variant.ts";

/** What the fields of one request are read through: each kind in one statement, however many are asked for. */
export type Loaders = ReturnType<typeof makeLoaders>;

/** The loaders of one request. They show the viewer what the viewer may see. */
export function makeLoaders(db: Db, viewer: Viewer) {
  return {
    movements: byPage((page) =>
      oneByKey(
        (ids: readonly VariantId[]) => readMovements(db, ids, page),
        ({ variantId }) => variantId,
      ),
    ),
    movementCount: oneByKey(
      (ids: readonly VariantId[]) => countMovements(db, ids),
      ({ variantId }) => variantId,
    ),
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

/** One loader for each page that is asked for: the same field of many parents asks for the same page of each. */
function byPage<Loader>(make: (page: Page) => Loader): (page: Page) => Loader {
  const made = new Map<string, Loader>();
  return (page) => {
    const key = JSON.stringify(page);
    const loader = made.get(key) ?? make(page);
    made.set(key, loader);
    return loader;
  };
}
