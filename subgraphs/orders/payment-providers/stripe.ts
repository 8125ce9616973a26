import Stripe from "stripe";
import { ApiError } from "#platform/shop/api-error.ts";
import { type CurrencyCode, decimalsOf, type Money, parseCurrency } from "#platform/shop/money.ts";
import type {
  ChargeResult,
  PaymentProvider,
  ProviderCharge,
  ProviderRefund,
  ProviderReversal,
  RefundResult,
} from "./payment-provider.ts";

const responseTimeoutMs = 4_500;

/**
 * Opens Stripe, by payment intents. Each attempt has an intent of its own, created with the attempt's id as its idempotency key and confirmed only
 * then: an intent whose response was lost is found again by its key, and can be voided before it is confirmed. Tokens are payment methods (`pm_…`)
 * and confirmation tokens (`ctoken_…`).
 *
 * @param options.returnUrl where buyers are sent afterwards if the attempt has no address of its own.
 * @param options.apiUrl an address to use instead of Stripe's, for tests.
 */
export function openStripe(options: {
  secretKey: string;
  webhookSecret: string;
  returnUrl: string;
  apiUrl?: string | undefined;
}): PaymentProvider {
  const stripe = new Stripe(options.secretKey, {
    maxNetworkRetries: 0,
    timeout: responseTimeoutMs,
    telemetry: false,
    ...(options.apiUrl === undefined ? {} : apiAddress(options.apiUrl)),
  });
  return {
    name: "stripe",
    charge: (charge) => createCharge(stripe, charge, options.returnUrl),
    voidPayment: (charge) => voidPayment(stripe, charge),
    refund: (refund) => refundCharge(stripe, refund),
    webhookSubject: async (body, header) => {
      const event = await stripe.webhooks
        .constructEventAsync(body, header("stripe-signature") ?? "", options.webhookSecret)
        .catch((error: unknown) => {
          throw new ApiError("BAD_REQUEST", "The signature is wrong.", {}, error);
        });
      const subject = event.data.object;
      const metadata = "metadata" in subject ? subject.metadata : undefined;
      const isReversal = /^(refund\.|charge\.(refund|dispute\.))/.test(event.type);
      const intent = isReversal && "payment_intent" in subject ? subject.payment_intent : undefined;
      return { transactionId: metadata?.transaction, chargeReference: intentId(intent) };
    },
    reversals: (reference) => readReversals(stripe, reference),
    close: async () => {},
  };
}

/** The id of a payment intent, which Stripe gives as such or whole. */
function intentId(intent: unknown): string | undefined {
  if (typeof intent === "string") return intent;
  return typeof intent === "object" && intent !== null && "id" in intent ? String(intent.id) : undefined;
}

/** Refunds and disputes of a payment intent, no matter who made them. Inquiries, which hold no money, are left out. */
async function readReversals(stripe: Stripe, intent: string): Promise<ProviderReversal[]> {
  const reversals: ProviderReversal[] = [];
  for await (const refund of stripe.refunds.list({ payment_intent: intent, limit: 100 })) {
    const isOver = refund.status === "failed" || refund.status === "canceled";
    reversals.push({
      kind: "refund",
      reference: refund.id,
      transactionId: refund.metadata?.transaction ?? null,
      amount: ourAmount(refund.amount, refund.currency),
      status: isOver ? "failed" : refund.status === "succeeded" ? "succeeded" : "open",
    });
  }
  for await (const dispute of stripe.disputes.list({ payment_intent: intent, limit: 100 })) {
    if (dispute.status.startsWith("warning_")) continue;
    reversals.push({
      kind: "dispute",
      reference: dispute.id,
      transactionId: null,
      amount: ourAmount(dispute.amount, dispute.currency),
      status:
        dispute.status === "lost"
          ? "succeeded"
          : /^(needs_response|under_review)$/.test(dispute.status)
            ? "open"
            : "failed",
    });
  }
  return reversals;
}

/** The host, port and protocol of an address, as the Stripe library takes them. */
export function apiAddress(apiUrl: string): { host: string; port: string; protocol: "http" | "https" } {
  const { hostname, port, protocol } = new URL(apiUrl);
  const secure = protocol === "https:";
  return { host: hostname, port: port === "" ? (secure ? "443" : "80") : port, protocol: secure ? "https" : "http" };
}

async function createCharge(stripe: Stripe, charge: ProviderCharge, returnUrl: string): Promise<ChargeResult> {
  const intent = await findIntent(stripe, charge);
  if ("declineCode" in intent) return { kind: "declined", reference: null, declineCode: intent.declineCode };
  if (intent.status !== "requires_payment_method" && intent.status !== "requires_confirmation")
    return chargeResult(intent);
  if (intent.last_payment_error !== null) return chargeResult(intent);
  try {
    const confirmed = await stripe.paymentIntents.confirm(
      intent.id,
      {
        ...(charge.token.startsWith("ctoken_")
          ? { confirmation_token: charge.token }
          : { payment_method: charge.token }),
        return_url: charge.returnUrl ?? returnUrl,
      },
      { idempotencyKey: `${charge.id}-confirm` },
    );
    return chargeResult(confirmed);
  } catch (error) {
    return confirmationResult(stripe, intent.id, error);
  }
}

