import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import type { Branded, MediaId, ProductId, UserId, VariantId } from "#platform/shop/ids.ts";
import { moment } from "../../columns.ts";
import { products, variants } from "./catalogue.ts";

/** The SDL's MediaStatus. */
export type MediaStatus = "UPLOADING" | "PROCESSING" | "READY" | "REJECTED";
/** The id of a {@link mediaFiles} row, which is in the keys of its objects. */
export type MediaFileId = Branded<string, "MediaFileId">;

/**
 * Pictures. The row is written before any object, and an object is deleted before its row. While a picture is PROCESSING, the worker that claimed it
 * moves `dueAt` ahead; when the worker dies, another one claims the picture once that moment has passed. `attempt` counts the claims, and only the
 * newest one may write.
 */
export const media = pgTable(
  "media",
  {
    id: uuid().primaryKey().$type<MediaId>(),
    /** Null once the account is deleted. */
    ownerId: uuid("owner_id").$type<UserId>(),
    status: text().notNull().$type<MediaStatus>(),
    rejectionReason: text("rejection_reason"),
    fileName: text("file_name").notNull(),
    /** As announced: a file that differs is rejected. */
    byteSize: integer("byte_size").notNull(),
    /** As announced, in hexadecimal. */
    sha256: text().notNull(),
    altText: text("alt_text"),
    /** The alt text in other languages, by BCP 47 tag. */
    altTexts: jsonb("alt_texts").notNull().default(sql`'{}'`).$type<Readonly<Record<string, string>>>(),
    width: integer(),
    height: integer(),
    thumbhash: text(),
    /** The renditions that are shown; null until READY. */
    renditionsId: uuid("renditions_id").$type<MediaFileId>(),
    uploadExpiresAt: moment("upload_expires_at").notNull(),
    attempt: integer().notNull().default(0),
    /** When the next attempt may begin. */
    dueAt: moment("due_at"),
    /** When the attempt under way began; null when none is. */
    claimedAt: moment("claimed_at"),
    /** How many converters ended on this file. */
    converterDeaths: smallint("converter_deaths").notNull().default(0),
    /** How many attempts ended without a word, because the process that made them died. */
    abandonedAttempts: smallint("abandoned_attempts").notNull().default(0),
    createdAt: moment("created_at").notNull().defaultNow(),
    deletedAt: moment("deleted_at"),
  },
  (table) => [
    index("media_of_owner").on(table.ownerId, table.createdAt),
    index("media_due").on(table.dueAt).where(sql`status = 'PROCESSING'`),
    index("media_unused").on(table.createdAt).where(sql`status in ('UPLOADING', 'REJECTED')`),
    index("media_deleted").on(table.deletedAt).where(sql`deleted_at is not null`),
    check("media_status", sql`status in ('UPLOADING', 'PROCESSING', 'READY', 'REJECTED')`),
    check(
      "media_ready",
      sql`status <> 'READY' or (width > 0 and height > 0 and thumbhash is not null and renditions_id is not null)`,
    ),
    check("media_rejected", sql`(status = 'REJECTED') = (rejection_reason is not null)`),
  ],
);

/**
 * What storage holds for a picture: the uploaded file, or one set of renditions. Written before the objects are; a row whose `deleteAfter` has passed is
 * deleted after its objects. An object without a row is a leftover.
 */
export const mediaFiles = pgTable(
  "media_files",
  {
    id: uuid().primaryKey().$type<MediaFileId>(),
    mediaId: uuid("media_id")
      .notNull()
      .references(() => media.id)
      .$type<MediaId>(),
    kind: text().notNull().$type<"UPLOAD" | "RENDITIONS">(),
    deleteAfter: moment("delete_after"),
  },
  (table) => [
    index("media_files_of_media").on(table.mediaId),
    index("media_files_due").on(table.deleteAfter).where(sql`delete_after is not null`),
    check("media_files_kind", sql`kind in ('UPLOAD', 'RENDITIONS')`),
  ],
);

/** The pictures of products, in display order. */
export const productMedia = pgTable(
  "product_media",
  {
    productId: uuid("product_id")
      .notNull()
      .references(() => products.id)
      .$type<ProductId>(),
    mediaId: uuid("media_id")
      .notNull()
      .references(() => media.id)
      .$type<MediaId>(),
    position: smallint().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.mediaId] }),
    index("product_media_of_media").on(table.mediaId),
  ],
);

/** The pictures of variants, in display order: some of their product's. */
export const variantMedia = pgTable(
  "variant_media",
  {
    variantId: uuid("variant_id")
      .notNull()
      .references(() => variants.id)
      .$type<VariantId>(),
    mediaId: uuid("media_id")
      .notNull()
      .references(() => media.id)
      .$type<MediaId>(),
    position: smallint().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.variantId, table.mediaId] }),
    index("variant_media_of_media").on(table.mediaId),
  ],
);
