import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A shop that accepts requests. */
export interface OpenShop {
  /** The URL of its GraphQL endpoint. */
  readonly url: string;
  /** The folder that it writes emails to; null when it is not on this machine. */
  readonly mailFolder: string | null;
  /** Whether this process started it; `close` then stops it. */
  readonly isOurs: boolean;
  close: () => Promise<void>;
}

const root = path.join(import.meta.dirname, "../..");
const startMaxMs = 120_000;
const lookEveryMs = 200;
const probeMaxMs = 2_000;
const logLinesShown = 12;

/** Returns the shop at a URL, whose path defaults to `/graphql`. @throws {Error} when it is not an http(s) URL. */
export function shopAt(address: string, mailFolder: string | null): OpenShop {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error(`"${address}" is not a valid URL. Use one such as http://localhost:4000/graphql.`);
  }
  if (url.pathname === "/") url.pathname = "/graphql";
  return { url: url.href, mailFolder, isOurs: false, close: async () => {} };
}

/** Returns the shop that runs on this machine, or starts one until `close`. @throws {Error} when it does not start. */
export async function localShop(environment: Record<string, string | undefined>): Promise<OpenShop> {
  const data = path.resolve(root, environment.DATA_DIRECTORY || ".data");
  const host = environment.HOST || "127.0.0.1";
  // A shop that listens on all addresses is reached on the loopback address.
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const origin = `http://${name.includes(":") ? `[${name}]` : name}:${environment.GATEWAY_PORT || "4000"}`;
  const shop = { url: `${origin}/graphql`, mailFolder: path.join(data, "mail") };
  if (await isReady(origin)) return { ...shop, isOurs: false, close: async () => {} };

  mkdirSync(data, { recursive: true });
  const logFile = path.join(data, "shop-command.log");
  const log = openSync(logFile, "w");
  const launcher = spawn(process.execPath, [path.join(root, "deploy/local/start.js")], {
    cwd: root,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  // However this process ends, the launcher ends too, and drains by itself.
  const end = () => void launcher.kill("SIGTERM");
  process.once("exit", end);
  const close = async () => {
    process.off("exit", end);
    await ended(launcher);
  };
  const deadlineMs = Date.now() + startMaxMs;
  while (!(await isReady(origin))) {
    if (launcher.exitCode === null && launcher.signalCode === null && Date.now() < deadlineMs) {
      await sleep(lookEveryMs);
      continue;
    }
    await close();
    const lines = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-logLinesShown);
    throw new Error(`The shop did not start. Its last output:\n${lines.join("\n")}`);
  }
  return { ...shop, isOurs: true, close };
}

async function isReady(origin: string): Promise<boolean> {
  const response = await fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(probeMaxMs) }).catch(() => null);
  await response?.body?.cancel();
  return response?.ok === true;
}

async function ended(launcher: ChildProcess): Promise<void> {
  if (launcher.exitCode !== null || launcher.signalCode !== null) return;
  const exit = once(launcher, "exit");
  launcher.kill("SIGTERM");
  await exit;
}
