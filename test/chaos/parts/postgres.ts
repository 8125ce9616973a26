import { setTimeout as sleep } from "node:timers/promises";
import { conclude, setStage, type Verdict, whileShopping } from "../load.ts";
import { makeRandom } from "../random.ts";
import { openRig } from "../rig.ts";

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
  const away: number[] = [];
  await whileShopping(stage, async () => {
    for (let restart = 1; restart <= options.count; restart += 1) {
      await sleep(random.whole(200, pauseMsMax));
      const beganAtMs = Date.now();
      await rig.restartPostgres();
      await Promise.all(Object.values(rig.processes).map((process) => process.ready()));
      away.push(Date.now() - beganAtMs);
    }
  });
  const sorted = away.toSorted((a, b) => a - b);
  options.say(
    `all ready again after ${sorted[Math.floor(sorted.length / 2)]} ms (median), ${sorted.at(-1)} ms (longest)`,
  );
  return await conclude(stage);
}
