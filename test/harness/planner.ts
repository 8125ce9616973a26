import { LRUCache } from "lru-cache";
import { openPlanner, type PlannedGraph, type Planner, plannerLimits } from "#gateway/operations/planner.ts";

const graphsMax = 16;
// Patient and roomy, as many tests run at once and each has a graph of its own.
const thread = openPlanner({ ...plannerLimits, planMsMax: 20_000, heapMebibytesMax: 1_024 });
const graphs = new LRUCache<string, Promise<PlannedGraph>>({
  max: graphsMax,
  dispose: (graph) => void graph.then(({ close }) => close()).catch(() => {}),
});

/** The planner of all gateways of this test process: its thread and its graphs take longer to load than most tests to run. */
export const testPlanner: Planner = {
  open: async (supergraphSdl, options) => {
    const key = JSON.stringify([supergraphSdl, options]);
    const opening = graphs.get(key) ?? thread.open(supergraphSdl, options);
    graphs.set(key, opening);
    return { ...(await opening), close: async () => {} };
  },
  close: thread.close,
};
