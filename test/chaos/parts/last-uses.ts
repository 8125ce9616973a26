import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { openCluster } from "../cluster.ts";
import type { Violation } from "../invariants.ts";
import { conclude, prepareScenario, type RunResult, type Scenario } from "../load.ts";
import { makeRandom } from "../random.ts";
import { address } from "../shopping.ts";
import { inParallel } from "./last-units.ts";

const uses = 100;
const atOnceMax = 200;
const accounts = 50;
const pauseMsMax = 1_500;

/** Sends `count` orders with a code of 100 uses, 200 at a time, while the orders service is killed at random: exactly 100 must have it. */
export async function redeemLastUses(options: {
  seed: number;
  count: number;
  report: (line: string) => void;
}): Promise<RunResult> {
  await using cluster = await openCluster();
  const scenario = await prepareScenario(cluster, makeRandom(options.seed), {
    accounts,
    guests: 0,
    products: 2,
    stock: 1_000_000,
  });
  let isOpen = true;
  const killing = (async () => {
    let kills = 0;
    while (isOpen) {
      await sleep(scenario.random.whole(0, pauseMsMax));
      if (!isOpen) break;
      await cluster.processes.orders.kill();
      kills += 1;
    }
    options.report(`${kills} kills of the orders service`);
  })();
  const violations = await redeemUses(scenario, uses, options.count, atOnceMax);
  isOpen = false;
  await killing;
  const result = await conclude(scenario);
  return { ...result, violations: [...violations, ...result.violations] };
}

/** Sends `count` orders with a new code of so many uses. Returns what is wrong with the number of orders that have it. */
export async function redeemUses(
  { cluster, sender, clients, products, admin, random }: Scenario,
  limit: number,
  count: number,
  atOnce: number,
): Promise<Violation[]> {
  const code = `LAST-${randomUUID().slice(0, 8)}`;
  const document = `mutation ($input: DiscountInput!) { discountCreate(input: $input) { discount { id } userErrors { message } } }`;
  const input = { name: "Last uses", percentage: "10", codes: [code], usageLimit: limit };
  const { data, errors } = await cluster.graphql(document, { input }, admin.token);
  const id = data?.discountCreate?.discount?.id;
  if (id === undefined) throw new Error(`The discount was not made: ${JSON.stringify([data, errors])}`);
  const signedIn = clients.filter(({ token }) => token !== undefined);
  await inParallel(atOnce, count, async () => {
    const key = randomUUID();
    const order = {
      idempotencyKey: key,
      items: [{ productId: random.pick(products).productId, quantity: 1 }],
      shippingAddress: address,
      discountCodes: [code],
      payment: { token: "tok_ok" },
    };
    await sender.send(random.pick(signedIn), "orderCreate", { key, payment: "tok_ok" }, { input: order });
  });
  const [row] = await cluster.sql.orders<{ live: number }[]>`
    SELECT count(*)::int AS live FROM discount_redemptions WHERE discount_id = ${id} AND released_at IS NULL`;
  const wanted = Math.min(limit, count);
  return row?.live === wanted
    ? []
    : [{ check: "a code is used as often as its limit says", what: `${row?.live} orders have it, expected ${wanted}` }];
}
