import { outbox } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/db.ts";
import { formatAmount, type Money } from "#platform/money.ts";
import { enqueueMail } from "#platform/outbox.ts";
import type { Order } from "./orders.ts";

/** What an order's buyer is written about. */
export type OrderMailTemplate = "order-placed" | "order-paid" | "order-shipped" | "order-cancelled" | "order-refunded";

/**
 * Writes a mail to an order's buyer, in the transaction of what it tells of. It holds the order's id and no person's data: where it goes and what
 * opens the order are found when it is sent.
 */
export async function enqueueOrderMail(
  tx: Tx,
  template: OrderMailTemplate,
  order: Order,
  facts: { amount?: Money } = {},
): Promise<void> {
  if (order.email === null) return;
  const { amount } = facts;
  await enqueueMail(tx, outbox, template, {
    subject: order.id,
    payload: {
      orderId: order.id,
      ...(amount === undefined ? {} : { amount: `${formatAmount(amount)} ${amount.currency}` }),
    },
  });
}
