import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { attempts } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { Log } from "#platform/observability/log.ts";
import { ApiError } from "#platform/shop/api-error.ts";

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
      const live = sql`array(select done from unnest(${attempts.times}) as done where done > clock_timestamp() - ${window})`;
      const [row] = await db.execute<{ taken: string | null; retryAfterMs: number | null }>(sql`
        with taken as (
          insert into ${attempts} (key, times, forget_at)
          values (${key}, array[clock_timestamp()], clock_timestamp() + ${window})
          on conflict (key) do update
            set times = ${live} || clock_timestamp(), forget_at = clock_timestamp() + ${window}
            where cardinality(${live}) < ${max}
          returning ${attempts}.times[cardinality(${attempts}.times)]::text as done)
        select (select done from taken) as taken, (
          select extract(epoch from min(done) + ${window} - clock_timestamp())::float8 * 1000
          from ${attempts}, unnest(${live}) as done where key = ${key}) as "retryAfterMs"`);
      if (typeof row?.taken !== "string") {
        return { taken: false, retryAfterMs: Math.max(0, row?.retryAfterMs ?? windowMs) };
      }
      const at = row.taken;
      return {
        taken: true,
        giveBack: async () => {
          await db
            .update(attempts)
            .set({ times: sql`array_remove(${attempts.times}, ${at}::timestamptz)` })
            .where(eq(attempts.key, key));
        },
      };
    },
    close: async () => {},
  };
}

const rejectionKeptMsMax = 1_000;
const rejectionsKeptMax = 10_000;

/**
 * Rejects a key that was just rejected from memory, for a second at most, so that repeated attempts cost no statement and no lock. It can only
 * reject more than the store, never less.
 */
export function rememberRejections(store: AttemptStore): AttemptStore {
  const rejections = new Map<string, { forgottenAtMs: number; retryAtMs: number }>();
  return {
    ...store,
    take: async (key, rule) => {
      const now = performance.now();
      const rejection = rejections.get(key);
      if (rejection !== undefined && rejection.forgottenAtMs > now) {
        return { taken: false, retryAfterMs: rejection.retryAtMs - now };
      }
      rejections.delete(key);
      const attempt = await store.take(key, rule);
      if (attempt.taken) return attempt;
      if (rejections.size >= rejectionsKeptMax) rejections.clear();
      const { retryAfterMs } = attempt;
      const since = performance.now();
      rejections.set(key, {
        forgottenAtMs: since + Math.min(retryAfterMs, rejectionKeptMsMax),
        retryAtMs: since + retryAfterMs,
      });
      return attempt;
    },
  };
}

const redisPrefix = "agora:users:attempts:";
const redisReplyMsMax = 2_000;

/** Counts under the server's own clock. Returns "" if it was counted, else the milliseconds until the oldest attempt expires. */
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
 * In Redis: each key is a sorted set of its latest attempts, counted by one script. While the server is unavailable nothing that is limited can be
 * done: taking throws SUBGRAPH_UNAVAILABLE.
 */
export async function redisAttempts(url: string, log: Log): Promise<AttemptStore> {
  const { Redis } = await import("ioredis");
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  redis.on("error", (error) => log.warn({ err: error }, "Redis, which counts attempts, is unavailable."));
  return {
    take: async (key, { max, windowMs }) => {
      const [name, member] = [redisPrefix + key, randomUUID()];
      const reply = String(
        await inTime(redis.eval(takeScript, 1, name, max, windowMs, member)).catch((error: unknown) => {
          throw new ApiError("SUBGRAPH_UNAVAILABLE", "Part of the service is temporarily unavailable.", {}, error);
        }),
      );
      if (reply !== "") return { taken: false, retryAfterMs: Number(reply) };
      return { taken: true, giveBack: async () => void (await redis.zrem(name, member)) };
    },
    close: async () => redis.disconnect(),
  };
}

/** Rejects when no reply has come in time. A process that was busy meanwhile first reads what has arrived: that is not the server's delay. */
function inTime<Reply>(reply: Promise<Reply>): Promise<Reply> {
  const late = new Error(`Redis did not reply within ${redisReplyMsMax} ms.`);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(reject, late), redisReplyMsMax);
    reply.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
