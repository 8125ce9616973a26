import { type SQL, sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { inboxTable, outboxTable } from "#platform/events/outbox.ts";
import type { Branded, CategoryId, MediaId, OrderId, ProductId, UserId, VariantId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { moment } from "../columns.ts";

const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

/** The SDL's ProductStatus. */
export type ProductStatus = "ACTIVE" | "DRAFT" | "ARCHIVED";
/** The SDL's StockMovementType. */
export type MovementType = "INITIAL" | "ADJUSTMENT" | "RESERVATION" | "RELEASE" | "SALE" | "RESTOCK";
/** The state of an order's reservation. FAILED: the stock did not suffice for the sale. */
export type ReservationStatus = "HELD" | "SOLD" | "RELEASED" | "FAILED";
/** An option that distinguishes a variant from its siblings, such as Size: M. */
export type SelectedOption = { readonly name: string; readonly value: string };
/** A line of the stock ledger. */
export type MovementId = Branded<string, "MovementId">;

/**
 * Categories. `productCount` counts the ACTIVE products that carry one, and is kept by a trigger on products: the menu of a shop is read far
 * more often than its products change.
 */
export const categories = pgTable(
  "categories",
  {
    id: uuid().primaryKey().$type<CategoryId>(),
    slug: text().notNull(),
    name: text().notNull(),
    productCount: integer("product_count").notNull().default(0),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [uniqueIndex("categories_slug").on(table.slug)],
);

const active = sql.raw(`status = 'ACTIVE'`);

/**
 * Products. What a list shows, filters and sorts by stands in the row itself, so that a page is one walk along one index:
 * - `categoryIds` may hold ids of deleted categories, which readers ignore, so that deleting a category updates no product;
 * - the prices are the lowest and highest of the variants on sale, kept by whatever changes a variant;
 * - `variantsInStock` counts variants on sale with something available, and is kept by a trigger on stock levels;
 * - `search` holds the name (A), description and tags (B) as the text search configuration `shop` cuts them.
 */
export const products = pgTable(
  "products",
  {
    id: uuid().primaryKey().$type<ProductId>(),
    /** Null once the account is deleted. */
    ownerId: uuid("owner_id").$type<UserId>(),
    slug: text().notNull(),
    name: text().notNull(),
    description: text().notNull().default(""),
    status: text().notNull().$type<ProductStatus>(),
    categoryIds: uuid("category_ids").array().notNull().default(sql`'{}'`).$type<CategoryId[]>(),
    tags: text().array().notNull().default(sql`'{}'`),
    /** A picture elsewhere, shown while the product has none of its own. */
    imageUrl: text("image_url"),
    /** The name of the first picture's rendition that `imageUrl` shows, so that a list of products reads no other table for it; null without pictures. */
    imageName: text("image_name"),
    currency: text().notNull().$type<CurrencyCode>(),
    priceMin: bigint("price_min", { mode: "bigint" }).notNull(),
    priceMax: bigint("price_max", { mode: "bigint" }).notNull(),
    variantsInStock: integer("variants_in_stock").notNull().default(0),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
    /** When it was first on sale; null for a product that never was, which stays out of sight when it is archived. */
    publishedAt: moment("published_at"),
    version: integer().notNull().default(1),
    search: tsvector()
      .notNull()
      .generatedAlwaysAs((): SQL => sql`product_search(name, description, tags)`),
  },
  (table) => [
    uniqueIndex("products_slug").on(table.slug),
    index("products_newest").on(table.createdAt, table.id).where(active),
    index("products_by_name").on(sql`lower(${table.name})`, table.id).where(active),
    index("products_by_price").on(table.currency, table.priceMin, table.id).where(active),
    index("products_of_owner").on(table.ownerId, table.createdAt, table.id),
    index("products_off_sale").on(table.status, table.createdAt, table.id).where(sql`status <> 'ACTIVE'`),
    index("products_sold_out").on(table.createdAt, table.id).where(sql`status = 'ACTIVE' and variants_in_stock = 0`),
    index("products_labels").using("gin", table.categoryIds, table.tags).with({ fastupdate: false }).where(active),
    index("products_search").using("gin", table.search).with({ fastupdate: false }).where(active),
    check("products_status", sql`status in ('ACTIVE', 'DRAFT', 'ARCHIVED')`),
    check("products_price", sql`0 < price_min and price_min <= price_max`),
    check("products_in_stock", sql`variants_in_stock >= 0`),
  ],
);

/**
 * The listing index: one row for each category and each tag of each ACTIVE product, with the columns that lists are sorted by. A page of a
 * category or tag is one walk along one index, however many products there are. Kept by a trigger on products.
 */
export const listingIndex = pgTable(
  "listing_index",
  {
    productId: uuid("product_id").notNull().$type<ProductId>(),
    /** The id of a category, or `tag_label_id` of a tag. */
    labelId: uuid("label_id").notNull(),
    createdAt: moment("created_at").notNull(),
    /** The name in lower case. */
    name: text().notNull(),
    currency: text().notNull().$type<CurrencyCode>(),
    price: bigint({ mode: "bigint" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.labelId] }),
    index("listing_index_newest").on(table.labelId, table.createdAt, table.productId),
    index("listing_index_by_name").on(table.labelId, table.name, table.productId),
    index("listing_index_by_price").on(table.labelId, table.currency, table.price, table.productId),
  ],
);

/**
 * The search index: one row for each product and language. `document` holds the words of the name (A), of description and tags (B), and of the
 * SKUs, barcodes and option values of the variants on sale (C), as `search_index_text` splits them. Kept by triggers on products and variants.
 */
export const searchIndex = pgTable(
  "search_index",
  {
    productId: uuid("product_id").notNull().$type<ProductId>(),
    /** BCP 47 tag of the language that the document is written in. */
    language: text().notNull(),
    isActive: boolean("is_active").notNull(),
    createdAt: moment("created_at").notNull(),
    categoryIds: uuid("category_ids").array().notNull().$type<CategoryId[]>(),
    tags: text().array().notNull(),
    document: tsvector().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.language] }),
    index("search_index_document")
      .using("gin", table.document, table.categoryIds, table.tags)
      .with({ fastupdate: false })
      .where(sql`is_active`),
    index("search_index_newest").on(table.createdAt, table.productId).where(sql`is_active`),
  ],
);

