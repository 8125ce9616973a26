import { eq, sql } from "drizzle-orm";
import { closedAccounts, products, stockLevels, stockMovements, variants } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction, violatedConstraint } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { newId, type ProductId, type VariantId } from "#platform/shop/ids.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { findValues, replaceValues } from "../attributes/attribute-values.ts";
import { alreadyExistsError, err, joinErrors, ok, type Result } from "../shared/result.ts";
import { findCategories } from "./category.ts";
import { visibleTo } from "./product.ts";
import { type ProductCreateCommand, type VariantCreateCommand, variantName } from "./product-input.ts";
import { randomCharacters, slugOf } from "./slug.ts";
import { findTakenSkus, skuTaken } from "./variant-rules.ts";

/**
 * Creates a product atomically: its variants, their stock with its first movements, and any new categories, which require
 * `categories:write`. Fails with VALIDATION_FAILED or ALREADY_EXISTS.
 *
 * @throws {ApiError} FORBIDDEN for an account that has been deleted.
 */
export async function createProduct(
  db: Db,
  viewer: SignedIn,
  command: ProductCreateCommand,
): Promise<Result<ProductId>> {
  const free = await rejectTakenSkus(db, viewer, command);
  if (!free.ok) return free;
  try {
    return await transaction(db, async (tx) => {
      await rejectClosedAccount(tx, viewer);
      const categories = await findCategories(tx, viewer, command.categories);
      const values = await findValues(tx, command.attributes);
      if (!categories.ok || !values.ok) return joinErrors(categories, values) ?? err();
      const now = new Date();
      const prices = command.variants.map(({ price }) => price.minorUnits);
      const id = await insertProduct(tx, viewer, command.name, {
        id: newId<ProductId>(),
        ownerId: viewer.id,
        name: command.name,
        description: command.description,
        status: command.status,
        categoryIds: categories.value,
        tags: [...command.tags],
        imageUrl: command.imageUrl,
        isReturnable: command.isReturnable,
        currency: command.variants[0].price.currency,
        priceMin: prices.reduce((least, price) => (price < least ? price : least)),
        priceMax: prices.reduce((most, price) => (price > most ? price : most)),
        createdAt: now,
        updatedAt: now,
        publishedAt: command.status === "ACTIVE" ? now : null,
      });
      await insertVariants(tx, id, command.variants, now);
      if (values.value.length > 0) await replaceValues(tx, id, values.value);
      return ok(id);
    });
  } catch (error) {
    if (violatedConstraint(error) !== "variants_sku") throw error;
    // The SKU was taken between the check and the write.
    const again = await rejectTakenSkus(db, viewer, command);
    return again.ok ? err(alreadyExistsError(command.fieldOf(0, "sku"), skuTaken)) : again;
  }
}

/** Inserts variants with their stock and its first movement. Returns their ids in the order of `commands`. */
export async function insertVariants(
  tx: Tx,
  productId: ProductId,
  commands: readonly VariantCreateCommand[],
  now: Date,
): Promise<VariantId[]> {
  const rows = commands.map((command) => {
    const options = command.options ?? [];
    return {
      id: newId<VariantId>(),
      productId,
      sku: command.sku ?? `SKU-${randomCharacters(10).toUpperCase()}`,
      name: command.name ?? variantName(options),
      options,
      price: command.price.minorUnits,
      barcode: command.barcode ?? null,
      maxPerOrder: command.maxPerOrder ?? null,
      taxClass: command.taxClass ?? "standard",
      weightGrams: command.weightGrams ?? null,
      createdAt: now,
      stock: command.stock,
    };
  });
  await tx.insert(variants).values(rows.map(({ stock: _stock, ...row }) => row));
  await tx.insert(stockLevels).values(rows.map(({ id, stock }) => ({ variantId: id, productId, onHand: stock })));
  await tx.insert(stockMovements).values(
    rows.map(({ id, stock }) => ({
      id: newId<(typeof stockMovements.$inferInsert)["id"]>(),
      variantId: id,
      type: "INITIAL" as const,
      onHandChange: stock,
      reservedChange: 0,
      createdAt: now,
    })),
  );
  return rows.map(({ id }) => id);
}

/** Fails with an error for each SKU that is taken, by its field. */
async function rejectTakenSkus(
  db: Db,
  viewer: SignedIn,
  { variants: commands, fieldOf }: ProductCreateCommand,
): Promise<Result<true>> {
  const taken = await findTakenSkus(
    db,
    viewer.id,
    commands.flatMap(({ sku }) => sku ?? []),
  );
  const errors = commands.flatMap(({ sku }, index) =>
    sku && taken.has(sku) ? [alreadyExistsError(fieldOf(index, "sku"), skuTaken)] : [],
  );
  return errors.length === 0 ? ok(true) : err(...errors);
}

async function rejectClosedAccount(tx: Tx, viewer: SignedIn): Promise<void> {
  const [closed] = await tx.select().from(closedAccounts).where(eq(closedAccounts.userId, viewer.id));
  if (closed !== undefined) throw new ApiError("FORBIDDEN", "This account has been deleted.");
}

const numberedSlugsMax = 9;
const slugAttemptsMax = 5;

/** Inserts the product under the first free slug: made from the name, then with a number, then with random characters. */
async function insertProduct(
  tx: Tx,
  viewer: SignedIn,
  name: string,
  row: Omit<typeof products.$inferInsert, "slug">,
): Promise<ProductId> {
  const base = slugOf(name) || "product";
  for (let attempt = 1; attempt <= slugAttemptsMax; attempt += 1) {
    const slug = (await freeSlug(tx, viewer, base)) ?? `${base}-${randomCharacters(8)}`;
    // A concurrent insert of the same slug is waited for; the later one tries the next slug.
    const [inserted] = await tx
      .insert(products)
      .values({ ...row, slug })
      .onConflictDoNothing({ target: products.slug })
      .returning({ id: products.id });
    if (inserted !== undefined) return inserted.id;
  }
  const slug = `${base}-${randomCharacters(12)}`;
  await tx.insert(products).values({ ...row, slug });
  return row.id;
}

/**
 * The first free slug of the name with up to 9 numbers; undefined if there is none, or if one before it is taken by a product that the viewer may
 * not see, of which a number would tell the name.
 */
async function freeSlug(tx: Tx, viewer: SignedIn, base: string): Promise<string | undefined> {
  const candidates = Array.from({ length: numberedSlugsMax }, (_, index) =>
    index === 0 ? base : `${base}-${index + 1}`,
  );
  const rows = await tx
    .select({ slug: products.slug, isVisible: sql<boolean>`${visibleTo(viewer)}` })
    .from(products)
    .where(sql`${products.slug} = any(${sql.param(candidates)}::text[])`);
  const visible = new Map(rows.map(({ slug, isVisible }) => [slug, isVisible]));
  const free = candidates.findIndex((slug) => !visible.has(slug));
  const isHidden = candidates.slice(0, free).some((slug) => visible.get(slug) === false);
  return isHidden ? undefined : candidates[free];
}
