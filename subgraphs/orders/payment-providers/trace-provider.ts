import { inSpan } from "#platform/observability/trace-context.ts";
import type { PaymentProvider } from "./payment-provider.ts";

/** The provider with a span around each call to it, where the request is traced. */
export function traceProvider(provider: PaymentProvider): PaymentProvider {
  const inCall = <Result>(call: string, work: () => Promise<Result>) =>
    inSpan(`${provider.name} ${call}`, { kind: "CLIENT" }, work);
  return {
    ...provider,
    charge: (charge) => inCall("charge", () => provider.charge(charge)),
    voidPayment: (charge) => inCall("void", () => provider.voidPayment(charge)),
    reversals: (reference) => inCall("reversals", () => provider.reversals(reference)),
    refund: (refund) => inCall("refund", () => provider.refund(refund)),
  };
}
