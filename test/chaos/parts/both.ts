import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../random.ts";

const offsetMsMax = 60;

/** Runs two operations at nearly the same moment. */
export async function both<Result>(random: Random, two: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  return Promise.all(
    two.map(async (run) => {
      await sleep(random.whole(0, offsetMsMax));
      return run();
    }),
  );
}
