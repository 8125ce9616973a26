import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster.ts";
import { failures, type PartResult, underLoad } from "./part.ts";
import { settle } from "./settle.ts";

const awayMs = 10_000;

/** The mail server, and the broker where there is one, are away for ten seconds: no request fails, and afterwards every mail and event arrives once. */
export async function outages(cluster: Cluster): Promise<PartResult> {
  await settle(cluster);
  const samples = await underLoad(cluster, async () => {
    await sleep(1_000);
    cluster.mailProxy.disconnect();
    cluster.brokerProxy?.disconnect();
    await sleep(awayMs);
    cluster.mailProxy.reconnect();
    cluster.brokerProxy?.reconnect();
    await sleep(1_000);
  });
  const left = await settle(cluster);
  const failed = samples.filter(({ failure }) => failure !== undefined);
  const ids = cluster.mailbox.mails.map(({ messageId }) => messageId);
  const doubled = ids.length - new Set(ids).size;
  const broker = cluster.brokerProxy === undefined ? "mail server" : "mail server and broker";
  return {
    passed: failed.length === 0 && left === 0,
    report: `${broker} away for ${awayMs / 1_000} s: ${failed.length} of ${samples.length} requests failed, ${left} messages left, ${doubled} mails repeated${failures(samples)}`,
  };
}
