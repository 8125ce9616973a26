import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { VariantId } from "#platform/shop/ids.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import type { TestCaller } from "#test/harness/subgraph-client.ts";
import { createTestMarket, type TestMarket } from "./markets.ts";
import { admin, createTestProduct, ordersService, type TestProducts } from "./test-products.ts";

/** The default market, for {@link TestPrice}. */
export const standard = { id: defaultMarketId, currencyCode: "USD" };

export const dayMs = 86_400_000;
const startedAtMs = Date.now();
/** So many days before the process began: the same moment however often it is called. */
export const daysAgo = (days: number) => new Date(startedAtMs - days * dayMs);
/** So many milliseconds from now. */
export const inMs = (ms: number) => new Date(Date.now() + ms);

/** A price as a test gives it: amounts in the market's currency, moments as dates. */
export type TestPrice = {
  readonly market: { readonly id: string; readonly currencyCode: string };
  readonly price: string;
  readonly compareAt?: string;
  readonly from?: Date;
  readonly until?: Date;
};

/** The input of `variantPricesSet` for these prices. */
export function pricesInput(prices: readonly TestPrice[]): Record<string, unknown>[] {
  return prices.map(({ market: { id, currencyCode }, price, compareAt, from, until }) => ({
    market: id,
    price: { amount: price, currencyCode },
    ...(compareAt === undefined ? {} : { compareAtPrice: { amount: compareAt, currencyCode } }),
    ...(from === undefined ? {} : { validFrom: from.toISOString() }),
    ...(until === undefined ? {} : { validUntil: until.toISOString() }),
  }));
}

/** Calls `variantPricesSet` and returns the payload. Fails the test on top-level errors. */
export async function changePrices(
  { ask }: Pick<TestProducts, "ask">,
  input: Record<string, unknown>,
  who: TestCaller = admin(),
) {
  const { data, errors } = await ask(
    `mutation ($input: VariantPricesSetInput!) { variantPricesSet(input: $input) {
      product { id version } userErrors { __typename code message field } } }`,
    { input },
    who,
  );
  expect(errors).toEqual([]);
  return data.variantPricesSet;
}

/** Sets prices of a variant. Fails the test on any error. */
export async function setTestPrices(
  shop: Pick<TestProducts, "ask">,
  variantId: VariantId,
  prices: readonly TestPrice[],
): Promise<void> {
  const payload = await changePrices(shop, { variantId, prices: pricesInput(prices) });
  expect(payload.userErrors).toEqual([]);
}

/** Creates a product with one variant and returns the variant's id; the price is in dollars. */
export async function createTestVariant(shop: TestProducts, price = "10"): Promise<VariantId> {
  const { variants } = await createTestProduct(shop, { name: "Lamp", price: { amount: price } });
  return firstVariant(variants);
}

/** The id of a product's first variant. */
export function firstVariant([first]: readonly { readonly id: VariantId }[]): VariantId {
  if (first === undefined) throw new Error("A product has a variant.");
  return first.id;
}

const offerFields =
  "market { code } price { amount currencyCode } compareAtPrice { amount } lowestPriorPrice { amount } validUntil";

/** A variant's prices, and what it is sold for in a market: the default one unless it is given. */
export async function showPrices(shop: TestProducts, variantId: VariantId, market?: { id: string }) {
  const { data, errors } = await shop.ask(
    `query ($r: [_Any!]!, $market: ID) { _entities(representations: $r) { ... on ProductVariant {
      price { amount } offer(market: $market) { ${offerFields} }
      product { price { amount } priceRange { min { amount } max { amount } } offer(market: $market) { price { amount } } }
      prices { market { code } price { amount } validFrom validUntil } } } }`,
    { r: [{ __typename: "ProductVariant", id: variantId }], market: market?.id ?? null },
    admin(),
  );
  expect(errors).toEqual([]);
  return data._entities[0];
}

/** An offer's amount; null without an offer. */
export const amountOf = (offer: { price: { amount: string } } | null) => offer?.price.amount ?? null;

/** Resolves a line of one unit as orders does at checkout. */
export async function resolveLine(shop: TestProducts, variantId: VariantId, market: { id: string }) {
  const [row] = await shop.database.db.execute<{ product_id: string }>(
    sql`select product_id from variants where id = ${variantId}`,
  );
  const { data, errors } = await shop.ask(
    `query ($lines: [OrderableLineInput!]!, $market: ID) { orderableVariants(lines: $lines, market: $market) {
      outcome market { code isDefault pricesIncludeTax } variant { unitPrice { amount currencyCode } taxClass isReturnable } } }`,
    { lines: [{ productId: row?.product_id, variantId }], market: market.id },
    ordersService,
  );
  expect(errors).toEqual([]);
  return data.orderableVariants[0];
}

/** A market in euros, and one in the default market's currency. */
export async function createPriceMarkets(shop: TestProducts): Promise<{ euro: TestMarket; canada: TestMarket }> {
  const euro = await createTestMarket(shop, { code: "eu" });
  const dollars = { code: "americas", currencyCode: "USD", countries: ["CA"], languages: ["en"] };
  return { euro, canada: await createTestMarket(shop, dollars) };
}
