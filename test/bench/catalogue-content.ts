import type postgres from "postgres";
import type { Database } from "#platform/database/database.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { readTexts } from "#subgraphs/products/languages/product-texts.ts";
import { listProducts } from "#subgraphs/products/listing/listing.ts";
import { parseProductQuery } from "#subgraphs/products/listing/product-query.ts";
import { parseSuggestionQuery, suggestProducts } from "#subgraphs/products/listing/suggestion.ts";
import type { BenchQuery } from "./sizes.ts";

type ProductsArguments = Parameters<typeof parseProductQuery>[0];

const guest: Viewer = { kind: "guest" };
const german = ["de"] as const;
const productsPerIndexing = 1_000;

/** The category above everything of a rooted tree, as `fillTree` makes it. */
export const rootSlug = "everything";

/** Inserts 100 categories in 10 groups; rooted, with two categories above all of them: a hall, and in it everything. */
export async function fillTree(sql: postgres.Sql, isRooted: boolean): Promise<void> {
  if (isRooted) {
    await sql`insert into categories (id, slug, name) values (made_id(8, 0), 'hall', 'Hall')`;
    await sql`
      insert into categories (id, slug, name, parent_id, ancestor_ids)
      values (made_id(8, 1), ${rootSlug}, 'Everything', made_id(8, 0), array[made_id(8, 0)])`;
  }
  const above = isRooted ? sql`array[made_id(8, 0), made_id(8, 1)]` : sql`'{}'::uuid[]`;
  await sql`
    insert into categories (id, slug, name, parent_id, ancestor_ids)
    select made_id(4, n), 'group-' || n, 'Group ' || n, (${above})[cardinality(${above})], ${above} from generate_series(0, 9) n`;
  await sql`
    insert into categories (id, slug, name, parent_id, ancestor_ids)
    select made_id(2, n), 'category-' || n, 'Category ' || n, made_id(4, n / 10), ${above} || made_id(4, n / 10)
    from generate_series(0, 99) n`;
}

/** Inserts an attribute of each filterable kind, and what labels of sizes stand for. */
export async function makeAttributes(sql: postgres.Sql): Promise<void> {
  await sql`
    insert into attributes (id, code, name, kind, is_filterable)
    values (made_id(6, 0), 'colour', 'Colour', 'CHOICE', true), (made_id(6, 1), 'washable', 'Washable', 'BOOLEAN', true),
      (made_id(6, 2), 'width', 'Width', 'NUMBER', true)`;
  await sql`
    insert into attribute_choices (id, attribute_id, code, name, position)
    select made_id(7, n), made_id(6, 0), 'colour-' || n, 'Colour ' || n, n from generate_series(0, 9) n`;
  await sql`
    insert into option_labels (label_id, name, value)
    select option_label_id('Size', size), 'Size', size from unnest(array['S', 'M', 'L', 'XL']) size`;
}

/** Translates one product in twenty into German, and the 500 that have the two rare words, which have two rare words in German as well. */
export async function fillTranslations(sql: postgres.Sql, products: number): Promise<void> {
  const together = Math.max(1, Math.floor(products / 500));
  await sql`
    insert into product_translations (product_id, language, name, description)
    select made_id(0, n), 'de', 'Modell ' || n, 'gute Häuser für kalte Tage ' || 'Wort' || n % 4000
      || case when n % ${together} = 0 then ' Quecksilber Zwergpinguine' else '' end
    from generate_series(0, ${products - 1}::bigint) n where n % 20 = 0 or n % ${together} = 0`;
}

/** Indexes all translations as a trigger would. It looks for each product's variants, so it needs their index. */
export async function indexTranslations(sql: postgres.Sql, products: number): Promise<void> {
  for (let from = 0; from < products; from += 20 * productsPerIndexing) {
    await sql`
      select index_translations(array(
        select product_id from product_translations
        where product_id between made_id(0, ${from}::bigint) and made_id(0, ${from + 20 * productsPerIndexing - 1}::bigint)))`;
  }
}

/** Queries by attributes, options, the category tree and languages. */
export function contentQueries(): BenchQuery[] {
  const list = ({ db }: Database, args: ProductsArguments, languages: readonly string[] = []) =>
    listProducts(db, guest, parseProductQuery(args), undefined, languages);
  const page = (name: string, args: ProductsArguments, languages?: readonly string[]): BenchQuery => ({
    name,
    steady: true,
    run: async (database) => {
      if ((await list(database, args, languages)).nodes.length === 0) throw new Error(`No rows were listed: ${name}.`);
    },
  });
  const count = (name: string, args: ProductsArguments, facet: "attributes" | "options"): BenchQuery => ({
    name,
    steady: false,
    run: async (database) => (await list(database, { ...args, first: 1 })).counts[facet](),
  });
  const colour = { code: "colour", choices: ["colour-3"] };
  const size = { name: "Size", values: ["M"] };
  const byPrice = { key: "PRICE", direction: "ASC", currencyCode: "USD" } as const;
  const group = { categories: ["group-3"] };
  return [
    page("a group of ten categories, newest first", { filter: group }),
    page("a group and a price range in stock, by price", {
      filter: { ...group, price: { min: "100", max: "900", currencyCode: "USD" }, inStock: true },
      sort: byPrice,
    }),
    page("a colour, newest first", { filter: { attributes: [colour] } }),
    page("a colour, by price", { filter: { attributes: [colour] }, sort: byPrice }),
    page("a size of the variants, by price", { filter: { options: [size] }, sort: byPrice }),
    page("a colour and a size, newest first", { filter: { attributes: [colour], options: [size] } }),
    page("a colour that is washable, in a range of widths, newest first", {
      filter: { attributes: [colour, { code: "washable", boolean: true }, { code: "width", min: "20", max: "80" }] },
    }),
    page("a German search of two words that 500 products have", { search: "zwergpinguin quecksilber" }, german),
    page("the same, mistyped", { search: "zwergpingiun queksilber" }, german),
    {
      name: "German suggestions for a name's beginning",
      steady: true,
      run: ({ db }) => suggestProducts(db, parseSuggestionQuery("modell 12", 8), german),
    },
    {
      name: "the German texts of a page",
      steady: true,
      run: async (database) => {
        const { nodes } = await list(database, {});
        return readTexts(
          database.db,
          nodes.map(({ id }) => id),
          german,
        );
      },
    },
    {
      ...page("a group, a colour and a size, newest first", {
        filter: { ...group, attributes: [colour], options: [size] },
      }),
      steady: false,
    },
    { ...page("a German search of the commonest words", { search: "gute häuser" }, german), steady: false },
    count("attribute facets of a group", { filter: group }, "attributes"),
    count("option facets of a group", { filter: group }, "options"),
    count("attribute facets of everything", {}, "attributes"),
    count("attribute facets of the search of two words", { search: "quixotic zephyr" }, "attributes"),
  ];
}
