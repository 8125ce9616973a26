import { and, eq, isNotNull, isNull, or, sql } from "drizzle-orm";
import { addresses, users } from "#drizzle/users/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { UserId } from "#platform/shop/ids.ts";
import type { PostalAddress } from "#platform/shop/input.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";

/** What the graph may show of a person; never the password's hash. */
export const userColumns = {
  id: users.id,
  email: users.email,
  displayName: users.displayName,
  username: users.username,
  firstName: users.firstName,
  lastName: users.lastName,
  role: users.role,
  grantedPermissions: users.permissions,
  hasPassword: sql<boolean>`${users.passwordHash} is not null`,
  activatedAt: users.activatedAt,
  disabledAt: users.disabledAt,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
  version: users.version,
};

/** A person, as the graph's `User` stands for it. */
export type User = Pick<
  typeof users.$inferSelect,
  | "id"
  | "email"
  | "displayName"
  | "username"
  | "firstName"
  | "lastName"
  | "role"
  | "activatedAt"
  | "disabledAt"
  | "createdAt"
  | "updatedAt"
  | "version"
> & { grantedPermissions: string[]; hasPassword: boolean };

/** A row that stands for an account: neither deleted nor there to keep a secret. */
export const isAccount = and(isNull(users.deletedAt), eq(users.isDecoy, false));

/** Users by id in one statement, as far as the viewer may know of them: registrations that are not activated show to holders of users:read only. */
export async function readUsers(db: Db, viewer: Viewer, ids: readonly UserId[]): Promise<User[]> {
  const visible = holds(viewer, "users:read") ? undefined : isNotNull(users.activatedAt);
  return db
    .select(userColumns)
    .from(users)
    .where(and(isAnyOf(users.id, [...ids]), isAccount, visible));
}

/** @throws {ApiError} FORBIDDEN unless the viewer is the user itself or holds users:read. */
export function demandReader(viewer: Viewer, user: { readonly id: UserId }): void {
  if (viewer.kind === "user" && viewer.id === user.id) return;
  if (holds(viewer, "users:read")) return;
  throw new ApiError("FORBIDDEN", "Only the user and holders of users:read can read this.");
}

/** Reads the email address and the default address of an active user; null for anyone else. */
export async function readBuyer(
  db: Db,
  id: UserId,
): Promise<{ email: string; defaultAddress: PostalAddress | null } | null> {
  const [row] = await db
    .select({ email: users.email, defaultAddress: addresses.address })
    .from(users)
    .leftJoin(addresses, and(eq(addresses.userId, users.id), eq(addresses.isDefault, true)))
    .where(and(eq(users.id, id), isAccount, isNotNull(users.activatedAt), isNull(users.disabledAt)));
  return row === undefined || row.email === null ? null : { email: row.email, defaultAddress: row.defaultAddress };
}

/** Every account and registration of an address that still counts, the account first and then the newest; `limit` at most. */
export async function readAccountsOf(db: Db, emailKey: string, limit = 20) {
  return db
    .select()
    .from(users)
    .where(
      and(
        eq(users.emailKey, emailKey),
        isNull(users.deletedAt),
        or(isNotNull(users.activatedAt), sql`${users.activatableUntil} > now()`),
      ),
    )
    .orderBy(sql`${users.activatedAt} is null`, sql`${users.createdAt} desc`)
    .limit(limit);
}
