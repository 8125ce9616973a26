import { and, eq, isNull, sql } from "drizzle-orm";
import type { GraphQLResolveInfo } from "graphql";
import { z } from "zod";
import { type MailedTokenId, mailedTokens, outbox, users } from "#drizzle/users/tables.ts";
import { secretTokenId } from "#platform/auth/secret-token.ts";
import { type Db, type Tx, transaction, violatedConstraint } from "#platform/database/database.ts";
import { enqueueMail } from "#platform/events/outbox.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { newId } from "#platform/shop/ids.ts";
import { emailInput, emailKey, parseInput } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { EmailChangeRequestInput } from "#schema/generated/users.ts";
import type { Settings } from "../env.ts";
import type { Limits } from "../security/attempt-limits.ts";
import type { Passwords } from "../security/password-hashing.ts";
import { confirmOwner, isActiveAccount } from "../security/reauthentication.ts";
import { accountError, err, ok, type Result } from "../shared/result.ts";
import { voidMailedTokens } from "./password-change.ts";
import { removeRegistrations } from "./registration.ts";
import { emailChangeTokenKind } from "./token-kinds.ts";
import { type User, userColumns } from "./user.ts";

type EmailTools = { readonly passwords: Passwords; readonly limits: Limits; readonly settings: Settings };

const retrySeconds = 3_600;

/**
 * Requests a change of the email address: the new address gets a mail with a token that confirms it, and the present address is notified. The response
 * is the same if the new address is taken; only the mail differs. A later request makes earlier tokens invalid. Limited to ten per hour and user, so
 * that the shop cannot be used to send mails to strangers.
 */
export async function requestEmailChange(
  db: Db,
  tools: EmailTools,
  viewer: SignedIn,
  input: EmailChangeRequestInput,
  from: { clientAddress: string; info: GraphQLResolveInfo },
): Promise<Result<void>> {
  const parsed = parseInput(z.object({ newEmail: emailInput, password: z.string().nullish() }), input);
  if (!parsed.ok) return err(...parsed.userErrors);
  const { newEmail, password } = parsed.value;
  const confirmed = await confirmOwner(db, tools, viewer, { password, field: "password", ...from });
  if (!confirmed.ok) return confirmed;
  await tools.limits.demandMail(from.clientAddress, viewer.id);
  if (!(await tools.limits.isMailAllowed("email-change-asked", viewer.id))) {
    throw new ApiError("RATE_LIMITED", "Too many attempts. Try again later.", { retryAfterSeconds: retrySeconds });
  }
  if (!(await tools.limits.isMailAllowed("email-change", emailKey(newEmail)))) return ok(undefined);
  const id = newId<MailedTokenId>();
  await transaction(db, async (tx) => {
    await tx.delete(mailedTokens).where(and(eq(mailedTokens.userId, viewer.id), eq(mailedTokens.kind, "email-change")));
    await tx.insert(mailedTokens).values({
      id,
      kind: "email-change",
      userId: viewer.id,
      newEmail,
      expiresAt: sql`now() + ${tools.settings.EMAIL_CHANGE_TOKEN_TTL} * interval '1 second'`,
    });
    await enqueueMail(tx, outbox, "email-change", { subject: id, payload: { to: newEmail } });
    await enqueueMail(tx, outbox, "email-change-asked", {
      subject: viewer.id,
      payload: { to: confirmed.value.email },
    });
  });
  return ok(undefined);
}

/**
 * Changes the email address with the mailed token, once, and notifies the old address. Fails with ALREADY_EXISTS if the address has been taken in the
 * meantime, which the owner of the mailbox may know.
 */
export async function confirmEmailChange(db: Db, settings: Settings, token: string): Promise<Result<User>> {
  const id = secretTokenId<MailedTokenId>(settings.TOKEN_KEY, emailChangeTokenKind, token);
  const invalid = err(accountError("TOKEN_INVALID", "This link is no longer valid.", ["token"]));
  if (id === undefined) return invalid;
  try {
    const user = await transaction(db, (tx) => takeOver(tx, id));
    return user === undefined ? invalid : ok(user);
  } catch (error) {
    if (violatedConstraint(error) !== "users_email") throw error;
    return err(accountError("ALREADY_EXISTS", "Another account now uses this address.", ["token"]));
  }
}

async function takeOver(tx: Tx, id: MailedTokenId): Promise<User | undefined> {
  const [used] = await tx
    .update(mailedTokens)
    .set({ usedAt: sql`now()` })
    .where(
      and(
        eq(mailedTokens.id, id),
        eq(mailedTokens.kind, "email-change"),
        isNull(mailedTokens.usedAt),
        sql`${mailedTokens.expiresAt} > now()`,
      ),
    )
    .returning();
  if (used === undefined || used.newEmail === null) return undefined;
  const [before] = await tx
    .select({ email: users.email })
    .from(users)
    .where(and(eq(users.id, used.userId), isActiveAccount))
    .for("no key update");
  if (before === undefined) return undefined;
  const key = emailKey(used.newEmail);
  const [user] = await tx
    .update(users)
    .set({ email: used.newEmail, emailKey: key, updatedAt: sql`now()`, version: sql`${users.version} + 1` })
    .where(eq(users.id, used.userId))
    .returning(userColumns);
  await removeRegistrations(tx, key, used.userId);
  await voidMailedTokens(tx, used.userId);
  if (before.email !== null) {
    await enqueueMail(tx, outbox, "email-changed", { subject: used.userId, payload: { to: before.email } });
  }
  return user;
}
