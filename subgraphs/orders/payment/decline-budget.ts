import { and, eq, inArray, ne, sql } from "drizzle-orm";
import { orderHolds, orders, paymentTransactions } from "#drizzle/orders/tables.ts";
import type { BudgetSubjects } from "#platform/budgets/subjects.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { OrderLimits } from "../order/holds.ts";
import type { PaymentTransaction } from "./refund.ts";

/** What guests learn of every decline but their first: enough to try another card, too little to test stolen ones. */
export const genericDeclineCode = "card_declined";

/** An attempt to pay that counts as declined until it is known not to be. */
export type CountedAttempt = {
  /** Counts the attempt only if it was declined. In the transaction, if one is given. */
  settle(attempt: PaymentTransaction | undefined, tx?: Db): Promise<void>;
};

/**
 * Counts an attempt to pay, over all orders, for its client's network and its user or mailbox. Counted before the attempt, so that many at once
 * cannot exceed the budget.
 *
 * @param tx the transaction that writes what is to be paid: if it is rolled back, the attempt is not counted.
 * @throws {ApiError} RATE_LIMITED with `retryAfterSeconds` after too many declined payments.
 */
export async function countAttempt(
  { budgets }: OrderLimits,
  subjects: BudgetSubjects,
  tx?: Tx,
): Promise<CountedAttempt> {
  const spent = await budgets.trySpend("declined_payments", subjects, 1, tx === undefined ? undefined : { tx });
  if (!spent.ok) {
    const { retryAfterSeconds } = spent;
    throw new ApiError("RATE_LIMITED", "Too many declined payments. Try again later.", { retryAfterSeconds });
  }
  return {
    settle: async (attempt, within) => {
      const isDeclined = attempt?.status === "FAILED" && attempt.declineCode !== null;
      if (!isDeclined) await spent.giveBack(within === undefined ? undefined : { tx: within });
    },
  };
}

/** Whether the guest who placed an order had another payment declined within an hour, for any order of the same network or mailbox. */
export async function hasOtherDeclines(tx: Tx, attempt: PaymentTransaction): Promise<boolean> {
  const keys = tx
    .select({ key: orderHolds.key })
    .from(orderHolds)
    .innerJoin(orders, eq(orders.id, orderHolds.orderId))
    .where(and(eq(orderHolds.orderId, attempt.orderId), sql`${orders.byGuest}`));
  const related = tx.select({ id: orderHolds.orderId }).from(orderHolds).where(inArray(orderHolds.key, keys));
  const [found] = await tx
    .select({ id: paymentTransactions.id })
    .from(paymentTransactions)
    .where(
      and(
        inArray(paymentTransactions.orderId, related),
        ne(paymentTransactions.id, attempt.id),
        sql`${paymentTransactions.declineCode} is not null and ${paymentTransactions.createdAt} > now() - interval '1 hour'`,
      ),
    )
    .limit(1);
  return found !== undefined;
}
