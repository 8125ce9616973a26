import { sql } from "drizzle-orm";
import { z } from "zod";
import { orders, paymentTransactions, type TransactionId } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import type { Tx } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { newId, type PaymentId } from "#platform/shop/ids.ts";
import {
  idempotencyKeyInput,
  idOrUndefined,
  moneyInput,
  notFoundError,
  parseInput,
  text,
  validationError,
} from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import { holds, type SignedIn, type Viewer } from "#platform/shop/viewer.ts";
import { findByPayment, guestOrderId, type Order, orderMoney, readOrder } from "../order/order.ts";
import { awaitEdit } from "../order/order-edit.ts";
import { awaitPlacement } from "../order/reserve-stock.ts";
import type { Services } from "../services.ts";
import { transactionIf } from "../shared/commit-if.ts";
import { answerMsMax, type Deadline, deadlineIn, leftMs, pollUntil } from "../shared/deadline.ts";
import {
  findKey,
  type IdempotencyKey,
  type KeyName,
  keepOutcome,
  restoreUserErrors,
  storeUserErrors,
  writeKey,
} from "../shared/idempotency.ts";
import { checkoutError, idempotencyKeyReusedError, paymentError, type UserError } from "../shared/user-errors.ts";
import { awaitCharge, beginCharge, findTransaction, writePaid } from "./charge.ts";
import { amountMismatch, chargeOutcome, paymentRefusal } from "./payment-errors.ts";
import { methodInput, methodOf } from "./payment-method.ts";
import { askForRefund, commitRefund, recordedProvider } from "./refund.ts";

/** What a change of a payment came to. The payment is a part of its order. */
export type PaymentAnswer = {
  readonly payment?: Order | undefined;
  readonly nextActionUrl?: string | undefined;
  readonly userErrors: readonly UserError[];
};

const processInput = z.object({
  idempotencyKey: idempotencyKeyInput,
  paymentId: z.string(),
  amount: moneyInput,
  method: methodInput,
  guestOrderToken: z.string().nullish(),
});

