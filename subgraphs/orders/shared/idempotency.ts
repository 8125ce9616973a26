import { and, eq, sql } from "drizzle-orm";
import { idempotencyKeys, type KeyOutcome, type StoredUserError } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { UserErrorCode } from "#schema/generated/orders.ts";
import type { UserError } from "./user-errors.ts";

/** Whose key it is, and for which mutation. */
export type KeyName = { readonly scope: string; readonly mutation: string; readonly key: string };

/** A stored key: the request it came with, and what that request created. */
export type IdempotencyKey = typeof idempotencyKeys.$inferSelect;

/** The condition that selects a key. */
export const named = ({ scope, mutation, key }: KeyName) =>
  and(eq(idempotencyKeys.scope, scope), eq(idempotencyKeys.mutation, mutation), eq(idempotencyKeys.key, key));

/** The stored key; undefined if it has not been used. */
export async function findKey(db: Db, name: KeyName): Promise<IdempotencyKey | undefined> {
  const [row] = await db.select().from(idempotencyKeys).where(named(name));
  return row;
}

/** Stores a key in the transaction of what it creates. Returns false if it was used before: the caller must then create nothing. */
export async function writeKey(tx: Db, row: typeof idempotencyKeys.$inferInsert): Promise<boolean> {
  const written = await tx
    .insert(idempotencyKeys)
    .values(row)
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  return written.length === 1;
}

/** Stores a key's outcome unless one is stored already. Returns the stored one, so that every repeat reports the same. */
export async function keepOutcome(db: Db, name: KeyName, outcome: KeyOutcome): Promise<KeyOutcome> {
  const [row] = await db
    .update(idempotencyKeys)
    .set({ outcome: sql`coalesce(${idempotencyKeys.outcome}, ${JSON.stringify(outcome)}::jsonb)` })
    .where(named(name))
    .returning({ outcome: idempotencyKeys.outcome });
  return row?.outcome ?? outcome;
}

/** User errors as the table stores them. */
export function storeUserErrors(userErrors: readonly UserError[]): StoredUserError[] {
  return userErrors.map((error) => ({ ...error }));
}

/** The user errors that {@link storeUserErrors} stored. */
export function restoreUserErrors(stored: readonly StoredUserError[]): UserError[] {
  return stored.map((error) => ({ ...error, code: error.code as UserErrorCode }));
}
