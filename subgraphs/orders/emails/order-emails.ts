import { z } from "zod";
import { cancelReasons, type InvoiceId } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type {
  MailAttachment,
  MailLine,
  MailPart,
  MailTemplates,
  RenderedMail,
} from "#platform/email/mail-templates.ts";
import type { OutboxRow } from "#platform/events/outbox.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { findInvoice } from "../invoice/invoice.ts";
import { renderInvoice } from "../invoice/render-invoice.ts";
import { guestOrderToken, type Order, readItems } from "../order/order.ts";
import { mailLine, type OrderMailFacts, type OrderMailTemplate } from "../order/order-email.ts";

/** What emails are rendered with. */
export type MailOptions = {
  readonly db: Db;
  readonly tokenKey: string;
  readonly templates: MailTemplates;
  /** The origin of links. */
  readonly storefrontUrl: string;
};

/** The text of an email, without its link. */
type MailText = { readonly subject: string; readonly parts: readonly MailPart[] };

/** What an email is written from: the lines are always there. */
type MailFacts = OrderMailFacts & {
  readonly lines: readonly MailLine[];
  readonly refundTotals: readonly { readonly label: string; readonly amount: string }[];
};

const texts: Readonly<Record<OrderMailTemplate, (facts: MailFacts) => MailText>> = {
  "order-placed": ({ number, expiresAt, isBeingPaid, lines, totals }) => ({
    subject: `Your order ${number}`,
    parts: [
      `Thank you for your order ${number}.`,
      ...(isBeingPaid ? ["We're processing your payment, and write to you once we've received it."] : []),
      ...(expiresAt === null ? [] : [`We'll keep your items until ${expiresAt}. Please pay by then.`]),
      { lines, totals },
    ],
  }),
  "order-paid": ({ number, amount, lines, totals }) => ({
    subject: `Payment received for order ${number}`,
    parts: [`We've received your payment of ${amount} for order ${number}. Thank you.`, { lines, totals }],
  }),
  "order-shipped": ({ number, lines, ...tracking }) => ({
    subject: `Order ${number} is on its way`,
    parts: [`Your order ${number} has been shipped.`, ...trackingParts(tracking), { lines }],
  }),
  "order-parcel-sent": ({ number, lines, ...tracking }) => ({
    subject: `A parcel of order ${number} is on its way`,
    parts: [`We've sent a parcel of your order ${number}.`, ...trackingParts(tracking), { lines }],
  }),
  "order-cancelled": ({ number, amount, cancelReason, lines, totals }) => ({
    subject: `Order ${number} was cancelled`,
    parts: [
      `Your order ${number} was cancelled${cancelCauses[cancelReason ?? "STAFF"]}.`,
      ...(amount === null ? [] : [`We're refunding ${amount}.`]),
      { lines, totals },
    ],
  }),
  "order-refunded": ({ number, amount, refunded, refundTotals, isFullyRefunded, total, lines }) => ({
    subject: `Refund for order ${number}`,
    parts: [
      `We've refunded ${amount} for your order ${number}. It may take a few days until your bank shows it.`,
      { lines, totals: refundTotals },
      {
        details: [
          { label: "Refunded so far", value: String(refunded ?? amount) },
          { label: "Order total", value: total },
        ],
      },
      ...(isFullyRefunded ? ["Your order is now refunded in full."] : []),
    ],
  }),
  "return-received": (details) => ({
    subject: `Your return of order ${details.number}`,
    parts: [
      `You'd like to send something of your order ${details.number} back. ${receivedParagraph(details)} We'll write to you as soon as we've decided.`,
      { lines: details.lines },
    ],
  }),
  "return-approved": ({ number }) => ({
    subject: `Your return of order ${number} is approved`,
    parts: [`Please send the goods of your order ${number} back to us. We'll refund them when they've arrived.`],
  }),
  "return-declined": ({ number }) => ({
    subject: `Your return of order ${number} is declined`,
    parts: [`We cannot take the goods of your order ${number} back. Please keep them.`],
  }),
  "return-rejected": ({ number, problem, ...details }) => ({
    subject: `Your return of order ${number} is not possible`,
    parts: [
      `You'd like to send something of your order ${number} back. ${receivedParagraph({ number, problem, ...details })}`,
      `This is not possible: ${problem ?? ""}`,
    ],
  }),
  "withdrawal-received": (details) => ({
    subject: `Your withdrawal from order ${details.number}`,
    parts: [
      `You've withdrawn from the contract of your order ${details.number}. ${receivedParagraph(details)}`,
      "What has not been sent yet is cancelled, and we're refunding what you've paid for it. Please send back within 14 days what you have received; we'll then refund it.",
      "You've withdrawn from:",
      { lines: details.lines },
    ],
  }),
  "invoice-issued": ({ number, invoice }) => ({
    subject: `Invoice ${invoice?.number ?? ""} for order ${number}`,
    parts: [`Your invoice for order ${number} is attached.`],
  }),
  "credit-note-issued": ({ number, invoice }) => ({
    subject: `Credit note ${invoice?.number ?? ""} for order ${number}`,
    parts: [`Your credit note for order ${number} is attached.`],
  }),
  "withdrawal-rejected": ({ number, problem, ...details }) => ({
    subject: `Your withdrawal from order ${number} is not possible`,
    parts: [
      `You've declared that you withdraw from the contract of your order ${number}. ${receivedParagraph({ number, problem, ...details })}`,
      `This is not possible: ${problem ?? ""}`,
    ],
  }),
};