/** Charges an order's payment. One key makes one attempt, and a repeat waits for it and answers as the first did. */
export async function processPayment(services: Services, viewer: Viewer, input: unknown): Promise<PaymentAnswer> {
  const { db, tokenKey, providers } = services;
  const parsed = parseInput(processInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const method = methodOf(providers, value.method, ["method"]);
  if (!method.ok) return { userErrors: method.userErrors };
  const order = await findByPayment(db, idOrUndefined<PaymentId>(value.paymentId));
  const guests = value.guestOrderToken == null ? undefined : guestOrderId(tokenKey, value.guestOrderToken);
  const byGuest = order?.userId === null && order.byGuest && guests === order.id;
  const byUser = viewer.kind === "user" && (order?.userId === viewer.id || holds(viewer, "payments:write"));
  if (order === undefined || !(byGuest || byUser)) return { userErrors: [notFoundError(["paymentId"])] };
  const wish: ChargeWish = {
    name: {
      scope: viewer.kind === "user" ? `user:${viewer.id}` : `order:${order.id}`,
      mutation: "paymentProcess",
      key: value.idempotencyKey,
    },
    fingerprint: fingerprint({ ...value, guestOrderToken: undefined }),
    amount: value.amount,
    method: method.value,
    actorId: viewer.kind === "user" ? viewer.id : null,
    deadline: deadlineIn(answerMsMax),
  };
  while (leftMs(wish.deadline) > 0) {
    const known = await findKey(db, wish.name);
    if (known !== undefined) return repeatCharge(services, wish, known);
    const now = await readOrder(db, order.id);
    if (now === undefined) return { userErrors: [notFoundError(["paymentId"])] };
    if (now.edit !== null) {
      await awaitEdit(services, now.id, wish.deadline, false);
      continue;
    }
    if (now.status === "PENDING" && now.stockStatus === "PENDING") {
      const placed = await awaitPlacement(services, now.id, wish.deadline);
      // Not a refusal to pay: a repeat of the key may find it decided, and would then be answered otherwise.
      if (placed.stockStatus === "PENDING") throw new ApiError("TIMEOUT", "The answer took too long.");
    }
    const begun = await beginKeyedCharge(services, wish, now);
    if (begun !== undefined) return awaitKeyedCharge(services, wish, begun, true);
    const after = await readOrder(db, order.id);
    const isPayable = after !== undefined && canBePaid(after, wish.amount);
    if (after !== undefined && after.edit === null && !isPayable && (await findKey(db, wish.name)) === undefined) {
      return { userErrors: [paymentRefusal(after, wish.amount)] };
    }
  }
  throw new ApiError("TIMEOUT", "The answer took too long.");
}

type ChargeWish = {
  readonly name: KeyName;
  readonly fingerprint: string;
  readonly amount: Money;
  readonly method: Parameters<typeof beginCharge>[1]["method"];
  readonly actorId: Parameters<typeof beginCharge>[1]["actorId"];
  readonly deadline: Deadline;
};

/** Whether what stood in the way of a charge is gone again, so that another try is worth it. */
function canBePaid(order: Order, amount: Money): boolean {
  return (
    (order.status === "PROCESSING" || (order.status === "PENDING" && (order.expiresAt?.getTime() ?? 0) > Date.now())) &&
    (order.paymentStatus === "UNPAID" || order.paymentStatus === "FAILED") &&
    (order.stockStatus === "RESERVED" || order.stockStatus === "SOLD") &&
    order.totalMinor === amount.minorUnits &&
    order.currency === amount.currency
  );
}

/** The key and its attempt, both or neither; undefined when there is neither. */
async function beginKeyedCharge(
  services: Services,
  wish: ChargeWish,
  order: Order,
): Promise<TransactionId | undefined> {
  const id = newId<TransactionId>();
  const { amount, method, actorId } = wish;
  crashPoint("orders:pay:before-write");
  const begun = await transactionIf(
    services.db,
    async (tx) => {
      if ((await beginCharge(tx, { id, orderId: order.id, amount, method, actorId })) !== "begun") return false;
      return writeKey(tx, { ...wish.name, fingerprint: wish.fingerprint, orderId: order.id, transactionId: id });
    },
    (wasFirst) => wasFirst,
  );
  crashPoint("orders:pay:after-write");
  return begun ? id : undefined;
}

async function repeatCharge(services: Services, wish: ChargeWish, known: IdempotencyKey): Promise<PaymentAnswer> {
  if (known.fingerprint !== wish.fingerprint) return { userErrors: [idempotencyKeyReusedError()] };
  if (known.outcome !== null || known.transactionId === null) return keptAnswer(services, known);
  return awaitKeyedCharge(services, wish, known.transactionId, false);
}

async function awaitKeyedCharge(
  services: Services,
  wish: ChargeWish,
  id: TransactionId,
  mine: boolean,
): Promise<PaymentAnswer> {
  const attempt = await awaitCharge(services, id, wish.deadline, mine);
  const outcome = await keepOutcome(services.db, wish.name, chargeOutcome(attempt));
  return keptAnswer(services, { orderId: attempt.orderId, outcome });
}

async function keptAnswer(
  { db }: Services,
  { orderId, outcome }: Pick<IdempotencyKey, "orderId" | "outcome">,
): Promise<PaymentAnswer> {
  return {
    payment: orderId === null ? undefined : await readOrder(db, orderId),
    nextActionUrl: outcome?.nextActionUrl,
    userErrors: restoreUserErrors(outcome?.userErrors ?? []),
  };
}

const recordInput = z.object({
  idempotencyKey: idempotencyKeyInput,
  paymentId: z.string(),
  amount: moneyInput,
  reference: text(200, 1),
});

/** Writes down money that came another way, for an order that is PROCESSING, SHIPPED or DELIVERED and not paid; its status stays. */
export async function recordPayment(services: Services, viewer: SignedIn, input: unknown): Promise<PaymentAnswer> {
  const { db } = services;
  const parsed = parseInput(recordInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const { amount, reference } = value;
  const name = { scope: `user:${viewer.id}`, mutation: "paymentRecord", key: value.idempotencyKey };
  const print = fingerprint(value);
  const order = await findByPayment(db, idOrUndefined<PaymentId>(value.paymentId));
  if (order === undefined) return { userErrors: [notFoundError(["paymentId"])] };
  const id = newId<TransactionId>();
  const written = await transactionIf(
    db,
    async (tx) => {
      const key = { ...name, fingerprint: print, orderId: order.id, transactionId: id, outcome: noErrors };
      return (await writeRecord(tx, { id, order, amount, reference, viewer })) && writeKey(tx, key);
    },
    (wasWritten) => wasWritten,
  );
  if (written) return { payment: await readOrder(db, order.id), userErrors: [] };
  const known = await findKey(db, name);
  if (known !== undefined) {
    return known.fingerprint === print ? keptAnswer(services, known) : { userErrors: [idempotencyKeyReusedError()] };
  }
  return { userErrors: [recordRefusal((await readOrder(db, order.id)) ?? order, amount)] };
}

const noErrors = { found: true, userErrors: [] };

/** As an attempt to charge is written, by one statement that demands an order that may be paid so. */
async function writeRecord(
  tx: Tx,
  record: { id: TransactionId; order: Order; amount: Money; reference: string; viewer: SignedIn },
): Promise<boolean> {
  const { id, order, amount, reference, viewer } = record;
  const written = await tx.execute(sql`
    with payable as (
      update ${orders} set version = version
      where id = ${order.id} and visible and status in ('PROCESSING', 'SHIPPED', 'DELIVERED')
        and payment_status in ('UNPAID', 'FAILED') and total_minor = ${amount.minorUnits} and currency = ${amount.currency}
      returning id, total_minor, currency
    )
    insert into ${paymentTransactions}
      (id, order_id, type, status, amount_minor, currency, provider, provider_reference, actor_id, settled_at)
    select ${id}::uuid, id, 'CHARGE', 'SUCCEEDED', total_minor, currency, ${recordedProvider}, ${reference}, ${viewer.id}::uuid, now()
    from payable
    returning id`);
  if (written.length === 0) return false;
  const charge = await findTransaction(tx, id);
  if (charge === undefined) throw new Error("A record that was written is gone.");
  await writePaid(tx, charge);
  return true;
}

function recordRefusal(order: Order, amount: Money): UserError {
  const later = order.status === "SHIPPED" || order.status === "DELIVERED" || order.status === "PROCESSING";
  const mismatched = amount.minorUnits !== order.totalMinor || amount.currency !== order.currency;
  if (later && order.paymentStatus === "PENDING") {
    return paymentError("PAYMENT_IN_PROGRESS", "A payment of it is under way.");
  }
  if (later && order.amountPaidMinor === 0n && mismatched) return amountMismatch(order);
  if (order.amountPaidMinor > 0n) return paymentError("PAYMENT_ALREADY_PROCESSED", "It is paid already.");
  return paymentError("ORDER_NOT_PAYABLE", "Only an order that is being packed, or on its way, can be paid so.");
}

const refundInput = z.object({
  idempotencyKey: idempotencyKeyInput,
  paymentId: z.string(),
  amount: moneyInput.nullish(),
  reason: text(500).nullish(),
});

/** Gives back a part of what was paid, or all that is left. Never more than was paid, however many ask at once. */
export async function createRefund(services: Services, viewer: SignedIn, input: unknown): Promise<PaymentAnswer> {
  const { db } = services;
  const parsed = parseInput(refundInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const { amount } = value;
  if (amount != null && amount.minorUnits <= 0n) {
    return { userErrors: [validationError(["amount", "amount"], "It must be more than nothing.")] };
  }
  const order = await findByPayment(db, idOrUndefined<PaymentId>(value.paymentId));
  if (order === undefined) return { userErrors: [notFoundError(["paymentId"])] };
  if (amount != null && amount.currency !== order.currency) {
    return { userErrors: [checkoutError("CURRENCY_MISMATCH", `It was paid in ${order.currency}.`, ["amount"])] };
  }
  const deadline = deadlineIn(answerMsMax);
  const name = { scope: `user:${viewer.id}`, mutation: "refundCreate", key: value.idempotencyKey };
  const print = fingerprint(value);
  const id = newId<TransactionId>();
  const refund = { id, amountMinor: amount?.minorUnits, reason: value.reason || null, actorId: viewer.id };
  crashPoint("orders:refund:before-write");
  const committed = await transactionIf(
    db,
    async (tx) =>
      (await commitRefund(tx, order.id, refund)) !== undefined &&
      writeKey(tx, { ...name, fingerprint: print, orderId: order.id, transactionId: id }),
    (wasCommitted) => wasCommitted,
  );
  crashPoint("orders:refund:after-write");
  const key = await findKey(db, name);
  if (key === undefined) {
    const left = orderMoney(order, order.amountPaidMinor - order.refundCommittedMinor);
    const message =
      left.minorUnits > 0n ? "That is more than is left of what was paid." : "There is nothing left to refund.";
    return { userErrors: [paymentError("REFUND_EXCEEDS_PAID", message, { field: ["amount"] })] };
  }
  if (!committed && key.fingerprint !== print) return { userErrors: [idempotencyKeyReusedError()] };
  return awaitRefund(services, name, key, deadline);
}

async function awaitRefund(
  services: Services,
  name: KeyName,
  key: IdempotencyKey,
  deadline: Deadline,
): Promise<PaymentAnswer> {
  const { db } = services;
  const { transactionId } = key;
  if (key.outcome !== null || transactionId === null) return keptAnswer(services, key);
  const settled = await pollUntil(deadline, async () => {
    await askForRefund(services, transactionId, deadline);
    const refund = await findTransaction(db, transactionId);
    return refund?.status === "PENDING" ? undefined : refund;
  });
  const refused =
    settled?.status === "FAILED"
      ? [paymentError("PAYMENT_DECLINED", "The provider refused the refund.", { declineCode: settled.declineCode })]
      : [];
  const outcome = await keepOutcome(db, name, { found: true, userErrors: storeUserErrors(refused) });
  return keptAnswer(services, { orderId: key.orderId, outcome });
}
