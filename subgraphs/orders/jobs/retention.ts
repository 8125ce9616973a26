import { and, inArray, isNull, lt, sql } from "drizzle-orm";
import { carts, idempotencyKeys } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { keysKeptDays } from "../shared/limits.ts";

const rowsMax = 1_000;

/** Deletes expired carts and old idempotency keys, up to 1,000 of each. Returns how many rows were deleted. */
export async function deleteExpired(db: Db): Promise<number> {
  const expiredCarts = db
    .select({ id: carts.id })
    .from(carts)
    .where(and(lt(carts.expiresAt, sql`now()`), isNull(carts.checkoutOrderId)))
    .orderBy(carts.expiresAt)
    .limit(rowsMax);
  const deletedCarts = await db.delete(carts).where(inArray(carts.id, expiredCarts)).returning({ id: carts.id });
  const oldKeys = db
    .select({ place: sql`ctid` })
    .from(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, sql`now() - ${keysKeptDays} * interval '1 day'`))
    .orderBy(idempotencyKeys.createdAt)
    .limit(rowsMax);
  const deletedKeys = await db
    .delete(idempotencyKeys)
    .where(sql`ctid = any(array(${oldKeys}))`)
    .returning({ key: idempotencyKeys.key });
  return deletedCarts.length + deletedKeys.length;
}
