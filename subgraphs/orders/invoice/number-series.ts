import { eq, sql } from "drizzle-orm";
import { invoiceIssuing, invoiceSeries, invoices } from "#drizzle/orders/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";

/** A number of a year's series, and the moment at which it was taken: numbers and moments rise together. */
export type TakenNumber = { readonly year: number; readonly sequence: number; readonly issuedAt: Date };

/**
 * Takes the next number of this year's series (UTC). The series stays locked until the transaction ends, so a transaction that fails gives its number
 * back and the series has no gaps (Directive 2006/112/EC, Article 226).
 */
export async function takeNumber(tx: Tx): Promise<TakenNumber> {
  const [taken] = await tx
    .insert(invoiceSeries)
    .values({ year: sql`extract(year from clock_timestamp())::int`, next: 2 })
    .onConflictDoUpdate({ target: invoiceSeries.year, set: { next: sql`${invoiceSeries.next} + 1` } })
    .returning({
      year: invoiceSeries.year,
      sequence: sql<number>`${invoiceSeries.next} - 1`,
      issuedAt: sql<Date>`date_trunc('milliseconds', clock_timestamp())`.mapWith(invoices.issuedAt),
    });
  if (taken === undefined) throw new Error("A series of numbers disappeared.");
  const { issuedAt, year } = taken;
  if (issuedAt.getUTCFullYear() !== year) throw new Error("The year ended while a number was taken.");
  return taken;
}

/**
 * The database cluster and its history: a restore to an earlier moment, a dump in another cluster, and the promotion of a standby make another one. A
 * copy of the disk does not, so `reconcile -- invoices --stop` exists as well.
 */
const currentDatabase = sql<string>`(select system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) from pg_control_system())`;

/** The database and the table within the cluster: a dump that is restored to the same cluster makes another table, a copy of a database another database. */
const currentPlace = sql<string>`(select oid || '/' || 'invoice_issuing'::regclass::oid from pg_database where datname = current_database())`;

/** Whether documents may be issued on this database. `unused`: it is not remembered yet on which. */
export async function readIssuingState(db: Db): Promise<"open" | "stopped" | "unused"> {
  const [row] = await db
    .select({
      isSame: sql<boolean>`${invoiceIssuing.database} = ${currentDatabase} and coalesce(${invoiceIssuing.place} = ${currentPlace}, true)`,
      place: invoiceIssuing.place,
    })
    .from(invoiceIssuing);
  if (row === undefined) return "unused";
  if (!row.isSame) return "stopped";
  return row.place === null ? "unused" : "open";
}

/** Whether documents must not be issued, because this is not the database on which the last ones were. The first call remembers it. */
export async function isStopped(db: Db): Promise<boolean> {
  const state = await readIssuingState(db);
  if (state === "unused") {
    await db
      .insert(invoiceIssuing)
      .values({ database: currentDatabase, place: currentPlace })
      .onConflictDoUpdate({
        target: invoiceIssuing.isOnly,
        set: { place: currentPlace },
        setWhere: sql`${invoiceIssuing.database} = ${currentDatabase} and ${invoiceIssuing.place} is null`,
      });
  }
  return state === "stopped";
}

/** Stops issuing until a number is confirmed. */
export async function stopIssuing(db: Db): Promise<void> {
  await db
    .insert(invoiceIssuing)
    .values({ database: "stopped" })
    .onConflictDoUpdate({ target: invoiceIssuing.isOnly, set: { database: "stopped" } });
}

/**
 * Confirms the next number of this year's series, and lets documents be issued on this database.
 *
 * @returns undefined once it is confirmed; otherwise the last number that a document has, which is not below `next`.
 */
export async function confirmNext(db: Db, next: number): Promise<number | undefined> {
  return transaction(db, async (tx) => {
    const [now] = await tx.execute<{ year: number }>(sql`select extract(year from clock_timestamp())::int as year`);
    const year = now?.year ?? 0;
    await tx.insert(invoiceSeries).values({ year }).onConflictDoNothing();
    await tx.select().from(invoiceSeries).where(eq(invoiceSeries.year, year)).for("update");
    const [last] = await tx
      .select({ sequence: sql<number>`coalesce(max(${invoices.sequence}), 0)::int` })
      .from(invoices)
      .where(eq(invoices.year, year));
    if (last !== undefined && last.sequence >= next) return last.sequence;
    await tx.update(invoiceSeries).set({ next }).where(eq(invoiceSeries.year, year));
    await tx
      .insert(invoiceIssuing)
      .values({ database: currentDatabase, place: currentPlace })
      .onConflictDoUpdate({
        target: invoiceIssuing.isOnly,
        set: { database: currentDatabase, place: currentPlace },
      });
    return undefined;
  });
}
