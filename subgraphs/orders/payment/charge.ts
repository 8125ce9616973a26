import { and, eq, getTableColumns, sql } from "drizzle-orm";
import { orders, paymentTransactions, type TransactionId } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, type Tx, violatedConstraint, withDeadline } from "#platform/database/database.ts";
import type { OrderId, UserId } from "#platform/shop/ids.ts";
import type { Money } from "#platform/shop/money.ts";
import { type Order, orderMoney } from "../order/order.ts";
import { formatOrderNumber } from "../order/order-number.ts";
import type { OrderChange } from "../order/reserve-stock.ts";
import type { ProviderCharge } from "../payment-providers/payment-provider.ts";
import type { Services } from "../services.ts";
import { type Deadline, remainingMs, retryUntil } from "../shared/deadline.ts";
import { keepOutcome } from "../shared/idempotency.ts";
import { chargeOutcome } from "./payment-errors.ts";
import { type PaymentTransaction, retryAt } from "./refund.ts";
import { type ChargeRequest, type SettledCharge, settleCharge } from "./settle-charge.ts";

/** What a buyer pays with: the provider and its token. */
export type PaymentMethod = { readonly provider: string; readonly token: string; readonly returnUrl: string | null };

/** How long one call to a provider may take. */
const providerTimeoutMs = 5_000;
/** How long an attempt belongs to the process that took it; then another one repeats the call. */
const leaseMs = 4_000;
/** An attempt that is to be charged, as written for one order. */
export type NewCharge = {
  readonly id: TransactionId;
  readonly orderId: OrderId;
  readonly amount: Money;
  readonly method: PaymentMethod;
  readonly actorId: UserId | null;
  readonly orderTtlMs: number;
};

/**
 * Writes an attempt to charge an order, in one statement that requires that it can be paid: PENDING, or PROCESSING and unpaid; its stock reserved
 * or sold; no edit and no other attempt in progress; and `amount` equal to what is due. The caller then makes the attempt.
 *
 * From now on the order is held for `orderTtlMs` from its placement, also if a guest placed it.
 *
 * @returns `known` if the attempt was written before, `rejected` if the order cannot be paid.
 */
