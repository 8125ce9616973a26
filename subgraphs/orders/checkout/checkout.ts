import { z } from "zod";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { emailInput, parseInput } from "#platform/shop/input.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { cartOf, guestCartId } from "../cart/cart.ts";
import type { OrderPayload } from "../order/order-payload.ts";
import { parsePaymentMethod } from "../payment/payment-method.ts";
import type { Services } from "../services.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { unknownCartError } from "../shared/user-errors.ts";
import { placeOrder } from "./place-order.ts";
import { placeOrderInput, priceCommand } from "./place-order-input.ts";
import type { PlaceOrderCommand } from "./write-order.ts";

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
  const cart = cartOf(viewer, tokenKey, value.cartToken);
  return placeOrder(services, command, { kind: "cart", cart, isNamed: guestCart !== undefined });
}
