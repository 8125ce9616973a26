import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { users } from "#drizzle/users/tables.ts";
import { type Db, violatedConstraint } from "#platform/database/database.ts";
import { editConflictError, notFoundError, parseInput } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { AccountUpdateInput } from "#schema/generated/users.ts";
import { isActiveAccount } from "../security/reauthentication.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { displayNameCharactersMax, personNameInput, usernameInput, usernameTaken } from "./registration.ts";
import { type User, userColumns } from "./user.ts";

const updateInput = z.object({
  displayName: text(displayNameCharactersMax, 1)
    .nullish()
    .refine((value) => value !== null, "This field cannot be cleared."),
  username: usernameInput.nullish(),
  firstName: personNameInput,
  lastName: personNameInput,
  expectedVersion: z.int().nullish(),
});

/** Changes the viewer's own profile: what is left out stays, and null clears, but for the display name. */
export async function updateAccount(db: Db, viewer: SignedIn, input: AccountUpdateInput): Promise<Result<User>> {
  const parsed = parseInput(updateInput, input);
  if (!parsed.ok) return err(...parsed.userErrors);
  const { displayName, username, firstName, lastName, expectedVersion } = parsed.value;
  const self = and(eq(users.id, viewer.id), isActiveAccount);
  try {
    const [user] = await db
      .update(users)
      .set({
        ...(displayName === undefined || displayName === null ? {} : { displayName }),
        ...(username === undefined ? {} : { username, usernameKey: username === null ? null : username.toLowerCase() }),
        ...(firstName === undefined ? {} : { firstName }),
        ...(lastName === undefined ? {} : { lastName }),
        updatedAt: sql`now()`,
        version: sql`${users.version} + 1`,
      })
      .where(
        and(
          self,
          expectedVersion === undefined || expectedVersion === null ? undefined : eq(users.version, expectedVersion),
        ),
      )
      .returning(userColumns);
    if (user !== undefined) return ok(user);
  } catch (error) {
    if (violatedConstraint(error) !== "users_username") throw error;
    return err(usernameTaken());
  }
  const [current] = await db.select({ version: users.version }).from(users).where(self);
  return err(current === undefined ? notFoundError([]) : editConflictError(current.version));
}
