import { notInMarketError } from "../clients/orderable-lines.ts";
import type { Market } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { checkoutError, type UserError } from "../shared/user-errors.ts";
import type { CheckoutState } from "./checkout-state.ts";
import type { OrderLines } from "./place-order.ts";
import type { OrderLine } from "./write-order.ts";

/**
 * Asks products for the lines of a cart at today's prices.
 *
 * @param language of the names in the order; the market's default unless given.
 * @returns user errors if the cart is empty, or naming each line that cannot be ordered in the cart's currency.
 * @throws {ApiError} if the products subgraph is unavailable.
 */
export async function findCartLines(
  { products }: Services,
  { content, moment }: CheckoutState,
  language: string | undefined,
): Promise<OrderLines> {
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
