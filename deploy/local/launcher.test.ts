import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { migrateDatabase } from "#drizzle/migrate.ts";
import { runningDatabases } from "#platform/config/database-urls.ts";
import { subgraphs } from "#schema/subgraphs.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { freePort } from "./ports.ts";
import { ensureDatabase, startPostgres } from "./postgres.ts";

const launcherFile = path.join(import.meta.dirname, "testing/launcher.ts");
const names = ["GATEWAY", "USERS", "PRODUCTS", "ORDERS"] as const;

// A Postgres that has been used before, to copy: a start that makes one takes longer than the rest of a test.
let made: string;
vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  made = await mkdtemp(path.join(tmpdir(), "agora-launcher-made-"));
  await using server = await startPostgres({ directory: made, whenParentEnds: "stop", settings: { fsync: "off" } });
  for (const subgraph of subgraphs) await migrateDatabase(subgraph, await ensureDatabase(server, subgraph));
});
afterAll(() => rm(made, { recursive: true, force: true }));

/** Called at the end of a test, or of all of them. */
type AtEnd = (close: () => Promise<void>) => void;

// One start for what leaves the shop as it was.
describe("a shop that runs", () => {
  const closers: (() => Promise<void>)[] = [];
  let shop: Awaited<ReturnType<typeof openDirectory>>;
  let launcher: ChildProcess;
  beforeAll(async () => {
    const atEnd: AtEnd = (close) => void closers.unshift(close);
    const given = await databases(atEnd);
    shop = await openDirectory({ atEnd });
    launcher = await shop.start(given);
  });
  afterAll(async () => {
    for (const close of closers) await close();
  });

  test("databases from the environment are used, and each subgraph gets only its own", async () => {
    const databasesOf = async (name: (typeof names)[number]) => (await shop.report(name)).databases;
    expect(await databasesOf("GATEWAY")).toEqual([]);
    expect(await databasesOf("USERS")).toEqual(["USERS_DATABASE_URL"]);
    expect(await databasesOf("ORDERS")).toEqual(["ORDERS_DATABASE_URL"]);
    expect(await readdir(shop.directory)).not.toContain("postgres");
  });

  test("a second start on the same data says that the shop runs already, and does it no harm", async () => {
    const before = await shop.pids();
    const { code, said } = await shop.fail();
    expect(code).toBe(1);
    expect(said).toContain(`The shop on ${shop.directory} runs already, as process ${launcher.pid}.`);
    expect(await shop.pids()).toEqual(before);
  });

  test("a service that is killed is there again, while the others go on", async () => {
    const before = await shop.pids();
    process.kill(before.USERS, "SIGKILL");
    await eventually(async () => expect((await shop.pids()).USERS).not.toBe(before.USERS));
    expect(await shop.pids()).toEqual({ ...before, USERS: expect.any(Number) });
  });
});

// Each begins with the shop as the one before has left it.
describe("a shop with a Postgres of its own", () => {
  const closers: (() => Promise<void>)[] = [];
  let shop: Awaited<ReturnType<typeof openDirectory>>;
  let launcher: ChildProcess;
  beforeAll(async () => {
    shop = await openDirectory({ withPostgres: true, atEnd: (close) => void closers.unshift(close) });
    launcher = await shop.start();
  });
  afterAll(async () => {
    for (const close of closers) await close();
  });

  test("starts its Postgres again when that is killed, on the same port", async () => {
    const [pid, , , port] = await shop.postmaster();
    process.kill(Number(pid), "SIGKILL");
    await eventually(async () => {
      const again = await shop.postmaster();
      expect(again[0]).not.toBe(pid);
      expect(again.slice(3, 4)).toEqual([port]);
      expect(again[7]?.trim()).toBe("ready");
    });
  });

  test("completes requests in flight after SIGTERM, then leaves no process and no socket", async () => {
    // The commands beside the shop find its databases for as long as they are there.
    const urls = await runningDatabases({ DATA_DIRECTORY: shop.directory }, "/");
    expect(urls.orders).toContain("/orders");
    const slow = await fetch(`${shop.url("GATEWAY")}/slow/500`);
    launcher.kill("SIGTERM");
    expect(JSON.parse(await slow.text())).toMatchObject({ pid: expect.any(Number) });
    expect((await once(launcher, "exit"))[0]).toBe(0);
    await expect(runningDatabases({ DATA_DIRECTORY: shop.directory }, "/")).rejects.toThrow("No shop runs");
    expect(await processesOf(shop.directory)).toEqual([]);
    const left = await readdir(shop.directory, { recursive: true });
    expect(left.filter((name) => /socket|\.s\.PGSQL/.test(name))).toEqual([]);
  });

  test("gives its ports and data to the next start after its launcher was killed", async () => {
    launcher = await shop.start();
    const before = await shop.pids();
    launcher.kill("SIGKILL");
    launcher = await shop.start();
    const after = await shop.pids();
    const running = (await processesOf(shop.directory)).map(({ pid }) => pid);
    expect(running).toEqual(expect.arrayContaining(Object.values(after)));
    for (const pid of Object.values(before)) expect(running).not.toContain(pid);
  });

  test("ends, services and Postgres, when its launcher is killed", async () => {
    launcher.kill("SIGKILL");
    await eventually(async () => expect(await processesOf(shop.directory)).toEqual([]));
  });
});

