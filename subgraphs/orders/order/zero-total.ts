import { sql } from "drizzle-orm";
import { type OrderStatus, outbox, type PaymentStatus } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import { type Order, stockLines } from "./order.ts";
import { appendTimeline } from "./timeline.ts";

/** The provider of orders that cost nothing, which none of the payment providers is asked about. */
const noProvider = "none";

/** What a change sets besides when it reserves the stock of an order for nothing: the order is paid. */
export const paidForNothing = {
  status: "PAID" as const satisfies OrderStatus,
  paymentStatus: "PAID" as const satisfies PaymentStatus,
  paymentProvider: noProvider,
  expiresAt: null,
  /** It gets an invoice like any other. */
  invoiceDueAt: sql`now()`,
};

/** Records that an order was paid because it costs nothing, and has its stock sold. */
export async function writeZeroTotal(tx: Tx, { id, sequence, revision }: Order): Promise<void> {
  await appendTimeline(tx, id, [{ type: "STATUS_CHANGED", fromStatus: "PENDING", toStatus: "PAID" }]);
  const data = { orderId: id, revision, lines: await stockLines(tx, id) };
  await enqueueEvent(tx, outbox, "order.paid", { subject: id, sequence, data });
}
