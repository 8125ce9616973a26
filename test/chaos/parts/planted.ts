import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { cancel, place } from "../actions.ts";
import { address, openDesk, visit } from "../clients.ts";
import { openRig } from "../cluster.ts";
import { type Fault, faultNamed, faults, type Scene } from "../faults.ts";
import type { Violation } from "../invariants.ts";
import { conclude, type Stage, setStage, type Verdict, whileShopping } from "../load.ts";
import { makeRandom } from "../random.ts";

const visits = 6;
const rushUnits = 40;
const rushBuyers = 60;
const kills = 3;
const restMsMax = 6_000;

/**
 * Plants each fault in turn, and looks whether the judge finds it: what it does not find is a violation of its own.
 *
 * @param options.count the first so many faults; @param options.names instead: those.
 */
export async function plantFaults(options: {
  seed: number;
  count?: number;
  names?: readonly string[];
  say: (line: string) => void;
}): Promise<Verdict> {
  const violations: Violation[] = [];
  const chosen = options.names === undefined ? faults.slice(0, options.count) : options.names.map(faultNamed);
  for (const fault of chosen) {
    const found = await findFault(fault, options.seed);
    const named = found.filter(({ check }) => fault.checks.some((number) => check.startsWith(`${number} `)));
    const [first] = named;
    options.say(`${fault.name}: ${first === undefined ? "NOT FOUND" : `found by check ${first.check}: ${first.what}`}`);
    if (first === undefined) {
      violations.push({ check: "the judge finds each planted fault", what: `${fault.name} (found: ${found.length})` });
    }
  }
  return { violations, summary: `${chosen.length} faults planted` };
}

async function findFault(fault: Fault, seed: number): Promise<readonly Violation[]> {
  await using rig = await openRig({ fault: fault.name });
  if (fault.statement !== undefined) await rig.sql[fault.statement.database].unsafe(fault.statement.text);
  const random = makeRandom(seed);
  const stage = await setStage(rig, random, {
    accounts: 4,
    guests: 1,
    wares: 3,
    stock: fault.scene === "a rush" ? rushUnits : 1_000,
  });
  await scenes[fault.scene](stage);
  const { violations } = await conclude(stage, restMsMax);
  return violations;
}

const scenes: Readonly<Record<Scene, (stage: Stage) => Promise<void>>> = {
  shopping: (stage) => visitAll(stage),
  "shopping twice": (stage) =>
    visitAll({ ...stage, desk: openDesk(stage.rig, stage.history, stage.random.fork(), 0, 2) }),
  "paying and cancelling": payAndCancel,
  "a rush": rush,
  "products killed": (stage) =>
    whileShopping(stage, async () => {
      for (let kill = 0; kill < kills; kill += 1) {
        await sleep(stage.random.whole(0, 300));
        await stage.rig.processes.products.kill();
      }
    }),
  "products crashing": (stage) =>
    whileShopping(stage, async () => {
      const { products } = stage.rig.processes;
      products.setVariables({ AGORA_CRASH_POINT: "planted" });
      await products.restart();
      await products.ended();
      products.setVariables({});
      await products.ready();
    }),
};

async function visitAll({ rig, desk, history, clients, wares, random }: Stage): Promise<void> {
  await Promise.all(
    clients.map(async (client) => {
      const own = random.fork();
      for (let times = 0; times < visits; times += 1) await visit(rig, desk, history, client, wares, own);
    }),
  );
}

async function payAndCancel(stage: Stage): Promise<void> {
  const signedIn = stage.clients.filter(({ token }) => token !== undefined);
  await Promise.all(
    signedIn.map(async (client) => cancel(stage, client, await place(stage, client, stage.random.fork(), "tok_ok"))),
  );
}

/** Many want the same few units at the same moment. */
async function rush({ desk, clients, wares, random }: Stage): Promise<void> {
  const [ware] = wares;
  const signedIn = clients.filter(({ token }) => token !== undefined);
  const buy = () => {
    const key = randomUUID();
    const items = [{ productId: ware?.productId, quantity: 1 }];
    const input = { idempotencyKey: key, items, shippingAddress: address };
    return desk.ask(random.pick(signedIn), "orderCreate", { key }, { input });
  };
  await Promise.all(Array.from({ length: rushBuyers }, buy));
}
