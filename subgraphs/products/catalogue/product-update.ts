import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { products, shopWideScope, variants } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction, violatedConstraint } from "#platform/database/database.ts";
import type { ProductId } from "#platform/shop/ids.ts";
import { editConflictError, notFoundError, validationError } from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { findValues, replaceValues } from "../attributes/attribute-values.ts";
import { alreadyExistsError, err, joinErrors, ok, type Result } from "../shared/result.ts";
import { findCategories } from "./category.ts";
import { lockProduct, noSuchProduct, touched } from "./product.ts";
import type { ProductUpdateCommand } from "./product-input.ts";

/**
 * Changes a product that the viewer may edit, atomically. `price` is that of its only variant. An ARCHIVED product is restored by its status. Fails with NOT_FOUND, EDIT_CONFLICT,
 * VALIDATION_FAILED, or ALREADY_EXISTS when it is published with a SKU that another published product has.
 */
export async function updateProduct(
  db: Db,
  viewer: SignedIn,
  id: ProductId | undefined,
  change: ProductUpdateCommand,
): Promise<Result<ProductId>> {
  if (id === undefined) return err(notFoundError(["id"], noSuchProduct));
  try {
    return await writeProduct(db, viewer, id, change);
  } catch (error) {
    if (violatedConstraint(error) !== "variants_sku") throw error;
    const skus = (await publishedSkus(db, id)).map((sku) => `"${sku}"`).join(", ");
    return err(
      alreadyExistsError(
        ["status"],
        `Another product of the shop has the SKU ${skus}. Change it before you publish this product.`,
      ),
    );
  }
}

async function writeProduct(
  db: Db,
  viewer: SignedIn,
  id: ProductId,
  change: ProductUpdateCommand,
): Promise<Result<ProductId>> {
  return transaction(db, async (tx) => {
    const product = await lockProduct(tx, viewer, id);
    if (product === undefined) return err(notFoundError(["id"], noSuchProduct));
    if (change.expectedVersion && change.expectedVersion !== product.version) {
      return err(editConflictError(product.version));
    }
    const categories = await findCategories(tx, viewer, change.categories ?? []);
    const values = await findValues(tx, change.attributes ?? []);
    if (!categories.ok || !values.ok) return joinErrors(categories, values) ?? err();
    if (change.price !== undefined && !(await priceOnlyVariant(tx, id, change.price))) {
      return err(
        validationError(["price"], "This product has several variants. Set the price of each variant instead."),
      );
    }
    const { name, description, tags, imageUrl, status, isReturnable, price } = change;
    const changes = {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(tags === undefined ? {} : { tags }),
      ...(imageUrl === undefined ? {} : { imageUrl }),
      ...(status === undefined ? {} : { status }),
      ...(isReturnable === undefined ? {} : { isReturnable }),
      ...(status === "ACTIVE" ? { publishedAt: sql`coalesce(${products.publishedAt}, now())` } : {}),
      ...(change.categories === undefined ? {} : { categoryIds: categories.value }),
      ...(price === undefined
        ? {}
        : { currency: price.currency, priceMin: price.minorUnits, priceMax: price.minorUnits }),
    };
    if (change.attributes !== undefined) await replaceValues(tx, id, values.value);
    if (Object.keys(changes).length > 0 || change.attributes !== undefined)
      await tx
        .update(products)
        .set({ ...changes, ...touched })
        .where(eq(products.id, id));
    return ok(id);
  });
}

/** The SKUs of an unpublished product that a published one has. */
async function publishedSkus(db: Db, id: ProductId): Promise<string[]> {
  const others = alias(variants, "others");
  const rows = await db
    .select({ sku: variants.sku })
    .from(variants)
    .innerJoin(others, and(eq(others.sku, variants.sku), ne(others.productId, id)))
    .where(
      and(
        eq(variants.productId, id),
        isNull(variants.removedAt),
        eq(others.skuScope, shopWideScope),
        isNull(others.removedAt),
      ),
    )
    .orderBy(variants.sku);
  return rows.map(({ sku }) => sku);
}

/** Sets the price of the only variant of a locked product. Returns false if it has several. */
async function priceOnlyVariant(tx: Tx, id: ProductId, price: Money): Promise<boolean> {
  const onSale = and(eq(variants.productId, id), isNull(variants.removedAt));
  const count = sql`(select count(*) from ${variants} others where others.product_id = ${id} and others.removed_at is null)`;
  const priced = await tx
    .update(variants)
    .set({ price: price.minorUnits, version: sql`${variants.version} + 1` })
    .where(and(onSale, sql`${count} = 1`))
    .returning({ id: variants.id });
  return priced.length === 1;
}
