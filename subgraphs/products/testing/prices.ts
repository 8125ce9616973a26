import { expect } from "vitest";
import type { VariantId } from "#platform/shop/ids.ts";
import type { TestCaller } from "#test/harness/subgraph-client.ts";
import { admin, type TestProducts } from "./test-products.ts";

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
