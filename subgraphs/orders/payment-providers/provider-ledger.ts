import { eq, gte } from "drizzle-orm";
import Stripe from "stripe";
import { testCharges, testRefunds } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { type CurrencyCode, type Money, parseCurrency } from "#platform/shop/money.ts";
import { apiAddress, ourAmount } from "./stripe.ts";

/** Money that moved at a provider. */
export type LedgerEntry = {
  readonly type: "CHARGE" | "REFUND";
  /** Our own id of the charge or refund; null if it was made outside the shop. */
  readonly transactionId: string | null;
  /** The provider's id. */
  readonly reference: string;
  /** The provider's id of the charge that a refund belongs to; of a charge, its own id. */
  readonly chargeReference: string;
  /** With its dash; null where the provider does not keep it. */
  readonly orderNumber: string | null;
  readonly amount: Money;
  readonly createdAt: Date;
};

/** A provider's own record, to be compared with ours. It is only read: nothing here can charge or refund. */
export type ProviderLedger = {
  readonly name: string;
  /** The successful charges and refunds made at or after `since`, in any order. */
  read(since: Date): Promise<LedgerEntry[]>;
};

const pageSize = 100;
const responseTimeoutMs = 30_000;

/** The ledger of Stripe: payment intents that succeeded, and refunds. */
export function openStripeLedger(options: { secretKey: string; apiUrl?: string | undefined }): ProviderLedger {
  const stripe = new Stripe(options.secretKey, {
    timeout: responseTimeoutMs,
    telemetry: false,
    ...(options.apiUrl === undefined ? {} : apiAddress(options.apiUrl)),
  });
  return {
    name: "stripe",
    read: async (since) => {
      const page = { limit: pageSize, created: { gte: Math.floor(since.getTime() / 1_000) } };
      const entries: LedgerEntry[] = [];
      for await (const intent of stripe.paymentIntents.list(page)) {
        if (intent.status !== "succeeded") continue;
        entries.push({
          type: "CHARGE",
          transactionId: intent.metadata.transaction ?? null,
          reference: intent.id,
          chargeReference: intent.id,
          orderNumber: intent.metadata.order ?? null,
          amount: ourAmount(intent.amount_received, intent.currency),
          createdAt: new Date(intent.created * 1_000),
        });
      }
      for await (const refund of stripe.refunds.list(page)) {
        if (refund.status !== "succeeded" && refund.status !== "pending") continue;
        const { payment_intent: intent } = refund;
        entries.push({
          type: "REFUND",
          transactionId: refund.metadata?.transaction ?? null,
          reference: refund.id,
          chargeReference: (typeof intent === "string" ? intent : intent?.id) ?? "",
          orderNumber: null,
          amount: ourAmount(refund.amount, refund.currency),
          createdAt: new Date(refund.created * 1_000),
        });
      }
      return entries;
    },
  };
}

/** The ledger of the built-in `test` provider. It does not keep order numbers. */
export function openSandboxLedger(db: Db): ProviderLedger {
  return {
    name: "test",
    read: async (since) => {
      const charges = await db.select().from(testCharges).where(gte(testCharges.createdAt, since));
      const refunds = await db
        .select({ refund: testRefunds, currency: testCharges.currency })
        .from(testRefunds)
        .innerJoin(testCharges, eq(testCharges.id, testRefunds.chargeId))
        .where(gte(testRefunds.createdAt, since));
      return [
        ...charges
          .filter(({ status }) => status === "succeeded")
          .map((charge) => ({
            type: "CHARGE" as const,
            transactionId: charge.idempotencyKey,
            reference: charge.id,
            chargeReference: charge.id,
            orderNumber: null,
            amount: { minorUnits: charge.amountMinor, currency: requireCurrency(charge.currency) },
            createdAt: charge.createdAt,
          })),
        ...refunds.map(({ refund, currency }) => ({
          type: "REFUND" as const,
          transactionId: refund.idempotencyKey,
          reference: refund.id,
          chargeReference: refund.chargeId,
          orderNumber: null,
          amount: { minorUnits: refund.amountMinor, currency: requireCurrency(currency) },
          createdAt: refund.createdAt,
        })),
      ];
    },
  };
}

function requireCurrency(code: string): CurrencyCode {
  const currency = parseCurrency(code);
  if (currency === undefined) throw new Error(`The provider charged in an unknown currency: ${code}.`);
  return currency;
}
