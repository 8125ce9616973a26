import { z } from "zod";
import { ApiError } from "#platform/shop/api-error.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import type { ProductId, UserId, VariantId } from "#platform/shop/ids.ts";
import { idOrUndefined, isStorable, parseInput, quantityInput, validationError } from "#platform/shop/input.ts";
import { findOrderable } from "../clients/orderable-lines.ts";
import type { CatalogueVariant } from "../clients/products-client.ts";
import { methodOf } from "../payment/payment-method.ts";
import type { Services } from "../services.ts";
import { answerMsMax, deadlineIn, leftMs } from "../shared/deadline.ts";
import { findKey } from "../shared/idempotency.ts";
import { type Line, type OrderAnswer, place, placingInput, repeat, type Wish } from "./place-order.ts";

const orderLinesMax = 100;
const metadataBytesMax = 4_096;
const createInput = z.object({
  ...placingInput,
  items: z
    .array(z.object({ productId: z.string(), variantId: z.string().nullish(), quantity: quantityInput }))
    .min(1, "An order needs a line.")
    .max(orderLinesMax, `An order has at most ${orderLinesMax} lines.`),
  metadata: z
    .record(z.string(), z.unknown())
    .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= metadataBytesMax, {
      error: "It is larger than 4 KiB.",
      abort: true,
    })
    .refine(isStorableJson, "It has U+0000 or half a character.")
    .nullish(),
});

/** Every string in it, keys included, as `jsonb` takes it. */
function isStorableJson(value: unknown): boolean {
  if (typeof value === "string") return isStorable(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorableJson(inner));
}

/** Places an order without a cart, otherwise as {@link completeCheckout}. */
export async function createOrder(services: Services, userId: UserId, input: unknown): Promise<OrderAnswer> {
  const parsed = parseInput(createInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const method = value.payment == null ? undefined : methodOf(services.providers, value.payment, ["payment"]);
  if (method?.ok === false) return { userErrors: method.userErrors };
  const wish: Wish = {
    name: { scope: `user:${userId}`, mutation: "orderCreate", key: value.idempotencyKey },
    fingerprint: fingerprint(value),
    userId,
    email: undefined,
    shippingAddress: value.shippingAddress ?? undefined,
    expectedTotal: value.expectedTotal ?? undefined,
    customerNote: value.customerNote || null,
    metadata: value.metadata ?? null,
    method: method?.value,
    deadline: deadlineIn(answerMsMax),
  };
  while (leftMs(wish.deadline) > 0) {
    const known = await findKey(services.db, wish.name);
    if (known !== undefined) return repeat(services, wish, known, []);
    const found = await findOrderable(
      services.catalogue,
      value.items.map(({ productId, variantId }, index) => ({
        productId: idOrUndefined<ProductId>(productId),
        variantId: variantId == null ? undefined : (idOrUndefined<VariantId>(variantId) ?? ("malformed" as const)),
        at: ["items", index],
      })),
    );
    if (found.userErrors.length > 0) return { userErrors: found.userErrors };
    const lines = sumLines(found.variants, value.items);
    const tooMany = lines.filter(({ quantity }) => quantity > 1_000);
    if (tooMany.length > 0) {
      return {
        userErrors: tooMany.map(({ position }) =>
          validationError(["items", position, "quantity"], "A line holds at most 1000, its repeats included."),
        ),
      };
    }
    const placed = await place(services, wish, undefined, lines);
    if (placed !== "again") return placed;
  }
  throw new ApiError("TIMEOUT", "The answer took too long.");
}

/** The lines of one variant are one line, where the first of them stood. */
function sumLines(variants: readonly CatalogueVariant[], items: readonly { quantity: number }[]): Line[] {
  const lines = new Map<VariantId, Line>();
  for (const [index, variant] of variants.entries()) {
    const before = lines.get(variant.variantId);
    const quantity = (items[index]?.quantity ?? 0) + (before?.quantity ?? 0);
    lines.set(variant.variantId, { variant, quantity, position: before?.position ?? index, cartItemId: null });
  }
  return [...lines.values()];
}
