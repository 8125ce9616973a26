import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { and, eq, isNotNull } from "drizzle-orm";
import { identities, type OAuthStateId, outbox, type Provider, usedOAuthStates, users } from "#drizzle/users/tables.ts";
import { secretToken, secretTokenId } from "#platform/auth/secret-token.ts";
import { type Db, databaseErrorCode, type Tx, transaction, violatedConstraint } from "#platform/database/database.ts";
import { enqueueMail } from "#platform/events/outbox.ts";
import type { Log } from "#platform/observability/log.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { newId, type UserId } from "#platform/shop/ids.ts";
import { type Email, emailInput, emailKey } from "#platform/shop/input.ts";
import type { OAuthTokenCreateInput } from "#schema/generated/users.ts";
import { anonymousName, insertRegistration, removeRegistrations, uniqueViolation } from "../account/registration.ts";
import type { Settings } from "../env.ts";
import type { Limits } from "../security/attempt-limits.ts";
import { openSession, type SessionTools, type SignedInPair } from "../session/session.ts";
import { accountError, err, ok, type Result } from "../shared/result.ts";
import type { ProviderProfile, Providers, SignInSecrets } from "./oauth-provider.ts";

/** What social sign-in needs. */
export type SocialTools = SessionTools & { readonly providers: Providers; readonly limits: Limits };

const stateMinutesMax = 10;

/**
 * Where to send the browser; null when the provider is not configured. The client compares `state` with the one that comes back. `codeVerifier` never
 * travels with the code, so that only the client that began a sign-in can complete it.
 *
 * @throws {ApiError} BAD_USER_INPUT for an address that is not one of the configured ones, exactly.
 */
export async function startSocialSignIn(
  { providers, settings }: SocialTools,
  provider: Provider,
  redirectUri: string,
): Promise<{ url: string; state: string; codeVerifier: string } | null> {
  const configured = providers[provider];
  if (configured === undefined) return null;
  if (!configured.redirectUris.includes(redirectUri)) {
    throw new ApiError("BAD_USER_INPUT", "`redirectUri` is not one of the configured addresses.");
  }
  const secrets = secretsOf(settings, provider, redirectUri, newId<OAuthStateId>());
  try {
    const { state, codeVerifier } = secrets;
    return { url: await configured.authorizationUrl(redirectUri, secrets), state, codeVerifier };
  } catch (error) {
    throw new ApiError("SUBGRAPH_UNAVAILABLE", "The provider is not responding.", {}, error);
  }
}

function stateKind(provider: Provider, redirectUri: string): string {
  return `oauth/${provider}/${redirectUri}`;
}

function secretsOf(settings: Settings, provider: Provider, redirectUri: string, id: OAuthStateId): SignInSecrets {
  return {
    state: secretToken(settings.TOKEN_KEY, stateKind(provider, redirectUri), id),
    nonce: derive(settings, "oauth-nonce", id),
    codeVerifier: verifierOf(settings, id),
  };
}

function verifierOf(settings: Settings, id: OAuthStateId): string {
  return derive(settings, "oauth-code-verifier", id);
}

function derive(settings: Settings, kind: string, id: OAuthStateId): string {
  return createHmac("sha256", settings.TOKEN_KEY).update(`${kind}\0${id}`).digest("base64url");
}

/** A UUIDv7 begins with its time in milliseconds. */
function ageMs(id: OAuthStateId, now: Date): number {
  return now.getTime() - Number.parseInt(id.replace("-", "").slice(0, 12), 16);
}

const oauthFailed = (message: string) => err(accountError("OAUTH_FAILED", message));

/**
 * Signs in with the code that the provider sent back. The account is the one linked by the provider's id; else the one with the address, when
 * both sides have verified it; else a new one. An address that the provider did not verify is confirmed by a mail first.
 */
export async function signInSocially(
  db: Db,
  tools: SocialTools,
  { provider, code, state, redirectUri, codeVerifier }: OAuthTokenCreateInput,
  device: { userAgent: string | undefined; log: Log },
  now: Date,
): Promise<Result<SignedInPair>> {
  const { providers, settings } = tools;
  const configured = providers[provider];
  if (configured === undefined) return oauthFailed("The provider is not configured.");
  const id = secretTokenId<OAuthStateId>(settings.TOKEN_KEY, stateKind(provider, redirectUri), state);
  if (id === undefined || !isOwnVerifier(settings, id, codeVerifier)) {
    return oauthFailed("The sign-in was begun elsewhere. Start again.");
  }
  if (ageMs(id, now) > stateMinutesMax * 60_000 || !(await useState(db, id))) {
    return oauthFailed("The sign-in has expired or was already used. Start again.");
  }
  let profile: ProviderProfile;
  try {
    profile = await configured.identify(redirectUri, code, secretsOf(settings, provider, redirectUri, id));
  } catch (error) {
    device.log.warn({ err: error, provider }, "A social sign-in failed.");
    return oauthFailed("The provider did not confirm your identity. Start again.");
  }
  const account = await findOrMakeAccount(db, tools, provider, profile);
  if (!account.ok) return account;
  const pair = await openSession(db, tools, account.value, device.userAgent, now);
  return pair === undefined ? oauthFailed("The account has changed in the meantime. Start again.") : ok(pair);
}

