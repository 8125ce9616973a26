import { type SQL, sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { CategoryId, ProductId } from "#platform/shop/ids.ts";
import { moment, tsvector } from "../../columns.ts";

const searchColumns = {
  isActive: boolean("is_active").notNull(),
  createdAt: moment("created_at").notNull(),
  categoryIds: uuid("category_ids").array().notNull().$type<CategoryId[]>(),
  tags: text().array().notNull(),
  labelIds: uuid("label_ids").array().notNull().default(sql`'{}'`),
  /** The languages that the product has a row for in the translation index. */
  translated: text().array().notNull().default(sql`'{}'`),
  document: tsvector().notNull(),
};

/**
 * The search index: one row for each product, of its stored texts. `document` holds the words of the name (A), of description and tags (B), and of
 * the SKUs, barcodes and option values of the variants on sale (C), as `search_index_text` splits them. Kept by triggers on products, variants and
 * translations.
 */
export const searchIndex = pgTable(
  "search_index",
  {
    productId: uuid("product_id").notNull().$type<ProductId>(),
    /** The language by whose rules the stored texts are cut into words. A product has two rows while the shop's language changes. */
    language: text().notNull(),
    ...searchColumns,
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.language] }),
    index("search_index_document")
      .using("gin", table.document, table.categoryIds, table.tags)
      .with({ fastupdate: false })
      .where(sql`is_active`),
    index("search_index_label_ids").using("gin", table.labelIds).with({ fastupdate: false }).where(sql`is_active`),
    index("search_index_newest").on(table.createdAt, table.productId).where(sql`is_active`),
  ],
);

/**
 * The translation index: one row for each product and language that it is translated to, cut into words by that language's rules. Texts without a
 * translation are in it as they are stored. Kept by the triggers that keep the search index.
 */
export const translationIndex = pgTable(
  "translation_index",
  {
    productId: uuid("product_id").notNull().$type<ProductId>(),
    /** BCP 47 tag. */
    language: text().notNull(),
    ...searchColumns,
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.language] }),
    index("translation_index_document")
      .using("gin", table.document, table.categoryIds, table.tags, table.labelIds)
      .with({ fastupdate: false })
      .where(sql`is_active`),
    index("translation_index_newest").on(table.language, table.createdAt, table.productId).where(sql`is_active`),
  ],
);

/**
 * One row: how far products have been added to the search index, in the order of their ids: those that were there before it, and all when the shop's
 * language has changed.
 */
export const searchIndexBackfill = pgTable("search_index_backfill", {
  id: integer().primaryKey(),
  lastProductId: uuid("last_product_id").$type<ProductId>(),
  /** When the index had all products in `language`; null: it has not yet. */
  completedAt: moment("completed_at"),
  /** The language in which searches read stored texts. */
  language: text().notNull().default("en"),
  /** The language that products are being added in besides; null: none. */
  nextLanguage: text("next_language"),
  /** The language whose rows are to be deleted; null: none. */
  oldLanguage: text("old_language"),
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

/** Every word of the translation index with its lexeme, by language. */
export const translationWords = pgTable(
  "translation_words",
  {
    language: text().notNull(),
    word: text().notNull(),
    stem: text().notNull(),
    /** The sorted letters, which find a word with swapped letters. */
    letters: text()
      .notNull()
      .generatedAlwaysAs((): SQL => sql`sorted_letters(word)`),
  },
  (table) => [
    primaryKey({ columns: [table.language, table.word] }),
    index("translation_words_stem").on(table.language, table.stem),
    index("translation_words_letters").on(table.language, table.letters),
    index("translation_words_prefix").on(table.language, table.word.op("text_pattern_ops")),
    index("translation_words_alike").using("gin", table.word.op("gin_trgm_ops")),
  ],
);