/** One row: how far the products that were there before the search index have been added to it, in the order of their ids. */
export const searchIndexBackfill = pgTable("search_index_backfill", {
  id: integer().primaryKey(),
  lastProductId: uuid("last_product_id").$type<ProductId>(),
  completedAt: moment("completed_at"),
});

/** Every word of the search index with its lexeme, for completion and for correcting typing errors. Kept by triggers on products and variants. */
export const searchWords = pgTable(
  "search_words",
  {
    word: text().primaryKey(),
    stem: text().notNull(),
    /** The sorted letters, which find a word with swapped letters. */
    letters: text()
      .notNull()
      .generatedAlwaysAs((): SQL => sql`sorted_letters(word)`),
  },
  (table) => [
    index("search_words_stem").on(table.stem),
    index("search_words_letters").on(table.letters),
    index("search_words_prefix").on(table.word.op("text_pattern_ops")),
    index("search_words_alike").using("gin", table.word.op("gin_trgm_ops")),
  ],
);

/** Variants. A deleted variant keeps its row for the orders that show it, and frees its SKU. */
export const variants = pgTable(
  "variants",
  {
    id: uuid().primaryKey().$type<VariantId>(),
    productId: uuid("product_id")
      .notNull()
      .references(() => products.id)
      .$type<ProductId>(),
    sku: text().notNull(),
    name: text().notNull(),
    options: jsonb().notNull().default(sql`'[]'`).$type<readonly SelectedOption[]>(),
    /** GTIN, EAN or UPC. */
    barcode: text(),
    /** Like that of the product, of the variant's own first picture. */
    imageName: text("image_name"),
    /** Most units in one order; null for the shop's own limit. */
    maxPerOrder: integer("max_per_order"),
    /** In minor units of the product's currency. */
    price: bigint({ mode: "bigint" }).notNull(),
    version: integer().notNull().default(1),
    createdAt: moment("created_at").notNull(),
    removedAt: moment("removed_at"),
  },
  (table) => [
    uniqueIndex("variants_sku").on(table.sku).where(sql`removed_at is null`),
    uniqueIndex("variants_options")
      .on(table.productId, table.options)
      .where(sql`removed_at is null and options <> '[]'`),
    index("variants_of_product").on(table.productId, table.id),
    check("variants_price", sql`price > 0`),
    check("variants_max_per_order", sql`max_per_order > 0`),
  ],
);

