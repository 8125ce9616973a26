import { z } from "zod";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { parseInput, quantityInput } from "#platform/shop/input.ts";
import { metadataInput } from "#platform/shop/json-input.ts";
import { linesPerOrderMax } from "#platform/shop/limits.ts";
import { text } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { OrderPayload } from "../order/order-payload.ts";
import { parsePaymentMethod } from "../payment/payment-method.ts";
import type { Services } from "../services.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { codesPerOrderMax, discountCodeCharactersMax } from "../shared/limits.ts";
import { placeOrder } from "./place-order.ts";
import { placeOrderInput, priceCommand } from "./place-order-input.ts";
import type { PlaceOrderCommand } from "./write-order.ts";

const itemInput = z.object({ productId: z.string(), variantId: z.string().nullish(), quantity: quantityInput });

const createInput = z.object({
  ...placeOrderInput,
  items: z
    .array(itemInput)
    .min(1, "An order needs at least one line.")
    .max(linesPerOrderMax, `An order can have at most ${linesPerOrderMax} lines.`),
  metadata: metadataInput.nullish(),
  market: z.string().nullish(),
  discountCodes: z
    .array(text(discountCodeCharactersMax, 1))
    .max(codesPerOrderMax, `An order can have at most ${codesPerOrderMax} codes.`)
    .nullish(),
});

/** Places an order for the listed items, without a cart. Otherwise as {@link completeCheckout}. */
export async function createOrder(
  services: Services,
  viewer: SignedIn,
  input: unknown,
  clientAddress: string,
): Promise<OrderPayload> {
  const parsed = parseInput(createInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const method = value.payment == null ? undefined : parsePaymentMethod(services, value.payment, ["payment"]);
  if (method?.ok === false) return { userErrors: method.userErrors };
  const command: PlaceOrderCommand = {
    key: { scope: `user:${viewer.id}`, mutation: "orderCreate", key: value.idempotencyKey },
    fingerprint: fingerprint(value),
    viewer,
    clientAddress,
    userId: viewer.id,
    email: undefined,
    shippingAddress: value.shippingAddress ?? undefined,
    ...priceCommand(value),
    expectedTotal: value.expectedTotal ?? undefined,
    customerNote: value.customerNote || null,
    metadata: value.metadata ?? null,
    method: method?.value,
    deadline: deadlineIn(),
  };
  const { items, market, discountCodes } = value;
  return placeOrder(services, command, { kind: "items", items, market, discountCodes });
}
