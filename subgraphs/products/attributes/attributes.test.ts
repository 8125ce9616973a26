import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import { settleProducts } from "../testing/settle-products.ts";
import { stockFaults } from "../testing/stock.ts";
import { admin, createTestProduct, openProducts, seller, type TestProducts } from "../testing/test-products.ts";
import { parseNumber } from "./attribute-values.ts";

let shop: TestProducts;

beforeAll(async () => {
  shop = await openProducts();
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const payload = `attribute { id code name kind unit isFilterable choices { code name swatch } } userErrors { code field }`;
const shown = `attributes { attribute { code } choices { code } text number boolean }`;

async function change(name: "attributeCreate" | "attributeUpdate", input: Record<string, unknown>) {
  const type = name === "attributeCreate" ? "AttributeInput" : "AttributeUpdateInput";
  const { data, errors } = await shop.ask(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${payload} } }`,
    { input },
    admin(),
  );
  expect(errors).toEqual([]);
  return data[name];
}

async function setAttributes(id: string, attributes: unknown, caller = admin()) {
  const { data } = await shop.ask(
    `mutation ($id: ID!, $input: ProductUpdateInput!) { productUpdate(id: $id, input: $input) { product { ${shown} version } userErrors { code field } } }`,
    { id, input: { attributes } },
    caller,
  );
  return data.productUpdate;
}

test("an attribute is created with its choices in order, changed by code, and deleted with the values that products have", async () => {
  const choices = [
    { code: "wool", name: "Wool" },
    { code: "cotton", name: "Cotton", swatch: "#fafafa" },
  ];
  const made = await change("attributeCreate", { code: "material", name: "Material", kind: "CHOICE", choices });
  expect(made).toMatchObject({
    attribute: {
      code: "material",
      kind: "CHOICE",
      isFilterable: true,
      choices: [{ code: "wool" }, { code: "cotton" }],
    },
    userErrors: [],
  });
  const { id } = made.attribute;
  const changed = await change("attributeUpdate", {
    id,
    name: "Fabric",
    choices: [
      { code: "linen", name: "Linen" },
      { code: "wool", name: "Merino", swatch: "ivory" },
    ],
  });
  expect(changed.attribute).toMatchObject({
    name: "Fabric",
    choices: [
      { code: "wool", name: "Merino", swatch: "ivory" },
      { code: "cotton", name: "Cotton" },
      { code: "linen", name: "Linen" },
    ],
  });
  const product = await createTestProduct(shop, {
    name: "Shawl",
    attributes: [{ code: "material", choices: ["linen", "wool", "wool"] }],
  });
  const read = async () =>
    (await shop.ask(`query ($id: ID!) { product(id: $id) { ${shown} } }`, { id: product.id })).data;
  expect((await read()).product.attributes).toEqual([
    {
      attribute: { code: "material" },
      choices: [{ code: "wool" }, { code: "linen" }],
      text: null,
      number: null,
      boolean: null,
    },
  ]);
  expect(await stockFaults(shop.database.db)).toEqual([]);
  const { data } = await shop.ask(
    `mutation ($id: ID!) { attributeDelete(id: $id) { attribute { code choices { code } } userErrors { code } } again: attributeDelete(id: $id) { userErrors { code field } } }`,
    { id },
    admin(),
  );
  expect(data).toMatchObject({
    attributeDelete: { attribute: { code: "material", choices: [{}, {}, {}] }, userErrors: [] },
    again: { userErrors: [{ code: "NOT_FOUND", field: ["id"] }] },
  });
  expect((await read()).product.attributes).toEqual([]);
  await settleProducts(shop.database.db);
  expect(await stockFaults(shop.database.db)).toEqual([]);
});

test("an attribute that is not valid is refused with every problem named", async () => {
  await change("attributeCreate", { code: "taken", name: "Taken", kind: "TEXT" });
  const refusals: [Record<string, unknown>, string[]][] = [
    [{ code: "taken", name: "Other", kind: "TEXT" }, ["ALREADY_EXISTS code"]],
    [{ code: "Not A Code", name: "", kind: "TEXT" }, ["VALIDATION_FAILED code", "VALIDATION_FAILED name"]],
    [
      { code: "odd", name: "Odd", kind: "BOOLEAN", unit: "cm", choices: [{ code: "a", name: "A" }] },
      ["VALIDATION_FAILED unit", "VALIDATION_FAILED choices"],
    ],
    [
      {
        code: "twice",
        name: "Twice",
        kind: "CHOICE",
        choices: [1, 2].map(() => ({ code: "a", name: "A", swatch: "url(x)" })),
      },
      ["VALIDATION_FAILED choices.0.swatch", "VALIDATION_FAILED choices.1.swatch", "VALIDATION_FAILED choices.1.code"],
    ],
  ];
  for (const [input, problems] of refusals) {
    const { attribute, userErrors } = await change("attributeCreate", input);
    expect(attribute).toBeNull();
    expect(
      userErrors.map(({ code, field }: { code: string; field: string[] }) => `${code} ${field.join(".")}`),
    ).toEqual(expect.arrayContaining(problems.slice(0, 2)));
  }
  const note = await change("attributeCreate", { code: "note", name: "Note", kind: "TEXT", isFilterable: true });
  expect(note.attribute.isFilterable).toBe(false);
  expect(
    (await change("attributeUpdate", { id: note.attribute.id, isFilterable: true, unit: "kg" })).userErrors,
  ).toEqual([
    { code: "VALIDATION_FAILED", field: ["unit"] },
    { code: "VALIDATION_FAILED", field: ["isFilterable"] },
  ]);
  for (const id of [newId(), "nonsense"]) {
    expect((await change("attributeUpdate", { id, name: "X" })).userErrors).toEqual([
      { code: "NOT_FOUND", field: ["id"] },
    ]);
  }
});

test("a product's values are replaced together, each of its attribute's kind, and all problems are named", async () => {
  await change("attributeCreate", { code: "size", name: "Size", kind: "NUMBER", unit: "cm" });
  await change("attributeCreate", { code: "vegan", name: "Vegan", kind: "BOOLEAN" });
  await change("attributeCreate", { code: "care", name: "Care", kind: "TEXT" });
  const { id, version } = await createTestProduct(shop, {
    name: "Bag",
    attributes: [
      { code: "size", number: "030.50" },
      { code: "vegan", boolean: false },
      { code: "care", text: "Wipe clean" },
    ],
  });
  const unchanged = await setAttributes(id, [
    { code: "size", text: "big" },
    { code: "unknown", boolean: true },
    { code: "vegan", boolean: true, text: "yes" },
  ]);
  expect(unchanged).toEqual({ product: null, userErrors: [{ code: "VALIDATION_FAILED", field: ["attributes", "2"] }] });
  expect(
    (
      await setAttributes(id, [
        { code: "size", text: "big" },
        { code: "unknown", boolean: true },
      ])
    ).userErrors,
  ).toEqual([
    { code: "VALIDATION_FAILED", field: ["attributes", "0", "text"] },
    { code: "VALIDATION_FAILED", field: ["attributes", "1", "code"] },
  ]);
  const value = { choices: null, text: null, number: null, boolean: null };
  const { product } = await setAttributes(id, [
    { code: "vegan", boolean: true },
    { code: "size", number: "-0.250" },
  ]);
  expect(product).toEqual({
    version: version + 1,
    attributes: [
      { ...value, attribute: { code: "size" }, number: "-0.25" },
      { ...value, attribute: { code: "vegan" }, boolean: true },
    ],
  });
  expect((await setAttributes(id, [], seller())).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
  expect((await setAttributes(id, null)).product.attributes).toEqual([]);
  expect(await stockFaults(shop.database.db)).toEqual([]);
});

test("numbers are exact and have one form", () => {
  expect(["1", "01.50", "+3", "-0.00", "123456789012.123456", "1.1234560"].map(parseNumber)).toEqual([
    "1",
    "1.5",
    "3",
    "0",
    "123456789012.123456",
    "1.123456",
  ]);
  for (const text of ["", ".5", "1e3", "1234567890123", "0.1234567", "1,5", "NaN", " 1", "1 "])
    expect(parseNumber(text)).toBeUndefined();
});
