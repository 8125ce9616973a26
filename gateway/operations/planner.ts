import { Worker } from "node:worker_threads";
import type { QueryPlan } from "@apollo/query-planner";
import { ApiError } from "#platform/shop/api-error.ts";
import type { OpenedGraph, PlannerJob, PlannerReply } from "./planner-thread.ts";
import type { PlanningOptions } from "./planning.ts";
import { decodeRejection } from "./rejection.ts";

/** A thread that validates and plans operations, so that no document holds up the requests of others. */
export type Planner = {
  /** Loads a supergraph. @throws {Error} for an invalid supergraph. */
  open(supergraphSdl: string, options: PlanningOptions): Promise<PlannedGraph>;
  close(): Promise<void>;
};

/** A supergraph that is open in a planner. */
export type PlannedGraph = OpenedGraph & {
  /**
   * Validates and plans an operation. Callers take turns, so that one who sends many operations waits for their own.
   *
   * @param caller whose turn it is: one text for each caller.
   */
  plan(text: string, operationName: string | undefined, caller: string): Promise<Planned>;
  close(): Promise<void>;
};

/** A plan, or the error for which there is none. */
export type Planned = {
  readonly plan: QueryPlan | ApiError;
  /** How long it took the thread. */
  readonly ms: number;
  /** False when only time was lacking: on a machine that is less busy there may be a plan. */
  readonly isFinal: boolean;
};

/** How long the thread may take, and how much of it may wait. */
export type PlannerLimits = {
  /** For one operation. Beyond it the thread is ended, and another one started. */
  readonly planMsMax: number;
  readonly openMsMax: number;
  /** Operations that wait at the same time. */
  readonly waitingMax: number;
  readonly heapMebibytesMax: number;
};

/** The limits of production. */
export const plannerLimits: PlannerLimits = {
  planMsMax: 2_000,
  openMsMax: 60_000,
  waitingMax: 200,
  heapMebibytesMax: 192,
};
const retryAfterSeconds = 1;
/** Enough for the objects of one plan; by default the thread would keep some hundred MiB that it does not need. */
const youngMebibytes = 12;

type Waiting = {
  readonly job: PlannerJob;
  readonly resolve: (reply: PlannerReply) => void;
  readonly reject: (error: unknown) => void;
};

/** Why the thread was ended while it worked. */
class PlannerEnded extends Error {
  readonly ms: number;

  constructor(ms: number, cause?: unknown) {
    super("The planner was ended.", { cause });
    this.ms = ms;
  }
}

/** Starts a planner. Its thread ends with the process. */
export function openPlanner(limits: PlannerLimits = plannerLimits): Planner {
  const graphs = new Map<number, PlannerJob>();
  const turns = new Map<string, Waiting[]>();
  let current: Waiting | undefined;
  let worker: Worker | undefined;
  let closed = false;
  let opened = 0;
  let waiting = 0;

  const start = (): Worker => {
    const started = new Worker(new URL("./planner-thread.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMebibytesMax, maxYoungGenerationSizeMb: youngMebibytes },
    });
    started.unref();
    worker = started;
    return started;
  };

  /** Runs one job in the thread. When it takes too long, or the thread dies of it, the thread is replaced. */
  const run = (job: PlannerJob): Promise<PlannerReply> => {
    const thread = worker ?? start();
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const end = (cause?: unknown) => {
        settle();
        if (worker === thread) worker = undefined;
        void thread.terminate();
        reject(new PlannerEnded(performance.now() - startedAt, cause));
      };
      const deadline = setTimeout(end, job.kind === "open" ? limits.openMsMax : limits.planMsMax);
      const reply = (value: PlannerReply) => {
        settle();
        resolve(value);
      };
      const settle = () => {
        clearTimeout(deadline);
        thread.off("message", reply).off("error", end).off("exit", end);
      };
      thread.on("message", reply).on("error", end).on("exit", end);
      thread.postMessage(job);
    });
  };

  /** A new thread first opens the graphs that its predecessor had. */
  const runJob = async (job: PlannerJob): Promise<PlannerReply> => {
    if (worker === undefined) {
      for (const open of graphs.values()) if (open !== job) await run(open);
    }
    return run(job);
  };

  const next = async (): Promise<void> => {
    if (current !== undefined || closed) return;
    const [turn] = turns;
    if (turn === undefined) return;
    const [caller, jobs] = turn;
    current = jobs.shift();
    // To the end of the line, as the others come first now.
    turns.delete(caller);
    if (jobs.length > 0) turns.set(caller, jobs);
    if (current === undefined) return next();
    waiting -= 1;
    const { job, resolve, reject } = current;
    await runJob(job).then(resolve, reject);
    current = undefined;
    return next();
  };

  const enqueue = (job: PlannerJob, caller: string): Promise<PlannerReply> =>
    new Promise((resolve, reject) => {
      waiting += 1;
      const jobs = turns.get(caller);
      if (jobs === undefined) turns.set(caller, [{ job, resolve, reject }]);
      else jobs.push({ job, resolve, reject });
      void next();
    });

  const plan = async (
    graph: number,
    text: string,
    operationName: string | undefined,
    caller: string,
  ): Promise<Planned> => {
    if (waiting >= limits.waitingMax) {
      throw new ApiError("OVERLOADED", "The server is too busy. Try again in a moment.", { retryAfterSeconds });
    }
    try {
      const reply = await enqueue({ kind: "plan", graph, text, operationName }, `caller ${caller}`);
      if (reply.kind === "planned") return { plan: reply.plan, ms: reply.ms, isFinal: true };
      if (reply.kind === "rejected") {
        return { plan: decodeRejection(reply.rejection, text), ms: reply.ms, isFinal: true };
      }
      throw reply.kind === "failed" ? reply.error : new Error("The planner sent an unexpected reply.");
    } catch (error) {
      if (!(error instanceof PlannerEnded)) throw error;
      const message = "The operation takes too long to plan. Select less in one request.";
      const limit = { limit: "planMilliseconds", maximum: limits.planMsMax };
      return { plan: new ApiError("OPERATION_TOO_COMPLEX", message, limit, error), ms: error.ms, isFinal: false };
    }
  };

  return {
    open: async (supergraphSdl, options) => {
      opened += 1;
      const graph = opened;
      const job: PlannerJob = { kind: "open", graph, supergraphSdl, options };
      const reply = await enqueue(job, "");
      if (reply.kind !== "opened") {
        throw reply.kind === "failed" ? reply.error : new Error("The planner sent an unexpected reply.");
      }
      graphs.set(graph, job);
      return {
        ...reply.graph,
        plan: (text, operationName, caller) => plan(graph, text, operationName, caller),
        close: async () => {
          graphs.delete(graph);
          if (!closed) await enqueue({ kind: "close", graph }, "");
        },
      };
    },
    close: async () => {
      closed = true;
      const error = new Error("The planner was closed.");
      for (const jobs of turns.values()) for (const { reject } of jobs) reject(error);
      turns.clear();
      await worker?.terminate();
      worker = undefined;
    },
  };
}
