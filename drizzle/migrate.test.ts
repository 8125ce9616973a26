import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { createDatabase } from "#test/harness/databases.ts";
import { migrateDatabase, migrationStatus } from "./migrate.ts";

type Written = { tag: string; when: number; sql: string };

const first: Written = { tag: "0000_first", when: 1000, sql: "CREATE TABLE letters (letter text PRIMARY KEY);" };
const second: Written = { tag: "0001_second", when: 2000, sql: "INSERT INTO letters VALUES ('a'), ('b');" };

test("four processes that migrate one empty database at once apply each migration once", async () => {
  const { url, sql } = await emptyDatabase();
  const directory = await migrations([first, second]);
  const applied = await Promise.all(Array.from({ length: 4 }, () => migrateDatabase("products", url, directory)));
  expect(applied.flat()).toEqual(["0000_first", "0001_second"]);
  expect(await sql`SELECT letter FROM letters`).toHaveLength(2);
});

test("migrating again changes nothing, and a later migration is all that is applied later", async () => {
  const { url } = await emptyDatabase();
  expect(await migrateDatabase("products", url, await migrations([first]))).toEqual(["0000_first"]);
  expect(await migrateDatabase("products", url, await migrations([first]))).toEqual([]);
  const both = await migrations([first, second]);
  expect(await migrationStatus("products", url, both)).toEqual([
    { tag: "0000_first", applied: true },
    { tag: "0001_second", applied: false },
  ]);
  expect(await migrateDatabase("products", url, both)).toEqual(["0001_second"]);
});

test("a migration that fails is named and leaves nothing of itself or of those before it", async () => {
  const { url, sql } = await emptyDatabase();
  const broken = {
    tag: "0001_broken",
    when: 2000,
    sql: "SELECT 1;--> statement-breakpoint\nSELECT nothing_like_it();",
  };
  const attempt = migrateDatabase("products", url, await migrations([first, broken]));
  await expect(attempt).rejects.toThrow("products: migration 0001_broken, statement 2: function nothing_like_it()");
  expect(await sql`SELECT to_regclass('letters') AS found`).toEqual([{ found: null }]);
});

test("a journal whose times do not increase is refused by the name of the migration", async () => {
  const { url } = await emptyDatabase();
  const attempt = migrateDatabase("products", url, await migrations([second, { ...first, tag: "0002_late" }]));
  await expect(attempt).rejects.toThrow(/migration 0002_late is dated .* not after 0001_second/);
});

test("a migration older than an applied one is refused rather than skipped", async () => {
  const { url } = await emptyDatabase();
  await migrateDatabase("products", url, await migrations([{ ...second, tag: "0000_newer", sql: "SELECT 1;" }]));
  const attempt = migrateDatabase("products", url, await migrations([first, { ...second, sql: "SELECT 1;" }]));
  await expect(attempt).rejects.toThrow("migration 0000_first is older than one that is applied already");
});

test("a migration that was changed after it was applied is refused", async () => {
  const { url } = await emptyDatabase();
  await migrateDatabase("products", url, await migrations([first]));
  const attempt = migrateDatabase("products", url, await migrations([{ ...first, sql: "SELECT 1;" }]));
  await expect(attempt).rejects.toThrow("migration 0000_first was changed after it was applied");
});

test("a database that is ahead is left as it is, one with another history is refused", async () => {
  const { url } = await emptyDatabase();
  await migrateDatabase("products", url, await migrations([first, second]));
  expect(await migrateDatabase("products", url, await migrations([first]))).toEqual([]);
  const other = await migrations([first, { tag: "0001_other", when: 3000, sql: "SELECT 1;" }]);
  await expect(migrateDatabase("products", url, other)).rejects.toThrow(
    "has a migration of 1970-01-01T00:00:02.000Z that is not among those here, and lacks 0001_other",
  );
});

test("a subgraph without migrations has nothing to apply", async () => {
  const { url } = await emptyDatabase();
  expect(await migrateDatabase("products", url, path.join(tmpdir(), "agora-no-such-folder"))).toEqual([]);
});

/** A database without the subgraph's own tables, for migrations of the test's. */
async function emptyDatabase(): Promise<{ url: string; sql: postgres.Sql }> {
  const { url, drop } = await createDatabase("products");
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql`DROP SCHEMA IF EXISTS drizzle CASCADE`;
  await sql`DROP SCHEMA public CASCADE`;
  await sql`CREATE SCHEMA public`;
  onTestFinished(async () => {
    await sql.end();
    await drop();
  });
  return { url, sql };
}

async function migrations(written: Written[]): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-migrations-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await mkdir(path.join(directory, "meta"));
  const entries = written.map(({ tag, when }, idx) => ({ idx, version: "7", when, tag, breakpoints: true }));
  await writeFile(
    path.join(directory, "meta/_journal.json"),
    JSON.stringify({ version: "7", dialect: "postgresql", entries }),
  );
  for (const { tag, sql } of written) await writeFile(path.join(directory, `${tag}.sql`), sql);
  return directory;
}
