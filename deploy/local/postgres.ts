import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  access,
  appendFile,
  chown,
  cp,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { Socket } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import postgres from "postgres";
import { freePort } from "./ports.ts";
import { type Account, chooseAccount, giveAllTo, homeElsewhere } from "./postgres-binaries.ts";

const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;
const sessionsTimeoutMs = 10_000;
const startAttemptsMax = 5;
const ensureDatabaseLock = 7_201_900;

/** An embedded Postgres server on 127.0.0.1, with its data under `directory`. */
export type Postgres = AsyncDisposable & {
  directory: string;
  port: number;
  /** The process id of the server. */
  pid: number;
  /** Whether that process is running. */
  running: () => Promise<boolean>;
  /** The URL of a database, `postgres` unless named, for the superuser. */
  adminUrl: (database?: string) => string;
  /** Ends every session and the server, with a checkpoint; resolves when the process is gone. Repeating it is harmless. */
  stop: () => Promise<void>;
  /** Stops it and deletes its directory and all data. */
  remove: () => Promise<void>;
};

/** How a server is started. */
export type PostgresOptions = {
  /** Its home: data, passwords and log go below it. Made when it is missing. */
  directory: string;
  /** A free one is taken when none is given. */
  port?: number;
  /** Lines for the server's configuration, by name. */
  settings?: Record<string, string>;
  /**
   * With `stop` the server ends when this process does, however it ends; with `remove` its directory goes too. Without
   * it a killed process leaves the server running, and the next start stops it.
   */
  whenParentEnds?: "stop" | "remove";
};

/**
 * Starts Postgres, making its data directory first if there is none. A server that an earlier, killed process left
 * running on the same directory is stopped first. Refuses a data directory that another major version made.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const directory = path.resolve(options.directory);
  const account = await chooseAccount(directory);
  const data = path.join(account.home, "data");
  await fetchData(account, directory, data);
  await refuseOtherVersion(account, data);
  const adminPassword = await keepPassword(directory, "postgres");
  if (!(await exists(path.join(data, "PG_VERSION")))) await createData(account, data, adminPassword);
  await stopServer(account, data);

  const port = await startServer(account, data, options);
  const pid = await readPid(data);
  if (pid === undefined) throw new Error(`Postgres on ${data} ended at once.`);
  const places = [directory, account.home];
  const { whenParentEnds } = options;
  const leash = whenParentEnds && holdLeash(account, data, pid, whenParentEnds === "remove" ? places : []);
  const stop = async () => {
    await stopServer(account, data);
    leash?.kill("SIGKILL");
  };
  return {
    directory,
    port,
    pid,
    running: () => serves(pid, data),
    adminUrl: (database = "postgres") => databaseUrl("postgres", adminPassword, port, database),
    stop,
    remove: async () => {
      await stop();
      await Promise.all(places.map((place) => rm(place, { recursive: true, force: true })));
    },
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * A database and a role of the same name that owns it and that alone (the superuser aside) may connect to it. Repeating
 * it is harmless. Returns the URL; the password is kept beside the data, readable by its owner only.
 */
export async function ensureDatabase(server: Postgres, name: string): Promise<string> {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new Error(`${JSON.stringify(name)} is no name for a database.`);
  const password = await keepPassword(server.directory, name);
  const admin = postgres(server.adminUrl(), { max: 1, onnotice: () => {} });
  try {
    // One at a time: the rights on the databases that all of them share cannot be changed by two sessions at once.
    await admin`SELECT pg_advisory_lock(${ensureDatabaseLock})`;
    const [role] = await admin`SELECT FROM pg_roles WHERE rolname = ${name}`;
    if (role === undefined) await admin`CREATE ROLE ${admin(name)} LOGIN`;
    // The password holds only letters and digits of base64url, so that it can stand between quotes.
    await admin.unsafe(`ALTER ROLE ${name} PASSWORD '${password}'`);
    const [database] = await admin`SELECT FROM pg_database WHERE datname = ${name}`;
    if (database === undefined) await admin`CREATE DATABASE ${admin(name)} OWNER ${admin(name)}`;
    await admin`REVOKE CONNECT, TEMPORARY ON DATABASE ${admin(name)}, postgres, template1 FROM PUBLIC`;
  } finally {
    await admin.end();
  }
  return databaseUrl(name, password, server.port, name);
}

