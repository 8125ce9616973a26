import { and, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { budgets, carts, idempotencyKeys, returnDeclarations } from "#drizzle/orders/tables.ts";
import { removeExpiredBudgets } from "#platform/budgets/postgres-store.ts";
import type { Db } from "#platform/database/database.ts";
import { deleteEndedHolds } from "../order/holds.ts";
import { keysKeptDays } from "../shared/limits.ts";

/** How many rows of each kind are deleted at once. */
const deletedRowsMax = 1_000;

/** Deletes expired carts, old idempotency keys, old declarations, ended holds and spent budgets. Returns the largest number of rows of one kind: 1,000 if more remain. */
export async function deleteExpired(db: Db): Promise<number> {
  const expiredCarts = db
    .select({ id: carts.id })
    .from(carts)
    .where(and(lt(carts.expiresAt, sql`now()`), isNull(carts.checkoutOrderId)))
    .orderBy(carts.expiresAt)
    .limit(deletedRowsMax);
  const deletedCarts = await db.delete(carts).where(inArray(carts.id, expiredCarts)).returning({ id: carts.id });
  const oldKeys = db
    .select({ place: sql`ctid` })
    .from(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, sql`now() - ${keysKeptDays} * interval '1 day'`))
    .orderBy(idempotencyKeys.createdAt)
    .limit(deletedRowsMax);
  const deletedKeys = await db
    .delete(idempotencyKeys)
    .where(sql`ctid = any(array(${oldKeys}))`)
    .returning({ key: idempotencyKeys.key });
  const oldDeclarations = db
    .select({ id: returnDeclarations.id })
    .from(returnDeclarations)
    .where(
      and(
        lt(returnDeclarations.receivedAt, sql`now() - ${keysKeptDays} * interval '1 day'`),
        isNotNull(returnDeclarations.judgedAt),
      ),
    )
    .limit(deletedRowsMax);
  const deletedDeclarations = await db
    .delete(returnDeclarations)
    .where(inArray(returnDeclarations.id, oldDeclarations))
    .returning({ id: returnDeclarations.id });
  const endedHolds = await deleteEndedHolds(db);
  await removeExpiredBudgets(db, budgets);
  return Math.max(deletedCarts.length, deletedKeys.length, deletedDeclarations.length, endedHolds);
}
