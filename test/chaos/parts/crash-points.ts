import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceName } from "#platform/auth/internal-tokens.ts";
import { subgraphs } from "#schema/subgraphs.ts";
import { afterSale, edit, expire, pay, place, refund } from "../actions.ts";
import { openCluster } from "../cluster.ts";
import { conclude, prepareScenario, type RunResult, type Scenario, whileShopping } from "../load.ts";
import { makeRandom, type Random } from "../random.ts";
import { type Client, createProducts } from "../seed.ts";
import type { RequestResult } from "../shopping.ts";

const root = path.join(import.meta.dirname, "../../..");
const reachedMsMax = 45_000;
const staffMax = 4;
const crowdClients = 6;

/** A named place in the sources where a service can be made to crash. */
type CrashPoint = { readonly name: string; readonly service: ServiceName };

/** Crashes a service at each crash point in turn under load, and restarts it. Each point must be reached, and no invariant violated. */
export async function crashAtEveryPoint(options: {
  seed: number;
  /** The maximum number of crash points. */
  count: number;
  report: (line: string) => void;
}): Promise<RunResult> {
  await using cluster = await openCluster();
  const scenario = await prepareScenario(cluster, makeRandom(options.seed), {
    accounts: 12,
    guests: 3,
    products: 6,
    stock: 1_000,
  });
  // Products with one unit, so that some orders are rejected.
  const scarce = await createProducts(cluster, scenario.admin.token ?? "", 2, 1);
  const points = (await findCrashPoints()).slice(0, options.count);
  options.report(`${points.length} crash points`);
  const missed: string[] = [];
  const all = { ...scenario, products: [...scenario.products, ...scarce] };
  let open = true;
  const staff = scenario.clients.slice(0, staffMax).map(async (client) => {
    const random = scenario.random.fork();
    while (open) await runRareOperation(scenario, client, random);
  });
  await whileShopping(all, async () => {
    for (const { name, service } of points) {
      const process = cluster.processes[service];
      process.setVariables({ AGORA_CRASH_POINT: name });
      await process.restart();
      const died = process.ended().then(() => true);
      const reached = await Promise.race([died, sleep(reachedMsMax, false)]);
      process.setVariables({});
      if (reached) await process.ready();
      else {
        missed.push(name);
        await process.restart();
      }
      options.report(`${service} at ${name}: ${reached ? "crashed and restarted" : "not reached"}`);
    }
    open = false;
  });
  await Promise.all(staff);
  const result = await conclude(scenario);
  return {
    ...result,
    violations: [...result.violations, ...missed.map((what) => ({ check: "each crash point is reached", what }))],
  };
}

/** Runs operations that the load does not have: an order that is edited, expires, is refunded, or fails for lack of stock. */
async function runRareOperation(scenario: Scenario, client: Client, random: Random): Promise<void> {
  if (random.chance(0.2)) return competeForUnits(scenario, random);
  const order = await place(scenario, client, random, random.chance(0.3) ? "tok_ok" : undefined);
  if (order.response.paymentStatus === "PAID") {
    await (random.chance(0.5) ? refund(scenario, order) : afterSale(scenario, client, order));
  } else {
    await edit(scenario, client, order, random.whole(1, 5));
    await random.pick([expire, (_stage: Scenario, _order: RequestResult) => pay(scenario, client, order)])(
      scenario,
      order,
    );
  }
  await sleep(random.whole(0, 100));
}

/** Lets several clients order the last units at once. */
async function competeForUnits(scenario: Scenario, random: Random): Promise<void> {
  const products = await createProducts(scenario.cluster, scenario.admin.token ?? "", 1, 3).catch(() => []);
  if (products.length === 0) return;
  await Promise.allSettled(
    scenario.clients.slice(0, crowdClients).map((client) => place({ ...scenario, products }, client, random)),
  );
}

/** Returns every crash point in the sources, with its service. */
async function findCrashPoints(): Promise<CrashPoint[]> {
  const points: CrashPoint[] = [];
  for (const service of subgraphs) {
    const directory = path.join(root, "subgraphs", service);
    for (const file of await readdir(directory, { recursive: true })) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      const source = await readFile(path.join(directory, file), "utf8");
      for (const [, name] of source.matchAll(/crashPoint\("([^"]+)"\)/g)) {
        const known = points.some((point) => point.name === name);
        // Uploads and uses of discounts have parts of their own.
        const isElsewhere = name === undefined || /^(media|orders:redeem):/.test(name);
        if (!known && !isElsewhere) points.push({ name, service });
      }
    }
  }
  const shared = ["inbox:before-transaction", "inbox:after-transaction"];
  const relayed = ["relay:event:before-deliver", "relay:event:after-deliver"];
  return [
    ...points,
    ...shared.flatMap((name) => [
      { name, service: "products" as const },
      { name, service: "orders" as const },
    ]),
    ...relayed.flatMap((name) => [
      { name, service: "products" as const },
      { name, service: "orders" as const },
    ]),
    { name: "relay:mail:before-deliver", service: "orders" },
    { name: "relay:mail:after-deliver", service: "orders" },
  ];
}
