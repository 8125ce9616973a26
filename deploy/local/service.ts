import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const readyTimeoutMs = 60_000;
const readyPollMs = 100;
const readyProbeMs = 3_000;
const stopTimeoutMs = 20_000;
const steadyMs = 10_000;
const pauseFirstMs = 250;
const pauseMaxMs = 10_000;
const startsBeforeReadyMax = 3;

/** How to run one of the shop's processes. */
export type ServiceOptions = {
  name: string;
  /** The file that Node runs. */
  file: string;
  directory: string;
  /** The complete environment; variables without a value are left out. */
  environment: Record<string, string | undefined>;
  /** Responds with 200 once the service can serve. */
  readyUrl: string;
  /** Called with the number of each new process. */
  onStart: (pid: number) => void;
  /** Receives what happens, as sentences. */
  say: (sentence: string) => void;
};

/** A process that is started again whenever it ends. */
export type Service = {
  name: string;
  /** Resolves when it is ready for the first time; rejects when it gives up before that, or is killed three times. */
  ready: Promise<void>;
  /** Lets it drain, for 20 s at most, and does not start it again. Repeating it is harmless. */
  stop: () => Promise<void>;
  /** Ends it now, and does not start it again. */
  kill: () => void;
  /** Ends it and starts it again at once, with its sources as they are now. */
  restart: () => void;
};

/** Node's default young generation grows a service by some 150 MiB while it loads its modules, and never gives them back. */
const memoryFlags = ["--max-semi-space-size=4"];

/**
 * Runs a service in its own process and keeps it running: it is restarted at once after a long life, and after growing pauses when it keeps ending. The
 * process has a channel to this one and ends when this one is gone. It also has its own session, so that Ctrl-C in the terminal reaches only this process,
 * which decides the order in which the services end.
 */
export function runService(options: ServiceOptions): Service {
  const { name, say } = options;
  let child: ChildProcess | undefined;
  let restart: NodeJS.Timeout | undefined;
  let starts = 0;
  let quickEnds = 0;
  let stopping = false;
  const isReady = Promise.withResolvers<void>();
  let wasReady = false;

  const start = () => {
    restart = undefined;
    starts += 1;
    const startedAtMs = Date.now();
    const process = fork(options.file, [], {
      execArgv: memoryFlags,
      cwd: options.directory,
      env: options.environment,
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child = process;
    if (process.pid !== undefined) options.onStart(process.pid);
    // A service that found a problem at its start would find it again.
    const ended = (how: string, byItself: boolean) => {
      if (child !== process) return;
      child = undefined;
      if (stopping) return;
      if (!wasReady && (byItself || starts >= startsBeforeReadyMax)) {
        stopping = true;
        isReady.reject(new Error(`${name} cannot start: it ended (${how}). What it said is above.`));
        return;
      }
      quickEnds = Date.now() - startedAtMs > steadyMs ? 0 : quickEnds + 1;
      const pauseMs = quickEnds < 2 ? 0 : Math.min(pauseMaxMs, pauseFirstMs * 2 ** (quickEnds - 2));
      say(`${name} ended (${how}); starting it again${pauseMs === 0 ? "" : ` in ${pauseMs / 1000} s`}.`);
      restart = setTimeout(start, pauseMs);
    };
    process.once("error", (error) => ended(error.message, true));
    process.once("exit", (code, signal) => ended(signal ?? `exit code ${code}`, signal === null));
  };

  const stop = async () => {
    stopping = true;
    clearTimeout(restart);
    const process = child;
    if (process === undefined) return;
    const gone = new Promise<void>((resolve) => process.once("exit", () => resolve()));
    process.kill("SIGTERM");
    const late = setTimeout(() => {
      say(`${name} does not end within ${stopTimeoutMs / 1000} s and is killed.`);
      process.kill("SIGKILL");
    }, stopTimeoutMs);
    await gone;
    clearTimeout(late);
  };

  const restartNow = () => {
    quickEnds = 0;
    if (restart !== undefined) {
      clearTimeout(restart);
      start();
    } else child?.kill("SIGKILL");
  };

  const kill = () => {
    stopping = true;
    clearTimeout(restart);
    child?.kill("SIGKILL");
  };

  // The service may be stopped before anything awaits it.
  isReady.promise.catch(() => {});
  start();
  waitUntilReady(options, () => stopping).then(() => {
    wasReady = true;
    isReady.resolve();
  }, isReady.reject);
  return { name, ready: isReady.promise, stop, kill, restart: restartNow };
}

async function waitUntilReady(options: ServiceOptions, isStopping: () => boolean): Promise<void> {
  const until = Date.now() + readyTimeoutMs;
  while (!isStopping()) {
    if (await respondsOk(options.readyUrl)) return;
    if (Date.now() > until) throw new Error(`${options.name} is not ready after ${readyTimeoutMs / 1000} s.`);
    await sleep(readyPollMs);
  }
  throw new Error(`${options.name} was stopped before it was ready.`);
}

async function respondsOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(readyProbeMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
