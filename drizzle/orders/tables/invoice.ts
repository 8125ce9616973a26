import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Branded, OrderId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { minorUnits, moment, oneOf } from "../../columns.ts";
import type { TransactionId } from "./payment.ts";

export type InvoiceId = Branded<string, "InvoiceId">;

/** The next number of each year's invoices and credit notes. */
export const invoiceSeries = pgTable("invoice_series", {
  year: integer().primaryKey(),
  next: integer().notNull().default(1),
});

/** One row: on which database documents are issued. After a restore it is another, and none are until an operator confirms the next number. */
export const invoiceIssuing = pgTable("invoice_issuing", {
  isOnly: boolean("is_only").primaryKey().default(true),
  /** The system identifier of the cluster and its timeline. */
  database: text().notNull(),
  /** The ids of the database and of this table in that cluster; null until a document is issued, where an older version wrote the row. */
  place: text(),
});

export const invoiceKinds = ["INVOICE", "CREDIT_NOTE"] as const;
export type InvoiceKind = (typeof invoiceKinds)[number];

/**
 * Invoices and credit notes. Never changed, and deleted only by the role that keeps the time for which they must be kept: the migration revokes both
 * and has a trigger that rejects both, because an owner's rights can be given back. Nothing references them, because a foreign key would need them.
 */
export const invoices = pgTable(
  "invoices",
  {
    id: uuid().primaryKey().$type<InvoiceId>(),
    orderId: uuid("order_id").notNull().$type<OrderId>(),
    kind: text().notNull().$type<InvoiceKind>(),
    year: integer().notNull(),
    sequence: integer().notNull(),
    /** The invoice that a credit note corrects, and the refund that it documents. */
    correctsId: uuid("corrects_id").$type<InvoiceId>(),
    refundId: uuid("refund_id").$type<TransactionId>(),
    currency: text().notNull().$type<CurrencyCode>(),
    totalMinor: minorUnits("total_minor").notNull(),
    taxMinor: minorUnits("tax_minor").notNull(),
    /** All that the document says. */
    snapshot: jsonb().notNull().$type<unknown>(),
    issuedAt: moment("issued_at").notNull(),
  },
  (table) => [
    uniqueIndex("invoices_number").on(table.year, table.sequence),
    uniqueIndex("invoices_one_invoice").on(table.orderId).where(sql`kind = 'INVOICE'`),
    uniqueIndex("invoices_one_credit_note").on(table.refundId).where(sql`kind = 'CREDIT_NOTE'`),
    index("invoices_of_order").on(table.orderId, table.sequence),
    index("invoices_by_time").on(table.issuedAt, table.id),
    check("invoices_kind", oneOf(table.kind, invoiceKinds)),
    check("invoices_corrects", sql`(${table.kind} = 'CREDIT_NOTE') = (${table.correctsId} is not null)`),
  ],
);