/** The attempt's intent as it is now, or why Stripe does not create one. A repeated creation returns the intent as it was at first, so it is read. */
async function findIntent(
  stripe: Stripe,
  charge: ProviderCharge,
): Promise<Stripe.PaymentIntent | { declineCode: string }> {
  if (charge.reference !== null) return stripe.paymentIntents.retrieve(charge.reference);
  const amount = stripeAmount(charge.amount);
  if (amount === undefined) return { declineCode: "amount_not_supported" };
  try {
    const made = await stripe.paymentIntents.create(
      {
        amount,
        currency: charge.amount.currency.toLowerCase(),
        automatic_payment_methods: { enabled: true },
        description: `Order ${charge.orderNumber}`,
        metadata: { transaction: charge.id, order: charge.orderNumber },
      },
      { idempotencyKey: charge.id },
    );
    return made.lastResponse.headers["idempotent-replayed"] === "true" ? stripe.paymentIntents.retrieve(made.id) : made;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError)
      return { declineCode: error.code ?? "invalid_request" };
    throw error;
  }
}

/**
 * The result of a confirmation that returned an error. Cards and methods that Stripe rejects are declined. Stripe's own failure says nothing about
 * the charge; but once it is only replayed for the same key, the intent can never be confirmed and is cancelled.
 */
async function confirmationResult(stripe: Stripe, id: string, error: unknown): Promise<ChargeResult> {
  if (error instanceof Stripe.errors.StripeCardError) {
    return { kind: "declined", reference: id, declineCode: error.decline_code ?? error.code ?? "card_declined" };
  }
  if (error instanceof Stripe.errors.StripeInvalidRequestError) {
    if (error.code === "payment_intent_unexpected_state") return chargeResult(await stripe.paymentIntents.retrieve(id));
    return { kind: "declined", reference: id, declineCode: error.code ?? "invalid_request" };
  }
  const replayed = error instanceof Stripe.errors.StripeAPIError && error.headers?.["idempotent-replayed"] === "true";
  if (!replayed) throw error;
  return cancelIntent(stripe, id);
}

async function voidPayment(stripe: Stripe, charge: ProviderCharge): Promise<ChargeResult> {
  const intent = await findIntent(stripe, charge);
  if ("declineCode" in intent) return { kind: "cancelled", reference: null };
  const isFinal = intent.status === "succeeded" || intent.status === "canceled";
  return isFinal ? chargeResult(intent) : cancelIntent(stripe, intent.id);
}

async function cancelIntent(stripe: Stripe, id: string): Promise<ChargeResult> {
  try {
    return chargeResult(await stripe.paymentIntents.cancel(id));
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    return chargeResult(await stripe.paymentIntents.retrieve(id));
  }
}

function chargeResult(intent: Stripe.PaymentIntent): ChargeResult {
  const reference = intent.id;
  switch (intent.status) {
    case "succeeded":
      return { kind: "succeeded", reference, amount: ourAmount(intent.amount_received, intent.currency) };
    case "canceled":
      return { kind: "cancelled", reference };
    case "requires_payment_method": {
      const { last_payment_error: failure } = intent;
      if (failure === null) return { kind: "pending", reference };
      return { kind: "declined", reference, declineCode: failure.decline_code ?? failure.code ?? "card_declined" };
    }
    case "requires_action": {
      const url = intent.next_action?.redirect_to_url?.url ?? undefined;
      return url === undefined ? { kind: "pending", reference } : { kind: "action_required", reference, url };
    }
    default:
      return { kind: "pending", reference };
  }
}

async function refundCharge(stripe: Stripe, refund: ProviderRefund): Promise<RefundResult> {
  const amount = stripeAmount(refund.amount);
  if (amount === undefined) return { kind: "failed", reason: "amount_not_supported" };
  try {
    const made =
      refund.reference !== null
        ? await stripe.refunds.retrieve(refund.reference)
        : await stripe.refunds.create(
            {
              payment_intent: refund.chargeReference,
              amount,
              metadata: { transaction: refund.id },
            },
            { idempotencyKey: refund.id },
          );
    if (made.status === "succeeded") return { kind: "succeeded", reference: made.id };
    if (made.status !== "failed" && made.status !== "canceled") return { kind: "pending", reference: made.id };
    return { kind: "failed", reason: made.failure_reason ?? made.status };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    return { kind: "failed", reason: error.code ?? "invalid_request" };
  }
}

/** Currencies whose amounts Stripe counts in other decimals than ISO 4217: https://docs.stripe.com/currencies#special-cases */
const stripeDecimals: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };

function stripeScale(currency: CurrencyCode): number {
  return (stripeDecimals[currency] ?? decimalsOf(currency)) - decimalsOf(currency);
}

/** The amount as Stripe counts it; undefined if Stripe cannot express it. Of three decimals, the last must be 0. */
export function stripeAmount({ minorUnits, currency }: Money): number | undefined {
  const scale = stripeScale(currency);
  const divisor = 10n ** BigInt(Math.max(0, -scale));
  const step = decimalsOf(currency) === 3 ? 10n : divisor;
  if (minorUnits % step !== 0n) return undefined;
  return Number((minorUnits / divisor) * 10n ** BigInt(Math.max(0, scale)));
}

/** An amount as Stripe counts it, in our minor units. @throws {Error} if the currency is unknown. */
export function ourAmount(amount: number, code: string): Money {
  const currency = parseCurrency(code);
  if (currency === undefined) throw new Error(`Stripe charged in an unknown currency: ${code}.`);
  const scale = stripeScale(currency);
  const minorUnits = (BigInt(amount) * 10n ** BigInt(Math.max(0, -scale))) / 10n ** BigInt(Math.max(0, scale));
  return { minorUnits, currency };
}
