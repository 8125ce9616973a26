import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import { eur, openPricedShop, type PricedShop } from "../testing/priced-shop.ts";

let shop: PricedShop;
beforeAll(async () => {
  shop = await openPricedShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const types: Readonly<Record<string, string>> = {
  taxSettingsUpdate: "TaxSettingsInput",
  taxRatesSet: "TaxRatesSetInput",
  shippingMethodSet: "ShippingMethodSetInput",
  discountCreate: "DiscountInput",
  discountUpdate: "DiscountUpdateInput",
  discountCodesAdd: "DiscountCodesAddInput",
};

/** The user errors of a mutation of the settings, each as its code and field. */
async function send(mutation: string, input: Record<string, unknown>): Promise<string[]> {
  const document = `mutation ($input: ${types[mutation]}!) { result: ${mutation}(input: $input) { userErrors { code field message } } }`;
  const { result } = await shop.ask(document, { input }, shop.admin);
  return result.userErrors.map(
    ({ code, field }: { code: string; field: string[] | null }) => `${code} ${field?.join(".")}`,
  );
}
const invalid = (...fields: string[]) => fields.map((field) => `VALIDATION_FAILED ${field}`);
const day = (date: number) => `2026-03-${String(date).padStart(2, "0")}T00:00:00Z`;

describe("tax", () => {
  test("settings name an unknown home country and a region that is none together", async () => {
    const input = { homeCountry: "XX", homeRegion: "not a region", unregistered: "NO_TAX" };
    expect(await send("taxSettingsUpdate", input)).toEqual(invalid("homeCountry", "homeRegion"));
  });

  test("rates name everything that is wrong at once, in the country and in each rate", async () => {
    const rates = [
      { name: "", rate: "100.0001", region: "no region", validFrom: day(2), validUntil: day(2) },
      { name: "Not a number", rate: "1e1" },
      { name: "Two points", rate: "1.9.9", taxClass: "Standard Class" },
      { name: "x".repeat(101), rate: "-0" },
      { name: "Spaces", rate: " 1 " },
    ];
    expect(await send("taxRatesSet", { country: "XX", rates })).toEqual(
      invalid(
        "country",
        ...["rates.0.region", "rates.0.name", "rates.0.rate", "rates.0.validUntil"],
        ...["rates.1.rate", "rates.2.taxClass", "rates.2.rate", "rates.3.name", "rates.3.rate"],
        "rates.4.rate",
      ),
    );
  });

  test("rates of one region and class must not overlap, whatever their order; those that touch do not", async () => {
    const rate = (from: number | null, until: number | null, more = {}) => ({
      ...{ name: "VAT", rate: "20" },
      ...(from === null ? {} : { validFrom: day(from) }),
      ...(until === null ? {} : { validUntil: day(until) }),
      ...more,
    });
    const set = (...rates: unknown[]) => send("taxRatesSet", { country: "BE", rates });
    expect(await set(rate(5, null), rate(1, 5))).toEqual([]);
    expect(await set(rate(5, null), rate(1, 6), rate(2, 3))).toEqual(invalid("rates.1", "rates.2"));
    expect(await set(rate(1, null), rate(1, null, { region: "BRU" }), rate(1, null, { region: "be-bru" }))).toEqual(
      invalid("rates.2"),
    );
    expect(await set(rate(1, null), rate(1, null, { taxClass: "reduced" }))).toEqual([]);
    const many = Array.from({ length: 201 }, (_rate, index) => rate(1, null, { taxClass: `class-${index}` }));
    expect(await set(...many)).toEqual(invalid("rates"));
  });
});

describe("shipping", () => {
  const set = (...rates: Record<string, unknown>[]) => send("shippingMethodSet", { name: "Parcel", rates });

  test("names what is wrong with each rate, of which more than one thing may be", async () => {
    const { market } = shop;
    const usd = { amount: "-1", currencyCode: "USD" };
    expect(
      await set(
        { market: newId(), price: eur("-0.01"), minDays: 3, maxDays: 2 },
        { market, price: usd, freeFrom: eur("0.001"), countries: ["US", "FR", "DE"], minDays: -1, maxDays: 366 },
        { market, price: eur("1"), basis: "WEIGHT_GRAMS", from: "1.5" },
        { market, price: eur("1"), basis: "ORDER_VALUE", from: "-1", countries: ["DE"] },
        { market, price: eur("1"), from: "1", countries: ["AT"] },
        { market, price: eur("1"), countries: ["XX"] },
        { market, price: eur(" 1"), basis: "WEIGHT_GRAMS", from: " 1", countries: ["CH"] },
        { market, price: eur("1"), from: " 0", countries: ["PL"] },
      ),
    ).toEqual(
      invalid(
        ...["rates.0.market", "rates.0.price.amount", "rates.0.maxDays"],
        ...["rates.1.countries", "rates.1.price.amount", "rates.1.price.currencyCode"],
        ...["rates.1.freeFrom.amount", "rates.1.minDays", "rates.1.maxDays"],
        ...["rates.2.from", "rates.3.from", "rates.4.from", "rates.5.countries.0"],
        ...["rates.6.price.amount", "rates.6.from", "rates.7.from"],
      ),
    );
  });

  test("has amounts that fit its columns", async () => {
    const { market } = shop;
    expect(
      await set(
        { market, price: eur("1000000000000") },
        { market, price: eur("0"), freeFrom: eur("999999999999999"), countries: ["DE"] },
        { market, price: eur("0"), countries: ["AT"], basis: "ORDER_VALUE", from: "9".repeat(15) },
        { market, price: eur("1".repeat(100)), countries: ["CH"] },
        { market, price: eur("0"), countries: ["PL"], basis: "WEIGHT_GRAMS", from: "9".repeat(20) },
      ),
    ).toEqual(
      invalid(
        "rates.0.price.amount",
        "rates.1.freeFrom.amount",
        "rates.2.from",
        "rates.3.price.amount",
        "rates.4.from",
      ),
    );
    expect(await set({ market, price: eur("999999999999.99") })).toEqual([]);
  });

  test("has one basis for a country and one price for a tier; the tiers may come in any order", async () => {
    const { market } = shop;
    const tier = (from: string, more = {}) => ({ market, price: eur("1"), basis: "WEIGHT_GRAMS", from, ...more });
    expect(await set(tier("5000"), tier("0"), tier("1000"))).toEqual([]);
    expect(await set(tier("1000"), tier("0"), tier("1000"))).toEqual(invalid("rates.2.from"));
    const named = { countries: ["DE", "AT"] };
    expect(await set(tier("0", named), { market, price: eur("1"), countries: ["AT"] })).toEqual(
      invalid("rates.1.basis"),
    );
    // Rates that name a country hide those that name none, so they may have another basis.
    expect(await set(tier("0"), { market, price: eur("1"), countries: ["AT"] })).toEqual([]);
  });

  test("rejects what is not a method: an unknown id, an old version, a tracking address without its number", async () => {
    expect(await send("shippingMethodSet", { id: newId(), name: "Parcel", rates: [] })).toEqual(["NOT_FOUND id"]);
    expect(
      await send("shippingMethodSet", { id: shop.shipping, name: "Parcel", rates: [], expectedVersion: 9 }),
    ).toEqual(["EDIT_CONFLICT expectedVersion"]);
    const trackingUrlTemplate = "https://parcels.example/track";
    expect(
      await send("shippingMethodSet", { name: " ", trackingUrlTemplate, taxClass: "Books & more", rates: [] }),
    ).toEqual(invalid("name", "trackingUrlTemplate", "taxClass"));
  });
});

describe("discounts", () => {
  const create = (input: Record<string, unknown>) => send("discountCreate", input);

  test("name everything that is wrong at once", async () => {
    expect(
      await create({
        ...{ name: " ", percentage: "100.0001", amounts: [eur("0"), eur("-1"), eur("0.005"), eur("1000000000000")] },
        minSubtotals: [eur("-1"), { amount: "1", currencyCode: "EURO" }],
        markets: [shop.market, newId(), "17"],
        categoryIds: ["17"],
        ...{ usageLimit: 0, usageLimitPerBuyer: -1, priority: 1_000_001 },
        ...{ startsAt: day(2), endsAt: day(1), codes: ["", "A B"] },
      }),
    ).toEqual(
      invalid(
        ...["name", "percentage", "amounts.0.amount", "amounts.1.amount", "amounts.2.amount", "amounts.3.amount"],
        ...["categoryIds.0", "minSubtotals.0.amount", "minSubtotals.1.currencyCode"],
        ...["usageLimit", "usageLimitPerBuyer", "priority", "markets.1", "markets.2"],
        ...["percentage", "endsAt", "codes.0", "codes.1"],
      ),
    );
    expect(await create({ name: "Nothing" })).toEqual(invalid("percentage"));
    expect(await create({ name: "None", amounts: [] })).toEqual(invalid("amounts"));
    expect(await create({ name: "Twice", amounts: [eur("1"), eur("2")] })).toEqual(invalid("amounts.1.currencyCode"));
    expect(await create({ name: "Over", percentage: "101" })).toEqual(invalid("percentage"));
    const buyXGetY = { buyQuantity: 0, getQuantity: 1_001, percentage: "100.5" };
    expect(await create({ name: "Order", target: "ORDER", buyXGetY })).toEqual(
      invalid("buyXGetY.buyQuantity", "buyXGetY.getQuantity", "buyXGetY.percentage", "target"),
    );
  });

  test("of products that do not exist apply to nothing", async () => {
    expect(await create({ name: "Unknown", percentage: "50", productIds: [newId()], categoryIds: [newId()] })).toEqual(
      [],
    );
    const cart = await shop.cart([await shop.priced("10.00"), 1]);
    expect(await shop.totals(cart)).toMatchObject({ discount: { amount: "0.00" } });
  });

  test("changed to end before they begin are rejected, with both ends given or one", async () => {
    const { discount }: { discount: { id: string } } = await shop.set(
      "discountCreate",
      "DiscountInput",
      { name: "Spring", percentage: "5", codes: ["SPRING"], startsAt: day(10) },
      "discount { id }",
    );
    const change = (input: Record<string, unknown>) => send("discountUpdate", { id: discount.id, ...input });
    expect(await change({ endsAt: day(10) })).toEqual(invalid("endsAt"));
    expect(await change({ name: "", startsAt: day(3), endsAt: day(2), usageLimit: 0 })).toEqual(
      invalid("name", "usageLimit", "endsAt"),
    );
    expect(await change({ startsAt: day(3), endsAt: day(4) })).toEqual([]);
  });

  test("know a code without regard to case, width and outer spaces, and none with a space in it", async () => {
    expect(await create({ name: "Letters", percentage: "5", codes: ["  ÉTÉ-２０２６ "] })).toEqual([]);
    const again = ["été-2026", "Été-２０２６", "e\u0301t\u00e9-2026"];
    for (const code of again) {
      expect(await create({ name: "Again", percentage: "5", codes: [code] })).toEqual(["ALREADY_EXISTS codes.0"]);
    }
    expect(await create({ name: "Same", percentage: "5", codes: again })).toEqual(invalid("codes.1", "codes.2"));
    const bad = ["A B", "A\u00a0B", "A\nB", "A\u200bB", "A\0B", "\ud800", "x".repeat(51), "\u202eA"];
    expect(await create({ name: "Bad", percentage: "5", codes: bad })).toEqual(
      invalid(...bad.map((_code, index) => `codes.${index}`)),
    );
    const cart = await shop.cart([await shop.priced("10.00"), 1]);
    await shop.enter(cart, " éTé-2026 ");
    const query = `query ($token: String!) { cart(token: $token) { discountCodes { status } } }`;
    expect((await shop.ask(query, { token: cart })).cart.discountCodes).toEqual([{ status: "APPLIED" }]);
  });

  test("five megabytes of codes are one error, whether many or a single one", async () => {
    const many = Array.from({ length: 500_000 }, (_code, index) => `CODE${index}`);
    const long = ["x".repeat(5_000_000)];
    expect(await create({ name: "Many", percentage: "5", codes: many })).toEqual(invalid("codes"));
    expect(await create({ name: "Long", percentage: "5", codes: long })).toEqual(invalid("codes.0"));
    expect(await send("discountCodesAdd", { discountId: newId(), codes: many })).toEqual(invalid("codes"));
    expect(await send("discountCodesAdd", { discountId: newId(), codes: ["FINE"] })).toEqual(["NOT_FOUND discountId"]);
  });
});
