import type { KeyOutcome } from "#drizzle/orders/tables.ts";
import { formatAmount, type Money } from "#platform/shop/money.ts";
import { amountDue, type Order, orderMoney } from "../order/order.ts";
import { storeUserErrors } from "../shared/idempotency.ts";
import { paymentError, type UserError } from "../shared/user-errors.ts";
import type { PaymentTransaction } from "./refund.ts";

/** The outcome of an attempt. It has no user errors if the attempt succeeded or has no result yet. */
export function chargeOutcome(attempt: PaymentTransaction): KeyOutcome {
  if (attempt.status === "PENDING" && attempt.nextActionUrl !== null) {
    const waits = paymentError("PAYMENT_ACTION_REQUIRED", "Confirm the payment on the provider's page.");
    return { found: true, userErrors: storeUserErrors([waits]), nextActionUrl: attempt.nextActionUrl };
  }
  if (attempt.status !== "FAILED") return { found: true, userErrors: [] };
  const { declineCode } = attempt;
  const declined = paymentError("PAYMENT_DECLINED", "The payment was declined.", { declineCode });
  return { found: true, userErrors: storeUserErrors([declined]) };
}

/** Why an order cannot be charged this amount now. */
export function notPayableError(order: Order, amount: Money): UserError {
  if (order.status === "CANCELLED") return paymentError("ORDER_NOT_PAYABLE", "This order was cancelled.");
  if (order.amountPaidMinor > 0n || order.paymentStatus === "PAID") {
    return paymentError("PAYMENT_ALREADY_PROCESSED", "This order is already paid.");
  }
  if (order.status === "PENDING" || order.status === "PROCESSING") {
    if (order.paymentStatus === "PENDING") {
      return paymentError("PAYMENT_IN_PROGRESS", "Another payment is in progress.");
    }
    if (amount.minorUnits !== amountDue(order) || amount.currency !== order.currency) {
      return amountMismatchError(order);
    }
  }
  return paymentError("ORDER_NOT_PAYABLE", "This order cannot be paid in its current state.");
}

/** The amount differs from the payment's. */
function amountMismatchError(order: Order): UserError {
  const due = orderMoney(order, amountDue(order));
  return paymentError("PAYMENT_AMOUNT_MISMATCH", `The amount must be ${formatAmount(due)} ${due.currency}.`, {
    field: ["amount"],
  });
}

/** Why a payment of this amount cannot be recorded for an order now. */
export function notRecordableError(order: Order, amount: Money): UserError {
  if (order.status === "CANCELLED") return paymentError("ORDER_NOT_PAYABLE", "This order was cancelled.");
  const isLater = order.status === "SHIPPED" || order.status === "DELIVERED" || order.status === "PROCESSING";
  const isMismatched = amount.minorUnits !== amountDue(order) || amount.currency !== order.currency;
  if (isLater && order.paymentStatus === "PENDING") {
    return paymentError("PAYMENT_IN_PROGRESS", "A payment is in progress.");
  }
  if (isLater && order.amountPaidMinor === 0n && isMismatched) return amountMismatchError(order);
  if (order.amountPaidMinor > 0n || order.paymentStatus === "PAID")
    return paymentError("PAYMENT_ALREADY_PROCESSED", "This order is already paid.");
  return paymentError("ORDER_NOT_PAYABLE", "Only orders in PROCESSING, SHIPPED or DELIVERED can be marked as paid.");
}
