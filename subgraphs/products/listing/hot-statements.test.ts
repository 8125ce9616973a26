import { expect, test } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import { createTestProduct, openProducts, ordersService } from "../testing/test-products.ts";

const list = `query ($first: Int, $filter: ProductFilter) { products(first: $first, filter: $filter) { totalCount nodes {
  id slug name imageUrl variants { id sku price { amount } quantityAvailable } categories { name } } } }`;
const search = `query ($search: String, $first: Int) { products(search: $search, first: $first) {
  totalCount nodes { id name } facets { categories { value count } tags { value count } priceRange { min { amount } } inStock } } }`;
const detail = `query ($slug: String) { product(slug: $slug) { id name description variants { id name sku options { name value } quantityAvailable } } }`;
const lines = `query ($lines: [OrderableLineInput!]!) { orderableVariants(lines: $lines) { variant { id price { amount } } } }`;

test("hot reads send the same texts whatever the values and however many, so that each is prepared once", async () => {
  await using products = await openProducts();
  const made: Awaited<ReturnType<typeof createTestProduct>>[] = [];
  for (let count = 1; count <= 12; count += 1) {
    made.push(await createTestProduct(products, { name: `Desk ${count}`, tags: [`tag${count}`], stock: count }));
  }
  const slugs = made.map(({ slug }) => slug);
  const lineOf = ({ id, variants: [variant] }: (typeof made)[number]) => ({ productId: id, variantId: variant?.id });
  const hot: Readonly<Record<string, () => Promise<unknown>>> = {
    list: () => products.ask(list, { first: 2, filter: { price: { max: "10.00" }, tags: ["tag1"] } }),
    search: () => products.ask(search, { search: "desk", first: 2 }),
    detail: () => products.ask(detail, { slug: slugs[0] }),
    lines: () => products.ask(lines, { lines: made.slice(0, 1).map(lineOf) }, ordersService),
  };
  const again: typeof hot = {
    list: () => products.ask(list, { first: 12, filter: { price: { max: "99.00" }, tags: ["tag2", "tag3", "tag4"] } }),
    search: () => products.ask(search, { search: "desk 7", first: 12 }),
    detail: () => products.ask(detail, { slug: slugs[5] }),
    lines: () => products.ask(lines, { lines: [...made.map(lineOf), { productId: newId() }] }, ordersService),
  };
  for (const [name, ask] of Object.entries(hot)) {
    const known = new Set(await products.statements(ask));
    const texts = await products.statements(again[name] ?? ask);
    expect(
      texts.filter((text) => !known.has(text)),
      name,
    ).toEqual([]);
  }
});

test("a page sends one statement with its variants and stock, one for its count, and a search one for everything besides its words", async () => {
  await using products = await openProducts();
  const { id, slug } = await createTestProduct(products, { name: "Desk", tags: ["wood"], stock: 3 });
  const cost = async (query: string, variables: Record<string, unknown>) =>
    (await products.statements(() => products.ask(query, variables))).length;
  expect(await cost(list, { first: 2 })).toBe(2);
  expect(await cost(list, { first: 2, filter: { price: { max: "99.00" }, tags: ["wood"] } })).toBe(2);
  expect(await cost(detail, { slug })).toBe(1);
  expect(await cost("query ($id: ID) { product(id: $id) { id variants { inStock } } }", { id })).toBe(1);
  expect(await cost(search, { search: "desk", first: 2 })).toBe(2);
  const everything = `query ($filter: ProductFilter) { products(search: "desk", filter: $filter) {
    totalCount nodes { id variants { quantityAvailable } }
    facets { categories { value } tags { value } priceRange { min { amount } } inStock options { name } } } }`;
  expect(await cost(everything, {})).toBe(2);
  // Each facet leaves out its own filter, in the same statement.
  expect(await cost(everything, { filter: { tags: ["wood"], price: { min: "1.00" }, inStock: true } })).toBe(2);
  // The ids of a category are found by a statement of their own, and the counts of the list are one.
  const shelf = `query ($filter: ProductFilter) { products(filter: $filter) {
    totalCount nodes { id } facets { categories { value } tags { value } inStock } } }`;
  expect(await cost(shelf, { filter: { categories: ["none"] } })).toBe(3);
});
