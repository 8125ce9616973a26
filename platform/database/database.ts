import { DrizzleQueryError, type ExtractTablesWithRelations } from "drizzle-orm";
import type { PgTransaction } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsDatabase, type PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { ApiError } from "../shop/api-error.ts";

/** A database, or a transaction on it: domain functions take either. */
export type Db = PostgresJsDatabase<NoRelations> | Tx;

/** A transaction. */
export type Tx = PgTransaction<PostgresJsQueryResultHKT, NoRelations, ExtractTablesWithRelations<NoRelations>>;

type NoRelations = Record<string, never>;

/** A pool of connections to one database. */
export type Database = {
  readonly db: PostgresJsDatabase<NoRelations>;
  /** The driver, for what Drizzle does not cover. */
  readonly sql: postgres.Sql;
  /** Waits up to 5 s for what is running, then closes every connection. */
  close(): Promise<void>;
};

export type DatabaseOptions = {
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** 25 unless given. */
  connectionsMax?: number;
  idleSeconds?: number;
  /** Called with the text of each statement; tests count with it. */
  onStatement?: (statement: string) => void;
};

const connectSeconds = 5;
const reconnectSeconds = 0.2;
const statementTimeoutMs = 8_000;
const lockTimeoutMs = 5_000;
const idleInTransactionTimeoutMs = 10_000;

/**
 * Opens a pool; connections are made when they are first needed. Timeouts are set on the server side of each connection, so that a
 * statement ends even when this process is gone.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { onStatement } = options;
  const sql = postgres(options.url, {
    max: options.connectionsMax ?? 25,
    idle_timeout: options.idleSeconds ?? 900,
    connect_timeout: connectSeconds,
    // The driver's own pause grows to 20 s, for which a statement then waits although Postgres is back.
    backoff: () => reconnectSeconds,
    onnotice: () => {},
    ...(onStatement === undefined ? {} : { debug: (_connection: number, query: string) => onStatement(query) }),
    connection: {
      application_name: options.applicationName,
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
      TimeZone: "UTC",
    },
  });
  return { db: drizzle({ client: sql }), sql, close: () => sql.end({ timeout: 5 }) };
}

const attemptsMax = 5;

/** Postgres's serialization_failure and deadlock_detected: the transaction did nothing and may be tried again. */
const retryable: ReadonlySet<string> = new Set(["40001", "40P01"]);

/**
 * Runs `work` in one transaction: all of its writes or none. Tried again, up to 5 times with a growing pause, when Postgres says that another
 * transaction was in the way (40001, 40P01); so `work` must do nothing but read and write this database. Inside another transaction it joins it.
 */
export async function transaction<Result>(db: Db, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  if (isTransaction(db)) return work(db);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction(work);
    } catch (error) {
      if (attempt === attemptsMax || !retryable.has(databaseErrorCode(error) ?? "")) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 5 * (0.5 + Math.random())));
    }
  }
}

function isTransaction(db: Db): db is Tx {
  return "rollback" in db;
}

/** Postgres's five-character code of a failed statement; undefined when the error is not Postgres's. */
export function databaseErrorCode(error: unknown): string | undefined {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof postgres.PostgresError ? cause.code : undefined;
}

/** What the driver and the system say, and the SQLSTATEs, when there is no talking to Postgres: it is down, starting, or the way is cut. */
const awayCodes: ReadonlySet<unknown> = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "57P01",
  "57P02",
  "57P03",
  "53300",
]);

/** Whether an error says that the database cannot be reached for now. What was being written may or may not be there. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof Error && "code" in cause && awayCodes.has(cause.code);
}

/** The name of the constraint or unique index that a failed statement broke; undefined when there was none. */
export function violatedConstraint(error: unknown): string | undefined {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof postgres.PostgresError ? cause.constraint_name : undefined;
}

/**
 * Gives up waiting after `deadlineMs`, with TIMEOUT: the driver has no timeout of its own, and a connection that is half open answers never.
 * What was begun is not undone.
 */
export async function withDeadline<Result>(work: Promise<Result>, deadlineMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ApiError("TIMEOUT", "The answer took too long.")), deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
