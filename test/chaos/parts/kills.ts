import { setTimeout as sleep } from "node:timers/promises";
import { serviceNames } from "#platform/auth/internal-tokens.ts";
import { openRig } from "../cluster.ts";
import { conclude, type Stage, setStage, type Verdict, whileShopping } from "../load.ts";
import { makeRandom } from "../random.ts";

const accounts = 40;
const guests = 10;
const pauseMsMax = 400;

/** `kill -9` at random among the four services while 50 clients check out, pay and cancel. Says how long each service was away. */
export async function killServices(options: {
  seed: number;
  count: number;
  clients?: number;
  say: (line: string) => void;
}): Promise<Verdict> {
  const random = makeRandom(options.seed);
  await using rig = await openRig();
  const share = (options.clients ?? accounts + guests) / (accounts + guests);
  const stage = await setStage(rig, random, {
    accounts: Math.ceil(accounts * share),
    guests: Math.ceil(guests * share),
    wares: 8,
    stock: 100_000,
  });
  await killOften(stage, options.count, options.say);
  return await conclude(stage);
}

/** So many kills, each of a service chosen by chance, while all clients of the stage shop. */
export async function killOften(stage: Stage, count: number, say: (line: string) => void): Promise<void> {
  const away: { name: string; ms: number }[] = [];
  await whileShopping(stage, async () => {
    for (let kill = 1; kill <= count; kill += 1) {
      await sleep(stage.random.whole(0, pauseMsMax));
      const name = stage.random.pick(serviceNames);
      const ms = await stage.rig.processes[name].kill();
      away.push({ name, ms });
      if (kill % 20 === 0) say(`${kill} kills`);
    }
  });
  for (const [name, times] of Map.groupBy(away, (each) => each.name)) {
    const sorted = times.map(({ ms }) => ms).toSorted((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
    say(`${name}: killed ${sorted.length} times, back after ${middle} ms (median), ${sorted.at(-1)} ms (longest)`);
  }
}
