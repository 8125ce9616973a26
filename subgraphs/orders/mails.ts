import { z } from "zod";
import type { Db } from "#platform/db.ts";
import type { OrderId } from "#platform/ids.ts";
import type { RenderedMail } from "#platform/mail.ts";
import { formatAmount, type Money } from "#platform/money.ts";
import type { OutboxRow } from "#platform/outbox.ts";
import type { OrderMailTemplate } from "./order-mails.ts";
import { formatOrderNumber } from "./order-number.ts";
import { guestOrderToken, type Order, type OrderItem, orderMoney, readItems, readOrder } from "./orders.ts";

/** What mails are made with. */
export type MailTools = {
  readonly db: Db;
  readonly tokenKey: string;
  /** The shop's public address: links begin with it. */
  readonly shopUrl: string;
};

/** A mail's words about an order. */
type Letter = { readonly subject: string; readonly paragraphs: readonly string[] };

/** What a letter is made from: the order as it is when it is sent, and the amount that the mail is about. */
type Facts = { readonly order: Order; readonly number: string; readonly amount: string | undefined };

const letters: Readonly<Record<OrderMailTemplate, (facts: Facts) => Letter>> = {
  "order-placed": ({ order, number }) => ({
    subject: `Your order ${number}`,
    paragraphs: [
      `Thank you for your order ${number}.`,
      ...(order.status === "PENDING" && order.expiresAt !== null
        ? [`We keep it for you until ${order.expiresAt.toUTCString()}; please pay by then.`]
        : []),
    ],
  }),
  "order-paid": ({ order, number }) => ({
    subject: `We have your payment for order ${number}`,
    paragraphs: [`We have received ${money(orderMoney(order, order.amountPaidMinor))} for your order ${number}.`],
  }),
  "order-shipped": ({ order, number }) => ({
    subject: `Your order ${number} is on its way`,
    paragraphs: [
      `Your order ${number} has left us.`,
      ...(order.trackingNumber === null ? [] : [`Its tracking number is ${oneLine(order.trackingNumber)}.`]),
      ...(order.trackingUrl === null ? [] : [`Follow it at ${order.trackingUrl}`]),
    ],
  }),
  "order-cancelled": ({ order, number }) => ({
    subject: `Your order ${number} was cancelled`,
    paragraphs: [
      `Your order ${number} was cancelled${cancelCauses[order.cancelReason ?? "STAFF"]}.`,
      ...(order.amountPaidMinor > 0n ? ["What you paid for it is given back."] : []),
    ],
  }),
  "order-refunded": ({ number, amount }) => ({
    subject: `A refund for your order ${number}`,
    paragraphs: [`We have given back ${amount ?? "what you paid"} for your order ${number}.`],
  }),
};

const cancelCauses: Readonly<Record<NonNullable<Order["cancelReason"]>, string>> = {
  CUSTOMER: ", as you wished",
  OUT_OF_STOCK: ", because something in it is sold out",
  PAYMENT_FAILED: ", because it could not be paid",
  EXPIRED: ", because it was not paid in time",
  STAFF: " by us",
};

const payloadShape = z.object({ orderId: z.string(), amount: z.string().optional() });

/**
 * The mail of an outbox row; undefined when there is nobody to send it to any more. A guest's has a link with the token that opens the order,
 * made now and stored nowhere.
 */
export async function renderMail(tools: MailTools, row: OutboxRow): Promise<RenderedMail | undefined> {
  const letter = Object.hasOwn(letters, row.topic) ? letters[row.topic as OrderMailTemplate] : undefined;
  if (letter === undefined) throw new Error(`There is no mail template ${row.topic}.`);
  const { orderId, amount } = payloadShape.parse(row.payload);
  const order = await readOrder(tools.db, orderId as OrderId);
  if (order?.email == null) return undefined;
  const items = await readItems(tools.db, [order.id]);
  const number = formatOrderNumber(order.number);
  const { subject, paragraphs } = letter({ order, number, amount });
  const lines = [...items.map(itemLine), `Total: ${money(orderMoney(order, order.totalMinor))}`];
  const link = orderLink(tools, order, number);
  return {
    to: order.email,
    subject,
    text: ["Hello,", ...paragraphs, lines.join("\n"), `Your order: ${link}`, ""].join("\n\n"),
    html: page([
      "<p>Hello,</p>",
      ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
      `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`,
      `<p><a href="${escapeHtml(link)}">Your order ${escapeHtml(number)}</a></p>`,
    ]),
  };
}

function itemLine(item: OrderItem): string {
  return `${item.quantity} × ${oneLine(item.productName)}: ${money(orderMoney(item, item.subtotalMinor))}`;
}

function orderLink({ shopUrl, tokenKey }: MailTools, order: Order, number: string): string {
  const base = shopUrl.replace(/\/$/, "");
  return order.byGuest && order.userId === null
    ? `${base}/guest-order?token=${guestOrderToken(tokenKey, order.id)}`
    : `${base}/orders/${number}`;
}

function money(amount: Money): string {
  return `${formatAmount(amount)} ${amount.currency}`;
}

/** Names come from sellers: in a mail each stays on its line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}

function page(parts: readonly string[]): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><body>${parts.join("\n")}</body></html>`;
}
