import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { z } from "zod";
import { isRecord } from "#gateway/executor/json-data.ts";
import { makeSupergraph, type Supergraph } from "#gateway/executor/supergraph.ts";
import { parseBody } from "#gateway/http/graphql-request.ts";
import { openOperations } from "#gateway/operations/operation.ts";
import { openPlanner, type PlannedGraph } from "#gateway/operations/planner.ts";
import { hostileRequests } from "#gateway/testing/hostile-operations.ts";
import { openBudgets } from "#platform/budgets/budgets.ts";
import { budgetVariables } from "#platform/budgets/env.ts";
import { makeSharedStore } from "#platform/budgets/shared-store.ts";
import { readEnv } from "#platform/config/env.ts";
import { makeMetrics } from "#platform/observability/metrics.ts";
import { ApiError } from "#platform/shop/api-error.ts";

const runs = 9;
const repeatedRuns = 50;
const keptRuns = 40;
/** What a request may take of the event loop, the parsing of its JSON included. */
const eventLoopMsMax = 10;
const ordinary =
  "query Ordinary { products(first: 20) { nodes { id name slug variants { id price { amount } } } pageInfo { endCursor } } }";
const caller = { address: "203.0.113.7", user: undefined };

type Consider = (text: string) => Promise<void>;

/**
 * Measures what each request of the hostile corpus costs the gateway before anything is fetched for it: milliseconds of the event loop and of the
 * planner's thread when it is new, as the median of nine caches that do not have it; when it is repeated; and the bytes that the cache
 * keeps of it, beside the estimate by which the cache is bounded.
 */
export async function benchHostile(): Promise<boolean> {
  const sdl = readFileSync(new URL("../../schema/generated/supergraph.graphql", import.meta.url), "utf8");
  const planner = openPlanner();
  const graph = await planner.open(sdl, { introspection: true, suggestions: false });
  const supergraph = makeSupergraph(sdl, graph.apiSdl);
  const requests = [{ name: "an ordinary request", request: { query: ordinary }, code: "served" }, ...hostileRequests];
  console.log(
    "| request | bytes | is | event loop ms | planner ms | repeated ms | kept kB | estimate kB |\n| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
  );
  // Once before it is measured: a gateway that has just started compiles its own code first.
  for (const { request } of requests) await measureNew(textOf(request), graph, supergraph);
  let worstMs = 0;
  for (const { name, request, code } of requests) {
    const text = textOf(request);
    const measured = await measureNew(text, graph, supergraph);
    const kept = await measureKept(text, graph, supergraph);
    worstMs = Math.max(worstMs, measured.eventLoopMs);
    console.log(
      `| ${name} | ${text.length} | ${code} | ${measured.eventLoopMs.toFixed(2)} | ${measured.plannerMs.toFixed(1)} | ${measured.repeatedMs.toFixed(3)} | ${(kept.bytes / 1_000).toFixed(0)} | ${(kept.estimate / 1_000).toFixed(0)} |`,
    );
  }
  await planner.close();
  console.log(`\nThe most of the event loop that one of them takes: ${worstMs.toFixed(1)} ms.`);
  return worstMs < eventLoopMsMax;
}

function textOf(request: (typeof hostileRequests)[number]["request"]): string {
  return typeof request === "string" ? request : JSON.stringify(request);
}

async function measureNew(text: string, graph: PlannedGraph, supergraph: Supergraph) {
  const eventLoop: number[] = [];
  const plannerTimes: number[] = [];
  const repeats: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    let plannerMs = 0;
    const consider = considering(supergraph, {
      plan: async (...given) => {
        const planned = await graph.plan(...given);
        plannerMs = planned.ms;
        return planned;
      },
    }).consider;
    eventLoop.push(await eventLoopMs(() => consider(text)));
    plannerTimes.push(plannerMs);
    const startedAt = performance.now();
    for (let repeat = 0; repeat < repeatedRuns; repeat += 1) await consider(text);
    repeats.push((performance.now() - startedAt) / repeatedRuns);
  }
  return { eventLoopMs: median(eventLoop), plannerMs: median(plannerTimes), repeatedMs: median(repeats) };
}

async function eventLoopMs(work: () => Promise<void>): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve));
  // Processor time, so that what else the machine does is not counted.
  const before = process.threadCpuUsage();
  await work();
  await new Promise((resolve) => setImmediate(resolve));
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** What one cache keeps of as many variants of a request that differ in a comment, per variant. */
async function measureKept(text: string, graph: PlannedGraph, supergraph: Supergraph) {
  const { consider, operations } = considering(supergraph, graph);
  await consider(variant(text, "first"));
  collectGarbage();
  const before = { heap: process.memoryUsage().heapUsed, estimate: operations.bytes() };
  const size = operations.size();
  for (let run = 0; run < keptRuns; run += 1) await consider(variant(text, String(run)));
  collectGarbage();
  const kept = Math.max(1, operations.size() - size);
  return {
    bytes: Math.max(0, process.memoryUsage().heapUsed - before.heap) / kept,
    estimate: (operations.bytes() - before.estimate) / kept,
  };
}

function variant(text: string, name: string): string {
  return text.replace('"query":"', `"query":"#${name}\\n`);
}

function considering(supergraph: Supergraph, planner: Pick<PlannedGraph, "plan">) {
  const budgets = openBudgets({
    env: { ...readEnv(z.object(budgetVariables), { BUDGETS_ENABLED: "false" }), NODE_ENV: "test" },
    secret: "bench",
    store: makeSharedStore(undefined),
    metrics: makeMetrics("bench"),
  });
  const operations = openOperations(supergraph, { planner, budgets });
  const consider: Consider = async (text) => {
    try {
      const body = parseBody(Buffer.from(text));
      const query = String(body.query);
      const variables = isRecord(body.variables) ? body.variables : {};
      const operation = operations.find(query, undefined) ?? (await operations.prepare(query, undefined, caller));
      const coerced = operation.coerce(variables);
      operation.shapeFor(coerced)({});
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  };
  return { consider, operations };
}

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

function collectGarbage(): void {
  collect();
  collect();
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
