import { outbox } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { enqueueMail } from "#platform/events/outbox.ts";
import { formatAmount, type Money } from "#platform/shop/money.ts";
import { type Order, type OrderItem, orderMoney } from "./order.ts";
import { formatOrderNumber } from "./order-number.ts";

/** What an order's buyer is written about. */
export type OrderMailTemplate = "order-placed" | "order-paid" | "order-shipped" | "order-cancelled" | "order-refunded";

/** What a mail says: written down when it happened, so that a mail that is sent twice says the same twice. */
export type OrderMailFacts = {
  readonly orderId: string;
  readonly number: string;
  /** A guest's token opens the order: links carry it. */
  readonly isGuests: boolean;
  readonly total: string;
  /** The order's lines; only where the mail is about them. */
  readonly lines: readonly string[];
  /** What was paid or refunded. */
  readonly amount: string | null;
  readonly expiresAt: string | null;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  readonly cancelReason: Order["cancelReason"];
};

/**
 * Writes a mail to an order's buyer, in the transaction of what it tells of. It holds no person's data: where it goes and what opens the order are
 * found when it is sent.
 */
export async function enqueueOrderMail(
  tx: Tx,
  template: OrderMailTemplate,
  order: Order,
  more: { amount?: Money; items?: readonly OrderItem[] } = {},
): Promise<void> {
  if (order.email === null) return;
  const { trackingNumber, trackingUrl, cancelReason } = order;
  const payload: OrderMailFacts = {
    orderId: order.id,
    number: formatOrderNumber(order.number),
    isGuests: order.byGuest && order.userId === null,
    total: written(orderMoney(order, order.totalMinor)),
    lines: (more.items ?? []).map(writtenLine),
    amount: more.amount === undefined ? null : written(more.amount),
    expiresAt: order.expiresAt?.toUTCString() ?? null,
    trackingNumber: trackingNumber === null ? null : oneLine(trackingNumber),
    trackingUrl: trackingUrl === null ? null : new URL(trackingUrl).href,
    cancelReason,
  };
  await enqueueMail(tx, outbox, template, { subject: order.id, payload });
}

function writtenLine(item: OrderItem): string {
  return `${item.quantity} × ${oneLine(item.productName)}: ${written(orderMoney(item, item.subtotalMinor))}`;
}

function written(amount: Money): string {
  return `${formatAmount(amount)} ${amount.currency}`;
}

/** Names come from sellers: in a mail each stays on its line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
