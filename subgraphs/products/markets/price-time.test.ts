import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VariantId } from "#platform/shop/ids.ts";
import { changeProduct } from "../testing/change-product.ts";
import type { TestMarket } from "../testing/markets.ts";
import {
  amountOf,
  createPriceMarkets,
  createTestVariant,
  dayMs,
  daysAgo,
  inMs,
  resolveLine,
  setTestPrices,
  showPrices,
  standard,
  type TestPrice,
} from "../testing/prices.ts";
import { admin, openProducts, type TestProducts } from "../testing/test-products.ts";

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

/** The seconds for which caches may keep what guests see of a variant; 0 for none. */
async function maxAgeOf(variantId: VariantId, fields: string): Promise<number> {
  const { headers } = await shop.ask(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ProductVariant { ${fields} } } }`,
    { r: [{ __typename: "ProductVariant", id: variantId }] },
  );
  return Number(/max-age=(\d+)/.exec(headers.get("cache-control") ?? "")?.[1] ?? 0);
}

describe("the lowest price before a reduction", () => {
  const lowestPrior = async (prices: readonly Omit<TestPrice, "market">[], market: TestMarket = euro) => {
    const variantId = await createTestVariant(shop);
    await setTestPrices(
      shop,
      variantId,
      prices.map((price) => ({ ...price, market })),
    );
    return (await showPrices(shop, variantId, market)).offer?.lowestPriorPrice?.amount ?? null;
  };

  test("counts a price that was set long before and still held", async () => {
    expect(
      await lowestPrior([
        { price: "50", from: daysAgo(400), until: daysAgo(100) },
        { price: "100", from: daysAgo(40), until: daysAgo(2) },
        { price: "80", compareAt: "100", from: daysAgo(2) },
      ]),
    ).toBe("100.00");
  });

  test("is the lowest at any moment of the thirty days, not the last one", async () => {
    expect(
      await lowestPrior([
        { price: "70", from: daysAgo(60), until: daysAgo(31.9) },
        { price: "120", from: daysAgo(31.9), until: daysAgo(2) },
        { price: "80", compareAt: "120", from: daysAgo(2) },
      ]),
    ).toBe("70.00");
    expect(
      await lowestPrior([
        { price: "70", from: daysAgo(60), until: daysAgo(32.1) },
        { price: "120", from: daysAgo(32.1), until: daysAgo(2) },
        { price: "80", compareAt: "120", from: daysAgo(2) },
      ]),
    ).toBe("120.00");
  });

  test("leaves out the earlier prices of the same run, and counts those of another", async () => {
    const run = [
      { price: "90", compareAt: "100", from: daysAgo(10), until: daysAgo(5) },
      { price: "80", compareAt: "100", from: daysAgo(5) },
    ];
    expect(await lowestPrior([{ price: "100", from: daysAgo(40), until: daysAgo(10) }, ...run])).toBe("100.00");
    expect(
      await lowestPrior([
        { price: "60", compareAt: "100", from: daysAgo(20), until: daysAgo(15) },
        { price: "100", from: daysAgo(15), until: daysAgo(10) },
        ...run,
      ]),
    ).toBe("60.00");
  });

  test("is null when there was none, and when the price is not reduced", async () => {
    expect(await lowestPrior([{ price: "80", compareAt: "100", from: daysAgo(5) }])).toBeNull();
    expect(
      await lowestPrior([
        { price: "80", compareAt: "100", from: daysAgo(9), until: daysAgo(5) },
        { price: "100", from: daysAgo(5) },
      ]),
    ).toBeNull();
  });

  test("is of the same market, where its own prices and the default market's took turns", async () => {
    const variantId = await createTestVariant(shop, "200");
    await setTestPrices(shop, variantId, [
      { market: euro, price: "1", from: daysAgo(20) },
      { market: canada, price: "150", from: daysAgo(20), until: daysAgo(10) },
      { market: canada, price: "140", compareAt: "200", from: daysAgo(5) },
    ]);
    await shop.database.db.execute(
      sql`update variant_prices set valid_from = now() - interval '60 days' where variant_id = ${variantId} and market_id = ${standard.id}`,
    );
    expect((await showPrices(shop, variantId, canada)).offer).toMatchObject({
      price: { amount: "140.00" },
      lowestPriorPrice: { amount: "150.00" },
    });
  });
});

describe("a scheduled price", () => {
  test("turns at its moment without anybody's doing, and no cache keeps a response past it", async () => {
    const variantId = await createTestVariant(shop, "10");
    const turn = inMs(2_500);
    await setTestPrices(shop, variantId, [
      { market: standard, price: "10", until: turn },
      { market: standard, price: "8", compareAt: "10", from: turn },
      { market: euro, price: "10", until: turn },
      { market: euro, price: "7", from: turn },
    ]);
    const first = await showPrices(shop, variantId);
    expect([first.price.amount, first.offer.price.amount, first.product.price.amount]).toEqual([
      "10.00",
      "10.00",
      "10.00",
    ]);
    expect(first.offer.validUntil).toBe(turn.toISOString());
    expect(await maxAgeOf(variantId, "price { amount }")).toBeLessThanOrEqual(2);
    expect(await maxAgeOf(variantId, `offer(market: "${euro.id}") { price { amount } }`)).toBeLessThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, turn.getTime() - Date.now() + 5));
    const after = await showPrices(shop, variantId);
    expect([after.price.amount, after.offer.price.amount, after.product.price.amount]).toEqual([
      "8.00",
      "8.00",
      "8.00",
    ]);
    expect(after.product.priceRange).toEqual({ min: { amount: "8.00" }, max: { amount: "8.00" } });
    expect(amountOf((await showPrices(shop, variantId, euro)).offer)).toBe("7.00");
    expect((await resolveLine(shop, variantId, standard)).variant.unitPrice.amount).toBe("8.00");
    expect((await resolveLine(shop, variantId, euro)).variant.unitPrice.amount).toBe("7.00");
    expect(await maxAgeOf(variantId, "price { amount } offer { price { amount } }")).toBe(30);
  });

  test("that has begun gives way to a price that is written afterwards, also to the one before it", async () => {
    const variantId = await createTestVariant(shop, "10");
    const turn = inMs(dayMs);
    await setTestPrices(shop, variantId, [
      { market: standard, price: "10", until: turn },
      { market: standard, price: "8", from: turn },
    ]);
    // A day and a minute go by, and no sweeper has come yet.
    const { db } = shop.database;
    const later = sql`interval '1 day 1 minute'`;
    await db.execute(sql`
      update variant_prices set valid_from = valid_from - ${later}, valid_until = valid_until - ${later}
      where variant_id = ${variantId} and price = 1000`);
    await db.execute(
      sql`update variant_prices set valid_from = valid_from - ${later} where variant_id = ${variantId} and price = 800`,
    );
    await db.execute(sql`
      update products set prices_until = prices_until - ${later}
      where id = (select product_id from variants where id = ${variantId})`);
    expect((await showPrices(shop, variantId)).price.amount).toBe("8.00");
    await changeProduct(shop, "productVariantUpdate", { id: variantId, input: { price: { amount: "10" } } }, admin());
    const { price, offer } = await showPrices(shop, variantId);
    expect([price.amount, offer.price.amount]).toEqual(["10.00", "10.00"]);
  });

  test("survives a new price that is written before it begins", async () => {
    const variantId = await createTestVariant(shop, "10");
    const turn = inMs(dayMs);
    await setTestPrices(shop, variantId, [
      { market: standard, price: "10", until: turn },
      { market: standard, price: "8", from: turn },
    ]);
    await changeProduct(shop, "productVariantUpdate", { id: variantId, input: { price: { amount: "11" } } }, admin());
    const { price, offer, prices } = await showPrices(shop, variantId);
    expect([price.amount, offer.validUntil, prices.at(-1).price.amount]).toEqual(["11.00", turn.toISOString(), "8.00"]);
  });
});
