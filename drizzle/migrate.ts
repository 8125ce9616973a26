import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import type { Subgraph } from "#schema/subgraphs.ts";
import { type MigrationFile, readMigrations } from "./migration-files.ts";

const statementTimeoutMs = 10 * 60_000;
const indexTimeoutMs = 2 * 3_600_000;
const otherMigrationPollMs = 200;
const otherMigrationTimeoutMs = 15 * 60_000;
const migrationLock = 7_201_901;
const lockNotAvailable = "55P03";

/** One migration of a subgraph: its file's name without the extension, and whether the database has it. */
export type Migration = { tag: string; applied: boolean };

/** The migrations of a subgraph, and when those were generated that only the database has: it is ahead of this code. */
export type MigrationStatus = { migrations: Migration[]; unknown: Date[] };

/** How a migration waits for the locks of tables. */
export type LockPolicy = {
  /** How long one statement waits for a lock. Statements of the running shop queue behind it for as long. */
  timeoutMs: number;
  attemptsMax: number;
  /** The pause before the second attempt; it doubles up to `pauseMsMax`. */
  pauseMs: number;
  pauseMsMax: number;
  /** Receives a sentence about each attempt that did not get a lock in time. */
  report: (sentence: string) => void;
};

const defaultPolicy: LockPolicy = {
  timeoutMs: 2_000,
  attemptsMax: 40,
  pauseMs: 500,
  pauseMsMax: 10_000,
  report: (sentence) => console.error(sentence),
};

/** The directory with a subgraph's migrations. */
export function migrationsDirectory(subgraph: Subgraph): string {
  return path.join(import.meta.dirname, subgraph, "migrations");
}

/**
 * Applies the migrations that the database lacks and returns their names. Any number of processes may do so at once: one
 * applies them, the others wait and find them applied. Migrations between two that are marked `-- outside-transaction`
 * are applied together or not at all. A statement waits 2 s for a lock at most, so that the running shop's statements
 * queue behind it no longer; then the whole transaction is repeated after a pause, 40 times at most.
 *
 * A migration outside a transaction may be interrupted, and is repeated from its first statement: indexes that are there
 * are kept, an invalid one is built anew, and every other statement must be repeatable, such as by IF NOT EXISTS.
 *
 * @throws {Error} naming the migration, when one fails or its locks are not granted, when the journal's times do not
 * increase, when a migration is older than one already applied, and when one was changed after it was applied.
 */
export async function migrateDatabase(
  subgraph: Subgraph,
  url: string,
  directory: string = migrationsDirectory(subgraph),
  policy: Partial<LockPolicy> = {},
): Promise<string[]> {
  const files = await readMigrations(subgraph, directory);
  const locks = { ...defaultPolicy, ...policy };
  return await withConnection(url, async (sql) => {
    const done: string[] = [];
    for (let prepared = false; ; prepared = true) {
      // Again before each step: a connection that was lost and opened anew has lost the lock.
      await acquireMigrationLock(sql, subgraph);
      if (!prepared) await prepareDatabase(sql);
      const step = firstStep(findMissing(subgraph, files, await readApplied(sql)));
      const [first] = step;
      if (first === undefined) return done;
      const names = step.map(({ tag }) => tag);
      await retryLocks(`${subgraph}: ${names.join(", ")}`, locks, () =>
        first.outsideTransaction
          ? applyOutsideTransaction(sql, subgraph, first, locks.timeoutMs)
          : applyInTransaction(sql, subgraph, step, locks.timeoutMs),
      );
      done.push(...names);
    }
  });
}

/** The migrations of a subgraph in their order, and which of them the database has; changes nothing. */
export async function migrationStatus(
  subgraph: Subgraph,
  url: string,
  directory: string = migrationsDirectory(subgraph),
): Promise<MigrationStatus> {
  const files = await readMigrations(subgraph, directory);
  return await withConnection(url, async (sql) => {
    const [table] = await sql`SELECT to_regclass('drizzle.__drizzle_migrations')::text AS name`;
    const applied = table?.name === null ? new Map<number, string>() : await readApplied(sql);
    const missing = new Set(findMissing(subgraph, files, applied));
    const unknown = [...applied.keys()].filter((when) => !files.some((file) => file.when === when));
    return {
      migrations: files.map((file) => ({ tag: file.tag, applied: !missing.has(file) })),
      unknown: unknown.map((when) => new Date(when)),
    };
  });
}

async function withConnection<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * Acquires the lock that one migrating process holds, until its connection ends. Polls for it: a statement that waits
 * for it would have a snapshot, and CREATE INDEX CONCURRENTLY in the process that holds it would wait for that snapshot.
 */
async function acquireMigrationLock(sql: postgres.Sql, subgraph: Subgraph): Promise<void> {
  const until = Date.now() + otherMigrationTimeoutMs;
  for (;;) {
    const [row] = await sql`SELECT pg_try_advisory_lock(${migrationLock}) AS acquired`;
    if (row?.acquired === true) return;
    if (Date.now() > until) throw new Error(`${subgraph}: another process is still migrating after 15 minutes.`);
    await pause(otherMigrationPollMs);
  }
}

