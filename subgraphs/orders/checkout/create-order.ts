import { z } from "zod";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import type { MarketId, ProductId, VariantId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, parseInput, quantityInput, validationError } from "#platform/shop/input.ts";
import { metadataInput } from "#platform/shop/json-input.ts";
import { linesPerOrderMax, unitsPerLineMax } from "#platform/shop/limits.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import { text } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { findOrderable, parseVariantId } from "../clients/orderable-lines.ts";
import type { OrderableVariant } from "../clients/products-client.ts";
import type { OrderPayload } from "../order/order-payload.ts";
import { parsePaymentMethod } from "../payment/payment-method.ts";
import type { Services } from "../services.ts";
import type { SettingsMoment } from "../settings/settings.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { codesPerOrderMax, discountCodeCharactersMax } from "../shared/limits.ts";
import { type OrderLines, placeOrder } from "./place-order.ts";
import { placeOrderInput, priceCommand } from "./place-order-input.ts";
import type { OrderLine, PlaceOrderCommand } from "./write-order.ts";

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
  return placeOrder(services, command, {
    cart: undefined,
    findLines: ({ moment }) => findItemLines(services, value, moment),
  });
}

async function findItemLines(
  { products }: Services,
  { items, market: marketText, discountCodes, language }: z.infer<typeof createInput>,
  moment: SettingsMoment,
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
  const { market, variants, userErrors } = await findOrderable(products, requested, marketId, language ?? undefined);
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
