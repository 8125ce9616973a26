import { setTimeout as sleep } from "node:timers/promises";
import { serviceNames } from "#platform/auth/internal-tokens.ts";
import { decideDisputes, type SoldOrder, sellOrder, takeStep } from "../after-sale-steps.ts";
import { openCluster } from "../cluster.ts";
import type { Violation } from "../invariants.ts";
import { conclude, prepareScenario, type RunResult } from "../load.ts";
import { makeRandom } from "../random.ts";
import { inParallel } from "./last-units.ts";

const workers = 8;
const stepsPerOrder = 10;
const pauseMsMax = 3_000;
const restMsMax = 180_000;

/** Eight workers ship, return, refund, dispute and cancel `count` orders at random, while services are killed. */
export async function disturbAfterSale(options: {
  seed: number;
  count: number;
  report: (line: string) => void;
}): Promise<RunResult> {
  await using cluster = await openCluster();
  const random = makeRandom(options.seed);
  const scenario = await prepareScenario(cluster, random, { accounts: 20, guests: 0, products: 2, stock: 1_000_000 });
  const orders: SoldOrder[] = [];
  await inParallel(workers, options.count, async () => {
    orders.push(await sellOrder(scenario, random));
  });
  options.report(`${orders.length} orders are paid`);
  let isOpen = true;
  const killing = (async () => {
    let kills = 0;
    while (isOpen) {
      await sleep(random.whole(0, pauseMsMax));
      if (!isOpen) break;
      await cluster.processes[random.pick(serviceNames)].kill();
      kills += 1;
    }
    return kills;
  })();
  const violations: Violation[] = [];
  await inParallel(workers, options.count * stepsPerOrder, async (number) => {
    await takeStep(scenario, random.pick(orders), random).catch((error: Error) => {
      violations.push({ check: "each step has a response that a caller expects", what: error.message });
    });
    if ((number + 1) % 1_000 === 0) options.report(`${number + 1} steps`);
  });
  isOpen = false;
  options.report(`${await killing} kills`);
  await decideDisputes(scenario, orders, random);
  const result = await conclude(scenario, restMsMax);
  return { ...result, violations: [...violations, ...result.violations] };
}