function databaseUrl(user: string, password: string, port: number, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * Moves the data from its other possible place when the account that runs Postgres has changed since the last start, for instance because a container
 * forbids user namespaces.
 */
async function fetchData(account: Account, directory: string, data: string): Promise<void> {
  const other = path.join(account.home === directory ? homeElsewhere(directory) : directory, "data");
  if ((await exists(data)) || !(await exists(path.join(other, "PG_VERSION")))) return;
  const pid = await readPid(other);
  if (pid !== undefined && (await serves(pid, other)))
    throw new Error(`Process ${pid} serves ${other}; stop it first.`);
  await cp(other, `${data}.unfinished`, { recursive: true, verbatimSymlinks: true });
  await giveAllTo(
    `${data}.unfinished`,
    account.userId ?? process.getuid?.() ?? 0,
    account.groupId ?? process.getgid?.() ?? 0,
  );
  await rename(`${data}.unfinished`, data);
  await rm(other, { recursive: true });
}

async function refuseOtherVersion(account: Account, data: string): Promise<void> {
  const made = (await readFile(path.join(data, "PG_VERSION"), "utf8").catch(() => "")).trim();
  if (made === "") return;
  const { output } = await account.run("postgres", ["--version"]);
  const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
  if (made === major) return;
  throw new Error(
    `The data directory ${data} was made by PostgreSQL ${made}; this install brings PostgreSQL ${major}, which cannot ` +
      "read it. Dump it with the version that made it, or move the directory away to start with an empty shop.",
  );
}

/**
 * Creates the data next to its place and moves it there as a whole, so that an interrupted start leaves nothing that looks like data. The built-in locale
 * sorts the same on every machine and after every system upgrade.
 */
async function createData(account: Account, data: string, adminPassword: string): Promise<void> {
  const unfinished = `${data}.unfinished`;
  const passwordFile = `${data}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await writeFile(passwordFile, adminPassword, { mode: 0o600 });
  if (account.userId !== undefined) await chown(passwordFile, account.userId, -1);
  const { code, output } = await account.run("initdb", [
    `--pgdata=${unfinished}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    `--locale=${process.platform === "linux" ? "C.UTF-8" : "C"}`,
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ]);
  await rm(passwordFile, { force: true });
  if (code !== 0) throw new Error(`Postgres could not make its data directory ${data}:\n${output}`);
  await appendFile(path.join(unfinished, "postgresql.conf"), "\ninclude = 'agora.conf'\n");
  await rename(unfinished, data);
}

async function startServer(account: Account, data: string, options: PostgresOptions): Promise<number> {
  const log = path.join(account.home, "postgres.log");
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const settings = {
      listen_addresses: "127.0.0.1",
      port: String(port),
      // TCP only: a socket's path must be short, which a checkout's may not be, and a crash leaves it behind.
      unix_socket_directories: "",
      ...options.settings,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
    const conf = path.join(data, "agora.conf");
    await writeFile(conf, lines.join(""), { mode: 0o600 });
    if (account.userId !== undefined) await chown(conf, account.userId, -1);
    await rm(log, { force: true });
    const wait = [`--timeout=${startTimeoutMs / 1000}`, "--wait", "--silent"];
    const { code, output } = await account.run("pg_ctl", ["start", `--pgdata=${data}`, `--log=${log}`, ...wait]);
    if (code === 0) return port;

    const said = await readFile(log, "utf8").catch(() => "");
    const taken = said.includes("Address already in use");
    if (taken && options.port !== undefined) throw new Error(`Port ${port}, asked for by Postgres, is taken.`);
    // Another process may take the port between the choice and its use.
    if (!taken || attempt === startAttemptsMax) throw new Error(`Postgres did not start:\n${output}\n${said}`);
  }
}

