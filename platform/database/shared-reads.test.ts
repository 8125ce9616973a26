import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "#test/harness/databases.ts";
import { runInTrace } from "../observability/trace-context.ts";
import { type Database, openDatabase } from "./database.ts";
import { makeSharedReads, type SharedReadOptions } from "./shared-reads.ts";

const statementTimeoutMs = 2_000;
let created: Awaited<ReturnType<typeof createDatabase>>;
let pool: Database;
let watcher: Database;
const statements: string[] = [];

beforeAll(async () => {
  created = await createDatabase("products");
  pool = openDatabase({
    url: created.url,
    applicationName: "shared",
    connectionsMax: 1,
    pipelined: false,
    statementTimeoutMs,
    onStatement: (statement) => statements.push(statement),
  });
  watcher = openDatabase({ url: created.url, applicationName: "watcher", connectionsMax: 1 });
});
afterAll(async () => {
  await pool.close();
  await watcher.close();
  await created.drop();
});

const open = (options: Partial<SharedReadOptions> = {}) => makeSharedReads(pool.client, { keptMs: 0, ...options });
const slow = (seconds: number, mark: number) => sql`select ${mark}::int as mark from pg_sleep(${seconds}::float8)`;
const sent = () => statements.filter((statement) => statement.includes("pg_sleep")).length;

/** Runs `work` for a request that ends when the signal aborts. */
const forRequest = <Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> =>
  runInTrace({ requestId: "x", work: "request", traceparent: undefined, tracing: undefined, signal }, work);

async function running(): Promise<number> {
  const [row] = await watcher.sql<{ count: number }[]>`
    SELECT count(*)::int FROM pg_stat_activity WHERE application_name LIKE 'shared@%' AND state = 'active'`;
  return row?.count ?? 0;
}

test("equal reads at the same time are one statement, different ones are not", async () => {
  const reads = open();
  const before = sent();
  const rows = await Promise.all([
    ...Array.from({ length: 20 }, () => reads.execute(slow(0.1, 1))),
    reads.execute(slow(0, 2)),
  ]);
  expect(rows.map(([row]) => row?.mark)).toEqual([...Array.from({ length: 20 }, () => 1), 2]);
  expect(sent() - before).toBe(2);
});

test("the result of a slow read is kept for a moment, that of a quick one is not", async () => {
  const reads = open({ keptMs: 60_000, keptFromMs: 100 });
  const before = sent();
  for (let count = 0; count < 3; count += 1) await reads.execute(slow(0.2, 3));
  expect(sent() - before).toBe(1);
  const kept = open({ keptMs: 60_000, keptFromMs: 60_000 });
  for (let count = 0; count < 3; count += 1) await kept.execute(slow(0, 4));
  expect(sent() - before).toBe(4);
});

test("a statement is cancelled when the last request that waits for it is gone, and not before", async () => {
  const reads = open();
  const [first, second] = [new AbortController(), new AbortController()];
  const waiting = [first, second].map(({ signal }) =>
    forRequest(signal, async () => reads.execute(slow(1.9, 5))).catch((error: unknown) => error),
  );
  await expect.poll(running).toBe(1);
  first.abort();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await running()).toBe(1);
  second.abort();
  await expect.poll(running, { timeout: 1_000 }).toBe(0);
  await Promise.all(waiting);
});

test("a read behind one that is cancelled gets its result", async () => {
  const reads = open();
  for (let round = 0; round < 20; round += 1) {
    const gone = new AbortController();
    const cancelled = forRequest(gone.signal, async () => reads.execute(slow(0.01, 100 + round))).catch(() => {});
    const behind = reads.execute(slow(0.02, 200 + round));
    await new Promise((resolve) => setTimeout(resolve, round));
    gone.abort();
    expect(await behind).toMatchObject([{ mark: 200 + round }]);
    await cancelled;
  }
});

test("a read that takes too long is rejected with TIMEOUT, and one of too many with OVERLOADED", async () => {
  await expect(open().execute(slow(5, 6))).rejects.toMatchObject({ code: "TIMEOUT" });
  const reads = open({ underWayMax: 1 });
  const first = reads.execute(slow(0.1, 7));
  await expect(reads.execute(slow(0.1, 8))).rejects.toMatchObject({ code: "OVERLOADED" });
  expect(await first).toMatchObject([{ mark: 7 }]);
});

test("without cancellation a statement goes on when nobody waits for it, and its result is kept", async () => {
  const reads = open({ keptMs: 60_000, keptFromMs: 0, cancels: false });
  const before = sent();
  const gone = new AbortController();
  const left = forRequest(gone.signal, async () => reads.execute(slow(0.3, 9)));
  await expect.poll(running).toBe(1);
  gone.abort();
  expect(await left).toMatchObject([{ mark: 9 }]);
  expect(await reads.execute(slow(0.3, 9))).toMatchObject([{ mark: 9 }]);
  expect(sent() - before).toBe(1);
});
