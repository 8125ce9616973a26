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
import { writeSteps } from "../order/timeline.ts";
import type { ChargeAnswer } from "../payment-providers/payment-provider.ts";
import type { Services } from "../services.ts";
import { type Deadline, leftMs, pollUntil } from "../shared/deadline.ts";
import { writeCancellation } from "./cancellation.ts";
import { retryAt, type Transaction, writeRefund } from "./refund.ts";

/** What a buyer pays with. */
export type PaymentMethod = { readonly provider: string; readonly token: string; readonly returnUrl: string | null };

/** How long a provider is waited for, once. */
const providerTimeoutMs = 5_000;
/** For so long an attempt is its asker's; then whoever comes asks again. */
const leaseMs = 4_000;
/** How long an attempt that waits for its buyer is left alone; its webhook is what usually comes first. */
const actionPollMs = 10_000;
const declinesMax = 10;

/**
 * Writes an attempt to pay an order, by one statement that demands that it can be paid: PENDING, or PROCESSING and not paid yet; its stock
 * reserved or sold; no edit and no other attempt under way; and `amount` its total. The attempt is then the caller's to {@link askForCharge}.
 *
 * @returns `known` when the attempt was written before, `refused` when the order cannot be paid so.
 */
export async function beginCharge(
  db: Db,
  charge: { id: TransactionId; orderId: OrderId; amount: Money; method: PaymentMethod; actorId: UserId | null },
): Promise<"begun" | "known" | "refused"> {
  const { id, orderId, amount, method, actorId } = charge;
  try {
    const begun = await db.execute<{ id: string }>(sql`
      with payable as (
        update ${orders}
        set payment_status = 'PENDING', payment_provider = ${method.provider}, version = version + 1, updated_at = now()
        where id = ${orderId} and visible and status in ('PENDING', 'PROCESSING') and payment_status in ('UNPAID', 'FAILED')
          and stock_status in ('RESERVED', 'SOLD') and edit is null and total_minor = ${amount.minorUnits}
          and currency = ${amount.currency} and (status <> 'PENDING' or expires_at > now())
          and not exists (select from ${paymentTransactions} where id = ${id})
        returning id, total_minor, currency
      )
      insert into ${paymentTransactions}
        (id, order_id, type, status, amount_minor, currency, provider, method_token, return_url, actor_id, due_at)
      select ${id}::uuid, id, 'CHARGE', 'PENDING', total_minor, currency, ${method.provider}, ${method.token}, ${method.returnUrl},
        ${actorId}::uuid, now() + ${leaseMs} * interval '1 millisecond'
      from payable
      returning id`);
    if (begun.length === 1) return "begun";
  } catch (error) {
    if (violatedConstraint(error) !== "payment_transactions_pkey") throw error;
  }
  return (await findTransaction(db, id)) === undefined ? "refused" : "known";
}

/** A charge or refund by its id. */
export async function findTransaction(db: Db, id: TransactionId): Promise<Transaction | undefined> {
  const [found] = await db.select().from(paymentTransactions).where(eq(paymentTransactions.id, id));
  return found;
}

/**
 * Waits for an attempt's answer: asks the provider where nobody else is doing so. Comes back with the attempt settled, waiting for its buyer, or
 * after the deadline still without an answer.
 *
 * @param mine the attempt was begun by this very request.
 */
export async function awaitCharge(
  services: Services,
  id: TransactionId,
  deadline: Deadline,
  mine: boolean,
): Promise<Transaction> {
  const settled = mine ? await askForCharge(services, id, deadline) : undefined;
  if (settled !== undefined) return settled;
  const answered = await pollUntil(deadline, async () => {
    const attempt = await findTransaction(services.db, id);
    if (attempt === undefined) throw new Error("An attempt to charge is gone.");
    if (attempt.status !== "PENDING" || attempt.nextActionUrl !== null) return attempt;
    if (await leaseCharge(services.db, id)) await askForCharge(services, id, deadline);
    return undefined;
  });
  const attempt = answered ?? (await findTransaction(services.db, id));
  if (attempt === undefined) throw new Error("An attempt to charge is gone.");
  return attempt;
}

/** Takes an attempt that nobody is asking for, for a while; false when somebody is, or it is settled. */
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
 * Asks the provider for a charge, under no lock, and writes its answer; the attempt, once it is settled. For an order that is cancelled, and once
 * the attempt has waited for its buyer as long as an order does, it is asked to take the attempt back instead: an order that went on meanwhile
 * can then be paid another way. Without an answer in time nothing is concluded: it is asked again later.
 */
export async function askForCharge(
  services: Services,
  id: TransactionId,
  deadline: Deadline,
  takeBack = false,
): Promise<Transaction | undefined> {
  const { db, providers, orderTtlMs, log } = services;
  const [asked] = await db
    .update(paymentTransactions)
    .set({ asked: sql`${paymentTransactions.asked} + 1` })
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
  if (asked === undefined) return undefined;
  const { attempt, order } = asked;
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
    const isLeft = attempt.nextActionUrl !== null && attempt.createdAt.getTime() + orderTtlMs < Date.now();
    crashPoint("orders:charge:before-provider");
    const asking =
      takeBack || isLeft || order.status === "CANCELLED" ? provider.cancel(charge) : provider.charge(charge);
    const answer = await withDeadline(asking, Math.min(providerTimeoutMs, Math.max(1, leftMs(deadline))));
    crashPoint("orders:charge:after-provider");
    return await settleCharge(db, attempt, answer);
  } catch (error) {
    log.warn({ err: error, transactionId: id }, "A charge has no answer yet; the provider is asked again.");
    await db
      .update(paymentTransactions)
      .set({ dueAt: retryAt })
      .where(and(eq(paymentTransactions.id, id), eq(paymentTransactions.status, "PENDING")));
    return undefined;
  }
}

