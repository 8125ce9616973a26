import { type ChildProcess, fork } from "node:child_process";
import { openSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Variables } from "#test/harness/shop-variables.ts";

// A machine that is busy with other things starts a service in a minute.
const readyTimeoutMs = 180_000;
const readyPollMs = 20;
const probeTimeoutMs = 1_000;
const stopTimeoutMs = 20_000;
const restartPauseMs = 100;
/** As `npm start` has it: services are killed and started often, and most of a start is reading and compiling sources. */
const compileCache = path.join(import.meta.dirname, "../../node_modules/.cache/agora");

/** A service as a real process that is restarted whenever it ends. */
export type Supervised = {
  readonly name: string;
  /** The id of the running process; undefined between an exit and the next start. */
  pid(): number | undefined;
  /** Resolves once the service reports that it is ready. */
  ready(): Promise<void>;
  /** Kills the process (SIGKILL). Resolves when it is ready again, with the milliseconds that it took. */
  kill(): Promise<number>;
  /** Sets additional variables from the next start on. */
  setVariables(more: Variables): void;
  /** Stops the process (SIGTERM) and starts it again. */
  restart(): Promise<void>;
  /** Resolves the next time that the process ends. */
  ended(): Promise<void>;
  /** Exits that the test did not cause, such as after an unhandled error. */
  readonly deaths: readonly string[];
  stop(): Promise<void>;
};

/** Runs a service's main file, with its log in `logFile`. */
export function supervise(options: {
  name: string;
  file: string;
  directory: string;
  variables: Variables;
  readyUrl: string;
  logFile: string;
}): Supervised {
  const log = openSync(options.logFile, "a");
  const deaths: string[] = [];
  const expected = new WeakSet<ChildProcess>();
  let more: Variables = {};
  let child: ChildProcess | undefined;
  let stopped = false;
  let ending = Promise.withResolvers<void>();

  const start = () => {
    const started = fork(options.file, [], {
      cwd: options.directory,
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compileCache, ...options.variables, ...more },
      stdio: ["ignore", log, log, "ipc"],
    });
    child = started;
    const { AGORA_CRASH_POINT: crashPoint } = { ...options.variables, ...more };
    started.once("exit", (code, signal) => {
      // A crash point uses the same signal.
      const crashed = signal === "SIGKILL" && crashPoint !== undefined;
      if (!expected.has(started) && !stopped && !crashed)
        deaths.push(`${options.name}: ${signal ?? `exit code ${code}`}`);
      ending.resolve();
      ending = Promise.withResolvers();
      if (!stopped) setTimeout(() => !stopped && start(), restartPauseMs);
    });
  };
  start();

  const ready = async () => {
    const endAtMs = Date.now() + readyTimeoutMs;
    while (Date.now() < endAtMs) {
      const isReady = await fetch(options.readyUrl, { signal: AbortSignal.timeout(probeTimeoutMs) }).then(
        async (response) => {
          await response.arrayBuffer();
          return response.ok;
        },
        () => false,
      );
      if (isReady) return;
      await sleep(readyPollMs);
    }
    throw new Error(`${options.name} is not ready after ${readyTimeoutMs / 1_000} s; see ${options.logFile}.`);
  };
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    const ended = ending.promise;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    expected.add(child);
    child.kill(signal);
    const late = setTimeout(() => child?.kill("SIGKILL"), stopTimeoutMs);
    await ended;
    clearTimeout(late);
  };
  return {
    name: options.name,
    pid: () => child?.pid,
    deaths,
    ready,
    ended: () => ending.promise,
    kill: async () => {
      const killedAtMs = Date.now();
      await end("SIGKILL");
      await ready();
      return Date.now() - killedAtMs;
    },
    setVariables: (given) => {
      more = given;
    },
    restart: async () => {
      await end("SIGTERM");
      await ready();
    },
    stop: async () => {
      stopped = true;
      await end("SIGTERM");
    },
  };
}
