import { sql } from "drizzle-orm";
import { z } from "zod";
import { sessions, users } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { sendJson } from "#platform/http/http-server.ts";
import type { InternalRoute } from "#platform/http/internal-route.ts";
import { ApiError } from "#platform/shop/api-error.ts";

/** What ended access tokens before their time. */
export type Revocations = {
  /** When it was read, by the database's clock; the `since` of the next reading. */
  readonly asOf: string;
  /** Tokens of a lower generation are rejected. */
  readonly users: readonly { readonly id: string; readonly generation: number }[];
  /** Tokens of these sessions are rejected. */
  readonly sessions: readonly string[];
};

/** An access token lives a day at most; a quarter of an hour is for clocks and caches. */
const windowSeconds = 24 * 3_600 + 15 * 60;
/** A row's time is when its transaction began: it may be seen this much later. Statements end sooner than that. */
const overlapSeconds = 60;

/**
 * Everything that was revoked within the last day and a quarter of an hour, or since `since`, less a minute in which transactions may have
 * been under way.
 */
export async function readRevocations(db: Db, since: Date | undefined): Promise<Revocations> {
  const from =
    since === undefined
      ? sql`now() - ${windowSeconds} * interval '1 second'`
      : sql`greatest(now() - ${windowSeconds} * interval '1 second',
          ${since.toISOString()}::timestamptz - ${overlapSeconds} * interval '1 second')`;
  // One statement, because every gateway sends it every few seconds. Its time is not later than what it sees.
  const [row] = await db.execute<{ now: string; users: Revocations["users"]; sessions: string[] }>(sql`
    select now()::text as now,
      (select coalesce(json_agg(json_build_object('id', ${users.id}, 'generation', ${users.tokenGeneration})), '[]')
        from ${users} where ${users.tokensRevokedAt} > ${from}) as users,
      (select coalesce(json_agg(${sessions.id}), '[]') from ${sessions} where ${sessions.revokedAt} > ${from}) as sessions`);
  if (row === undefined) throw new Error("Reading the revocations returned no row.");
  return { asOf: new Date(row.now).toISOString(), users: row.users, sessions: row.sessions };
}

const since = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** `GET /internal/revocations?since=…`: {@link readRevocations} for the gateway and the other subgraphs. */
export function revocationRoute(db: Db): InternalRoute {
  return async (_request, response, url) => {
    const asked = url.searchParams.get("since");
    const parsed = asked === null ? undefined : since.safeParse(asked);
    if (parsed?.success === false) throw new ApiError("BAD_REQUEST", "`since` must be a date and time.");
    sendJson(response, 200, await readRevocations(db, parsed?.data), { "cache-control": "no-store" });
  };
}
