import { execFile } from "node:child_process";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { z } from "zod";

const otherEndingTimeoutMs = 45_000;
const endTimeoutMs = 3_000;
const killTimeoutMs = 2_000;

/** A process, identified so that a later one with the same number is not mistaken for it. */
type Known = { pid: number; started: string };

const known = z.object({ pid: z.number().int().positive(), started: z.string() });
const record = z.object({ launcher: known, ending: z.boolean(), services: z.record(z.string(), known) });

/** The right to run the shop on one data directory, and the note of the processes it runs. */
export type Claim = {
  /** Records a service's process, so that a later start can end it if this launcher cannot. */
  note: (service: string, pid: number) => Promise<void>;
  /** Records that this launcher is about to end, so that the next one waits for it instead of failing. */
  noteEnding: () => Promise<void>;
  release: () => Promise<void>;
};

/**
 * Locks a data directory for this process. Fails while another launcher uses it, waits for one that is ending, and ends the services that a killed
 * launcher left behind, giving them 3 s.
 */
export async function claimDirectory(directory: string): Promise<Claim> {
  const file = path.join(directory, "launcher.json");
  await mkdir(directory, { recursive: true });
  const services: Record<string, Known> = {};
  const launcher = await identify(process.pid);
  if (launcher === undefined) throw new Error("This process cannot be identified.");
  let ending = false;
  const text = () => JSON.stringify({ launcher, ending, services });

  const waitUntil = Date.now() + otherEndingTimeoutMs;
  for (let attempt = 1; !(await createNew(file, text())); attempt += 1) {
    const left = await readRecord(file);
    if (left !== undefined && (await lives(left.launcher))) {
      if (left.ending && Date.now() < waitUntil) {
        await sleep(50);
        attempt = 0;
        continue;
      }
      throw new Error(
        `The shop on ${directory} runs already, as process ${left.launcher.pid}. Stop that one first, or set ` +
          "DATA_DIRECTORY and the ports to run another beside it.",
      );
    }
    if (attempt > 3) throw new Error(`${file} cannot be replaced.`);
    await Promise.all(Object.values(left?.services ?? {}).map(end));
    await rm(file, { force: true });
  }

  let writing = Promise.resolve();
  const save = async () => {
    const unfinished = `${file}.unfinished`;
    await writeFile(unfinished, text());
    await rename(unfinished, file);
  };
  return {
    note: async (service, pid) => {
      const process = await identify(pid);
      if (process === undefined) return;
      services[service] = process;
      writing = writing.then(save);
      await writing;
    },
    noteEnding: async () => {
      ending = true;
      writing = writing.then(save);
      await writing;
    },
    release: async () => {
      await writing;
      await rm(file, { force: true });
    },
  };
}

async function createNew(file: string, text: string): Promise<boolean> {
  // A link appears with all of its text at once, so that no reader sees half a record.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, text);
  try {
    await link(unfinished, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function readRecord(file: string): Promise<z.infer<typeof record> | undefined> {
  try {
    return record.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    // Truncated by a crash of the machine, after which none of its processes runs any more.
    return undefined;
  }
}

async function end(service: Known): Promise<void> {
  for (const [signal, timeoutMs] of [
    ["SIGTERM", endTimeoutMs],
    ["SIGKILL", killTimeoutMs],
  ] as const) {
    const until = Date.now() + timeoutMs;
    if (await lives(service)) process.kill(service.pid, signal);
    while (Date.now() < until) {
      if (!(await lives(service))) return;
      await sleep(25);
    }
  }
  throw new Error(`Process ${service.pid}, left by an earlier start, does not end.`);
}

async function lives(wanted: Known): Promise<boolean> {
  return (await identify(wanted.pid))?.started === wanted.started;
}

/** The process and the time it started, which a later process with the same number does not share. */
async function identify(pid: number): Promise<Known | undefined> {
  try {
    if (process.platform === "linux") {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      // The name, in brackets, may hold spaces; the state and the start time are the 1st and the 20th field after it.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const started = fields[19];
      return started === undefined || fields[0] === "Z" ? undefined : { pid, started };
    }
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]);
    return { pid, started: stdout.trim() };
  } catch {
    return undefined;
  }
}
