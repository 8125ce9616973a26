import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VariantId } from "#platform/shop/ids.ts";
import { newId } from "#platform/shop/ids.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import { changeProduct } from "../testing/change-product.ts";
import { createTestMarket } from "../testing/markets.ts";
import { setTestPrices, type TestPrice } from "../testing/prices.ts";
import { admin, createTestProduct, openProducts, type TestProducts } from "../testing/test-products.ts";

let shop: TestProducts;
/** The default market, one with its currency, one with another, and one in which nothing is sold. */
let markets: { readonly id: string; readonly currencyCode: string }[];

const categories = ["lamps", "chairs"];
const tags = ["red", "blue", "green"];

beforeAll(async () => {
  shop = await openProducts();
  markets = [
    { id: defaultMarketId, currencyCode: "USD" },
    await createTestMarket(shop, { code: "canada", currencyCode: "USD", countries: ["CA"] }),
    await createTestMarket(shop, { code: "japan", currencyCode: "JPY", countries: ["JP"] }),
    await createTestMarket(shop, { code: "empty" }),
  ];
  for (let index = 0; index < 30; index += 1) await addProduct(index);
}, 120_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

async function addProduct(index: number): Promise<void> {
  const sizes = index % 3 === 0 ? ["S", "M"] : ["S"];
  const currencyCode = index % 10 === 9 ? "GBP" : "USD";
  const { variants } = await createTestProduct(
    shop,
    {
      name: `Thing ${(index * 7) % 30} ${index % 4 === 0 ? "shiny" : "plain"}`,
      price: null,
      stock: null,
      status: index % 11 === 10 ? "DRAFT" : "ACTIVE",
      categories: categories.slice(0, index % 3),
      tags: tags.slice(index % 4),
      variants: sizes.map((value, size) => ({
        options: [{ name: "Size", value }],
        price: { amount: String(10 + ((index * 13) % 17) + size), currencyCode },
        stock: index % 5,
      })),
    },
    admin(),
  );
  for (const [size, { id }] of variants.entries()) await priceVariant(id, index, size);
}

async function priceVariant(id: VariantId, index: number, size: number): Promise<void> {
  const [, canada, japan] = markets;
  if (canada === undefined || japan === undefined) throw new Error("There are four markets.");
  const prices: TestPrice[] = [
    ...(index % 4 === 1 ? [{ market: canada, price: String(5 + index) }] : []),
    ...(index % 2 === 0 && size === 0 ? [{ market: japan, price: String(1_000 + ((index * 37) % 500)) }] : []),
  ];
  if (prices.length > 0) await setTestPrices(shop, id, prices);
}

type Shown = {
  id: string;
  name: string;
  tags: string[];
  categories: { slug: string }[];
  inStock: boolean;
  createdAt: string;
  price: { amount: string; currencyCode: string };
  offers: Record<string, { amount: string; currencyCode: string } | null>;
};

/** All ACTIVE products with their offers in each market, read one by one rather than as a list. */
async function readAll(): Promise<Shown[]> {
  const rows = await shop.database.db.execute<{ id: string }>(sql`select id from products where status = 'ACTIVE'`);
  const offers = markets.map(
    ({ id }, index) => `offer${index}: offer(market: "${id}") { price { amount currencyCode } }`,
  );
  const { data, errors } = await shop.ask(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product {
      id name tags categories { slug } inStock createdAt price { amount currencyCode } ${offers.join(" ")} } } }`,
    { r: rows.map(({ id }) => ({ __typename: "Product", id })) },
  );
  expect(errors).toEqual([]);
  return data._entities.map((product: Record<string, { price: { amount: string } } | null>) => ({
    ...product,
    offers: Object.fromEntries(markets.map(({ id }, index) => [id, product[`offer${index}`]?.price ?? null])),
  }));
}

type Filter = Record<string, unknown> & {
  market?: string;
  price?: { min?: string; max?: string };
  tags?: string[];
  categories?: string[];
  inStock?: boolean;
};
type Sort = { key: string; direction: "ASC" | "DESC"; currencyCode?: string };

function expected(
  all: readonly Shown[],
  filter: Filter,
  sort: Sort,
  search?: string,
): { ids: string[]; prices: number[] } {
  const priceOf = (product: Shown) => {
    const offer = filter.market === undefined ? product.price : product.offers[filter.market];
    return filter.market === undefined && offer?.currencyCode !== "USD" ? undefined : offer && Number(offer.amount);
  };
  const needsPrice = filter.market !== undefined || filter.price !== undefined || sort.key === "PRICE";
  const found = all.filter((product) => {
    const price = priceOf(product) ?? undefined;
    return (
      (!needsPrice || price !== undefined) &&
      (filter.price?.min === undefined || (price ?? 0) >= Number(filter.price.min)) &&
      (filter.price?.max === undefined || (price ?? 0) <= Number(filter.price.max)) &&
      (filter.tags === undefined || filter.tags.some((tag) => product.tags.includes(tag))) &&
      (filter.categories === undefined || product.categories.some(({ slug }) => filter.categories?.includes(slug))) &&
      (filter.inStock === undefined || filter.inStock === product.inStock) &&
      (search === undefined || product.name.includes(search))
    );
  });
  const sign = sort.direction === "ASC" ? 1 : -1;
  const compare = (a: Shown, b: Shown) => {
    const values = (product: Shown) =>
      sort.key === "PRICE"
        ? (priceOf(product) ?? 0)
        : sort.key === "NAME"
          ? product.name.toLowerCase()
          : product.createdAt;
    const [left, right] = [values(a), values(b)];
    if (left !== right) return (left < right ? -1 : 1) * sign;
    return (a.id < b.id ? -1 : 1) * sign;
  };
  return {
    ids: found.toSorted(compare).map(({ id }) => id),
    prices: found.flatMap((product) => priceOf(product) ?? []),
  };
}

async function list(
  filter: Filter,
  sort: Sort,
  search: string | undefined,
  first: number,
): Promise<{ ids: string[]; total: number }> {
  const ids: string[] = [];
  let after: string | null = null;
  for (;;) {
    const { data, errors }: Awaited<ReturnType<TestProducts["ask"]>> = await shop.ask(
      `query ($search: String, $filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {
        products(search: $search, filter: $filter, sort: $sort, first: $first, after: $after) {
          totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`,
      { search, filter, sort, first, after },
    );
    expect(errors).toEqual([]);
    ids.push(...data.products.nodes.map(({ id }: { id: string }) => id));
    after = data.products.pageInfo.endCursor;
    if (!data.products.pageInfo.hasNextPage) return { ids, total: data.products.totalCount };
  }
}

const filters: readonly Filter[] = [
  {},
  { tags: ["blue"] },
  { tags: ["red", "green"] },
  { categories: ["chairs"] },
  { categories: ["lamps", "chairs"], tags: ["blue"] },
  { inStock: true },
  { inStock: false },
  { price: { min: "12", max: "20" } },
  { price: { min: "1100" }, categories: ["lamps"] },
  { price: { max: "15" }, tags: ["blue"] },
];

/** Compares the lists of every market, in one direction each. */
async function compareLists(filters: readonly Filter[]): Promise<void> {
  const all = await readAll();
  for (const market of [undefined, ...markets]) {
    for (const [index, given] of filters.entries()) {
      const filter = { ...given, ...(market === undefined ? {} : { market: market.id }) };
      for (const key of ["PRICE", "NAME", "CREATED_AT"]) {
        const direction = index % 2 === 0 ? "ASC" : "DESC";
        const wanted = expected(all, filter, { key, direction });
        const what = `${JSON.stringify(filter)} ${key} ${direction}`;
        const listed = await list(filter, { key, direction }, undefined, 10);
        expect([what, listed]).toEqual([what, { ids: wanted.ids, total: wanted.ids.length }]);
      }
      const sort: Sort = { key: "PRICE", direction: "ASC" };
      const wanted = expected(all, filter, sort, "shiny");
      const found = await list(filter, sort, "shiny", 100);
      expect([filter, found]).toEqual([filter, { ids: wanted.ids, total: wanted.ids.length }]);
    }
  }
}

describe("lists of a market", () => {
  test("hold what is sold there, sorted and filtered by its prices, page by page, and totalCount counts the same", async () => {
    await compareLists(filters);
  }, 60_000);

  test("show the same while the listing of a market is still being made", async () => {
    const { db } = shop.database;
    await db.execute(sql`update markets set listed_at = null, listed_product_id = null`);
    await db.execute(sql`delete from market_listing`);
    const all = await readAll();
    for (const { id } of markets) {
      for (const filter of [{ market: id }, { market: id, tags: ["blue"], price: { min: "12" } }]) {
        const sort: Sort = { key: "PRICE", direction: "DESC" };
        const wanted = expected(all, filter, sort);
        expect(await list(filter, sort, undefined, 10)).toEqual({ ids: wanted.ids, total: wanted.ids.length });
      }
    }
    const ids = sql`array(select id from products)`;
    await db.execute(sql`select refresh_prices(${ids})`);
    await db.execute(sql`update markets set listed_at = now()`);
  });

  test("have a price facet of the market's prices, without its own filter", async () => {
    const [, canada, japan, empty] = markets;
    const facet = async (filter: Filter) => {
      const { data, errors } = await shop.ask(
        `query ($filter: ProductFilter) { products(filter: $filter) { facets {
          priceRange { min { amount currencyCode } max { amount } } inStock categories { value count } tags { value count } } } }`,
        { filter },
      );
      expect(errors).toEqual([]);
      return data.products.facets;
    };
    const all = await readAll();
    const { prices } = expected(all, { market: japan?.id ?? "" }, { key: "PRICE", direction: "ASC" });
    expect((await facet({ market: japan?.id ?? "", price: { min: "1200" } })).priceRange).toEqual({
      min: { amount: String(Math.min(...prices)), currencyCode: "JPY" },
      max: { amount: String(Math.max(...prices)) },
    });
    expect((await facet({ market: empty?.id ?? "" })).priceRange).toBeNull();
    const inCanada = all.filter(({ offers }) => offers[canada?.id ?? ""]);
    const counts = await facet({ market: canada?.id ?? "" });
    expect(counts.inStock).toBe(inCanada.filter(({ inStock }) => inStock).length);
    expect(counts.categories).toEqual(
      categories
        .map((value) => ({
          value,
          count: inCanada.filter((product) => product.categories.some(({ slug }) => slug === value)).length,
        }))
        .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
    );
  });

  test("of a market that does not exist are empty, and amounts that its currency has not are rejected by name", async () => {
    for (const market of [newId(), "eu"]) {
      const { data, errors } = await shop.ask(
        `query ($filter: ProductFilter) { products(filter: $filter) { totalCount nodes { id } facets { priceRange { min { amount } } } } }`,
        { filter: { market, price: { min: "1" } } },
      );
      expect([errors, data.products]).toEqual([[], { totalCount: 0, nodes: [], facets: { priceRange: null } }]);
    }
    const { errors } = await shop.ask(`query ($filter: ProductFilter) { products(filter: $filter) { totalCount } }`, {
      filter: { market: markets[2]?.id, price: { min: "1.5" } },
    });
    expect(errors).toMatchObject([
      { message: expect.stringContaining("filter.price.min"), extensions: { code: "BAD_USER_INPUT" } },
    ]);
  });

  test("show drafts to those who may edit them", async () => {
    const { data } = await shop.ask(
      `query ($filter: ProductFilter) { products(filter: $filter, sort: { key: PRICE }) { totalCount nodes { status } } }`,
      { filter: { market: markets[1]?.id, status: "DRAFT" } },
      admin(),
    );
    expect(data.products.totalCount).toBe(data.products.nodes.length);
    expect(data.products.nodes.length).toBeGreaterThan(0);
  });

  test("turn with a scheduled price at its moment, and no cache keeps them past it", async () => {
    const [standard, canada] = markets;
    if (standard === undefined || canada === undefined) throw new Error("There are four markets.");
    const product = await createTestProduct(shop, { name: "Turning", price: { amount: "500" } });
    const { product: shown } = await changeProduct(
      shop,
      "productUpdate",
      { id: product.id, input: { tags: ["turning"] } },
      admin(),
    );
    const [variant] = product.variants;
    if (variant === undefined) throw new Error("A product has a variant.");
    const turn = new Date(Date.now() + 3_500);
    await setTestPrices(shop, variant.id, [
      { market: standard, price: "500", until: turn },
      { market: standard, price: "1", from: turn },
      { market: canada, price: "600", until: turn },
    ]);
    const first = async (filter: Filter, sort: Sort) => {
      const { data, headers } = await shop.ask(
        `query ($filter: ProductFilter, $sort: ProductSort) { products(first: 1, filter: $filter, sort: $sort) { nodes { id } } }`,
        { filter, sort },
      );
      const [, seconds] = /max-age=(\d+)/.exec(headers.get("cache-control") ?? "") ?? [];
      return { id: data.products.nodes[0]?.id, seconds: Number(seconds ?? 0) };
    };
    const dearest: Sort = { key: "PRICE", direction: "DESC" };
    const cheapest: Sort = { key: "PRICE", direction: "ASC" };
    for (const filter of [
      {},
      { market: standard.id },
      { market: canada.id },
      { tags: ["turning"], market: canada.id },
    ]) {
      const { id, seconds } = await first(filter, dearest);
      expect(id).toBe(shown.id);
      expect(seconds).toBeLessThanOrEqual(3);
    }
    expect((await first({ market: canada.id }, cheapest)).id).not.toBe(shown.id);
    await new Promise((resolve) => setTimeout(resolve, turn.getTime() - Date.now() + 5));
    for (const filter of [{}, { market: standard.id }, { market: canada.id }, { price: { max: "1" } }]) {
      expect((await first(filter, cheapest)).id).toBe(shown.id);
    }
    await compareLists([{}]);
  }, 60_000);
});
