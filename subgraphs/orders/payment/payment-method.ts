import { z } from "zod";
import { type Parsed, urlInput, validationError } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import type { Providers } from "../payment-providers/payment-provider.ts";
import { paymentTokenCharactersMax } from "../shared/limits.ts";
import type { PaymentMethod } from "./charge.ts";

/** PaymentMethodInput. */
export const methodInput = z.object({
  provider: z.string().nullish(),
  token: text(paymentTokenCharactersMax, 1),
  returnUrl: urlInput().nullish(),
});

/** Parses a payment method, of the shop's default provider unless another configured one is named. */
export function parsePaymentMethod(
  providers: Providers,
  method: z.infer<typeof methodInput>,
  at: readonly string[],
): Parsed<PaymentMethod> {
  const provider = method.provider ?? providers.first.name;
  if (!providers.byName.has(provider)) {
    return { ok: false, userErrors: [validationError([...at, "provider"], "This payment provider is not available.")] };
  }
  return { ok: true, value: { provider, token: method.token, returnUrl: method.returnUrl ?? null } };
}