export async function beginCharge(db: Db, charge: NewCharge): Promise<"begun" | "known" | "rejected"> {
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
        (id, order_id, type, status, amount_minor, currency, provider, method_token, return_url, actor_id, due_at, asked)
      select ${id}::uuid, id, 'CHARGE', 'PENDING', due_minor, currency, ${method.provider}, ${method.token}, ${method.returnUrl},
        ${actorId}::uuid, now() + ${leaseMs} * interval '1 millisecond', 1
      from payable
      returning id`);
    if (begun.length === 1) return "begun";
  } catch (error) {
    if (violatedConstraint(error) !== "payment_transactions_pkey") throw error;
  }
  return (await findTransaction(db, id)) === undefined ? "rejected" : "known";
}

/** What a new order has while it is charged, see {@link beginCharge}: it has no edit and no other attempt yet, so that only its time can be over. */
export function chargedOnceReserved({ method, orderTtlMs }: NewCharge): OrderChange {
  return {
    condition: sql`${orders.expiresAt} > now()`,
    values: {
      paymentStatus: "PENDING",
      paymentProvider: method.provider,
      expiresAt: sql`greatest(${orders.expiresAt}, ${orders.createdAt} + ${orderTtlMs} * interval '1 millisecond')`,
    },
  };
}

/** Writes an attempt to charge an order that has been changed by {@link chargedOnceReserved}. */
export async function writeCharge(tx: Tx, { id, orderId, amount, method, actorId }: NewCharge): Promise<void> {
  await tx.insert(paymentTransactions).values({
    id,
    orderId,
    type: "CHARGE",
    status: "PENDING",
    amountMinor: amount.minorUnits,
    currency: amount.currency,
    provider: method.provider,
    methodToken: method.token,
    returnUrl: method.returnUrl,
    actorId,
    dueAt: sql`now() + ${leaseMs} * interval '1 millisecond'`,
    attempts: 1,
  });
}

/** A charge or refund by its id. */
export async function findTransaction(db: Db, id: TransactionId): Promise<PaymentTransaction | undefined> {
  const [found] = await db.select().from(paymentTransactions).where(eq(paymentTransactions.id, id));
  return found;
}

/** An open attempt, as its provider is asked for it. */
type OpenCharge = {
  readonly orderId: OrderId;
  readonly provider: string;
  readonly charge: ProviderCharge & { readonly id: TransactionId };
  /** Void the payment instead. */
  readonly isVoid: boolean;
};

/** An attempt that the current request has just written: nobody else has called the provider for it. */
export function begunCharge(
  { number, id: orderId }: Pick<Order, "number" | "id">,
  { id, amount, method }: Pick<NewCharge, "id" | "amount" | "method">,
): OpenCharge {
  const { provider, token, returnUrl } = method;
  const charge = { id, orderNumber: formatOrderNumber(number), amount, token, returnUrl, reference: null };
  return { orderId, provider, charge, isVoid: false };
}

/**
 * Waits until an attempt is settled or waits for its buyer, and calls the provider unless another process does. Stores the outcome with the request's
 * key; if the provider responds at once, in the transaction that writes the result.
 *
 * @param begun the attempt, if this request has just written it.
 * @returns the attempt; still PENDING if there is no result by the deadline.
 */
export async function awaitCharge(
  services: Services,
  id: TransactionId,
  deadline: Deadline,
  request: ChargeRequest,
  begun?: OpenCharge,
): Promise<SettledCharge> {
  const { db } = services;
  const settled = begun === undefined ? undefined : await callProvider(services, begun, deadline, request);
  if (settled !== undefined) return settled;
  const found = await retryUntil(deadline, async () => {
    const attempt = await findTransaction(db, id);
    if (attempt === undefined) throw new Error("A charge disappeared.");
    if (attempt.status !== "PENDING" || attempt.nextActionUrl !== null) return attempt;
    if (await leaseCharge(db, id)) await attemptCharge(services, id, deadline);
    return undefined;
  });
  const attempt = found ?? (await findTransaction(db, id));
  if (attempt === undefined) throw new Error("A charge disappeared.");
  await request.counted?.settle(attempt);
  const outcome = chargeOutcome(attempt);
  const kept = await keepOutcome(db, request.key, outcome);
  return {
    attempt,
    order: undefined,
    outcome: { ...kept, nextActionUrl: kept.nextActionUrl ?? outcome.nextActionUrl },
  };
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
 */
export async function attemptCharge(
  services: Services,
  id: TransactionId,
  deadline: Deadline,
  voidIt = false,
): Promise<void> {
  const [open] = await services.db
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
  if (open === undefined) return;
  const { attempt, order } = open;
  const charge = {
    id,
    orderNumber: formatOrderNumber(order.number),
    amount: orderMoney(attempt, attempt.amountMinor),
    token: attempt.methodToken ?? "",
    returnUrl: attempt.returnUrl,
    reference: attempt.providerReference,
  };
  const isAbandoned = attempt.nextActionUrl !== null && attempt.createdAt.getTime() + services.orderTtlMs < Date.now();
  const isVoid = voidIt || isAbandoned || order.status === "CANCELLED";
  await callProvider(services, { orderId: attempt.orderId, provider: attempt.provider, charge, isVoid }, deadline);
}

/** Returns the attempt, if it is settled now. */
async function callProvider(
  { db, providers, log }: Services,
  { orderId, provider: name, charge, isVoid }: OpenCharge,
  deadline: Deadline,
  request?: ChargeRequest,
): Promise<SettledCharge | undefined> {
  const { id } = charge;
  try {
    const provider = providers.byName.get(name);
    if (provider === undefined) throw new Error(`The payment provider ${name} is not configured.`);
    crashPoint("orders:charge:before-provider");
    const call = isVoid ? provider.voidPayment(charge) : provider.charge(charge);
    const result = await withDeadline(call, Math.min(providerTimeoutMs, Math.max(1, remainingMs(deadline))));
    crashPoint("orders:charge:after-provider");
    return await settleCharge(db, { id, orderId }, result, request);
  } catch (error) {
    log.warn({ err: error, transactionId: id }, "The result of a charge is unknown; the call is repeated.");
    await db
      .update(paymentTransactions)
      .set({ dueAt: retryAt })
      .where(and(eq(paymentTransactions.id, id), eq(paymentTransactions.status, "PENDING")));
    return undefined;
  }
}
