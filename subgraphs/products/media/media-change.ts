import { and, asc, eq, inArray, isNull, notExists, sql } from "drizzle-orm";
import { media, mediaFiles, productMedia, products, variantMedia } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import type { MediaId, UserId } from "#platform/shop/ids.ts";
import { notFoundError, validationError } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { altTextLanguagesMax, releasedMediaKeptDays } from "../shared/limits.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { editableMedia, type Media } from "./media.ts";
import type { MediaUpdateCommand } from "./media-input.ts";
import { refreshImages } from "./product-media.ts";
import { noSuchMedia } from "./upload.ts";

/** Changes the alt text of a picture that the viewer may change, in one language. Fails with NOT_FOUND or VALIDATION_FAILED. */
export async function updateMedia(
  db: Db,
  viewer: SignedIn,
  { id, altText, language }: MediaUpdateCommand,
): Promise<Result<Media>> {
  if (id === undefined) return err(notFoundError(["id"], noSuchMedia));
  const mine = and(eq(media.id, id), editableMedia(viewer));
  const change = changeOf(altText, language);
  const [row] =
    change === undefined
      ? await db.select().from(media).where(mine)
      : await db
          .update(media)
          .set(change)
          .where(
            and(
              mine,
              language && altText
                ? sql`(${media.altTexts} ? ${language} or (select count(*) from jsonb_object_keys(${media.altTexts})) < ${altTextLanguagesMax})`
                : undefined,
            ),
          )
          .returning();
  if (row !== undefined) return ok(row);
  const [full] = await db.select({ id: media.id }).from(media).where(mine);
  return full === undefined
    ? err(notFoundError(["id"], noSuchMedia))
    : err(validationError(["language"], `A picture can have alt texts in at most ${altTextLanguagesMax} languages.`));
}

function changeOf(altText: string | null | undefined, language: string | null | undefined) {
  if (altText === undefined) return undefined;
  if (!language) return { altText };
  return altText === null
    ? { altTexts: sql`${media.altTexts} - ${language}::text` }
    : { altTexts: sql`${media.altTexts} || jsonb_build_object(${language}::text, ${altText}::text)` };
}

/**
 * Deletes a picture that the viewer may change: at once from its products, and its files after `retentionSeconds`, because orders still show them.
 * A file that was never shown is deleted soon. Returns the picture as it was. Fails with NOT_FOUND.
 */
export async function deleteMedia(
  db: Db,
  viewer: SignedIn,
  id: MediaId | undefined,
  retentionSeconds: number,
): Promise<Result<Media>> {
  if (id === undefined) return err(notFoundError(["id"], noSuchMedia));
  return transaction(db, async (tx) => {
    const mine = and(eq(media.id, id), editableMedia(viewer));
    // Products first: setting a product's pictures locks the product before them.
    await lockProductsOf(tx, id);
    const [found] = await tx.select({ id: media.id }).from(media).where(mine).for("no key update");
    if (found === undefined) return err(notFoundError(["id"], noSuchMedia));
    await takeOffProducts(tx, id);
    await tx
      .update(mediaFiles)
      .set({
        deleteAfter: sql`case when ${mediaFiles.kind} = 'UPLOAD' then now() else coalesce(${mediaFiles.deleteAfter}, now() + make_interval(secs => ${retentionSeconds})) end`,
      })
      .where(eq(mediaFiles.mediaId, id));
    const [deleted] = await tx.update(media).set({ deletedAt: sql`now()` }).where(eq(media.id, id)).returning();
    return deleted === undefined ? err(notFoundError(["id"], noSuchMedia)) : ok(deleted);
  });
}

async function lockProductsOf(tx: Tx, id: MediaId): Promise<void> {
  const shownBy = tx.select({ id: productMedia.productId }).from(productMedia).where(eq(productMedia.mediaId, id));
  await tx
    .select({ id: products.id })
    .from(products)
    .where(inArray(products.id, shownBy))
    .orderBy(asc(products.id))
    .for("no key update");
}

/** Removes a locked picture from everything that shows it. */
async function takeOffProducts(tx: Tx, id: MediaId): Promise<void> {
  const shown = await tx
    .delete(productMedia)
    .where(eq(productMedia.mediaId, id))
    .returning({ productId: productMedia.productId });
  await tx.delete(variantMedia).where(eq(variantMedia.mediaId, id));
  if (shown.length > 0) {
    await refreshImages(
      tx,
      shown.map(({ productId }) => productId),
    );
  }
}

/**
 * Takes the pictures of a deleted account away from it. Those that products show stay with them; of the others the files are kept as long as those of
 * deleted pictures usually are, because orders may show them.
 */
export async function releaseMediaOf(tx: Tx, ownerId: UserId): Promise<void> {
  const unused = and(
    eq(media.ownerId, ownerId),
    isNull(media.deletedAt),
    notExists(tx.select({ id: productMedia.mediaId }).from(productMedia).where(eq(productMedia.mediaId, media.id))),
  );
  await tx
    .update(mediaFiles)
    .set({
      deleteAfter: sql`coalesce(${mediaFiles.deleteAfter}, now() + make_interval(days => ${releasedMediaKeptDays}))`,
    })
    .where(inArray(mediaFiles.mediaId, tx.select({ id: media.id }).from(media).where(unused)));
  await tx.update(media).set({ deletedAt: sql`now()` }).where(unused);
  await tx.update(media).set({ ownerId: null }).where(eq(media.ownerId, ownerId));
}
