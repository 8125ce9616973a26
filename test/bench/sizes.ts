import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "drizzle-orm";
import type postgres from "postgres";
import { ensureDatabase, startPostgres } from "#deploy/local/postgres.ts";
import { migrateDatabase } from "#drizzle/migrate.ts";
import { type Database, type DatabaseOptions, openDatabase } from "#platform/database/database.ts";
import type { Subgraph } from "#schema/subgraphs.ts";

const runs = 60;
const runsMsMax = 6_000;
const ratioMax = 3;

/** A query of a database; `steady` if its cost must not grow with the size of the database. */
export type BenchQuery = {
  readonly name: string;
  readonly steady: boolean;
  readonly run: (database: Database) => Promise<unknown>;
};

type Measured = { medianMs: number; rowsRead: number; scans: number };

type Comparison = {
  readonly subgraph: Subgraph;
  readonly table: string;
  readonly fill: (url: string, rows: number, report: (line: string) => void) => Promise<void>;
  readonly queries: readonly BenchQuery[];
};

/**
 * Runs the same queries in a small and a large database of one subgraph in turn, on one connection each, and prints the median of up to 60 runs,
 * the rows of `table` that were read, and whether the whole table was read.
 *
 * @param options.sizes the number of rows of `table` in each.
 * @returns whether each steady query took at most three times as long in the large database, and none read the whole table.
 */
