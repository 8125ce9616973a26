import { and, asc, eq, lte, sql } from "drizzle-orm";
import { type InvoiceId, invoices, orders, paymentTransactions, shipments } from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { newId, type OrderId } from "#platform/shop/ids.ts";
import { type Order, readItems } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { readDiscountParts, readTaxes } from "../order/order-price.ts";
import { appendTimeline } from "../order/timeline.ts";
import { type PaymentTransaction, readTransactions } from "../payment/refund.ts";
import { isRefund, type RefundLine, readRefundLines } from "../payment/refund-lines.ts";
import type { Services } from "../services.ts";
import { formatInvoiceNumber, type Invoice, readInvoices } from "./invoice.ts";
import {
  creditNoteSnapshot,
  type DocumentName,
  type InvoiceSnapshot,
  invoiceSnapshot,
  type SnapshotSources,
} from "./invoice-snapshot.ts";
import { isStopped, takeNumber } from "./number-series.ts";

const ordersMax = 50;

/**
 * Issues what is due: an order's invoice once it is paid or first shipped, and a credit note for each refund that succeeded since. Nothing is issued
 * after a restore until an operator has confirmed the next number. Returns how many orders were looked at.
 */
export async function issueDocuments(services: Services): Promise<number> {
  const { db, log } = services;
  const due = await db
    .select({ id: orders.id })
    .from(orders)
    .where(lte(orders.invoiceDueAt, sql`now()`))
    .orderBy(asc(orders.invoiceDueAt))
    .limit(ordersMax);
  if (due.length === 0) return 0;
  if (await isStopped(db)) {
    log.error(
      {},
      "No documents are issued: the database was restored. Confirm the next number with `npm run reconcile -- invoices --next <n>`.",
    );
    return 0;
  }
  const ids = due.map(({ id }) => id);
  await issueForOrders(services, ids).catch(async (error) => {
    if (ids.length > 1) log.warn({ err: error }, "Documents could not be issued together; they are issued one by one.");
    for (const id of ids) {
      await issueForOrders(services, [id]).catch(async (cause) => {
        services.afterSale.inc({ step: "document_failed" });
        log.error({ err: cause, orderId: id }, "An order's documents could not be issued; it is tried again.");
        await postpone(db, id);
      });
    }
  });
  return due.length;
}

async function postpone(db: Db, id: OrderId): Promise<void> {
  await db.update(orders).set({ invoiceDueAt: sql`now() + interval '1 minute'` }).where(eq(orders.id, id));
}

/** Issues what is due for the orders, all or none, but for orders that another transaction is changing. */
async function issueForOrders(services: Services, ids: readonly OrderId[]): Promise<void> {
  crashPoint("orders:invoice:before-write");
  await transaction(services.db, async (tx) => {
    const locked = await tx
      .select()
      .from(orders)
      .where(isAnyOf(orders.id, ids))
      .orderBy(asc(orders.invoiceDueAt))
      .for("update", { skipLocked: true });
    const due = locked.filter(({ invoiceDueAt }) => invoiceDueAt !== null);
    const dueIds = due.map(({ id }) => id);
    if (due.length === 0) return;
    await tx.update(orders).set({ invoiceDueAt: null }).where(isAnyOf(orders.id, dueIds));
    const sourcesOf = await readSources(services, tx, dueIds);
    const issuedOf = Map.groupBy(await readInvoices(tx, dueIds), ({ orderId }) => orderId);
    const transactionsOf = Map.groupBy(await readTransactions(tx, dueIds), ({ orderId }) => orderId);
    for (const order of due) {
      const sources = sourcesOf(order);
      const issued = issuedOf.get(order.id) ?? [];
      const invoice = issued.find(({ kind }) => kind === "INVOICE") ?? (await issueInvoice(services, tx, sources));
      const transactions = transactionsOf.get(order.id) ?? [];
      if (invoice !== undefined) await issueCreditNotes(services, tx, sources, invoice, issued, transactions);
    }
  });
  crashPoint("orders:invoice:after-write");
}

