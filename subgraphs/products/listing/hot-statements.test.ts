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
