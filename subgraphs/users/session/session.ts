import { and, eq, gt, isNull, ne, sql } from "drizzle-orm";
import { outbox, sessions, users } from "#drizzle/users/tables.ts";
import { secretToken, secretTokenId } from "#platform/auth/secret-token.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { enqueueMail } from "#platform/events/outbox.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { newId, type SessionId, type UserId } from "#platform/shop/ids.ts";
import { type User, userColumns } from "../account/user.ts";
import type { Settings } from "../env.ts";
import { accountError, err, ok, type Result } from "../shared/result.ts";
import type { AccessKeys } from "./access-keys.ts";
import {
  type AccessSubject,
  type AccessToken,
  openSealedAccessToken,
  sealAccessToken,
  signAccessToken,
} from "./access-token.ts";

/** What signs and keeps sessions. */
export type SessionTools = { readonly keys: AccessKeys; readonly settings: Settings };

/** A pair of tokens and whose it is. */
export type SignedInPair = {
  readonly access: AccessToken;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
  readonly user: User;
};

/** A repeat of the latest rotation within this time gets the same pair again: its response may have been lost on the way. */
const repeatSeconds = 10;
/** Beyond it the session that was used least recently ends. */
const sessionsOfUserMax = 50;
const userAgentCharactersMax = 500;
const refreshTokenCharactersMax = 100;

/**
 * Opens a session for a user, provided that nothing changed about the account since `tokenGeneration` was read and it is active; otherwise
 * undefined. Beyond 50 sessions the one that was used least recently ends.
 */
export async function openSession(
  db: Db,
  { keys, settings }: SessionTools,
  account: Omit<AccessSubject, "sessionId">,
  userAgent: string | undefined,
  now: Date,
): Promise<SignedInPair | undefined> {
  const id = newId<SessionId>();
  const expiresAt = new Date(now.getTime() + Math.min(settings.REFRESH_TOKEN_IDLE_TTL, settings.SESSION_TTL) * 1_000);
  const endsAt = new Date(now.getTime() + settings.SESSION_TTL * 1_000);
  const access = await signAccessToken(keys, settings, { ...account, sessionId: id }, endsAt, now);
  return transaction(db, async (tx) => {
    const opened = await tx.execute(sql`
      insert into ${sessions} (id, user_id, user_agent, sealed_access, expires_at)
      select ${id}, id, ${userAgent?.slice(0, userAgentCharactersMax) ?? null},
             ${sealAccessToken(settings.TOKEN_KEY, id, access)}, ${expiresAt.toISOString()}::timestamptz
      from ${users}
      where id = ${account.id} and token_generation = ${account.tokenGeneration}
        and activated_at is not null and disabled_at is null and deleted_at is null
      returning id`);
    if (opened.length === 0) return undefined;
    await endLeastUsed(tx, account.id);
    const [user] = await tx.select(userColumns).from(users).where(eq(users.id, account.id));
    if (user === undefined) return undefined;
    return { access, refreshToken: refreshToken(settings.TOKEN_KEY, id, 0), refreshTokenExpiresAt: expiresAt, user };
  });
}

async function endLeastUsed(tx: Tx, userId: UserId): Promise<void> {
  await tx.execute(sql`
    update ${sessions} set revoked_at = now(), sealed_access = null
    where id in (
      select id from ${sessions}
      where user_id = ${userId} and revoked_at is null and expires_at > now()
      order by last_used_at desc, id desc offset ${sessionsOfUserMax})`);
}

/** Token n of a family: made again whenever it is needed, and stored nowhere. */
function refreshToken(tokenKey: string, id: SessionId, rotation: number): string {
  return `${rotation}.${secretToken(tokenKey, refreshKind(rotation), id)}`;
}

function refreshKind(rotation: number): string {
  return `refresh/${rotation}`;
}

/** The family and number of a refresh token of ours; undefined for anything else. */
function parseRefreshToken(tokenKey: string, token: string): { id: SessionId; rotation: number } | undefined {
  if (token.length > refreshTokenCharactersMax) return undefined;
  const [, number, secret] = /^(0|[1-9]\d{0,8})\.([A-Za-z0-9_-]+)$/.exec(token) ?? [];
  if (number === undefined || secret === undefined) return undefined;
  const rotation = Number(number);
  const id = secretTokenId<SessionId>(tokenKey, refreshKind(rotation), secret);
  return id === undefined ? undefined : { id, rotation };
}

const invalidRefreshToken = () =>
  err(accountError("TOKEN_INVALID", "The refresh token is no longer valid. Sign in again.", ["refreshToken"]));

/**
 * Trades a refresh token for a new pair. Of any number of uses at once one rotates; the others, and a repeat within 10 s, get the same pair.
 * Any other reuse of an earlier token ends the session and notifies the owner by mail.
 */
export async function refreshSession(
  db: Db,
  tools: SessionTools,
  token: string,
  now: Date,
): Promise<Result<SignedInPair>> {
  const { TOKEN_KEY } = tools.settings;
  const parsed = parseRefreshToken(TOKEN_KEY, token);
  if (parsed === undefined) return invalidRefreshToken();
  const { id, rotation } = parsed;
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const family = await readFamily(db, id);
    if (family === undefined || rotation > family.rotation) return invalidRefreshToken();
    if (rotation < family.rotation) return repeatOrEnd(db, tools, family, rotation, now);
    const access = await signFor(tools, family, now);
    const rotated = await rotate(db, tools.settings, family, access);
    if (rotated === undefined) continue;
    const next = refreshToken(TOKEN_KEY, id, rotation + 1);
    return ok({ access, refreshToken: next, refreshTokenExpiresAt: rotated.expiresAt, user: family.user });
  }
  throw new ApiError("OVERLOADED", "The session is in use by too many requests at once. Try again.");
}

