import { and, eq, getTableColumns, inArray, sql } from "drizzle-orm";
import { type KeyOutcome, orders, outbox, paymentTransactions } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import { changeOrder, type Order, type OrderItem, orderMoney, readItems } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { beforeShipping } from "../order/order-status.ts";
import { appendTimeline } from "../order/timeline.ts";
import type { ChargeResult } from "../payment-providers/payment-provider.ts";
import { type KeyName, keepOutcome } from "../shared/idempotency.ts";
import { declinesPerOrderMax } from "../shared/limits.ts";
import { writeCancellation } from "./cancellation.ts";
import { type CountedAttempt, genericDeclineCode, hasOtherDeclines } from "./decline-budget.ts";
import { chargeOutcome } from "./payment-errors.ts";
import { type PaymentTransaction, retryAt } from "./refund.ts";
import { refundRest } from "./reserve-refund.ts";

/** How often an attempt that waits for its buyer is looked up; usually its webhook comes first. */
const actionPollMs = 10_000;

/** A request that waits for a charge, and keeps its outcome with its key. */
export type ChargeRequest = {
  readonly key: KeyName;
  /** The attempt as it was counted; undefined if another request counted it. */
  readonly counted: CountedAttempt | undefined;
  /** The order's lines, if the request has just written them: no edit begins while the charge is under way. Read unless given. */
  readonly items?: readonly OrderItem[];
};

/** A charge with a result. */
export type SettledCharge = {
  readonly attempt: PaymentTransaction;
  /** The order, if the charge has paid it; undefined where it has to be read. */
  readonly order: Order | undefined;
  /** What the key of the waiting request has as its outcome. */
  readonly outcome: KeyOutcome;
};

/**
 * Writes a provider's result and, in the same transaction, the outcome of the waiting request's key. A final result is written once.
 *
 * @param request the request that made the call, if there is one.
 * @returns undefined unless this call wrote a final result.
 */
export async function settleCharge(
  db: Db,
  { id, orderId }: Pick<PaymentTransaction, "id" | "orderId">,
  result: ChargeResult,
  request?: ChargeRequest,
): Promise<SettledCharge | undefined> {
  const isOpen = and(eq(paymentTransactions.id, id), eq(paymentTransactions.status, "PENDING"));
  if (result.kind === "pending" || result.kind === "action_required") {
    const waits = result.kind === "action_required";
    await db
      .update(paymentTransactions)
      .set({
        ...(result.reference === null ? {} : { providerReference: result.reference }),
        ...(waits ? { nextActionUrl: result.url } : {}),
        dueAt: waits ? sql`now() + ${actionPollMs} * interval '1 millisecond'` : retryAt,
      })
      .where(isOpen);
    return undefined;
  }
  const settled = await transaction(db, async (tx) => {
    crashPoint("orders:settle:before-write");
    const locked = tx.select({ id: orders.id }).from(orders).where(eq(orders.id, orderId)).for("update").as("locked");
    const [attempt] = await tx
      .update(paymentTransactions)
      .set({
        status: result.kind === "succeeded" ? "SUCCEEDED" : "FAILED",
        ...(result.reference === null ? {} : { providerReference: result.reference }),
        ...(result.kind === "declined" ? { declineCode: result.declineCode } : {}),
        ...(result.kind === "cancelled" ? { reason: "Voided." } : {}),
        methodToken: null,
        nextActionUrl: null,
        dueAt: null,
        settledAt: sql`now()`,
      })
      .from(locked)
      .where(and(isOpen, eq(paymentTransactions.orderId, locked.id)))
      .returning(getTableColumns(paymentTransactions));
    if (attempt === undefined) return undefined;
    if (
      attempt.declineCode !== null &&
      attempt.declineCode !== genericDeclineCode &&
      (await hasOtherDeclines(tx, attempt))
    ) {
      await tx
        .update(paymentTransactions)
        .set({ declineCode: genericDeclineCode })
        .where(eq(paymentTransactions.id, id));
      attempt.declineCode = genericDeclineCode;
    }
    const outcome = chargeOutcome(attempt);
    const keep = async (made: KeyOutcome) => (request === undefined ? made : keepOutcome(tx, request.key, made));
    if (result.kind === "succeeded") {
      const { minorUnits, currency } = result.amount;
      if (minorUnits !== attempt.amountMinor || currency !== attempt.currency) {
        throw new Error("The provider charged a different amount.");
      }
      const [kept, order] = await Promise.all([keep(outcome), writePaid(tx, attempt, request?.items)]);
      // Late, because others of the same network wait for its end.
      await request?.counted?.settle(attempt, tx);
      return { attempt, outcome: kept, order };
    }
    // Before the discounts, as an order that is written takes both in this order.
    await request?.counted?.settle(attempt, tx);
    await writeUnpaid(tx, attempt, result.kind === "declined");
    return { attempt, outcome: await keep(outcome), order: undefined };
  });
  crashPoint("orders:settle:after-write");
  return settled;
}

