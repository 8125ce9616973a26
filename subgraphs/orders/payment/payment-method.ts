import { z } from "zod";
import { type Parsed, text, urlInput, validationError } from "#platform/shop/input.ts";
import type { Providers } from "../payment-providers/payment-provider.ts";
import type { PaymentMethod } from "./charge.ts";

/** The graph's PaymentMethodInput. */
export const methodInput = z.object({
  provider: z.string().nullish(),
  token: text(500, 1),
  returnUrl: urlInput().nullish(),
});

/** The method as it is used: by the shop's default provider unless another allowed one is named. */
export function methodOf(
  providers: Providers,
  method: z.infer<typeof methodInput>,
  at: readonly string[],
): Parsed<PaymentMethod> {
  const provider = method.provider ?? providers.first.name;
  if (!providers.byName.has(provider)) {
    return { ok: false, userErrors: [validationError([...at, "provider"], "The shop takes no payments by it.")] };
  }
  return { ok: true, value: { provider, token: method.token, returnUrl: method.returnUrl ?? null } };
}
