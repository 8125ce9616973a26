import { and, asc, eq, gte, lt } from "drizzle-orm";
import { type InvoiceId, type InvoiceKind, invoices } from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db } from "#platform/database/database.ts";
import { type Connection, connection, keyset, type PageArguments, readPage } from "#platform/graphql/page.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import type { InvoiceSnapshot } from "./invoice-snapshot.ts";

/** An issued document. */
export type Invoice = Omit<typeof invoices.$inferSelect, "snapshot"> & { readonly snapshot: InvoiceSnapshot };

/** A page of documents; they are counted only if `totalCount` is called. */
export type InvoiceConnection = Connection<Invoice> & { totalCount: () => Promise<number> };

/** Which documents to list. */
export type InvoiceListArguments = PageArguments & {
  readonly kind?: InvoiceKind | null;
  readonly issuedFrom?: string | null;
  readonly issuedTo?: string | null;
};

const sequenceDigits = 6;

/** A document's number as people see it, such as "2026-000123". */
export function formatInvoiceNumber({ year, sequence }: { readonly year: number; readonly sequence: number }): string {
  return `${year}-${String(sequence).padStart(sequenceDigits, "0")}`;
}

/** The documents of the orders, in the order of their numbers within each. */
export async function readInvoices(db: Db, orderIds: readonly OrderId[]): Promise<Invoice[]> {
  const rows = await db
    .select()
    .from(invoices)
    .where(isAnyOf(invoices.orderId, [...orderIds]))
    .orderBy(asc(invoices.year), asc(invoices.sequence));
  return rows.map(parseRow);
}

/** A document by its id, for callers that have checked who may see it. */
export async function findInvoice(db: Db, id: InvoiceId): Promise<Invoice | undefined> {
  const [row] = await db.select().from(invoices).where(eq(invoices.id, id));
  return row === undefined ? undefined : parseRow(row);
}

/** All documents, oldest first. The caller checks that the viewer holds orders:read. */
export async function listInvoices(db: Db, args: InvoiceListArguments): Promise<InvoiceConnection> {
  const page = readPage(args, "issuedAt", 2);
  const { conditions, order } = keyset(page, [
    { column: invoices.issuedAt, direction: "asc", cast: "timestamptz" },
    { column: invoices.id, direction: "asc", cast: "uuid" },
  ]);
  const wanted = and(
    args.kind == null ? undefined : eq(invoices.kind, args.kind),
    args.issuedFrom == null ? undefined : gte(invoices.issuedAt, new Date(args.issuedFrom)),
    args.issuedTo == null ? undefined : lt(invoices.issuedAt, new Date(args.issuedTo)),
  );
  const rows = await db
    .select()
    .from(invoices)
    .where(and(wanted, ...conditions))
    .orderBy(...order)
    .limit(page.size + 1);
  return {
    ...connection(page, rows.map(parseRow), ({ issuedAt, id }) => [issuedAt.toISOString(), id]),
    totalCount: () => db.$count(invoices, wanted),
  };
}

/** The snapshot is what this code wrote, and nothing can have changed it since. */
function parseRow(row: typeof invoices.$inferSelect): Invoice {
  return { ...row, snapshot: row.snapshot as InvoiceSnapshot };
}
