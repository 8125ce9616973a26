import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultMarketId } from "#platform/shop/market.ts";
import { stockFaults } from "../testing/stock.ts";
import {
  admin,
  createTestProduct,
  openProducts,
  ordersService,
  seller,
  type TestProducts,
} from "../testing/test-products.ts";

let shop: TestProducts;

beforeAll(async () => {
  shop = await openProducts();
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

type Texts = { name?: string | null; description?: string | null; options?: unknown };

async function translate(productId: string, language: string, texts: Texts, caller = admin()) {
  const { data, errors } = await shop.ask(
    `mutation ($input: ProductTranslationInput!) { productTranslationSet(input: $input) { product { id } userErrors { code field } } }`,
    { input: { productId, language, ...texts } },
    caller,
  );
  expect(errors).toEqual([]);
  return data.productTranslationSet.userErrors;
}

async function search(text: string, language?: string): Promise<string[]> {
  const { data, errors } = await shop.ask(
    `query ($text: String!, $language: LanguageCode) {
      products(search: $text, language: $language) { totalCount facets { inStock categories { value } } nodes { name } } }`,
    { text, language },
  );
  expect(errors).toEqual([]);
  expect(data.products.totalCount).toBe(data.products.nodes.length);
  return data.products.nodes.map(({ name }: { name: string }) => name).toSorted();
}

async function suggest(prefix: string, language?: string): Promise<string[]> {
  const { data } = await shop.ask(
    `query ($prefix: String!, $language: LanguageCode) { productSuggestions(prefix: $prefix, language: $language) { name } }`,
    { prefix, language },
  );
  return data.productSuggestions.map(({ name }: { name: string }) => name);
}

test("German, French and Japanese searches find what their texts say, however the words are inflected", async () => {
  const coat = await createTestProduct(shop, { name: "Winter Coat", description: "Keeps you warm." });
  const horse = await createTestProduct(shop, { name: "Rocking Horse", description: "Made of beech." });
  expect(await search("Mäntel", "de")).toEqual([]);
  expect(await translate(coat.id, "de", { name: "Wintermäntel", description: "Warme Häuser für kalte Tage." })).toEqual(
    [],
  );
  await translate(horse.id, "fr", { name: "Cheval à bascule", description: "De beaux chevaux fabriqués en hêtre." });
  await translate(horse.id, "ja", { name: "木馬", description: "無垢のブナ材で作られた揺り木馬です。" });

  // Endings and accents do not matter, and words of another language's rules stay whole.
  for (const text of ["wintermantel", "Wintermänteln", "haus", "warm", "warmer tag"]) {
    expect(await search(text, "de"), text).toEqual(["Winter Coat"]);
  }
  for (const text of ["cheval", "beau cheval", "fabrique", "hetre"]) {
    expect(await search(text, "fr"), text).toEqual(["Rocking Horse"]);
  }
  for (const text of ["木馬", "揺り", "ブナ材", "馬"])
    expect(await search(text, "ja"), text).toEqual(["Rocking Horse"]);

  // A product shows its German texts in German, and is not found there by what it would show elsewhere.
  expect(await search("coat", "de")).toEqual([]);
  expect(await search("coat")).toEqual(["Winter Coat"]);
  expect(await search("häuser")).toEqual([]);
  // What is not translated is found by its stored texts.
  expect(await search("rocking", "de")).toEqual(["Rocking Horse"]);
  // de-AT falls back to de.
  expect(await search("haus", "de-AT")).toEqual(["Winter Coat"]);
  // Typing errors are forgiven in each language.
  expect(await search("wintermantle", "de")).toEqual(["Winter Coat"]);
  expect(await search("bascuel", "fr")).toEqual(["Rocking Horse"]);
  expect(await stockFaults(shop.database.db)).toEqual([]);
});

test("suggestions complete what is typed in a language", async () => {
  const { id } = await createTestProduct(shop, { name: "Umbrella" });
  await createTestProduct(shop, { name: "Regent Hat" });
  await translate(id, "de", { name: "Regenschirm" });
  expect(await suggest("rege", "de")).toEqual(["Umbrella", "Regent Hat"]);
  expect((await suggest("regens", "de"))[0]).toBe("Umbrella");
  expect(await suggest("regenshcirm", "de")).toContain("Umbrella");
  expect(await suggest("umbr", "de")).toEqual([]);
  expect(await suggest("umbr")).toEqual(["Umbrella"]);
  expect(await suggest("rege")).toEqual(["Regent Hat"]);
});

test("a text falls back from a region to its language, to the shop's language, and to what is stored", async () => {
  const { id } = await createTestProduct(shop, { name: "Lamp", description: "Bright." });
  await translate(id, "pt", { name: "Candeeiro" });
  await translate(id, "pt-BR", { description: "Brilhante." });
  await translate(id, "nl", { name: "Lamp (nl)", description: "Helder." });
  const read = async (language: string) => {
    const { data } = await shop.ask(
      `query ($id: ID!, $language: LanguageCode) { product(id: $id) { name(language: $language) description(language: $language) } }`,
      { id, language },
    );
    return [data.product.name, data.product.description];
  };
  expect(await read("pt-BR")).toEqual(["Candeeiro", "Brilhante."]);
  expect(await read("pt")).toEqual(["Candeeiro", "Bright."]);
  expect(await read("fr")).toEqual(["Lamp", "Bright."]);
  const { db } = shop.database;
  await db.execute(sql`update markets set languages = '{nl,en}' where id = ${defaultMarketId}::uuid`);
  expect(await read("fr")).toEqual(["Lamp (nl)", "Helder."]);
  expect(await read("pt-BR")).toEqual(["Candeeiro", "Brilhante."]);
  expect(await search("helder", "fr")).toEqual(["Lamp"]);
  await db.execute(sql`update markets set languages = '{en}' where id = ${defaultMarketId}::uuid`);
  const { errors } = await shop.ask(`query ($id: ID!) { product(id: $id) { name(language: "not a language") } }`, {
    id,
  });
  expect(errors[0]?.extensions?.code).toBe("BAD_USER_INPUT");
});

test("a translation follows the product, and is gone once it is removed", async () => {
  const { id, variants } = await createTestProduct(shop, {
    name: "Shirt",
    price: null,
    stock: null,
    variants: [{ price: { amount: "9" }, stock: 1, options: [{ name: "Colour", value: "Blue" }] }],
  });
  const options = [
    { name: "Colour", translatedName: "Farbe", values: [{ value: "Blue", translatedValue: "Himmelblau" }] },
  ];
  expect(await translate(id, "de", { name: "Oberhemd", options }, seller())).toMatchObject([
    { code: "NOT_FOUND", field: ["productId"] },
  ]);
  expect(await translate(id, "nonsense!", { name: "", options: [] })).toEqual(
    ["language", "name"].map((field) => ({ code: "VALIDATION_FAILED", field: [field] })),
  );
  expect(
    await translate(id, "de", { options: [{ name: "Size" }, { name: "Colour", values: [{ value: "Red" }] }] }),
  ).toEqual([
    { code: "VALIDATION_FAILED", field: ["options", "0", "name"] },
    { code: "VALIDATION_FAILED", field: ["options", "1", "values", "0", "value"] },
  ]);
  expect(await translate(id, "de", { name: "Oberhemd", options })).toEqual([]);
  const read = async () => {
    const { data } = await shop.ask(
      `query ($id: ID!) { product(id: $id) { name(language: "de") options { name(language: "de") values(language: "de") stored: values } } }`,
      { id },
    );
    return data.product;
  };
  expect(await read()).toEqual({
    name: "Oberhemd",
    options: [{ name: "Farbe", values: ["Himmelblau"], stored: ["Blue"] }],
  });
  expect(await search("himmelblau", "de")).toEqual(["Shirt"]);
  await shop.ask(
    `mutation ($id: ID!) { productVariantUpdate(id: $id, input: { options: [{ name: "Colour", value: "Green" }] }) { userErrors { code } } }`,
    { id: variants[0]?.id },
    admin(),
  );
  expect(await search("himmelblau", "de")).toEqual([]);
  expect(await search("green", "de")).toEqual(["Shirt"]);
  await shop.ask(
    `mutation ($id: ID!) { productUpdate(id: $id, input: { status: DRAFT }) { userErrors { code } } }`,
    { id },
    admin(),
  );
  expect(await search("oberhemd", "de")).toEqual([]);
  await shop.ask(
    `mutation ($id: ID!) { productUpdate(id: $id, input: { status: ACTIVE }) { userErrors { code } } }`,
    { id },
    admin(),
  );
  expect(await search("oberhemden", "de")).toEqual(["Shirt"]);
  expect(await translate(id, "de", { name: null, options: null })).toEqual([]);
  expect(await search("oberhemd", "de")).toEqual([]);
  expect(await search("shirt", "de")).toEqual(["Shirt"]);
  expect(
    (await shop.database.db.execute(sql`select from product_translations where product_id = ${id}::uuid`)).length,
  ).toBe(0);
});

test("categories, attributes and their choices show their names in a language, in facets too", async () => {
  const ask = async (document: string, variables: Record<string, unknown>) =>
    (await shop.ask(document, variables, admin())).data;
  const made = await ask(
    `mutation { categoryCreate(input: { name: "Chairs" }) { category { id } }
      attributeCreate(input: { code: "wood", name: "Wood", kind: CHOICE, choices: [{ code: "oak", name: "Oak" }] }) { attribute { id } } }`,
    {},
  );
  await createTestProduct(shop, {
    name: "Stool",
    categories: ["chairs"],
    attributes: [{ code: "wood", choices: ["oak"] }],
  });
  const set = await ask(
    `mutation ($category: CategoryTranslationInput!, $attribute: AttributeTranslationInput!, $wrong: AttributeTranslationInput!) {
      categoryTranslationSet(input: $category) { category { name(language: "de-CH") } userErrors { code } }
      attributeTranslationSet(input: $attribute) { attribute { name(language: "de") choices { name(language: "de") stored: name } } userErrors { code } }
      wrong: attributeTranslationSet(input: $wrong) { userErrors { code field } } }`,
    {
      category: { categoryId: made.categoryCreate.category.id, language: "de", name: "Stühle" },
      attribute: {
        attributeId: made.attributeCreate.attribute.id,
        language: "DE",
        name: "Holz",
        choices: [{ code: "oak", name: "Eiche" }],
      },
      wrong: {
        attributeId: made.attributeCreate.attribute.id,
        language: "de",
        choices: [{ code: "elm", name: "Ulme" }],
      },
    },
  );
  expect(set).toEqual({
    categoryTranslationSet: { category: { name: "Stühle" }, userErrors: [] },
    attributeTranslationSet: {
      attribute: { name: "Holz", choices: [{ name: "Eiche", stored: "Oak" }] },
      userErrors: [],
    },
    wrong: { userErrors: [{ code: "VALIDATION_FAILED", field: ["choices", "0", "code"] }] },
  });
  const { products } = await ask(
    `{ products(search: "stool") { facets { categories { label(language: "de") } attributes { attribute { name(language: "de") } values { value label(language: "de") } } } } }`,
    {},
  );
  expect(products.facets).toEqual({
    categories: [{ label: "Stühle" }],
    attributes: [{ attribute: { name: "Holz" }, values: [{ value: "oak", label: "Eiche" }] }],
  });
});

test("a text of an attribute is shown in a language, and as it is stored where it is not translated", async () => {
  await shop.ask(
    `mutation { care: attributeCreate(input: { code: "care", name: "Care", kind: TEXT, isFilterable: false }) { attribute { id } }
      wide: attributeCreate(input: { code: "wide", name: "Wide", kind: BOOLEAN }) { attribute { id } } }`,
    {},
    admin(),
  );
  const { id } = await createTestProduct(shop, {
    name: "Scarf",
    attributes: [
      { code: "care", text: "Wash by hand." },
      { code: "wide", boolean: true },
    ],
  });
  const set = async (attributes: unknown) => {
    const { data } = await shop.ask(
      `mutation ($input: ProductTranslationInput!) { productTranslationSet(input: $input) { userErrors { code field } } }`,
      { input: { productId: id, language: "de", attributes } },
      admin(),
    );
    return data.productTranslationSet.userErrors;
  };
  const read = async () => {
    const { data } = await shop.ask(
      `query ($id: ID!) { product(id: $id) { attributes { stored: text de: text(language: "de-CH") fr: text(language: "fr") } } }`,
      { id },
    );
    return data.product.attributes[0];
  };
  const field = (index: string, name: string) => ({ code: "VALIDATION_FAILED", field: ["attributes", index, name] });
  expect(await set([{ code: "wide", text: "breit" }])).toEqual([field("0", "code")]);
  expect(await set([{ code: "care", text: "" }])).toEqual([field("0", "text")]);
  const twice = [
    { code: "care", text: "Handwäsche." },
    { code: "care", text: "Kalt waschen." },
  ];
  expect(await set(twice)).toEqual([field("1", "code")]);
  expect(await set(twice.slice(0, 1))).toEqual([]);
  expect(await set([])).toEqual([]);
  expect(await read()).toEqual({ stored: "Wash by hand.", de: "Handwäsche.", fr: "Wash by hand." });
  expect(await set([{ code: "care", text: null }])).toEqual([]);
  expect(await read()).toEqual({ stored: "Wash by hand.", de: "Wash by hand.", fr: "Wash by hand." });
});

test("what carts and orders copy is in the buyer's language", async () => {
  const { id } = await createTestProduct(shop, {
    name: "Cap",
    price: null,
    stock: null,
    variants: [{ price: { amount: "9" }, stock: 1, options: [{ name: "Colour", value: "Blue" }] }],
  });
  await translate(id, "de", {
    name: "Mütze",
    options: [{ name: "Colour", values: [{ value: "Blue", translatedValue: "Blau" }] }],
  });
  const names = async (language: string | null) => {
    const { data } = await shop.ask(
      `query ($id: ID!, $language: LanguageCode) { orderableVariants(lines: [{ productId: $id }], language: $language) { variant { productName variantName } } }`,
      { id, language },
      ordersService,
    );
    return data.orderableVariants[0].variant;
  };
  expect(await names("de-AT")).toEqual({ productName: "Mütze", variantName: "Blau" });
  expect(await names("fr")).toEqual({ productName: "Cap", variantName: "Blue" });
  expect(await names(null)).toEqual({ productName: "Cap", variantName: "Blue" });
});