/**
 * Writes a successful charge to its order. A PENDING order becomes PAID, which sells its stock; a later one keeps its status; a cancelled one stays
 * cancelled and is refunded.
 *
 * @param known the order's lines; read unless given.
 * @returns the order, unless it was cancelled.
 */
export async function writePaid(
  tx: Tx,
  charge: PaymentTransaction,
  known?: readonly OrderItem[],
): Promise<Order | undefined> {
  const { orderId, amountMinor, actorId } = charge;
  const amount = orderMoney(charge, amountMinor);
  const paid = {
    paymentStatus: "PAID" as const,
    amountPaidMinor: amountMinor,
    paymentProvider: charge.provider,
    invoiceDueAt: sql`now()`,
  };
  const sold = await changeOrder(tx, orderId, sql`${orders.status} = 'PENDING'`, {
    ...paid,
    status: "PAID",
    expiresAt: null,
    sequence: sql`${orders.sequence} + 1`,
  });
  if (sold !== undefined) {
    const { sequence, revision } = sold.order;
    const items = known ?? (await readItems(tx, [orderId]));
    const lines = items.map(({ variantId, quantity }) => ({ variantId, quantity }));
    await Promise.all([
      appendTimeline(tx, orderId, [
        { type: "PAYMENT_SUCCEEDED", actorId },
        { type: "STATUS_CHANGED", fromStatus: "PENDING", toStatus: "PAID", actorId },
      ]),
      enqueueEvent(tx, outbox, "order.paid", { subject: orderId, sequence, data: { orderId, revision, lines } }),
      enqueueOrderMail(tx, "order-paid", sold.order, { amount, items }),
    ]);
    return sold.order;
  }
  const later = await changeOrder(tx, orderId, sql`${orders.status} <> 'CANCELLED'`, paid);
  if (later !== undefined) {
    await appendTimeline(tx, orderId, [{ type: "PAYMENT_SUCCEEDED", actorId }]);
    await enqueueOrderMail(tx, "order-paid", later.order, { amount });
    return later.order;
  }
  const lost = await changeOrder(tx, orderId, undefined, paid);
  if (lost === undefined) throw new Error("A charge without an order.");
  await appendTimeline(tx, orderId, [
    { type: "PAYMENT_SUCCEEDED", message: "The payment arrived after the cancellation and is refunded.", actorId },
  ]);
  await refundRest(tx, orderId, { reason: "The order was cancelled before it was paid.", actorId: null });
  return undefined;
}

async function writeUnpaid(tx: Tx, charge: PaymentTransaction, declined: boolean): Promise<void> {
  const { orderId } = charge;
  const open = await changeOrder(tx, orderId, sql`${orders.status} <> 'CANCELLED'`, {
    paymentStatus: "FAILED",
    declines: sql`${orders.declines} + ${declined ? 1 : 0}`,
  });
  const message = charge.declineCode;
  await appendTimeline(tx, orderId, [{ type: "PAYMENT_FAILED", message, actorId: charge.actorId }]);
  if (open === undefined) {
    await changeOrder(tx, orderId, sql`${orders.amountPaidMinor} = 0`, { paymentStatus: "CANCELLED" });
  } else if (open.order.declines >= declinesPerOrderMax) {
    // An order that was shipped is not cancelled because a card was declined.
    const condition = inArray(orders.status, [...beforeShipping]);
    await writeCancellation(tx, orderId, { reason: "PAYMENT_FAILED", actorId: null, note: null, condition });
  }
}
