import { outbox } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { enqueueMail } from "#platform/events/outbox.ts";
import { formatAmount, type Money } from "#platform/shop/money.ts";
import type { LineUnits } from "./line-units.ts";
import { type Order, type OrderItem, orderMoney } from "./order.ts";
import { formatOrderNumber } from "./order-number.ts";

/** The emails that an order's buyer gets. */
export type OrderMailTemplate =
  | "order-placed"
  | "order-paid"
  | "order-shipped"
  | "order-parcel-sent"
  | "order-cancelled"
  | "order-refunded";

/** A parcel, as an email reports it. */
type MailedParcel = {
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  readonly items: readonly OrderItem[];
  readonly units: readonly LineUnits[];
};

/** What an email reports, as of the time of its event, so that a repeated delivery has the same text. */
export type OrderMailFacts = {
  readonly orderId: string;
  readonly number: string;
  /** Whether links carry the guest's token. */
  readonly isGuests: boolean;
  readonly total: string;
  /** The order's lines, if the email lists them. */
  readonly lines: readonly string[];
  /** What was paid or refunded. */
  readonly amount: string | null;
  readonly expiresAt: string | null;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  readonly cancelReason: Order["cancelReason"];
};

/**
 * Enqueues an email to an order's buyer, in the transaction of its event. The row holds no personal data: recipient and guest token are looked up
 * when it is sent.
 */
export async function enqueueOrderMail(
  tx: Tx,
  template: OrderMailTemplate,
  order: Order,
  more: { amount?: Money; items?: readonly OrderItem[]; parcel?: MailedParcel } = {},
): Promise<void> {
  if (order.email === null) return;
  const { cancelReason } = order;
  const { trackingNumber, trackingUrl } = more.parcel ?? order;
  const payload: OrderMailFacts = {
    orderId: order.id,
    number: formatOrderNumber(order.number),
    isGuests: order.byGuest && order.userId === null,
    total: formatMoney(orderMoney(order, order.totalMinor)),
    lines: more.parcel === undefined ? (more.items ?? []).map(formatLine) : parcelLines(more.parcel),
    amount: more.amount === undefined ? null : formatMoney(more.amount),
    expiresAt: order.expiresAt?.toUTCString() ?? null,
    trackingNumber: trackingNumber === null ? null : oneLine(trackingNumber),
    trackingUrl: trackingUrl === null ? null : new URL(trackingUrl).href,
    cancelReason,
  };
  await enqueueMail(tx, outbox, template, { subject: order.id, payload });
}

function formatLine(item: OrderItem): string {
  return `${item.quantity} × ${oneLine(item.productName)}: ${formatMoney(orderMoney(item, item.subtotalMinor))}`;
}

/** What a parcel has in it, without prices: another parcel may have the rest of a line. */
function parcelLines({ items, units }: MailedParcel): string[] {
  const names = new Map(items.map(({ id, productName }) => [id, productName]));
  return units.map(({ itemId, quantity }) => `${quantity} × ${oneLine(names.get(itemId) ?? "")}`);
}

function formatMoney(amount: Money): string {
  return `${formatAmount(amount)} ${amount.currency}`;
}

/** Names come from sellers; a line break in one must not break the email's layout. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
