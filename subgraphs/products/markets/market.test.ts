import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import { codes } from "../testing/change-product.ts";
import { changeMarket, createTestMarket } from "../testing/markets.ts";
import { createTestProduct, openProducts, ordersService, type TestProducts } from "../testing/test-products.ts";

let shop: TestProducts;

beforeAll(async () => {
  shop = await openProducts();
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const valid = {
  code: "eu",
  name: "EU",
  currencyCode: "EUR",
  countries: ["DE"],
  languages: ["de"],
  pricesIncludeTax: true,
};

test("every invalid field of a market is named at once", async () => {
  const payload = await changeMarket(shop, "marketCreate", {
    code: "E U",
    name: " ",
    currencyCode: "EURO",
    countries: ["DE", "XX", "de"],
    languages: ["de", "german", "DE"],
    pricesIncludeTax: true,
  });
  expect(payload.market).toBeNull();
  expect(codes(payload).sort()).toEqual([
    "VALIDATION_FAILED code",
    "VALIDATION_FAILED countries.1",
    "VALIDATION_FAILED currencyCode",
    "VALIDATION_FAILED languages.1",
    "VALIDATION_FAILED name",
  ]);
  const repeated = { ...valid, countries: ["DE", "de"], languages: ["pt-br", "pt-BR"] };
  expect(codes(await changeMarket(shop, "marketCreate", repeated))).toEqual([
    "VALIDATION_FAILED countries.1",
    "VALIDATION_FAILED languages.1",
  ]);
  expect(codes(await changeMarket(shop, "marketCreate", { ...valid, countries: [] }))).toEqual([
    "VALIDATION_FAILED countries",
  ]);
  expect(codes(await changeMarket(shop, "marketCreate", { ...valid, languages: [] }))).toEqual([
    "VALIDATION_FAILED languages",
  ]);
});

test("a market is found by id, by code, and by the countries it serves, the earliest first; all others are the default market's", async () => {
  await using other = await openProducts();
  const find = async (args: string) => (await other.ask(`{ market${args} { code isDefault } }`)).data.market;
  const first = await createTestMarket(other, { code: "dach", countries: ["DE", "AT", "CH"] });
  await createTestMarket(other, { code: "eu", countries: ["DE", "FR"] });
  expect(first).toMatchObject({ isDefault: false, version: 1, countries: ["DE", "AT", "CH"] });
  expect(await find(`(id: "${first.id}")`)).toEqual({ code: "dach", isDefault: false });
  expect(await find(`(code: "eu")`)).toEqual({ code: "eu", isDefault: false });
  expect(await find(`(country: "de")`)).toEqual({ code: "dach", isDefault: false });
  expect(await find(`(country: "FR")`)).toEqual({ code: "eu", isDefault: false });
  expect(await find(`(country: "US")`)).toEqual({ code: "us", isDefault: true });
  expect(await find("")).toEqual({ code: "us", isDefault: true });
  expect(await find(`(id: "${newId()}")`)).toBeNull();
  expect(await find(`(id: "eu")`)).toBeNull();
  expect(await find(`(code: "nowhere")`)).toBeNull();
  expect(await find(`(code: "\\u0000")`)).toBeNull();
  const { data } = await other.ask("{ markets { code } }");
  expect(data.markets).toEqual([{ code: "us" }, { code: "dach" }, { code: "eu" }]);
});

test("a query for a market with two keys or no country is rejected by name", async () => {
  for (const args of [`(code: "us", country: "US")`, `(country: "XX")`]) {
    const { errors } = await shop.ask(`{ market${args} { code } }`);
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
  }
});

test("a code is taken once, also by twenty at the same time", async () => {
  const payloads = await Promise.all(
    Array.from({ length: 20 }, () => changeMarket(shop, "marketCreate", { ...valid, code: "contested" })),
  );
  const errors = payloads.flatMap(codes);
  expect(errors).toEqual(Array.from({ length: 19 }, () => "ALREADY_EXISTS code"));
});

test("a market keeps what is left out, counts its changes, and rejects an old version", async () => {
  const { id } = await createTestMarket(shop, { code: "nordic", countries: ["SE"], languages: ["sv", "en"] });
  const renamed = await changeMarket(shop, "marketUpdate", { id, name: "Nordic", expectedVersion: 1 });
  expect(renamed.market).toMatchObject({ name: "Nordic", countries: ["SE"], languages: ["sv", "en"], version: 2 });
  const same = await changeMarket(shop, "marketUpdate", { id });
  expect(same.market.version).toBe(2);
  const late = await changeMarket(shop, "marketUpdate", { id, countries: ["NO"], expectedVersion: 1 });
  expect(late.userErrors).toMatchObject([{ code: "EDIT_CONFLICT", field: ["expectedVersion"], currentVersion: 2 }]);
  expect(codes(await changeMarket(shop, "marketUpdate", { id, countries: [] }))).toEqual([
    "VALIDATION_FAILED countries",
  ]);
  expect(codes(await changeMarket(shop, "marketUpdate", { id: newId(), name: "X" }))).toEqual(["NOT_FOUND id"]);
  expect(codes(await changeMarket(shop, "marketUpdate", { id: "x", name: "X" }))).toEqual(["NOT_FOUND id"]);
  const standard = { id: defaultMarketId, countries: ["US"] };
  expect(codes(await changeMarket(shop, "marketUpdate", standard))).toEqual(["VALIDATION_FAILED countries"]);
});

test("in a shop without markets nothing is for sale, and of ten first markets at the same time one is the default", async () => {
  await using fresh = await openProducts();
  await fresh.database.db.execute(sql`delete from markets`);
  const product = await createTestProduct(fresh, { name: "Lamp", price: { amount: "12.50", currencyCode: "EUR" } });
  const order = async () => {
    const { data, errors } = await fresh.ask(
      `query ($lines: [OrderableLineInput!]!) { orderableVariants(lines: $lines) { outcome market { id } } }`,
      { lines: [{ productId: product.id }] },
      ordersService,
    );
    expect(errors).toEqual([]);
    return data.orderableVariants;
  };
  expect(await order()).toEqual([{ outcome: "UNAVAILABLE", market: null }]);
  const made = await Promise.all(
    Array.from({ length: 10 }, (_, index) => createTestMarket(fresh, { code: `first-${index}`, countries: ["DE"] })),
  );
  const standard = made.filter(({ isDefault }) => isDefault);
  expect(standard).toMatchObject([{ id: defaultMarketId, countries: [] }]);
  expect(await order()).toEqual([{ outcome: "ORDERABLE", market: { id: defaultMarketId } }]);
});
