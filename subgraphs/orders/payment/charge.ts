import { and, eq, getTableColumns, inArray, sql } from "drizzle-orm";
import { orders, outbox, paymentTransactions, type TransactionId } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, type Tx, transaction, violatedConstraint, withDeadline } from "#platform/database/database.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import type { OrderId, UserId } from "#platform/shop/ids.ts";
import type { Money } from "#platform/shop/money.ts";
import { changeOrder, lockOrder, orderMoney, stockLines } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { formatOrderNumber } from "../order/order-number.ts";
import { beforeShipping } from "../order/order-status.ts";
import { appendTimeline } from "../order/timeline.ts";
import type { ChargeResult } from "../payment-providers/payment-provider.ts";
import type { Services } from "../services.ts";
import { type Deadline, remainingMs, retryUntil } from "../shared/deadline.ts";
import { declinesPerOrderMax } from "../shared/limits.ts";
import { writeCancellation } from "./cancellation.ts";
import { genericDeclineCode, hasOtherDeclines } from "./decline-budget.ts";
import { type PaymentTransaction, retryAt } from "./refund.ts";
import { refundRest } from "./reserve-refund.ts";

/** What a buyer pays with: the provider and its token. */
export type PaymentMethod = { readonly provider: string; readonly token: string; readonly returnUrl: string | null };

/** How long one call to a provider may take. */
const providerTimeoutMs = 5_000;
/** How long an attempt belongs to the process that took it; then another one repeats the call. */
const leaseMs = 4_000;
/** How often an attempt that waits for its buyer is looked up; usually its webhook comes first. */
const actionPollMs = 10_000;

/**
 * Writes an attempt to charge an order, in one statement that requires that it can be paid: PENDING, or PROCESSING and unpaid; its stock reserved
 * or sold; no edit and no other attempt in progress; and `amount` equal to what is due. The caller then makes the attempt.
 *
 * From now on the order is held for `orderTtlMs` from its placement, also if a guest placed it.
 *
 * @returns `known` if the attempt was written before, `rejected` if the order cannot be paid.
 */
export async function beginCharge(
  db: Db,
  charge: {
    id: TransactionId;
    orderId: OrderId;
    amount: Money;
    method: PaymentMethod;
    actorId: UserId | null;
    orderTtlMs: number;
  },
): Promise<"begun" | "known" | "rejected"> {
  const { id, orderId, amount, method, actorId, orderTtlMs } = charge;
  try {
    const begun = await db.execute<{ id: string }>(sql`
      with payable as (
        update ${orders}
        set payment_status = 'PENDING', payment_provider = ${method.provider}, version = version + 1, updated_at = now(),
          expires_at = greatest(expires_at, created_at + ${orderTtlMs} * interval '1 millisecond')
        where id = ${orderId} and visible and status in ('PENDING', 'PROCESSING') and payment_status in ('UNPAID', 'FAILED')
          and stock_status in ('RESERVED', 'SOLD') and edit is null and total_minor - waived_minor = ${amount.minorUnits}
          and currency = ${amount.currency} and (status <> 'PENDING' or expires_at > now())
          and not exists (select from ${paymentTransactions} where id = ${id})
        returning id, total_minor - waived_minor as due_minor, currency
      )
      insert into ${paymentTransactions}
        (id, order_id, type, status, amount_minor, currency, provider, method_token, return_url, actor_id, due_at)
      select ${id}::uuid, id, 'CHARGE', 'PENDING', due_minor, currency, ${method.provider}, ${method.token}, ${method.returnUrl},
        ${actorId}::uuid, now() + ${leaseMs} * interval '1 millisecond'
      from payable
      returning id`);
    if (begun.length === 1) return "begun";
  } catch (error) {
    if (violatedConstraint(error) !== "payment_transactions_pkey") throw error;
  }
  return (await findTransaction(db, id)) === undefined ? "rejected" : "known";
}

/** A charge or refund by its id. */
export async function findTransaction(db: Db, id: TransactionId): Promise<PaymentTransaction | undefined> {
  const [found] = await db.select().from(paymentTransactions).where(eq(paymentTransactions.id, id));
  return found;
}

/**
 * Waits until an attempt is settled or waits for its buyer, and calls the provider unless another process does.
 *
 * @param isOwn this request has just written the attempt.
 * @returns the attempt; still PENDING if there is no result by the deadline.
 */
export async function awaitCharge(
  services: Services,
  id: TransactionId,
  deadline: Deadline,
  isOwn: boolean,
): Promise<PaymentTransaction> {
  const settled = isOwn ? await attemptCharge(services, id, deadline) : undefined;
  if (settled !== undefined) return settled;
  const found = await retryUntil(deadline, async () => {
    const attempt = await findTransaction(services.db, id);
    if (attempt === undefined) throw new Error("A charge disappeared.");
    if (attempt.status !== "PENDING" || attempt.nextActionUrl !== null) return attempt;
    if (await leaseCharge(services.db, id)) await attemptCharge(services, id, deadline);
    return undefined;
  });
  const attempt = found ?? (await findTransaction(services.db, id));
  if (attempt === undefined) throw new Error("A charge disappeared.");
  return attempt;
}

