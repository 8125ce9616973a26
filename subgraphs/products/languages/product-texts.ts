import { and, sql } from "drizzle-orm";
import { type OptionTranslation, productTranslations, type Translations } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { AttributeId, ProductId } from "#platform/shop/ids.ts";
import type { LanguageChain } from "./language-chain.ts";

/** The names, descriptions and texts of attributes of a product in some languages. */
export type ProductTexts = {
  readonly productId: ProductId;
  readonly names: Translations;
  readonly descriptions: Translations;
  /** Texts of attributes. */
  readonly attributes: ReadonlyMap<AttributeId, Translations>;
};

/** Reads the names, descriptions and texts of attributes of these products in these languages. Products without any are left out. */
export async function readTexts(
  db: Db,
  productIds: readonly ProductId[],
  languages: LanguageChain,
): Promise<ProductTexts[]> {
  const rows = await db
    .select({
      productId: productTranslations.productId,
      language: productTranslations.language,
      name: productTranslations.name,
      description: productTranslations.description,
      attributeTexts: productTranslations.attributeTexts,
    })
    .from(productTranslations)
    .where(
      and(
        sql`${productTranslations.productId} = any(${sql.param(productIds)}::uuid[])`,
        sql`${productTranslations.language} = any(${sql.param(languages)}::text[])`,
      ),
    );
  return [...Map.groupBy(rows, ({ productId }) => productId)].map(([productId, texts]) => {
    const given = (field: "name" | "description"): Translations =>
      Object.fromEntries(texts.flatMap((row) => (row[field] === null ? [] : [[row.language, row[field]] as const])));
    const ofAttributes = texts.flatMap(({ language, attributeTexts }) =>
      attributeTexts.map(({ attributeId, text }) => ({ attributeId, language, text })),
    );
    const attributes = new Map(
      [...Map.groupBy(ofAttributes, ({ attributeId }) => attributeId)].map(
        ([id, each]): [AttributeId, Translations] => [
          id,
          Object.fromEntries(each.map(({ language, text }) => [language, text])),
        ],
      ),
    );
    return { productId, names: given("name"), descriptions: given("description"), attributes };
  });
}

/** A product's translations of options, by language. */
export type OptionTexts = {
  readonly productId: ProductId;
  readonly translations: ReadonlyMap<string, readonly OptionTranslation[]>;
};

/** Reads the translations of these products' options. Products without any are left out. */
export async function readOptionTexts(db: Db, productIds: readonly ProductId[]): Promise<OptionTexts[]> {
  const rows = await db
    .select({
      productId: productTranslations.productId,
      language: productTranslations.language,
      options: productTranslations.options,
    })
    .from(productTranslations)
    .where(
      and(
        sql`${productTranslations.productId} = any(${sql.param(productIds)}::uuid[])`,
        sql`${productTranslations.options} <> '[]'`,
      ),
    );
  return [...Map.groupBy(rows, ({ productId }) => productId)].map(([productId, texts]) => ({
    productId,
    translations: new Map(texts.map(({ language, options }) => [language, options])),
  }));
}
