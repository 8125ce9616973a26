import { type ChildProcess, fork } from "node:child_process";
import { openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Variables } from "#test/harness/shop-variables.ts";

/** A busy machine takes its time to start a process. */
const readyTimeoutMs = 180_000;
const pollMs = 50;

/** One process of a service, which the trial starts and ends as an operator would. */
export type Instance = {
  readonly name: string;
  readonly url: string;
  readonly metricsUrl: string;
  /** @param more variables for this run only. @throws {Error} when it ends or does not become ready. */
  start(more?: Variables): Promise<void>;
  /** SIGTERM; resolves when the process has exited. */
  terminate(): Promise<void>;
  /** SIGKILL; resolves when the process has exited. */
  kill(): Promise<void>;
  /** SIGSTOP: the process hangs, and its connections stay open. */
  hang(): void;
  /** SIGCONT. */
  resume(): void;
};

/** @param options.file the service's main file. Its log is appended to `logFile`. */
export function makeInstance(options: {
  name: string;
  file: string;
  url: string;
  metricsUrl: string;
  variables: Variables;
  logFile: string;
}): Instance {
  const log = openSync(options.logFile, "a");
  let child: ChildProcess | undefined;
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    const ending = child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill(signal);
    await exited;
  };
  return {
    name: options.name,
    url: options.url,
    metricsUrl: options.metricsUrl,
    start: async (more = {}) => {
      child = fork(options.file, [], {
        env: { PATH: process.env.PATH, ...options.variables, ...more },
        stdio: ["ignore", log, log, "ipc"],
      });
      const until = Date.now() + readyTimeoutMs;
      while (!(await isReady(options.url))) {
        if (Date.now() > until || child.exitCode !== null)
          throw new Error(`${options.name} did not become ready; see ${options.logFile}.`);
        await sleep(pollMs);
      }
    },
    terminate: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    hang: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
  };
}

/** Whether a service reports that it is ready to serve. */
export async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
