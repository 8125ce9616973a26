import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A shop that answers. */
export interface OpenShop {
  /** Of its GraphQL. */
  readonly url: string;
  /** Where it writes its mails, if that is on this machine. */
  readonly mailFolder: string | null;
  /** Whether it was started here, and ends with `close`. */
  readonly isOurs: boolean;
  close: () => Promise<void>;
}

const root = path.join(import.meta.dirname, "../..");
const startMaxMs = 120_000;
const lookEveryMs = 200;
const probeMaxMs = 2_000;
const logLinesShown = 12;

/** The shop at an address, which may be left without its path. @throws {Error} when it is no http(s) address. */
export function shopAt(address: string, mailFolder: string | null): OpenShop {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error(`"${address}" is no address of a shop; one looks like http://localhost:4000/graphql.`);
  }
  if (url.pathname === "/") url.pathname = "/graphql";
  return { url: url.href, mailFolder, isOurs: false, close: async () => {} };
}

/** The shop that runs on this machine, or one started for as long as it is needed. @throws {Error} when it does not start. */
export async function localShop(environment: Record<string, string | undefined>): Promise<OpenShop> {
  const data = path.resolve(root, environment.DATA_DIRECTORY || ".data");
  const host = environment.HOST || "127.0.0.1";
  // A shop that listens on every address is reached on this one.
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
  // Whatever ends this process ends what it started, and the launcher drains by itself.
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
    throw new Error(`The shop did not start. It said:\n${lines.join("\n")}`);
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
