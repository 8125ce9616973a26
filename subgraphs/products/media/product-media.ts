import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { media, productMedia, products, variantMedia, variants } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import type { MediaId, ProductId, VariantId } from "#platform/shop/ids.ts";
import { editConflictError, notFoundError, type UserErrorValue, validationError } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { lockProduct, noSuchProduct, touched } from "../catalogue/product.ts";
import { noSuchVariant } from "../catalogue/variant-rules.ts";
import { err, mediaNotReadyError, ok, type Result } from "../shared/result.ts";
import { imageNameOf, type Media } from "./media.ts";
import type { ProductMediaCommand } from "./media-input.ts";
import { noSuchMedia } from "./upload.ts";

type MediaErrors = UserErrorValue<"NOT_FOUND" | "MEDIA_NOT_READY" | "VALIDATION_FAILED">[];

/**
 * Replaces the pictures of a product that the viewer may edit, and those of the variants that are named. Variants that are not named keep those of
 * their pictures that the product still has. Fails with NOT_FOUND, EDIT_CONFLICT, MEDIA_NOT_READY or VALIDATION_FAILED.
 */
export async function setProductMedia(
  db: Db,
  viewer: SignedIn,
  { productId, mediaIds, variants: given, expectedVersion }: ProductMediaCommand,
): Promise<Result<ProductId>> {
  if (productId === undefined) return err(notFoundError(["productId"], noSuchProduct));
  return transaction(db, async (tx) => {
    const product = await lockProduct(tx, viewer, productId);
    if (product === undefined) return err(notFoundError(["productId"], noSuchProduct));
    if (expectedVersion && expectedVersion !== product.version) return err(editConflictError(product.version));
    const pictures = await lockPictures(tx, viewer, productId, mediaIds);
    const onSale = await variantsOf(tx, productId);
    const errors = [
      ...validatePictures(mediaIds, pictures),
      ...validateVariants(given ?? [], onSale, new Set(mediaIds)),
    ];
    if (errors.length > 0) return err(...errors);

    const kept = mediaIds.filter((id) => id !== undefined);
    await tx.delete(productMedia).where(eq(productMedia.productId, productId));
    if (kept.length > 0) {
      await tx.insert(productMedia).values(kept.map((mediaId, position) => ({ productId, mediaId, position })));
    }
    await dropFromVariants(tx, productId, kept);
    for (const { variantId, mediaIds: chosen } of given ?? []) {
      if (variantId !== undefined)
        await setVariantMedia(
          tx,
          variantId,
          chosen.filter((id) => id !== undefined),
        );
    }
    await refreshImages(tx, [productId]);
    return ok(productId);
  });
}

/**
 * The pictures that are the viewer's, or that the product has already, locked against deletion. An ADMIN may use every picture.
 */
async function lockPictures(
  tx: Tx,
  viewer: SignedIn,
  productId: ProductId,
  ids: readonly (MediaId | undefined)[],
): Promise<ReadonlyMap<MediaId, Media>> {
  const known = ids.filter((id) => id !== undefined);
  const mine = viewer.role === "ADMIN" ? sql`true` : sql`${media.ownerId} = ${viewer.id}`;
  const shown = sql`exists (select 1 from ${productMedia} where ${productMedia.productId} = ${productId} and ${productMedia.mediaId} = ${media.id})`;
  const rows = await tx
    .select()
    .from(media)
    .where(
      and(sql`${media.id} = any(${sql.param(known)}::uuid[])`, isNull(media.deletedAt), sql`(${mine} or ${shown})`),
    )
    .orderBy(media.id)
    .for("share");
  return new Map(rows.map((row) => [row.id, row]));
}

async function variantsOf(tx: Tx, productId: ProductId): Promise<ReadonlySet<VariantId>> {
  const rows = await tx
    .select({ id: variants.id })
    .from(variants)
    .where(and(eq(variants.productId, productId), isNull(variants.removedAt)));
  return new Set(rows.map(({ id }) => id));
}

