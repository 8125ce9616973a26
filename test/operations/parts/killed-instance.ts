import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster.ts";
import { failures, type PartResult, underLoad } from "./part.ts";

const awayMs = 10_000;
const shareMax = 0.01;

/** One of two orders instances is killed and stays away: failures stop within a second, and are less than 1 % in all. */
export async function killedInstance(cluster: Cluster): Promise<PartResult> {
  const [instance] = cluster.subgraphs.orders;
  if (instance === undefined) throw new Error("There is no instance of orders.");
  let killedAtMs = 0;
  const samples = await underLoad(cluster, async () => {
    await sleep(2_000);
    killedAtMs = Date.now();
    await instance.kill();
    await sleep(awayMs);
    await instance.start();
  });
  const failed = samples.filter(({ failure }) => failure !== undefined);
  const late = failed.filter(({ atMs }) => atMs > killedAtMs + 1_000);
  return {
    passed: late.length === 0 && failed.length <= samples.length * shareMax,
    report: `${failed.length} of ${samples.length} requests failed, ${late.length} after the first second${failures(samples)}`,
  };
}
