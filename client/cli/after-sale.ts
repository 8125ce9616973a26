import { writeFile } from "node:fs/promises";
import {
  AfterSaleDocument,
  type DataOf,
  InvoicesDocument,
  idempotencyKey,
  RefundCreateDocument,
  ReturnRequestDocument,
  ReturnUpdateDocument,
  ShipmentCreateDocument,
} from "#client/sdk/index.ts";
import { type CommandContext, succeeded, wholeNumber } from "./command-context.ts";
import { moment, price, words } from "./format.ts";

type AfterSale = NonNullable<DataOf<typeof AfterSaleDocument>["order"]>;
type Item = AfterSale["items"][number];
type Action = (context: CommandContext, order: AfterSale) => Promise<void>;

const pageSize = 100;

/** Shows what happened to an order after the sale, and offers what can be done next: shipping, returns, refunds and documents. */
export async function afterSalePage(context: CommandContext, id: string, isStaff: boolean): Promise<void> {
  const { shop, terminal } = context;
  for (;;) {
    const { order } = await terminal.withSpinner("Loading", () => shop.query(AfterSaleDocument, { id }));
    if (order === null) return terminal.warn("Order not found.");
    terminal.show(`Order ${order.number}`, describe(order));
    const action = await terminal.choose<Action | null>("What next?", [
      ...(isStaff ? staffActions(order) : buyerActions(order)),
      ...(order.invoices.length > 0 ? [{ value: downloadDocuments, label: "Download the documents" }] : []),
      { value: null, label: "Back" },
    ]);
    if (action === null) return;
    await action(context, order);
  }
}

function staffActions(order: AfterSale): { value: Action; label: string }[] {
  const isShippable = order.status === "PAID" || order.status === "PROCESSING";
  return [
    ...(isShippable ? [{ value: ship, label: "Ship a parcel" }] : []),
    ...order.returns
      .filter(({ status }) => ["REQUESTED", "APPROVED", "RECEIVED"].includes(status))
      .map((found) => ({
        value: (context: CommandContext, current: AfterSale) => moveReturn(context, current, found.id),
        label: `Return ${words(found.status)}, of ${moment(found.requestedAt)}`,
      })),
    { value: refundLine, label: "Refund units of a line" },
  ];
}

function buyerActions(order: AfterSale): { value: Action; label: string }[] {
  const canReturn = order.items.some((item) => item.shippedQuantity > item.returnedQuantity);
  return [
    ...(order.canWithdraw
      ? [{ value: (context: CommandContext) => declare(context, order, true), label: "Withdraw from the contract" }]
      : []),
    ...(canReturn
      ? [{ value: (context: CommandContext) => declare(context, order, false), label: "Send something back" }]
      : []),
  ];
}

function describe({ items, shipments, refunds, invoices }: AfterSale): string {
  return [
    ...items.map(
      ({ productName, quantity, ...item }) =>
        `${quantity} × ${productName}: ${item.shippedQuantity} shipped, ${item.cancelledQuantity} cancelled, ${item.returnedQuantity} returned, ${item.refundedQuantity} refunded`,
    ),
    ...shipments.map(
      ({ shippedAt, deliveredAt }) =>
        `Parcel of ${moment(shippedAt)}${deliveredAt === null ? "" : `, arrived ${moment(deliveredAt)}`}`,
    ),
    ...refunds.map(({ amount, status }) => `Refund of ${price(amount)}, ${words(status)}`),
    ...invoices.map(({ kind, number, totals }) => `${words(kind)} ${number}: ${price(totals.total)}`),
  ].join("\n");
}

/** Asks for units of one line; null if no line has any. */
async function chooseUnits(
  { terminal }: CommandContext,
  { items }: AfterSale,
  count: (item: Item) => number,
): Promise<{ itemId: string; quantity: number } | null> {
  const possible = items.filter((item) => count(item) > 0);
  if (possible.length === 0) {
    terminal.warn("No units are left.");
    return null;
  }
  const item = await terminal.choose(
    "Which line?",
    possible.map((value) => ({ value, label: `${count(value)} × ${value.productName}` })),
  );
  const max = count(item);
  const quantity = await terminal.ask(`How many (1 to ${max})`, { initial: String(max), check: wholeNumber(1, max) });
  return { itemId: item.id, quantity: Number(quantity) };
}

async function ship(context: CommandContext, order: AfterSale): Promise<void> {
  const { shop, terminal } = context;
  const all = await terminal.confirm("Everything that is left?", true);
  const units = all
    ? null
    : await chooseUnits(context, order, (item) => item.quantity - item.shippedQuantity - item.cancelledQuantity);
  if (!all && units === null) return;
  const trackingNumber = await terminal.ask("Tracking number (optional)");
  const input = {
    idempotencyKey: idempotencyKey(),
    orderId: order.id,
    ...(units === null ? {} : { lines: [units] }),
    ...(trackingNumber === "" ? {} : { trackingNumber }),
  };
  const payload = await terminal.withSpinner("Saving", () => shop.mutate(ShipmentCreateDocument, { input }));
  if (succeeded(context, payload)) terminal.success("The parcel is on its way.");
}

