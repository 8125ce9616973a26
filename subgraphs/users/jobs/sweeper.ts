import { and, inArray, isNotNull, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { attempts, mailedTokens, sessions, usedOAuthStates, users } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { Log } from "#platform/observability/log.ts";

const everyMs = 10 * 60_000;
const rowsMax = 5_000;
/** What has ended is kept so long for the feed of revocations, which looks back a day and a quarter of an hour. */
const keptHours = 48;

/** Removes what nothing asks for any more, now and every ten minutes, up to 5,000 rows of each kind at a time. */
export function startSweeper(db: Db, log: Log): { close(): Promise<void> } {
  const turn = () => sweep(db).catch((error) => log.warn({ err: error }, "Expired rows could not be deleted."));
  let last = turn();
  const timer = setInterval(() => {
    last = turn();
  }, everyMs).unref();
  return {
    close: async () => {
      clearInterval(timer);
      await last;
    },
  };
}

/** One turn: registrations that can no longer be activated, mailed tokens and sessions that ended, attempts that have aged, used states. */
export async function sweep(db: Db): Promise<void> {
  const over = (column: SQL) => sql`${column} < now() - ${keptHours} * interval '1 hour'`;
  const expiredRegistrations = db
    .select({ id: users.id })
    .from(users)
    .where(and(isNull(users.activatedAt), lt(users.activatableUntil, sql`now()`)))
    .limit(rowsMax);
  await db.delete(users).where(inArray(users.id, expiredRegistrations));
  const expiredTokens = db
    .select({ id: mailedTokens.id })
    .from(mailedTokens)
    .where(lt(mailedTokens.expiresAt, sql`now()`))
    .limit(rowsMax);
  await db.delete(mailedTokens).where(inArray(mailedTokens.id, expiredTokens));
  const endedSessions = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(or(over(sql`${sessions.expiresAt}`), and(isNotNull(sessions.revokedAt), over(sql`${sessions.revokedAt}`))))
    .limit(rowsMax);
  await db.delete(sessions).where(inArray(sessions.id, endedSessions));
  const agedAttempts = db
    .select({ key: attempts.key })
    .from(attempts)
    .where(lt(attempts.forgetAt, sql`now()`))
    .limit(rowsMax);
  await db.delete(attempts).where(inArray(attempts.key, agedAttempts));
  const oldStates = db
    .select({ id: usedOAuthStates.id })
    .from(usedOAuthStates)
    .where(over(sql`${usedOAuthStates.usedAt}`))
    .limit(rowsMax);
  await db.delete(usedOAuthStates).where(inArray(usedOAuthStates.id, oldStates));
}
