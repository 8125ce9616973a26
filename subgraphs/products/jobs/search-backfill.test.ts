import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { admin, createTestProduct, openProducts, type TestProducts } from "../testing/test-products.ts";
import { backfillSearchIndex } from "./search-backfill.ts";

let shop: TestProducts;

beforeAll(async () => {
  shop = await openProducts({}, { sweeps: false });
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

test("stored texts are found by the rules of the default market's first language, and all the while when it changes", async () => {
  const { db } = shop.database;
  const speak = (languages: string) =>
    db.execute(sql`update markets set languages = ${languages}::text[] where id = default_market_id()`);
  const settle = async () => {
    // Two sweeps: writers must know of the new language before products are added in it.
    await backfillSearchIndex(db);
    while (await backfillSearchIndex(db));
  };
  const dropOldRows = async () => {
    await db.execute(sql`update search_index_backfill set completed_at = completed_at - interval '2 minutes'`);
    while (await backfillSearchIndex(db));
  };
  // What is excluded is not corrected, so that only the language's own rules find another form of the word.
  const has = async (name: string, word: string) => (await search(`${name} -${word}`)).length === 0;
  await createTestProduct(shop, { name: "Gartenhaus", description: "Bunte Häuser für Kinder." }, admin());
  await createTestProduct(shop, { name: "Bascule", description: "De beaux chevaux en hêtre." }, admin());
  await createTestProduct(shop, { name: "木馬", description: "無垢のブナ材で作られた揺り木馬です。" }, admin());
  expect([await has("gartenhaus", "bunter"), await has("bascule", "cheval")]).toEqual([false, false]);
  expect(await search("揺り")).toEqual(["木馬"]);

  await speak("{de-AT,en}");
  await backfillSearchIndex(db);
  // Written by its trigger meanwhile, in both languages.
  const { id } = await createTestProduct(shop, { name: "Vogelhaus", description: "Mit bunten Dächern." }, admin());
  expect(await search("Häuser")).toEqual(["Gartenhaus"]);
  await settle();
  expect([await has("gartenhaus", "bunter"), await has("bascule", "cheval")]).toEqual([true, false]);
  expect([await has("vogelhaus", "bunter"), await has("vogelhaus", "dach")]).toEqual([true, true]);
  expect(await search("vogelhuas")).toEqual(["Vogelhaus"]);
  expect(await search("揺り")).toEqual(["木馬"]);
  const { data } = await shop.ask(`{ productSuggestions(prefix: "häus") { name } }`);
  expect(data.productSuggestions).toEqual([{ name: "Gartenhaus" }]);
  await shop.ask(
    `mutation ($id: ID!) { productUpdate(id: $id, input: { description: "Mit roten Türen." }) { userErrors { code } } }`,
    { id },
    admin(),
  );
  expect([await has("vogelhaus", "tür"), await has("vogelhaus", "dach")]).toEqual([true, false]);

  // Rows of the language before are deleted once no search can be reading them.
  const languages = async () =>
    (await db.execute<{ language: string }>(sql`select distinct language from search_index order by 1`)).map(
      ({ language }) => language,
    );
  expect(await languages()).toEqual(["de", "en"]);
  await dropOldRows();
  expect(await languages()).toEqual(["de"]);

  await speak("{fr}");
  await settle();
  expect(await has("bascule", "cheval")).toBe(true);
  await dropOldRows();
  await speak("{ja}");
  await settle();
  expect([await search("揺り"), await search("ブナ材")]).toEqual([["木馬"], ["木馬"]]);
});