export async function compareSizes(
  options: Comparison & { readonly sizes: readonly [small: number, large: number] },
): Promise<boolean> {
  const { subgraph, table } = options;
  const [small, large] = options.sizes;
  return withDatabases(options, async (make) => {
    // As the subgraph opens its own: lists and searches are planned for their values.
    const planned = subgraph === "products" ? "for each execution" : "by Postgres";
    const databases = [open(await make(small), planned), open(await make(large), planned)] as const;
    console.log(
      `| what | ${small} ${table} | ${large} ${table} | times | rows read | rows read |
| --- | ---: | ---: | ---: | ---: | ---: |`,
    );
    let kept = true;
    for (const query of options.queries) {
      const [before, after] = await measure(databases, table, query);
      const ratio = after.medianMs / before.medianMs;
      const fits = !query.steady || (ratio <= ratioMax && after.scans === 0);
      kept &&= fits;
      const cells = [
        query.name,
        `${before.medianMs.toFixed(2)} ms`,
        `${after.medianMs.toFixed(2)} ms`,
        `${ratio.toFixed(1)}${query.steady ? "" : " (not guaranteed)"}${fits ? "" : " **too much**"}`,
        `${before.rowsRead}`,
        `${after.rowsRead}${after.scans > 0 ? ", whole table" : ""}`,
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
    for (const database of databases) await database.close();
    return kept;
  });
}

/**
 * Runs the same queries over one database in turn, on a connection whose plans are made for each execution and on one that keeps them, and prints the
 * median of up to 60 runs.
 *
 * @param options.rows the number of rows of `table`.
 * @returns whether kept plans are faster for most queries, and for all of them together.
 */
export async function comparePlans(options: Comparison & { readonly rows: number }): Promise<boolean> {
  const { rows, table, queries } = options;
  return withDatabases(options, async (make) => {
    const url = await make(rows);
    const databases = [open(url, "for each execution"), open(url, "once")] as const;
    console.log(`| what, with ${rows} ${table} | planned for each execution | planned once | times |
| --- | ---: | ---: | ---: |`);
    const [each, once] = [[] as number[], [] as number[]];
    for (const query of queries) {
      const [before, after] = await measure(databases, table, query);
      each.push(before.medianMs);
      once.push(after.medianMs);
      const ratio = after.medianMs / before.medianMs;
      console.log(
        `| ${query.name} | ${before.medianMs.toFixed(2)} ms | ${after.medianMs.toFixed(2)} ms | ${ratio.toFixed(1)} |`,
      );
    }
    for (const database of databases) await database.close();
    const faster = once.filter((ms, index) => ms < (each[index] ?? 0)).length;
    const [eachMs, onceMs] = [each, once].map((times) => times.reduce((sum, ms) => sum + ms, 0));
    console.log(
      `\nKept plans are faster for ${faster} of ${queries.length}. All together: ${eachMs?.toFixed(0)} and ${onceMs?.toFixed(0)} ms.`,
    );
    return faster > queries.length / 2 && (onceMs ?? 0) < (eachMs ?? 0);
  });
}

function open(url: string, planned: DatabaseOptions["planned"] & string): Database {
  return openDatabase({ url, applicationName: "bench", connectionsMax: 1, planned });
}

/** Runs `work` beside a Postgres of its own, with a function that makes a database with so many rows and returns its URL. */
async function withDatabases(
  { subgraph, table, fill }: Comparison,
  work: (make: (rows: number) => Promise<string>) => Promise<boolean>,
): Promise<boolean> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-bench-"));
  const server = await startPostgres({
    directory,
    whenParentEnds: "remove",
    settings: {
      shared_buffers: "1GB",
      fsync: "off",
      max_wal_size: "8GB",
      max_parallel_workers_per_gather: "0",
      jit: "off",
    },
  });
  try {
    return await work(async (rows) => {
      const url = await ensureDatabase(server, `${subgraph}_${rows}`);
      await migrateDatabase(subgraph, url);
      const startedAtMs = performance.now();
      const report = (line: string) => process.stderr.write(`${line}\n`);
      await fill(url, rows, report);
      report(`${rows} ${table} made in ${((performance.now() - startedAtMs) / 1_000).toFixed(0)} s`);
      return url;
    });
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Measures both in turn, so that other load on the machine affects both. */
async function measure(
  databases: readonly [Database, Database],
  table: string,
  { run }: BenchQuery,
): Promise<[Measured, Measured]> {
  const measured = await Promise.all(
    databases.map(async (database) => {
      for (let warm = 0; warm < 3; warm += 1) await run(database);
      const before = await readCounters(database, table);
      await run(database);
      const after = await readCounters(database, table);
      return { rowsRead: after.rows - before.rows, scans: after.scans - before.scans, times: [] as number[] };
    }),
  );
  const endAtMs = performance.now() + runsMsMax;
  for (let round = 0; round < runs && (round < 3 || performance.now() < endAtMs); round += 1) {
    for (const [index, database] of databases.entries()) {
      const startedAtMs = performance.now();
      await run(database);
      measured[index]?.times.push(performance.now() - startedAtMs);
    }
  }
  const [small, large] = measured.map(({ times, ...counted }) => ({ ...counted, medianMs: median(times) }));
  if (small === undefined || large === undefined) throw new Error("Two databases are measured.");
  return [small, large];
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

async function readCounters({ db }: Database, table: string): Promise<{ rows: number; scans: number }> {
  await db.execute(sql`select pg_stat_force_next_flush()`);
  const [row] = await db.execute<{ rows: number; scans: number }>(sql`
    select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as rows, seq_scan::int as scans
    from pg_stat_user_tables where relname = ${table}`);
  return row ?? { rows: 0, scans: 0 };
}

/** Drops the indexes of `tables`, because building an index at once is faster. @returns a function that creates them again. */
export async function dropIndexes(sql: postgres.Sql, tables: readonly string[]): Promise<() => Promise<void>> {
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename = any(${tables as string[]}) and not exists (select from pg_constraint where conname = indexname)`;
  for (const { name } of indexes) await sql`drop index ${sql(name)}`;
  return async () => {
    await sql`set maintenance_work_mem = '512MB'`;
    for (const { definition } of indexes) await sql.unsafe(definition);
  };
}

/** Pages `count` rows forward, a hundred at a time. @returns the cursor of the last row. */
export async function walk(
  count: number,
  readEnd: (page: { first: number; after: string | null }) => Promise<string | null | undefined>,
): Promise<string> {
  let after: string | null = null;
  for (let seen = 0; seen < count; ) {
    const first = Math.min(100, count - seen);
    after = (await readEnd({ first, after })) ?? null;
    seen += first;
  }
  if (after === null) throw new Error("There is no such page.");
  return after;
}
