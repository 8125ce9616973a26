import type { Database } from "#platform/database/database.ts";
import type { ProductId } from "#platform/shop/ids.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { listProducts, unshared } from "#subgraphs/products/listing/listing.ts";
import { parseProductQuery } from "#subgraphs/products/listing/product-query.ts";
import { parseSuggestionQuery, suggestProducts } from "#subgraphs/products/listing/suggestion.ts";
import { readOrderable } from "#subgraphs/products/reservation/orderable-variants.ts";
import { smallCatalogueProductsMax } from "#subgraphs/products/shared/limits.ts";
import { contentQueries } from "./catalogue-content.ts";
import { fillCatalogue } from "./catalogue-data.ts";
import { type BenchQuery, comparePlans, compareSizes, walk } from "./sizes.ts";

type ProductsArguments = Parameters<typeof parseProductQuery>[0];

/**
 * Measures the catalogue's queries with 10,000 and with 1,000,000 products.
 *
 * @param sizes other numbers of products, such as "10000 100000".
 */
export function benchCatalogue(sizes: readonly string[]): Promise<boolean> {
  const [small = 10_000, large = 1_000_000] = sizes.map(Number);
  return compareSizes({
    subgraph: "products",
    table: "products",
    sizes: [small, large],
    fill: fillCatalogue,
    queries: queriesOf(small),
  });
}

/** Measures the catalogue's queries with plans made for each execution and with kept ones; by default with twice as many products as a small catalogue has at most. */
export function benchPlans([products]: readonly string[]): Promise<boolean> {
  const rows = Number(products ?? 2 * smallCatalogueProductsMax);
  return comparePlans({ subgraph: "products", table: "products", rows, fill: fillCatalogue, queries: queriesOf(rows) });
}

/** As `fillCatalogue` makes them. */
const marketIds: Readonly<Record<string, string>> = {
  ca: "01950000-0001-7000-8000-000000000001",
  eu: "01950000-0002-7000-8000-000000000002",
  ch: "01950000-0003-7000-8000-000000000003",
};

const guest: Viewer = { kind: "guest" };

const page =
  (args: ProductsArguments) =>
  async ({ db }: Database) => {
    const listing = await listProducts(db, guest, parseProductQuery(args));
    if (listing.nodes.length === 0) throw new Error(`No rows were listed for ${JSON.stringify(args)}.`);
    return listing;
  };
const pageOf = (name: string, args: ProductsArguments): BenchQuery => ({ name, steady: true, run: page(args) });

/** Lists of markets. */
export function marketQueries(): BenchQuery[] {
  return Object.keys(marketIds).flatMap((code): BenchQuery[] => {
    const market = marketIds[code] ?? "";
    return [
      pageOf(`market ${code}, newest first`, { filter: { market } }),
      pageOf(`market ${code}, by name`, {
        filter: { market },
        sort: { key: "NAME", direction: "ASC", currencyCode: "USD" },
      }),
      pageOf(`market ${code}, by price`, {
        filter: { market },
        sort: { key: "PRICE", direction: "ASC", currencyCode: "USD" },
      }),
      // A hundredth of a hundredth may be nothing.
      ...(code === "ch"
        ? []
        : [
            pageOf(`market ${code}, a category and a price range, by price`, {
              filter: { market, categories: ["category-7"], price: { min: "5", max: "999", currencyCode: "USD" } },
              sort: { key: "PRICE", direction: "ASC", currencyCode: "USD" },
            }),
          ]),
    ];
  });
}

