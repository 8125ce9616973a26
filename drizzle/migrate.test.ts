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
  expect(await migrationStatus("products", url, both)).toEqual({
    migrations: [
      { tag: "0000_first", applied: true },
      { tag: "0001_second", applied: false },
    ],
    unknown: [],
  });
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
  const { unknown } = await migrationStatus("products", url, await migrations([first]));
  expect(unknown).toEqual([new Date(second.when)]);
  const other = await migrations([first, { tag: "0001_other", when: 3000, sql: "SELECT 1;" }]);
  await expect(migrateDatabase("products", url, other)).rejects.toThrow(
    "has a migration of 1970-01-01T00:00:02.000Z that is not among those here, and lacks 0001_other",
  );
});

test("a subgraph without migrations has nothing to apply", async () => {
  const { url } = await emptyDatabase();
  expect(await migrateDatabase("products", url, path.join(tmpdir(), "agora-no-such-folder"))).toEqual([]);
});

test("behind a long reader the statements of the shop wait no longer than one lock timeout, and the migration succeeds after it", async () => {
  const { url, sql } = await emptyDatabase();
  await migrateDatabase("products", url, await migrations([first]));
  const reader = postgres(url, { max: 1 });
  const readerEnds = Promise.withResolvers<void>();
  const reading = Promise.withResolvers<void>();
  const read = reader.begin(async (tx) => {
    await tx`SELECT * FROM letters`;
    reading.resolve();
    await readerEnds.promise;
  });
  await reading.promise;
  const alter = { tag: "0001_alter", when: 2000, sql: "ALTER TABLE letters ADD COLUMN size integer;" };
  let timeouts = 0;
  const migrating = migrateDatabase("products", url, await migrations([first, alter]), {
    timeoutMs: 200,
    pauseMs: 50,
    pauseMsMax: 50,
    report: () => {
      timeouts += 1;
      if (timeouts === 3) readerEnds.resolve();
    },
  });
  // The reader only ends after three attempts, so a statement that waited for it would have waited for all of them.
  let written = 0;
  while (timeouts < 3) {
    const before = timeouts;
    await sql`INSERT INTO letters VALUES (${String(written)})`;
    written += 1;
    expect(timeouts - before).toBeLessThanOrEqual(1);
  }
  expect(await migrating).toEqual(["0001_alter"]);
  expect(written).toBeGreaterThan(2);
  await read;
  await reader.end();
});

test("a migration that never gets its lock fails by name after its attempts", async () => {
  const { url, sql } = await emptyDatabase();
  await migrateDatabase("products", url, await migrations([first]));
  const alter = { tag: "0001_alter", when: 2000, sql: "ALTER TABLE letters ADD COLUMN size integer;" };
  const both = await migrations([first, alter]);
  const limits = { timeoutMs: 50, attemptsMax: 2, pauseMs: 1, report: () => {} };
  await sql.begin(async (tx) => {
    await tx`SELECT * FROM letters`;
    await expect(migrateDatabase("products", url, both, limits)).rejects.toThrow(
      "products: migration 0001_alter, statement 1: canceling statement due to lock timeout",
    );
  });
  expect(await migrateDatabase("products", url, both)).toEqual(["0001_alter"]);
});

test("an index is built outside a transaction by one of several processes, and an invalid one is built anew", async () => {
  const { url, sql } = await emptyDatabase();
  await migrateDatabase("products", url, await migrations([first]));
  await sql`INSERT INTO letters VALUES ('a')`;
  await sql`ALTER TABLE letters ADD COLUMN size integer`;
  await sql`INSERT INTO letters (letter, size) VALUES ('b', 1), ('c', 1)`;
  // An interrupted build: the duplicates stop it, and leave an invalid index of the name.
  await expect(sql`CREATE UNIQUE INDEX CONCURRENTLY letters_size ON letters (size)`).rejects.toThrow("letters_size");
  await sql`UPDATE letters SET size = 2 WHERE letter = 'c'`;
  const index = {
    tag: "0001_index",
    when: 2000,
    sql: "-- outside-transaction\nCREATE UNIQUE INDEX CONCURRENTLY letters_size ON letters (size);",
  };
  const later = { tag: "0002_later", when: 3000, sql: "CREATE TABLE words (word text);" };
  const all = await migrations([first, index, later]);
  const applied = await Promise.all(Array.from({ length: 3 }, () => migrateDatabase("products", url, all)));
  expect(applied.flat()).toEqual(["0001_index", "0002_later"]);
  const valid = await sql`SELECT indisvalid FROM pg_index WHERE indexrelid = 'letters_size'::regclass`;
  expect(valid).toEqual([{ indisvalid: true }]);
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
