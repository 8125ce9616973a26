import { z } from "zod";
import type { ReturnId, TransactionId } from "#drizzle/orders/tables.ts";
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
import { linesInput } from "../order/line-units.ts";
import { findByPayment } from "../order/order.ts";
import type { Services } from "../services.ts";
import { commitUnlessRejected } from "../shared/commit-if.ts";
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
import { checkoutError, idempotencyKeyReusedError, paymentError } from "../shared/user-errors.ts";
import { findTransaction } from "./charge.ts";
import { type PaymentPayload, storedPaymentPayload } from "./payment-payload.ts";
import { attemptRefund } from "./refund.ts";
import { type RefundCommand, reserveRefund } from "./reserve-refund.ts";

const refundInput = z.object({
  idempotencyKey: idempotencyKeyInput,
  paymentId: z.string(),
  amount: moneyInput.nullish(),
  lines: linesInput.nullish(),
  shipping: z.boolean().nullish(),
  returnId: z.string().nullish(),
  reason: multilineText(reasonCharactersMax).nullish(),
});

/**
 * Refunds units of lines, shipping or a return at what was paid for them, or at a smaller amount; without these, an amount as goodwill, or all that
 * remains. Concurrent refunds together never exceed what was paid, for the payment, for the shipping and for each line.
 */
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
  const returnId = value.returnId == null ? undefined : idOrUndefined<ReturnId>(value.returnId);
  if (value.returnId != null && returnId === undefined) return { userErrors: [notFoundError(["returnId"])] };
  const refund: RefundCommand = {
    id,
    lines: value.lines ?? undefined,
    shipping: value.shipping ?? undefined,
    returnId,
    amountMinor: amount?.minorUnits,
    reason: value.reason || null,
    actorId: viewer.id,
  };
  crashPoint("orders:refund:before-write");
  const reserved = await commitUnlessRejected(db, async (tx) => {
    const outcome = await reserveRefund(tx, order.id, refund);
    if ("userErrors" in outcome) return outcome;
    const key = { ...name, fingerprint: inputFingerprint, orderId: order.id, transactionId: id };
    return { userErrors: (await writeKey(tx, key)) ? [] : [idempotencyKeyReusedError()] };
  });
  crashPoint("orders:refund:after-write");
  const key = await findKey(db, name);
  if (key === undefined) return { userErrors: reserved.userErrors };
  if (key.transactionId !== id && key.fingerprint !== inputFingerprint) {
    return { userErrors: [idempotencyKeyReusedError()] };
  }
  return awaitRefund(services, name, key, deadline);
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
