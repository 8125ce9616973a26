import { and, eq, inArray, isNull, ne, sql } from "drizzle-orm";
import { products, shopWideScope, variants } from "#drizzle/products/tables.ts";
import { type Db, type Tx, violatedConstraint } from "#platform/database/database.ts";
import type { ProductId, UserId, VariantId } from "#platform/shop/ids.ts";
import { validationError } from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { alreadyExistsError, err, type Result } from "../shared/result.ts";
import { editableBy, type Product, touched } from "./product.ts";

export const noSuchVariant = "Variant not found.";

/** The id of the product of a variant on sale; undefined if the viewer may not edit it. */
export async function findProductOf(
  db: Db,
  viewer: SignedIn,
  id: VariantId | undefined,
): Promise<ProductId | undefined> {
  if (id === undefined) return undefined;
  const [row] = await db
    .select({ productId: variants.productId })
    .from(variants)
    .innerJoin(products, eq(products.id, variants.productId))
    .where(and(eq(variants.id, id), isNull(variants.removedAt), editableBy(viewer)));
  return row?.productId;
}

/** Counts the variants on sale of a locked product, except one. */
export async function countOthers(tx: Tx, productId: ProductId, besides?: VariantId): Promise<number> {
  const [row] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(variants)
    .where(
      and(
        eq(variants.productId, productId),
        isNull(variants.removedAt),
        ...(besides === undefined ? [] : [ne(variants.id, besides)]),
      ),
    );
  return row?.count ?? 0;
}

/** Whether a variant can have the price: in the currency of the product's other variants, or in any currency if there are none. */
export function fitsCurrency(product: Product, price: Money, others: number): boolean {
  return others === 0 || price.currency === product.currency;
}

export function otherCurrencyError(product: Product) {
  return validationError(
    ["price", "currencyCode"],
    `The other variants of this product are priced in ${product.currency}.`,
  );
}

/** Updates the price range of a locked product from its variants. */
export async function refreshPriceRange(tx: Tx, product: Product, price?: Money): Promise<void> {
  const onSale = sql`from ${variants} where ${variants.productId} = ${product.id} and ${variants.removedAt} is null`;
  await tx
    .update(products)
    .set({
      priceMin: sql`(select min(${variants.price}) ${onSale})`,
      priceMax: sql`(select max(${variants.price}) ${onSale})`,
      ...(price === undefined ? {} : { currency: price.currency }),
      ...touched,
    })
    .where(eq(products.id, product.id));
}

export const skuTaken = "This SKU is taken.";

/**
 * Those of the SKUs that a product of the owner cannot have: they are in use by a product that was published, or by another one of the owner. SKUs of
 * others' drafts are not taken until these are published.
 *
 * @param besides a variant that does not count.
 */
export async function findTakenSkus(
  db: Db,
  ownerId: UserId | null,
  skus: readonly string[],
  besides?: VariantId,
): Promise<Set<string>> {
  if (skus.length === 0) return new Set();
  const rows = await db
    .select({ sku: variants.sku })
    .from(variants)
    .where(
      and(
        sql`${variants.sku} = any(${sql.param(skus)}::text[])`,
        inArray(variants.skuScope, ownerId === null ? [shopWideScope] : [shopWideScope, ownerId]),
        isNull(variants.removedAt),
        ...(besides === undefined ? [] : [ne(variants.id, besides)]),
      ),
    );
  return new Set(rows.map(({ sku }) => sku));
}

/** Runs `work` and turns violations of unique indexes into ALREADY_EXISTS errors. */
export async function withTakenErrors(work: () => Promise<Result<ProductId>>): Promise<Result<ProductId>> {
  try {
    return await work();
  } catch (error) {
    switch (violatedConstraint(error)) {
      case "variants_sku":
        return err(alreadyExistsError(["sku"], skuTaken));
      case "variants_options":
        return err(alreadyExistsError(["options"], "Another variant of this product has the same options."));
      default:
        throw error;
    }
  }
}