/** Reads what the documents of orders are made from. */
async function readSources(
  { invoices: { seller } }: Services,
  tx: Tx,
  ids: readonly OrderId[],
): Promise<(order: Order) => SnapshotSources> {
  const shipped = await tx
    .select({ id: shipments.orderId, at: sql<Date | null>`min(${shipments.shippedAt})`.mapWith(shipments.shippedAt) })
    .from(shipments)
    .where(isAnyOf(shipments.orderId, ids))
    .groupBy(shipments.orderId);
  const charges = await tx
    .select({ id: paymentTransactions.orderId, at: paymentTransactions.settledAt })
    .from(paymentTransactions)
    .where(
      and(
        isAnyOf(paymentTransactions.orderId, ids),
        eq(paymentTransactions.type, "CHARGE"),
        eq(paymentTransactions.status, "SUCCEEDED"),
      ),
    );
  const items = Map.groupBy(await readItems(tx, ids), ({ orderId }) => orderId);
  const taxes = Map.groupBy(await readTaxes(tx, ids), ({ orderId }) => orderId);
  const discounts = Map.groupBy(await readDiscountParts(tx, ids), ({ orderId }) => orderId);
  const shippedAt = new Map(shipped.map(({ id, at }) => [id, at]));
  const chargedAt = new Map(charges.map(({ id, at }) => [id, at]));
  return (order) => ({
    order,
    items: items.get(order.id) ?? [],
    taxes: taxes.get(order.id) ?? [],
    discounts: discounts.get(order.id) ?? [],
    seller,
    suppliedAt: shippedAt.get(order.id) ?? chargedAt.get(order.id) ?? null,
  });
}

/** Issues the invoice of an order that is paid or was shipped; undefined for any other, and for one that was cancelled before it had one. */
async function issueInvoice(services: Services, tx: Tx, sources: SnapshotSources): Promise<Invoice | undefined> {
  const { order } = sources;
  const isSold = order.paymentStatus === "PAID" || order.amountPaidMinor > 0n || order.shippedUnits > 0;
  if (!isSold || order.status === "CANCELLED" || order.status === "PENDING") return undefined;
  return issue(services, tx, order, { kind: "INVOICE" }, (name) => invoiceSnapshot(sources, name));
}

async function issueCreditNotes(
  services: Services,
  tx: Tx,
  sources: SnapshotSources,
  invoice: Invoice,
  issued: readonly Invoice[],
  transactions: readonly PaymentTransaction[],
): Promise<void> {
  const { order } = sources;
  const credited = new Set(issued.map(({ refundId }) => refundId));
  const due = transactions.filter(
    (refund) =>
      isRefund(refund) &&
      refund.status === "SUCCEEDED" &&
      (refund.amountMinor > 0n || refund.waivedMinor > 0n) &&
      !credited.has(refund.id),
  );
  if (due.length === 0) return;
  const lines = await readRefundLines(tx, [order.id]);
  for (const refund of due) {
    const ofRefund = lines.filter(({ refundId }) => refundId === refund.id);
    const reference = { kind: "CREDIT_NOTE" as const, correctsId: invoice.id, refundId: refund.id };
    await issue(services, tx, order, reference, (name) =>
      creditNoteSnapshot(sources, name, ...creditOf(refund, ofRefund), invoice.snapshot.document),
    );
  }
}

/** What a credit note gives credit for: of units that are no longer owed, what they would have cost. */
function creditOf(refund: PaymentTransaction, lines: readonly RefundLine[]): [PaymentTransaction, RefundLine[]] {
  if (refund.waivedMinor === 0n) return [refund, [...lines]];
  const waived = lines.map((line) => ({ ...line, amountMinor: line.shareMinor, taxMinor: line.shareTaxMinor }));
  const taxMinor = waived.reduce((sum, line) => sum + line.taxMinor, 0n);
  return [{ ...refund, amountMinor: refund.waivedMinor, taxMinor }, waived];
}

/** Takes the next number and inserts the document in the same transaction, so that no number is ever missing. */
async function issue(
  services: Services,
  tx: Tx,
  order: Order,
  reference: Pick<typeof invoices.$inferInsert, "kind" | "correctsId" | "refundId">,
  snapshotOf: (name: DocumentName) => InvoiceSnapshot,
): Promise<Invoice> {
  const { year, sequence, issuedAt } = await takeNumber(tx);
  const snapshot = snapshotOf({ number: formatInvoiceNumber({ year, sequence }), issuedAt });
  const id = newId<InvoiceId>();
  const [row] = await tx
    .insert(invoices)
    .values({
      ...reference,
      id,
      orderId: order.id,
      year,
      sequence,
      currency: order.currency,
      totalMinor: BigInt(snapshot.totals.total),
      taxMinor: BigInt(snapshot.totals.tax),
      snapshot,
      issuedAt,
    })
    .returning();
  if (row === undefined) throw new Error("A document was not inserted.");
  if (services.invoices.isAttached) {
    await appendTimeline(tx, order.id, [{ type: "INVOICE_ISSUED", message: snapshot.document.number }]);
    const template = reference.kind === "INVOICE" ? "invoice-issued" : "credit-note-issued";
    await enqueueOrderMail(tx, template, order, { invoice: { id, number: snapshot.document.number } });
  }
  services.afterSale.inc({ step: reference.kind === "INVOICE" ? "invoice" : "credit_note" });
  return { ...row, snapshot };
}
