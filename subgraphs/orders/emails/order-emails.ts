import { z } from "zod";
import { cancelReasons } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { escapeHtml, htmlPage } from "#platform/email/html.ts";
import type { RenderedMail } from "#platform/email/mailer.ts";
import type { OutboxRow } from "#platform/events/outbox.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import type { OrderLimits } from "../order/holds.ts";
import { guestOrderToken, type Order, readOrder } from "../order/order.ts";
import type { OrderMailFacts, OrderMailTemplate } from "../order/order-email.ts";

/** What emails are rendered with. */
export type MailOptions = {
  readonly db: Db;
  readonly tokenKey: string;
  readonly limits: OrderLimits;
  /** The origin of links. */
  readonly storefrontUrl: string;
};

/** The text of an email, without its list of lines and its link. */
type MailText = { readonly subject: string; readonly paragraphs: readonly string[] };

const texts: Readonly<Record<OrderMailTemplate, (facts: OrderMailFacts) => MailText>> = {
  "order-placed": ({ number, expiresAt }) => ({
    subject: `Your order ${number}`,
    paragraphs: [
      `Thank you for your order ${number}.`,
      ...(expiresAt === null ? [] : [`We'll keep your items until ${expiresAt}. Please pay by then.`]),
    ],
  }),
  "order-paid": ({ number, amount }) => ({
    subject: `Payment received for order ${number}`,
    paragraphs: [`We've received your payment of ${amount} for order ${number}. Thank you.`],
  }),
  "order-shipped": ({ number, ...tracking }) => ({
    subject: `Order ${number} is on its way`,
    paragraphs: [`Your order ${number} has been shipped.`, ...trackingParagraphs(tracking)],
  }),
  "order-parcel-sent": ({ number, ...tracking }) => ({
    subject: `A parcel of order ${number} is on its way`,
    paragraphs: [`We've sent a parcel of your order ${number}:`, ...trackingParagraphs(tracking)],
  }),
  "order-cancelled": ({ number, amount, cancelReason }) => ({
    subject: `Order ${number} was cancelled`,
    paragraphs: [
      `Your order ${number} was cancelled${cancelCauses[cancelReason ?? "STAFF"]}.`,
      ...(amount === null ? [] : [`We're refunding the ${amount} that you paid.`]),
    ],
  }),
  "order-refunded": ({ number, amount }) => ({
    subject: `Refund for order ${number}`,
    paragraphs: [`We've refunded ${amount} for your order ${number}.`],
  }),
};

function trackingParagraphs({
  trackingNumber,
  trackingUrl,
}: Pick<OrderMailFacts, "trackingNumber" | "trackingUrl">): string[] {
  return [
    ...(trackingNumber === null ? [] : [`Tracking number: ${trackingNumber}`]),
    ...(trackingUrl === null ? [] : [`Track your parcel: ${trackingUrl}`]),
  ];
}

const cancelCauses: Readonly<Record<NonNullable<Order["cancelReason"]>, string>> = {
  CUSTOMER: " at your request",
  OUT_OF_STOCK: " because an item is sold out",
  PAYMENT_FAILED: " because the payment failed",
  EXPIRED: " because it was not paid in time",
  STAFF: " by the shop",
};

const facts = z.object({
  orderId: z.string(),
  number: z.string(),
  /** Absent in rows of older versions. */
  isGuests: z.boolean().optional(),
  total: z.string(),
  lines: z.array(z.string()),
  amount: z.string().nullable(),
  expiresAt: z.string().nullable(),
  trackingNumber: z.string().nullable(),
  trackingUrl: z.string().nullable(),
  cancelReason: z.enum(cancelReasons).nullable(),
});

/**
 * Renders the email of an outbox row; undefined if the order has no recipient any more. A guest's link has the token that opens the order, which is
 * derived now and stored nowhere.
 */
export async function renderMail(options: MailOptions, row: OutboxRow): Promise<RenderedMail | undefined> {
  const makeText = Object.hasOwn(texts, row.topic) ? texts[row.topic as OrderMailTemplate] : undefined;
  if (makeText === undefined) throw new Error(`Unknown mail template: ${row.topic}.`);
  const payload = facts.parse(row.payload);
  const order = await readOrder(options.db, payload.orderId as OrderId);
  if (order?.email == null) return undefined;
  if (!(await isWithinBudget(options, row, order))) return undefined;
  const details = { ...payload, isGuests: payload.isGuests ?? order.byGuest };
  const { subject, paragraphs } = makeText(details);
  const lines = [...details.lines, `Total: ${details.total}`];
  const link = orderLink(options, details);
  return {
    to: order.email,
    subject,
    text: ["Hello,", ...paragraphs, lines.join("\n"), `Your order: ${link}`, ""].join("\n\n"),
    html: htmlPage(subject, [
      "<p>Hello,</p>",
      ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
      `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`,
      `<p><a href="${escapeHtml(link)}">Your order ${escapeHtml(details.number)}</a></p>`,
    ]),
  };
}

/**
 * Whether the email may be sent. Anyone can order in a stranger's name without paying, so emails about unpaid orders have a budget per mailbox. Counted
 * at the first attempt only: repeats are the same email.
 */
async function isWithinBudget({ limits }: MailOptions, row: OutboxRow, order: Order): Promise<boolean> {
  if (order.amountPaidMinor > 0n || order.email === null || row.attempts > 1) return true;
  return (await limits.budgets.trySpend("mails", { email: order.email, user: order.userId ?? undefined })).ok;
}

/** A link by token for an order that was a guest's when the email was enqueued, and by number otherwise. */
function orderLink({ storefrontUrl, tokenKey }: MailOptions, { orderId, number, isGuests }: OrderMailFacts): string {
  return isGuests
    ? `${storefrontUrl}/guest-order?token=${guestOrderToken(tokenKey, orderId as OrderId)}`
    : `${storefrontUrl}/orders/${number}`;
}
