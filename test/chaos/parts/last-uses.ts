import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { cancel, expire } from "../actions.ts";
import { openCluster } from "../cluster.ts";
import type { Violation } from "../invariants.ts";
import { conclude, prepareScenario, type RunResult, type Scenario } from "../load.ts";
import { makeRandom, type Random } from "../random.ts";
import { type Client, createProducts, type Product } from "../seed.ts";
import { address, type RequestResult } from "../shopping.ts";
import { inParallel } from "./last-units.ts";

const uses = 100;
const atOnceMax = 200;
const accounts = 50;
/** Between kills: short ones while the uses are taken, and longer ones afterwards, so that the crowd comes to an end. */
const earlyKills = 10;
const earlyPauseMsMax = 1_500;
const pauseMsMax = 20_000;
const reportedBuyers = 2_000;
/** A mail that could not be sent waits as long again as it has waited, five minutes at most. */
const restMsMax = 360_000;
const undecidedBuyers = 20;
const crowdClients = 6;
const reachedMsMax = 45_000;
const filledMsMax = 120_000;
const filledPollMs = 250;

/** Where a use is taken, kept and given back. */
const crashPoints = [
  "orders:place:before-write",
  "orders:redeem:taken",
  "orders:place:after-write",
  "orders:reserve:before-call",
  "orders:reserve:after-call",
  "orders:reserved:before-write",
  "orders:reserved:after-write",
  "orders:rejected:before-write",
  "orders:rejected:after-write",
  "orders:cancel:before-write",
  "orders:cancel:after-write",
  "orders:expire:before-write",
  "orders:expire:after-write",
  "orders:redeem:given-back",
];

/** A code of which only so many orders can make use. */
type LimitedCode = { readonly code: string; readonly discountId: string; readonly limit: number };

/**
 * Lets `count` buyers order with a code of 100 uses, 200 at a time, while the orders service is killed at random. Before that, others take uses
 * and give them back while the service crashes at each point where that happens. In the end exactly 100 paid orders must have the code.
 */
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
  const code = await createLimitedCode(scenario, uses);
  scenario.sender.faultsBegin();
  const missed = await crashAtEachPoint(scenario, code, options.report);
  let isOpen = true;
  const killing = killWhile(scenario, () => isOpen);
  await orderWithCode(scenario, code, options.count, atOnceMax, options.report);
  isOpen = false;
  options.report(`${await killing} kills of the orders service`);
  scenario.sender.faultsEnd();
  const violations = [...missed, ...(await checkUses(scenario, code))];
  const result = await conclude(scenario, restMsMax);
  return { ...result, violations: [...violations, ...result.violations] };
}

/** Sends `count` paid orders with a new code of so many uses. Returns what is wrong with the number of orders that have it. */
export async function redeemUses(
  scenario: Scenario,
  limit: number,
  count: number,
  atOnce: number,
): Promise<Violation[]> {
  const code = await createLimitedCode(scenario, limit);
  await orderWithCode(scenario, code, count, atOnce);
  return checkUses(scenario, code);
}

async function createLimitedCode({ cluster, admin }: Scenario, limit: number): Promise<LimitedCode> {
  const code = `LAST-${randomUUID().slice(0, 8)}`;
  const document = `mutation ($input: DiscountInput!) { discountCreate(input: $input) { discount { id } userErrors { message } } }`;
  const input = { name: "Last uses", percentage: "10", codes: [code], usageLimit: limit };
  const { data, errors } = await cluster.graphql(document, { input }, admin.token);
  const discountId = data?.discountCreate?.discount?.id;
  if (discountId === undefined) throw new Error(`The discount was not made: ${JSON.stringify([data, errors])}`);
  return { code, discountId, limit };
}

function orderWithCode(
  scenario: Scenario,
  code: LimitedCode,
  count: number,
  atOnce: number,
  report: (line: string) => void = () => {},
): Promise<void> {
  const { random, products } = scenario;
  const clients = signedIn(scenario);
  return inParallel(atOnce, count, async (number) => {
    await order(scenario, random.pick(clients), random.pick(products), code, "tok_ok");
    if ((number + 1) % reportedBuyers === 0) report(`${number + 1} buyers`);
  });
}

function signedIn({ clients }: Scenario): readonly Client[] {
  return clients.filter(({ token }) => token !== undefined);
}

/** Sends an order with a code; it has no order id if no use of the code was left. */
function order(
  { sender }: Scenario,
  client: Client,
  { productId }: Product,
  { code }: LimitedCode,
  token?: string,
): Promise<RequestResult | undefined> {
  const key = randomUUID();
  const payment = token === undefined ? {} : { payment: { token } };
  const items = [{ productId, quantity: 1 }];
  const input = { idempotencyKey: key, items, shippingAddress: address, discountCodes: [code], ...payment };
  return sender.send(client, "orderCreate", { key, payment: token }, { input });
}

