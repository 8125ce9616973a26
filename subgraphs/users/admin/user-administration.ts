import { and, arrayContained, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import { type Role, users } from "#drizzle/users/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { UserId } from "#platform/shop/ids.ts";
import { notFoundError, validationError } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { voidMailedTokens } from "../account/password-change.ts";
import { isAccount, type User, userColumns } from "../account/user.ts";
import { revokeSessionsOf } from "../session/session.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { isPermissionCode, permissionCodes, permissionsOf, rolesWithin } from "./permission.ts";

/** Sets a user's role, which ends the access tokens issued before and keeps the sessions. Users cannot change their own role. */
export async function setRole(db: Db, viewer: SignedIn, id: UserId | undefined, role: Role): Promise<Result<User>> {
  demandGrantable(viewer, permissionsOf({ role, permissions: [] }));
  if (id === viewer.id && role !== viewer.role) {
    return err(validationError(["userId"], "You cannot change your own role."));
  }
  const changed = sql`${users.role} <> ${role}`;
  return changeUser(db, viewer, id, { role, ...endTokensIf(changed) });
}

/** Grants a user single permissions beside the role, instead of those granted before; ends the access tokens issued before. */
export async function setPermissions(
  db: Db,
  viewer: SignedIn,
  id: UserId | undefined,
  permissions: readonly string[],
): Promise<Result<User>> {
  const unknown = permissions.flatMap((code, index) =>
    isPermissionCode(code)
      ? []
      : [validationError(["permissions", index], `Use one of ${permissionCodes.join(", ")}.`)],
  );
  if (unknown.length > 0) return err(...unknown);
  const granted = permissionCodes.filter((code) => permissions.includes(code));
  demandGrantable(viewer, granted);
  const list = sql`array[${sql.join(
    granted.map((code) => sql`${code}`),
    sql`, `,
  )}]::text[]`;
  return changeUser(db, viewer, id, { permissions: list, ...endTokensIf(sql`${users.permissions} <> ${list}`) });
}

/** Prevents a user from signing in, ends all sessions and makes mailed links invalid. Users cannot disable their own account. */
export async function disableUser(db: Db, viewer: SignedIn, id: UserId | undefined): Promise<Result<User>> {
  if (id === viewer.id) return err(validationError(["userId"], "You cannot disable your own account."));
  return transaction(db, async (tx) => {
    const disabled = await changeUser(tx, viewer, id, {
      disabledAt: sql`coalesce(${users.disabledAt}, now())`,
      ...endTokensIf(sql`${users.disabledAt} is null`),
    });
    if (disabled.ok) {
      await revokeSessionsOf(tx, disabled.value.id);
      // They were requested by the owner of the disabled account, and must not open it once it is enabled again.
      await voidMailedTokens(tx, disabled.value.id);
    }
    return disabled;
  });
}

/** Lets a user sign in again. */
export async function enableUser(db: Db, viewer: SignedIn, id: UserId | undefined): Promise<Result<User>> {
  return changeUser(db, viewer, id, { disabledAt: null });
}

/** Permissions can be granted only by those who hold them. */
function demandGrantable(viewer: SignedIn, codes: readonly string[]): void {
  const lacking = codes.filter((code) => !viewer.scopes.has(code));
  if (lacking.length > 0)
    throw new ApiError("FORBIDDEN", `You cannot grant permissions that you do not hold: ${lacking.join(", ")}.`);
}

function endTokensIf(changed: SQL) {
  return {
    tokenGeneration: sql`${users.tokenGeneration} + case when ${changed} then 1 else 0 end`,
    tokensRevokedAt: sql`case when ${changed} then now() else ${users.tokensRevokedAt} end`,
  };
}

/** One statement decides and writes: only callers who hold every permission that a user has, by role or by grant, may change that user. */
async function changeUser(
  db: Db | Tx,
  viewer: SignedIn,
  id: UserId | undefined,
  change: PgUpdateSetSource<typeof users>,
): Promise<Result<User>> {
  if (id === undefined) return err(notFoundError(["userId"]));
  const held = permissionCodes.filter((code) => viewer.scopes.has(code));
  const below =
    held.length === permissionCodes.length
      ? undefined
      : and(inArray(users.role, rolesWithin(held)), arrayContained(users.permissions, held));
  const one = and(eq(users.id, id), isAccount);
  const [user] = await db
    .update(users)
    .set({ ...change, updatedAt: sql`now()`, version: sql`${users.version} + 1` })
    .where(and(one, below))
    .returning(userColumns);
  if (user !== undefined) return ok(user);
  const [above] = await db.select({ id: users.id }).from(users).where(one);
  if (above === undefined) return err(notFoundError(["userId"]));
  throw new ApiError("FORBIDDEN", "This user holds permissions that you do not hold.");
}
