import { setTimeout as sleep } from "node:timers/promises";
import { subgraphs } from "#schema/subgraphs.ts";
import type { Cluster } from "../cluster.ts";
import { failures, type PartResult, underLoad } from "./part.ts";

const betweenMs = 1_500;

/** Every gateway and subgraph process is restarted, one after the other, as a deployment does it: no request may fail. */
export async function rollingRestart(cluster: Cluster): Promise<PartResult> {
  const all = [...subgraphs.flatMap((name) => cluster.subgraphs[name]), ...cluster.gateways];
  const samples = await underLoad(cluster, async () => {
    await sleep(betweenMs);
    for (const instance of all) {
      await instance.terminate();
      await instance.start();
      await sleep(betweenMs);
    }
  });
  const failed = samples.filter(({ failure }) => failure !== undefined);
  return {
    passed: failed.length === 0,
    report: `${all.length} processes restarted, ${failed.length} of ${samples.length} requests failed${failures(samples)}`,
  };
}
