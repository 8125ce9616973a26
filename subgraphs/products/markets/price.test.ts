import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import { changeProduct, codes } from "../testing/change-product.ts";
import type { TestMarket } from "../testing/markets.ts";
import {
  amountOf,
  changePrices,
  createPriceMarkets,
  createTestVariant,
  dayMs,
  daysAgo,
  firstVariant,
  inMs,
  pricesInput,
  resolveLine,
  setTestPrices,
  showPrices,
  standard,
  type TestPrice,
} from "../testing/prices.ts";
import { admin, createTestProduct, openProducts, seller, type TestProducts } from "../testing/test-products.ts";

let shop: TestProducts;
let euro: TestMarket;
let canada: TestMarket;

beforeAll(async () => {
  shop = await openProducts();
  ({ euro, canada } = await createPriceMarkets(shop));
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

describe("a price", () => {
  test("of the default market is the variant's price, whichever of the two is written", async () => {
    const variantId = await createTestVariant(shop, "10");
    expect(amountOf((await showPrices(shop, variantId)).offer)).toBe("10.00");
    await changeProduct(shop, "productVariantUpdate", { id: variantId, input: { price: { amount: "12" } } }, admin());
    const written = await showPrices(shop, variantId);
    expect([amountOf(written.offer), written.price.amount]).toEqual(["12.00", "12.00"]);
    expect(written.prices.map(({ price }: { price: { amount: string } }) => price.amount)).toEqual(["10.00", "12.00"]);
    expect(written.prices[0].validUntil).toBe(written.prices[1].validFrom);
    await setTestPrices(shop, variantId, [{ market: standard, price: "9", compareAt: "12" }]);
    const reduced = await showPrices(shop, variantId);
    expect(reduced).toMatchObject({
      price: { amount: "9.00" },
      product: { price: { amount: "9.00" }, priceRange: { max: { amount: "9.00" } } },
      offer: { price: { amount: "9.00", currencyCode: "USD" }, compareAtPrice: { amount: "12.00" } },
    });
    // It was 10 for some milliseconds of the last thirty days.
    expect(reduced.offer.lowestPriorPrice.amount).toBe("10.00");
  });

  test("of another currency's market is its own, and without one the variant is not sold there", async () => {
    const variantId = await createTestVariant(shop, "10");
    expect((await showPrices(shop, variantId, euro)).offer).toBeNull();
    expect((await showPrices(shop, variantId, euro)).product.offer).toBeNull();
    expect(await resolveLine(shop, variantId, euro)).toMatchObject({
      outcome: "NOT_IN_MARKET",
      variant: null,
      market: { code: "eu" },
    });
    await setTestPrices(shop, variantId, [{ market: euro, price: "11.90" }]);
    expect(await showPrices(shop, variantId, euro)).toMatchObject({
      price: { amount: "10.00" },
      offer: {
        market: { code: "eu" },
        price: { amount: "11.90", currencyCode: "EUR" },
        compareAtPrice: null,
        validUntil: null,
      },
      product: { offer: { price: { amount: "11.90" } } },
    });
    expect(await resolveLine(shop, variantId, euro)).toEqual({
      outcome: "ORDERABLE",
      market: { code: "eu", isDefault: false, pricesIncludeTax: true },
      variant: { unitPrice: { amount: "11.90", currencyCode: "EUR" }, taxClass: "standard", isReturnable: true },
    });
    expect((await resolveLine(shop, variantId, standard)).variant.unitPrice).toEqual({
      amount: "10.00",
      currencyCode: "USD",
    });
  });

  test("of a market in the default market's currency falls back to the default market's for the times without one", async () => {
    const variantId = await createTestVariant(shop, "10");
    expect(amountOf((await showPrices(shop, variantId, canada)).offer)).toBe("10.00");
    const until = inMs(3 * dayMs);
    await setTestPrices(shop, variantId, [{ market: canada, price: "8", until }]);
    expect((await showPrices(shop, variantId, canada)).offer).toMatchObject({
      price: { amount: "8.00" },
      validUntil: until.toISOString(),
    });
    expect((await resolveLine(shop, variantId, canada)).variant.unitPrice.amount).toBe("8.00");
    await shop.database.db.execute(
      sql`update variant_prices set valid_until = now() where market_id = ${canada.id} and variant_id = ${variantId}`,
    );
    expect(amountOf((await showPrices(shop, variantId, canada)).offer)).toBe("10.00");
    expect((await resolveLine(shop, variantId, canada)).variant.unitPrice.amount).toBe("10.00");
  });

  test("of a product in another currency than the default market's stays, without an offer there", async () => {
    const product = await createTestProduct(shop, { name: "Lamp", price: { amount: "7", currencyCode: "GBP" } });
    const variantId = firstVariant(product.variants);
    expect(await showPrices(shop, variantId)).toMatchObject({
      price: { amount: "7.00" },
      offer: null,
      product: { offer: null },
    });
    expect((await showPrices(shop, variantId, canada)).offer).toBeNull();
    expect((await resolveLine(shop, variantId, standard)).outcome).toBe("NOT_IN_MARKET");
    const payload = await changePrices(shop, { variantId, prices: pricesInput([{ market: standard, price: "9" }]) });
    expect(codes(payload)).toEqual(["VALIDATION_FAILED prices.0.market"]);
    // Priced in dollars, it is sold there; the old price is no price of the market.
    await changeProduct(shop, "productUpdate", { id: product.id, input: { price: { amount: "9" } } }, admin());
    expect(await showPrices(shop, variantId)).toMatchObject({
      price: { amount: "9.00" },
      offer: { price: { amount: "9.00" } },
    });
  });

  test("may be nothing", async () => {
    const variantId = await createTestVariant(shop, "0");
    await setTestPrices(shop, variantId, [{ market: euro, price: "0.00" }]);
    expect(amountOf((await showPrices(shop, variantId, euro)).offer)).toBe("0.00");
  });

  test("of a product is the lowest of its variants' that are sold in the market", async () => {
    const { variants } = await createTestProduct(shop, {
      name: "Shirt",
      price: null,
      stock: null,
      variants: ["S", "M", "L"].map((value, index) => ({
        options: [{ name: "Size", value }],
        price: { amount: String(10 + index) },
      })),
    });
    const [small, medium, large] = variants.map(({ id }) => id);
    if (!small || !medium || !large) throw new Error("There are three sizes.");
    await setTestPrices(shop, medium, [{ market: euro, price: "20" }]);
    await setTestPrices(shop, large, [{ market: euro, price: "15" }]);
    expect(amountOf((await showPrices(shop, small)).product.offer)).toBe("10.00");
    expect(amountOf((await showPrices(shop, small, euro)).product.offer)).toBe("15.00");
    expect((await showPrices(shop, small, euro)).offer).toBeNull();
    await changeProduct(shop, "productVariantDelete", { id: large }, admin());
    expect(amountOf((await showPrices(shop, small, euro)).product.offer)).toBe("20.00");
  });
});

describe("setting prices", () => {
  test("ends the running price, replaces what lies ahead, and leaves the past and other markets as they are", async () => {
    const variantId = await createTestVariant(shop);
    await setTestPrices(shop, variantId, [
      { market: euro, price: "30", from: daysAgo(20), until: daysAgo(10) },
      { market: euro, price: "20", from: daysAgo(10), until: inMs(dayMs) },
      { market: euro, price: "25", from: inMs(dayMs) },
      { market: canada, price: "5" },
    ]);
    const before = await showPrices(shop, variantId);
    await setTestPrices(shop, variantId, [{ market: euro, price: "22", from: daysAgo(5) }]);
    const after = await showPrices(shop, variantId);
    type Row = { market: { code: string }; price: { amount: string }; validFrom: string; validUntil: string | null };
    const inEuro = (rows: Row[]) => rows.filter(({ market }) => market.code === "eu");
    const [past, running, ...rest] = inEuro(after.prices);
    const [wasPast, wasRunning] = inEuro(before.prices);
    expect(past).toEqual(wasPast);
    expect(running).toEqual({ ...wasRunning, validUntil: rest[0]?.validFrom });
    expect(rest).toMatchObject([{ price: { amount: "22.00" }, validUntil: null }]);
    expect(Date.now() - Date.parse(rest[0]?.validFrom ?? "")).toBeLessThan(60_000);
    const others = (rows: Row[]) => rows.filter(({ market }) => market.code !== "eu");
    expect(others(after.prices)).toEqual(others(before.prices));
  });

  test("names every mistake at once, and two prices that overlap once, at the later one", async () => {
    const variantId = await createTestVariant(shop);
    const fail = async (prices: readonly (TestPrice | Record<string, unknown>)[]) => {
      const input = prices.map((price) =>
        "price" in price && typeof price.price === "string" ? pricesInput([price as TestPrice])[0] : price,
      );
      return codes(await changePrices(shop, { variantId, prices: input }));
    };
    expect(
      await fail([
        { market: { id: newId(), currencyCode: "EUR" }, price: "1" },
        { market: { ...euro, currencyCode: "USD" }, price: "1" },
        { market: canada, price: "1", from: inMs(dayMs), until: inMs(dayMs) },
      ]),
    ).toEqual([
      "VALIDATION_FAILED prices.0.market",
      "VALIDATION_FAILED prices.1.price.currencyCode",
      "VALIDATION_FAILED prices.2.validUntil",
    ]);
    expect(
      await fail([
        { market: euro, price: "-1" },
        { market: euro, price: "1.005" },
        { market: euro, price: "2", compareAt: "2" },
        { market: euro, price: "1000000" },
      ]),
    ).toEqual([
      "VALIDATION_FAILED prices.0.price.amount",
      "VALIDATION_FAILED prices.1.price.amount",
      "VALIDATION_FAILED prices.2.compareAtPrice.amount",
      "VALIDATION_FAILED prices.3.price.amount",
    ]);
    expect(await fail([])).toEqual(["VALIDATION_FAILED prices"]);
    expect(
      await fail([
        { market: euro, price: "3", from: inMs(2 * dayMs), until: inMs(3 * dayMs) },
        { market: euro, price: "2", until: inMs(2 * dayMs + 1) },
        { market: canada, price: "2" },
      ]),
    ).toEqual(["PRICE_OVERLAP prices.0"]);
    expect(
      await fail([
        { market: canada, price: "1" },
        { market: canada, price: "2" },
      ]),
    ).toEqual(["PRICE_OVERLAP prices.1"]);
    expect((await showPrices(shop, variantId, euro)).offer).toBeNull();
    // One that ends where the next begins does not overlap it.
    const noon = inMs(dayMs);
    expect(
      await fail([
        { market: euro, price: "1", until: noon },
        { market: euro, price: "2", from: noon },
      ]),
    ).toEqual([]);
  });

  test("is for who may edit the product, and rejects an old version", async () => {
    const variantId = await createTestVariant(shop);
    const prices = pricesInput([{ market: euro, price: "1" }]);
    expect(codes(await changePrices(shop, { variantId, prices }, seller()))).toEqual(["NOT_FOUND variantId"]);
    expect(codes(await changePrices(shop, { variantId: newId(), prices }))).toEqual(["NOT_FOUND variantId"]);
    expect(codes(await changePrices(shop, { variantId: "x", prices }))).toEqual(["NOT_FOUND variantId"]);
    const payload = await changePrices(shop, { variantId, prices, expectedVersion: 1 });
    expect(codes(payload)).toEqual([]);
    expect(payload.product.version).toBe(2);
    expect(codes(await changePrices(shop, { variantId, prices, expectedVersion: 1 }))).toEqual([
      "EDIT_CONFLICT expectedVersion",
    ]);
    const { data } = await shop.ask(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ProductVariant { prices { validFrom } } } }`,
      { r: [{ __typename: "ProductVariant", id: variantId }] },
      seller(),
    );
    expect(data._entities).toEqual([{ prices: null }]);
  });

  test("by many at once leaves one price at any moment, and the last writer's is running", async () => {
    const variantId = await createTestVariant(shop);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        index % 2 === 0
          ? setTestPrices(shop, variantId, [
              { market: standard, price: String(index + 1), until: inMs(dayMs) },
              { market: standard, price: "99", from: inMs(dayMs) },
              { market: euro, price: String(index + 1) },
            ])
          : changeProduct(
              shop,
              "productVariantUpdate",
              { id: variantId, input: { price: { amount: String(index + 1) } } },
              admin(),
            ),
      ),
    );
    const rows = await shop.database.db.execute<{
      market_id: string;
      gap: boolean;
      running: number;
      listed: boolean;
    }>(sql`
      select market_id, bool_or(valid_from is distinct from previous and previous is not null) as gap,
        count(*) filter (where valid_from <= now() and coalesce(valid_until > now(), true))::int as running
      from (select *, lag(valid_until) over (partition by market_id order by valid_from) as previous
        from variant_prices where variant_id = ${variantId}) ordered group by 1 order by 1`);
    expect(rows).toEqual([
      { market_id: standard.id, gap: false, running: 1 },
      { market_id: euro.id, gap: false, running: 1 },
    ]);
    const { price, offer, product } = await showPrices(shop, variantId);
    expect([price.amount, product.price.amount]).toEqual([offer.price.amount, offer.price.amount]);
  });
});
