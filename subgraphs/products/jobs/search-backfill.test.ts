import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { admin, createTestProduct, openProducts, type TestProducts } from "../testing/test-products.ts";
import { backfillSearchIndex } from "./search-backfill.ts";

let shop: TestProducts;

beforeAll(async () => {
  shop = await openProducts();
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

async function search(text: string): Promise<string[]> {
  const { data, errors } = await shop.ask(
    `query ($text: String!) { products(search: $text, sort: { key: NAME }) { totalCount facets { tags { value } } nodes { name } } }`,
    { text },
  );
  expect(errors).toEqual([]);
  expect(data.products.totalCount).toBe(data.products.nodes.length);
  return data.products.nodes.map(({ name }: { name: string }) => name);
}

test("products from before the index are found all the time, and by the index once it has all of them", async () => {
  const { db } = shop.database;
  for (let index = 0; index < 5; index += 1) {
    await createTestProduct(shop, { name: `Old lamp/light ${index}`, sku: `OLD-${index}X` }, admin());
  }
  await db.execute(sql`truncate search_index`);
  await db.execute(sql`update search_index_backfill set completed_at = null, last_product_id = null`);
  expect(await search("old")).toHaveLength(5);
  // Written meanwhile: one by its trigger, and one that the backfill then finds in the index already.
  const { id } = await createTestProduct(shop, { name: "New lamp" }, admin());
  await shop.ask(
    `mutation ($id: ID!) { productUpdate(id: $id, input: { name: "Newer lamp" }) { userErrors { code } } }`,
    { id },
    admin(),
  );
  expect(await search("lamp")).toContain("Newer lamp");
  const rows = () => db.execute(sql`select from search_index`);
  expect((await rows()).length).toBe(1);
  while (await backfillSearchIndex(db));
  expect((await rows()).length).toBe(6);
  expect(await search("light")).toHaveLength(5);
  expect(await search("old-3x")).toEqual(["Old lamp/light 3"]);
  expect(await search("newer")).toEqual(["Newer lamp"]);
  expect(await search("new")).toEqual([]);
  expect(await backfillSearchIndex(db)).toBe(false);
});
