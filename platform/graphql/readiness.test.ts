import { execFile } from "node:child_process";
import { chown, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { sql } from "drizzle-orm";
import { expect, onTestFinished, test, vi } from "vitest";
import { ensureDatabase, type Postgres, startPostgres } from "#deploy/local/postgres.ts";
import { makeShopKeys, makeSubgraphClient } from "#test/harness/subgraph-client.ts";
import { makeInternalVerifier } from "../auth/internal-tokens.ts";
import { openDatabase } from "../database/database.ts";
import { makeDatabaseClock } from "../database/database-clock.ts";
import { openLog } from "../observability/log.ts";
import { startSubgraph } from "./subgraph-server.ts";

const run = promisify(execFile);
const log = openLog("test", "silent");
const mountable = await canMount();
if (!mountable) console.warn("Mounting a tmpfs is not permitted: the test of a full disk is skipped.");

test.skipIf(!mountable)(
  "with a full disk writes are SUBGRAPH_UNAVAILABLE, reads go on and readiness is degraded",
  async () => {
    const server = await openPostgres();
    const place = path.join(server.directory, "small");
    await mkdir(place);
    await run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place]);
    onTestFinished(async () => {
      await server.stop();
      await run("umount", [place]);
    });
    const { uid, gid } = await stat(path.join(server.directory, "data"));
    await chown(place, uid, gid);
    const { ask, readiness, database } = await openSubgraph(server);
    await database.sql`CREATE TABLESPACE small LOCATION ${database.sql.unsafe(`'${place}'`)}`;
    await database.sql`CREATE TABLE written (text text) TABLESPACE small`;
    expect(await readiness()).toEqual({ status: 200, body: { status: "ok" } });

    let codes: unknown[] = [];
    while (codes.length === 0)
      codes = (await ask("mutation { write }")).errors.map(({ extensions }) => extensions?.code);

    expect(codes).toEqual(["SUBGRAPH_UNAVAILABLE"]);
    expect(await readiness()).toEqual({ status: 200, body: { status: "degraded", reason: "disk_full" } });
    const { data, errors } = await ask("{ count }");
    expect(errors).toEqual([]);
    expect(data?.count).toBeGreaterThan(0);
  },
);

test("any lack of resources is SUBGRAPH_UNAVAILABLE and degraded, not an internal fault", async () => {
  const server = await openPostgres();
  const { ask, readiness, database } = await openSubgraph(server);
  await database.sql`CREATE TABLE written (text text)`;
  await database.sql`ALTER ROLE CURRENT_USER SET temp_file_limit = '64kB'`;
  await database.sql`ALTER ROLE CURRENT_USER SET work_mem = '64kB'`;
  await database.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = current_user`;
  await database.sql`SELECT pg_terminate_backend(pg_backend_pid())`.catch(() => {});
  const { errors } = await ask("{ sort }");
  expect(errors.map(({ extensions }) => extensions?.code)).toEqual(["SUBGRAPH_UNAVAILABLE"]);
  expect((await readiness()).body).toEqual({ status: "degraded", reason: "insufficient_resources" });
});

test("probes cost an idle database little, and a failed request makes the next one count", async () => {
  const server = await openPostgres();
  const { ask, readiness, probes } = await openSubgraph(server);
  for (let each = 0; each < 20; each += 1) expect((await readiness()).status).toBe(200);
  expect(probes()).toBe(1);
  await server.stop();
  expect((await ask("{ count }")).errors).toHaveLength(1);
  expect(await readiness()).toEqual({ status: 503, body: { status: "unavailable" } });
});

test("a clock that is far from the database's is reported, and the subgraph goes on serving", async () => {
  const server = await openPostgres();
  const { readiness } = await openSubgraph(server);
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  vi.setSystemTime(Date.now() - 45_000);
  expect(await readiness()).toEqual({ status: 200, body: { status: "degraded", reason: "clock_skew" } });
});

async function openPostgres(): Promise<Postgres> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-ready-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const server = await startPostgres({ directory, whenParentEnds: "stop", settings: { fsync: "off" } });
  onTestFinished(() => server.stop());
  return server;
}

async function openSubgraph(server: Postgres) {
  const keys = await makeShopKeys();
  await ensureDatabase(server, "orders");
  const database = openDatabase({ url: server.adminUrl("orders"), applicationName: "test", connectionsMax: 2 });
  onTestFinished(() => database.close());
  const { db } = database;
  const clock = makeDatabaseClock(database);
  let probes = 0;
  const subgraph = await startSubgraph({
    name: "orders",
    sdl: "type Query { count: Int sort: Int } type Mutation { write: Boolean }",
    resolvers: {
      Query: {
        count: async () =>
          (await db.execute<{ count: number }>(sql`select count(*)::int as count from written`))[0]?.count,
        sort: async () => {
          await db.execute(sql`select n from generate_series(1, 200000) as n order by md5(n::text)`);
          return 1;
        },
      },
      Mutation: {
        write: async () => {
          await db.execute(
            sql`insert into written select repeat(md5(random()::text), 30) from generate_series(1, 100)`,
          );
          return true;
        },
      },
    },
    context: ({ viewer }) => ({ viewer }),
    host: "127.0.0.1",
    port: 0,
    verify: await makeInternalVerifier("orders", JSON.parse(keys.jwks)),
    ready: () => {
      probes += 1;
      return clock.read();
    },
    skewSeconds: clock.skewSeconds,
    log,
  });
  onTestFinished(() => subgraph.close(0));
  return {
    database,
    probes: () => probes,
    ask: makeSubgraphClient(keys, "orders", subgraph.url),
    readiness: async () => {
      const response = await fetch(`${subgraph.url}/health/ready`);
      return { status: response.status, body: await response.json() };
    },
  };
}

async function canMount(): Promise<boolean> {
  const place = await mkdtemp(path.join(tmpdir(), "agora-mount-"));
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place]);
    await run("umount", [place]);
    return true;
  } catch {
    return false;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
