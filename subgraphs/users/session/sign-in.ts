import { and, eq } from "drizzle-orm";
import type { GraphQLResolveInfo } from "graphql";
import { z } from "zod";
import { users } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { emailInput, emailKey, parseInput } from "#platform/shop/input.ts";
import type { TokenCreateInput } from "#schema/generated/users.ts";
import { readAccountsOf } from "../account/user.ts";
import type { Limits } from "../security/attempt-limits.ts";
import { isKnownNetwork, rememberNetwork } from "../security/known-networks.ts";
import { addressSalt, type Passwords } from "../security/password-hashing.ts";
import { accountError, err, ok, type Result } from "../shared/result.ts";
import { openSession, type SessionTools, type SignedInPair } from "./session.ts";

const signInInput = z.object({ email: emailInput, password: z.string() });

const wrong = accountError("INVALID_CREDENTIALS", "The email address or password is wrong.");

/**
 * Signs in with email address and password. The response to a wrong password, and the work for it, are the same for every address; only the right
 * password reveals that the account is not activated or disabled.
 */
export async function signIn(
  db: Db,
  tools: SessionTools & { passwords: Passwords; limits: Limits },
  input: TokenCreateInput,
  from: { clientAddress: string; userAgent: string | undefined; info: GraphQLResolveInfo },
  now: Date,
): Promise<Result<SignedInPair>> {
  const parsed = parseInput(signInInput, input);
  if (!parsed.ok) return err(...parsed.userErrors);
  const { email, password } = parsed.value;
  const key = emailKey(email);
  const rows = await readAccountsOf(db, key);
  const tokenGeneration = rows.find(({ activatedAt }) => activatedAt !== null)?.tokenGeneration ?? 0;
  const { TOKEN_KEY } = tools.settings;
  const attempt = await tools.limits.countFailure(
    { emailKey: key, tokenGeneration },
    from.clientAddress,
    from.info,
    () => isKnownNetwork(db, TOKEN_KEY, key, from.clientAddress),
  );
  const hashes = rows.flatMap(({ passwordHash }) => (passwordHash === null ? [] : [passwordHash]));
  const matching = await tools.passwords.matching(password, hashes);
  const match = rows.find(({ passwordHash }) => passwordHash !== null && matching.has(passwordHash));
  if (match === undefined) return err(wrong);
  await attempt.giveBack();
  if (match.activatedAt === null) {
    return err(accountError("ACCOUNT_NOT_ACTIVATED", "Activate your account first, with the link in the email."));
  }
  if (match.disabledAt !== null) return err(accountError("ACCOUNT_DISABLED", "This account is disabled."));
  const pair = await openSession(db, tools, match, from.userAgent, now);
  if (pair === undefined) return err(wrong);
  await rememberNetwork(db, TOKEN_KEY, match.id, from.clientAddress);
  const salt = addressSalt(TOKEN_KEY, key);
  if (match.passwordHash !== null && tools.passwords.isOutdated(match.passwordHash, salt)) {
    await db
      .update(users)
      .set({ passwordHash: await tools.passwords.hash(password, salt) })
      .where(and(eq(users.id, match.id), eq(users.passwordHash, match.passwordHash)));
  }
  return ok(pair);
}
