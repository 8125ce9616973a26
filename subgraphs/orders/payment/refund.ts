import { and, asc, eq, sql } from "drizzle-orm";
import {
  orderItems,
  orders,
  paymentTransactions,
  type ReturnId,
  refundLines,
  returns,
  type TransactionId,
} from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, type Tx, transaction, withDeadline } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { formatAmount } from "#platform/shop/money.ts";
import { changeOrder, lockOrder, orderMoney } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { appendTimeline } from "../order/timeline.ts";
import type { RefundResult } from "../payment-providers/payment-provider.ts";
import type { Services } from "../services.ts";
import { type Deadline, remainingMs } from "../shared/deadline.ts";
import { releaseFences } from "./reserve-refund.ts";

/** A stored charge or refund. */
export type PaymentTransaction = typeof paymentTransactions.$inferSelect;

const providerTimeoutMs = 5_000;
const leaseMs = 4_000;

/** The provider name of payments made outside the shop. Their refunds are made outside too, and only recorded. */
export const recordedProvider = "recorded";

/**
 * Calls the provider to make a refund, unless another process does or it is settled. Without a result the call is repeated later.
 *
 * @param atOnce even if another process does, because the provider has reported a change.
 */
export async function attemptRefund(
  services: Services,
  id: TransactionId,
  deadline: Deadline,
  atOnce = false,
): Promise<void> {
  const { db, providers, log } = services;
  const [refund] = await db
    .update(paymentTransactions)
    .set({
      dueAt: sql`now() + ${leaseMs} * interval '1 millisecond'`,
      attempts: sql`${paymentTransactions.attempts} + 1`,
    })
    .where(
      and(
        eq(paymentTransactions.id, id),
        eq(paymentTransactions.type, "REFUND"),
        eq(paymentTransactions.status, "PENDING"),
        atOnce ? undefined : sql`${paymentTransactions.dueAt} <= now()`,
      ),
    )
    .returning();
  if (refund === undefined) return;
  try {
    if (refund.provider === recordedProvider || refund.amountMinor === 0n || refund.chargeId === null) {
      await settleRefund(db, refund, { kind: "succeeded", reference: refund.providerReference ?? "" });
      return;
    }
    const [charge] = await db.select().from(paymentTransactions).where(eq(paymentTransactions.id, refund.chargeId));
    const provider = providers.byName.get(refund.provider);
    if (provider === undefined) throw new Error(`The payment provider ${refund.provider} is not configured.`);
    if (charge?.providerReference == null) throw new Error("A refund's charge has no provider reference.");
    crashPoint("orders:refund:before-provider");
    const result = await withDeadline(
      provider.refund({
        id,
        chargeReference: charge.providerReference,
        amount: orderMoney(refund, refund.amountMinor),
        reference: refund.providerReference,
      }),
      Math.min(providerTimeoutMs, Math.max(1, remainingMs(deadline))),
    );
    crashPoint("orders:refund:after-provider");
    await settleRefund(db, refund, result);
    if (result.kind !== "pending") {
      services.afterSale.inc({ step: result.kind === "succeeded" ? "refund" : "refund_declined" });
    }
  } catch (error) {
    log.warn({ err: error, transactionId: id }, "The result of a refund is unknown; the call is repeated.");
    await db
      .update(paymentTransactions)
      .set({ dueAt: retryAt })
      .where(and(eq(paymentTransactions.id, id), eq(paymentTransactions.status, "PENDING")));
  }
}

/** After 1, 2, 4 and then every 8 seconds. */
export const retryAt = sql`now() + least(8, 2 ^ (${paymentTransactions.attempts} - 1)) * interval '1 second'`;

