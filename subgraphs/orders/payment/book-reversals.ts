import { and, eq, inArray, sql } from "drizzle-orm";
import { paymentTransactions, type TransactionId } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Tx, transaction, violatedConstraint } from "#platform/database/database.ts";
import { newId, type OrderId, parseId } from "#platform/shop/ids.ts";
import { formatAmount } from "#platform/shop/money.ts";
import { changeOrder, lockOrder, orderMoney, readOrder } from "../order/order.ts";
import { appendTimeline } from "../order/timeline.ts";
import type { PaymentProvider, ProviderReversal } from "../payment-providers/payment-provider.ts";
import type { Services } from "../services.ts";
import { countRefunded, type PaymentTransaction, settleRefund } from "./refund.ts";
import { refundRest, releaseFences, reserveRefund } from "./reserve-refund.ts";

/**
 * Books refunds and disputes that the provider has and we have not: made in its dashboard, or by the buyer's bank. They take part in the payment's fence
 * like our own refunds. An open dispute holds its amount there; a lost one is a refund, a won one gives it back. Of one that is greater than what
 * remains of the payment, because money was given back elsewhere too, only what remains is booked, and the timeline says so to staff.
 *
 * @param chargeReference the provider's id of a charge.
 * @throws {Error} if one of them cannot be booked yet; all others are. The provider repeats its webhook.
 */
export async function bookReversals(
  services: Services,
  provider: PaymentProvider,
  chargeReference: string,
): Promise<void> {
  const { db } = services;
  const [charge] = await db
    .select({ orderId: paymentTransactions.orderId })
    .from(paymentTransactions)
    .where(
      and(
        eq(paymentTransactions.provider, provider.name),
        eq(paymentTransactions.providerReference, chargeReference),
        eq(paymentTransactions.type, "CHARGE"),
      ),
    );
  if (charge === undefined) return;
  const failures: unknown[] = [];
  for (const reversal of await provider.reversals(chargeReference)) {
    if (await isOwn(services, charge.orderId, reversal)) continue;
    crashPoint("orders:reversal:before-write");
    try {
      await transaction(db, (tx) => book(tx, charge.orderId, provider.name, reversal));
    } catch (error) {
      // Another process booked it at the same moment.
      if (!/_reference$/.test(violatedConstraint(error) ?? "")) failures.push(error);
    }
    crashPoint("orders:reversal:after-write");
  }
  if (failures.length > 0) throw failures[0];
}

/** Whether we made the refund ourselves; its own transaction follows it. */
async function isOwn({ db }: Services, orderId: OrderId, { transactionId }: ProviderReversal): Promise<boolean> {
  const id = transactionId === null ? undefined : parseId<TransactionId>(transactionId);
  if (id === undefined) return false;
  const [own] = await db
    .select({ id: paymentTransactions.id })
    .from(paymentTransactions)
    .where(and(eq(paymentTransactions.id, id), eq(paymentTransactions.orderId, orderId)));
  return own !== undefined;
}

async function book(tx: Tx, orderId: OrderId, provider: string, reversal: ProviderReversal): Promise<void> {
  await lockOrder(tx, orderId);
  const type = reversal.kind === "dispute" ? "DISPUTE" : "REFUND";
  const [known] = await tx
    .select()
    .from(paymentTransactions)
    .where(
      and(
        eq(paymentTransactions.orderId, orderId),
        eq(paymentTransactions.provider, provider),
        eq(paymentTransactions.providerReference, reversal.reference),
        eq(paymentTransactions.type, type),
      ),
    );
  const row = known ?? (reversal.status === "failed" ? undefined : await reserve(tx, orderId, provider, reversal));
  if (row === undefined || row.status !== "PENDING" || reversal.status === "open") return;
  if (type === "DISPUTE") return settleDispute(tx, row, reversal.status === "succeeded");
  const result =
    reversal.status === "succeeded"
      ? ({ kind: "succeeded", reference: reversal.reference } as const)
      : ({ kind: "failed", reason: "failed" } as const);
  await settleRefund(tx, row, result);
}

