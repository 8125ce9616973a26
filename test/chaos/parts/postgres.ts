import { setTimeout as sleep } from "node:timers/promises";
import { openCluster } from "../cluster.ts";
import { conclude, prepareScenario, type RunResult, type Scenario, whileShopping } from "../load.ts";
import { makeRandom } from "../random.ts";

const pauseMsMax = 1_500;

/** Crashes Postgres repeatedly under load. No process may die, and nothing that was acknowledged may be lost. */
export async function restartPostgres(options: {
  seed: number;
  count: number;
  report: (line: string) => void;
}): Promise<RunResult> {
  const random = makeRandom(options.seed);
  await using cluster = await openCluster();
  const scenario = await prepareScenario(cluster, random, { accounts: 24, guests: 6, products: 8, stock: 100_000 });
  await crashPostgres(scenario, options.count, options.report);
  return await conclude(scenario);
}

/** Crashes and restarts Postgres `count` times while all clients of the scenario shop. */
export async function crashPostgres(scenario: Scenario, count: number, report: (line: string) => void): Promise<void> {
  const downtimesMs: number[] = [];
  await whileShopping(scenario, async () => {
    for (let restart = 1; restart <= count; restart += 1) {
      await sleep(scenario.random.whole(200, pauseMsMax));
      const beganAtMs = Date.now();
      await scenario.cluster.restartPostgres();
      await Promise.all(Object.values(scenario.cluster.processes).map((process) => process.ready()));
      downtimesMs.push(Date.now() - beganAtMs);
    }
  });
  const sorted = downtimesMs.toSorted((a, b) => a - b);
  report(`all ready again after ${sorted[Math.floor(sorted.length / 2)]} ms (median), ${sorted.at(-1)} ms (longest)`);
}