/** Writes a provider's result. A final result is written once. */
export async function settleRefund(
  db: Db,
  { id, orderId }: Pick<PaymentTransaction, "id" | "orderId">,
  result: RefundResult,
): Promise<void> {
  await transaction(db, async (tx) => {
    await lockOrder(tx, orderId);
    if (result.kind === "pending") {
      await tx
        .update(paymentTransactions)
        .set({ providerReference: result.reference, dueAt: retryAt })
        .where(and(eq(paymentTransactions.id, id), eq(paymentTransactions.status, "PENDING")));
      return;
    }
    const succeeded = result.kind === "succeeded";
    const [refund] = await tx
      .update(paymentTransactions)
      .set({
        status: succeeded ? "SUCCEEDED" : "FAILED",
        ...(succeeded ? { providerReference: result.reference || null } : { declineCode: result.reason }),
        dueAt: null,
        settledAt: sql`now()`,
      })
      .where(and(eq(paymentTransactions.id, id), eq(paymentTransactions.status, "PENDING")))
      .returning();
    if (refund === undefined) return;
    const amount = orderMoney(refund, refund.amountMinor);
    if (!succeeded) {
      await releaseFences(tx, refund);
      // Staff have to give it back another way, and hear of it nowhere else when nobody waits for the result.
      const message = `The provider declined to refund ${formatAmount(amount)} ${amount.currency}.`;
      await appendTimeline(tx, refund.orderId, [{ type: "NOTE", message, visibleToBuyer: false }]);
      return;
    }
    const done = await changeOrder(tx, refund.orderId, undefined, countRefunded(refund.amountMinor));
    if (done === undefined) throw new Error("A refund without an order.");
    await appendTimeline(tx, refund.orderId, [{ type: "REFUNDED", message: refund.reason, actorId: refund.actorId }]);
    if (refund.returnId !== null) await closeRefundedReturn(tx, refund.returnId);
    if (refund.amountMinor > 0n) {
      const lines = await readRefundedLines(tx, refund.id);
      const { shippingMinor } = refund;
      await enqueueOrderMail(tx, "order-refunded", done.order, { refund: { amount, lines, shippingMinor } });
    }
  });
}

/** What changes in an order when money was given back. A refund of 0.00, for units that cost nothing, leaves the payment status as it is. */
export function countRefunded(amountMinor: bigint) {
  const refunded = sql`${orders.amountRefundedMinor} + ${amountMinor}`;
  return {
    amountRefundedMinor: refunded,
    ...(amountMinor === 0n
      ? {}
      : {
          paymentStatus: sql`case when ${refunded} >= ${orders.amountPaidMinor} then 'REFUNDED' else 'PARTIALLY_REFUNDED' end`,
        }),
    // A credit note is issued for it.
    invoiceDueAt: sql`now()`,
  };
}

/** What a refund gives back for each of its lines, in the order's order. */
async function readRefundedLines(tx: Tx, id: TransactionId) {
  return tx
    .select({ item: orderItems, quantity: refundLines.quantity, amountMinor: refundLines.amountMinor })
    .from(refundLines)
    .innerJoin(orderItems, eq(orderItems.id, refundLines.itemId))
    .where(eq(refundLines.refundId, id))
    .orderBy(asc(orderItems.position));
}

/** A return is closed by its refund, even by one of some of its units. */
async function closeRefundedReturn(tx: Tx, id: ReturnId): Promise<void> {
  await tx
    .update(returns)
    .set({ status: "CLOSED", version: sql`${returns.version} + 1`, updatedAt: sql`now()` })
    .where(and(eq(returns.id, id), eq(returns.status, "RECEIVED")));
}

/** The charges and refunds of the orders, oldest first. */
export async function readTransactions(db: Db, ids: readonly OrderId[]): Promise<PaymentTransaction[]> {
  return db
    .select()
    .from(paymentTransactions)
    .where(isAnyOf(paymentTransactions.orderId, [...ids]))
    .orderBy(asc(paymentTransactions.id));
}

/** Attempts the open refunds of an order. */
export async function attemptOpenRefunds(services: Services, orderId: OrderId, deadline: Deadline): Promise<void> {
  const open = await services.db
    .select({ id: paymentTransactions.id })
    .from(paymentTransactions)
    .where(
      and(
        eq(paymentTransactions.orderId, orderId),
        eq(paymentTransactions.type, "REFUND"),
        eq(paymentTransactions.status, "PENDING"),
      ),
    );
  await Promise.all(open.map(({ id }) => attemptRefund(services, id, deadline)));
}
