import { z } from "zod";
import type { TransactionId } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { newId, type PaymentId } from "#platform/shop/ids.ts";
import {
  idempotencyKeyInput,
  idOrUndefined,
  moneyInput,
  notFoundError,
  parseInput,
  validationError,
} from "#platform/shop/input.ts";
import { multilineText } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { findByPayment, type Order, orderMoney } from "../order/order.ts";
import type { Services } from "../services.ts";
import { commitIf } from "../shared/commit-if.ts";
import { type Deadline, deadlineIn, retryUntil } from "../shared/deadline.ts";
import {
  findKey,
  type IdempotencyKey,
  type KeyName,
  keepOutcome,
  storeUserErrors,
  writeKey,
} from "../shared/idempotency.ts";
import { reasonCharactersMax } from "../shared/limits.ts";
import { checkoutError, idempotencyKeyReusedError, paymentError, type UserError } from "../shared/user-errors.ts";
import { findTransaction } from "./charge.ts";
import { type PaymentPayload, storedPaymentPayload } from "./payment-payload.ts";
import { attemptRefund, reserveRefund } from "./refund.ts";

const refundInput = z.object({
  idempotencyKey: idempotencyKeyInput,
  paymentId: z.string(),
  amount: moneyInput.nullish(),
  reason: multilineText(reasonCharactersMax).nullish(),
});

/** Refunds a part of what was paid, or all that remains. Concurrent refunds together never exceed what was paid. */
export async function createRefund(services: Services, viewer: SignedIn, input: unknown): Promise<PaymentPayload> {
  const { db } = services;
  const parsed = parseInput(refundInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const { amount } = value;
  if (amount != null && amount.minorUnits <= 0n) {
    return { userErrors: [validationError(["amount", "amount"], "The amount must be greater than zero.")] };
  }
  const order = await findByPayment(db, idOrUndefined<PaymentId>(value.paymentId));
  if (order === undefined) return { userErrors: [notFoundError(["paymentId"])] };
  if (amount != null && amount.currency !== order.currency) {
    return { userErrors: [checkoutError("CURRENCY_MISMATCH", `The payment is in ${order.currency}.`, ["amount"])] };
  }
  const deadline = deadlineIn();
  const name = { scope: `user:${viewer.id}`, mutation: "refundCreate", key: value.idempotencyKey };
  const inputFingerprint = fingerprint(value);
  const id = newId<TransactionId>();
  const refund = { id, amountMinor: amount?.minorUnits, reason: value.reason || null, actorId: viewer.id };
  crashPoint("orders:refund:before-write");
  const committed = await commitIf(
    db,
    async (tx) =>
      (await reserveRefund(tx, order.id, refund)) !== undefined &&
      writeKey(tx, { ...name, fingerprint: inputFingerprint, orderId: order.id, transactionId: id }),
    (wasCommitted) => wasCommitted,
  );
  crashPoint("orders:refund:after-write");
  const key = await findKey(db, name);
  if (key === undefined) return { userErrors: [exceedsPaidError(order)] };
  if (!committed && key.fingerprint !== inputFingerprint) return { userErrors: [idempotencyKeyReusedError()] };
  return awaitRefund(services, name, key, deadline);
}

function exceedsPaidError(order: Order): UserError {
  const remaining = orderMoney(order, order.amountPaidMinor - order.refundCommittedMinor);
  const message =
    remaining.minorUnits > 0n
      ? "The amount is greater than what remains to be refunded."
      : "Nothing remains to be refunded.";
  return paymentError("REFUND_EXCEEDS_PAID", message, { field: ["amount"] });
}

async function awaitRefund(
  services: Services,
  name: KeyName,
  key: IdempotencyKey,
  deadline: Deadline,
): Promise<PaymentPayload> {
  const { db } = services;
  const { transactionId } = key;
  if (key.outcome !== null || transactionId === null) return storedPaymentPayload(db, key);
  const settled = await retryUntil(deadline, async () => {
    await attemptRefund(services, transactionId, deadline);
    const refund = await findTransaction(db, transactionId);
    return refund?.status === "PENDING" ? undefined : refund;
  });
  const errors =
    settled?.status === "FAILED"
      ? [paymentError("PAYMENT_DECLINED", "The provider declined the refund.", { declineCode: settled.declineCode })]
      : [];
  const outcome = await keepOutcome(db, name, { found: true, userErrors: storeUserErrors(errors) });
  return storedPaymentPayload(db, { orderId: key.orderId, outcome });
}