/**
 * How many units of a variant there are, and how many of them orders hold: the sums of its movements. Apart from `variants`, because
 * these rows change with every order. `onSale` is false once the variant was taken out.
 */
export const stockLevels = pgTable(
  "stock_levels",
  {
    variantId: uuid("variant_id")
      .primaryKey()
      .references(() => variants.id)
      .$type<VariantId>(),
    productId: uuid("product_id").notNull().$type<ProductId>(),
    onHand: integer("on_hand").notNull(),
    reserved: integer().notNull().default(0),
    onSale: boolean("on_sale").notNull().default(true),
    /** What is available, up to 20: an index on it finds what runs low, and leaves a row alone that is sold from by the hundred. */
    low: smallint()
      .notNull()
      .generatedAlwaysAs((): SQL => sql`least(on_hand - reserved, 20)`),
  },
  (table) => [
    index("stock_levels_of_product").on(table.productId),
    index("stock_levels_low").on(table.low, table.variantId).where(sql`on_sale`),
    check("stock_levels_never_below_zero", sql`0 <= reserved and reserved <= on_hand`),
  ],
);

/** The ledger: every change of a level, in the transaction that made it. Rows are only ever added. */
export const stockMovements = pgTable(
  "stock_movements",
  {
    id: uuid().primaryKey().$type<MovementId>(),
    variantId: uuid("variant_id").notNull().$type<VariantId>(),
    type: text().notNull().$type<MovementType>(),
    onHandChange: integer("on_hand_change").notNull(),
    reservedChange: integer("reserved_change").notNull(),
    reason: text(),
    orderId: uuid("order_id").$type<OrderId>(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("stock_movements_of_variant").on(table.variantId, table.id)],
);

/** Stock changes by people, by idempotency key: a repeat returns the movement of the first request. */
export const inventoryRequests = pgTable(
  "inventory_requests",
  {
    userId: uuid("user_id").notNull().$type<UserId>(),
    key: text().notNull(),
    /** Of the mutation and its input. */
    fingerprint: text().notNull(),
    variantId: uuid("variant_id").notNull().$type<VariantId>(),
    movementId: uuid("movement_id").notNull().$type<MovementId>(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.key] }), index("inventory_requests_age").on(table.createdAt)],
);

/**
 * The reservation of each order. Rows are kept after the stock is released, so that a late reservation of the order is rejected.
 */
export const reservations = pgTable(
  "reservations",
  {
    orderId: uuid("order_id").primaryKey().$type<OrderId>(),
    status: text().notNull().$type<ReservationStatus>(),
    /** The newest revision of the order's lines that was applied. */
    revision: integer().notNull(),
    /** Of the newest event of the order that was applied; -1 before the first. */
    sequence: bigint({ mode: "number" }).notNull().default(-1),
    /** The order was cancelled: nothing revives it. */
    cancelled: boolean().notNull().default(false),
    /** Counts the events that were sent about it. */
    eventsSent: integer("told").notNull().default(0),
    /** When the stock goes back unless the order says otherwise; null: never by itself. */
    heldUntil: moment("held_until"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    index("reservations_overdue").on(table.heldUntil).where(sql`status = 'HELD' and held_until is not null`),
    check("reservations_status", sql`status in ('HELD', 'SOLD', 'RELEASED', 'FAILED')`),
  ],
);

/** The units that a HELD order reserves, or a SOLD one took; other orders have none. */
export const reservationLines = pgTable(
  "reservation_lines",
  {
    orderId: uuid("order_id")
      .notNull()
      .references(() => reservations.orderId, { onDelete: "cascade" })
      .$type<OrderId>(),
    variantId: uuid("variant_id")
      .notNull()
      .references(() => variants.id)
      .$type<VariantId>(),
    quantity: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.variantId] }),
    check("reservation_lines_quantity", sql`quantity > 0`),
  ],
);

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

/** Deleted accounts, so that an access token that outlives its account by seconds creates no product. */
export const closedAccounts = pgTable("closed_accounts", {
  userId: uuid("user_id").primaryKey().$type<UserId>(),
  closedAt: moment("closed_at").notNull().defaultNow(),
});

export const outbox = outboxTable();
export const inbox = inboxTable();
