import type { SQL } from "drizzle-orm";
import type { MarketId, ProductId, VariantId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, validationError } from "#platform/shop/input.ts";
import { unitsPerLineMax } from "#platform/shop/limits.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import { findOrderable, notInMarketError, parseVariantId } from "../clients/orderable-lines.ts";
import type { Market, OrderableVariant } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import type { SettingsMoment } from "../settings/settings.ts";
import { checkoutError, type UserError, unknownCartError } from "../shared/user-errors.ts";
import type { CheckoutState } from "./checkout-state.ts";
import type { PriceableLines } from "./price-lines.ts";
import type { OrderLine } from "./write-order.ts";

/** Items that are ordered without a cart, and in which market; the default one unless named. */
type OrderedItems = {
  readonly items: readonly {
    readonly productId: string;
    readonly variantId?: string | null | undefined;
    readonly quantity: number;
  }[];
  readonly market: string | null | undefined;
  readonly discountCodes: readonly string[] | null | undefined;
};

/** What an order is placed from. */
export type OrderSource =
  | {
      readonly kind: "cart";
      /** Selects the cart; undefined if there can be none. */
      readonly cart: SQL | undefined;
      /** Whether a guest has named it by its token. */
      readonly isNamed: boolean;
    }
  | (OrderedItems & { readonly kind: "items" });

/** The lines to be ordered at today's prices, or why they cannot be ordered. */
type OrderLines = PriceableLines | { readonly userErrors: readonly UserError[] };

/**
 * Asks products for the lines of an order at today's prices.
 *
 * @param language of the names in the order; the market's default unless given.
 * @throws {ApiError} if the products subgraph is unavailable.
 */
export function findOrderLines(
  services: Services,
  state: CheckoutState,
  source: OrderSource,
  language: string | undefined,
): Promise<OrderLines> {
  return source.kind === "cart"
    ? findCartLines(services, state, source.isNamed, language)
    : findItemLines(services, source, state.moment, language);
}

/** @returns user errors if there is no such cart, if it is empty, or naming each line that cannot be ordered in the cart's currency. */
async function findCartLines(
  { products }: Services,
  { content, moment }: CheckoutState,
  isNamed: boolean,
  language: string | undefined,
): Promise<OrderLines> {
  if (content === undefined && isNamed) return { userErrors: [unknownCartError] };
  if (content === undefined || content.items.length === 0) {
    return { userErrors: [checkoutError("CART_EMPTY", "The cart is empty.")] };
  }
  const { cart } = content;
  const availabilities = await products.findOrderable(content.items, cart.marketId, language);
  const lines: OrderLine[] = [];
  const userErrors: UserError[] = [];
  let market: Market | undefined;
  for (const [position, { id, quantity, productName }] of content.items.entries()) {
    const availability = availabilities[position];
    const field = ["items", position];
    if (availability?.outcome === "NOT_IN_MARKET") userErrors.push(notInMarketError(field, productName));
    else if (availability?.outcome !== "ORDERABLE") {
      userErrors.push(checkoutError("PRODUCT_UNAVAILABLE", `${productName} is no longer on sale.`, field));
      // A price in another currency is not the one that the buyer saw, even if all lines changed alike.
    } else if (availability.variant.unitPrice.currency !== cart.currency) {
      const message = `${productName} is no longer sold in ${cart.currency}.`;
      userErrors.push(checkoutError("PRODUCT_UNAVAILABLE", message, field));
    } else {
      market = availability.market;
      lines.push({ variant: availability.variant, quantity, position, cartItemId: id });
    }
  }
  if (market === undefined || userErrors.length > 0) return { userErrors };
  return { lines, market, codes: cart.discountCodes, areCodesNew: false, moment };
}

/** @returns user errors if there is no such market, or naming each line that cannot be ordered. */
async function findItemLines(
  { products }: Services,
  { items, market: marketText, discountCodes }: OrderedItems,
  moment: SettingsMoment,
  language: string | undefined,
): Promise<OrderLines> {
  const marketId = marketText == null ? defaultMarketId : idOrUndefined<MarketId>(marketText);
  if (marketId === undefined || (marketText != null && (await products.findMarket(marketId)) === undefined)) {
    return { userErrors: [notFoundError(["market"])] };
  }
  const requested = items.map(({ productId, variantId }, index) => ({
    productId: idOrUndefined<ProductId>(productId),
    variantId: parseVariantId(variantId),
    at: ["items", index],
  }));
  const { market, variants, userErrors } = await findOrderable(products, requested, marketId, language);
  if (market === undefined || userErrors.length > 0) return { userErrors };
  const lines = mergeLines(variants, items);
  const tooLong = lines.filter(({ quantity }) => quantity > unitsPerLineMax);
  if (tooLong.length === 0) {
    return { lines, market, codes: discountCodes ?? [], areCodesNew: true, moment };
  }
  const message = `An order can have at most ${unitsPerLineMax} units of a variant.`;
  return { userErrors: tooLong.map(({ position }) => validationError(["items", position, "quantity"], message)) };
}

/** Merges the lines of each variant into one, at the position of the first. */
function mergeLines(variants: readonly OrderableVariant[], items: readonly { quantity: number }[]): OrderLine[] {
  const lines = new Map<VariantId, OrderLine>();
  for (const [index, variant] of variants.entries()) {
    const before = lines.get(variant.variantId);
    const quantity = (items[index]?.quantity ?? 0) + (before?.quantity ?? 0);
    lines.set(variant.variantId, { variant, quantity, position: before?.position ?? index, cartItemId: null });
  }
  return [...lines.values()];
}
