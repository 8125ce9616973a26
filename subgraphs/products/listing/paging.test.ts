import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import { createTiedProducts, type Edge, ids, list, listed } from "../testing/product-list.ts";
import { createTestProduct, openProducts, seller, type TestProducts } from "../testing/test-products.ts";

let shop: TestProducts;
const owner = seller();

beforeAll(async () => {
  shop = await openProducts();
  await createTiedProducts(shop, owner.id);
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

describe("paging", () => {
  const sorts = ["NAME", "PRICE", "CREATED_AT", "RELEVANCE"].flatMap((key) =>
    ["ASC", "DESC"].map((direction) => ({ key, direction })),
  );

  test.each(sorts)(
    "walking by $key $direction, forward and backward, gives each product once in one order",
    async (sort) => {
      const search = sort.key === "RELEVANCE" ? "pie OR banana" : null;
      const whole = (await list(shop, { sort, search, first: 100 })).edges;
      expect(whole.length).toBeGreaterThan(10);
      for (const size of [2, 7]) {
        const forward: Edge[] = [];
        let after: unknown = null;
        for (let more: unknown = true; more; ) {
          const page = await list(shop, { sort, search, first: size, after });
          forward.push(...page.edges);
          expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
          after = page.pageInfo.endCursor;
          more = page.pageInfo.hasNextPage;
        }
        expect(ids(forward)).toEqual(ids(whole));
        const backward: Edge[] = [];
        let before: unknown = null;
        for (let more: unknown = true; more; ) {
          const page = await list(shop, { sort, search, last: size, before });
          backward.unshift(...page.edges);
          before = page.pageInfo.startCursor;
          more = page.pageInfo.hasPreviousPage;
        }
        expect(ids(backward)).toEqual(ids(whole));
      }
    },
  );

  test.each(sorts.filter(({ key }) => key !== "RELEVANCE"))(
    "whatever labels are asked for, by $key $direction they give what the whole list has of them, in its order",
    async (sort) => {
      const whole = (await list(shop, { sort, first: 100 })).edges;
      const tagged = `query ($ids: [ID!]!) { products(filter: { ids: $ids }, first: 100) { nodes { id tags categories { slug } } } }`;
      const { data } = await shop.ask(tagged, { ids: ids(whole) });
      type Labelled = { id: string; tags: string[]; categories: { slug: string }[] };
      const labels = new Map<string, Labelled>(data.products.nodes.map((node: Labelled) => [node.id, node]));
      for (const filter of [
        { categories: ["garden"] },
        { categories: ["garden", "kitchen"] },
        { tags: ["t1", "t3"] },
        { tags: ["all", "t1"], inStock: true },
        { tags: ["all"], categories: ["garden"] },
        { tags: ["all"], price: { min: "11", max: "13" } },
        { categories: ["kitchen"], inStock: false },
      ] as { categories?: string[]; tags?: string[]; inStock?: boolean; price?: { min: string; max: string } }[]) {
        const plain = new Set(
          ids((await list(shop, { filter: { ...filter, tags: [], categories: [] }, first: 100 })).edges),
        );
        const wanted = ids(whole).filter((id) => {
          const has = labels.get(id);
          const tagFits = filter.tags?.some((tag) => has?.tags.includes(tag)) ?? true;
          const categoryFits =
            filter.categories?.some((slug) => has?.categories.some((one) => one.slug === slug)) ?? true;
          return tagFits && categoryFits && plain.has(id);
        });
        const forward: string[] = [];
        for (let after: unknown = null, more: unknown = true; more; ) {
          const page = await list(shop, { sort, filter, first: 4, after });
          forward.push(...ids(page.edges));
          after = page.pageInfo.endCursor;
          more = page.pageInfo.hasNextPage;
        }
        const backward: string[] = [];
        for (let before: unknown = null, more: unknown = true; more; ) {
          const page = await list(shop, { sort, filter, last: 4, before });
          backward.unshift(...ids(page.edges));
          before = page.pageInfo.startCursor;
          more = page.pageInfo.hasPreviousPage;
        }
        expect([filter, forward]).toEqual([filter, wanted]);
        expect([filter, backward]).toEqual([filter, wanted]);
      }
    },
  );

  test("names and prices rise when asked to, whatever their case", async () => {
    const names = (await list(shop, { sort: { key: "NAME", direction: "ASC" }, first: 100 })).edges.map(({ node }) =>
      node.name.toLowerCase(),
    );
    expect(names).toEqual(names.toSorted());
    const prices = (await list(shop, { sort: { key: "PRICE", direction: "ASC" }, first: 100 })).edges.map(({ node }) =>
      Number(node.price.amount),
    );
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    expect(prices).toHaveLength(24);
    const yen = await list(shop, { sort: { key: "PRICE", direction: "ASC", currencyCode: "JPY" }, first: 100 });
    expect(yen.edges).toHaveLength(6);
  });

  test("products that come and go while a client pages make no other product appear twice or go missing", async () => {
    const sort = { key: "NAME", direction: "ASC" };
    const before = ids((await list(shop, { sort, first: 100 })).edges);
    const passing: string[] = [];
    const seen: string[] = [];
    let after: unknown = null;
    for (let more: unknown = true; more; ) {
      const page = await list(shop, { sort, first: 4, after });
      seen.push(...ids(page.edges));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
      const { id } = await createTestProduct(
        shop,
        { name: seen.length % 8 === 0 ? "Aaa comes before" : "Banana comes between" },
        owner,
      );
      passing.push(id);
    }
    expect(seen.filter((id) => !passing.includes(id))).toEqual(before);
    expect(new Set(seen).size).toBe(seen.length);
    for (const id of passing) {
      await shop.ask(`mutation ($id: ID!) { productDelete(id: $id) { deletedProductId } }`, { id }, owner);
    }
    expect(ids((await list(shop, { sort, first: 100 })).edges)).toEqual(before);
  });

  test("a malformed or foreign cursor and a page size out of bounds are the caller's mistake", async () => {
    const [edge] = (await list(shop, { first: 1, sort: { key: "NAME", direction: "ASC" } })).edges;
    const forged = (...values: unknown[]) => Buffer.from(JSON.stringify(values)).toString("base64url");
    for (const variables of [
      { first: 101 },
      { last: -1 },
      { first: 1, last: 1 },
      { after: "nonsense" },
      { after: edge?.cursor },
      { after: forged("products:created_at:desc", "yesterday", newId()) },
      { after: forged("products:created_at:desc", "2026-01-01 00:00:00+00", "nobody") },
      { after: forged("products:price:asc:USD", "1e99", newId()), sort: { key: "PRICE", direction: "ASC" } },
      { after: forged("products:relevance:desc", "much", newId()), search: "pie" },
      { sort: { key: "RELEVANCE" } },
      { sort: { key: "PRICE", currencyCode: "XXQ" } },
      { filter: { price: { min: "1.999" } } },
      { filter: { price: { min: "cheap" } } },
      { filter: { price: { min: "1", currencyCode: "nope" } } },
      { filter: { ids: Array.from({ length: 101 }, () => newId()) } },
      { search: "x".repeat(201) },
    ]) {
      const response = await shop.ask(listed, variables);
      expect([variables, response.errors.map(({ extensions }) => extensions?.code)]).toEqual([
        variables,
        ["BAD_USER_INPUT"],
      ]);
      expect(response.data.products).toBeNull();
    }
  });

  test("a name of 255 characters in any script pages like every other", async () => {
    const { id } = await createTestProduct(shop, { name: "椅".repeat(255) }, owner);
    const page = await list(shop, { sort: { key: "NAME", direction: "DESC" }, first: 1 });
    expect(ids(page.edges)).toEqual([id]);
    const next = await list(shop, {
      sort: { key: "NAME", direction: "DESC" },
      first: 1,
      after: page.pageInfo.endCursor,
    });
    expect(next.edges).toHaveLength(1);
    await shop.ask(`mutation ($id: ID!) { productDelete(id: $id) { deletedProductId } }`, { id }, owner);
  });
});
