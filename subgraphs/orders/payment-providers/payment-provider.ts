import type { Money } from "#platform/shop/money.ts";

/** The state of a charge at the provider. If the provider does not respond, calls throw: then it is not known whether money moved. */
export type ChargeResult =
  | { readonly kind: "succeeded"; readonly reference: string; readonly amount: Money }
  | { readonly kind: "declined"; readonly reference: string | null; readonly declineCode: string }
  /** The buyer has to act on a page of the provider. */
  | { readonly kind: "action_required"; readonly reference: string; readonly url: string }
  /** In progress at the provider. */
  | { readonly kind: "pending"; readonly reference: string | null }
  /** Voided before any money moved. */
  | { readonly kind: "cancelled"; readonly reference: string | null };

/** The state of a refund at the provider. */
export type RefundResult =
  | { readonly kind: "succeeded"; readonly reference: string }
  | { readonly kind: "pending"; readonly reference: string }
  | { readonly kind: "failed"; readonly reason: string };

/** An attempt to charge, as a provider gets it. */
export type ProviderCharge = {
  /** The attempt's id, which is the provider's idempotency key. */
  readonly id: string;
  readonly orderNumber: string;
  readonly amount: Money;
  /** The token from the provider's own form. */
  readonly token: string;
  /** Where the provider sends the buyer afterwards. */
  readonly returnUrl: string | null;
  /** The provider's id, once it is known. */
  readonly reference: string | null;
};

/** A refund, as a provider gets it. */
export type ProviderRefund = {
  /** The refund's id, which is the provider's idempotency key. */
  readonly id: string;
  /** The provider's id of the charge. */
  readonly chargeReference: string;
  readonly amount: Money;
  /** The provider's id of the refund, once it is known. */
  readonly reference: string | null;
};

/** What a webhook is about, as far as it says so. */
export type WebhookSubject = {
  /** Our own id of the charge or refund. */
  readonly transactionId?: string | undefined;
  /** The provider's id of a charge of which something was given back or is disputed. */
  readonly chargeReference?: string | undefined;
};

/** Money of a charge that was given back or is disputed, by anyone. */
export type ProviderReversal = {
  readonly kind: "refund" | "dispute";
  /** The provider's id. */
  readonly reference: string;
  /** Our own id, if we made the refund. */
  readonly transactionId: string | null;
  readonly amount: Money;
  /** `succeeded`: the money went back, or the dispute is lost. `failed`: it did not, or the dispute is won. */
  readonly status: "open" | "succeeded" | "failed";
};

/** A payment provider. Every call can be repeated and then has the same effect and result: the ids are idempotency keys. */
export type PaymentProvider = {
  readonly name: string;
  /** Charges, or returns the state of the charge if it was made before. */
  charge(charge: ProviderCharge): Promise<ChargeResult>;
  /** Voids a charge that has not succeeded. Returns its state: `succeeded` if the money was faster. */
  voidPayment(charge: ProviderCharge): Promise<ChargeResult>;
  /** Refunds part or all of a charge, or returns the state of the refund if it was made before. */
  refund(refund: ProviderRefund): Promise<RefundResult>;
  /** All refunds and disputes of a charge, by the provider's id. */
  reversals(chargeReference: string): Promise<ProviderReversal[]>;
  /**
   * The charge or refund that a webhook is about. Its other content is not trusted.
   *
   * @throws {ApiError} BAD_REQUEST if the signature is wrong.
   */
  webhookSubject(body: Buffer, header: (name: string) => string | undefined): Promise<WebhookSubject>;
  close(): Promise<void>;
};

/** The configured providers. */
export type Providers = {
  readonly byName: ReadonlyMap<string, PaymentProvider>;
  /** The shop's default. */
  readonly first: PaymentProvider;
};
