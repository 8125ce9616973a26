import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { ensureDatabase, startPostgres } from "#deploy/local/postgres.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { openTcpProxy } from "#test/harness/tcp-proxy.ts";

// The guarantees of the patched driver: docs/decisions/postgres-driver.md.

test("writes made while a transaction begins on a full pipeline are visible to others", async () => {
  const { sql, other } = await twoPools(2);
  await sql`CREATE TABLE written (number integer PRIMARY KEY)`;
  await Promise.all([sql`SELECT pg_sleep(0.1)`, sql`SELECT pg_sleep(0.1)`]);
  // One statement that runs and 99 behind it on each of the two connections: BEGIN finds the pipeline's last place.
  const crowd = Promise.all([
    ...[0, 1].map(() => sql`SELECT pg_sleep(0.3)`.execute()),
    ...Array.from({ length: 2 * 99 }, () => sql`SELECT 1`.execute()),
  ]);
  const begun = sql.begin(async (tx) => await tx`SELECT 'in a transaction' AS place`);
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  await Promise.allSettled([
    crowd,
    begun,
    ...numbers.map((number) => sql`INSERT INTO written VALUES (${number})`.execute()),
  ]);

  // Seen from another connection, which is what is left when this process dies.
  const [count] = await other`SELECT count(*)::int FROM written`;
  expect(count).toEqual({ count: 20 });
  expect(await begun).toEqual([{ place: "in a transaction" }]);
});

test("a transaction that lost its connection writes nothing more, not even on the connection that replaces it", async () => {
  const { sql, other } = await twoPools(1);
  await sql`CREATE TABLE written (name text PRIMARY KEY)`;
  const late = Promise.withResolvers<unknown>();
  const lost = sql.begin(async (tx) => {
    const [own] = await tx`SELECT pg_backend_pid() AS pid`;
    await tx`INSERT INTO written VALUES ('before')`;
    await other`SELECT pg_terminate_backend(${own?.pid})`;
    await sleep(100);
    // Another statement reopens the connection, and only then does this transaction continue.
    await sql`SELECT 1`;
    await tx`INSERT INTO written VALUES ('after')`.then(late.resolve, late.reject);
  });

  await Promise.all([
    expect(lost).rejects.toThrow("CONNECTION_CLOSED"),
    expect(late.promise).rejects.toThrow("CONNECTION_CLOSED"),
  ]);
  expect(await other`SELECT name FROM written`).toEqual([]);
});

test("every statement of a transaction that loses its connection settles, those still waiting included", async () => {
  const { sql, other } = await twoPools(1);
  const lost = sql.begin(async (tx) => {
    const [own] = await tx`SELECT pg_backend_pid() AS pid`;
    const statements = [1, 2, 3].map((number) => tx`SELECT pg_sleep(60), ${number}::int`.execute());
    await other`SELECT pg_terminate_backend(${own?.pid})`;
    const outcomes = await Promise.allSettled(statements);
    settled.resolve(outcomes.map(({ status }) => status));
  });
  const settled = Promise.withResolvers<string[]>();
  await expect(lost).rejects.toThrow("CONNECTION_CLOSED");
  expect(await settled.promise).toEqual(["rejected", "rejected", "rejected"]);
});

test("the first statement after a lost connection does not fail with the error of the last one", async () => {
  const { sql, other } = await twoPools(1);
  const [own] = await sql`SELECT pg_backend_pid() AS pid`;
  const last = sql`SELECT pg_sleep(60)`.execute();
  await sleep(50);
  await Promise.all([expect(last).rejects.toThrow(), other`SELECT pg_terminate_backend(${own?.pid})`]);
  await sleep(50);
  expect(await sql`SELECT 'again' AS word`).toEqual([{ word: "again" }]);
});

test("a lost reserved connection rejects its statements and returns to the pool", async () => {
  const { sql, other } = await twoPools(1);
  const reserved = await sql.reserve();
  const [own] = await reserved`SELECT pg_backend_pid() AS pid`;
  await other`SELECT pg_terminate_backend(${own?.pid})`;
  await sleep(100);
  await expect(reserved`SELECT 1`).rejects.toThrow("CONNECTION_CLOSED");
  reserved.release();
  expect(await sql`SELECT 'again' AS word`).toEqual([{ word: "again" }]);
});

test("a transaction that Postgres rejects at BEGIN returns its connection", async () => {
  const { sql } = await twoPools(1);
  await expect(sql.begin("isolation level nonsense", async () => {})).rejects.toThrow("syntax error");
  expect(await sql`SELECT 'again' AS word`).toEqual([{ word: "again" }]);
});

test("a connection lost during its setup is set up again without an uncaught exception", async () => {
  const { url, drop } = await createDatabase("users");
  onTestFinished(drop);
  const uncaught: unknown[] = [];
  const note = (error: unknown) => void uncaught.push(error);
  process.on("unhandledRejection", note);
  onTestFinished(() => void process.off("unhandledRejection", note));
  // A new connection first asks for the types of arrays, for itself: no statement of ours.
  const proxy = await openTcpProxy(Number(new URL(url).port), "typarray");
  onTestFinished(() => proxy.close());
  const through = new URL(url);
  through.port = String(proxy.port);
  const sql = postgres(through.href, { max: 1, backoff: () => 0.05, onnotice: () => {} });
  onTestFinished(() => sql.end({ timeout: 1 }));
  await expect(sql`SELECT 1`).rejects.toThrow("ECONNRESET");
  proxy.reconnect();
  expect(await sql`SELECT '{again}'::text[] AS words`).toEqual([{ words: ["again"] }]);
  await sleep(50);
  expect(uncaught).toEqual([]);
});

test("ten crashes of Postgres under load cause no uncaught exception, lose no acknowledged write and leave no call unsettled", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-crashing-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const start = (port?: number) =>
    startPostgres({
      directory,
      whenParentEnds: "stop",
      settings: { fsync: "off" },
      ...(port === undefined ? {} : { port }),
    });
  let server = await start();
  onTestFinished(async () => await server.stop());
  const url = await ensureDatabase(server, "written");
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  await admin`CREATE TABLE written (name text PRIMARY KEY, padding text NOT NULL)`;
  await admin.end();

  const load = fork(path.join(import.meta.dirname, "testing/postgres-load.ts"), [url]);
  onTestFinished(() => void load.kill("SIGKILL"));
  await once(load, "message");
  for (let crash = 0; crash < 10; crash += 1) {
    await sleep(150);
    process.kill(server.pid, "SIGQUIT");
    server = await start(server.port);
  }
  await sleep(300);
  const said = once(load, "message");
  load.send("stop");
  const [report] = await said;

  expect(report.uncaught).toEqual([]);
  expect(report.unsettled).toBe(0);
  expect(report.rejected).toBeGreaterThan(0);
  const after = postgres(url, { max: 1 });
  const kept = new Set((await after`SELECT name FROM written`).map((row) => row.name));
  await after.end();
  expect(report.acknowledged.length).toBeGreaterThan(100);
  expect(report.acknowledged.filter((name: string) => !kept.has(name))).toEqual([]);
});

async function twoPools(max: number): Promise<{ sql: postgres.Sql; other: postgres.Sql }> {
  const { url, drop } = await createDatabase("users");
  const [sql, other] = [postgres(url, { max, onnotice: () => {} }), postgres(url, { max: 1, onnotice: () => {} })];
  onTestFinished(async () => {
    await Promise.all([sql.end({ timeout: 1 }), other.end({ timeout: 1 })]);
    await drop();
  });
  return { sql, other };
}
