import { and, eq, isNull, sql } from "drizzle-orm";
import type { GraphQLResolveInfo } from "graphql";
import { z } from "zod";
import { type MailedTokenId, mailedTokens, outbox, users } from "#drizzle/users/tables.ts";
import { secretTokenId } from "#platform/auth/secret-token.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { enqueueMail } from "#platform/events/outbox.ts";
import { newId, type UserId } from "#platform/shop/ids.ts";
import { emailInput, emailKey, parseInput } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { EmailInput, PasswordChangeInput, PasswordResetInput } from "#schema/generated/users.ts";
import type { Settings } from "../env.ts";
import type { Limits } from "../security/attempt-limits.ts";
import { addressSalt, type Passwords } from "../security/password-hashing.ts";
import { passwordProblem } from "../security/password-policy.ts";
import { confirmOwner, isActiveAccount } from "../security/reauthentication.ts";
import { revokeSessionsOf } from "../session/session.ts";
import { accountError, err, ok, type Result } from "../shared/result.ts";
import { passwordResetTokenKind } from "./token-kinds.ts";

type PasswordTools = { readonly passwords: Passwords; readonly limits: Limits; readonly settings: Settings };

/**
 * Sends a mail with a token that sets a new password, if the address has an active account; otherwise the response and the work are the same. Mails
 * beyond the budget of the address are sent later.
 */
export async function requestPasswordReset(
  db: Db,
  { settings }: Pick<PasswordTools, "settings">,
  input: EmailInput,
): Promise<Result<void>> {
  const parsed = parseInput(z.object({ email: emailInput }), input);
  if (!parsed.ok) return err(...parsed.userErrors);
  const key = emailKey(parsed.value.email);
  const id = newId<MailedTokenId>();
  await transaction(db, async (tx) => {
    await tx.execute(sql`
      insert into ${mailedTokens} (id, kind, user_id, expires_at)
      select ${id}, 'password-reset', ${users.id}, now() + ${settings.PASSWORD_RESET_TOKEN_TTL} * interval '1 second'
      from ${users} where ${users.emailKey} = ${key} and ${isActiveAccount}`);
    await enqueueMail(tx, outbox, "password-reset", { subject: id, payload: { to: parsed.value.email } });
  });
  return ok(undefined);
}

/** Sets a new password by a mailed token, once; signs out everywhere, and voids the other mailed tokens of the account. */
export async function resetPassword(db: Db, tools: PasswordTools, input: PasswordResetInput): Promise<Result<void>> {
  const invalid = err(accountError("TOKEN_INVALID", "This link is no longer valid. Request a new one.", ["token"]));
  const id = secretTokenId<MailedTokenId>(tools.settings.TOKEN_KEY, passwordResetTokenKind, input.token);
  if (id === undefined) return invalid;
  const [owner] = await db
    .select({ user: users })
    .from(mailedTokens)
    .innerJoin(users, eq(users.id, mailedTokens.userId))
    .where(and(isUsable(id), isActiveAccount));
  if (owner === undefined) return invalid;
  const problem = passwordProblem(input.newPassword, wordsAbout(owner.user));
  if (problem !== undefined) return err(accountError("PASSWORD_TOO_WEAK", problem, ["newPassword"]));
  const passwordHash = await tools.passwords.hash(input.newPassword, saltOf(tools, owner.user));
  return transaction(db, async (tx) => {
    const [used] = await tx
      .update(mailedTokens)
      .set({ usedAt: sql`now()` })
      .where(isUsable(id))
      .returning({ userId: mailedTokens.userId });
    if (used === undefined) return invalid;
    await replacePassword(tx, owner.user, passwordHash);
    await revokeSessionsOf(tx, used.userId);
    return ok(undefined);
  });
}

const isUsable = (id: MailedTokenId) =>
  and(
    eq(mailedTokens.id, id),
    eq(mailedTokens.kind, "password-reset"),
    isNull(mailedTokens.usedAt),
    sql`${mailedTokens.expiresAt} > now()`,
  );

function saltOf({ settings }: PasswordTools, { emailKey: key }: Pick<typeof users.$inferSelect, "emailKey">): Buffer {
  return addressSalt(settings.TOKEN_KEY, key ?? "");
}

/** What a password must not be made of. */
function wordsAbout(
  user: Pick<typeof users.$inferSelect, "email" | "displayName" | "username" | "firstName" | "lastName">,
) {
  return [user.email, user.displayName, user.username, user.firstName, user.lastName];
}

/** Sets a new password, ends all access tokens issued before, makes mailed tokens invalid, and notifies the owner. */
async function replacePassword(
  tx: Tx,
  user: Pick<typeof users.$inferSelect, "id" | "email">,
  passwordHash: string,
): Promise<void> {
  await tx
    .update(users)
    .set({
      passwordHash,
      tokenGeneration: sql`${users.tokenGeneration} + 1`,
      tokensRevokedAt: sql`now()`,
      updatedAt: sql`now()`,
    })
    .where(eq(users.id, user.id));
  await voidMailedTokens(tx, user.id);
  if (user.email !== null)
    await enqueueMail(tx, outbox, "password-changed", { subject: user.id, payload: { to: user.email } });
}

/** No token that was mailed before opens anything any more. */
export async function voidMailedTokens(tx: Tx, userId: UserId): Promise<void> {
  await tx.delete(mailedTokens).where(eq(mailedTokens.userId, userId));
}

/** Changes the viewer's password; the session that asks goes on, the others end, and so does every access token issued before. */
export async function changePassword(
  db: Db,
  tools: PasswordTools,
  viewer: SignedIn,
  input: PasswordChangeInput,
  from: { clientAddress: string; info: GraphQLResolveInfo },
): Promise<Result<void>> {
  const confirmed = await confirmOwner(db, tools, viewer, {
    password: input.currentPassword,
    field: "currentPassword",
    ...from,
  });
  if (!confirmed.ok) return confirmed;
  const account = confirmed.value;
  const problem = passwordProblem(input.newPassword, wordsAbout(account));
  if (problem !== undefined) return err(accountError("PASSWORD_TOO_WEAK", problem, ["newPassword"]));
  const passwordHash = await tools.passwords.hash(input.newPassword, saltOf(tools, account));
  return transaction(db, async (tx) => {
    const [unchanged] = await tx
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, viewer.id), eq(users.tokenGeneration, account.tokenGeneration), isActiveAccount))
      .for("no key update");
    if (unchanged === undefined) {
      return err(
        accountError("INVALID_CREDENTIALS", "The account has changed in the meantime. Try again.", ["currentPassword"]),
      );
    }
    await replacePassword(tx, account, passwordHash);
    await revokeSessionsOf(tx, viewer.id, viewer.sessionId);
    return ok(undefined);
  });
}
