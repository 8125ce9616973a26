import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { products, variants } from "#drizzle/products/tables.ts";
import { type Db, type Tx, violatedConstraint } from "#platform/database/database.ts";
import type { ProductId, VariantId } from "#platform/shop/ids.ts";
import { validationError } from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { alreadyExistsError, err, type Result } from "../shared/result.ts";
import { editableBy, type Product, touched } from "./product.ts";

export const noSuchVariant = "There is no such variant.";

/** The product of a variant on sale, if the viewer may edit it. */
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

/** How many variants on sale a locked product has besides one. */
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

/** The currency is the product's, and can change only where no other variant has it. */
export function fitsCurrency(product: Product, price: Money, others: number): boolean {
  return others === 0 || price.currency === product.currency;
}

export function otherCurrencyError(product: Product) {
  return validationError(["price", "currencyCode"], `The other variants are priced in ${product.currency}.`);
}

/** Brings a locked product's prices in step with its variants. */
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

/** What unique indexes refuse, as the caller can act on it. */
export async function withTakenErrors(work: () => Promise<Result<ProductId>>): Promise<Result<ProductId>> {
  try {
    return await work();
  } catch (error) {
    switch (violatedConstraint(error)) {
      case "variants_sku":
        return err(alreadyExistsError(["sku"], "Another product has that SKU."));
      case "variants_options":
        return err(alreadyExistsError(["options"], "Another variant of the product has the same."));
      default:
        throw error;
    }
  }
}