describe.concurrent("a start of its own", () => {
  test("counts a Ctrl-C that npm passes on as well once, and requests in flight complete", async ({
    onTestFinished: atEnd,
  }) => {
    const shop = await openDirectory({ atEnd });
    const launcher = await shop.start(await databases(atEnd));
    const slow = await fetch(`${shop.url("GATEWAY")}/slow/500`);
    launcher.kill("SIGINT");
    await sleep(20);
    launcher.kill("SIGINT");
    expect(JSON.parse(await slow.text())).toMatchObject({ pid: expect.any(Number) });
    expect((await once(launcher, "exit"))[0]).toBe(0);
  });

  test("ends what is under way at a second Ctrl-C, and starts nothing again", async ({ onTestFinished: atEnd }) => {
    const shop = await openDirectory({ atEnd });
    const launcher = await shop.start(await databases(atEnd));
    const said = collect(launcher);
    const slow = await fetch(`${shop.url("GATEWAY")}/slow/30000`);
    launcher.kill("SIGINT");
    await eventually(async () => expect(said()).toContain("Press Ctrl-C again"));
    // Longer than one keystroke's two signals are apart.
    await sleep(600);
    launcher.kill("SIGINT");
    expect((await once(launcher, "exit"))[0]).toBe(0);
    await expect(slow.text()).rejects.toThrow();
    expect(said()).not.toContain("starting it again");
    expect(await processesOf(shop.directory)).toEqual([]);
  });

  test("leaves no process either when Ctrl-C comes before the shop is open", async ({ onTestFinished: atEnd }) => {
    const shop = await openDirectory({ atEnd });
    const launcher = shop.spawn();
    await eventually(async () => {
      const commands = (await processesOf(shop.directory)).map(({ command }) => command);
      expect(commands.join()).toContain("initdb");
    });
    launcher.kill("SIGINT");
    expect((await once(launcher, "exit"))[0]).toBe(0);
    expect(await processesOf(shop.directory)).toEqual([]);
  });

  test("waits for a shop that ends because npm, which started its launcher, was killed", async ({
    onTestFinished: atEnd,
  }) => {
    const shop = await openDirectory({ atEnd });
    const given = await databases(atEnd);
    const npm = shop.spawnUnderShell({ ...given, npm_lifecycle_event: "start" });
    await eventually(async () => expect((await shop.pids()).ORDERS).toBeGreaterThan(0));
    const before = await shop.pids();
    // A response under way keeps the shop from ending before that can be seen.
    const slow = await fetch(`${shop.url("GATEWAY")}/slow/2000`);
    npm.kill("SIGKILL");
    await eventually(async () => {
      const { ending } = JSON.parse(await readFile(path.join(shop.directory, "launcher.json"), "utf8"));
      expect(ending).toBe(true);
    }, 5);
    await shop.start(given);
    expect((await slow.text()).length).toBeGreaterThan(0);
    const running = (await processesOf(shop.directory)).map(({ pid }) => pid);
    for (const pid of Object.values(before)) expect(running).not.toContain(pid);
  });

  test("names each taken port with the variable that changes it, and leaves nothing running", async ({
    onTestFinished: atEnd,
  }) => {
    const shop = await openDirectory({ atEnd });
    const server = createServer().listen(Number(shop.environment.PRODUCTS_PORT), "127.0.0.1");
    atEnd(() => void server.close());
    await once(server, "listening");
    const { code, said } = await shop.fail();
    expect(code).toBe(1);
    expect(said).toBe(`Port ${shop.environment.PRODUCTS_PORT} is taken. Set PRODUCTS_PORT to another one.\n`);
    expect(await processesOf(shop.directory)).toEqual([]);
  });

  test("names a service that cannot start after what it said, and leaves nothing running", async ({
    onTestFinished: atEnd,
  }) => {
    const shop = await openDirectory({ atEnd });
    const { code, said } = await shop.fail({ ...(await databases(atEnd)), BROKEN_SERVICE: "orders" });
    expect(code).toBe(1);
    expect(said).toContain("Error: orders is broken");
    expect(said).toContain("orders cannot start: it ended (exit code 1).");
    expect(await processesOf(shop.directory)).toEqual([]);
  });

  test("is refused with one or two databases in the environment, by the names of what is missing", async ({
    onTestFinished: atEnd,
  }) => {
    const shop = await openDirectory({ atEnd });
    const { said } = await shop.fail({ USERS_DATABASE_URL: "postgres://127.0.0.1/users" });
    expect(said).toContain("PRODUCTS_DATABASE_URL and ORDERS_DATABASE_URL must be set too");
  });

  test("refuses data of another major version of Postgres by name, and leaves it as it is", async ({
    onTestFinished: atEnd,
  }) => {
    const shop = await openDirectory({ atEnd });
    const version = path.join(shop.directory, "postgres/data/PG_VERSION");
    await mkdir(path.dirname(version), { recursive: true });
    await writeFile(version, "15\n");
    const { code, said } = await shop.fail();
    expect(code).toBe(1);
    expect(said).toContain(
      `The data directory ${path.dirname(version)} was made by PostgreSQL 15; this install brings`,
    );
    expect(await readFile(version, "utf8")).toBe("15\n");
  });
});