function isOwnVerifier(settings: Settings, id: OAuthStateId, given: string | null | undefined): boolean {
  const [own, other] = [verifierOf(settings, id), given ?? ""].map((text) =>
    createHash("sha256").update(text).digest(),
  );
  return own !== undefined && other !== undefined && timingSafeEqual(own, other);
}

async function useState(db: Db, id: OAuthStateId): Promise<boolean> {
  const used = await db
    .insert(usedOAuthStates)
    .values({ id })
    .onConflictDoNothing()
    .returning({ id: usedOAuthStates.id });
  return used.length === 1;
}

type Account = typeof users.$inferSelect;
const attemptsMax = 3;

async function findOrMakeAccount(
  db: Db,
  tools: SocialTools,
  provider: Provider,
  profile: ProviderProfile,
): Promise<Result<Account>> {
  const parsed = emailInput.safeParse(profile.email ?? "");
  const email = parsed.success ? parsed.data : undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction(db, (tx) => findOrMake(tx, tools, provider, profile, email));
    } catch (error) {
      // The address was registered, or the identity linked, at the same moment: now it is found.
      const lost = databaseErrorCode(error) === uniqueViolation && violatedConstraint(error) !== undefined;
      if (!lost || attempt === attemptsMax) throw error;
    }
  }
}

async function findOrMake(
  tx: Tx,
  tools: SocialTools,
  provider: Provider,
  profile: ProviderProfile,
  email: Email | undefined,
): Promise<Result<Account>> {
  const { providerUserId, isEmailVerified } = profile;
  const [linked] = await tx
    .select({ user: users })
    .from(identities)
    .innerJoin(users, eq(users.id, identities.userId))
    .where(and(eq(identities.provider, provider), eq(identities.providerUserId, providerUserId)));
  if (linked !== undefined) return usable(linked.user);
  if (email === undefined) return oauthFailed("The provider did not share an email address, which the shop requires.");
  const key = emailKey(email);
  const [known] = await tx
    .select()
    .from(users)
    .where(and(eq(users.emailKey, key), isNotNull(users.activatedAt)));
  if (known !== undefined) {
    if (!isEmailVerified)
      return oauthFailed("Sign in with your password. The provider has not verified your email address.");
    await tx.insert(identities).values({ provider, providerUserId, userId: known.id });
    await enqueueMail(tx, outbox, "provider-linked", { subject: known.id, payload: { to: known.email, provider } });
    return usable(known);
  }
  return isEmailVerified
    ? makeAccount(tx, provider, profile, email)
    : askForConfirmation(tx, tools, provider, profile, email);
}

function usable(user: Account): Result<Account> {
  return user.disabledAt === null ? ok(user) : err(accountError("ACCOUNT_DISABLED", "This account is disabled."));
}

async function makeAccount(
  tx: Tx,
  provider: Provider,
  { providerUserId, firstName, lastName }: ProviderProfile,
  email: Email,
): Promise<Result<Account>> {
  const id = newId<UserId>();
  const key = emailKey(email);
  const [user] = await tx
    .insert(users)
    .values({
      id,
      email,
      emailKey: key,
      displayName: anonymousName(),
      firstName: firstName ?? null,
      lastName: lastName ?? null,
      activatedAt: new Date(),
    })
    .returning();
  if (user === undefined) throw new Error("The account was not created.");
  await tx.insert(identities).values({ provider, providerUserId, userId: id });
  await removeRegistrations(tx, key, id);
  return ok(user);
}

async function askForConfirmation(
  tx: Tx,
  { settings, limits }: SocialTools,
  provider: Provider,
  { providerUserId, firstName, lastName }: ProviderProfile,
  email: Email,
): Promise<Result<Account>> {
  const id = newId<UserId>();
  if (await limits.isMailAllowed("registration", emailKey(email))) {
    const requested = { identity: { provider, providerUserId } };
    await insertRegistration(tx, settings, { id, email, firstName, lastName, passwordHash: null, requested });
    await enqueueMail(tx, outbox, "registration", { subject: id, payload: { to: email } });
  }
  return err(
    accountError(
      "ACCOUNT_NOT_ACTIVATED",
      "We sent you an email to confirm your address. Confirm it, then sign in this way again.",
    ),
  );
}
