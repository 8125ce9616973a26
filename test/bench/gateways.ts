import { type ChildProcess, fork } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { freePort } from "#deploy/local/ports.ts";

/** A gateway that is measured, as a process of its own. */
export type MeasuredGateway = {
  readonly name: string;
  readonly url: string;
  /** Processor time used so far, in milliseconds, by its process and those it started. */
  readonly cpuMs: () => number;
  readonly stop: () => void;
};

/** Where the subgraphs are, and what lets each kind of gateway in. */
export type Behind = {
  readonly addresses: Readonly<Record<string, string>>;
  readonly internalKey: string;
  readonly routerSecret: string;
};

const root = path.join(import.meta.dirname, "../..");
const hiveDirectory = path.join(root, "deploy/routers/hive");
const startTimeoutMs = 60_000;

/** Those that can be started here. Hive Gateway is installed apart: `npm ci` in deploy/routers/hive. */
export const gatewayKinds: Readonly<Record<string, (behind: Behind) => Promise<MeasuredGateway>>> = {
  ours: (behind) =>
    startProcess("ours", path.join(root, "gateway/main.ts"), [], {
      ...addressVariables(behind),
      INTERNAL_KEY: behind.internalKey,
      RATE_LIMIT_ENABLED: "false",
      GATEWAY_METRICS_PORT: "0",
      LOG_LEVEL: "warn",
    }),
  "without-coalescing": (behind) => startWithout(behind),
  stock: (behind) =>
    startProcess("Apollo Gateway", path.join(root, "test/bench/stock-gateway.ts"), [], {
      ...addressVariables(behind),
      ROUTER_SECRET: behind.routerSecret,
    }),
  ...(existsSync(path.join(hiveDirectory, "node_modules"))
    ? {
        hive: (behind: Behind) => startHive("Hive Gateway", [], behind),
        "hive-jit": (behind: Behind) => startHive("Hive Gateway, compiling", ["--jit"], behind),
      }
    : {}),
};

/** Ours with each of several equal queries in flight sent, which shows what sending them once is worth. */
function startWithout(behind: Behind): Promise<MeasuredGateway> {
  return startProcess("ours without coalescing", path.join(root, "test/bench/gateway-without.ts"), [], {
    ...addressVariables(behind),
    INTERNAL_KEY: behind.internalKey,
    RATE_LIMIT_ENABLED: "false",
    GATEWAY_METRICS_PORT: "0",
    LOG_LEVEL: "warn",
  });
}

function addressVariables({ addresses }: Behind): Record<string, string> {
  return Object.fromEntries(
    Object.entries(addresses).map(([name, url]) => [`SUBGRAPH_${name.toUpperCase()}_URL`, url]),
  );
}

function startHive(name: string, more: string[], behind: Behind): Promise<MeasuredGateway> {
  const file = path.join(hiveDirectory, "node_modules/.bin/hive-gateway");
  return startProcess(
    name,
    file,
    ["supergraph", ...more],
    { ...addressVariables(behind), ROUTER_SECRET: behind.routerSecret },
    hiveDirectory,
  );
}

async function startProcess(
  name: string,
  file: string,
  words: string[],
  variables: Record<string, string>,
  directory = root,
): Promise<MeasuredGateway> {
  const port = String(await freePort());
  const child = fork(file, words, {
    cwd: directory,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { PATH: process.env.PATH, NODE_ENV: "production", GATEWAY_PORT: port, ROUTER_PORT: port, ...variables },
  });
  const url = `http://127.0.0.1:${port}/graphql`;
  await waitUntilReady(name, url, child);
  return { name, url, cpuMs: () => cpuMsOf(child), stop: () => void child.kill("SIGKILL") };
}

async function waitUntilReady(name: string, url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + startTimeoutMs;
  for (;;) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`${name} does not start.`);
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ __typename }"}',
    }).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const tickMs = 10;

function cpuMsOf(child: ChildProcess): number {
  const stats = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => statOf(entry) ?? []);
  const family = new Set([child.pid]);
  let ticks = 0;
  // Children have higher numbers than their parents, but for the wrap that no benchmark lives to see.
  for (const { pid, parent, used } of stats.toSorted((a, b) => a.pid - b.pid)) {
    if (!family.has(pid) && !family.has(parent)) continue;
    family.add(pid);
    ticks += used;
  }
  return ticks * tickMs;
}

function statOf(entry: string): { pid: number; parent: number; used: number } | undefined {
  try {
    const text = readFileSync(`/proc/${entry}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { pid: Number(entry), parent: Number(fields[1]), used: Number(fields[11]) + Number(fields[12]) };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}
