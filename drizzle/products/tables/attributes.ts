import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { AttributeId, Branded, CategoryId, ProductId } from "#platform/shop/ids.ts";
import { moment } from "../../columns.ts";
import { products, type Translations } from "./catalogue.ts";

/** The SDL's AttributeKind. */
export type AttributeKind = "CHOICE" | "TEXT" | "NUMBER" | "BOOLEAN";
/** A choice of an attribute; also the id of its label in the listing index. */
export type ChoiceId = Branded<string, "ChoiceId">;

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