function queriesOf(small: number): BenchQuery[] {
  const whole = (name: string, args: ProductsArguments, count: "total" | "categories"): BenchQuery => ({
    name,
    steady: false,
    run: async ({ db }) => (await listProducts(db, guest, parseProductQuery({ ...args, first: 1 }))).counts[count](),
  });
  const counted = (name: string, search: string, steady: boolean): BenchQuery => ({
    name,
    steady,
    run: async ({ db }) => {
      const parts = { counts: ["total", "categories", "tags", "prices", "inStock"] as const };
      const { counts } = await listProducts(db, guest, parseProductQuery({ search }), unshared(db), [], parts);
      if ((await counts.total()) === 0) throw new Error(`Nothing was found for ${search}.`);
    },
  });
  const filter = {
    categories: ["category-7"],
    tags: Array.from({ length: 20 }, (_, index) => `tag${index}`),
    price: { min: "100", max: "900", currencyCode: "USD" },
    inStock: true,
  };
  const cursors = new Map<Database, string>();
  const lines = new Map<Database, readonly ProductId[]>();
  const thousandth: BenchQuery = {
    name: "the thousandth page of ten, by name",
    steady: true,
    run: async (database) => {
      const sort = { key: "NAME", direction: "ASC", currencyCode: "USD" } as const;
      const after =
        cursors.get(database) ??
        (await walk(
          Math.min(9_990, small - 10),
          async (wanted) =>
            (
              await listProducts(database.db, guest, parseProductQuery({ sort, ...wanted }))
            ).pageInfo.endCursor,
        ));
      cursors.set(database, after);
      return page({ sort, first: 10, after })(database);
    },
  };
  return [
    pageOf("the first page, newest first", {}),
    pageOf("a category, newest first", { filter: { categories: ["category-7"] } }),
    pageOf("a category and a price range in stock, by price", {
      filter: { categories: ["category-7"], price: filter.price, inStock: true },
      sort: { key: "PRICE", direction: "ASC", currencyCode: "USD" },
    }),
    pageOf("a category, twenty tags, a price range, in stock, by name", {
      filter,
      sort: { key: "NAME", direction: "ASC", currencyCode: "USD" },
      first: 2,
    }),
    pageOf("a tag of twenty products", { filter: { tags: ["rare"] } }),
    thousandth,
    pageOf("everything, by price", { sort: { key: "PRICE", direction: "ASC", currencyCode: "USD" } }),
    ...marketQueries(),
    ...contentQueries(),
    pageOf("a search of two words that 500 products have", { search: "quixotic zephyr" }),
    pageOf("the same, mistyped", { search: "quixotik zephir" }),
    pageOf("the same, by price", {
      search: "quixotic zephyr",
      sort: { key: "PRICE", direction: "DESC", currencyCode: "USD" },
    }),
    counted("the search of two words with its count and facets", "quixotic zephyr", true),
    {
      name: "suggestions for a name's beginning",
      steady: true,
      run: ({ db }) => suggestProducts(db, parseSuggestionQuery("brand17 mod", 8)),
    },
    {
      name: "what twenty lines of an order need to know",
      steady: true,
      run: async (database) => {
        const ids =
          lines.get(database) ?? (await page({ filter: { tags: ["rare"] } })(database)).nodes.map(({ id }) => id);
        lines.set(database, ids);
        const orderable = await readOrderable(
          database.db,
          { baseUrl: "" },
          ids.map((productId) => ({ productId, variantId: null })),
          undefined,
        );
        if (orderable.some(({ outcome }) => outcome !== "ORDERABLE")) throw new Error("A line cannot be ordered.");
      },
    },
    {
      ...pageOf("a tag that only the oldest hundredth has, newest first", { filter: { tags: ["vintage"] } }),
      steady: false,
    },
    { ...pageOf("a search of the commonest words", { search: "good quality" }), steady: false },
    counted("the same with its count and facets", "good quality", false),
    { ...pageOf("a search of a word in one of a hundred", { search: "quixotic" }), steady: false },
    counted("the same with its count and facets", "quixotic", false),
    whole("totalCount of everything", {}, "total"),
    whole("totalCount of a category", { filter: { categories: ["category-7"] } }, "total"),
    whole("category facet of everything", {}, "categories"),
    whole("totalCount of the search of two words", { search: "quixotic zephyr" }, "total"),
  ];
}