/** The account may change, or another process rotate, between the reading and the rotating; each such change is seen at the next turn. */
const attemptsMax = 5;

function signFor({ keys, settings }: SessionTools, family: Family, now: Date): Promise<AccessToken> {
  const { user } = family;
  const endsAt = new Date(family.createdAt.getTime() + settings.SESSION_TTL * 1_000);
  const subject: AccessSubject = {
    id: user.id,
    sessionId: family.id,
    role: user.role,
    permissions: user.grantedPermissions,
    tokenGeneration: family.tokenGeneration,
  };
  return signAccessToken(keys, settings, subject, endsAt, now);
}

async function rotate(
  db: Db,
  settings: Settings,
  { id, rotation, tokenGeneration }: Family,
  access: AccessToken,
): Promise<{ expiresAt: Date } | undefined> {
  const [rotated] = await db
    .update(sessions)
    .set({
      rotation: rotation + 1,
      rotatedAt: sql`now()`,
      lastUsedAt: sql`now()`,
      expiresAt: sql`least(now() + ${settings.REFRESH_TOKEN_IDLE_TTL} * interval '1 second',
        ${sessions.createdAt} + ${settings.SESSION_TTL} * interval '1 second')`,
      sealedAccess: sealAccessToken(settings.TOKEN_KEY, id, access),
    })
    .where(
      and(
        eq(sessions.id, id),
        eq(sessions.rotation, rotation),
        isLive,
        sql`exists (select from ${users} where ${users.id} = ${sessions.userId}
          and ${users.tokenGeneration} = ${tokenGeneration} and ${isActive})`,
      ),
    )
    .returning({ expiresAt: sessions.expiresAt });
  return rotated;
}

/** Not revoked, not expired. */
export const isLive = and(isNull(sessions.revokedAt), gt(sessions.expiresAt, sql`now()`));
const isActive = sql`${users.activatedAt} is not null and ${users.disabledAt} is null and ${users.deletedAt} is null`;

/** A family that lives, and its user, who may sign in. */
type Family = NonNullable<Awaited<ReturnType<typeof readFamily>>>;

async function readFamily(db: Db, id: SessionId) {
  const [row] = await db
    .select({
      id: sessions.id,
      rotation: sessions.rotation,
      isRepeatable: sql<boolean>`${sessions.rotatedAt} > now() - ${repeatSeconds} * interval '1 second'`,
      sealedAccess: sessions.sealedAccess,
      createdAt: sessions.createdAt,
      expiresAt: sessions.expiresAt,
      tokenGeneration: users.tokenGeneration,
      user: userColumns,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, id), isLive, isActive));
  return row;
}

async function repeatOrEnd(
  db: Db,
  tools: SessionTools,
  family: Family,
  rotation: number,
  now: Date,
): Promise<Result<SignedInPair>> {
  const { TOKEN_KEY } = tools.settings;
  if (family.rotation !== rotation + 1 || !family.isRepeatable) {
    await endReusedFamily(db, family.id);
    return invalidRefreshToken();
  }
  const kept =
    family.sealedAccess === null ? undefined : openSealedAccessToken(TOKEN_KEY, family.id, family.sealedAccess);
  // The pair's own token, unless what the account may do changed since: that one would be rejected everywhere.
  const access = kept?.generation === family.tokenGeneration ? kept : await signFor(tools, family, now);
  const latest = refreshToken(TOKEN_KEY, family.id, family.rotation);
  return ok({ access, refreshToken: latest, refreshTokenExpiresAt: family.expiresAt, user: family.user });
}

async function endReusedFamily(db: Db, id: SessionId): Promise<void> {
  await transaction(db, async (tx) => {
    const [ended] = await tx
      .update(sessions)
      .set({ revokedAt: sql`now()`, sealedAccess: null })
      .where(and(eq(sessions.id, id), isNull(sessions.revokedAt)))
      .returning({ userId: sessions.userId, userAgent: sessions.userAgent });
    if (ended === undefined) return;
    await enqueueMail(tx, outbox, "token-reused", { subject: ended.userId, payload: { userAgent: ended.userAgent } });
  });
}

/** Signs out the session of a refresh token, an earlier one of the family included; how many sessions ended. */
export async function revokeByToken(db: Db, settings: Settings, token: string): Promise<Result<number>> {
  const parsed = parseRefreshToken(settings.TOKEN_KEY, token);
  if (parsed === undefined) return invalidRefreshToken();
  return ok(await revoke(db, and(eq(sessions.id, parsed.id), isLive)));
}

/** Signs out one session of the user; 0 when it is not the user's or not live. */
export async function revokeSession(db: Db, userId: UserId, id: SessionId): Promise<number> {
  return revoke(db, and(eq(sessions.id, id), eq(sessions.userId, userId), isLive));
}

/** Signs out every session of the user, but for `except`; how many. */
export async function revokeSessionsOf(db: Db, userId: UserId, except?: SessionId): Promise<number> {
  const others = except === undefined ? undefined : ne(sessions.id, except);
  return revoke(db, and(eq(sessions.userId, userId), others, isLive));
}

async function revoke(db: Db, which: ReturnType<typeof and>): Promise<number> {
  const ended = await db
    .update(sessions)
    .set({ revokedAt: sql`now()`, sealedAccess: null })
    .where(which)
    .returning({ id: sessions.id });
  return ended.length;
}
