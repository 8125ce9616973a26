import { sql } from "drizzle-orm";
import { type MailedTokenId, mailedTokens, outbox, users } from "#drizzle/users/tables.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import { enqueueMail } from "#platform/events/outbox.ts";
import { newId, type UserId } from "#platform/shop/ids.ts";
import { type Email, emailKey } from "#platform/shop/input.ts";
import { anonymousName, removeRegistrations } from "../account/registration.ts";

/** How long the first administrator has to choose a password. */
const passwordTokenTtlSeconds = 24 * 3_600;

/** An account that is an administrator, and the token by which it chooses its password; null when it has one. */
export type Administrator = {
  readonly id: UserId;
  readonly isNew: boolean;
  readonly resetTokenId: MailedTokenId | null;
};

/**
 * Makes an address an administrator, for the operator of a new shop: a new account without a password, or the account that the address has. Access
 * tokens that the account held before end. Where it has no password, a mail with the link that sets one is enqueued. Doing it again sends the mail again.
 */
export async function createAdministrator(db: Db, email: Email): Promise<Administrator> {
  const id = newId<UserId>();
  return transaction(db, async (tx) => {
    const [account] = await tx
      .insert(users)
      .values({
        id,
        email,
        emailKey: emailKey(email),
        displayName: anonymousName(),
        role: "ADMIN",
        activatedAt: sql`now()`,
      })
      .onConflictDoUpdate({
        target: users.emailKey,
        targetWhere: sql`activated_at is not null`,
        set: {
          role: "ADMIN",
          disabledAt: null,
          tokenGeneration: sql`${users.tokenGeneration} + 1`,
          tokensRevokedAt: sql`now()`,
          updatedAt: sql`now()`,
          version: sql`${users.version} + 1`,
        },
      })
      .returning({ id: users.id, email: users.email, hasPassword: sql<boolean>`${users.passwordHash} is not null` });
    if (account === undefined) throw new Error("Neither an account was written nor one changed.");
    await removeRegistrations(tx, emailKey(email), account.id);
    if (account.hasPassword) return { id: account.id, isNew: false, resetTokenId: null };
    const resetTokenId = newId<MailedTokenId>();
    await tx.insert(mailedTokens).values({
      id: resetTokenId,
      kind: "password-reset",
      userId: account.id,
      expiresAt: sql`now() + ${passwordTokenTtlSeconds} * interval '1 second'`,
    });
    await enqueueMail(tx, outbox, "password-reset", { subject: resetTokenId, payload: { to: account.email ?? email } });
    return { id: account.id, isNew: account.id === id, resetTokenId };
  });
}
