import { and, inArray, isNull, lt, sql } from "drizzle-orm";
import { carts, idempotencyKeys } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";

/** Longer than the 24 hours for which a key must answer alike. */
const keysKeptDays = 7;
const rowsMax = 1_000;

/** Removes carts that expired and idempotency keys that nobody repeats any more, a bounded number at a time; how many there were. */
export async function forgetOld(db: Db): Promise<number> {
  const expired = db
    .select({ id: carts.id })
    .from(carts)
    .where(and(lt(carts.expiresAt, sql`now()`), isNull(carts.checkoutOrderId)))
    .orderBy(carts.expiresAt)
    .limit(rowsMax);
  const gone = await db.delete(carts).where(inArray(carts.id, expired)).returning({ id: carts.id });
  const old = db
    .select({ place: sql`ctid` })
    .from(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, sql`now() - ${keysKeptDays} * interval '1 day'`))
    .orderBy(idempotencyKeys.createdAt)
    .limit(rowsMax);
  const unused = await db
    .delete(idempotencyKeys)
    .where(sql`ctid = any(array(${old}))`)
    .returning({ key: idempotencyKeys.key });
  return gone.length + unused.length;
}
