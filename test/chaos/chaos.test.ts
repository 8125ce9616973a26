import { afterAll, beforeAll, expect, test } from "vitest";
import { cancel, place } from "./actions.ts";
import { type Cluster, faultVariables, openCluster } from "./cluster.ts";
import { conclude, prepareScenario, type Scenario } from "./load.ts";
import { repeatAfterSaleRaces } from "./parts/after-sale-races.ts";
import { killAtRandom } from "./parts/kills.ts";
import { buyLastUnits } from "./parts/last-units.ts";
import { redeemUses } from "./parts/last-uses.ts";
import { crashPostgres } from "./parts/postgres.ts";
import { repeatRaces } from "./parts/races.ts";
import { makeRandom } from "./random.ts";
import { createProducts } from "./seed.ts";

// The short form of `npm run test:chaos`: the same cluster of real processes, with a few faults of each kind, always the same.
const seed = 20_261_130;
const partTimeoutMs = 120_000;
const units = 20;
const uses = 20;
const atOnce = 20;
const faultRestMsMax = 5_000;
const quiet = () => {};

let cluster: Cluster;
let scenario: Scenario;
beforeAll(async () => {
  cluster = await openCluster();
  scenario = await prepareScenario(cluster, makeRandom(seed), { accounts: 5, guests: 2, products: 4, stock: 10_000 });
}, partTimeoutMs);
afterAll(() => cluster[Symbol.asyncDispose](), partTimeoutMs);

test("concurrent operations on the same order or cart end in one consistent result", {
  timeout: partTimeoutMs,
}, async () => {
  const signedIn = scenario.clients.filter(({ token }) => token !== undefined);
  expect(await repeatRaces({ ...scenario, clients: signedIn }, 3, quiet)).toEqual([]);
  expect(await repeatAfterSaleRaces({ ...scenario, clients: signedIn }, 2, quiet)).toEqual([]);
});

test("of many concurrent checkouts of the last units, each unit is sold once, and the others get INSUFFICIENT_STOCK", {
  timeout: partTimeoutMs,
}, async () => {
  const [product] = await createProducts(cluster, scenario.admin.token ?? "", 1, units);
  if (product === undefined) throw new Error("There is no product.");
  expect(await buyLastUnits(scenario, product, units, 3 * units, quiet, atOnce)).toEqual([]);
});

test("of many concurrent orders with a code, exactly as many have it as it has uses", {
  timeout: partTimeoutMs,
}, async () => {
  expect(await redeemUses(scenario, uses, 3 * uses, atOnce)).toEqual([]);
});

test("with killed services and a crashed Postgres under load, nothing is lost or duplicated, and every response was true", {
  timeout: partTimeoutMs,
}, async () => {
  await killAtRandom(scenario, 2, quiet);
  await crashPostgres(scenario, 1, quiet);
  const { violations, summary } = await conclude(scenario);
  expect(violations, summary).toEqual([]);
});

test("the invariants detect an injected fault", { timeout: partTimeoutMs }, async () => {
  const { products } = cluster.processes;
  products.setVariables(faultVariables("the stock of a cancelled order is not released"));
  await products.restart();
  const signedIn = scenario.clients.filter(({ token }) => token !== undefined);
  await Promise.all(
    signedIn.map(async (client) => cancel(scenario, client, await place(scenario, client, scenario.random.fork()))),
  );
  const { violations } = await conclude(scenario, faultRestMsMax);
  expect(violations.map(({ check }) => check)).toContain("3 each order has exactly the stock that its status requires");
});
