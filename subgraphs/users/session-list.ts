import { and, desc, inArray } from "drizzle-orm";
import { sessions } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/db.ts";
import type { UserId } from "#platform/ids.ts";
import { isLive } from "./session.ts";

/** A signed-in device, as the graph's `Session` stands for it. */
export type Session = Pick<
  typeof sessions.$inferSelect,
  "id" | "userId" | "userAgent" | "createdAt" | "lastUsedAt" | "expiresAt"
>;

/** The live sessions of users, in one statement, the latest used first. */
export async function readSessionsOf(db: Db, userIds: readonly UserId[]): Promise<Session[]> {
  const { id, userId, userAgent, createdAt, lastUsedAt, expiresAt } = sessions;
  return db
    .select({ id, userId, userAgent, createdAt, lastUsedAt, expiresAt })
    .from(sessions)
    .where(and(inArray(sessions.userId, [...userIds]), isLive))
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id));
}
