import { randomUUID } from "node:crypto";
import { cancel, place } from "../actions.ts";
import { openCluster } from "../cluster.ts";
import { type Fault, faultNamed, faults, type Workload } from "../faults.ts";
import type { Violation } from "../invariants.ts";
import { conclude, prepareScenario, type RunResult, type Scenario, whileShopping } from "../load.ts";
import { makeRandom } from "../random.ts";
import { address, openSender, visit } from "../shopping.ts";

const visits = 6;
const rushUnits = 40;
const rushBuyers = 60;
const restMsMax = 6_000;

/**
 * Injects each fault in turn and checks that an invariant detects it; an undetected fault is a violation.
 *
 * @param options.count the number of faults.
 * @param options.names the names of the faults instead.
 */
export async function injectFaults(options: {
  seed: number;
  count?: number;
  names?: readonly string[];
  report: (line: string) => void;
}): Promise<RunResult> {
  const violations: Violation[] = [];
  const chosen = options.names === undefined ? faults.slice(0, options.count) : options.names.map(faultNamed);
  for (const fault of chosen) {
    const found = await detectFault(fault, options.seed);
    const named = found.filter(({ check }) => fault.checks.some((number) => check.startsWith(`${number} `)));
    const [first] = named;
    options.report(
      `${fault.name}: ${first === undefined ? "NOT DETECTED" : `detected by ${first.check}: ${first.what}`}`,
    );
    if (first === undefined) {
      violations.push({
        check: "the invariants detect each injected fault",
        what: `${fault.name} (found: ${found.length})`,
      });
    }
  }
  return { violations, summary: `${chosen.length} faults injected` };
}

async function detectFault(fault: Fault, seed: number): Promise<readonly Violation[]> {
  await using cluster = await openCluster({ fault: fault.name });
  if (fault.statement !== undefined) await cluster.sql[fault.statement.database].unsafe(fault.statement.text);
  const random = makeRandom(seed);
  const scenario = await prepareScenario(cluster, random, {
    accounts: 4,
    guests: 1,
    products: 3,
    stock: fault.workload === "last units" ? rushUnits : 1_000,
  });
  await workloads[fault.workload](scenario);
  const { violations } = await conclude(scenario, restMsMax);
  return violations;
}

const workloads: Readonly<Record<Workload, (scenario: Scenario) => Promise<void>>> = {
  shopping: (scenario) => visitAll(scenario),
  "shopping twice": (scenario) =>
    visitAll({ ...scenario, sender: openSender(scenario.cluster, scenario.history, scenario.random.fork(), 0, 2) }),
  "paying and cancelling": payAndCancel,
  "last units": buyLastUnits,
  "orders crashing before a delivery": (scenario) =>
    crashWhileShopping(scenario, "orders", "relay:event:before-deliver"),
  "products crashing": (scenario) => crashWhileShopping(scenario, "products", "injected"),
};

/** Kills a service at a crash point once. */
async function crashWhileShopping(scenario: Scenario, name: "orders" | "products", point: string): Promise<void> {
  await whileShopping(scenario, async () => {
    const service = scenario.cluster.processes[name];
    service.setVariables({ AGORA_CRASH_POINT: point });
    await service.restart();
    await service.ended();
    service.setVariables({});
    await service.ready();
  });
}

async function visitAll({ cluster, sender, history, clients, products, random }: Scenario): Promise<void> {
  await Promise.all(
    clients.map(async (client) => {
      const own = random.fork();
      for (let times = 0; times < visits; times += 1) await visit(cluster, sender, history, client, products, own);
    }),
  );
}

async function payAndCancel(scenario: Scenario): Promise<void> {
  const signedIn = scenario.clients.filter(({ token }) => token !== undefined);
  await Promise.all(
    signedIn.map(async (client) =>
      cancel(scenario, client, await place(scenario, client, scenario.random.fork(), "tok_ok")),
    ),
  );
}

/** Lets many clients order the same few units at once. */
async function buyLastUnits({ sender, clients, products, random }: Scenario): Promise<void> {
  const [product] = products;
  const signedIn = clients.filter(({ token }) => token !== undefined);
  const buy = () => {
    const key = randomUUID();
    const items = [{ productId: product?.productId, quantity: 1 }];
    const input = { idempotencyKey: key, items, shippingAddress: address };
    return sender.send(random.pick(signedIn), "orderCreate", { key }, { input });
  };
  await Promise.all(Array.from({ length: rushBuyers }, buy));
}
