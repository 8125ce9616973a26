import type { MarketId, ProductId, VariantId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError } from "#platform/shop/input.ts";
import { checkoutError, type UserError } from "../shared/user-errors.ts";
import type { LineIds, Market, OrderableVariant, ProductsClient } from "./products-client.ts";

/** A line of an input: its ids as far as they could be parsed, and its place in the input. */
export type RequestedLine = {
  readonly productId: ProductId | undefined;
  readonly variantId: VariantId | "malformed" | undefined;
  readonly at: readonly (string | number)[];
};

/** A variant id of an input: undefined if it was left out. */
export function parseVariantId(text: string | null | undefined): VariantId | "malformed" | undefined {
  return text == null ? undefined : (idOrUndefined<VariantId>(text) ?? "malformed");
}

/**
 * Looks up the variants of requested lines, in their order. If there are user errors, the variants must not be used: NOT_FOUND for a product or
 * variant that does not exist or that the public cannot see, PRODUCT_UNAVAILABLE for one that is not on sale, VARIANT_REQUIRED for a product
 * without a default variant, MARKET_UNAVAILABLE for one that is not sold in the market.
 *
 * @throws {ApiError} if the products subgraph is unavailable.
 */
export async function findOrderable(
  products: ProductsClient,
  requested: readonly RequestedLine[],
  marketId: MarketId,
  language?: string,
): Promise<{ market?: Market; variants: OrderableVariant[]; userErrors: UserError[] }> {
  const malformed = requested.flatMap(({ productId, variantId, at }) =>
    productId === undefined
      ? [notFoundError([...at, "productId"])]
      : variantId === "malformed"
        ? [notFoundError([...at, "variantId"])]
        : [],
  );
  if (malformed.length > 0) return { variants: [], userErrors: malformed };
  const lines = requested.flatMap(({ productId, variantId }): LineIds[] =>
    productId === undefined || variantId === "malformed" ? [] : [{ productId, variantId }],
  );
  const availabilities = await products.findOrderable(lines, marketId, language);
  const missing = lines.filter((_line, index) => availabilities[index]?.outcome === "UNAVAILABLE");
  const listed = missing.length === 0 ? none : await products.findListed(missing.map(({ productId }) => productId));
  const variants: OrderableVariant[] = [];
  const userErrors: UserError[] = [];
  let market: Market | undefined;
  for (const [index, availability] of availabilities.entries()) {
    const { at = [] } = requested[index] ?? {};
    const line = lines[index];
    if (availability.outcome === "ORDERABLE") {
      variants.push(availability.variant);
      market = availability.market;
    } else if (availability.outcome === "NOT_IN_MARKET") {
      userErrors.push(notInMarketError([...at, "productId"]));
    } else if (availability.outcome === "VARIANT_REQUIRED") {
      userErrors.push(checkoutError("VARIANT_REQUIRED", "Choose a variant.", [...at, "variantId"]));
    } else if (line !== undefined) userErrors.push(unavailableError(listed, line, at));
  }
  return { ...(market === undefined ? {} : { market }), variants, userErrors };
}

/** The variant has no price in the market. */
export function notInMarketError(field?: readonly (string | number)[], name = "This product"): UserError {
  return checkoutError("MARKET_UNAVAILABLE", `${name} is not sold in this market.`, field);
}

const none: ReadonlyMap<ProductId, readonly VariantId[]> = new Map();

function unavailableError(
  listed: ReadonlyMap<ProductId, readonly VariantId[]>,
  { productId, variantId }: LineIds,
  at: readonly (string | number)[],
): UserError {
  const variants = listed.get(productId);
  if (variants === undefined) return notFoundError([...at, "productId"]);
  if (variantId === undefined)
    return checkoutError("PRODUCT_UNAVAILABLE", "This product is not on sale.", [...at, "productId"]);
  const field = [...at, "variantId"];
  return variants.includes(variantId)
    ? checkoutError("PRODUCT_UNAVAILABLE", "This product is not on sale.", field)
    : notFoundError(field);
}
