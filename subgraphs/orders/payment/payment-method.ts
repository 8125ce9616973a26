import { z } from "zod";
import { type Parsed, urlInput, validationError } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import type { ReturnOrigins } from "../env.ts";
import type { Services } from "../services.ts";
import { paymentTokenCharactersMax } from "../shared/limits.ts";
import type { PaymentMethod } from "./charge.ts";

/** PaymentMethodInput. */
export const methodInput = z.object({
  provider: z.string().nullish(),
  token: text(paymentTokenCharactersMax, 1),
  returnUrl: urlInput().nullish(),
});

/**
 * Parses a payment method, of the shop's default provider unless another configured one is named. `returnUrl` must lead to an origin of the shop, so that
 * no one can send buyers elsewhere by way of a provider's page.
 */
export function parsePaymentMethod(
  { providers, returnOrigins }: Services,
  method: z.infer<typeof methodInput>,
  at: readonly string[],
): Parsed<PaymentMethod> {
  const provider = method.provider ?? providers.first.name;
  if (!providers.byName.has(provider)) {
    return { ok: false, userErrors: [validationError([...at, "provider"], "This payment provider is not available.")] };
  }
  if (method.returnUrl != null && !isReturnUrl(method.returnUrl, returnOrigins)) {
    const message = "The return URL must be an address of the storefront.";
    return { ok: false, userErrors: [validationError([...at, "returnUrl"], message)] };
  }
  return { ok: true, value: { provider, token: method.token, returnUrl: method.returnUrl ?? null } };
}

const loopbackHosts: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

function isReturnUrl(text: string, { origins, allowsLoopback }: ReturnOrigins): boolean {
  const { origin, hostname } = new URL(text);
  return origins.has(origin) || (allowsLoopback && loopbackHosts.has(hostname));
}
