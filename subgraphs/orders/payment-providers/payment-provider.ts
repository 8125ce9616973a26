import type { Money } from "#platform/shop/money.ts";

/** What a provider says about a charge. What it does not say at all is thrown: then it is not known whether the money moved. */
export type ChargeAnswer =
  | { readonly kind: "succeeded"; readonly reference: string; readonly amount: Money }
  | { readonly kind: "declined"; readonly reference: string | null; readonly declineCode: string }
  /** The buyer has to do something on a page of the provider's. */
  | { readonly kind: "action_required"; readonly reference: string; readonly url: string }
  /** Under way at the provider. */
  | { readonly kind: "pending"; readonly reference: string | null }
  /** Taken back before any money moved; nothing will come of it. */
  | { readonly kind: "cancelled"; readonly reference: string | null };

/** What a provider says about a refund. */
export type RefundAnswer =
  | { readonly kind: "succeeded"; readonly reference: string }
  | { readonly kind: "pending"; readonly reference: string }
  | { readonly kind: "failed"; readonly reason: string };

/** An attempt to charge. */
export type Charge = {
  /** The attempt's own id: the provider charges once for it, however often it is sent. */
  readonly id: string;
  readonly orderNumber: string;
  readonly amount: Money;
  /** What the provider's own form gave the buyer. */
  readonly token: string;
  /** Where the provider sends the buyer back. */
  readonly returnUrl: string | null;
  /** The provider's id, once it told one. */
  readonly reference: string | null;
};

/** A refund of a charge. */
export type Refund = {
  /** The refund's own id: the provider gives back once for it. */
  readonly id: string;
  /** The provider's id of the charge. */
  readonly chargeReference: string;
  readonly amount: Money;
  /** The provider's id of the refund, once it told one. */
  readonly reference: string | null;
};

/** A payment provider. Every call may be repeated: the ids in it make a repeat answer as the first did. */
export type PaymentProvider = {
  readonly name: string;
  /** Charges, or says what became of the same charge before. */
  charge(charge: Charge): Promise<ChargeAnswer>;
  /** Takes an attempt back; the answer says what it came to, `succeeded` when the money was quicker. */
  cancel(charge: Charge): Promise<ChargeAnswer>;
  /** Gives back a part or all of a charge, or says what became of the same refund before. */
  refund(refund: Refund): Promise<RefundAnswer>;
  /**
   * The charge or refund that a webhook speaks of, by our own id; undefined when it speaks of something else. Its other content is not believed: the
   * provider is asked.
   *
   * @throws {Refusal} BAD_REQUEST for what the provider did not sign.
   */
  webhookSubject(body: Buffer, header: (name: string) => string | undefined): Promise<string | undefined>;
  close(): Promise<void>;
};

/** The providers that are allowed. */
export type Providers = {
  readonly byName: ReadonlyMap<string, PaymentProvider>;
  /** The shop's default. */
  readonly first: PaymentProvider;
};
