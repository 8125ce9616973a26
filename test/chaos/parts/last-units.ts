import { randomUUID } from "node:crypto";
import { openCluster } from "../cluster.ts";
import type { SentRequest } from "../history.ts";
import type { Violation } from "../invariants.ts";
import { conclude, prepareScenario, type RunResult, type Scenario } from "../load.ts";
import { makeRandom } from "../random.ts";
import type { Client, Product } from "../seed.ts";
import { address, fillCart } from "../shopping.ts";

const units = 100;
const atOnceMax = 200;
const accounts = 50;

/** Sends `count` checkouts of the last 100 units, 200 at a time: 100 must succeed, and all others get INSUFFICIENT_STOCK. */
export async function sellLastUnits(options: {
  seed: number;
  count: number;
  report: (line: string) => void;
}): Promise<RunResult> {
  await using cluster = await openCluster();
  const scenario = await prepareScenario(cluster, makeRandom(options.seed), {
    accounts,
    guests: 0,
    products: 1,
    stock: units,
  });
  const [product] = scenario.products;
  if (product === undefined) throw new Error("There is no product.");
  const violations = await buyLastUnits(scenario, product, units, options.count, options.report);
  const result = await conclude(scenario);
  return { ...result, violations: [...violations, ...result.violations] };
}

/** Sends `count` checkouts of a product's last units, half by guests with a cart, half by signed-in clients. Returns the unexpected results. */
export async function buyLastUnits(
  scenario: Scenario,
  product: Product,
  stock: number,
  count: number,
  report: (line: string) => void,
  atOnce = atOnceMax,
): Promise<Violation[]> {
  const signedIn = scenario.clients.filter(({ token }) => token !== undefined);
  const guest: Client = { name: "a guest", token: undefined };
  const cartTokens = Array.from({ length: count }, () => "");
  await inParallel(atOnce, count, async (number) => {
    if (number % 2 === 0)
      cartTokens[number] = (await fillCart(scenario.cluster, guest, product, scenario.random, 1)) ?? "";
  });
  const requests: (SentRequest | undefined)[] = [];
  const beganAtMs = Date.now();
  await inParallel(atOnce, count, async (number) => {
    const cartToken = cartTokens[number] ?? "";
    const bought =
      cartToken === ""
        ? await orderNow(scenario, scenario.random.pick(signedIn), product)
        : await checkOutGuest(scenario, guest, cartToken);
    requests.push(bought?.request);
  });
  const seconds = (Date.now() - beganAtMs) / 1_000;
  report(`${count} checkouts in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} a second`);
  return unexpectedResults(requests, Math.min(stock, count), Math.max(0, count - stock));
}

/** Runs `work` for the numbers below `count`, so many at a time. */
export async function inParallel(
  workers: number,
  count: number,
  work: (number: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const number = next;
      next += 1;
      await work(number);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

function orderNow({ sender }: Scenario, client: Client, { productId }: Product) {
  const key = randomUUID();
  const input = {
    idempotencyKey: key,
    items: [{ productId, quantity: 1 }],
    shippingAddress: address,
    payment: { token: "tok_ok" },
  };
  return sender.send(client, "orderCreate", { key, payment: "tok_ok" }, { input });
}

function checkOutGuest({ sender, history }: Scenario, guest: Client, cartToken: string) {
  const key = randomUUID();
  const email = `guest-${key}@example.com`;
  history.clients.set(email, { email });
  const input = { idempotencyKey: key, cartToken, email, shippingAddress: address, payment: { token: "tok_ok" } };
  return sender.send(guest, "checkoutComplete", { key, payment: "tok_ok" }, { input });
}

function unexpectedResults(
  requests: readonly (SentRequest | undefined)[],
  sold: number,
  rejected: number,
): Violation[] {
  const counts = new Map<string, number>();
  const count = (outcome: string) => counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  for (const request of requests) {
    count(request?.responses[0]?.codes.join("+") || (request === undefined ? "no response" : "sold"));
    for (const code of Object.keys(request?.errors ?? {})) count(`error ${code}`);
  }
  const wanted = new Map([
    ["sold", sold],
    ["INSUFFICIENT_STOCK", rejected],
  ]);
  const all = new Set([...counts.keys(), ...wanted.keys()]);
  return [...all]
    .filter((outcome) => (counts.get(outcome) ?? 0) !== (wanted.get(outcome) ?? 0))
    .map((outcome) => ({
      check: "available units are sold, and the others get INSUFFICIENT_STOCK",
      what: `${counts.get(outcome) ?? 0} results are ${outcome}, expected ${wanted.get(outcome) ?? 0}`,
    }));
}