/** A data directory and ports of a test's own, and ways to launch a shop on them. */
async function openDirectory({ withPostgres = false, atEnd }: { withPostgres?: boolean; atEnd: AtEnd }) {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-launcher-"));
  if (withPostgres) await cp(made, path.join(directory, "postgres"), { recursive: true });
  const ports = await Promise.all(names.map(async (name) => [`${name}_PORT`, String(await freePort())]));
  const environment: Record<string, string> = {
    DATA_DIRECTORY: directory,
    ...Object.fromEntries(names.map((name) => [`${name}_METRICS_PORT`, "0"])),
    ...Object.fromEntries(ports),
  };
  atEnd(() => rm(directory, { recursive: true, force: true }));

  const launch = (more: Record<string, string> = {}): ChildProcess => {
    const launcher = spawn(process.execPath, [launcherFile], { env: { ...process.env, ...environment, ...more } });
    atEnd(async () => {
      launcher.kill("SIGTERM");
      if (launcher.exitCode === null && launcher.signalCode === null) await once(launcher, "exit");
    });
    return launcher;
  };
  const url = (name: (typeof names)[number]) => `http://127.0.0.1:${environment[`${name}_PORT`]}`;
  const report = async (name: (typeof names)[number]): Promise<{ pid: number; databases: string[] }> =>
    JSON.parse(await (await fetch(url(name))).text());
  return {
    directory,
    environment,
    url,
    report,
    spawn: launch,
    /** The launcher as a child of a shell, which stands where npm does. */
    spawnUnderShell: (more: Record<string, string>): ChildProcess =>
      spawn("/bin/sh", ["-c", `"${process.execPath}" "${launcherFile}"; exit`], {
        env: { ...process.env, ...environment, ...more },
      }),
    /** Resolves when the launcher says that the shop is open. */
    start: async (more?: Record<string, string>): Promise<ChildProcess> => {
      const launcher = launch(more);
      const said = collect(launcher);
      await eventually(async () => expect(said()).toContain("The shop is open"));
      return launcher;
    },
    /** A start that ends by itself: with which code, and what it said. */
    fail: async (more?: Record<string, string>): Promise<{ code: number; said: string }> => {
      const launcher = launch(more);
      const said = collect(launcher);
      const [code] = await once(launcher, "close");
      return { code, said: said() };
    },
    pids: async () => {
      const [GATEWAY, USERS, PRODUCTS, ORDERS] = await Promise.all(names.map(async (name) => (await report(name)).pid));
      return { GATEWAY: GATEWAY ?? 0, USERS: USERS ?? 0, PRODUCTS: PRODUCTS ?? 0, ORDERS: ORDERS ?? 0 };
    },
    postmaster: async () => (await readFile(path.join(directory, "postgres/data/postmaster.pid"), "utf8")).split("\n"),
  };
}

/** Databases of the test's own, for a start that need not make a Postgres first. */
async function databases(atEnd: AtEnd): Promise<Record<string, string>> {
  const [users, products, orders] = await Promise.all(subgraphs.map(createDatabase));
  atEnd(async () => void (await Promise.all([users?.drop(), products?.drop(), orders?.drop()])));
  return {
    USERS_DATABASE_URL: users?.url ?? "",
    PRODUCTS_DATABASE_URL: products?.url ?? "",
    ORDERS_DATABASE_URL: orders?.url ?? "",
  };
}

function collect(launcher: ChildProcess): () => string {
  let said = "";
  for (const stream of [launcher.stdout, launcher.stderr]) {
    stream?.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
  }
  return () => said;
}

/** The processes that have a directory in their command line or in their environment. */
async function processesOf(directory: string): Promise<{ pid: number; command: string }[]> {
  const found: { pid: number; command: string }[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
    const [command, environment] = await Promise.all([read("cmdline"), read("environ")]);
    if (`${command}${environment}`.includes(directory)) found.push({ pid: Number(pid), command });
  }
  return found;
}

/** Repeats an expectation until it holds, for 40 s at most. */
async function eventually(expectation: () => Promise<void>, pauseMs = 50): Promise<void> {
  for (const until = Date.now() + 40_000; ; await sleep(pauseMs)) {
    try {
      return await expectation();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}
