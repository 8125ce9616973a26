import { readdir, readFile } from "node:fs/promises";
import postgres from "postgres";

/** A process of this machine, as Linux reports it. */
type Process = {
  readonly id: number;
  readonly parent: number;
  readonly command: string;
  /** Its own processor time and that of its children that have ended, in milliseconds. */
  readonly cpuMs: number;
  readonly privateMebibytes: number;
};

const ticksPerSecond = 100;

/** The processes below this one and below another one, at any depth. */
async function readDescendants(other?: number): Promise<Process[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = (await Promise.all(ids.map(readProcess))).filter((one) => one !== undefined);
  const below = new Set([process.pid, other]);
  // A child may come before its parent, as ids are used again.
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const { id, parent } of all) if (below.has(parent)) below.add(id);
  }
  return all.filter(({ id }) => id !== process.pid && below.has(id));
}

async function readProcess(id: number): Promise<Process | undefined> {
  try {
    const [stat, command, memory] = await Promise.all(
      ["stat", "cmdline", "smaps_rollup"].map((name) => readFile(`/proc/${id}/${name}`, "utf8").catch(() => "")),
    );
    if (stat === undefined || stat === "") return undefined;
    const fields = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    const kibibytes = [...(memory ?? "").matchAll(/^Private_\w+:\s+(\d+) kB/gm)].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
    return {
      id,
      parent: fields[1] ?? 0,
      command: (command ?? "").replaceAll("\0", " ").trim(),
      cpuMs: ((user + system + endedUser + endedSystem) * 1_000) / ticksPerSecond,
      privateMebibytes: kibibytes / 1_024,
    };
  } catch {
    return undefined;
  }
}

/** What a part of the shop is, by the command line of its processes. */
const parts: readonly (readonly [name: string, command: RegExp])[] = [
  ["gateway", /gateway\/main\.ts/],
  ["users", /subgraphs\/users\/main\.ts/],
  ["products", /subgraphs\/products\/main\.ts/],
  ["orders", /subgraphs\/orders\/main\.ts/],
  ["the floor", /bench\/floor\.ts/],
  ["users' Postgres", /^postgres: \S+ \S*users\b/],
  ["products' Postgres", /^postgres: \S+ \S*products\b/],
  ["orders' Postgres", /^postgres: \S+ \S*orders\b/],
  ["the rest of Postgres", /^postgres:|\bpostgres\b.* -D /],
];

/**
 * The processor time, in milliseconds since each began, of each part of a shop that this process has started.
 *
 * @param postmaster the first process of the shop's Postgres, which belongs to no other process.
 */
export async function readCpu(postmaster: number): Promise<ReadonlyMap<string, number>> {
  const total = new Map<string, number>(parts.map(([name]) => [name, 0]));
  for (const { command, cpuMs } of await readDescendants(postmaster)) {
    const part = parts.find(([, pattern]) => pattern.test(command));
    if (part !== undefined) total.set(part[0], (total.get(part[0]) ?? 0) + cpuMs);
  }
  return total;
}

/** The private memory of each service's process, in mebibytes. */
export async function readMemory(): Promise<ReadonlyMap<string, number>> {
  const all = await readDescendants();
  return new Map(
    parts.slice(0, 4).map(([name, pattern]) => {
      const found = all.filter(({ command }) => pattern.test(command));
      return [name, Math.max(0, ...found.map(({ privateMebibytes }) => privateMebibytes))];
    }),
  );
}

/** The first process of the Postgres server that a database is on. */
export async function readPostmaster(databaseUrl: string): Promise<number> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    const [row] = await sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    return (row === undefined ? undefined : await readProcess(row.pid))?.parent ?? 0;
  } finally {
    await sql.end();
  }
}

/** An environment variable of the process whose command line matches. @throws {Error} when there is none. */
export async function readVariable(command: RegExp, name: string): Promise<string> {
  for (const { id, command: line } of await readDescendants()) {
    if (!command.test(line)) continue;
    const environment = (await readFile(`/proc/${id}/environ`, "utf8")).split("\0");
    const found = environment.find((entry) => entry.startsWith(`${name}=`));
    if (found !== undefined) return found.slice(name.length + 1);
  }
  throw new Error(`No process has the variable ${name}.`);
}
