import { z } from "zod";
import { ApiError } from "#platform/shop/api-error.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { emailInput, notFoundError, parseInput } from "#platform/shop/input.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { type Cart, type CartItem, findCart, guestCartId, readCartItems } from "../cart/cart.ts";
import { awaitPlacement } from "../order/reserve-stock.ts";
import { methodOf } from "../payment/payment-method.ts";
import type { Services } from "../services.ts";
import { answerMsMax, deadlineIn, leftMs } from "../shared/deadline.ts";
import { findKey } from "../shared/idempotency.ts";
import { checkoutError, type UserError } from "../shared/user-errors.ts";
import {
  type Line,
  linesFingerprint,
  type OrderAnswer,
  place,
  placingInput,
  repeat,
  type Wish,
} from "./place-order.ts";

const checkoutInput = z.object({
  ...placingInput,
  cartToken: z.string().nullish(),
  email: emailInput.nullish(),
});
/** Turns the viewer's cart, or the guest's of the token, into an order, and pays it where a method is given. */
export async function completeCheckout(services: Services, viewer: Viewer, input: unknown): Promise<OrderAnswer> {
  const { tokenKey, providers } = services;
  const parsed = parseInput(checkoutInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const method = value.payment == null ? undefined : methodOf(providers, value.payment, ["payment"]);
  if (method?.ok === false) return { userErrors: method.userErrors };
  const guestCart =
    viewer.kind === "user" || value.cartToken == null ? undefined : guestCartId(tokenKey, value.cartToken);
  if (viewer.kind !== "user" && value.cartToken != null && guestCart === undefined)
    return { userErrors: [unknownCart] };
  const wish: Wish = {
    name: {
      scope: viewer.kind === "user" ? `user:${viewer.id}` : `cart:${guestCart ?? ""}`,
      mutation: "checkoutComplete",
      key: value.idempotencyKey,
    },
    fingerprint: fingerprint({ ...value, cartToken: undefined }),
    userId: viewer.kind === "user" ? viewer.id : null,
    email: value.email ?? undefined,
    shippingAddress: value.shippingAddress ?? undefined,
    expectedTotal: value.expectedTotal ?? undefined,
    customerNote: value.customerNote || null,
    metadata: null,
    method: method?.value,
    deadline: deadlineIn(answerMsMax),
  };
  while (leftMs(wish.deadline) > 0) {
    const cart = await findCart(services.db, viewer, tokenKey, value.cartToken);
    const items = cart === undefined ? [] : await readCartItems(services.db, [cart.id]);
    const known = await findKey(services.db, wish.name);
    if (known !== undefined) return repeat(services, wish, known, items);
    if (cart === undefined && value.cartToken != null && viewer.kind !== "user") return { userErrors: [unknownCart] };
    if (cart?.checkoutOrderId != null) {
      await awaitPlacement(services, cart.checkoutOrderId, wish.deadline);
      continue;
    }
    const placed = await placeCart(services, wish, cart, items);
    if (placed !== "again") return placed;
  }
  throw new ApiError("TIMEOUT", "The answer took too long.");
}

const unknownCart = notFoundError(["cartToken"], "There is no cart of that token.");

async function placeCart(
  services: Services,
  wish: Wish,
  cart: Cart | undefined,
  items: readonly CartItem[],
): Promise<OrderAnswer | "again"> {
  if (cart === undefined || items.length === 0)
    return { userErrors: [checkoutError("CART_EMPTY", "The cart is empty.")] };
  const answers = await services.catalogue.orderable(items);
  const lines: Line[] = [];
  const userErrors: UserError[] = [];
  for (const [position, { id, quantity, productName, currency }] of items.entries()) {
    const answer = answers[position];
    const variant = answer?.outcome === "ORDERABLE" ? answer.variant : undefined;
    // What is sold in another currency by now is not what the buyer put in, however many of the lines it is.
    if (variant?.unitPrice.currency === currency) lines.push({ variant, quantity, position, cartItemId: id });
    else
      userErrors.push(checkoutError("PRODUCT_UNAVAILABLE", `${productName} is not on sale for ${currency} any more.`));
  }
  if (userErrors.length > 0) return { userErrors };
  return place(services, wish, { ...cart, linesFingerprint: linesFingerprint(items) }, lines);
}
