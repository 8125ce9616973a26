import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, type UserId } from "#platform/shop/ids.ts";
import { createTiedProducts, list } from "../testing/product-list.ts";
import { admin, createTestProduct, openProducts, seller, type TestProducts } from "../testing/test-products.ts";

let shop: TestProducts;
const owner = seller();

beforeAll(async () => {
  shop = await openProducts();
  await createTiedProducts(shop, owner.id);
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

describe("filters and facets", () => {
  const counted = `query ($search: String, $filter: ProductFilter, $sort: ProductSort) { products(search: $search, filter: $filter, sort: $sort, first: 3) {
    totalCount nodes { id } facets { categories { value count } tags { value count } inStock priceRange { min { amount currencyCode } max { amount } } } } }`;

  async function count(filter: Record<string, unknown>, more: Record<string, unknown> = {}) {
    const response = await shop.ask(counted, { filter, ...more });
    expect(response.errors).toEqual([]);
    return response.data.products;
  }

  test("each filter leaves what it names, and several leave what all of them name", async () => {
    expect((await count({})).totalCount).toBe(30);
    expect((await count({ categories: ["garden"] })).totalCount).toBe(15);
    expect((await count({ categories: ["garden", "kitchen"] })).totalCount).toBe(30);
    expect((await count({ categories: ["no-such"] })).totalCount).toBe(0);
    expect((await count({ categories: [], tags: [] })).totalCount).toBe(30);
    expect((await count({ tags: ["T1", "t2"] })).totalCount).toBe(15);
    expect((await count({ inStock: true })).totalCount).toBe(20);
    expect((await count({ inStock: false })).totalCount).toBe(10);
    expect((await count({ price: { min: "11.50", max: "12.50" } })).totalCount).toBe(12);
    expect((await count({ price: { currencyCode: "JPY" } })).totalCount).toBe(6);
    expect((await count({ ownerId: owner.id })).totalCount).toBe(30);
    expect((await count({ ownerId: newId<UserId>() })).totalCount).toBe(0);
    expect((await count({ ownerId: "nobody" })).totalCount).toBe(0);
    expect((await count({ ids: [] })).totalCount).toBe(0);
    const [first] = (await list(shop, { first: 1 })).edges;
    expect((await count({ ids: [first?.node.id, "nonsense", newId()] })).totalCount).toBe(1);
    expect(
      (await count({ tags: ["t1"], inStock: true, categories: ["garden"], price: { max: "11.50" } })).totalCount,
    ).toBeLessThan(7);
  });

  test("facets count the whole result, not the page, in the currency asked for", async () => {
    const { totalCount, nodes, facets } = await count({ tags: ["t0", "t1"] });
    expect(nodes).toHaveLength(3);
    expect(totalCount).toBe(16);
    expect(facets.tags[0]).toEqual({ value: "all", count: 30 });
    expect(facets.priceRange).toEqual({ min: { amount: "10.50", currencyCode: "USD" }, max: { amount: "11.50" } });
    const yen = await count({ price: { currencyCode: "JPY" } });
    expect(yen.facets.priceRange).toEqual({ min: { amount: "100", currencyCode: "JPY" }, max: { amount: "102" } });
    const none = await count({ tags: ["none"] });
    expect(none.facets).toMatchObject({ categories: [], inStock: 0, priceRange: null });
    const found = await count({}, { search: "pie" });
    expect(found.totalCount).toBe(15);
    expect(found.facets.tags[0]).toEqual({ value: "all", count: 15 });
  });
});

describe("counts", () => {
  const counted = `query ($search: String, $filter: ProductFilter, $sort: ProductSort) {
    products(search: $search, filter: $filter, sort: $sort, first: 100) { totalCount nodes { id tags inStock categories { slug } price { amount currencyCode } }
      facets { categories { value count } tags { value count } inStock priceRange { min { amount } max { amount } } } } }`;
  type Counted = { value: string; count: number };
  const ask = async (variables: Record<string, unknown>) => {
    const { data, errors } = await shop.ask(counted, variables);
    expect(errors).toEqual([]);
    return data.products;
  };

  test.each([
    { sort: { key: "PRICE", currencyCode: "JPY" } },
    { sort: { key: "PRICE", currencyCode: "JPY" }, filter: { tags: ["t1"] } },
    { sort: { key: "PRICE", currencyCode: "EUR" } },
    { sort: { key: "PRICE", currencyCode: "USD" }, filter: { categories: ["garden"] } },
    { sort: { key: "PRICE", currencyCode: "JPY" }, search: "pie" },
    { search: "pie", sort: { key: "NAME" } },
    { search: "pie", filter: { inStock: true } },
  ])("are of what the list holds: %j", async (variables) => {
    const { totalCount, nodes, facets } = await ask(variables);
    expect(totalCount).toBe(nodes.length);
    const all: Counted | undefined = facets.tags.find(({ value }: Counted) => value === "all");
    if (!("filter" in variables)) expect(all?.count ?? 0).toBe(totalCount);
    if (!("filter" in variables)) {
      expect(facets.inStock).toBe(nodes.filter(({ inStock }: { inStock: boolean }) => inStock).length);
    }
  });

  test("of a facet leave out its own filter, and keep the others", async () => {
    const filter = { categories: ["garden"], tags: ["t1"], price: { max: "11.50" }, inStock: true };
    for (const search of [undefined, "apple OR banana OR cherry OR pie"]) {
      const { facets } = await ask({ filter, search });
      const without = async (name: keyof typeof filter) => {
        const { [name]: _own, ...others } = filter;
        return await ask({ filter: others, search });
      };
      const { nodes: anyCategory } = await without("categories");
      for (const { value, count } of facets.categories as Counted[]) {
        expect(count).toBe(
          anyCategory.filter(({ categories }: { categories: { slug: string }[] }) =>
            categories.some(({ slug }) => slug === value),
          ).length,
        );
      }
      expect(facets.categories.length).toBeGreaterThan(1);
      const { nodes: anyTag } = await without("tags");
      for (const { value, count } of facets.tags as Counted[]) {
        expect(count).toBe(anyTag.filter(({ tags }: { tags: string[] }) => tags.includes(value)).length);
      }
      expect(facets.tags.length).toBeGreaterThan(1);
      expect(facets.priceRange.max.amount).toBe((await without("price")).facets.priceRange.max.amount);
      expect(facets.inStock).toBe((await without("inStock")).facets.inStock);
    }
  });
});

test("names and prices ascend by default, times and ranks descend", async () => {
  const byDefault = async (key: string) => {
    const { data, errors } = await shop.ask(
      `query ($sort: ProductSort) { products(sort: $sort, first: 100) { nodes { name createdAt price { amount } } } }`,
      { sort: { key } },
    );
    expect(errors).toEqual([]);
    return data.products.nodes as { name: string; createdAt: string; price: { amount: string } }[];
  };
  const names = (await byDefault("NAME")).map(({ name }) => name.toLowerCase());
  expect(names).toEqual(names.toSorted());
  const prices = (await byDefault("PRICE")).map(({ price }) => Number(price.amount));
  expect(prices).toEqual(prices.toSorted((a, b) => a - b));
  const times = (await byDefault("CREATED_AT")).map(({ createdAt }) => createdAt);
  expect(times).toEqual(times.toSorted().reverse());
});

describe("what is not on sale", () => {
  test("drafts and archived products are in no list but their editors', and only by their status", async () => {
    const draft = await createTestProduct(
      shop,
      { name: "Unfinished pie", status: "DRAFT", tags: ["unfinished"] },
      owner,
    );
    const old = await createTestProduct(shop, { name: "Old pie" }, owner);
    await shop.ask(`mutation ($id: ID!) { productDelete(id: $id) { deletedProductId } }`, { id: old.id }, owner);
    const names = async (status: string | undefined, caller: Parameters<typeof shop.ask>[2]) => {
      const filter = status === undefined ? {} : { status };
      const { data, errors } = await shop.ask(
        `query ($filter: ProductFilter) { products(filter: $filter, first: 100) { nodes { name } totalCount } }`,
        { filter },
        caller,
      );
      expect(errors).toEqual([]);
      expect(data.products.totalCount).toBe(data.products.nodes.length);
      return data.products.nodes.map(({ name }: { name: string }) => name);
    };
    for (const caller of ["guest" as const, {}, seller(), owner, admin()]) {
      expect(await names(undefined, caller)).not.toContain("Unfinished pie");
      expect(await names(undefined, caller)).not.toContain("Old pie");
    }
    for (const caller of ["guest" as const, {}, seller(), { id: owner.id }]) {
      expect(await names("DRAFT", caller)).toEqual([]);
      expect(await names("ARCHIVED", caller)).toEqual([]);
    }
    for (const caller of [owner, admin()]) {
      expect(await names("DRAFT", caller)).toEqual(["Unfinished pie"]);
      expect(await names("ARCHIVED", caller)).toContain("Old pie");
    }
    const tagged = await shop.ask(
      `{ drafts: products(filter: { status: DRAFT, tags: ["unfinished"] }) { nodes { id } } shown: products(filter: { tags: ["unfinished"] }) { nodes { id } } }`,
      {},
      owner,
    );
    expect(tagged.data).toEqual({ drafts: { nodes: [{ id: draft.id }] }, shown: { nodes: [] } });
  });
});

describe("what a page costs", () => {
  const everything = `query ($first: Int) { products(first: $first, search: "pie OR banana OR cherry OR apple", filter: { categories: ["kitchen", "garden"] }) {
    totalCount facets { categories { value count } tags { value count } inStock priceRange { min { amount } max { amount } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    nodes { id }
    edges { cursor score node {
      id slug name description status owner { id products(first: 2) { totalCount facets { inStock tags { value } } nodes { id name } } }
      categories { id slug name productCount } tags imageUrl
      price { amount currencyCode } priceRange { min { amount } max { amount } } quantityAvailable inStock
      defaultVariant { id sku }
      variants { id sku name options { name value } price { amount } quantityAvailable inStock version product { id name }
        inventory { onHand reserved available movements(first: 2) { totalCount nodes { id type onHandChange reservedChange reason orderId createdAt } pageInfo { hasNextPage } } } }
      createdAt updatedAt version viewerCanEdit } } } }`;

  test("a page of twenty with everything costs as many statements as one of a hundred", async () => {
    const editor = admin(owner.id);
    const cost = async (first: number) => {
      const statements = await shop.statements(async () => {
        const response = await shop.ask(everything, { first }, editor);
        expect(response.errors).toEqual([]);
        expect(response.data.products.edges).toHaveLength(Math.min(first, 30));
      });
      return statements.length;
    };
    await cost(1);
    const twenty = await cost(20);
    expect(await cost(100)).toBe(twenty);
    expect(await cost(2)).toBe(twenty);
    expect(twenty).toBeLessThan(25);
  });

  test("a list of names is one statement: counts, facets, variants, categories and stock cost nothing unless selected", async () => {
    const statements = await shop.statements(async () => {
      await shop.ask(
        "{ products(first: 100) { nodes { id slug name tags price { amount } priceRange { min { amount } } inStock viewerCanEdit owner { id } } pageInfo { endCursor } } }",
      );
    });
    expect(statements).toHaveLength(1);
  });

  test("any number of representations of each entity by each key are read in one statement a key", async () => {
    const { data } = await shop.ask(
      "{ products(first: 100) { nodes { id slug owner { id } variants { id sku } categories { id slug } } } }",
    );
    type Node = {
      id: string;
      slug: string;
      owner: { id: string };
      variants: { id: string; sku: string }[];
      categories: { id: string; slug: string }[];
    };
    const nodes: Node[] = data.products.nodes;
    const representations = nodes.flatMap(({ id, slug, owner: { id: ownerId }, variants, categories }) => [
      { __typename: "Product", id },
      { __typename: "Product", slug },
      ...variants.flatMap((variant) => [
        { __typename: "ProductVariant", id: variant.id },
        { __typename: "ProductVariant", sku: variant.sku },
      ]),
      ...categories.flatMap((category) => [
        { __typename: "Category", id: category.id },
        { __typename: "Category", slug: category.slug },
      ]),
      { __typename: "User", id: ownerId },
      { __typename: "Product", id: newId() },
      { __typename: "ProductVariant", id: "malformed" },
    ]);
    const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      __typename ... on Product { name } ... on ProductVariant { name } ... on Category { name } ... on User { id } } }`;
    const ask = (some: typeof representations) => async () => {
      const response = await shop.ask(entities, { representations: some });
      expect(response.errors).toEqual([]);
      expect(response.data._entities).toHaveLength(some.length);
    };
    expect(await shop.statements(ask(representations))).toHaveLength(6);
    const many = Array.from({ length: 3_000 }, () => ({ __typename: "Product", id: newId() as string }));
    expect(await shop.statements(ask([...representations, ...many] as typeof representations))).toHaveLength(6);
  });
});
