import { afterAll, beforeAll, expect, test } from "vitest";
import { openRig, type Rig } from "./cluster.ts";
import { conclude, type Stage, setStage } from "./load.ts";
import { killOften } from "./parts/kills.ts";
import { rush } from "./parts/last-units.ts";
import { plantFaults } from "./parts/planted.ts";
import { crashOften } from "./parts/postgres.ts";
import { raceOften } from "./parts/races.ts";
import { makeRandom } from "./random.ts";
import { stockShelves } from "./seed.ts";

// The short form of `npm run test:chaos`: the same shop of real processes, broken a few times in each way, and judged once.
const seed = Math.floor(Math.random() * 2 ** 31);
console.log(`chaos: --seed ${seed}`);
const partTimeoutMs = 120_000;
const units = 20;
const atOnce = 20;
const quiet = () => {};

let rig: Rig;
let stage: Stage;
beforeAll(async () => {
  rig = await openRig();
  stage = await setStage(rig, makeRandom(seed), { accounts: 5, guests: 2, wares: 4, stock: 10_000 });
}, partTimeoutMs);
afterAll(() => rig[Symbol.asyncDispose](), partTimeoutMs);

test("races between two who want the same thing end as they must", { timeout: partTimeoutMs }, async () => {
  const signedIn = stage.clients.filter(({ token }) => token !== undefined);
  expect(await raceOften({ ...stage, clients: signedIn }, 3, quiet)).toEqual([]);
});

test("a crowd before the last units: each unit is sold once, the others are told so", {
  timeout: partTimeoutMs,
}, async () => {
  const [ware] = await stockShelves(rig, stage.admin.token ?? "", 1, units);
  if (ware === undefined) throw new Error("There is nothing to sell.");
  expect(await rush(stage, ware, units, 3 * units, quiet, atOnce)).toEqual([]);
});

test("services are killed and Postgres crashes while people shop: nothing is lost, doubled or told wrongly", {
  timeout: partTimeoutMs,
}, async () => {
  await killOften(stage, 2, quiet);
  await crashOften(stage, 1, quiet);
  const { violations, summary } = await conclude(stage);
  expect(violations, summary).toEqual([]);
});

test("the judge finds a fault that is planted", { timeout: partTimeoutMs }, async () => {
  const { violations } = await plantFaults({
    seed,
    names: ["a cancelled order's stock stays where it is"],
    say: quiet,
  });
  expect(violations).toEqual([]);
});