/**
 * Reserves what the provider gave back in the payment's fence, as goodwill, and writes it. A cancelled order's own refund may have failed because the
 * provider had already given back this part; then the rest is refunded now.
 */
async function reserve(
  tx: Tx,
  orderId: OrderId,
  provider: string,
  reversal: ProviderReversal,
): Promise<PaymentTransaction | undefined> {
  const order = await readOrder(tx, orderId);
  if (order === undefined) return undefined;
  if (reversal.amount.currency !== order.currency) throw new Error("The provider gave back another currency.");
  const remaining = order.amountPaidMinor - order.refundCommittedMinor;
  const { minorUnits } = reversal.amount;
  const hasOpen = await hasReversal(tx, orderId, ["REFUND", "DISPUTE"], "PENDING");
  if (minorUnits > remaining && hasOpen) {
    throw new Error(
      "Another refund or dispute of the payment is open; what the provider gave back is booked after it.",
    );
  }
  const amountMinor = minorUnits < remaining ? minorUnits : remaining;
  const isDispute = reversal.kind === "dispute";
  const amount = `${formatAmount(reversal.amount)} ${reversal.amount.currency}`;
  if (isDispute) {
    const message = `The buyer's bank disputes ${amount}.`;
    await appendTimeline(tx, orderId, [{ type: "DISPUTED", message, visibleToBuyer: false }]);
  }
  if (amountMinor < minorUnits) {
    const message = `The payment provider gave back ${amount}, but only ${formatAmount(orderMoney(order, amountMinor))} ${order.currency} remained of the payment.`;
    await appendTimeline(tx, orderId, [{ type: "NOTE", message, visibleToBuyer: false }]);
  }
  const id = newId<TransactionId>();
  const written = await reserveRefund(tx, orderId, {
    id,
    amountMinor,
    reason: isDispute ? null : "Refunded at the payment provider.",
    actorId: null,
    elsewhere: { provider, reference: reversal.reference, type: isDispute ? "DISPUTE" : "REFUND" },
  });
  if ("userErrors" in written) throw new Error("A refund at the provider did not fit into the payment.");
  if (order.status === "CANCELLED" && !hasOpen && (await hasReversal(tx, orderId, ["REFUND"], "FAILED"))) {
    await refundRest(tx, orderId, { reason: "The order was cancelled.", actorId: null });
  }
  const [row] = await tx.select().from(paymentTransactions).where(eq(paymentTransactions.id, id));
  return row;
}

async function hasReversal(
  tx: Tx,
  orderId: OrderId,
  types: PaymentTransaction["type"][],
  status: PaymentTransaction["status"],
): Promise<boolean> {
  const found = await tx
    .select({ id: paymentTransactions.id })
    .from(paymentTransactions)
    .where(
      and(
        eq(paymentTransactions.orderId, orderId),
        inArray(paymentTransactions.type, types),
        eq(paymentTransactions.status, status),
      ),
    )
    .limit(1);
  return found.length > 0;
}

/** A lost dispute is money given back; a won one gives its amount back to the fence. */
async function settleDispute(tx: Tx, dispute: PaymentTransaction, isLost: boolean): Promise<void> {
  const { id, orderId, amountMinor } = dispute;
  await tx
    .update(paymentTransactions)
    .set({ status: isLost ? "SUCCEEDED" : "FAILED", dueAt: null, settledAt: sql`now()` })
    .where(and(eq(paymentTransactions.id, id), eq(paymentTransactions.status, "PENDING")));
  const amount = orderMoney(dispute, amountMinor);
  const message = `The dispute of ${formatAmount(amount)} ${amount.currency} is ${isLost ? "lost" : "won"}.`;
  await appendTimeline(tx, orderId, [{ type: "DISPUTED", message, visibleToBuyer: false }]);
  if (!isLost) return releaseFences(tx, dispute);
  await changeOrder(tx, orderId, undefined, countRefunded(amountMinor));
}
