import { setTimeout as sleep } from "node:timers/promises";
import { openRig } from "../cluster.ts";
import { conclude, type Stage, setStage, type Verdict, whileShopping } from "../load.ts";
import { makeRandom } from "../random.ts";

const pauseMsMax = 1_500;

/** Ends Postgres at once, again and again, under load. No process may die of it, and nothing acknowledged may be lost. */
export async function restartPostgres(options: {
  seed: number;
  count: number;
  say: (line: string) => void;
}): Promise<Verdict> {
  const random = makeRandom(options.seed);
  await using rig = await openRig();
  const stage = await setStage(rig, random, { accounts: 24, guests: 6, wares: 8, stock: 100_000 });
  await crashOften(stage, options.count, options.say);
  return await conclude(stage);
}

/** So many immediate restarts while all clients of the stage shop. */
export async function crashOften(stage: Stage, count: number, say: (line: string) => void): Promise<void> {
  const away: number[] = [];
  await whileShopping(stage, async () => {
    for (let restart = 1; restart <= count; restart += 1) {
      await sleep(stage.random.whole(200, pauseMsMax));
      const beganAtMs = Date.now();
      await stage.rig.restartPostgres();
      await Promise.all(Object.values(stage.rig.processes).map((process) => process.ready()));
      away.push(Date.now() - beganAtMs);
    }
  });
  const sorted = away.toSorted((a, b) => a - b);
  say(`all ready again after ${sorted[Math.floor(sorted.length / 2)]} ms (median), ${sorted.at(-1)} ms (longest)`);
}
