import type { SQL } from "drizzle-orm";
import { LRUCache } from "lru-cache";
import type postgres from "postgres";
import { currentTrace } from "../observability/trace-context.ts";
import { ApiError } from "../shop/api-error.ts";
import { type Db, databaseErrorCode } from "./database.ts";
import { FastDialect } from "./fast-dialect.ts";

/** Reads rows: a database, a transaction, or shared reads. */
export type Reader = Pick<Db, "execute">;

/** What is expensive to read. */
export type SharedReadOptions = {
  /** How long a result is given to later requests; 0 for not at all. */
  readonly keptMs: number;
  /** A result that was had sooner is not kept, as it can be had again. */
  readonly keptFromMs?: number;
  /** Reads that wait for a connection or are executed at the same time. */
  readonly underWayMax?: number;
  /** Whether a statement is cancelled that nobody waits for any more; true by default. */
  readonly cancels?: boolean;
};

const keptFromMsDefault = 50;
const underWayMaxDefault = 100;
const keptMax = 2_000;
const retryAfterSeconds = 1;
/** query_canceled: at a request, or by the statement timeout. */
const cancelled = "57014";

type Read = {
  readonly rows: Promise<Record<string, unknown>[]>;
  readonly cancel: () => void;
  waiting: number;
};

const dialect = new FastDialect();

/**
 * Makes reads that callers share: equal ones at the same time are one statement, and the result of a slow one is kept for a moment. A statement is
 * cancelled when every request that waits for it has gone. Only for reads whose results do not depend on a transaction; with cancellation, of a pool
 * of their own without pipelining: a cancellation may hit the next statement of the connection, which is then repeated.
 *
 * @returns a reader that throws TIMEOUT for a statement that takes too long and OVERLOADED when too many are under way, both as an ApiError.
 */
export function makeSharedReads(client: postgres.Sql, options: SharedReadOptions): Reader {
  const { keptMs, keptFromMs = keptFromMsDefault, underWayMax = underWayMaxDefault, cancels = true } = options;
  const kept = new LRUCache<string, Record<string, unknown>[]>({ max: keptMax, ttl: Math.max(1, keptMs) });
  const underWay = new Map<string, Read>();

  const start = (key: string, text: string, values: unknown[]): Read => {
    const startedAt = performance.now();
    let query = client.unsafe(text, values as postgres.ParameterOrJSON<never>[]);
    let isCancelled = false;
    const run = async (): Promise<Record<string, unknown>[]> => {
      for (;;) {
        try {
          return await query;
        } catch (error) {
          if (isCancelled || !isCancellation(error)) throw error;
          query = client.unsafe(text, values as postgres.ParameterOrJSON<never>[]);
        }
      }
    };
    const read: Read = {
      waiting: 0,
      cancel: () => {
        isCancelled = true;
        query.cancel();
      },
      rows: run()
        .then((rows) => {
          if (keptMs > 0 && performance.now() - startedAt >= keptFromMs) kept.set(key, rows);
          return rows;
        })
        .finally(() => {
          if (underWay.get(key) === read) underWay.delete(key);
        }),
    };
    read.rows.catch(() => {});
    underWay.set(key, read);
    return read;
  };

  /** Waits for a read until the request is gone, and cancels the read if no other request waits for it. */
  const join = async (read: Read, key: string): Promise<Record<string, unknown>[]> => {
    const signal = currentTrace()?.signal;
    signal?.throwIfAborted();
    read.waiting += 1;
    const leave = () => {
      read.waiting -= 1;
      if (read.waiting > 0 || !cancels) return;
      if (underWay.get(key) === read) underWay.delete(key);
      read.cancel();
    };
    signal?.addEventListener("abort", leave, { once: true });
    try {
      return await read.rows;
    } catch (error) {
      if (databaseErrorCode(error) !== cancelled) throw error;
      throw new ApiError("TIMEOUT", "Counting or searching took too long. Narrow the list with a filter.", {}, error);
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  };

  const execute = async (query: SQL): Promise<Record<string, unknown>[]> => {
    const { sql: text, params } = dialect.sqlToQuery(query);
    const key = `${text}\n${JSON.stringify(params)}`;
    const rows = kept.get(key);
    if (rows !== undefined) return rows;
    const known = underWay.get(key);
    if (known === undefined && underWay.size >= underWayMax) {
      throw new ApiError("OVERLOADED", "The server is too busy. Try again in a moment.", { retryAfterSeconds });
    }
    return join(known ?? start(key, text, params), key);
  };
  // Drizzle's own type has the methods of a query besides those of a promise, which readers do not use.
  return { execute: execute as unknown as Reader["execute"] };
}

function isCancellation(error: unknown): boolean {
  return databaseErrorCode(error) === cancelled && /user request/.test(error instanceof Error ? error.message : "");
}