function validatePictures(ids: readonly (MediaId | undefined)[], pictures: ReadonlyMap<MediaId, Media>): MediaErrors {
  return ids.flatMap((id, index) => {
    const picture = id === undefined ? undefined : pictures.get(id);
    if (picture === undefined) return notFoundError(["mediaIds", index], noSuchMedia);
    return picture.status === "READY" ? [] : mediaNotReadyError(["mediaIds", index], picture.status);
  });
}

function validateVariants(
  given: NonNullable<ProductMediaCommand["variants"]>,
  onSale: ReadonlySet<VariantId>,
  pictures: ReadonlySet<MediaId | undefined>,
): MediaErrors {
  return given.flatMap(({ variantId, mediaIds }, index): MediaErrors => {
    const at = ["variants", index];
    if (variantId === undefined || !onSale.has(variantId)) return [notFoundError([...at, "variantId"], noSuchVariant)];
    return mediaIds.flatMap((id, place) =>
      id !== undefined && pictures.has(id)
        ? []
        : validationError([...at, "mediaIds", place], "A variant's pictures must be among its product's."),
    );
  });
}

async function setVariantMedia(tx: Tx, variantId: VariantId, ids: readonly MediaId[]): Promise<void> {
  await tx.delete(variantMedia).where(eq(variantMedia.variantId, variantId));
  if (ids.length === 0) return;
  await tx.insert(variantMedia).values(ids.map((mediaId, position) => ({ variantId, mediaId, position })));
}

/** Takes pictures that the product no longer has from all of its variants. */
async function dropFromVariants(tx: Tx, productId: ProductId, kept: readonly MediaId[]): Promise<void> {
  const own = tx.select({ id: variants.id }).from(variants).where(eq(variants.productId, productId));
  await tx
    .delete(variantMedia)
    .where(
      and(inArray(variantMedia.variantId, own), sql`not ${variantMedia.mediaId} = any(${sql.param(kept)}::uuid[])`),
    );
}

/** Makes locked products and their variants show their first pictures. */
export async function refreshImages(tx: Tx, productIds: readonly ProductId[]): Promise<void> {
  const isOneOf = sql`any(${sql.param(productIds)}::uuid[])`;
  const firstOfProduct = await tx
    .selectDistinctOn([productMedia.productId], { id: productMedia.productId, picture: media })
    .from(productMedia)
    .innerJoin(media, eq(media.id, productMedia.mediaId))
    .where(sql`${productMedia.productId} = ${isOneOf}`)
    .orderBy(productMedia.productId, productMedia.position);
  const imageOfProduct = new Map(firstOfProduct.map(({ id, picture }) => [id, imageNameOf(picture)]));
  for (const id of productIds) {
    const imageName = imageOfProduct.get(id) ?? null;
    await tx
      .update(products)
      .set({ imageName, ...touched })
      .where(eq(products.id, id));
  }
  const firstOfVariant = await tx
    .selectDistinctOn([variantMedia.variantId], { id: variantMedia.variantId, picture: media })
    .from(variants)
    .innerJoin(variantMedia, eq(variantMedia.variantId, variants.id))
    .innerJoin(media, eq(media.id, variantMedia.mediaId))
    .where(sql`${variants.productId} = ${isOneOf}`)
    .orderBy(variantMedia.variantId, variantMedia.position);
  const imageOfVariant = new Map(firstOfVariant.map(({ id, picture }) => [id, imageNameOf(picture)]));
  const all = await tx
    .select({ id: variants.id, shown: variants.imageName })
    .from(variants)
    .where(sql`${variants.productId} = ${isOneOf}`);
  for (const { id, shown } of all) {
    const imageName = imageOfVariant.get(id) ?? null;
    if (imageName !== shown) await tx.update(variants).set({ imageName }).where(eq(variants.id, id));
  }
}
