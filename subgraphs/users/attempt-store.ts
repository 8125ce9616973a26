import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { Redis } from "ioredis";
import { attempts } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/db.ts";
import type { Log } from "#platform/log.ts";

/** How many times something may be done within a sliding window. */
export type Rule = { readonly max: number; readonly windowMs: number };

/** Whether it may be done; if not, when it is worth trying again. */
export type Attempt =
  | {
      readonly taken: true;
      /** As if it had not been tried. */
      giveBack(): Promise<void>;
    }
  | { readonly taken: false; readonly retryAfterMs: number };

/** Counts what is limited, across every process of the subgraph. */
export type AttemptStore = {
  /** Counts one more under `key`, unless there are `rule.max` already: one atomic step, so that no number of callers at once gets more. */
  take(key: string, rule: Rule): Promise<Attempt>;
  close(): Promise<void>;
};

/** In Postgres: each key is a row with the times of its latest attempts; its lock puts callers in line. */
export function postgresAttempts(db: Db): AttemptStore {
  return {
    take: async (key, { max, windowMs }) => {
      const window = sql`${windowMs} * interval '1 millisecond'`;
      const live = sql`array(select taken from unnest(${attempts.times}) as taken where taken > clock_timestamp() - ${window})`;
      const [taken] = await db
        .insert(attempts)
        .values({ key, times: sql`array[clock_timestamp()]`, forgetAt: sql`clock_timestamp() + ${window}` })
        .onConflictDoUpdate({
          target: attempts.key,
          set: { times: sql`${live} || clock_timestamp()`, forgetAt: sql`clock_timestamp() + ${window}` },
          setWhere: sql`cardinality(${live}) < ${max}`,
        })
        .returning({ time: sql<string>`${attempts.times}[cardinality(${attempts.times})]::text` });
      if (taken !== undefined) {
        return {
          taken: true,
          giveBack: async () => {
            await db
              .update(attempts)
              .set({ times: sql`array_remove(${attempts.times}, ${taken.time}::timestamptz)` })
              .where(eq(attempts.key, key));
          },
        };
      }
      const [row] = await db
        .select({
          retryAfterMs: sql<number>`extract(epoch from (select min(taken) from unnest(${live}) as taken)
            + ${window} - clock_timestamp()) * 1000`.mapWith(Number),
        })
        .from(attempts)
        .where(and(eq(attempts.key, key)));
      return { taken: false, retryAfterMs: Math.max(0, row?.retryAfterMs ?? 0) };
    },
    close: async () => {},
  };
}

const redisPrefix = "agora:users:attempts:";
const redisCommandTimeoutMs = 2_000;

/** Counts under the server's own clock. Answers "" when it was counted, else the milliseconds until the oldest attempt ages. */
const takeScript = `
local now = redis.call("TIME")
local micros = now[1] * 1000000 + now[2]
local window = tonumber(ARGV[2]) * 1000
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", micros - window)
if redis.call("ZCARD", KEYS[1]) < tonumber(ARGV[1]) then
  redis.call("ZADD", KEYS[1], micros, ARGV[3])
  redis.call("PEXPIRE", KEYS[1], ARGV[2])
  return ""
end
local oldest = redis.call("ZRANGE", KEYS[1], 0, 0, "WITHSCORES")
return tostring(math.ceil((oldest[2] + window - micros) / 1000))`;

/**
 * In Redis: each key is a sorted set of its latest attempts, counted by one script. While the server is away nothing that is limited can be
 * done: the attempt fails.
 */
export function redisAttempts(url: string, log: Log): AttemptStore {
  const redis = new Redis(url, { commandTimeout: redisCommandTimeoutMs, maxRetriesPerRequest: 1, lazyConnect: true });
  redis.on("error", (error) => log.warn({ err: error }, "Redis, which counts attempts, cannot be reached."));
  return {
    take: async (key, { max, windowMs }) => {
      const [name, member] = [redisPrefix + key, randomUUID()];
      const answer = String(await redis.eval(takeScript, 1, name, max, windowMs, member));
      if (answer !== "") return { taken: false, retryAfterMs: Number(answer) };
      return { taken: true, giveBack: async () => void (await redis.zrem(name, member)) };
    },
    close: async () => redis.disconnect(),
  };
}
