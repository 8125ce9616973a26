import { sql } from "drizzle-orm";
import { type Db, databaseErrorCode, transaction } from "#platform/database/database.ts";
import { confirmNext, stopIssuing } from "#subgraphs/orders/invoice/number-series.ts";

/** What `npm run reconcile -- invoices` is asked for. */
export type InvoiceCommand =
  | { readonly kind: "confirm"; readonly next: number }
  | { readonly kind: "stop" }
  | { readonly kind: "delete"; readonly years: number };

const insufficientPrivilege = "42501";

/** Confirms the next number of documents, stops issuing them, or deletes those whose time has ended. Returns what to print, and whether it was done. */
export async function changeInvoices(db: Db, command: InvoiceCommand): Promise<{ text: string; done: boolean }> {
  switch (command.kind) {
    case "stop":
      await stopIssuing(db);
      return { text: "No documents are issued until the next number is confirmed.", done: true };
    case "confirm": {
      const last = await confirmNext(db, command.next);
      return last === undefined
        ? { text: `Documents are issued from number ${command.next} of this year on.`, done: true }
        : { text: `The last document of this year has number ${last}: the next must be greater.`, done: false };
    }
    case "delete":
      return deleteExpired(db, command.years);
  }
}

/** Deletes documents of years that ended more than so many years ago. The application's own role may not; connect as one that may. */
async function deleteExpired(db: Db, years: number): Promise<{ text: string; done: boolean }> {
  try {
    const deleted = await transaction(db, async (tx) => {
      await tx.execute(sql`set local agora.invoice_retention = 'on'`);
      return tx.execute(sql`delete from invoices where year < extract(year from now())::int - ${years} returning id`);
    });
    return { text: `${deleted.length} documents deleted.`, done: true };
  } catch (error) {
    if (databaseErrorCode(error) !== insufficientPrivilege) throw error;
    return { text: "This role may not delete documents. Connect as one to which DELETE was granted.", done: false };
  }
}
