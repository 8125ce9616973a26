import type { KeyOutcome } from "#drizzle/orders/tables.ts";
import { formatAmount, type Money } from "#platform/shop/money.ts";
import { type Order, orderMoney } from "../order/order.ts";
import { storeUserErrors } from "../shared/idempotency.ts";
import { paymentError, type UserError } from "../shared/user-errors.ts";
import type { Transaction } from "./refund.ts";

/** What a buyer is told of an attempt: nothing stands in `userErrors` when it succeeded or has no answer yet. */
export function chargeOutcome(attempt: Transaction): KeyOutcome {
  if (attempt.status === "PENDING" && attempt.nextActionUrl !== null) {
    const waits = paymentError("PAYMENT_ACTION_REQUIRED", "The payment has to be confirmed on the provider's page.");
    return { found: true, userErrors: storeUserErrors([waits]), nextActionUrl: attempt.nextActionUrl };
  }
  if (attempt.status !== "FAILED") return { found: true, userErrors: [] };
  const { declineCode } = attempt;
  const declined = paymentError("PAYMENT_DECLINED", "The payment was declined.", { declineCode });
  return { found: true, userErrors: storeUserErrors([declined]) };
}

/** Why an order cannot be paid with this amount right now. */
export function paymentRefusal(order: Order, amount: Money): UserError {
  if (order.amountPaidMinor > 0n) {
    return paymentError("PAYMENT_ALREADY_PROCESSED", "It is paid already.");
  }
  if (order.status === "PENDING" || order.status === "PROCESSING") {
    if (order.paymentStatus === "PENDING") {
      return paymentError("PAYMENT_IN_PROGRESS", "Another payment of it is under way.");
    }
    if (amount.minorUnits !== order.totalMinor || amount.currency !== order.currency) {
      return amountMismatch(order);
    }
  }
  return paymentError("ORDER_NOT_PAYABLE", "The order cannot be paid as it is.");
}

/** The amount is not the payment's. */
export function amountMismatch(order: Order): UserError {
  const total = orderMoney(order, order.totalMinor);
  return paymentError("PAYMENT_AMOUNT_MISMATCH", `The payment is of ${formatAmount(total)} ${total.currency}.`, {
    field: ["amount"],
  });
}
