import { and, asc, eq, isNull, or, type SQL, sql } from "drizzle-orm";
import { media, productMedia, products, variantMedia } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { MediaId, ProductId, VariantId } from "#platform/shop/ids.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";
import type { ObjectStorage } from "#platform/storage/storage.ts";
import { visibleTo } from "../catalogue/product.ts";
import { chooseRendition, defaultFormat, defaultWidth, type ImageFormat, renditionName } from "./renditions.ts";

/** A row of `media`. */
export type Media = typeof media.$inferSelect;

/** A picture of a product or variant, in display order. */
export type MediaOf<Name extends string, Id> = Media & { readonly [Field in Name]: Id };

/** Where pictures are kept and from where they are shown. */
export type MediaLibrary = {
  readonly storage: ObjectStorage;
  /** The address of a rendition is this, a slash and its name. */
  readonly baseUrl: string;
};

/** The address of a rendition by its name; null for none. */
export function imageUrlOf(library: Pick<MediaLibrary, "baseUrl">, name: string | null): string | null {
  return name === null ? null : `${library.baseUrl}/${name}`;
}

/** The name of the rendition that `imageUrl` fields show. */
export function imageNameOf({ renditionsId, width }: Pick<Media, "renditionsId" | "width">): string | null {
  return nameOf({ renditionsId, width }, defaultWidth, defaultFormat);
}

/** The address of the rendition that fits a width and a format best; null until the picture is READY. */
export function mediaUrl(
  library: Pick<MediaLibrary, "baseUrl">,
  picture: Pick<Media, "renditionsId" | "width">,
  width: number,
  format: ImageFormat,
): string | null {
  return imageUrlOf(library, nameOf(picture, width, format));
}

function nameOf({ renditionsId, width }: Pick<Media, "renditionsId" | "width">, wanted: number, format: ImageFormat) {
  if (renditionsId === null || width === null) return null;
  return renditionName(renditionsId, chooseRendition(width, wanted), format);
}

/** The alt text in a language, or in the language without its region and script, or as it was first written. */
export function altTextIn({ altText, altTexts }: Pick<Media, "altText" | "altTexts">, language: string | null) {
  for (let tag = language ?? ""; tag !== ""; tag = tag.slice(0, Math.max(0, tag.lastIndexOf("-")))) {
    const translated = altTexts[tag];
    if (translated !== undefined) return translated;
  }
  return altText;
}

/** Rows of `media` that the viewer may use and change: their own, or all for ADMINs, provided they hold `products:write`. */
export function editableMedia(viewer: Viewer): SQL {
  if (viewer.kind !== "user" || !holds(viewer, "products:write")) return sql`false`;
  const notDeleted = isNull(media.deletedAt);
  return (viewer.role === "ADMIN" ? notDeleted : and(notDeleted, eq(media.ownerId, viewer.id))) ?? notDeleted;
}

/** Reads the pictures with these ids that the viewer may use, or that are shown with a product that the viewer may see. In any order. */
export async function readMedia(db: Db, viewer: Viewer, ids: readonly MediaId[]): Promise<Media[]> {
  const shown = sql`exists (select 1 from ${productMedia} join ${products} on ${products.id} = ${productMedia.productId}
    where ${productMedia.mediaId} = ${media.id} and ${visibleTo(viewer)})`;
  return db
    .select()
    .from(media)
    .where(and(sql`${media.id} = any(${sql.param(ids)}::uuid[])`, or(editableMedia(viewer), shown)));
}

/** Reads the pictures with these ids that the viewer may use and change, in any order. */
export async function readOwnMedia(db: Db, viewer: Viewer, ids: readonly MediaId[]): Promise<Media[]> {
  return db
    .select()
    .from(media)
    .where(and(sql`${media.id} = any(${sql.param(ids)}::uuid[])`, editableMedia(viewer)));
}

/** Reads the pictures of products, in display order. The caller has checked that the viewer may see the products. */
export async function readMediaOfProducts(
  db: Db,
  ids: readonly ProductId[],
): Promise<MediaOf<"productId", ProductId>[]> {
  const rows = await db
    .select({ picture: media, productId: productMedia.productId })
    .from(productMedia)
    .innerJoin(media, eq(media.id, productMedia.mediaId))
    .where(sql`${productMedia.productId} = any(${sql.param(ids)}::uuid[])`)
    .orderBy(asc(productMedia.productId), asc(productMedia.position));
  return rows.map(({ picture, productId }) => ({ ...picture, productId }));
}

/** Reads the pictures of variants, in display order. The caller has checked that the viewer may see the variants. */
export async function readMediaOfVariants(
  db: Db,
  ids: readonly VariantId[],
): Promise<MediaOf<"variantId", VariantId>[]> {
  const rows = await db
    .select({ picture: media, variantId: variantMedia.variantId })
    .from(variantMedia)
    .innerJoin(media, eq(media.id, variantMedia.mediaId))
    .where(sql`${variantMedia.variantId} = any(${sql.param(ids)}::uuid[])`)
    .orderBy(asc(variantMedia.variantId), asc(variantMedia.position));
  return rows.map(({ picture, variantId }) => ({ ...picture, variantId }));
}
