import { and, eq, isNull, sql } from "drizzle-orm";
import { products, variants } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import type { ProductId } from "#platform/shop/ids.ts";
import { editConflictError, notFoundError, validationError } from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { findCategories } from "./category.ts";
import { editableBy, type Product, productColumns } from "./product.ts";
import type { ProductChange } from "./product-input.ts";

/** Changes a product that the viewer may edit: all that is wished, or nothing. `price` is its only variant's. */
export async function updateProduct(
  db: Db,
  viewer: SignedIn,
  id: ProductId | undefined,
  change: ProductChange,
): Promise<Result<ProductId>> {
  if (id === undefined) return err(notFoundError(["id"], noSuchProduct));
  return transaction(db, async (tx) => {
    const product = await lockProduct(tx, viewer, id);
    if (product === undefined) return err(notFoundError(["id"], noSuchProduct));
    if (change.expectedVersion && change.expectedVersion !== product.version) {
      return err(editConflictError(product.version));
    }
    if (product.status === "ARCHIVED" && change.status !== undefined && change.status !== "ARCHIVED") {
      return err(validationError(["status"], "It was archived, and stays so."));
    }
    const categories = await findCategories(tx, viewer, change.categories ?? []);
    if (!categories.ok) return categories;
    if (change.price !== undefined && !(await priceOnlyVariant(tx, id, change.price))) {
      return err(validationError(["price"], "It has several variants, each with a price of its own."));
    }
    const { name, description, tags, imageUrl, status, price } = change;
    const changes = {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(tags === undefined ? {} : { tags }),
      ...(imageUrl === undefined ? {} : { imageUrl }),
      ...(status === undefined ? {} : { status }),
      ...(status === "ACTIVE" ? { publishedAt: sql`coalesce(${products.publishedAt}, now())` } : {}),
      ...(change.categories === undefined ? {} : { categoryIds: categories.value }),
      ...(price === undefined
        ? {}
        : { currency: price.currency, priceMin: price.minorUnits, priceMax: price.minorUnits }),
    };
    if (Object.keys(changes).length > 0)
      await tx
        .update(products)
        .set({ ...changes, ...touched })
        .where(eq(products.id, id));
    return ok(id);
  });
}

/** Takes a product that the viewer may edit off sale for good. Repeating it changes nothing. */
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

/** The same words for a product that is missing and one that is somebody else's. */
export const noSuchProduct = "There is no such product.";

/** What every change of a product's row brings with it. */
export const touched = { version: sql`${products.version} + 1`, updatedAt: sql`now()` };

/** The product, if the viewer may edit it, locked until the transaction ends: what is judged of it then stays so. */
export async function lockProduct(tx: Tx, viewer: SignedIn, id: ProductId): Promise<Product | undefined> {
  const [product] = await tx
    .select(productColumns)
    .from(products)
    .where(and(eq(products.id, id), editableBy(viewer)))
    .for("no key update");
  return product;
}

/** Prices the variant of a locked product, unless it has several. */
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
