import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "drizzle-orm";
import type postgres from "postgres";
import { ensureDatabase, startPostgres } from "#deploy/local/postgres.ts";
import { migrateDatabase } from "#drizzle/migrate.ts";
import { type Database, openDatabase } from "#platform/database/database.ts";
import type { Subgraph } from "#schema/subgraphs.ts";

const runs = 60;
const runsMsMax = 6_000;
const ratioMax = 3;

/** Something asked of a database; `steady` when it must cost about the same whatever its size. */
export type Question = {
  readonly name: string;
  readonly steady: boolean;
  readonly ask: (database: Database) => Promise<unknown>;
};

type Measured = { medianMs: number; rowsRead: number; scans: number };

/**
 * Asks a small and a large database of one subgraph the same questions in turn, one connection each: the median of up to 60 runs, with how many
 * rows of `table` were read for it and whether it was read from end to end.
 *
 * @param options.sizes how many rows of `table` each has.
 * @returns whether each steady question took at most three times as long in the large one, and read no whole table.
 */
export async function compareSizes(options: {
  readonly subgraph: Subgraph;
  readonly table: string;
  readonly sizes: readonly [small: number, large: number];
  readonly fill: (url: string, rows: number, say: (sentence: string) => void) => Promise<void>;
  readonly questions: readonly Question[];
}): Promise<boolean> {
  const { subgraph, table, fill } = options;
  const [small, large] = options.sizes;
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
    const open = async (rows: number) => {
      const url = await ensureDatabase(server, `${subgraph}_${rows}`);
      await migrateDatabase(subgraph, url);
      const startedAtMs = performance.now();
      const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
      await fill(url, rows, say);
      say(`${rows} ${table} made in ${((performance.now() - startedAtMs) / 1_000).toFixed(0)} s`);
      return openDatabase({ url, applicationName: "bench", connectionsMax: 1 });
    };
    const databases = [await open(small), await open(large)] as const;
    console.log(
      `| what | ${small} ${table} | ${large} ${table} | times | rows read | rows read |
| --- | ---: | ---: | ---: | ---: | ---: |`,
    );
    let kept = true;
    for (const question of options.questions) {
      const [before, after] = await measure(databases, table, question);
      const ratio = after.medianMs / before.medianMs;
      const fits = !question.steady || (ratio <= ratioMax && after.scans === 0);
      kept &&= fits;
      const cells = [
        question.name,
        `${before.medianMs.toFixed(2)} ms`,
        `${after.medianMs.toFixed(2)} ms`,
        `${ratio.toFixed(1)}${question.steady ? "" : " (not promised)"}${fits ? "" : " **too much**"}`,
        `${before.rowsRead}`,
        `${after.rowsRead}${after.scans > 0 ? ", whole table" : ""}`,
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
    for (const database of databases) await database.close();
    return kept;
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Both in turn, so that whatever else the machine does falls on both. */
async function measure(
  databases: readonly [Database, Database],
  table: string,
  { ask }: Question,
): Promise<[Measured, Measured]> {
  const measured = await Promise.all(
    databases.map(async (database) => {
      for (let warm = 0; warm < 3; warm += 1) await ask(database);
      const before = await readCounters(database, table);
      await ask(database);
      const after = await readCounters(database, table);
      return { rowsRead: after.rows - before.rows, scans: after.scans - before.scans, times: [] as number[] };
    }),
  );
  const endAtMs = performance.now() + runsMsMax;
  for (let run = 0; run < runs && (run < 3 || performance.now() < endAtMs); run += 1) {
    for (const [index, database] of databases.entries()) {
      const startedAtMs = performance.now();
      await ask(database);
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

/** Indexes are built faster than they grow: takes those of `tables` away. @returns how to put them back, once the rows are there. */
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

/** Walks `count` rows forward, a hundred at a time. @returns the cursor of the last. */
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
