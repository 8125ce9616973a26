import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { testCharges, testDisputes, testRefunds } from "#drizzle/orders/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { type CurrencyCode, parseMoney } from "#platform/shop/money.ts";
import { type SandboxCharge, writeWebhooks } from "./sandbox.ts";
import { reversedAmount } from "./sandbox-books.ts";

/** What can be done with a successful charge on the sandbox's page, as a shop does in a provider's dashboard and a buyer at a bank. */
export const reversalOutcomes = ["refund", "dispute", "won", "lost", "nothing"] as const;
export type ReversalOutcome = (typeof reversalOutcomes)[number];

/**
 * Refunds a charge outside the shop, opens a dispute, or decides the open ones, and sends a webhook.
 *
 * @param amount a decimal; all that remains of the charge unless given, and never more.
 */
export async function reverseCharge(
  db: Db,
  chargeId: string,
  outcome: ReversalOutcome,
  amount: string | null,
): Promise<void> {
  await transaction(db, async (tx) => {
    const [charge] = await tx
      .select()
      .from(testCharges)
      .where(and(eq(testCharges.id, chargeId), eq(testCharges.status, "succeeded")))
      .for("update");
    if (charge === undefined) return;
    await writeReversal(tx, charge, outcome, amount);
    await writeWebhooks(tx, charge);
  });
}

async function writeReversal(
  tx: Tx,
  charge: SandboxCharge,
  outcome: ReversalOutcome,
  amount: string | null,
): Promise<void> {
  const { id: chargeId } = charge;
  const remaining = charge.amountMinor - (await reversedAmount(tx, chargeId));
  const asked = amount === null ? undefined : parseMoney(amount, charge.currency as CurrencyCode)?.minorUnits;
  const amountMinor = asked !== undefined && asked < remaining ? asked : remaining;
  switch (outcome) {
    case "nothing":
      return;
    case "won":
    case "lost":
      await tx
        .update(testDisputes)
        .set({ status: outcome })
        .where(and(eq(testDisputes.chargeId, chargeId), eq(testDisputes.status, "open")));
      return;
    default: {
      if (amountMinor <= 0n) return;
      const id = randomUUID().replaceAll("-", "");
      if (outcome === "dispute") {
        await tx.insert(testDisputes).values({ id: `td_${id}`, chargeId, amountMinor, status: "open" });
      } else {
        const idempotencyKey = `dashboard-${id}`;
        await tx.insert(testRefunds).values({ id: `tr_${id}`, idempotencyKey, chargeId, amountMinor });
      }
    }
  }
}