async function prepareDatabase(sql: postgres.Sql): Promise<void> {
  // Fuzzy search. drizzle-kit has no extensions; this one is trusted, so the database's owner may create it.
  await sql`CREATE EXTENSION IF NOT EXISTS pg_trgm`;
  // The names are drizzle-kit's own, so that its tools find what was applied.
  await sql`CREATE SCHEMA IF NOT EXISTS drizzle`;
  await sql`CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations
    (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`;
}

async function readApplied(sql: postgres.Sql): Promise<Map<number, string>> {
  const rows = await sql<{ created_at: string; hash: string }[]>`
    SELECT created_at, hash FROM drizzle.__drizzle_migrations ORDER BY created_at`;
  return new Map(rows.map((row) => [Number(row.created_at), row.hash]));
}

function findMissing(subgraph: Subgraph, files: MigrationFile[], applied: Map<number, string>): MigrationFile[] {
  const newest = Math.max(0, ...applied.keys());
  const missing = files.filter((file) => !applied.has(file.when));
  const late = missing.find((file) => file.when < newest);
  if (late !== undefined) {
    throw new Error(`${subgraph}: migration ${late.tag} is older than one that is applied already: generate it again.`);
  }
  // A database that is only ahead was migrated by a newer version, which this version works beside.
  const unknown = [...applied.keys()].find((when) => !files.some((file) => file.when === when));
  const [next] = missing;
  if (unknown !== undefined && next !== undefined) {
    throw new Error(
      `${subgraph}: this database has a migration of ${new Date(unknown).toISOString()} that is not among those here, ` +
        `and lacks ${next.tag}. They come from different histories; a development database can be dropped and made anew.`,
    );
  }
  const changed = files.find((file) => applied.has(file.when) && applied.get(file.when) !== file.hash);
  if (changed !== undefined) {
    throw new Error(
      `${subgraph}: migration ${changed.tag} was changed after it was applied to this database. Restore it and add ` +
        "a new one; a development database can be dropped and made anew.",
    );
  }
  return missing;
}

/** The first migration when it runs outside a transaction, otherwise all up to the next one that does. */
function firstStep(missing: MigrationFile[]): MigrationFile[] {
  const outside = missing.findIndex((file) => file.outsideTransaction);
  if (outside === 0) return missing.slice(0, 1);
  return outside === -1 ? missing : missing.slice(0, outside);
}

async function retryLocks(what: string, locks: LockPolicy, attempt: () => Promise<void>): Promise<void> {
  let pauseMs = locks.pauseMs;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isLockTimeout(error) || attempts >= locks.attemptsMax) throw error;
      locks.report(
        `${what}: a lock was not granted within ${locks.timeoutMs} ms (attempt ${attempts} of ${locks.attemptsMax}).`,
      );
      await pause(pauseMs);
      pauseMs = Math.min(locks.pauseMsMax, pauseMs * 2);
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof postgres.PostgresError && cause.code === lockNotAvailable;
}

async function applyInTransaction(
  sql: postgres.Sql,
  subgraph: Subgraph,
  files: MigrationFile[],
  lockTimeoutMs: number,
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx.unsafe(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
    await tx.unsafe(`SET LOCAL statement_timeout = ${statementTimeoutMs}`);
    for (const file of files) {
      for (const [index, statement] of file.statements.entries()) {
        await named(subgraph, file, index, tx.unsafe(statement));
      }
      await tx`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${file.hash}, ${file.when})`;
    }
  });
}

async function applyOutsideTransaction(
  sql: postgres.Sql,
  subgraph: Subgraph,
  file: MigrationFile,
  lockTimeoutMs: number,
): Promise<void> {
  for (const [index, statement] of file.statements.entries()) {
    const name = /\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)"?/i.exec(
      statement,
    )?.[1];
    // CONCURRENTLY blocks no reads or writes while it waits, so it may wait for long transactions.
    await sql.unsafe(`SET lock_timeout = ${name === undefined ? lockTimeoutMs : 0}`);
    await sql.unsafe(`SET statement_timeout = ${name === undefined ? statementTimeoutMs : indexTimeoutMs}`);
    if (name !== undefined && (await keepsIndex(sql, name))) continue;
    await named(subgraph, file, index, sql.unsafe(statement));
  }
  await sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${file.hash}, ${file.when})`;
}

/** Whether a valid index of this name exists. Drops an invalid one, which an interrupted build has left. */
async function keepsIndex(sql: postgres.Sql, name: string): Promise<boolean> {
  const [found] = await sql`
    SELECT i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relname = ${name} AND pg_table_is_visible(c.oid)`;
  if (found?.valid === false) await sql`DROP INDEX CONCURRENTLY ${sql(name)}`;
  return found?.valid === true;
}

async function named(subgraph: Subgraph, file: MigrationFile, index: number, query: Promise<unknown>): Promise<void> {
  await query.catch((cause: Error) => {
    throw new Error(`${subgraph}: migration ${file.tag}, statement ${index + 1}: ${cause.message}`, { cause });
  });
}
