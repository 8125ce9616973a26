import { type SQL, sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { inboxTable, outboxTable } from "#platform/events/outbox.ts";
import type {
  AttributeId,
  Branded,
  CategoryId,
  MarketId,
  MediaId,
  OrderId,
  ProductId,
  UserId,
  VariantId,
} from "#platform/shop/ids.ts";
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
/** Translations of one text, by BCP 47 language tag. */
export type Translations = Readonly<Record<string, string>>;
/** The translations of an option's name and values, by the stored texts. */
export type OptionTranslation = {
  readonly name: string;
  readonly translatedName?: string;
  readonly values: readonly { readonly value: string; readonly translatedValue: string }[];
};
/** The SDL's AttributeKind. */
export type AttributeKind = "CHOICE" | "TEXT" | "NUMBER" | "BOOLEAN";
/** A choice of an attribute; also the id of its label in the listing index. */
export type ChoiceId = Branded<string, "ChoiceId">;
/** A line of the stock ledger. */
export type MovementId = Branded<string, "MovementId">;

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

/**
 * The listing index: one row for each label (category, tag, attribute's choice, option's value) of each ACTIVE product, with the columns that
 * lists are sorted by. A page of a label is one walk along one index, however many products there are. Kept by a trigger on products.
 */
export const listingIndex = pgTable(
  "listing_index",
  {
    productId: uuid("product_id").notNull().$type<ProductId>(),
    /** The id of a category or of an attribute's choice; for others what `tag_label_id`, `boolean_label_id` and `option_label_id` make of them. */
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
    /** Always "en", by whose rules stored texts are cut into words. */
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
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.language] }),
    index("product_translations_by_name").on(table.language, sql`lower(${table.name})`, table.productId),
  ],
);

/** Attributes: properties that products have. */
export const attributes = pgTable(
  "attributes",
  {
    id: uuid().primaryKey().$type<AttributeId>(),
    code: text().notNull(),
    name: text().notNull(),
    names: jsonb().notNull().default(sql`'{}'`).$type<Translations>(),
    kind: text().notNull().$type<AttributeKind>(),
    unit: text(),
    isFilterable: boolean("is_filterable").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("attributes_code").on(table.code),
    check("attributes_kind", sql`kind in ('CHOICE', 'TEXT', 'NUMBER', 'BOOLEAN')`),
    check("attributes_text_is_no_filter", sql`not (is_filterable and kind = 'TEXT')`),
  ],
);

/** The choices of CHOICE attributes. */
export const attributeChoices = pgTable(
  "attribute_choices",
  {
    id: uuid().primaryKey().$type<ChoiceId>(),
    attributeId: uuid("attribute_id")
      .notNull()
      .references(() => attributes.id, { onDelete: "cascade" })
      .$type<AttributeId>(),
    code: text().notNull(),
    name: text().notNull(),
    names: jsonb().notNull().default(sql`'{}'`).$type<Translations>(),
    /** CSS colour. */
    swatch: text(),
    position: integer().notNull(),
  },
  (table) => [uniqueIndex("attribute_choices_code").on(table.attributeId, table.code)],
);

/** Products' values of attributes. Those of a deleted attribute are ignored until a job has deleted them, since there can be any number. */
export const productAttributeValues = pgTable(
  "product_attribute_values",
  {
    productId: uuid("product_id")
      .notNull()
      .references(() => products.id)
      .$type<ProductId>(),
    attributeId: uuid("attribute_id").notNull().$type<AttributeId>(),
    choiceIds: uuid("choice_ids").array().$type<ChoiceId[]>(),
    text: text(),
    number: numeric(),
    boolean: boolean(),
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.attributeId] }),
    index("product_attribute_values_of_attribute").on(table.attributeId, table.productId),
    index("product_attribute_values_number")
      .on(table.attributeId, table.number, table.productId)
      .where(sql`number is not null`),
    check("product_attribute_values_one", sql`num_nonnulls(choice_ids, text, number, boolean) = 1`),
  ],
);

/** The option values that labels stand for. Kept by the triggers that label products; an entry too many does no harm. */
export const optionLabels = pgTable("option_labels", {
  labelId: uuid("label_id").primaryKey(),
  name: text().notNull(),
  value: text().notNull(),
});

/**
 * Products to be written anew in batches, because what is kept in their rows follows from something that has changed: a category was moved or
 * deleted, an attribute became filterable, stopped being so or was deleted, or labels were introduced.
 */
