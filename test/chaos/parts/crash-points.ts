import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceName } from "#platform/auth/internal-tokens.ts";
import { subgraphs } from "#schema/subgraphs.ts";
import { edit, expire, pay, place, refund } from "../actions.ts";
import type { Outcome } from "../clients.ts";
import { openRig } from "../cluster.ts";
import { conclude, type Stage, setStage, type Verdict, whileShopping } from "../load.ts";
import { makeRandom, type Random } from "../random.ts";
import { type Client, stockShelves } from "../seed.ts";

const root = path.join(import.meta.dirname, "../../..");
const reachedMsMax = 45_000;
const staffMax = 4;
const crowdClients = 6;

/** A named place where a service dies. */
type CrashPoint = { readonly name: string; readonly service: ServiceName };

/** Lets a service die at each named crash point in turn, while clients shop, and start again: each point must be reached, and nothing break. */
export async function crashEverywhere(options: {
  seed: number;
  /** At most so many points; all of them when it is larger. */
  count: number;
  say: (line: string) => void;
}): Promise<Verdict> {
  await using rig = await openRig();
  const stage = await setStage(rig, makeRandom(options.seed), { accounts: 12, guests: 3, wares: 6, stock: 1_000 });
  // So that orders are rejected too, some shelves are all but empty.
  const scarce = await stockShelves(rig, stage.admin.token ?? "", 2, 1);
  const points = (await findCrashPoints()).slice(0, options.count);
  options.say(`${points.length} crash points`);
  const missed: string[] = [];
  const all = { ...stage, wares: [...stage.wares, ...scarce] };
  let open = true;
  const staff = stage.clients.slice(0, staffMax).map(async (client) => {
    const random = stage.random.fork();
    while (open) await doSomethingRare(stage, client, random);
  });
  await whileShopping(all, async () => {
    for (const { name, service } of points) {
      const process = rig.processes[service];
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
      options.say(`${service} at ${name}: ${reached ? "died and came back" : "not reached"}`);
    }
    open = false;
  });
  await Promise.all(staff);
  const verdict = await conclude(stage);
  return {
    ...verdict,
    violations: [...verdict.violations, ...missed.map((what) => ({ check: "each crash point is reached", what }))],
  };
}

/** What shoppers alone do not come to: an order that is edited, that runs out, that is refunded, or that comes a moment too late. */
async function doSomethingRare(stage: Stage, client: Client, random: Random): Promise<void> {
  if (random.chance(0.2)) return crowd(stage, random);
  const order = await place(stage, client, random, random.chance(0.3) ? "tok_ok" : undefined);
  if (order.told.paymentStatus === "PAID") await refund(stage, order);
  else {
    await edit(stage, client, order, random.whole(1, 5));
    await random.pick([expire, (_stage: Stage, _order: Outcome) => pay(stage, client, order)])(stage, order);
  }
  await sleep(random.whole(0, 100));
}

/** Several at once want the last units, which each of them was told are there. */
async function crowd(stage: Stage, random: Random): Promise<void> {
  const wares = await stockShelves(stage.rig, stage.admin.token ?? "", 1, 3).catch(() => []);
  if (wares.length === 0) return;
  await Promise.allSettled(
    stage.clients.slice(0, crowdClients).map((client) => place({ ...stage, wares }, client, random)),
  );
}

/** Every crash point that the sources name, with the service that runs into it. */
async function findCrashPoints(): Promise<CrashPoint[]> {
  const points: CrashPoint[] = [];
  for (const service of subgraphs) {
    const directory = path.join(root, "subgraphs", service);
    for (const file of await readdir(directory, { recursive: true })) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      const source = await readFile(path.join(directory, file), "utf8");
      for (const [, name] of source.matchAll(/crashPoint\("([^"]+)"\)/g)) {
        const known = points.some((point) => point.name === name);
        if (name !== undefined && !known) points.push({ name, service });
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
