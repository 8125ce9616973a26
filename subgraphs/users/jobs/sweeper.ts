import { and, inArray, isNotNull, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import {
  attempts,
  budgets,
  knownNetworks,
  mailedTokens,
  sessions,
  usedOAuthStates,
  users,
} from "#drizzle/users/tables.ts";
import { removeExpiredBudgets } from "#platform/budgets/postgres-store.ts";
import type { Db } from "#platform/database/database.ts";
import type { Log } from "#platform/observability/log.ts";

const everyMs = 10 * 60_000;
const statementRowsMax = 5_000;
/** What has ended is kept so long for the feed of revocations, which looks back a day and a quarter of an hour. */
const keptHours = 48;
/** A network from which an account was not used for so long is like any other. */
const networkKeptDays = 180;

/** Removes what nothing asks for any more, now and every ten minutes, in statements of up to 5,000 rows of a kind. */
export function startSweeper(db: Db, log: Log): { close(): Promise<void> } {
  let closing = false;
  const turn = () =>
    sweep(db, { isClosing: () => closing }).catch((error) =>
      log.warn({ err: error }, "Expired rows could not be deleted."),
    );
  let last = turn();
  const timer = setInterval(() => {
    last = turn();
  }, everyMs).unref();
  return {
    close: async () => {
      closing = true;
      clearInterval(timer);
      await last;
    },
  };
}

/**
 * One turn: registrations that can no longer be activated, mailed tokens and sessions that ended, attempts and budgets that have aged, used states. Repeats
 * while any kind is full, or until `isClosing`.
 */
export async function sweep(db: Db, options: { rowsMax?: number; isClosing?: () => boolean } = {}): Promise<void> {
  const { rowsMax = statementRowsMax, isClosing = () => false } = options;
  let isFull = true;
  while (isFull && !isClosing()) isFull = await sweepOnce(db, rowsMax);
}

/** Whether a kind of rows was full, so that more may be left. */
async function sweepOnce(db: Db, rowsMax: number): Promise<boolean> {
  const over = (column: SQL) => sql`${column} < now() - ${keptHours} * interval '1 hour'`;
  const expiredRegistrations = db
    .select({ id: users.id })
    .from(users)
    .where(and(isNull(users.activatedAt), lt(users.activatableUntil, sql`now()`)))
    .limit(rowsMax);
  const removedUsers = await db.delete(users).where(inArray(users.id, expiredRegistrations));
  const expiredTokens = db
    .select({ id: mailedTokens.id })
    .from(mailedTokens)
    .where(lt(mailedTokens.expiresAt, sql`now()`))
    .limit(rowsMax);
  const removedMailedTokens = await db.delete(mailedTokens).where(inArray(mailedTokens.id, expiredTokens));
  const endedSessions = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(or(over(sql`${sessions.expiresAt}`), and(isNotNull(sessions.revokedAt), over(sql`${sessions.revokedAt}`))))
    .limit(rowsMax);
  const removedSessions = await db.delete(sessions).where(inArray(sessions.id, endedSessions));
  const agedAttempts = db
    .select({ key: attempts.key })
    .from(attempts)
    .where(lt(attempts.forgetAt, sql`now()`))
    .limit(rowsMax);
  const removedAttempts = await db.delete(attempts).where(inArray(attempts.key, agedAttempts));
  const oldStates = db
    .select({ id: usedOAuthStates.id })
    .from(usedOAuthStates)
    .where(over(sql`${usedOAuthStates.usedAt}`))
    .limit(rowsMax);
  const removedUsedOAuthStates = await db.delete(usedOAuthStates).where(inArray(usedOAuthStates.id, oldStates));
  await removeExpiredBudgets(db, budgets);
  await db.delete(knownNetworks).where(lt(knownNetworks.usedAt, sql`now() - ${networkKeptDays} * interval '1 day'`));
  return [removedUsers, removedMailedTokens, removedSessions, removedAttempts, removedUsedOAuthStates].some(
    ({ count }) => count === rowsMax,
  );
}
