import { hostname } from "node:os";
import { DrizzleQueryError, type ExtractTablesWithRelations } from "drizzle-orm";
import type { PgTransaction } from "drizzle-orm/pg-core";
import { drizzle, PostgresJsDatabase, type PostgresJsQueryResultHKT, PostgresJsSession } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { ApiError } from "../shop/api-error.ts";
import { checkDriverPatch } from "./driver-check.ts";
import { FastDialect } from "./fast-dialect.ts";
import { prepareStatements, type StatementCounts, stalePlan } from "./prepared-statements.ts";
import { traceStatements } from "./trace-statements.ts";

/** A database or a transaction on it. Domain functions take either. */
export type Db = PostgresJsDatabase<NoRelations> | Tx;

/** A transaction. */
export type Tx = PgTransaction<PostgresJsQueryResultHKT, NoRelations, ExtractTablesWithRelations<NoRelations>>;

type NoRelations = Record<string, never>;

/** A pool of connections to one database. */
export type Database = {
  readonly db: PostgresJsDatabase<NoRelations>;
  /** The driver itself, for statements that Drizzle cannot express. */
  readonly sql: postgres.Sql;
  /** The name of this pool's connections in pg_stat_activity: the service, the machine and the process. */
  readonly applicationName: string;
  readonly connectionsMax: number;
  readonly statements: StatementCounts;
  /** The driver, with statements prepared as Drizzle's are. */
  readonly client: postgres.Sql;
  /** Waits up to 5 s for running statements, then closes every connection. */
  close(): Promise<void>;
};

/** How a pool is opened. */
export type DatabaseOptions = {
  url: string;
  /** The service that opens the pool. */
  applicationName: string;
  /** Defaults to 25. */
  connectionsMax?: number;
  idleSeconds?: number;
  /** After which Postgres cancels a statement; 8 s by default. */
  statementTimeoutMs?: number;
  /** Whether a connection may be sent a statement before the result of the one before; true by default. */
  pipelined?: boolean;
  /** Whether statements are prepared on the server; true by default. PgBouncer before 1.21 does not allow it where it pools transactions. */
  prepared?: boolean;
  /** Whether prepared statements are planned once in each connection, or anew for their values each time; by default Postgres decides. */
  planned?: "once" | "for each execution" | "by Postgres";
  /** Makes spans of statements within traced requests. */
  traced?: boolean;
  /** Called with the text of each statement, in the async context of the code that sends it; tests count with it. */
  onStatement?: (statement: string) => void;
};

/** Plans are not compiled: that takes far longer than to run one, and a statement with many parts looks costly enough for it. */
const planSettings = {
  once: { plan_cache_mode: "force_generic_plan", jit: "off" },
  "for each execution": { plan_cache_mode: "force_custom_plan", jit: "off" },
  "by Postgres": {},
};

const connectSeconds = 5;
const reconnectSeconds = 0.2;
const statementTimeoutMs = 8_000;
const lockTimeoutMs = 5_000;
const idleInTransactionTimeoutMs = 10_000;

/** Distinguishes the pools of one process. */
let poolsOpened = 0;

/**
 * Opens a pool; connections are made when they are first needed. Timeouts are set on the server side of each connection, so that a
 * statement ends even when this process is gone.
 *
 * @throws {Error} when the driver is installed without our patch.
 */
export function openDatabase(options: DatabaseOptions): Database {
  checkDriverPatch();
  const { onStatement, connectionsMax = 25 } = options;
  poolsOpened += 1;
  const applicationName = `${options.applicationName}@${hostname()}:${process.pid}.${poolsOpened}`.slice(-63);
  const sql = postgres(options.url, {
    max: connectionsMax,
    idle_timeout: options.idleSeconds ?? 900,
    connect_timeout: connectSeconds,
    // The driver's default pause grows to 20 s, and a statement would wait for it although Postgres is back.
    backoff: () => reconnectSeconds,
    prepare: options.prepared ?? true,
    ...(options.pipelined === false ? { max_pipeline: 1 } : {}),
    onnotice: () => {},
    connection: {
      application_name: applicationName,
      statement_timeout: options.statementTimeoutMs ?? statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
      TimeZone: "UTC",
      ...(options.prepared === false ? {} : planSettings[options.planned ?? "by Postgres"]),
    },
  });
  const { client, counts } = prepareStatements(sql, onStatement);
  return {
    db: openDrizzle(options.traced === true ? traceStatements(client) : client),
    sql,
    applicationName,
    connectionsMax,
    statements: counts,
    client,
    close: () => sql.end({ timeout: 5 }),
  };
}

/** Drizzle over the client, with a dialect of our own. */
function openDrizzle(client: postgres.Sql): PostgresJsDatabase<NoRelations> {
  // It also sets how the client reads and writes dates and JSON.
  drizzle({ client });
  const dialect = new FastDialect();
  return new PostgresJsDatabase(dialect, new PostgresJsSession(client, dialect, undefined), undefined);
}

const attemptsMax = 5;

/** serialization_failure, deadlock_detected, and a plan that a migration made stale: the transaction was rolled back and may be repeated. */
const retryable: ReadonlySet<string> = new Set(["40001", "40P01", stalePlan]);

/**
 * Runs `work` in one transaction. It is repeated, up to 5 times with a growing pause, when Postgres reports a conflict with another transaction
 * (40001, 40P01) or a table has changed (0A000), so `work` must only read and write this database. With a transaction as `db`, `work` becomes a part of it.
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

/** The SQLSTATE of a failed statement; undefined for errors that are not Postgres's. */
export function databaseErrorCode(error: unknown): string | undefined {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof postgres.PostgresError ? cause.code : undefined;
}

/** The codes of the driver and the system, and the SQLSTATEs, of errors that mean that Postgres is down, starting, or cannot be reached. */
const unavailableCodes: ReadonlySet<unknown> = new Set([
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
]);

/** Whether an error means that the database is temporarily unavailable or out of resources. The statement may or may not have taken effect. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  if (databaseShortage(error) !== undefined) return true;
  return cause instanceof Error && "code" in cause && unavailableCodes.has(cause.code);
}

/** lock_not_available, after the lock timeout, and query_canceled, after the statement timeout. */
const timedOutCodes: ReadonlySet<string> = new Set(["55P03", "57014"]);

/** Whether a statement was given up because it waited too long for a lock or ran too long. Its transaction was rolled back. */
export function isStatementTimeout(error: unknown): boolean {
  return timedOutCodes.has(databaseErrorCode(error) ?? "");
}

const shortages: Readonly<Record<string, string>> = {
  "53100": "disk_full",
  "53200": "out_of_memory",
  "53300": "too_many_connections",
};

/** The resource that the database lacks, by the SQLSTATE of class 53 of an error; undefined for other errors. Reads may still succeed. */
export function databaseShortage(error: unknown): string | undefined {
  const code = databaseErrorCode(error);
  return code?.startsWith("53") ? (shortages[code] ?? "insufficient_resources") : undefined;
}

/** The name of the constraint or unique index that a failed statement violated; undefined when there was none. */
export function violatedConstraint(error: unknown): string | undefined {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof postgres.PostgresError ? cause.constraint_name : undefined;
}

/**
 * Returns the result of `work`. The driver has no timeout of its own, and a half-open connection never responds.
 *
 * @throws {ApiError} TIMEOUT after `deadlineMs`; `work` goes on and is not undone.
 */
export async function withDeadline<Result>(work: Promise<Result>, deadlineMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ApiError("TIMEOUT", "The request took too long.")), deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
