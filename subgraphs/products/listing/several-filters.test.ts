import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultMarketId } from "#platform/shop/market.ts";
import { stockFaults } from "../testing/stock.ts";
import { admin, openProducts, type TestProducts } from "../testing/test-products.ts";
import { listProducts } from "./listing.ts";
import { parseProductQuery } from "./product-query.ts";

/** More than a list walks: half of the products have more rows of the listing index than 50 for each product of a page of twenty. */
const count = 3_000;

type Product = {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly price: number;
  readonly createdAt: number;
  readonly isEven: boolean;
  readonly tags: readonly string[];
  readonly colour: "red" | "blue";
  readonly isWashable: boolean;
  readonly width: number;
};

type Filter = {
  readonly categories?: readonly string[];
  readonly tags?: readonly string[];
  readonly attributes?: readonly { code: string; choices?: string[]; boolean?: boolean; min?: string; max?: string }[];
  readonly inStock?: boolean;
  readonly market?: string;
};

let shop: TestProducts;
let made: readonly Product[];

beforeAll(async () => {
  shop = await openProducts();
  const ask = async (mutation: string, input: object) => {
    const { data } = await shop.ask(mutation, { input }, admin());
    return data;
  };
  const { categoryCreate } = await ask(
    "mutation ($input: CategoryInput!) { categoryCreate(input: $input) { category { id } } }",
    { name: "even" },
  );
  const ids = new Map<string, string>();
  for (const input of [
    { code: "colour", name: "Colour", kind: "CHOICE", choices: ["red", "blue"].map((code) => ({ code, name: code })) },
    { code: "washable", name: "Washable", kind: "BOOLEAN" },
    { code: "width", name: "Width", kind: "NUMBER" },
  ]) {
    const { attributeCreate } = await ask(
      "mutation ($input: AttributeInput!) { attributeCreate(input: $input) { attribute { id } } }",
      input,
    );
    ids.set(input.code, attributeCreate.attribute.id);
  }
  const { db } = shop.database;
  // Red products are the older half and hardly any of them is washable; those tagged "thin" are odd, with a few exceptions. Prices, of two to four digits, and times tie.
  await db.execute(sql`
    create table made as
    select gen_random_uuid() as id, gen_random_uuid() as variant_id, n as number, 'Thing ' || (n * 7) % ${count}::int as name,
      10 + (n * 13) % 997 as price, timestamptz '2025-01-01' + n / 3 * interval '1 minute' as created_at, n % 2 = 0 as is_even,
      array['t' || n % 4] || case when n % 2 = 1 or n % 200 = 0 then array['thin'] else '{}' end as tags,
      case when n < ${count}::int / 2 then 'red' else 'blue' end as colour, n >= ${count}::int / 2 - 100 as is_washable, n % 100 as width
    from generate_series(0, ${count - 1}::int) n`);
  // The triggers index each product, which takes its time.
  for (let from = 0; from < count; from += 200) {
    const inBatch = sql`number between ${from}::int and ${from + 199}::int`;
    await db.execute(sql`
      insert into products (id, owner_id, slug, name, description, status, category_ids, tags, currency, price_min, price_max, created_at, updated_at,
        published_at)
      select id, gen_random_uuid(), 'thing-' || number, name, '', 'ACTIVE',
        case when is_even then array[${categoryCreate.category.id}::uuid] else '{}' end, tags, 'USD', price, price, created_at, created_at, created_at
      from made where ${inBatch}`);
    await db.execute(sql`
      insert into variants (id, product_id, sku, name, options, price, created_at)
      select variant_id, id, 'SKU-' || number, 'Default', '[]', price, created_at from made where ${inBatch}`);
    await db.execute(sql`
      insert into stock_levels (variant_id, product_id, on_hand) select variant_id, id, case when number % 5 = 0 then 0 else 1 end from made where ${inBatch}`);
    await db.execute(sql`
      insert into stock_movements (id, variant_id, type, on_hand_change, reserved_change)
      select gen_random_uuid(), stock_levels.variant_id, 'INITIAL', on_hand, 0 from stock_levels join made on made.variant_id = stock_levels.variant_id where ${inBatch}`);
    await db.execute(sql`
      insert into product_attribute_values (product_id, attribute_id, choice_ids, boolean, number)
      select made.id, ${ids.get("colour")}::uuid, array[attribute_choices.id], null::boolean, null::numeric
      from made join attribute_choices on code = colour where ${inBatch}
      union all select id, ${ids.get("washable")}::uuid, null, is_washable, null from made where ${inBatch}
      union all select id, ${ids.get("width")}::uuid, null, null, width from made where ${inBatch}`);
  }
  await db.execute(sql`vacuum analyze`);
  const rows = await db.execute<Product>(sql`
    select id, number, name, price, extract(epoch from created_at)::int as "createdAt", is_even as "isEven", tags, colour,
      is_washable as "isWashable", width
    from made`);
  made = [...rows];
  expect(await stockFaults(db)).toEqual([]);
}, 120_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

/** The ids of the products that match, by reading all of them, in the order of the sort. */
function expected({ categories, tags, attributes, inStock }: Filter, key: string, direction: string): string[] {
  const found = made.filter(
    (product) =>
      (categories === undefined || product.isEven) &&
      (tags === undefined || tags.some((tag) => product.tags.includes(tag))) &&
      (inStock === undefined || inStock === (product.number % 5 !== 0)) &&
      (attributes ?? []).every(({ code, choices, boolean, min, max }) => {
        if (code === "colour") return choices?.includes(product.colour);
        if (code === "washable") return product.isWashable === boolean;
        return product.width >= Number(min ?? 0) && product.width <= Number(max ?? 100);
      }),
  );
  const sortValue = ({ name, price, createdAt }: Product) =>
    key === "NAME" ? name.toLowerCase() : key === "PRICE" ? price : createdAt;
  const sign = direction === "ASC" ? 1 : -1;
  const compare = (a: Product, b: Product) => {
    const [left, right] = [sortValue(a), sortValue(b)];
    if (left !== right) return left < right ? -sign : sign;
    return a.id < b.id ? -sign : sign;
  };
  return found.toSorted(compare).map(({ id }) => id);
}

const query = `query ($filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String, $last: Int, $before: String) {
  products(filter: $filter, sort: $sort, first: $first, after: $after, last: $last, before: $before) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

async function page(variables: Record<string, unknown>) {
  const { data, errors } = await shop.ask(query, variables);
  expect(errors).toEqual([]);
  const { nodes, pageInfo } = data.products;
  return { ids: nodes.map(({ id }: { id: string }) => id) as string[], pageInfo };
}

async function readForward(filter: Filter, sort: object, first: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: unknown = null, more = true; more; ) {
    const read = await page({ filter, sort, first, after });
    ids.push(...read.ids);
    after = read.pageInfo.endCursor;
    more = read.pageInfo.hasNextPage;
  }
  return ids;
}

async function readBackward(filter: Filter, sort: object, last: number): Promise<string[]> {
  const ids: string[] = [];
  for (let before: unknown = null, more = true; more; ) {
    const read = await page({ filter, sort, last, before });
    ids.unshift(...read.ids);
    before = read.pageInfo.startCursor;
    more = read.pageInfo.hasPreviousPage;
  }
  return ids;
}

const red = { code: "colour", choices: ["red"] };
const washable = { code: "washable", boolean: true };
const filters: Readonly<Record<string, Filter>> = {
  "two filters with few products in common": { categories: ["even"], tags: ["thin"] },
  "two filters that have products in common only at one end of the list": { attributes: [red, washable] },
  "a range of numbers that few products of a colour are in": {
    attributes: [red, { code: "width", min: "50", max: "50" }],
  },
  "filters that one product in eight matches": {
    categories: ["even"],
    tags: ["t0", "t1"],
    attributes: [red, { code: "width", min: "10", max: "90" }],
    inStock: true,
  },
  "many values of each filter": {
    tags: ["t0", "t1", "a", "b", "c", "d"],
    attributes: [
      { code: "colour", choices: ["red", "blue"] },
      { code: "width", min: "98" },
    ],
  },
  "more values than are walked": { tags: ["t0", "a", "b", "c", "d", "e"], attributes: [{ code: "width", min: "98" }] },
  "filters that have nothing in common": { categories: ["even"], tags: ["t1", "t3"], attributes: [washable] },
  "a choice that does not exist, and a category": {
    categories: ["even"],
    attributes: [{ code: "colour", choices: ["green"] }],
  },
};
const sorts = ["CREATED_AT", "NAME", "PRICE"].flatMap((key) =>
  ["ASC", "DESC"].map((direction) => ({ key, direction })),
);

test.each(Object.entries(filters))(
  "%s: lists in every order and of a market, page by page in both directions, are what reading every product comes to",
  async (_name, filter) => {
    for (const sort of sorts) {
      const wanted = expected(filter, sort.key, sort.direction);
      for (const given of [filter, { ...filter, market: defaultMarketId }]) {
        const what = JSON.stringify([given, sort]);
        expect([what, await readForward(given, sort, 20)]).toEqual([what, wanted]);
        expect([what, await readBackward(given, sort, 20)]).toEqual([what, wanted]);
      }
      expect((await page({ filter, sort, first: 1 })).ids).toEqual(wanted.slice(0, 1));
    }
  },
  120_000,
);

test("a page of several filters reads about as many products as it shows, not those that one of the filters has", async () => {
  const filter = { categories: ["even"], attributes: [red, { code: "width", min: "10", max: "90" }] };
  const rows = await shop.database.db.transaction(async (tx) => {
    // It also counts what the connection read in earlier transactions of the last second.
    const countRows = async () => {
      const [read] = await tx.execute<{ rows: number }>(sql`
        select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables where relname = 'products'`);
      return read?.rows ?? 0;
    };
    await tx.execute(sql`set local plan_cache_mode = 'force_custom_plan'`);
    const before = await countRows();
    const { nodes } = await listProducts(tx, { kind: "guest" }, parseProductQuery({ filter, first: 20 }));
    expect(nodes).toHaveLength(20);
    return (await countRows()) - before;
  });
  expect(rows).toBeGreaterThan(20);
  expect(rows).toBeLessThan(100);
});

test("a page of two filters is found by the same texts whatever their values and the page's size", async () => {
  const listOf = (tags: readonly string[], first: number) => () =>
    page({ filter: { categories: ["even"], tags }, sort: { key: "NAME", direction: "ASC" }, first });
  const sparse = await shop.statements(listOf(["thin"], 20));
  const dense = await shop.statements(listOf(["thin", "t3"], 5));
  expect(dense.filter((text) => !sparse.includes(text))).toEqual([]);
  // The category, the filter to walk, and the page; and the page again where the walk did not fill it.
  expect([dense.length, sparse.length]).toEqual([3, 4]);
});
