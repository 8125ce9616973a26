import { setTimeout as sleep } from "node:timers/promises";
import { serviceNames } from "#platform/auth/internal-tokens.ts";
import { openCluster } from "../cluster.ts";
import { conclude, prepareScenario, type RunResult, type Scenario, whileShopping } from "../load.ts";
import { makeRandom } from "../random.ts";

const accounts = 40;
const guests = 10;
const pauseMsMax = 400;

/** Kills random services (SIGKILL) while 50 clients check out, pay and cancel. Reports the downtime of each service. */
export async function killServices(options: {
  seed: number;
  count: number;
  clients?: number;
  report: (line: string) => void;
}): Promise<RunResult> {
  const random = makeRandom(options.seed);
  await using cluster = await openCluster();
  const share = (options.clients ?? accounts + guests) / (accounts + guests);
  const scenario = await prepareScenario(cluster, random, {
    accounts: Math.ceil(accounts * share),
    guests: Math.ceil(guests * share),
    products: 8,
    stock: 100_000,
  });
  await killAtRandom(scenario, options.count, options.report);
  return await conclude(scenario);
}

/** Kills `count` random services while all clients of the scenario shop. */
export async function killAtRandom(scenario: Scenario, count: number, report: (line: string) => void): Promise<void> {
  const downtimes: { name: string; ms: number }[] = [];
  await whileShopping(scenario, async () => {
    for (let kill = 1; kill <= count; kill += 1) {
      await sleep(scenario.random.whole(0, pauseMsMax));
      const name = scenario.random.pick(serviceNames);
      const ms = await scenario.cluster.processes[name].kill();
      downtimes.push({ name, ms });
      if (kill % 20 === 0) report(`${kill} kills`);
    }
  });
  for (const [name, times] of Map.groupBy(downtimes, (each) => each.name)) {
    const sorted = times.map(({ ms }) => ms).toSorted((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
    report(
      `${name}: killed ${sorted.length} times, ready again after ${middle} ms (median), ${sorted.at(-1)} ms (longest)`,
    );
  }
}
