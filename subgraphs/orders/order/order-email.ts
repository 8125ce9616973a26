import { type InvoiceId, outbox } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import type { MailLine } from "#platform/email/mail-templates.ts";
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
  | "order-refunded"
  | "return-received"
  | "return-approved"
  | "return-declined"
  | "return-rejected"
  | "withdrawal-received"
  | "withdrawal-rejected"
  | "invoice-issued"
  | "credit-note-issued";

/** A parcel, as an email reports it. */
export type MailedParcel = {
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  readonly items: readonly OrderItem[];
  readonly units: readonly LineUnits[];
};

/** A refund, as an email reports it. */
type MailedRefund = {
  readonly amount: Money;
  /** What it gives back for lines, in the order's order; none for an amount alone. */
  readonly lines: readonly { readonly item: OrderItem; readonly quantity: number; readonly amountMinor: bigint }[];
  readonly shippingMinor: bigint;
};

/** What an email reports, as of the time of its event, so that a repeated delivery has the same text. */
export type OrderMailFacts = {
  readonly orderId: string;
  readonly number: string;
  /** Whether links carry the guest's token. */
  readonly isGuests: boolean;
  readonly total: string;
  /** What the total is made of, the total last. */
  readonly totals: readonly { readonly label: string; readonly amount: string }[];
  /** The lines that the email is about; null for all of the order's. */
  readonly lines: readonly MailLine[] | null;
  /** What was paid or refunded. */
  readonly amount: string | null;
  /** What a refund of lines is made of besides them, the refund itself last. */
  readonly refundTotals?: readonly { readonly label: string; readonly amount: string }[] | undefined;
  /** What has been refunded in all; null while nothing was. */
  readonly refunded: string | null;
  readonly isFullyRefunded: boolean;
  /** Until when it can be paid; null if it cannot, or is being paid. */
  readonly expiresAt: string | null;
  /** Whether a payment had begun. */
  readonly isBeingPaid?: boolean | undefined;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  readonly cancelReason: Order["cancelReason"];
  /** When a declaration of the buyer arrived. */
  readonly receivedAt?: string | null | undefined;
  /** Why a declaration came to nothing. */
  readonly problem?: string | null | undefined;
  /** The document that the email carries. */
  readonly invoice?: { readonly id: string; readonly number: string } | null | undefined;
};

/**
 * Enqueues an email to an order's buyer, in the transaction of its event. The row holds no personal data: recipient and guest token are looked up
 * when it is sent.
 *
 * @param more.items the lines that it is about; all of the order's unless given.
 */
export async function enqueueOrderMail(
  tx: Tx,
  template: OrderMailTemplate,
  order: Order,
  more: {
    amount?: Money;
    items?: readonly OrderItem[];
    isBeingPaid?: boolean;
    parcel?: MailedParcel;
    refund?: MailedRefund;
    receivedAt?: Date;
    problem?: string;
    invoice?: { readonly id: InvoiceId; readonly number: string };
  } = {},
): Promise<void> {
  if (order.email === null) return;
  const { cancelReason } = order;
  const { trackingNumber, trackingUrl } = more.parcel ?? order;
  const amount = more.refund?.amount ?? more.amount;
  const isBeingPaid = more.isBeingPaid === true;
  const payload: OrderMailFacts = {
    orderId: order.id,
    number: formatOrderNumber(order.number),
    isGuests: order.byGuest && order.userId === null,
    total: formatMoney(orderMoney(order, order.totalMinor)),
    totals: mailTotals(order),
    lines: mailedLines(more),
    amount: amount === undefined ? null : formatMoney(amount),
    refundTotals: more.refund === undefined ? [] : refundTotals(more.refund),
    refunded: order.amountRefundedMinor > 0n ? formatMoney(orderMoney(order, order.amountRefundedMinor)) : null,
    isFullyRefunded: order.amountRefundedMinor > 0n && order.amountRefundedMinor >= order.amountPaidMinor,
    expiresAt: isBeingPaid ? null : (order.expiresAt?.toUTCString() ?? null),
    isBeingPaid,
    trackingNumber,
    trackingUrl: trackingUrl === null ? null : new URL(trackingUrl).href,
    cancelReason,
    receivedAt: more.receivedAt?.toUTCString() ?? null,
    problem: more.problem ?? null,
    invoice: more.invoice ?? null,
  };
  await enqueueMail(tx, outbox, template, { subject: order.id, payload });
}

function mailedLines(of: {
  readonly items?: readonly OrderItem[];
  readonly parcel?: MailedParcel;
  readonly refund?: MailedRefund;
}): MailLine[] | null {
  if (of.parcel !== undefined) return parcelLines(of.parcel);
  if (of.refund !== undefined) return refundLines(of.refund);
  return of.items?.map(mailLine) ?? null;
}

/** What products calls the variant of a product without options. */
const soleVariantName = "Default";

/** A line of an order as a mail lists it, with its price. */
export function mailLine(item: OrderItem): MailLine {
  const { quantity, productName: name } = item;
  const variant = item.variantName === soleVariantName ? "" : item.variantName;
  return { quantity, name, variant, amount: formatMoney(orderMoney(item, item.subtotalMinor)) };
}

/** What a parcel has in it, without prices: another parcel may have the rest of a line. */
function parcelLines({ items, units }: MailedParcel): MailLine[] {
  const lines = new Map(items.map((item) => [item.id, mailLine(item)]));
  return units.flatMap(({ itemId, quantity }) => {
    const line = lines.get(itemId);
    return line === undefined ? [] : [{ ...line, quantity, amount: null }];
  });
}

/** What a refund gives back for lines. */
function refundLines({ lines }: MailedRefund): MailLine[] {
  return lines.map(({ item, quantity, amountMinor }) => ({
    ...mailLine(item),
    quantity,
    amount: formatMoney(orderMoney(item, amountMinor)),
  }));
}

/** The refund, after what it is made of besides lines: shipping, and what earlier refunds of the lines held back. */
function refundTotals({ amount, lines, shippingMinor }: MailedRefund): { label: string; amount: string }[] {
  const other = lines.reduce((rest, line) => rest - line.amountMinor, amount.minorUnits - shippingMinor);
  const parts = lines.length === 0 ? [] : ([["Other amounts", other]] as const);
  return [["Shipping", shippingMinor] as const, ...parts, ["This refund", amount.minorUnits] as const]
    .filter(([, minorUnits]) => minorUnits !== 0n)
    .map(([label, minorUnits]) => ({ label, amount: formatMoney({ ...amount, minorUnits }) }));
}

/** The total, after what it is made of where that is more than the lines. */
function mailTotals(order: Order): { label: string; amount: string }[] {
  const row = (label: string, minorUnits: bigint) => ({ label, amount: formatMoney(orderMoney(order, minorUnits)) });
  const parts = [
    ["Discount", -order.discountMinor],
    ["Shipping", order.shippingMinor],
    [order.pricesIncludeTax ? "Tax included" : "Tax", order.taxMinor],
  ] as const;
  const present = parts.filter(([, amount]) => amount !== 0n).map(([label, amount]) => row(label, amount));
  const total = row("Total", order.totalMinor);
  return present.length === 0 ? [total] : [row("Subtotal", order.subtotalMinor), ...present, total];
}

function formatMoney(amount: Money): string {
  return `${formatAmount(amount)} ${amount.currency}`;
}
