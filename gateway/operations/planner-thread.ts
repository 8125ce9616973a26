import { parentPort } from "node:worker_threads";
import type { QueryPlan } from "@apollo/query-planner";
import { ApiError } from "#platform/shop/api-error.ts";
import { openPlanning, type Planning, type PlanningOptions } from "./planning.ts";
import { encodeRejection, type Rejection } from "./rejection.ts";

// The thread in which operations are validated and planned: see planner.ts.

/** What the thread is asked to do. */
export type PlannerJob =
  | { readonly kind: "open"; readonly graph: number; readonly supergraphSdl: string; readonly options: PlanningOptions }
  | {
      readonly kind: "plan";
      readonly graph: number;
      readonly text: string;
      readonly operationName: string | undefined;
    }
  | { readonly kind: "close"; readonly graph: number };

/** A supergraph that was opened. */
export type OpenedGraph = Pick<Planning, "apiSdl" | "subgraphs">;

/** What came of a job. The thread does one at a time, in order. */
export type PlannerReply =
  | { readonly kind: "opened"; readonly graph: OpenedGraph }
  | { readonly kind: "planned"; readonly plan: QueryPlan; readonly ms: number }
  | { readonly kind: "closed" }
  | { readonly kind: "rejected"; readonly rejection: Rejection; readonly ms: number }
  | { readonly kind: "failed"; readonly error: Error };

const graphs = new Map<number, Planning>();

async function run(job: PlannerJob): Promise<PlannerReply> {
  const startedAt = performance.now();
  try {
    switch (job.kind) {
      case "open": {
        const planning = await openPlanning(job.supergraphSdl, job.options);
        graphs.set(job.graph, planning);
        return { kind: "opened", graph: { apiSdl: planning.apiSdl, subgraphs: planning.subgraphs } };
      }
      case "close":
        graphs.delete(job.graph);
        return { kind: "closed" };
      case "plan": {
        const plan = graphs.get(job.graph)?.plan(job.text, job.operationName);
        if (plan === undefined) throw new Error(`The graph ${job.graph} is not open.`);
        return { kind: "planned", plan: { ...plan }, ms: performance.now() - startedAt };
      }
    }
  } catch (error) {
    if (error instanceof ApiError) {
      return { kind: "rejected", rejection: encodeRejection(error), ms: performance.now() - startedAt };
    }
    return { kind: "failed", error: error instanceof Error ? new Error(error.message) : new Error(String(error)) };
  }
}

parentPort?.on("message", async (job: PlannerJob) => {
  parentPort?.postMessage(await run(job));
});