async function refundLine(context: CommandContext, order: AfterSale): Promise<void> {
  const { shop, terminal } = context;
  const units = await chooseUnits(context, order, (item) => item.quantity - item.refundedQuantity);
  if (units === null || order.payment === null) return;
  if (!(await terminal.confirm("Refund what was paid for them?", false))) return;
  const input = { idempotencyKey: idempotencyKey(), paymentId: order.payment.id, lines: [units] };
  const payload = await terminal.withSpinner("Refunding", () => shop.mutate(RefundCreateDocument, { input }));
  if (succeeded(context, payload)) terminal.success("The refund is on its way.");
}

async function moveReturn(context: CommandContext, order: AfterSale, id: string): Promise<void> {
  const { shop, terminal } = context;
  const found = order.returns.find((each) => each.id === id);
  if (found === undefined) return;
  if (found.status === "RECEIVED") {
    if (order.payment === null || !(await terminal.confirm("Refund what came back?", true))) return;
    const input = { idempotencyKey: idempotencyKey(), paymentId: order.payment.id, returnId: id };
    const payload = await terminal.withSpinner("Refunding", () => shop.mutate(RefundCreateDocument, { input }));
    if (succeeded(context, payload)) terminal.success("The refund is on its way.");
    return;
  }
  const isReceipt = found.status === "APPROVED" || found.isWithdrawal;
  const status = isReceipt
    ? ("RECEIVED" as const)
    : await terminal.choose<"APPROVED" | "DECLINED">("The return is", [
        { value: "APPROVED", label: "approved" },
        { value: "DECLINED", label: "declined" },
      ]);
  const isRestocked = isReceipt && (await terminal.confirm("Everything came. Does it go back on sale?", true));
  const restock = found.lines.map(({ quantity, item }) => ({ itemId: item.id, quantity }));
  const input = { id, status, expectedVersion: found.version, ...(isRestocked ? { restock } : {}) };
  const payload = await terminal.withSpinner("Saving", () => shop.mutate(ReturnUpdateDocument, { input }));
  if (succeeded(context, payload)) terminal.success(`The return is ${words(status)}.`);
}

async function declare(context: CommandContext, order: AfterSale, isWithdrawal: boolean): Promise<void> {
  const { shop, terminal } = context;
  const left = (item: Item) =>
    (isWithdrawal ? item.quantity - item.cancelledQuantity : item.shippedQuantity) - item.returnedQuantity;
  const units = await chooseUnits(context, order, left);
  if (units === null) return;
  const input = { idempotencyKey: idempotencyKey(), orderId: order.id, isWithdrawal, lines: [units] };
  const payload = await terminal.withSpinner("Sending", () => shop.mutate(ReturnRequestDocument, { input }));
  if (succeeded(context, payload)) terminal.success(`Received ${moment(payload.receivedAt ?? "")}.`);
}

async function downloadDocuments({ terminal }: CommandContext, { invoices }: AfterSale): Promise<void> {
  for (const { number, pdfUrl } of invoices) {
    const response = await fetch(pdfUrl);
    if (!response.ok) {
      terminal.warn(`${number} could not be downloaded.`);
      continue;
    }
    await writeFile(`${number}.pdf`, Buffer.from(await response.arrayBuffer()));
    terminal.success(`Saved ${number}.pdf.`);
  }
}

/** Writes all invoices and credit notes to `invoices.csv`, one a line, oldest first, for the bookkeeper. Credit notes are negative. */
export async function exportInvoices({ shop, terminal }: CommandContext): Promise<void> {
  const lines = ["number,kind,issued_at,order,corrects,currency,total,tax"];
  let after: string | undefined;
  do {
    const variables = { first: pageSize, ...(after === undefined ? {} : { after }) };
    const { invoices } = await terminal.withSpinner("Loading", () => shop.query(InvoicesDocument, variables));
    if (invoices === null) return;
    for (const { number, kind, issuedAt, order, corrects, totals } of invoices.nodes) {
      const sign = kind === "CREDIT_NOTE" ? "-" : "";
      const { total, tax } = totals;
      const amounts = [total.currencyCode, `${sign}${total.amount}`, `${sign}${tax.amount}`];
      lines.push([number, kind, issuedAt, order.number, corrects?.number ?? "", ...amounts].join(","));
    }
    after = invoices.pageInfo.hasNextPage ? (invoices.pageInfo.endCursor ?? undefined) : undefined;
  } while (after !== undefined);
  await writeFile("invoices.csv", `${lines.join("\n")}\n`);
  terminal.success(`Saved invoices.csv with ${lines.length - 1} documents.`);
}
