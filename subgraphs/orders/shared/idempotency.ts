import { and, eq, sql } from "drizzle-orm";
import { idempotencyKeys, type KeyOutcome, type StoredUserError } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { UserErrorCode } from "#schema/generated/orders.ts";
import type { UserError } from "./user-errors.ts";

/** Whose key it is, and for what. */
export type KeyName = { readonly scope: string; readonly mutation: string; readonly key: string };

/** What a key stands for. */
export type IdempotencyKey = typeof idempotencyKeys.$inferSelect;

const named = ({ scope, mutation, key }: KeyName) =>
  and(eq(idempotencyKeys.scope, scope), eq(idempotencyKeys.mutation, mutation), eq(idempotencyKeys.key, key));

/** What the key stands for; undefined when nothing was made by it. */
export async function findKey(db: Db, name: KeyName): Promise<IdempotencyKey | undefined> {
  const [row] = await db.select().from(idempotencyKeys).where(named(name));
  return row;
}

/** Writes a key, in the transaction of what it makes; false when it stands for something already, and then nothing may be made. */
export async function writeKey(tx: Db, row: typeof idempotencyKeys.$inferInsert): Promise<boolean> {
  const written = await tx
    .insert(idempotencyKeys)
    .values(row)
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  return written.length === 1;
}

/** Keeps what a key's first answer was; whoever comes later gets the one that is kept. */
export async function keepOutcome(db: Db, name: KeyName, outcome: KeyOutcome): Promise<KeyOutcome> {
  const [row] = await db
    .update(idempotencyKeys)
    .set({ outcome: sql`coalesce(${idempotencyKeys.outcome}, ${JSON.stringify(outcome)}::jsonb)` })
    .where(named(name))
    .returning({ outcome: idempotencyKeys.outcome });
  return row?.outcome ?? outcome;
}

/** User errors as they are kept. */
export function storeUserErrors(userErrors: readonly UserError[]): StoredUserError[] {
  return userErrors.map((error) => ({ ...error }));
}

/** User errors as they were kept; only {@link storeUserErrors} writes them. */
export function restoreUserErrors(stored: readonly StoredUserError[]): UserError[] {
  return stored.map((error) => ({ ...error, code: error.code as UserErrorCode }));
}