export const productRewrites = pgTable(
  "product_rewrites",
  {
    /** The id of the category or attribute; for ALL a zero. */
    id: uuid().primaryKey().$type<CategoryId | AttributeId>(),
    kind: text().notNull().$type<"CATEGORY" | "ATTRIBUTE" | "ALL">(),
    /** How far they are written, in the order of their ids. */
    lastProductId: uuid("last_product_id").$type<ProductId>(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  () => [check("product_rewrites_kind", sql`kind in ('CATEGORY', 'ATTRIBUTE', 'ALL')`)],
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
    uniqueIndex("variants_sku").on(table.sku).where(sql`removed_at is null`),
    uniqueIndex("variants_options")
      .on(table.productId, table.options)
      .where(sql`removed_at is null and options <> '[]'`),
    index("variants_of_product").on(table.productId, table.id),
    check("variants_price", sql`price >= 0`),
    check("variants_weight", sql`weight_grams >= 0`),
    check("variants_max_per_order", sql`max_per_order > 0`),
  ],
);

/** Markets. The default one has a fixed id and serves every country. */
export const markets = pgTable(
  "markets",
  {
    id: uuid().primaryKey().$type<MarketId>(),
    code: text().notNull(),
    name: text().notNull(),
    currency: text().notNull().$type<CurrencyCode>(),
    countries: text().array().notNull(),
    /** BCP 47 tags; the first one is the market's default. */
    languages: text().array().notNull(),
    pricesIncludeTax: boolean("prices_include_tax").notNull(),
    version: integer().notNull().default(1),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    /** When the products that were there before the market had all been added to its listing; null until then. */
    listedAt: moment("listed_at"),
    /** The last product that was added, in the order of their ids. */
    listedProductId: uuid("listed_product_id").$type<ProductId>(),
  },
  (table) => [uniqueIndex("markets_code").on(table.code)],
);

/**
 * The prices of variants by market and time: ended, current and scheduled ones. No two of a variant and market overlap, which an exclusion
 * constraint guarantees. What has been in force is never changed, only ended. The default market's rows may precede the market itself, and
 * hold the prices of products in other currencies too.
 */
export const variantPrices = pgTable(
  "variant_prices",
  {
    variantId: uuid("variant_id")
      .notNull()
      .references(() => variants.id)
      .$type<VariantId>(),
    marketId: uuid("market_id").notNull().$type<MarketId>(),
    currency: text().notNull().$type<CurrencyCode>(),
    price: bigint({ mode: "bigint" }).notNull(),
    /** The higher price that it is reduced from. */
    compareAt: bigint("compare_at", { mode: "bigint" }),
    validFrom: moment("valid_from").notNull(),
    /** Exclusive; null: no end. */
    validUntil: moment("valid_until"),
  },
  (table) => [
    primaryKey({ columns: [table.variantId, table.marketId, table.validFrom] }),
    check("variant_prices_price", sql`price >= 0`),
    check("variant_prices_compare_at", sql`compare_at > price`),
    check("variant_prices_valid", sql`valid_until > valid_from`),
  ],
);

/**
 * The listing index by market: for each ACTIVE product that is sold in a market, one row for each of its labels and one for the whole market,
 * for each span of time in which its prices are the same. Kept by `refresh_prices`.
 */
export const marketListing = pgTable(
  "market_listing",
  {
    productId: uuid("product_id").notNull().$type<ProductId>(),
    marketId: uuid("market_id").notNull().$type<MarketId>(),
    /** As in `listing_index`, or the nil UUID for all products of the market. */
    labelId: uuid("label_id").notNull(),
    createdAt: moment("created_at").notNull(),
    /** The name in lower case. */
    name: text().notNull(),
    /** The lowest and highest price of the variants sold in the market. */
    priceMin: bigint("price_min", { mode: "bigint" }).notNull(),
    priceMax: bigint("price_max", { mode: "bigint" }).notNull(),
    /** Minus infinity for the span that has begun. */
    validFrom: moment("valid_from").notNull(),
    /** Infinity when no change is scheduled. */
    validUntil: moment("valid_until").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.marketId, table.labelId, table.validFrom] }),
    index("market_listing_newest").on(table.marketId, table.labelId, table.createdAt, table.productId),
    index("market_listing_by_name").on(table.marketId, table.labelId, table.name, table.productId),
    index("market_listing_by_price").on(table.marketId, table.labelId, table.priceMin, table.productId),
    index("market_listing_begins").on(table.validFrom).where(sql`valid_from > '-infinity'`),
    index("market_listing_ends").on(table.validUntil).where(sql`valid_until < 'infinity'`),
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
