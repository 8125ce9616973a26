import { expect } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import { admin, type TestProducts } from "./test-products.ts";

const shown = "id code name currencyCode countries languages pricesIncludeTax isDefault version";
const errors = "userErrors { __typename code message field ... on EditConflictError { currentVersion } }";

/** A market through the API. */
export type TestMarket = {
  readonly id: string;
  readonly code: string;
  readonly currencyCode: string;
  readonly countries: readonly string[];
  readonly isDefault: boolean;
  readonly version: number;
};

/** Calls marketCreate or marketUpdate and returns the payload. Fails the test on top-level errors. */
export async function changeMarket(
  { ask }: Pick<TestProducts, "ask">,
  name: "marketCreate" | "marketUpdate",
  input: Record<string, unknown>,
) {
  const type = name === "marketCreate" ? "MarketInput" : "MarketUpdateInput";
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { market { ${shown} } ${errors} } }`;
  const response = await ask(document, { input }, admin());
  expect(response.errors).toEqual([]);
  return response.data[name];
}

/** Creates a market: by default one in euros with prices including tax, for Germany and Austria. Fails the test if it is not created. */
export async function createTestMarket(
  shop: Pick<TestProducts, "ask">,
  input: Record<string, unknown> = {},
): Promise<TestMarket> {
  const code = `market-${newId().slice(-12)}`;
  const defaults = { code, name: "Market", currencyCode: "EUR", countries: ["DE", "AT"], languages: ["de"] };
  const payload = await changeMarket(shop, "marketCreate", { ...defaults, pricesIncludeTax: true, ...input });
  if (payload.market === null) throw new Error(`The market was not created: ${JSON.stringify(payload.userErrors)}`);
  return payload.market;
}
