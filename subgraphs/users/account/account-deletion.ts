import { and, eq, sql } from "drizzle-orm";
import type { GraphQLResolveInfo } from "graphql";
import { addresses, identities, outbox, sessions, users } from "#drizzle/users/tables.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import { enqueueEvent, enqueueMail } from "#platform/events/outbox.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { AccountDeleteInput } from "#schema/generated/users.ts";
import type { Limits } from "../security/attempt-limits.ts";
import type { Passwords } from "../security/password-hashing.ts";
import { confirmOwner, isActiveAccount } from "../security/reauthentication.ts";
import { accountError, err, ok, type Result } from "../shared/result.ts";
import { voidMailedTokens } from "./password-change.ts";
import { removeRegistrations } from "./registration.ts";

const deletedName = "Deleted user";

/**
 * Deletes the viewer's account: only the id is kept, every session ends, and the other subgraphs are notified. A last mail
 * confirms it.
 */
export async function deleteAccount(
  db: Db,
  tools: { readonly passwords: Passwords; readonly limits: Limits },
  viewer: SignedIn,
  input: AccountDeleteInput,
  from: { clientAddress: string; info: GraphQLResolveInfo },
): Promise<Result<void>> {
  const confirmed = await confirmOwner(db, tools, viewer, { password: input.password, field: "password", ...from });
  if (!confirmed.ok) return confirmed;
  const { email, emailKey } = confirmed.value;
  return transaction(db, async (tx) => {
    const [deleted] = await tx
      .update(users)
      .set({
        email: null,
        emailKey: null,
        displayName: deletedName,
        username: null,
        usernameKey: null,
        firstName: null,
        lastName: null,
        passwordHash: null,
        requested: null,
        permissions: [],
        role: "CUSTOMER",
        deletedAt: sql`now()`,
        updatedAt: sql`now()`,
        tokenGeneration: sql`${users.tokenGeneration} + 1`,
        tokensRevokedAt: sql`now()`,
        version: sql`${users.version} + 1`,
      })
      .where(and(eq(users.id, viewer.id), isActiveAccount))
      .returning({ version: users.version });
    if (deleted === undefined) return err(accountError("INVALID_CREDENTIALS", "This account no longer exists."));
    await tx.delete(addresses).where(eq(addresses.userId, viewer.id));
    await tx.delete(identities).where(eq(identities.userId, viewer.id));
    await tx.delete(sessions).where(eq(sessions.userId, viewer.id));
    await voidMailedTokens(tx, viewer.id);
    if (emailKey !== null) await removeRegistrations(tx, emailKey, viewer.id);
    // Sent mails contain the address. Those that still wait will not be due any more, except the last one.
    await tx
      .delete(outbox)
      .where(and(eq(outbox.channel, "mail"), sql`lower(${outbox.payload} ->> 'to') = ${emailKey}`));
    if (email !== null)
      await enqueueMail(tx, outbox, "account-deleted", { subject: viewer.id, payload: { to: email } });
    await enqueueEvent(tx, outbox, "user.deleted", {
      subject: viewer.id,
      sequence: deleted.version,
      data: { userId: viewer.id },
    });
    return ok(undefined);
  });
}
