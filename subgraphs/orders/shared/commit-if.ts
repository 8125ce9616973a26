import { TransactionRollbackError } from "drizzle-orm";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import type { UserError } from "./user-errors.ts";

/** As `transaction`, but nothing of it stays when it comes to user errors; those are its answer. */
export async function transactionUnlessRefused<Answer extends { readonly userErrors: readonly UserError[] }>(
  db: Db,
  work: (tx: Tx) => Promise<Answer>,
): Promise<Answer> {
  return transactionIf(db, work, ({ userErrors }) => userErrors.length === 0);
}

/** As `transaction`, but nothing of it stays unless `stays` says so of its answer. */
export async function transactionIf<Answer>(
  db: Db,
  work: (tx: Tx) => Promise<Answer>,
  stays: (answer: Answer) => boolean,
): Promise<Answer> {
  let undone: { answer: Answer } | undefined;
  try {
    return await transaction(db, async (tx) => {
      const answer = await work(tx);
      if (stays(answer)) return answer;
      undone = { answer };
      return tx.rollback();
    });
  } catch (error) {
    if (undone !== undefined && error instanceof TransactionRollbackError) return undone.answer;
    throw error;
  }
}