function receivedParagraph({ receivedAt }: OrderMailFacts): string {
  return `We received it at ${receivedAt ?? "an unknown time"}.`;
}

function trackingParts({ trackingNumber, trackingUrl }: Pick<MailFacts, "trackingNumber" | "trackingUrl">): MailPart[] {
  return [
    ...(trackingNumber === null ? [] : [{ details: [{ label: "Tracking number", value: trackingNumber }] }]),
    ...(trackingUrl === null ? [] : [{ label: "Track your parcel", link: trackingUrl }]),
  ];
}

const cancelCauses: Readonly<Record<NonNullable<Order["cancelReason"]>, string>> = {
  CUSTOMER: " at your request",
  OUT_OF_STOCK: " because an item is sold out",
  PAYMENT_FAILED: " because the payment failed",
  EXPIRED: " because it was not paid in time",
  STAFF: " by the shop",
};

const mailedLine = z.object({
  quantity: z.number(),
  name: z.string(),
  variant: z.string(),
  amount: z.string().nullable(),
});

const mailedTotals = z.array(z.object({ label: z.string(), amount: z.string() }));

/** What older versions enqueued is absent or of another form; then it is read from the order. */
const facts = z.object({
  orderId: z.string(),
  number: z.string(),
  isGuests: z.boolean().optional(),
  total: z.string(),
  totals: mailedTotals.optional(),
  lines: z.array(mailedLine).nullable().catch(null),
  amount: z.string().nullable(),
  refundTotals: mailedTotals.default([]),
  refunded: z.string().nullable().default(null),
  isFullyRefunded: z.boolean().default(false),
  expiresAt: z.string().nullable(),
  isBeingPaid: z.boolean().default(false),
  trackingNumber: z.string().nullable(),
  trackingUrl: z.string().nullable(),
  cancelReason: z.enum(cancelReasons).nullable(),
  receivedAt: z.string().nullish(),
  problem: z.string().nullish(),
  invoice: z.object({ id: z.string(), number: z.string() }).nullish(),
});

/**
 * Renders the email of an outbox row; undefined if the order has no recipient any more. A guest's link has the token that opens the order, which is
 * derived now and stored nowhere.
 */
export async function renderMail(
  options: MailOptions,
  row: OutboxRow,
  order: Order | undefined,
): Promise<RenderedMail | undefined> {
  const template = row.topic as OrderMailTemplate;
  const makeText = Object.hasOwn(texts, template) ? texts[template] : undefined;
  if (makeText === undefined) throw new Error(`Unknown mail template: ${row.topic}.`);
  const payload = facts.parse(row.payload);
  if (order?.email == null) return undefined;
  const details = {
    ...payload,
    isGuests: payload.isGuests ?? order.byGuest,
    totals: payload.totals ?? [{ label: "Total", amount: payload.total }],
    lines: payload.lines ?? (await readItems(options.db, [order.id])).map(mailLine),
  };
  const { subject, parts } = makeText(details);
  const link = orderLink(options, details);
  const mail = options.templates.render({
    to: order.email,
    template,
    subject,
    parts: [...parts, { label: "View your order", link }],
    facts: { ...details, link },
  });
  return payload.invoice == null ? mail : { ...mail, attachments: await attachInvoice(options.db, payload.invoice.id) };
}

async function attachInvoice(db: Db, id: string): Promise<MailAttachment[]> {
  const invoice = await findInvoice(db, id as InvoiceId);
  if (invoice === undefined) throw new Error("A document that was issued disappeared.");
  const { document } = invoice.snapshot;
  return [
    { filename: `${document.number}.pdf`, contentType: "application/pdf", content: await renderInvoice(document) },
  ];
}

/** A link by token for an order that was a guest's when the email was enqueued, and by number otherwise. */
function orderLink(
  { storefrontUrl, tokenKey }: MailOptions,
  { orderId, number, isGuests }: Pick<MailFacts, "orderId" | "number" | "isGuests">,
): string {
  return isGuests
    ? `${storefrontUrl}/guest-order?token=${guestOrderToken(tokenKey, orderId as OrderId)}`
    : `${storefrontUrl}/orders/${number}`;
}
