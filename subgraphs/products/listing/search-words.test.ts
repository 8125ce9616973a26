import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admin, createTestProduct, openProducts, type TestProducts } from "../testing/test-products.ts";
import { parseSearchQuery } from "./search.ts";
import { parseClauses } from "./search-clauses.ts";

// What counts as a word, in what is sold as in what people type.

let shop: TestProducts;

const products: Record<string, unknown>[] = [
  { name: "Sonne/Mond Kissen" },
  { name: "USB-C/HDMI Adapter" },
  { name: "AC/DC Shirt" },
  { name: "iPhone 14/15/16 Case" },
  { name: "Windows-11" },
  { name: "COVID-19 Test" },
  { name: "Laser Jet printer" },
  { name: "Firmware v2.13.4-beta" },
  { name: "Scarf black/white" },
  { name: "White Rabbit" },
  { name: "한국어 교과서" },
  { name: "がんばれタオル" },
  { name: "無線イヤホン" },
  { name: "คู่มือภาษาไทย" },
  { name: "緑茶" },
  { name: "Mug with ❤️‍🔥" },
  { name: "Thumbs 👍🏽 sticker" },
  { name: "Flag 🇩🇪 small" },
  { name: "The Who" },
  { name: "Crème brûlée torch" },
  { name: "ΟΔΟΣ map" },
  { name: "हिन्दी किताब" },
  { name: "AT&T phone_case" },
  { name: "O’Reilly Wi-Fi" },
  { name: "Turkish tea", tags: ["İNDİRİM"] },
  {
    name: "Trousers",
    price: undefined,
    stock: undefined,
    variants: [
      {
        sku: "TRS-0815/BLU.x",
        barcode: "4006381333931",
        price: { amount: "1" },
        options: [{ name: "Colour", value: "Petrol-Blue" }],
      },
      { sku: "TRSGREEN", price: { amount: "1" }, options: [{ name: "Colour", value: "Chartreuse" }] },
    ],
  },
];

