import { and, eq, sql } from "drizzle-orm";
import { orders, paymentTransactions } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { transaction } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { writeCancellation } from "../payment/cancellation.ts";
import { attemptCharge } from "../payment/charge.ts";
import type { Services } from "../services.ts";
import { deadlineIn } from "../shared/deadline.ts";

const ordersMax = 50;
const callMsMax = 6_000;

/**
 * Cancels orders that were not paid in time. A charge in progress is voided first: if the money was faster, the order is paid after all, and without
 * a response the order is left for the next turn.
 *
 * @returns how many orders were cancelled.
 */
export async function expireOrders(services: Services): Promise<number> {
  const { db, log } = services;
  const due = await db
    .select({ id: orders.id, paymentStatus: orders.paymentStatus })
    .from(orders)
    .where(and(eq(orders.status, "PENDING"), sql`${orders.expiresAt} <= now()`))
    // Orders that wait for a provider come last, so that a provider that does not respond delays no other order.
    .orderBy(sql`${orders.paymentStatus} = 'PENDING'`, orders.expiresAt)
    .limit(ordersMax);
  const expired = await Promise.all(
    due.map(({ id, paymentStatus }) =>
      expireOrder(services, id, paymentStatus === "PENDING").catch((error) => {
        log.warn({ err: error, orderId: id }, "An order could not be expired; it is tried again.");
        return false;
      }),
    ),
  );
  return expired.filter((isExpired) => isExpired).length;
}

async function expireOrder(services: Services, id: OrderId, isBeingPaid: boolean): Promise<boolean> {
  const { db } = services;
  if (isBeingPaid) {
    const [attempt] = await db
      .select({ id: paymentTransactions.id })
      .from(paymentTransactions)
      .where(
        and(
          eq(paymentTransactions.orderId, id),
          eq(paymentTransactions.type, "CHARGE"),
          eq(paymentTransactions.status, "PENDING"),
        ),
      );
    if (attempt !== undefined) await attemptCharge(services, attempt.id, deadlineIn(callMsMax), true);
  }
  crashPoint("orders:expire:before-write");
  const cancelled = await transaction(db, (tx) =>
    writeCancellation(tx, id, {
      reason: "EXPIRED",
      actorId: null,
      note: null,
      condition: sql`${orders.status} = 'PENDING' and ${orders.expiresAt} <= now() and ${orders.paymentStatus} <> 'PENDING'`,
    }),
  );
  crashPoint("orders:expire:after-write");
  return cancelled !== undefined;
}
