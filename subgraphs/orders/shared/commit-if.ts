import { TransactionRollbackError } from "drizzle-orm";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import type { UserError } from "./user-errors.ts";

/** Runs `work` in a transaction that is rolled back if its result has user errors. Returns the result either way. */
export async function commitUnlessRejected<Payload extends { readonly userErrors: readonly UserError[] }>(
  db: Db,
  work: (tx: Tx) => Promise<Payload>,
): Promise<Payload> {
  return commitIf(db, work, ({ userErrors }) => userErrors.length === 0);
}

/** Runs `work` in a transaction that is rolled back unless `accept` is true of its result. Returns the result either way. */
export async function commitIf<Result>(
  db: Db,
  work: (tx: Tx) => Promise<Result>,
  accept: (result: Result) => boolean,
): Promise<Result> {
  let rolledBack: { result: Result } | undefined;
  try {
    return await transaction(db, async (tx) => {
      const result = await work(tx);
      if (accept(result)) return result;
      rolledBack = { result };
      return tx.rollback();
    });
  } catch (error) {
    if (rolledBack !== undefined && error instanceof TransactionRollbackError) return rolledBack.result;
    throw error;
  }
}