/** Takes an open attempt for a while. Returns false if another process has it, or if it is settled. */
export async function leaseCharge(db: Db, id: TransactionId): Promise<boolean> {
  const leased = await db
    .update(paymentTransactions)
    .set({ dueAt: sql`now() + ${leaseMs} * interval '1 millisecond'` })
    .where(
      and(
        eq(paymentTransactions.id, id),
        eq(paymentTransactions.type, "CHARGE"),
        eq(paymentTransactions.status, "PENDING"),
        sql`${paymentTransactions.dueAt} <= now()`,
      ),
    )
    .returning({ id: paymentTransactions.id });
  return leased.length === 1;
}

/**
 * Calls the provider to make a charge, without holding a lock, and writes the result. If the order was cancelled, or if the buyer has not acted for
 * as long as an order waits for its payment, it voids the payment instead, so that the order can be paid another way. Without a response in time
 * nothing is concluded, and the call is repeated later.
 *
 * @param voidIt void the payment in any case.
 * @returns the attempt, if it is settled now.
 */
export async function attemptCharge(
  services: Services,
  id: TransactionId,
  deadline: Deadline,
  voidIt = false,
): Promise<PaymentTransaction | undefined> {
  const { db, providers, orderTtlMs, log } = services;
  const [open] = await db
    .update(paymentTransactions)
    .set({ attempts: sql`${paymentTransactions.attempts} + 1` })
    .from(orders)
    .where(
      and(
        eq(paymentTransactions.id, id),
        eq(paymentTransactions.status, "PENDING"),
        eq(orders.id, paymentTransactions.orderId),
      ),
    )
    .returning({
      attempt: getTableColumns(paymentTransactions),
      order: { number: orders.number, status: orders.status },
    });
  if (open === undefined) return undefined;
  const { attempt, order } = open;
  try {
    const provider = providers.byName.get(attempt.provider);
    if (provider === undefined) throw new Error(`The payment provider ${attempt.provider} is not configured.`);
    const charge = {
      id,
      orderNumber: formatOrderNumber(order.number),
      amount: orderMoney(attempt, attempt.amountMinor),
      token: attempt.methodToken ?? "",
      returnUrl: attempt.returnUrl,
      reference: attempt.providerReference,
    };
    const isAbandoned = attempt.nextActionUrl !== null && attempt.createdAt.getTime() + orderTtlMs < Date.now();
    crashPoint("orders:charge:before-provider");
    const call =
      voidIt || isAbandoned || order.status === "CANCELLED" ? provider.voidPayment(charge) : provider.charge(charge);
    const result = await withDeadline(call, Math.min(providerTimeoutMs, Math.max(1, remainingMs(deadline))));
    crashPoint("orders:charge:after-provider");
    return await settleCharge(db, attempt, result);
  } catch (error) {
    log.warn({ err: error, transactionId: id }, "The result of a charge is unknown; the call is repeated.");
    await db
      .update(paymentTransactions)
      .set({ dueAt: retryAt })
      .where(and(eq(paymentTransactions.id, id), eq(paymentTransactions.status, "PENDING")));
    return undefined;
  }
}

/** Writes a provider's result. A final result is written once; the attempt is returned only then. */
async function settleCharge(
  db: Db,
  { id, orderId }: PaymentTransaction,
  result: ChargeResult,
): Promise<PaymentTransaction | undefined> {
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
    await lockOrder(tx, orderId);
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
      .where(isOpen)
      .returning();
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
    if (result.kind === "succeeded") {
      const { minorUnits, currency } = result.amount;
      if (minorUnits !== attempt.amountMinor || currency !== attempt.currency) {
        throw new Error("The provider charged a different amount.");
      }
      await writePaid(tx, attempt);
    } else {
      await writeUnpaid(tx, attempt, result.kind === "declined");
    }
    return attempt;
  });
  crashPoint("orders:settle:after-write");
  return settled;
}

/**
 * Writes a successful charge to its order. A PENDING order becomes PAID, which sells its stock; a later one keeps its status; a cancelled one stays
 * cancelled and is refunded.
 */
export async function writePaid(tx: Tx, charge: PaymentTransaction): Promise<void> {
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
    await appendTimeline(tx, orderId, [
      { type: "PAYMENT_SUCCEEDED", actorId },
      { type: "STATUS_CHANGED", fromStatus: "PENDING", toStatus: "PAID", actorId },
    ]);
    const { sequence, revision } = sold.order;
    const data = { orderId, revision, lines: await stockLines(tx, orderId) };
    await enqueueEvent(tx, outbox, "order.paid", { subject: orderId, sequence, data });
    await enqueueOrderMail(tx, "order-paid", sold.order, { amount });
    return;
  }
  const later = await changeOrder(tx, orderId, sql`${orders.status} <> 'CANCELLED'`, paid);
  if (later !== undefined) {
    await appendTimeline(tx, orderId, [{ type: "PAYMENT_SUCCEEDED", actorId }]);
    await enqueueOrderMail(tx, "order-paid", later.order, { amount });
    return;
  }
  const lost = await changeOrder(tx, orderId, undefined, paid);
  if (lost === undefined) throw new Error("A charge without an order.");
  await appendTimeline(tx, orderId, [
    { type: "PAYMENT_SUCCEEDED", message: "The payment arrived after the cancellation and is refunded.", actorId },
  ]);
  await refundRest(tx, orderId, { reason: "The order was cancelled before it was paid.", actorId: null });
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
