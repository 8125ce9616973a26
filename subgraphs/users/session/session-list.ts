import { and, desc, eq } from "drizzle-orm";
import { sessions } from "#drizzle/users/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db } from "#platform/database/database.ts";
import type { SessionId, UserId } from "#platform/shop/ids.ts";
import { isLive } from "./session.ts";

/** A signed-in device, as the graph's `Session` stands for it. */
export type Session = Pick<
  typeof sessions.$inferSelect,
  "id" | "userId" | "userAgent" | "createdAt" | "lastUsedAt" | "expiresAt"
>;

const sessionColumns = {
  id: sessions.id,
  userId: sessions.userId,
  userAgent: sessions.userAgent,
  createdAt: sessions.createdAt,
  lastUsedAt: sessions.lastUsedAt,
  expiresAt: sessions.expiresAt,
};

/** The live sessions of users, in one statement, the latest used first. */
export async function readSessionsOf(db: Db, userIds: readonly UserId[]): Promise<Session[]> {
  return db
    .select(sessionColumns)
    .from(sessions)
    .where(and(isAnyOf(sessions.userId, [...userIds]), isLive))
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id));
}

/** Reads live sessions by id in one statement: those of `owner`; of all users if it is undefined, of none if it is null. */
export async function readSessions(
  db: Db,
  ids: readonly SessionId[],
  owner: UserId | undefined | null,
): Promise<Session[]> {
  if (owner === null) return [];
  const own = owner === undefined ? undefined : eq(sessions.userId, owner);
  return db
    .select(sessionColumns)
    .from(sessions)
    .where(and(isAnyOf(sessions.id, [...ids]), own, isLive));
}
