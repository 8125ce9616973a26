import { identities, type Provider } from "#drizzle/users/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db } from "#platform/database/database.ts";
import type { UserId } from "#platform/shop/ids.ts";

/** By which providers users sign in, in one statement. */
export async function readProvidersOf(
  db: Db,
  userIds: readonly UserId[],
): Promise<{ userId: UserId; provider: Provider }[]> {
  return db
    .selectDistinct({ userId: identities.userId, provider: identities.provider })
    .from(identities)
    .where(isAnyOf(identities.userId, [...userIds]))
    .orderBy(identities.provider);
}
