import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { products, stockLevels, variants } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction, violatedConstraint } from "#platform/database/database.ts";
import type { ProductId, VariantId } from "#platform/shop/ids.ts";
import { editConflictError, notFoundError, validationError } from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { alreadyExistsError, err, ok, type Result } from "../shared/result.ts";
import { editableBy, type Product } from "./product.ts";
import { lockProduct, noSuchProduct, touched } from "./product-change.ts";
import { insertVariants } from "./product-create.ts";
import { type VariantChange, type VariantWish, variantName, variantsMax } from "./product-input.ts";

const noSuchVariant = "There is no such variant.";

/** Adds a variant, with its stock, to a product that the viewer may edit. */
export async function createVariant(
  db: Db,
  viewer: SignedIn,
  productId: ProductId | undefined,
  wish: VariantWish,
): Promise<Result<ProductId>> {
  if (productId === undefined) return err(notFoundError(["productId"], noSuchProduct));
  return namingWhatIsTaken(() =>
    transaction(db, async (tx) => {
      const product = await lockProduct(tx, viewer, productId);
      if (product === undefined) return err(notFoundError(["productId"], noSuchProduct));
      const others = await countOthers(tx, productId);
      if (others >= variantsMax) return err(validationError([], `A product has at most ${variantsMax} variants.`));
      if (!fitsCurrency(product, wish.price, others)) return err(otherCurrencyError(product));
      await insertVariants(tx, productId, [wish], new Date());
      await priceProduct(tx, product);
      return ok(productId);
    }),
  );
}

/** Changes a variant of a product that the viewer may edit. */
export async function updateVariant(
  db: Db,
  viewer: SignedIn,
  id: VariantId | undefined,
  change: VariantChange,
): Promise<Result<ProductId>> {
  const productId = await findProductOf(db, viewer, id);
  if (id === undefined || productId === undefined) return err(notFoundError(["id"], noSuchVariant));
  return namingWhatIsTaken(() =>
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
      const { sku, options, price } = change;
      if (price !== undefined && !fitsCurrency(product, price, await countOthers(tx, productId, id))) {
        return err(otherCurrencyError(product));
      }
      const name = change.name === null ? variantName(options ?? variant.options) : change.name;
      const changes = {
        ...(sku === undefined ? {} : { sku }),
        ...(name === undefined ? {} : { name }),
        ...(options === undefined ? {} : { options }),
        ...(price === undefined ? {} : { price: price.minorUnits }),
      };
      if (Object.keys(changes).length === 0) return ok(productId);
      await tx
        .update(variants)
        .set({ ...changes, version: variant.version + 1 })
        .where(eq(variants.id, id));
      await priceProduct(tx, product, price);
      return ok(productId);
    }),
  );
}

/** Takes a variant of a product that the viewer may edit off sale; orders still show it, and its SKU is free again. Not the last one. */
export async function removeVariant(db: Db, viewer: SignedIn, id: VariantId | undefined): Promise<Result<ProductId>> {
  const productId = await findProductOf(db, viewer, id);
  if (id === undefined || productId === undefined) return err(notFoundError(["id"], noSuchVariant));
  return transaction(db, async (tx) => {
    // The level before the product, as whoever reserves locks them.
    await tx.select().from(stockLevels).where(eq(stockLevels.variantId, id)).for("no key update");
    const product = await lockProduct(tx, viewer, productId);
    if (product === undefined) return err(notFoundError(["id"], noSuchVariant));
    if ((await countOthers(tx, productId, id)) === 0) {
      return err(validationError(["id"], "A product has at least one variant."));
    }
    const removed = await tx
      .update(variants)
      .set({ removedAt: sql`now()`, version: sql`${variants.version} + 1` })
      .where(and(eq(variants.id, id), isNull(variants.removedAt)))
      .returning({ id: variants.id });
    if (removed.length === 0) return err(notFoundError(["id"], noSuchVariant));
    await tx.update(stockLevels).set({ onSale: false }).where(eq(stockLevels.variantId, id));
    await priceProduct(tx, product);
    return ok(productId);
  });
}

/** The product of a variant on sale, if the viewer may edit it. */
async function findProductOf(db: Db, viewer: SignedIn, id: VariantId | undefined): Promise<ProductId | undefined> {
  if (id === undefined) return undefined;
  const [row] = await db
    .select({ productId: variants.productId })
    .from(variants)
    .innerJoin(products, eq(products.id, variants.productId))
    .where(and(eq(variants.id, id), isNull(variants.removedAt), editableBy(viewer)));
  return row?.productId;
}

/** How many variants on sale a locked product has besides one. */
async function countOthers(tx: Tx, productId: ProductId, besides?: VariantId): Promise<number> {
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
function fitsCurrency(product: Product, price: Money, others: number): boolean {
  return others === 0 || price.currency === product.currency;
}

function otherCurrencyError(product: Product) {
  return validationError(["price", "currencyCode"], `The other variants are priced in ${product.currency}.`);
}

/** Brings a locked product's prices in step with its variants. */
async function priceProduct(tx: Tx, product: Product, price?: Money): Promise<void> {
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
async function namingWhatIsTaken(work: () => Promise<Result<ProductId>>): Promise<Result<ProductId>> {
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
