import { randomInt } from "node:crypto";
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { addresses, identities, outbox, type RegistrationRequest, users } from "#drizzle/users/tables.ts";
import { secretTokenId } from "#platform/auth/secret-token.ts";
import { type Db, databaseErrorCode, type Tx, transaction, violatedConstraint } from "#platform/database/database.ts";
import { enqueueMail } from "#platform/events/outbox.ts";
import { type AddressId, newId, type UserId } from "#platform/shop/ids.ts";
import {
  addressInput,
  type Email,
  emailInput,
  emailKey,
  type PostalAddress,
  parseInput,
} from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import type { AccountRegisterInput, EmailInput, TokenInput } from "#schema/generated/users.ts";
import type { Settings } from "../env.ts";
import type { Limits } from "../security/attempt-limits.ts";
import { addressSalt, type Passwords } from "../security/password-hashing.ts";
import { passwordProblem } from "../security/password-policy.ts";
import { accountError, err, ok, type Result } from "../shared/result.ts";
import { type User, userColumns } from "./user.ts";

export const displayNameCharactersMax = 500;
const nameCharactersMax = 200;

/** A public handle: 3 to 30 letters of ASCII, digits, dots, dashes and underscores, so that two of them never look alike. */
export const usernameInput: z.ZodType<string> = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{1,28})[A-Za-z0-9]$/,
    "Use 3 to 30 letters, digits, dots, dashes or underscores, starting and ending with a letter or digit.",
  );

/** A part of a name; empty is the same as none. */
export const personNameInput = text(nameCharactersMax)
  .nullish()
  .transform((value) => (value === "" ? null : value));

const registerInput = z.object({
  email: emailInput,
  password: z.string(),
  displayName: text(displayNameCharactersMax)
    .nullish()
    .transform((value) => (value === "" ? null : value)),
  username: usernameInput.nullish(),
  firstName: personNameInput,
  lastName: personNameInput,
  address: addressInput.nullish(),
});

/** How an account is shown whose owner chose no name: never made from the address. */
export function anonymousName(): string {
  return `Customer ${randomInt(1_000, 1_000_000)}`;
}

/**
 * Registers an address: writes a registration with the password, and a mail to its owner, whether or not the address is taken. The response and
 * the work are the same; only the mail differs. Beyond ten registrations of an address per hour nothing is written, silently. A taken handle is reported at once, because handles are public.
 */
export async function registerAccount(
  db: Db,
  { passwords, limits, settings }: { passwords: Passwords; limits: Limits; settings: Settings },
  input: AccountRegisterInput,
): Promise<Result<void>> {
  const parsed = parseInput(registerInput, input);
  if (!parsed.ok) return err(...parsed.userErrors);
  const values = parsed.value;
  const problem = passwordProblem(
    values.password,
    Object.values({ ...values, password: undefined, address: undefined }),
  );
  if (problem !== undefined) return err(accountError("PASSWORD_TOO_WEAK", problem, ["password"]));
  if (values.username && (await isUsernameTaken(db, values.username))) return err(usernameTaken());
  const passwordHash = await passwords.hash(values.password, addressSalt(settings.TOKEN_KEY, emailKey(values.email)));
  if (!(await limits.isMailAllowed("registration", emailKey(values.email)))) return ok(undefined);
  const id = newId<UserId>();
  await transaction(db, async (tx) => {
    await insertRegistration(tx, settings, {
      id,
      ...values,
      passwordHash,
      requested: values.username ? { username: values.username } : {},
    });
    if (values.address) await saveFirstAddress(tx, id, values.address);
    await enqueueMail(tx, outbox, "registration", { subject: id, payload: { to: values.email } });
  });
  return ok(undefined);
}

/** Writes a registration; a decoy when the address has an account. One statement decides and writes. */
export async function insertRegistration(
  tx: Tx,
  settings: Settings,
  row: {
    id: UserId;
    email: Email;
    displayName?: string | null | undefined;
    firstName?: string | null | undefined;
    lastName?: string | null | undefined;
    passwordHash: string | null;
    requested: RegistrationRequest;
  },
): Promise<void> {
  const key = emailKey(row.email);
  await tx.insert(users).values({
    id: row.id,
    email: row.email,
    emailKey: key,
    displayName: row.displayName ?? anonymousName(),
    firstName: row.firstName ?? null,
    lastName: row.lastName ?? null,
    passwordHash: row.passwordHash,
    requested: row.requested,
    activatableUntil: sql`now() + ${settings.ACTIVATION_TOKEN_TTL} * interval '1 second'`,
    isDecoy: sql`exists (select from ${users} where email_key = ${key} and activated_at is not null)`,
  });
}

async function saveFirstAddress(tx: Tx, userId: UserId, address: PostalAddress): Promise<void> {
  await tx.insert(addresses).values({ id: newId<AddressId>(), userId, address, isDefault: true });
}

/** Whether an account has the handle. */
async function isUsernameTaken(db: Db, username: string): Promise<boolean> {
  const rows = await db.select({ id: users.id }).from(users).where(eq(users.usernameKey, username.toLowerCase()));
  return rows.length > 0;
}

/** The handle is taken. */
export function usernameTaken() {
  return accountError("ALREADY_EXISTS", "This username is taken.", ["username"]);
}

/** The kind of the token that activates a registration. */
export const activationTokenKind = "activation";

