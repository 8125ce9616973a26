import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { openBudgets } from "#platform/budgets/budgets.ts";
import { budgetVariables } from "#platform/budgets/env.ts";
import { makeSharedStore } from "#platform/budgets/shared-store.ts";
import { readEnv } from "#platform/config/env.ts";
import { makeMetrics } from "#platform/observability/metrics.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { makeSupergraph } from "../executor/supergraph.ts";
import { openOperations } from "./operation.ts";
import { openPlanner, type PlannedGraph, type Planner } from "./planner.ts";

const sdl = readFileSync(new URL("../../schema/generated/supergraph.graphql", import.meta.url), "utf8");
const schemaOptions = { introspection: false, suggestions: false };
const guest = { address: "203.0.113.7", user: undefined };

let planner: Planner;
let graph: PlannedGraph;
beforeAll(async () => {
  planner = openPlanner();
  graph = await planner.open(sdl, schemaOptions);
  await graph.plan("{ products { nodes { id } } }", undefined, "");
});
afterAll(() => planner.close());

const listed = (name: string) => `query ${name} { products { nodes { id name } } }`;

/** An operation that takes the planner far longer than others: many conditions, each of which doubles the plan. */
const slow = `query Slow(${Array.from({ length: 7 }, (_, index) => `$b${index}: Boolean!`).join(" ")}) {
  products { nodes { ${Array.from({ length: 7 }, (_, index) => `... @include(if: $b${index}) { a${index}: owner { displayName }`).join(" ")} id ${"}".repeat(7)} } } }`;

test("planning does not hold up the event loop", async () => {
  const before = process.threadCpuUsage();
  const { ms } = await graph.plan(slow, undefined, "a");
  const { user, system } = process.threadCpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(Math.max(10, ms / 2));
});

test("one who sends many operations waits for their own: others take their turn between them", async () => {
  const done: string[] = [];
  const many = Array.from({ length: 20 }, (_, index) =>
    graph.plan(listed(`Many${index}`), undefined, "attacker").then(() => done.push("attacker")),
  );
  await graph.plan(listed("One"), undefined, "guest").then(() => done.push("guest"));
  expect(done.indexOf("guest")).toBeLessThanOrEqual(2);
  await Promise.all(many);
});

test("an operation that takes too long to plan is rejected, and those after it are planned by another thread", async () => {
  const hasty = openPlanner({ planMsMax: 1, openMsMax: 60_000, waitingMax: 10, heapMebibytesMax: 192 });
  onTestFinished(() => hasty.close());
  const opened = await hasty.open(sdl, schemaOptions);
  const [first, second] = await Promise.all([
    opened.plan(slow, undefined, "a"),
    opened.plan(listed("Next"), undefined, "b"),
  ]);
  for (const { plan, ms, isFinal } of [first, second]) {
    // Not kept: on a machine that is less busy it may be planned in time.
    expect(isFinal).toBe(false);
    expect(plan).toMatchObject({ code: "OPERATION_TOO_COMPLEX", extensions: { limit: "planMilliseconds" } });
    expect(ms).toBeGreaterThan(0);
  }
});

test("a supergraph that is not valid is rejected, and the planner goes on", async () => {
  await expect(planner.open("type Query { a: Int }", schemaOptions)).rejects.toThrow();
  expect((await graph.plan(listed("Later"), undefined, "a")).plan).toMatchObject({ kind: "QueryPlan" });
});

test("what is kept of operations is bounded in bytes, and what is used again stays", async () => {
  const operations = open({ BUDGETS_ENABLED: "false" });
  const popular = listed("Popular");
  const first = await operations.prepare(popular, undefined, guest);
  for (let index = 0; index < 320; index += 1) {
    await operations.prepare(`{ __typename } # ${index} ${"x".repeat(95_000)}`, undefined, guest);
    expect(operations.find(popular, undefined)).toBe(first);
  }
  expect(operations.bytes()).toBeLessThanOrEqual(64 * 1024 * 1024);
  expect(operations.size()).toBeLessThan(300);
});

test("a miss is charged to its caller's planning budget, and a hit to nobody's", async () => {
  const operations = open({ BUDGET_PLANNING_PER_ADDRESS: "60" });
  await operations.prepare(listed("Known"), undefined, guest);
  const outcomes: string[] = [];
  for (let index = 0; index < 20; index += 1) {
    outcomes.push(
      await operations.prepare(listed(`New${index}`), undefined, guest).then(
        () => "planned",
        (error) => (error instanceof ApiError ? error.code : "failed"),
      ),
    );
  }
  expect(new Set(outcomes)).toEqual(new Set(["planned", "RATE_LIMITED"]));
  expect(outcomes.filter((outcome) => outcome === "planned").length).toBeLessThan(12);
  expect(operations.find(listed("Known"), undefined)).toBeDefined();
  await operations.prepare(listed("Other"), undefined, { ...guest, address: "203.0.113.8" });
});

test("operations that many send at once for the first time are planned once", async () => {
  const operations = open({});
  await Promise.all(Array.from({ length: 30 }, () => operations.prepare(listed("Rush"), undefined, guest)));
  expect(operations.counts.misses).toBe(1);
});

function open(variables: Record<string, string>) {
  const budgets = openBudgets({
    env: { ...readEnv(z.object(budgetVariables), variables), NODE_ENV: "test" },
    secret: "A".repeat(43),
    store: makeSharedStore(undefined),
    metrics: makeMetrics("test"),
  });
  return openOperations(makeSupergraph(sdl, graph.apiSdl), { planner: graph, budgets });
}
