import { z } from "zod";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { emailInput, parseInput } from "#platform/shop/input.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { cartOf, guestCartId } from "../cart/cart.ts";
import { notInMarketError } from "../clients/orderable-lines.ts";
import type { Market } from "../clients/products-client.ts";
import type { OrderPayload } from "../order/order-payload.ts";
import { parsePaymentMethod } from "../payment/payment-method.ts";
import type { Services } from "../services.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { checkoutError, type UserError, unknownCartError } from "../shared/user-errors.ts";
import type { CheckoutState } from "./checkout-state.ts";
import { type OrderLines, placeOrder } from "./place-order.ts";
import { placeOrderInput, priceCommand } from "./place-order-input.ts";
import type { OrderLine, PlaceOrderCommand } from "./write-order.ts";

const checkoutInput = z.object({
  ...placeOrderInput,
  cartToken: z.string().nullish(),
  email: emailInput.nullish(),
});

/** Turns the viewer's cart into an order, and pays for it if the input has a payment method. Exactly once per idempotency key. */
export async function completeCheckout(
  services: Services,
  viewer: Viewer,
  input: unknown,
  clientAddress: string,
): Promise<OrderPayload> {
  const { tokenKey } = services;
  const parsed = parseInput(checkoutInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const method = value.payment == null ? undefined : parsePaymentMethod(services, value.payment, ["payment"]);
  if (method?.ok === false) return { userErrors: method.userErrors };
  const isUser = viewer.kind === "user";
  const guestCart = isUser || value.cartToken == null ? undefined : guestCartId(tokenKey, value.cartToken);
  if (!isUser && value.cartToken != null && guestCart === undefined) return { userErrors: [unknownCartError] };
  const command: PlaceOrderCommand = {
    key: {
      scope: isUser ? `user:${viewer.id}` : `cart:${guestCart ?? ""}`,
      mutation: "checkoutComplete",
      key: value.idempotencyKey,
    },
    fingerprint: fingerprint({ ...value, cartToken: undefined }),
    viewer,
    clientAddress,
    userId: isUser ? viewer.id : null,
    email: value.email ?? undefined,
    shippingAddress: value.shippingAddress ?? undefined,
    ...priceCommand(value),
    expectedTotal: value.expectedTotal ?? undefined,
    customerNote: value.customerNote || null,
    metadata: null,
    method: method?.value,
    deadline: deadlineIn(),
  };
  return placeOrder(services, command, {
    cart: cartOf(viewer, tokenKey, value.cartToken),
    findLines: async (state) => {
      if (state.content === undefined && guestCart !== undefined) return { userErrors: [unknownCartError] };
      return findCartLines(services, state, value.language ?? undefined);
    },
  });
}

async function findCartLines(
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
