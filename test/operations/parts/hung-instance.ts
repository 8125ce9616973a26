import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster.ts";
import { p99 } from "../load.ts";
import { failures, type PartResult, underLoad } from "./part.ts";

const hungMs = 15_000;
const noticedMs = 5_000;
const p99MsMax = 1_000;

/** One of two products instances hangs: five seconds later queries take less than a second, and none fails. */
export async function hungInstance(cluster: Cluster): Promise<PartResult> {
  const [instance] = cluster.subgraphs.products;
  if (instance === undefined) throw new Error("There is no instance of products.");
  let hungAtMs = 0;
  const samples = await underLoad(cluster, async () => {
    await sleep(2_000);
    hungAtMs = Date.now();
    instance.hang();
    await sleep(hungMs);
    instance.resume();
    await sleep(2_000);
  });
  const queries = samples.filter(({ kind }) => kind === "query");
  const later = queries.filter(({ atMs }) => atMs > hungAtMs + noticedMs && atMs < hungAtMs + hungMs);
  const failed = queries.filter(({ failure }) => failure !== undefined);
  const slowest = p99(later);
  return {
    passed: failed.length === 0 && slowest < p99MsMax && later.length > 0,
    report: `${failed.length} of ${queries.length} queries failed, p99 ${Math.round(slowest)} ms after ${noticedMs / 1_000} s${failures(samples)}`,
  };
}
