import { type ChildProcess, fork } from "node:child_process";
import os from "node:os";
import { fileURLToPath } from "node:url";
import type { Log } from "#platform/observability/log.ts";
import type { ConverterRequest, ConverterResponse } from "./main.ts";
import type { RenderedPicture } from "./render-picture.ts";

/** What came of a file. `died`: the converter ended on it, or took too long and was ended. */
export type Converted =
  | { readonly outcome: "picture"; readonly picture: RenderedPicture }
  | { readonly outcome: "rejected"; readonly reason: string }
  | { readonly outcome: "died" };

/** Turns files into pictures, in a process of its own that starts when it is needed and may end at any time. */
export type Converter = {
  /** Converts one file; others wait. */
  convert(file: Uint8Array): Promise<Converted>;
  /** The id of the process; undefined while there is none. */
  readonly pid: () => number | undefined;
  close(): Promise<void>;
};

const convertMsMax = 120_000;
/** For so long a process without work is kept. */
const idleMsMax = 60_000;
const niceness = 10;
const file = fileURLToPath(new URL("main.ts", import.meta.url));

/** Opens a converter. No process is started before the first file. */
export function openConverter(log: Log, limits: { convertMsMax: number } = { convertMsMax }): Converter {
  let child: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  const start = (): ChildProcess => {
    const started = fork(file, [], {
      // Nothing of the environment: an attacker who takes over a decoder finds no key and no database.
      env: { PATH: process.env.PATH ?? "", NODE_ENV: process.env.NODE_ENV ?? "" },
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    started.once("exit", () => {
      if (child === started) child = undefined;
    });
    started.on("error", (error) => log.warn({ err: error }, "The picture converter cannot be reached."));
    if (started.pid !== undefined) lowerPriority(started.pid);
    return started;
  };

  const run = async (bytes: Uint8Array): Promise<Converted> => {
    clearTimeout(idle);
    child ??= start();
    const running = child;
    try {
      const response = await exchange(running, bytes, limits.convertMsMax);
      // It was ended because the service ends: that says nothing about the file.
      if (response === undefined && closed) throw new Error("The picture converter was closed.");
      if (response === undefined || "failed" in response) {
        log.warn({ reason: response?.failed }, "The picture converter ended while it converted a file.");
        await end(running);
        return { outcome: "died" };
      }
      return "picture" in response
        ? { outcome: "picture", picture: response.picture }
        : { outcome: "rejected", reason: response.rejected };
    } finally {
      idle = setTimeout(() => void (child && end(child)), idleMsMax);
      idle.unref();
    }
  };

  return {
    convert: (bytes) => {
      if (closed) return Promise.reject(new Error("The picture converter is closed."));
      const turn = last.then(() => run(bytes));
      last = turn.catch(() => {});
      return turn;
    },
    pid: () => child?.pid,
    close: async () => {
      closed = true;
      clearTimeout(idle);
      if (child !== undefined) await end(child);
    },
  };
}

/** Sends a file and waits for the response; undefined when the process ends first, or has to be ended. */
function exchange(child: ChildProcess, bytes: Uint8Array, timeoutMs: number): Promise<ConverterResponse | undefined> {
  return new Promise((resolve) => {
    const finish = (response: ConverterResponse | undefined) => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", ended);
      resolve(response);
    };
    const onMessage = (message: unknown) => finish(message as ConverterResponse);
    const ended = () => finish(undefined);
    const timer = setTimeout(ended, timeoutMs);
    child.once("message", onMessage);
    child.once("exit", ended);
    const request: ConverterRequest = { file: bytes };
    child.send(request, (error) => {
      if (error !== null) ended();
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/** A picture may take a second longer; a shopper may not. */
function lowerPriority(pid: number): void {
  try {
    os.setPriority(pid, niceness);
  } catch {
    // It has ended already, or the system does not allow it.
  }
}