/**
 * Writes what the provider said of a charge. A final answer is written once, and then the attempt comes back; what comes after it changes nothing.
 */
async function settleCharge(
  db: Db,
  { id, orderId }: Transaction,
  answer: ChargeAnswer,
): Promise<Transaction | undefined> {
  const open = and(eq(paymentTransactions.id, id), eq(paymentTransactions.status, "PENDING"));
  if (answer.kind === "pending" || answer.kind === "action_required") {
    const waits = answer.kind === "action_required";
    await db
      .update(paymentTransactions)
      .set({
        ...(answer.reference === null ? {} : { providerReference: answer.reference }),
        ...(waits ? { nextActionUrl: answer.url } : {}),
        dueAt: waits ? sql`now() + ${actionPollMs} * interval '1 millisecond'` : retryAt,
      })
      .where(open);
    return undefined;
  }
  const settled = await transaction(db, async (tx) => {
    crashPoint("orders:settle:before-write");
    await lockOrder(tx, orderId);
    const [attempt] = await tx
      .update(paymentTransactions)
      .set({
        status: answer.kind === "succeeded" ? "SUCCEEDED" : "FAILED",
        ...(answer.reference === null ? {} : { providerReference: answer.reference }),
        ...(answer.kind === "declined" ? { declineCode: answer.declineCode } : {}),
        ...(answer.kind === "cancelled" ? { reason: "Taken back." } : {}),
        methodToken: null,
        nextActionUrl: null,
        dueAt: null,
        settledAt: sql`now()`,
      })
      .where(open)
      .returning();
    if (attempt === undefined) return undefined;
    if (answer.kind === "succeeded") {
      const { minorUnits, currency } = answer.amount;
      if (minorUnits !== attempt.amountMinor || currency !== attempt.currency) {
        throw new Error("The provider charged another amount than it was asked for.");
      }
      await writePaid(tx, attempt);
    } else {
      await writeUnpaid(tx, attempt, answer.kind === "declined");
    }
    return attempt;
  });
  crashPoint("orders:settle:after-write");
  return settled;
}

/**
 * Writes a successful charge into its order: PENDING becomes PAID, which sells its stock; one that goes on already is only paid; one that was
 * cancelled meanwhile stays so, and the money goes back.
 */
export async function writePaid(tx: Tx, charge: Transaction): Promise<void> {
  const { orderId, amountMinor, actorId } = charge;
  const amount = orderMoney(charge, amountMinor);
  const paid = { paymentStatus: "PAID" as const, amountPaidMinor: amountMinor, paymentProvider: charge.provider };
  const sold = await changeOrder(tx, orderId, sql`${orders.status} = 'PENDING'`, {
    ...paid,
    status: "PAID",
    expiresAt: null,
    sequence: sql`${orders.sequence} + 1`,
  });
  if (sold !== undefined) {
    await writeSteps(tx, orderId, [
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
    await writeSteps(tx, orderId, [{ type: "PAYMENT_SUCCEEDED", actorId }]);
    await enqueueOrderMail(tx, "order-paid", later.order, { amount });
    return;
  }
  const lost = await changeOrder(tx, orderId, undefined, { ...paid, refundCommittedMinor: amountMinor });
  if (lost === undefined) throw new Error("A charge without an order.");
  await writeSteps(tx, orderId, [
    { type: "PAYMENT_SUCCEEDED", message: "It came after the cancellation and is refunded.", actorId },
  ]);
  await writeRefund(tx, lost.order, {
    amountMinor,
    reason: "The order was cancelled before it was paid.",
    actorId: null,
  });
}

async function writeUnpaid(tx: Tx, charge: Transaction, declined: boolean): Promise<void> {
  const { orderId } = charge;
  const open = await changeOrder(tx, orderId, sql`${orders.status} <> 'CANCELLED'`, {
    paymentStatus: "FAILED",
    declines: sql`${orders.declines} + ${declined ? 1 : 0}`,
  });
  const message = charge.declineCode;
  await writeSteps(tx, orderId, [{ type: "PAYMENT_FAILED", message, actorId: charge.actorId }]);
  if (open === undefined) {
    await changeOrder(tx, orderId, sql`${orders.amountPaidMinor} = 0`, { paymentStatus: "CANCELLED" });
  } else if (open.order.declines >= declinesMax) {
    // What is on its way does not come back to the shelf for a card that was declined.
    const condition = inArray(orders.status, [...beforeShipping]);
    await writeCancellation(tx, orderId, { reason: "PAYMENT_FAILED", actorId: null, note: null, condition });
  }
}