/**
 * Activates the registration that the mailed token names, once, with its password, and removes the address's other registrations. A handle
 * that was taken meanwhile becomes null. Where several registrations compete for the address, the owner of the mailbox may have been sent the link of
 * a stranger's: then only the registration's own password activates it, or the result is INVALID_CREDENTIALS.
 */
export async function activateAccount(
  db: Db,
  { passwords, settings }: { passwords: Passwords; settings: Settings },
  { token, password }: TokenInput,
): Promise<Result<User>> {
  const id = secretTokenId<UserId>(settings.TOKEN_KEY, activationTokenKind, token);
  const invalid = err(accountError("TOKEN_INVALID", "This link is no longer valid.", ["token"]));
  if (id === undefined) return invalid;
  const isConfirmed = await isOwnPassword(db, passwords, id, password);
  for (const withUsername of [true, false]) {
    try {
      const user = await transaction(db, (tx) => activate(tx, id, { withUsername, isConfirmed }));
      if (user === "password required") return err(passwordRequired());
      return user === undefined ? invalid : ok(user);
    } catch (error) {
      if (databaseErrorCode(error) !== uniqueViolation) throw error;
      // Another registration of the address was activated at the same moment.
      if (violatedConstraint(error) === "users_email") return invalid;
      if (violatedConstraint(error) !== "users_username") throw error;
    }
  }
  throw new Error("A registration without a handle broke the rule about handles.");
}

export const uniqueViolation = "23505";

/** The address was registered more than once, and the password is not the one of this registration. */
function passwordRequired() {
  return accountError(
    "INVALID_CREDENTIALS",
    "This address was registered more than once. Enter the password you chose when you signed up, or sign up again.",
    ["password"],
  );
}

async function isOwnPassword(
  db: Db,
  passwords: Passwords,
  id: UserId,
  password: string | null | undefined,
): Promise<boolean> {
  if (password === null || password === undefined) return false;
  const [row] = await db
    .select({ passwordHash: users.passwordHash })
    .from(users)
    .where(and(eq(users.id, id), isNull(users.activatedAt)));
  if (!row?.passwordHash) return false;
  return (await passwords.matching(password, [row.passwordHash])).has(row.passwordHash);
}

async function activate(
  tx: Tx,
  id: UserId,
  { withUsername, isConfirmed }: { withUsername: boolean; isConfirmed: boolean },
): Promise<User | "password required" | undefined> {
  // All of the address's registrations, in one order: two activations at once wait for each other instead of ending in a deadlock.
  await tx.execute(sql`
    select from ${users} where activated_at is null and email_key = (select email_key from ${users} where id = ${id})
    order by id for update`);
  if (!isConfirmed && (await hasCompetitor(tx, id))) return "password required";
  const username = withUsername
    ? sql`case when not exists (select from ${users} taken where taken.username_key = lower(${users.requested} ->> 'username'))
        then ${users.requested} ->> 'username' end`
    : sql`null`;
  const [activated] = await tx
    .update(users)
    .set({
      activatedAt: sql`now()`,
      updatedAt: sql`now()`,
      username,
      usernameKey: sql`lower(${username})`,
      activatableUntil: null,
    })
    .where(
      and(
        eq(users.id, id),
        isNull(users.activatedAt),
        isNull(users.deletedAt),
        eq(users.isDecoy, false),
        sql`${users.activatableUntil} > now()`,
      ),
    )
    .returning({ ...userColumns, emailKey: users.emailKey, requested: users.requested });
  if (activated === undefined) return undefined;
  const { emailKey: key, requested, ...user } = activated;
  await removeRegistrations(tx, key ?? "", id);
  if (requested?.identity !== undefined)
    await tx
      .insert(identities)
      .values({ ...requested.identity, userId: id })
      .onConflictDoNothing();
  return user;
}

/** Whether the registration can be activated, and another of its address too. */
async function hasCompetitor(tx: Tx, id: UserId): Promise<boolean> {
  const isOpen = sql`activated_at is null and deleted_at is null and not is_decoy and activatable_until > now()`;
  const competing = await tx
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        ne(users.id, id),
        isOpen,
        sql`${users.emailKey} = (select email_key from ${users} as own where own.id = ${id} and own.activated_at is null)`,
      ),
    )
    .limit(1);
  return competing.length > 0;
}

/** Removes an address's registrations but for `kept`: their tokens open nothing any more. */
export async function removeRegistrations(tx: Tx, key: string, kept: UserId): Promise<void> {
  await tx.delete(users).where(and(eq(users.emailKey, key), isNull(users.activatedAt), ne(users.id, kept)));
}

/**
 * Sends the activation mail again. The same work whatever the address is, for what the mail says is decided when it leaves; beyond three an
 * hour none leaves, in silence.
 */
export async function resendActivation(
  db: Db,
  { limits }: { limits: Limits },
  input: EmailInput,
): Promise<Result<void>> {
  const parsed = parseInput(z.object({ email: emailInput }), input);
  if (!parsed.ok) return err(...parsed.userErrors);
  const { email } = parsed.value;
  if (!(await limits.isMailAllowed("activation-again", emailKey(email)))) return ok(undefined);
  await transaction(db, (tx) =>
    enqueueMail(tx, outbox, "activation-again", { subject: newId(), payload: { to: email } }),
  );
  return ok(undefined);
}
