import { access, readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { readMigrationFiles } from "drizzle-orm/migrator";
import postgres from "postgres";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";

const lockWaitMs = 60_000;
const statementTimeoutMs = 10 * 60_000;
const migrationLock = 7_201_901;

/** One migration of a subgraph: its file's name without the ending, and whether the database has it. */
export type Migration = { tag: string; applied: boolean };

type File = { tag: string; when: number; hash: string; statements: string[] };

type Entry = { tag: string; when: number };

/** Where a subgraph's migrations lie; the parameter of the functions below is for tests. */
export function migrationsDirectory(subgraph: Subgraph): string {
  return path.join(import.meta.dirname, subgraph, "migrations");
}

/**
 * Applies what the database lacks, all of it or nothing, in one transaction under a lock, so that any number of
 * processes may do so at once: the others wait and find it done. Returns the names of those applied just now. Refuses,
 * by name, a journal whose times do not increase, a migration that would be skipped because a newer one is applied
 * already, and one that was changed after it was applied.
 */
export async function migrateDatabase(
  subgraph: Subgraph,
  url: string,
  directory: string = migrationsDirectory(subgraph),
): Promise<string[]> {
  const files = await readMigrations(subgraph, directory);
  return await withConnection(url, async (sql) => {
    return await sql.begin(async (tx) => {
      await tx.unsafe(`SET LOCAL lock_timeout = ${lockWaitMs}`);
      await tx.unsafe(`SET LOCAL statement_timeout = ${statementTimeoutMs}`);
      await tx`SELECT pg_advisory_xact_lock(${migrationLock})`;
      // Fuzzy search. drizzle-kit knows no extensions; this one is trusted, so the database's owner may create it.
      await tx`CREATE EXTENSION IF NOT EXISTS pg_trgm`;
      // The names are drizzle-kit's own, so that its tools find what was applied.
      await tx`CREATE SCHEMA IF NOT EXISTS drizzle`;
      await tx`CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations
        (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`;
      const applied = await readApplied(tx);
      const missing = compare(subgraph, files, applied);
      for (const file of missing) {
        await apply(tx, subgraph, file);
        await tx`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${file.hash}, ${file.when})`;
      }
      return missing.map(({ tag }) => tag);
    });
  });
}

/** The migrations of a subgraph in their order, and which of them the database has; changes nothing. */
export async function migrationStatus(
  subgraph: Subgraph,
  url: string,
  directory: string = migrationsDirectory(subgraph),
): Promise<Migration[]> {
  const files = await readMigrations(subgraph, directory);
  return await withConnection(url, async (sql) => {
    const [table] = await sql`SELECT to_regclass('drizzle.__drizzle_migrations')::text AS name`;
    const applied = table?.name === null ? new Map<number, string>() : await readApplied(sql);
    const missing = new Set(compare(subgraph, files, applied));
    return files.map((file) => ({ tag: file.tag, applied: !missing.has(file) }));
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

async function readMigrations(subgraph: Subgraph, directory: string): Promise<File[]> {
  const journal = path.join(directory, "meta", "_journal.json");
  // A subgraph without tables has no migrations, which is no fault.
  if (
    !(await access(directory).then(
      () => true,
      () => false,
    ))
  )
    return [];
  const entries = parseJournal(journal, await readFile(journal, "utf8"));
  for (const [index, entry] of entries.entries()) {
    const previous = entries[index - 1];
    if (previous === undefined || previous.when < entry.when) continue;
    throw new Error(
      `${subgraph}: migration ${entry.tag} is dated ${new Date(entry.when).toISOString()}, which is not after ` +
        `${previous.tag} before it. A database that has ${previous.tag} would never be given it: generate it again.`,
    );
  }
  return readMigrationFiles({ migrationsFolder: directory }).map((file, index) => {
    const entry = entries[index];
    if (entry === undefined) throw new Error(`${journal} changed while it was read.`);
    return { tag: entry.tag, when: entry.when, hash: file.hash, statements: file.sql };
  });
}

function parseJournal(journal: string, text: string): Entry[] {
  const parsed: unknown = JSON.parse(text);
  const entries = typeof parsed === "object" && parsed !== null && "entries" in parsed ? parsed.entries : undefined;
  if (!Array.isArray(entries)) throw new Error(`${journal} holds no list of entries.`);
  return entries.map((entry: unknown) => {
    if (typeof entry !== "object" || entry === null || !("tag" in entry) || !("when" in entry)) {
      throw new Error(`${journal} holds an entry without tag or time.`);
    }
    return { tag: String(entry.tag), when: Number(entry.when) };
  });
}

async function readApplied(sql: postgres.Sql | postgres.TransactionSql): Promise<Map<number, string>> {
  const rows = await sql<{ created_at: string; hash: string }[]>`
    SELECT created_at, hash FROM drizzle.__drizzle_migrations ORDER BY created_at`;
  return new Map(rows.map((row) => [Number(row.created_at), row.hash]));
}

/** The files that the database lacks. */
function compare(subgraph: Subgraph, files: File[], applied: Map<number, string>): File[] {
  const newest = Math.max(0, ...applied.keys());
  const missing = files.filter((file) => !applied.has(file.when));
  const late = missing.find((file) => file.when < newest);
  if (late !== undefined) {
    throw new Error(`${subgraph}: migration ${late.tag} is older than one that is applied already: generate it again.`);
  }
  // A database that is only ahead of this code is well: it was migrated by a newer version, which this one works beside.
  const unknown = [...applied.keys()].find((when) => !files.some((file) => file.when === when));
  const [next] = missing;
  if (unknown !== undefined && next !== undefined) {
    throw new Error(
      `${subgraph}: this database has a migration of ${new Date(unknown).toISOString()} that is not among those here, ` +
        `and lacks ${next.tag}. They come from different histories; a database of trials can be dropped and made anew.`,
    );
  }
  const changed = files.find((file) => applied.has(file.when) && applied.get(file.when) !== file.hash);
  if (changed !== undefined) {
    throw new Error(
      `${subgraph}: migration ${changed.tag} was changed after it was applied to this database. Put it back and make ` +
        "a new one; a database of trials can be dropped and made anew.",
    );
  }
  return missing;
}

async function apply(tx: postgres.TransactionSql, subgraph: Subgraph, file: File): Promise<void> {
  for (const [index, statement] of file.statements.entries()) {
    if (statement.trim() === "") continue;
    await tx.unsafe(statement).catch((cause: Error) => {
      throw new Error(`${subgraph}: migration ${file.tag}, statement ${index + 1}: ${cause.message}`, { cause });
    });
  }
}

/** `npm run migrate` brings the three databases up to date, `npm run migrate -- status` says what they lack. */
async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [command = "apply"] = positionals;
  if (command !== "apply" && command !== "status") {
    throw new Error(
      `There is no command ${JSON.stringify(command)}: it is npm run migrate, or npm run migrate -- status.`,
    );
  }
  const urls = subgraphs.map((subgraph) => {
    const name = `${subgraph.toUpperCase()}_DATABASE_URL`;
    const url = process.env[name];
    if (!url) throw new Error(`${name} is not set: it names the database of ${subgraph}.`);
    return { subgraph, url };
  });
  for (const { subgraph, url } of urls) {
    if (command === "apply") {
      const applied = await migrateDatabase(subgraph, url);
      console.log(`${subgraph}: ${applied.length === 0 ? "up to date" : `applied ${applied.join(", ")}`}`);
    } else {
      const migrations = await migrationStatus(subgraph, url);
      if (migrations.length === 0) console.log(`${subgraph}: no migrations`);
      for (const { tag, applied } of migrations) console.log(`${subgraph}: ${applied ? "applied" : "missing"} ${tag}`);
    }
  }
}

if (import.meta.main) {
  await main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
