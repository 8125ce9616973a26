import { type SQL, sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { AttributeId, CategoryId, ProductId, UserId, VariantId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { moment, tsvector } from "../../columns.ts";

/** The SDL's ProductStatus. */
export type ProductStatus = "ACTIVE" | "DRAFT" | "ARCHIVED";

/** An option that distinguishes a variant from its siblings, such as Size: M. */
export type SelectedOption = { readonly name: string; readonly value: string };
/** Translations of one text, by BCP 47 language tag. */
export type Translations = Readonly<Record<string, string>>;
/** The translation of a product's value of a TEXT attribute. */
export type AttributeTextTranslation = { readonly attributeId: AttributeId; readonly text: string };
/** The translations of an option's name and values, by the stored texts. */
export type OptionTranslation = {
  readonly name: string;
  readonly translatedName?: string;
  readonly values: readonly { readonly value: string; readonly translatedValue: string }[];
};

/**
 * Categories, a tree of at most 8 levels. `productCount` counts the ACTIVE products below one, and is kept by a trigger on products: the menu of
 * a shop is read far more often than its products change.
 */
export const categories = pgTable(
  "categories",
  {
    id: uuid().primaryKey().$type<CategoryId>(),
    slug: text().notNull(),
    name: text().notNull(),
    names: jsonb().notNull().default(sql`'{}'`).$type<Translations>(),
    parentId: uuid("parent_id").$type<CategoryId>(),
    /** From the root down to the parent. */
    ancestorIds: uuid("ancestor_ids").array().notNull().default(sql`'{}'`).$type<CategoryId[]>(),
    /** Orders a category among its siblings. */
    position: integer().notNull().default(0),
    productCount: integer("product_count").notNull().default(0),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("categories_slug").on(table.slug),
    index("categories_of_parent").on(table.parentId),
    foreignKey({ name: "categories_parent", columns: [table.parentId], foreignColumns: [table.id] }),
    check(
      "categories_parent_is_last_ancestor",
      sql`parent_id is not distinct from ancestor_ids[cardinality(ancestor_ids)]`,
    ),
    check("categories_not_below_itself", sql`id <> all (ancestor_ids)`),
    check("categories_levels", sql`cardinality(ancestor_ids) < 8`),
  ],
);

const active = sql.raw(`status = 'ACTIVE'`);

/**
 * Products. What a list shows, filters and sorts by stands in the row itself, so that a page is one walk along one index:
 * - code that writes `categoryIds` writes the chosen categories: a trigger notes them in `chosenCategoryIds` (null for products from before
 *   there was a tree) and adds their ancestors. Both may hold ids of deleted categories, which readers ignore;
 * - `labelIds` holds the labels of filterable attributes and of the options of variants on sale, kept by triggers on both;
 * - the prices are the lowest and highest of the variants on sale, kept by `refresh_prices`; they hold until `pricesUntil`;
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
    chosenCategoryIds: uuid("chosen_category_ids").array().$type<CategoryId[]>(),
    tags: text().array().notNull().default(sql`'{}'`),
    labelIds: uuid("label_ids").array().notNull().default(sql`'{}'`),
    /** A picture elsewhere, shown while the product has none of its own. */
    imageUrl: text("image_url"),
    /** The name of the first picture's rendition that `imageUrl` shows, so that a list of products reads no other table for it; null without pictures. */
    imageName: text("image_name"),
    currency: text().notNull().$type<CurrencyCode>(),
    priceMin: bigint("price_min", { mode: "bigint" }).notNull(),
    priceMax: bigint("price_max", { mode: "bigint" }).notNull(),
    /** When the earliest of the variants' default prices ends; null: not scheduled to. Until then, the prices here and in `variants` hold. */
    pricesUntil: moment("prices_until"),
    isReturnable: boolean("is_returnable").notNull().default(true),
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
    index("products_prices_until").on(table.pricesUntil).where(sql`prices_until is not null`),
    index("products_off_sale").on(table.status, table.createdAt, table.id).where(sql`status <> 'ACTIVE'`),
    index("products_sold_out").on(table.createdAt, table.id).where(sql`status = 'ACTIVE' and variants_in_stock = 0`),
    index("products_labels").using("gin", table.categoryIds, table.tags).with({ fastupdate: false }).where(active),
    index("products_label_ids").using("gin", table.labelIds).with({ fastupdate: false }).where(active),
    index("products_off_sale_categories").using("gin", table.categoryIds).where(sql`status <> 'ACTIVE'`),
    index("products_search").using("gin", table.search).with({ fastupdate: false }).where(active),
    check("products_status", sql`status in ('ACTIVE', 'DRAFT', 'ARCHIVED')`),
    check("products_price", sql`0 <= price_min and price_min <= price_max`),
    check("products_in_stock", sql`variants_in_stock >= 0`),
  ],
);

/** The texts of products in other languages. Null: not translated. */
export const productTranslations = pgTable(
  "product_translations",
  {
    productId: uuid("product_id")
      .notNull()
      .references(() => products.id)
      .$type<ProductId>(),
    /** BCP 47 tag. */
    language: text().notNull(),
    name: text(),
    description: text(),
    options: jsonb().notNull().default(sql`'[]'`).$type<readonly OptionTranslation[]>(),
    attributeTexts: jsonb("attribute_texts").notNull().default(sql`'[]'`).$type<readonly AttributeTextTranslation[]>(),
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.language] }),
    index("product_translations_by_name").on(table.language, sql`lower(${table.name})`, table.productId),
  ],
);

/** `variants.sku_scope` of products that were published: the whole shop. */
export const shopWideScope = "00000000-0000-0000-0000-000000000000";

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
    /**
     * Where the SKU is unique: in the whole shop from the product's first publication on, before that among its owner's drafts, so that a
     * SKU tells nothing about others' drafts. The id of the owner, or of a product that has none. Kept by triggers on products and variants.
     */
    skuScope: uuid("sku_scope").notNull().default(shopWideScope),
    name: text().notNull(),
    options: jsonb().notNull().default(sql`'[]'`).$type<readonly SelectedOption[]>(),
    /** GTIN, EAN or UPC. */
    barcode: text(),
    /** Like that of the product, of the variant's own first picture. */
    imageName: text("image_name"),
    /** Most units in one order; null for the shop's own limit. */
    maxPerOrder: integer("max_per_order"),
    /**
     * The price in the default market, in minor units of the product's currency. Writing it ends the current row of `variant_prices` and begins
     * another, by a trigger. It holds until `products.prices_until`.
     */
    price: bigint({ mode: "bigint" }).notNull(),
    /** Names the tax rates that apply, such as "standard". */
    taxClass: text("tax_class").notNull().default("standard"),
    weightGrams: integer("weight_grams"),
    version: integer().notNull().default(1),
    createdAt: moment("created_at").notNull(),
    removedAt: moment("removed_at"),
  },
  (table) => [
    uniqueIndex("variants_sku").on(table.sku, table.skuScope).where(sql`removed_at is null`),
    uniqueIndex("variants_options")
      .on(table.productId, table.options)
      .where(sql`removed_at is null and options <> '[]'`),
    index("variants_of_product").on(table.productId, table.id),
    check("variants_price", sql`price >= 0`),
    check("variants_weight", sql`weight_grams >= 0`),
    check("variants_max_per_order", sql`max_per_order > 0`),
  ],
);

/** Deleted accounts, so that an access token that outlives its account by seconds creates no product. */
export const closedAccounts = pgTable("closed_accounts", {
  userId: uuid("user_id").primaryKey().$type<UserId>(),
  closedAt: moment("closed_at").notNull().defaultNow(),
});