beforeAll(async () => {
  shop = await openProducts();
  for (const input of products) await createTestProduct(shop, input, admin());
}, 120_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

async function search(text: string): Promise<string[]> {
  const { data, errors } = await shop.ask(
    `query ($text: String!) { products(search: $text) { totalCount nodes { name } } }`,
    { text },
  );
  expect(errors).toEqual([]);
  expect(data.products.totalCount).toBe(data.products.nodes.length);
  return data.products.nodes.map(({ name }: { name: string }) => name);
}

async function suggest(prefix: string): Promise<string[]> {
  const { data, errors } = await shop.ask(`query ($prefix: String!) { productSuggestions(prefix: $prefix) { name } }`, {
    prefix,
  });
  expect(errors).toEqual([]);
  return data.productSuggestions.map(({ name }: { name: string }) => name);
}

const found: [text: string, name: string][] = [
  ["mond", "Sonne/Mond Kissen"],
  ["hdmi", "USB-C/HDMI Adapter"],
  ["usb-c", "USB-C/HDMI Adapter"],
  ["usbc", "USB-C/HDMI Adapter"],
  ["usb c hdmi", "USB-C/HDMI Adapter"],
  ["dc", "AC/DC Shirt"],
  ["acdc", "AC/DC Shirt"],
  ["ac/dc", "AC/DC Shirt"],
  ["iphone 16 case", "iPhone 14/15/16 Case"],
  ["windows 11", "Windows-11"],
  ["covid 19", "COVID-19 Test"],
  ["covid19", "COVID-19 Test"],
  ["laser-jet", "Laser Jet printer"],
  ["beta", "Firmware v2.13.4-beta"],
  ["v2.13.4-beta", "Firmware v2.13.4-beta"],
  ["black/white", "Scarf black/white"],
  ["한국어", "한국어 교과서"],
  ["がんばれ", "がんばれタオル"],
  ["がんばれ".normalize("NFD"), "がんばれタオル"],
  ["한국어".normalize("NFD"), "한국어 교과서"],
  ["イヤホン", "無線イヤホン"],
  ["無線", "無線イヤホン"],
  ["茶", "緑茶"],
  ["緑", "緑茶"],
  ["ภาษา", "คู่มือภาษาไทย"],
  ["❤️‍🔥", "Mug with ❤️‍🔥"],
  ["mug ❤‍🔥", "Mug with ❤️‍🔥"],
  ["👍", "Thumbs 👍🏽 sticker"],
  ["🇩🇪", "Flag 🇩🇪 small"],
  ["the who", "The Who"],
  ["creme brulee", "Crème brûlée torch"],
  ["οδός", "ΟΔΟΣ map"],
  ["हिन्दी", "हिन्दी किताब"],
  ["at&t", "AT&T phone_case"],
  ["phone case", "AT&T phone_case"],
  ["oreilly", "O’Reilly Wi-Fi"],
  ["o'reilly", "O’Reilly Wi-Fi"],
  ["wifi", "O’Reilly Wi-Fi"],
  ["indirim", "Turkish tea"],
  ["İNDİRİM", "Turkish tea"],
  ["TRS-0815/BLU.x", "Trousers"],
  ["trs-0815", "Trousers"],
  ["trsgreen", "Trousers"],
  ["4006381333931", "Trousers"],
  ["chartreuse", "Trousers"],
  ["petrol blue", "Trousers"],
  ["petrol-blue", "Trousers"],
];

describe("a search", () => {
  test.each(found)("for %s finds %s", async (text, name) => {
    expect(await search(text)).toContain(name);
  });

  test("for a part of a compound finds it whatever else there is", async () => {
    expect((await search("white")).toSorted()).toEqual(["Scarf black/white", "White Rabbit"]);
  });

  test("never fails on what people type", async () => {
    for (const text of [
      "-".repeat(33),
      `shirt ${"-".repeat(32)}`,
      "- ".repeat(60),
      `"${"-".repeat(40)}`,
      "OR OR OR",
      "shirt OR",
      "or -",
      '"""',
      '-""',
      "a".repeat(200),
      "👍".repeat(100),
      "a-".repeat(100),
      "/".repeat(200),
      "\u0301\u200d\ufe0f",
      "🏽",
      "\ud800",
      "\\':*&|!<->()",
      "1e10 2e5x 0x1F 12abc 2x4",
    ]) {
      await search(text);
      await suggest(text.slice(0, 100));
    }
    expect(await search(`shirt ${"-".repeat(32)}`)).toEqual(["AC/DC Shirt"]);
    expect(await search("shirt OR")).toEqual(["AC/DC Shirt"]);
  });

  test("for a code corrects nothing", async () => {
    expect(await search("trs-0816")).toEqual([]);
    expect(await search("4006381333932")).toEqual([]);
  });

  test("excludes compounds, scripts without spaces and emoji alike", async () => {
    expect(await search("adapter -usb-c")).toEqual([]);
    expect(await search("sticker -👍")).toEqual([]);
    expect(await search("flag -イヤホン")).toEqual(["Flag 🇩🇪 small"]);
  });

  test("follows a change of the product or of its variants", async () => {
    const { variants } = await createTestProduct(shop, { name: "Changing thing", sku: "OLD-SKU-1" }, admin());
    await shop.ask(
      `mutation ($id: ID!) { productVariantUpdate(id: $id, input: { sku: "NEW-SKU-2", barcode: "96385074" }) { userErrors { message } } }`,
      { id: variants[0]?.id },
      admin(),
    );
    expect(await search("old-sku-1")).toEqual([]);
    expect(await search("new-sku-2")).toEqual(["Changing thing"]);
    expect(await search("96385074")).toEqual(["Changing thing"]);
  });
});

const suggested: [prefix: string, name: string][] = [
  ["hdm", "USB-C/HDMI Adapter"],
  ["usb-c", "USB-C/HDMI Adapter"],
  ["usbc", "USB-C/HDMI Adapter"],
  ["dc", "AC/DC Shirt"],
  ["covid-1", "COVID-19 Test"],
  ["한국".normalize("NFD"), "한국어 교과서"],
  ["イヤ", "無線イヤホン"],
  ["茶", "緑茶"],
  ["ภา", "คู่มือภาษาไทย"],
  ["👍", "Thumbs 👍🏽 sticker"],
  ["trs-08", "Trousers"],
  ["40063", "Trousers"],
  ["chart", "Trousers"],
  ["indir", "Turkish tea"],
];

test.each(suggested)("%s suggests %s", async (prefix, name) => {
  expect(await suggest(prefix)).toContain(name);
});

test("a tag filter folds case as tags do", async () => {
  for (const tag of ["indirim", "İNDİRİM", "İndirim"]) {
    const { data } = await shop.ask(`query ($tag: String!) { products(filter: { tags: [$tag] }) { nodes { name } } }`, {
      tag,
    });
    expect(data.products.nodes).toEqual([{ name: "Turkish tea" }]);
  }
});

test("a category, a tag and a slug are found in any Unicode form", async () => {
  const name = "한국어 Crème";
  const input = { name, categories: [name], tags: [name] };
  const { slug } = await createTestProduct(shop, input, admin());
  for (const form of ["NFC", "NFD"]) {
    const typed = (text: string) => text.normalize(form);
    const { data, errors } = await shop.ask(
      `query ($category: String!, $tag: String!, $slug: String!) {
        byCategory: products(filter: { categories: [$category] }) { totalCount nodes { name } }
        byTag: products(filter: { tags: [$tag] }) { totalCount nodes { name } }
        product(slug: $slug) { name }
        category(slug: $category) { name } }`,
      { category: typed(slug), tag: typed(name), slug: typed(slug) },
    );
    expect(errors).toEqual([]);
    const list = { totalCount: 1, nodes: [{ name }] };
    expect(data).toEqual({ byCategory: list, byTag: list, product: { name }, category: { name } });
  }
});

test("a search is split into words, compounds, phrases, exclusions and alternatives", () => {
  const texts = (search: string) =>
    parseClauses(search).map(
      ({ text, isExcluded, startsGroup }) => `${startsGroup ? "or " : ""}${isExcluded ? "not " : ""}${text}`,
    );
  expect(texts('red -"big hat" OR usb-c')).toEqual(["red", "not big hat", "or usb-c"]);
  expect(texts("14/15 -a/b or - -- or")).toEqual(["14", "15", "not a/b", "or -", "--"]);
});

test("a search looks its words up, and does not read all words of the shop", async () => {
  const rows = await shop.database.db.transaction(async (tx) => {
    await tx.execute(sql`
      insert into search_words (word, stem) select 'made' || md5(n::text), 'made' || md5(n::text) from generate_series(1, 20000) n`);
    await tx.execute(sql`analyze search_words`);
    const countRead = async () => {
      const [read] = await tx.execute<{ rows: number }>(sql`
        select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables where relname = 'search_words'`);
      return read?.rows ?? Number.NaN;
    };
    const before = await countRead();
    await parseSearchQuery(tx, "white rabbit", []);
    return (await countRead()) - before;
  });
  expect(rows).toBeLessThan(100);
});
