import { and, isNull } from "drizzle-orm";
import { demoAccounts } from "#drizzle/seeds/users.ts";
import { users } from "#drizzle/users/tables.ts";
import { demoAccountsProblem } from "#platform/config/demo-accounts.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db } from "#platform/database/database.ts";
import type { Settings } from "../env.ts";
import type { Passwords } from "./password-hashing.ts";

/**
 * Stops the start where the database has accounts that open with a documented password and others can reach this process. A demo account with another
 * password is an account like any other.
 *
 * @throws {Error} naming what to change.
 */
export async function checkDemoAccounts(db: Db, passwords: Passwords, settings: Settings): Promise<void> {
  const problem = demoAccountsProblem(settings);
  if (problem === undefined) return;
  const known = new Map(demoAccounts.map(({ email, password }) => [email, password]));
  const rows = await db
    .select({ emailKey: users.emailKey, passwordHash: users.passwordHash })
    .from(users)
    .where(and(isAnyOf(users.emailKey, [...known.keys()]), isNull(users.disabledAt)));
  for (const { emailKey, passwordHash } of rows) {
    const password = known.get(emailKey ?? "");
    if (password === undefined || passwordHash === null) continue;
    if (!(await passwords.matching(password, [passwordHash])).has(passwordHash)) continue;
    throw new Error(`${problem} The database has ${emailKey} with its demo password.`);
  }
}
