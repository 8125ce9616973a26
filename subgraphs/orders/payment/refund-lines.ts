import { asc, eq } from "drizzle-orm";
import { orderItems, refundLines } from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import type { PaymentTransaction } from "./refund.ts";

/** What a refund gives back for a line, with the order and the currency of the line. */
export type RefundLine = typeof refundLines.$inferSelect & Pick<typeof orderItems.$inferSelect, "orderId" | "currency">;

/** The lines of all refunds of the orders, in the order of the orders' lines. */
export async function readRefundLines(db: Db, orderIds: readonly OrderId[]): Promise<RefundLine[]> {
  const rows = await db
    .select({ line: refundLines, orderId: orderItems.orderId, currency: orderItems.currency })
    .from(refundLines)
    .innerJoin(orderItems, eq(orderItems.id, refundLines.itemId))
    .where(isAnyOf(orderItems.orderId, [...orderIds]))
    .orderBy(asc(orderItems.position));
  return rows.map(({ line, ...more }) => ({ ...line, ...more }));
}

/** Whether a transaction is money given back: a refund, or a dispute that the shop lost. */
export function isRefund({ type, status }: Pick<PaymentTransaction, "type" | "status">): boolean {
  return type === "REFUND" || (type === "DISPUTE" && status === "SUCCEEDED");
}
