import { spawn } from "node:child_process";
import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { ensureDatabase, type Postgres, startPostgres } from "./postgres.ts";

let directory: string;
let server: Postgres;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "agora-postgres-"));
  server = await startPostgres({ directory, whenParentEnds: "remove" });
});
afterAll(async () => await server.remove());

test("a role enters its own database and no other, not even the superuser's", async () => {
  const [mine, others] = [await ensureDatabase(server, "mine"), await ensureDatabase(server, "others")];
  expect(await ask(mine, "SELECT current_user AS who, rolsuper FROM pg_roles WHERE rolname = current_user")).toEqual([
    { who: "mine", rolsuper: false },
  ]);
  for (const database of ["others", "postgres", "template1"]) {
    const url = new URL(mine);
    url.pathname = `/${database}`;
    await expect(ask(url.href, "SELECT 1")).rejects.toThrow(`permission denied for database "${database}"`);
  }
  const wrong = new URL(others);
  wrong.username = "mine";
  await expect(ask(wrong.href, "SELECT 1")).rejects.toThrow('password authentication failed for user "mine"');
});

test("making a database again keeps what is in it, and its address", async () => {
  const url = await ensureDatabase(server, "again");
  await ask(url, "CREATE TABLE kept (word text)");
  expect(await ensureDatabase(server, "again")).toBe(url);
  expect(await ask(url, "SELECT * FROM kept")).toEqual([]);
});

test("a database's owner sorts by the same rules everywhere and may search fuzzily", async () => {
  const url = await ensureDatabase(server, "owner");
  await ask(url, "CREATE EXTENSION pg_trgm");
  expect(await ask(url, "SELECT word FROM unnest(ARRAY['b', 'ä', 'B', 'a']) AS word ORDER BY word")).toEqual(
    ["B", "a", "b", "ä"].map((word) => ({ word })),
  );
});

test("passwords are in files that only their owner reads", async () => {
  await ensureDatabase(server, "secretive");
  for (const name of ["postgres", "secretive"]) {
    expect((await stat(path.join(directory, "passwords", name))).mode & 0o777).toBe(0o600);
  }
});

test("a name that is no plain word is refused", async () => {
  await expect(ensureDatabase(server, `x"; DROP DATABASE postgres; --`)).rejects.toThrow("is no name for a database");
});

test("a server that was left running is stopped by the next start, which finds its data", async () => {
  const before = server;
  const url = await ensureDatabase(server, "left");
  await ask(url, "CREATE TABLE kept (word text)");
  server = await startPostgres({ directory, whenParentEnds: "remove" });
  expect(server.pid).not.toBe(before.pid);
  expect(await before.running()).toBe(false);
  expect(await ask(await ensureDatabase(server, "left"), "SELECT * FROM kept")).toEqual([]);
});

test("after a crash of the machine another process that has the server's number is left alone", async () => {
  const other = spawn("sleep", ["60"]);
  onTestFinished(() => void other.kill("SIGKILL"));
  const file = path.join(directory, "data/postmaster.pid");
  const lines = (await readFile(file, "utf8")).split("\n");
  process.kill(server.pid, "SIGKILL");
  await writeFile(file, [other.pid, ...lines.slice(1)].join("\n"));
  server = await startPostgres({ directory, whenParentEnds: "remove" });
  expect(other.exitCode ?? other.signalCode).toBe(null);
  expect(await ask(server.adminUrl(), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

async function ask(url: string, statement: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end();
  }
}
