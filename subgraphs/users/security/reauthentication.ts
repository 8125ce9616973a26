import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { GraphQLResolveInfo } from "graphql";
import { sessions, users } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { UserId } from "#platform/shop/ids.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { isLive } from "../session/session.ts";
import { accountError, err, ok, type Result } from "../shared/result.ts";
import type { Limits } from "./attempt-limits.ts";
import type { Passwords } from "./password-hashing.ts";

/** An account whose owner has just shown to be there. */
export type ConfirmedAccount = NonNullable<Awaited<ReturnType<typeof readActive>>>;

/** Who asks, from where, with what. */
export type Confirmation = {
  readonly password: string | null | undefined;
  /** Where the password stands in the input. */
  readonly field: string;
  readonly clientAddress: string;
  readonly info: GraphQLResolveInfo;
};

const freshSignInMinutes = 10;

/**
 * Requires proof that the owner is calling, not someone who found the device: the password, counted like a sign-in, or, for an account
 * that has none, by a sign-in of under 10 minutes ago.
 */
export async function confirmOwner(
  db: Db,
  { passwords, limits }: { passwords: Passwords; limits: Limits },
  viewer: SignedIn,
  { password, field, clientAddress, info }: Confirmation,
): Promise<Result<ConfirmedAccount>> {
  await limits.demandReauthentication(clientAddress, viewer.id);
  const account = await readActive(db, viewer.id);
  if (account === undefined) return err(accountError("INVALID_CREDENTIALS", "This account no longer exists."));
  if (account.passwordHash === null) {
    if (await isFreshlySignedIn(db, viewer)) return ok(account);
    return err(
      accountError(
        "INVALID_CREDENTIALS",
        `Sign in again first. The sign-in must be less than ${freshSignInMinutes} minutes old.`,
      ),
    );
  }
  const wrong = err(accountError("INVALID_CREDENTIALS", "The password is wrong.", [field]));
  if (password === null || password === undefined) return wrong;
  const attempt = await limits.countFailure(
    { emailKey: account.emailKey ?? "", tokenGeneration: account.tokenGeneration },
    clientAddress,
    info,
    // The caller holds a live session of this account.
    async () => true,
  );
  const matching = await passwords.matching(password, [account.passwordHash]);
  if (!matching.has(account.passwordHash)) return wrong;
  await attempt.giveBack();
  return ok(account);
}

async function readActive(db: Db, id: UserId) {
  const [account] = await db
    .select()
    .from(users)
    .where(and(eq(users.id, id), isActiveAccount));
  return account;
}

/** The account may be used: it is activated, and neither disabled nor deleted. */
export const isActiveAccount = and(isNotNull(users.activatedAt), isNull(users.disabledAt), isNull(users.deletedAt));

async function isFreshlySignedIn(db: Db, viewer: SignedIn): Promise<boolean> {
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        eq(sessions.id, viewer.sessionId),
        eq(sessions.userId, viewer.id),
        isLive,
        sql`${sessions.createdAt} > now() - ${freshSignInMinutes} * interval '1 minute'`,
      ),
    );
  return rows.length === 1;
}
