import { sql } from "drizzle-orm";
import { settingsRevision } from "#drizzle/orders/tables.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import { commitUnlessRejected } from "../shared/commit-if.ts";
import type { UserError } from "../shared/user-errors.ts";

/**
 * Changes settings, at a new revision, unless the result has user errors. Changes wait for each other, so that what one has read stays true until it
 * ends, and every process reads its copy anew afterwards.
 */
export async function changeSettings<Payload extends { readonly userErrors: readonly UserError[] }>(
  db: Db,
  work: (tx: Tx, revision: number) => Promise<Payload>,
): Promise<Payload> {
  return commitUnlessRejected(db, async (tx) => {
    const [row] = await tx
      .update(settingsRevision)
      .set({ revision: sql`${settingsRevision.revision} + 1` })
      .returning();
    if (row === undefined) throw new Error("The settings have no revision.");
    return work(tx, row.revision);
  });
}