/**
 * Ends the server that `postmaster.pid` names, if it is one. After a crash of the machine the number may belong to
 * something else by now: that is left alone and the file taken away, for Postgres itself would refuse to start. But a
 * server that was killed leaves sessions for a moment, and none of them may still write while another starts.
 */
async function stopServer(account: Account, data: string): Promise<void> {
  const pid = await readPid(data);
  if (pid !== undefined && (await serves(pid, data))) {
    const stop = ["stop", `--pgdata=${data}`, `--timeout=${stopTimeoutMs / 1000}`, "--wait", "--silent"];
    const { code } = await account.run("pg_ctl", [...stop, "--mode=fast"]);
    // pg_ctl waits for the server's file to go, which it does a moment before the server: that is waited for below.
    if (code !== 0 && (await serves(pid, data))) await account.run("pg_ctl", [...stop, "--mode=immediate"]);
  }
  const until = Date.now() + sessionsTimeoutMs;
  for (let left = await processesIn(data); left.length > 0; left = await processesIn(data)) {
    if (Date.now() > until) throw new Error(`Process ${left.join(", ")} of Postgres on ${data} does not end.`);
    await sleep(20);
  }
  if (pid !== undefined && alive(pid)) await rm(path.join(data, "postmaster.pid"), { force: true });
}

async function readPid(data: string): Promise<number | undefined> {
  const text = await readFile(path.join(data, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number(text.split("\n")[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** Whether a process is a Postgres on this data. Every one of them works in its data directory. */
async function serves(pid: number, data: string): Promise<boolean> {
  if (process.platform !== "linux") {
    const { stdout } = await promisify(execFile)("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({
      stdout: "",
    }));
    return stdout.includes(data);
  }
  // A process that ended and was not waited for yet still has its number, but works nowhere any more.
  const place = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return place !== undefined && place === (await realpath(data).catch(() => data));
}

async function processesIn(data: string): Promise<number[]> {
  if (process.platform !== "linux") return [];
  const all = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const found = await Promise.all(all.map(async (pid) => ((await serves(pid, data)) ? [pid] : [])));
  return found.flat();
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * A small process that waits for its input to end, which happens when this process ends, whichever way, and then stops
 * the server. It has a session of its own, so that Ctrl-C in the terminal does not reach it.
 */
function holdLeash(account: Account, data: string, pid: number, remove: string[]): ChildProcess {
  const script =
    'read -r line; serves() { [ "$(head -n 1 "$1/postmaster.pid" 2>/dev/null)" = "$2" ]; }; ' +
    'serves "$1" "$2" && kill -INT "$2"; i=0; ' +
    'while serves "$1" "$2" && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done; ' +
    'shift 2; for place in "$@"; do rm -rf "$place"; done';
  const leash = spawn("/bin/sh", ["-c", script, "sh", data, String(pid), ...remove], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
  });
  leash.on("error", (cause) => {
    throw new Error(`The process that would stop Postgres (${account.name}) cannot be started.`, { cause });
  });
  leash.unref();
  // Neither the process nor the pipe to it may keep this one alive.
  if (leash.stdin instanceof Socket) leash.stdin.unref();
  return leash;
}

async function keepPassword(directory: string, name: string): Promise<string> {
  const file = path.join(directory, "passwords", name);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const fresh = randomBytes(24).toString("base64url");
  // The first writer wins; a later one reads what the first wrote.
  await writeFile(file, fresh, { mode: 0o600, flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const kept = (await readFile(file, "utf8")).trim();
  if (!/^[A-Za-z0-9_-]{32}$/.test(kept))
    throw new Error(`${file} does not hold a password of ours; take it away to make a new one.`);
  return kept;
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
