import { z } from "zod";
import { cancelReasons } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { escapeHtml, htmlPage } from "#platform/email/html.ts";
import type { RenderedMail } from "#platform/email/mailer.ts";
import type { OutboxRow } from "#platform/events/outbox.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { guestOrderToken, type Order, readOrder } from "../order/order.ts";
import type { OrderMailFacts, OrderMailTemplate } from "../order/order-email.ts";

/** What mails are made with. */
export type MailTools = {
  readonly db: Db;
  readonly tokenKey: string;
  /** The shop's public address: links begin with it. */
  readonly shopUrl: string;
};

/** A mail's words about an order. */
type Letter = { readonly subject: string; readonly paragraphs: readonly string[] };

const letters: Readonly<Record<OrderMailTemplate, (facts: OrderMailFacts) => Letter>> = {
  "order-placed": ({ number, expiresAt }) => ({
    subject: `Your order ${number}`,
    paragraphs: [
      `Thank you for your order ${number}.`,
      ...(expiresAt === null ? [] : [`Unless it is paid, we keep it for you until ${expiresAt}.`]),
    ],
  }),
  "order-paid": ({ number, amount }) => ({
    subject: `We have your payment for order ${number}`,
    paragraphs: [`We have received ${amount} for your order ${number}.`],
  }),
  "order-shipped": ({ number, trackingNumber, trackingUrl }) => ({
    subject: `Your order ${number} is on its way`,
    paragraphs: [
      `Your order ${number} has left us.`,
      ...(trackingNumber === null ? [] : [`Its tracking number is ${trackingNumber}.`]),
      ...(trackingUrl === null ? [] : [`Follow it at ${trackingUrl}`]),
    ],
  }),
  "order-cancelled": ({ number, amount, cancelReason }) => ({
    subject: `Your order ${number} was cancelled`,
    paragraphs: [
      `Your order ${number} was cancelled${cancelCauses[cancelReason ?? "STAFF"]}.`,
      ...(amount === null ? [] : [`The ${amount} that you paid for it are given back.`]),
    ],
  }),
  "order-refunded": ({ number, amount }) => ({
    subject: `A refund for your order ${number}`,
    paragraphs: [`We have given back ${amount} for your order ${number}.`],
  }),
};

const cancelCauses: Readonly<Record<NonNullable<Order["cancelReason"]>, string>> = {
  CUSTOMER: ", as you wished",
  OUT_OF_STOCK: ", because something in it is sold out",
  PAYMENT_FAILED: ", because it could not be paid",
  EXPIRED: ", because it was not paid in time",
  STAFF: " by us",
};

const facts = z.object({
  orderId: z.string(),
  number: z.string(),
  /** Older rows do not say. */
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
 * The mail of an outbox row; undefined when there is nobody to send it to any more. A guest's has a link with the token that opens the order,
 * made now and stored nowhere.
 */
export async function renderMail(tools: MailTools, row: OutboxRow): Promise<RenderedMail | undefined> {
  const letter = Object.hasOwn(letters, row.topic) ? letters[row.topic as OrderMailTemplate] : undefined;
  if (letter === undefined) throw new Error(`There is no mail template ${row.topic}.`);
  const payload = facts.parse(row.payload);
  const order = await readOrder(tools.db, payload.orderId as OrderId);
  if (order?.email == null) return undefined;
  const told = { ...payload, isGuests: payload.isGuests ?? order.byGuest };
  const { subject, paragraphs } = letter(told);
  const lines = [...told.lines, `Total: ${told.total}`];
  const link = orderLink(tools, told);
  return {
    to: order.email,
    subject,
    text: ["Hello,", ...paragraphs, lines.join("\n"), `Your order: ${link}`, ""].join("\n\n"),
    html: htmlPage(subject, [
      "<p>Hello,</p>",
      ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
      `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`,
      `<p><a href="${escapeHtml(link)}">Your order ${escapeHtml(told.number)}</a></p>`,
    ]),
  };
}

/** By what the order was when the mail was due: one that is sent again says the same. What a user has claimed no token opens. */
function orderLink({ shopUrl, tokenKey }: MailTools, { orderId, number, isGuests }: OrderMailFacts): string {
  const base = shopUrl.replace(/\/$/, "");
  return isGuests
    ? `${base}/guest-order?token=${guestOrderToken(tokenKey, orderId as OrderId)}`
    : `${base}/orders/${number}`;
}
