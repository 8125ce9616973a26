import { z } from "zod";
import type { ShippingMethodId } from "#drizzle/orders/tables.ts";
import { addressInput, idempotencyKeyInput, idOrUndefined, languageInput, moneyInput } from "#platform/shop/input.ts";
import { multilineText, text } from "#platform/shop/text.ts";
import { methodInput } from "../payment/payment-method.ts";
import { noteCharactersMax, vatNumberCharactersMax } from "../shared/limits.ts";
import type { PlaceOrderCommand } from "./write-order.ts";

/** The fields that checkoutComplete and orderCreate share. */
export const placeOrderInput = {
  idempotencyKey: idempotencyKeyInput,
  shippingAddress: addressInput.nullish(),
  billingAddress: addressInput.nullish(),
  shippingOptionId: z.string().nullish(),
  vatNumber: text(vatNumberCharactersMax).nullish(),
  language: languageInput.nullish(),
  expectedTotal: moneyInput.nullish(),
  customerNote: multilineText(noteCharactersMax).nullish(),
  payment: methodInput.nullish(),
};

const placeOrderFields = z.object(placeOrderInput);

/** The id of no way of shipping. */
const unknownOption = "" as ShippingMethodId;

/** The part of a command that its price depends on. */
export function priceCommand(
  value: Pick<z.infer<typeof placeOrderFields>, "billingAddress" | "shippingOptionId" | "vatNumber" | "language">,
): Pick<PlaceOrderCommand, "billingAddress" | "shippingOptionId" | "vatNumber" | "language"> {
  const { billingAddress, shippingOptionId, vatNumber, language } = value;
  return {
    billingAddress: billingAddress ?? null,
    shippingOptionId:
      shippingOptionId == null ? undefined : (idOrUndefined<ShippingMethodId>(shippingOptionId) ?? unknownOption),
    vatNumber: vatNumber || undefined,
    language: language ?? undefined,
  };
}
