import { and, eq, ne, sql } from "drizzle-orm";
import { testCharges, testDisputes, testRefunds } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { ProviderReversal } from "./payment-provider.ts";

/** All refunds and disputes of a charge. */
export async function readReversals(db: Db, chargeId: string): Promise<ProviderReversal[]> {
  const [charge] = await db.select().from(testCharges).where(eq(testCharges.id, chargeId));
  if (charge === undefined) return [];
  const amountOf = (minorUnits: bigint) => ({ minorUnits, currency: charge.currency as CurrencyCode });
  const refunds = await db.select().from(testRefunds).where(eq(testRefunds.chargeId, chargeId));
  const disputes = await db.select().from(testDisputes).where(eq(testDisputes.chargeId, chargeId));
  return [
    ...refunds.map(({ id, idempotencyKey, amountMinor }) => ({
      kind: "refund" as const,
      reference: id,
      transactionId: idempotencyKey,
      amount: amountOf(amountMinor),
      status: "succeeded" as const,
    })),
    ...disputes.map(({ id, amountMinor, status }) => ({
      kind: "dispute" as const,
      reference: id,
      transactionId: null,
      amount: amountOf(amountMinor),
      status: ({ open: "open", lost: "succeeded", won: "failed" } as const)[status],
    })),
  ];
}

/** What was given back of a charge, or is disputed and not won. */
export async function reversedAmount(db: Db, chargeId: string): Promise<bigint> {
  const [refunds] = await db
    .select({ sum: sql<string>`coalesce(sum(${testRefunds.amountMinor}), 0)` })
    .from(testRefunds)
    .where(eq(testRefunds.chargeId, chargeId));
  const [disputes] = await db
    .select({ sum: sql<string>`coalesce(sum(${testDisputes.amountMinor}), 0)` })
    .from(testDisputes)
    .where(and(eq(testDisputes.chargeId, chargeId), ne(testDisputes.status, "won")));
  return BigInt(refunds?.sum ?? 0) + BigInt(disputes?.sum ?? 0);
}
