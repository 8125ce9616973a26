import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { addresses, users } from "#drizzle/users/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { type AddressId, newId, type UserId } from "#platform/shop/ids.ts";
import { addressInput, notFoundError, parseInput, validationError } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { err, ok, type Result } from "../shared/result.ts";

/** An address that a user saved, as the graph's `SavedAddress` stands for it. */
export type SavedAddress = Pick<typeof addresses.$inferSelect, "id" | "userId" | "address" | "isDefault">;

const addressColumns = {
  id: addresses.id,
  userId: addresses.userId,
  address: addresses.address,
  isDefault: addresses.isDefault,
};

const addressesOfUserMax = 50;

const savedAddressInput = z.object({ address: addressInput, isDefault: z.boolean().nullish() });

/** The saved addresses of users, in one statement, in the order they were saved. */
export async function readAddressesOf(db: Db, userIds: readonly UserId[]): Promise<SavedAddress[]> {
  return db
    .select(addressColumns)
    .from(addresses)
    .where(isAnyOf(addresses.userId, [...userIds]))
    .orderBy(addresses.id);
}

/** Reads saved addresses by id in one statement: those of `owner`; of all users if it is undefined, of none if it is null. */
export async function readAddresses(
  db: Db,
  ids: readonly AddressId[],
  owner: UserId | undefined | null,
): Promise<SavedAddress[]> {
  if (owner === null) return [];
  const own = owner === undefined ? undefined : eq(addresses.userId, owner);
  return db
    .select(addressColumns)
    .from(addresses)
    .where(and(isAnyOf(addresses.id, [...ids]), own));
}

/** Saves an address; the first one is the default whatever was said. Up to 50 a user. */
export async function createAddress(db: Db, viewer: SignedIn, input: unknown): Promise<Result<SavedAddress>> {
  const parsed = parseInput(savedAddressInput, input);
  if (!parsed.ok) return err(...parsed.userErrors);
  const { address, isDefault } = parsed.value;
  return transaction(db, async (tx) => {
    if (!(await lockOwner(tx, viewer.id))) return err(notFoundError([], "This account no longer exists."));
    const saved = await tx.select({ id: addresses.id }).from(addresses).where(eq(addresses.userId, viewer.id));
    if (saved.length >= addressesOfUserMax) {
      return err(validationError(["address"], `You can save at most ${addressesOfUserMax} addresses.`));
    }
    const becomesDefault = isDefault === true || saved.length === 0;
    if (becomesDefault) await clearDefault(tx, viewer.id);
    const [row] = await tx
      .insert(addresses)
      .values({ id: newId<AddressId>(), userId: viewer.id, address, isDefault: becomesDefault })
      .returning(addressColumns);
    if (row === undefined) throw new Error("The address was not saved.");
    return ok(row);
  });
}

/**
 * Changes an address of the viewer's. With `isDefault: true` it becomes the default instead of the one that was; `false` and null leave the
 * default alone, for there is always one.
 */
export async function updateAddress(
  db: Db,
  viewer: SignedIn,
  id: AddressId | undefined,
  input: unknown,
): Promise<Result<SavedAddress>> {
  const parsed = parseInput(savedAddressInput, input);
  if (!parsed.ok) return err(...parsed.userErrors);
  if (id === undefined) return err(notFoundError(["id"]));
  const { address, isDefault } = parsed.value;
  return transaction(db, async (tx) => {
    await lockOwner(tx, viewer.id);
    const own = and(eq(addresses.id, id), eq(addresses.userId, viewer.id));
    if (isDefault === true)
      await clearDefault(
        tx,
        viewer.id,
        sql`exists (select from ${addresses} kept where kept.id = ${id} and kept.user_id = ${viewer.id})`,
      );
    const [row] = await tx
      .update(addresses)
      .set({ address, ...(isDefault === true ? { isDefault: true } : {}) })
      .where(own)
      .returning(addressColumns);
    return row === undefined ? err(notFoundError(["id"])) : ok(row);
  });
}

/** Removes an address of the viewer's and returns it; when it was the default, the one saved last becomes it. */
export async function deleteAddress(
  db: Db,
  viewer: SignedIn,
  id: AddressId | undefined,
): Promise<Result<SavedAddress>> {
  if (id === undefined) return err(notFoundError(["id"]));
  return transaction(db, async (tx) => {
    await lockOwner(tx, viewer.id);
    const [row] = await tx
      .delete(addresses)
      .where(and(eq(addresses.id, id), eq(addresses.userId, viewer.id)))
      .returning(addressColumns);
    if (row === undefined) return err(notFoundError(["id"]));
    if (row.isDefault) {
      const latest = tx
        .select({ id: addresses.id })
        .from(addresses)
        .where(eq(addresses.userId, viewer.id))
        .orderBy(sql`${addresses.id} desc`)
        .limit(1);
      await tx.update(addresses).set({ isDefault: true }).where(inArray(addresses.id, latest));
    }
    return ok(row);
  });
}

/** One change of a user's addresses at a time: so there is one default, and no more of them than allowed. */
async function lockOwner(tx: Tx, userId: UserId): Promise<boolean> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deletedAt)))
    .for("no key update");
  return rows.length === 1;
}

async function clearDefault(tx: Tx, userId: UserId, provided = sql`true`): Promise<void> {
  await tx
    .update(addresses)
    .set({ isDefault: false })
    .where(and(eq(addresses.userId, userId), eq(addresses.isDefault, true), provided));
}
