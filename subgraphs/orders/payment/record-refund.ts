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
import { text } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { linesInput } from "../order/line-units.ts";
import { findByPayment } from "../order/order.ts";
import type { Services } from "../services.ts";
import { commitUnlessRejected } from "../shared/commit-if.ts";
import { findKey, writeKey } from "../shared/idempotency.ts";
import { referenceCharactersMax } from "../shared/limits.ts";
import { checkoutError, idempotencyKeyReusedError } from "../shared/user-errors.ts";
import { type PaymentPayload, storedPaymentPayload } from "./payment-payload.ts";
import { recordedProvider, settleRefund } from "./refund.ts";
import { reserveRefund } from "./reserve-refund.ts";

const recordInput = z.object({
  idempotencyKey: idempotencyKeyInput,
  paymentId: z.string(),
  amount: moneyInput,
  lines: linesInput.nullish(),
  shipping: z.boolean().nullish(),
  reference: text(referenceCharactersMax, 1),
});

/** Books money that was given back elsewhere, in cash or in the provider's dashboard, in the same fences as a refund. No provider is called. */
export async function recordRefund(services: Services, viewer: SignedIn, input: unknown): Promise<PaymentPayload> {
  const { db } = services;
  const parsed = parseInput(recordInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const { amount, reference } = value;
  if (amount.minorUnits <= 0n) {
    return { userErrors: [validationError(["amount", "amount"], "The amount must be greater than zero.")] };
  }
  const order = await findByPayment(db, idOrUndefined<PaymentId>(value.paymentId));
  if (order === undefined) return { userErrors: [notFoundError(["paymentId"])] };
  if (amount.currency !== order.currency) {
    return { userErrors: [checkoutError("CURRENCY_MISMATCH", `The payment is in ${order.currency}.`, ["amount"])] };
  }
  const name = { scope: `user:${viewer.id}`, mutation: "refundRecord", key: value.idempotencyKey };
  const inputFingerprint = fingerprint(value);
  const id = newId<TransactionId>();
  crashPoint("orders:refund-record:before-write");
  const recorded = await commitUnlessRejected(db, async (tx) => {
    const reserved = await reserveRefund(tx, order.id, {
      id,
      lines: value.lines ?? undefined,
      shipping: value.shipping ?? undefined,
      amountMinor: amount.minorUnits,
      reason: null,
      actorId: viewer.id,
      elsewhere: { provider: recordedProvider, reference },
    });
    if ("userErrors" in reserved) return reserved;
    await settleRefund(tx, { id, orderId: order.id }, { kind: "succeeded", reference });
    const outcome = { found: true, userErrors: [] };
    const key = { ...name, fingerprint: inputFingerprint, orderId: order.id, transactionId: id, outcome };
    return { userErrors: (await writeKey(tx, key)) ? [] : [idempotencyKeyReusedError()] };
  });
  crashPoint("orders:refund-record:after-write");
  if (recorded.userErrors.length === 0) services.afterSale.inc({ step: "refund" });
  const key = await findKey(db, name);
  if (key === undefined) return { userErrors: recorded.userErrors };
  if (key.fingerprint !== inputFingerprint) return { userErrors: [idempotencyKeyReusedError()] };
  return storedPaymentPayload(db, key);
}