async function killWhile({ cluster, random }: Scenario, isOpen: () => boolean): Promise<number> {
  for (let kills = 0; ; kills += 1) {
    await sleep(random.whole(0, kills < earlyKills ? earlyPauseMsMax : pauseMsMax));
    if (!isOpen()) return kills;
    await cluster.processes.orders.kill();
  }
}

/** Crashes the orders service at each point while buyers take uses and give them back. Returns the points that were not reached. */
async function crashAtEachPoint(
  scenario: Scenario,
  code: LimitedCode,
  report: (line: string) => void,
): Promise<Violation[]> {
  const { orders } = scenario.cluster.processes;
  let isOpen = true;
  const buyers = Array.from({ length: undecidedBuyers }, async () => {
    const random = scenario.random.fork();
    while (isOpen) await changeMind(scenario, code, random);
  });
  const missed: string[] = [];
  const points = crashPoints.map((name) => ({ name, place: scenario.random.next() }));
  for (const { name } of points.toSorted((a, b) => a.place - b.place)) {
    orders.setVariables({ AGORA_CRASH_POINT: name });
    await orders.restart();
    const isReached = await Promise.race([orders.ended().then(() => true), sleep(reachedMsMax, false)]);
    orders.setVariables({});
    if (isReached) await orders.ready();
    else {
      missed.push(name);
      await orders.restart();
    }
  }
  isOpen = false;
  await Promise.all(buyers);
  report(`crashed at ${crashPoints.length - missed.length} of ${crashPoints.length} points`);
  return missed.map((what) => ({ check: "each crash point of a use is reached", what }));
}

/** Takes a use with an order that is cancelled, expires, or is rejected because others were faster to take the last units. */
async function changeMind(scenario: Scenario, code: LimitedCode, random: Random): Promise<void> {
  if (random.chance(0.1)) return competeForUnits(scenario, code);
  const client = random.pick(signedIn(scenario));
  const placed = await order(scenario, client, random.pick(scenario.products), code);
  if (placed?.response.orderId === undefined) return;
  if (random.chance(0.5)) await cancel(scenario, client, placed);
  else await expire(scenario, placed);
}

async function competeForUnits(scenario: Scenario, code: LimitedCode): Promise<void> {
  const [product] = await createProducts(scenario.cluster, scenario.admin.token ?? "", 1, 3).catch(() => []);
  if (product === undefined) return;
  const clients = signedIn(scenario).slice(0, crowdClients);
  const placed = await Promise.all(
    clients.map(async (client) => ({ client, result: await order(scenario, client, product, code) })),
  );
  for (const { client, result } of placed) {
    if (result?.response.orderId !== undefined) await cancel(scenario, client, result);
  }
}

/**
 * Lets further buyers take the uses that were given back after the crowd had gone, and then judges: the counter, the orders that have the code, and
 * the limit are the same number, every one of the orders is paid, and one more order gets DISCOUNT_USED_UP.
 */
async function checkUses(scenario: Scenario, code: LimitedCode): Promise<Violation[]> {
  const [client] = signedIn(scenario);
  const [product] = scenario.products;
  if (client === undefined || product === undefined) throw new Error("There is nobody to buy, or nothing.");
  const endAtMs = Date.now() + filledMsMax;
  let counted = await countUses(scenario, code);
  while (counted.paid < code.limit && Date.now() < endAtMs) {
    if (counted.live < code.limit) await order(scenario, client, product, code, "tok_ok");
    else await sleep(filledPollMs);
    counted = await countUses(scenario, code);
  }
  const check = "a code is used as often as its limit says";
  const violations: Violation[] = Object.entries(counted)
    .filter(([, count]) => count !== code.limit)
    .map(([what, count]) => ({ check, what: `${what}: ${count}, expected ${code.limit}` }));
  const late = await order(scenario, client, product, code, "tok_ok");
  const codes = late?.response.codes.join() ?? "no response";
  return codes === "DISCOUNT_USED_UP" ? violations : [...violations, { check, what: `one more order got ${codes}` }];
}

/** What the discount's counter says, how many orders have it, and how many of them are paid. */
async function countUses(
  { cluster }: Scenario,
  { discountId }: LimitedCode,
): Promise<{ readonly used: number; readonly live: number; readonly paid: number }> {
  const [row] = await cluster.sql.orders<{ used: number; live: number; paid: number }[]>`
    SELECT used, count(r.order_id)::int AS live, count(*) FILTER (WHERE o.payment_status = 'PAID')::int AS paid
    FROM discounts d LEFT JOIN discount_redemptions r ON r.discount_id = d.id AND r.released_at IS NULL LEFT JOIN orders o ON o.id = r.order_id
    WHERE d.id = ${discountId} GROUP BY d.id`;
  if (row === undefined) throw new Error("The discount disappeared.");
  return row;
}
