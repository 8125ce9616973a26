import { randomUUID } from "node:crypto";
import { cancel, edit, expire, pay, place, refund } from "../actions.ts";
import { openCluster } from "../cluster.ts";
import type { Violation } from "../invariants.ts";
import { conclude, prepareScenario, type RunResult, type Scenario } from "../load.ts";
import { makeRandom, type Random } from "../random.ts";
import type { Client } from "../seed.ts";
import { address, fillCart, type RequestResult } from "../shopping.ts";
import { repeatAfterSaleRaces } from "./after-sale-races.ts";
import { both } from "./both.ts";

const atOnce = 10;

/** Two concurrent operations on one order or cart. Returns what went wrong, beyond what the invariants detect. */
type Race = (scenario: Scenario, client: Client, random: Random) => Promise<string | undefined>;

const races: Readonly<Record<string, Race>> = {
  "pay and pay": async (scenario, client, random) => {
    const order = await place(scenario, client, random);
    await both(random, [() => pay(scenario, client, order), () => pay(scenario, client, order)]);
    return undefined;
  },
  "pay and cancel": async (scenario, client, random) => {
    const order = await place(scenario, client, random);
    await both(random, [() => pay(scenario, client, order), () => cancel(scenario, client, order)]);
    return undefined;
  },
  "pay and expire": async (scenario, client, random) => {
    const order = await place(scenario, client, random);
    await both(random, [() => pay(scenario, client, order), () => expire(scenario, order)]);
    return undefined;
  },
  "pay and edit": async (scenario, client, random) => {
    const order = await place(scenario, client, random);
    await both(random, [() => pay(scenario, client, order), () => edit(scenario, client, order, random.whole(1, 9))]);
    return undefined;
  },
  "cancel and expire": async (scenario, client, random) => {
    const order = await place(scenario, client, random);
    await both(random, [() => cancel(scenario, client, order), () => expire(scenario, order)]);
    return undefined;
  },
  "refund and refund": async (scenario, client, random) => {
    const order = await place(scenario, client, random, "tok_ok");
    const refunds = await both(random, [() => refund(scenario, order), () => refund(scenario, order)]);
    const succeeded = refunds.filter((refunded) => refunded?.response.codes.length === 0).length;
    return succeeded === 1 ? undefined : `${succeeded} of two refunds of 60 % succeeded`;
  },
  "claim and checkout": async (scenario, client, random) => {
    await clearCart(scenario, client);
    const guest: Client = { name: `guest of ${client.name}`, token: undefined };
    const cartToken = await fillCart(scenario.cluster, guest, random.pick(scenario.products), random);
    const wanted = await cartQuantity(scenario, guest, cartToken);
    const [placed] = await both(random, [
      () => checkOut(scenario, guest, cartToken),
      async () => {
        await claim(scenario, client, cartToken);
        return undefined;
      },
    ]);
    const got = quantityOf(placed) + (await cartQuantity(scenario, client, undefined));
    return got === wanted ? undefined : `${wanted} units in a guest's cart became ${got}`;
  },
  "checkout and checkout": async (scenario, client, random) => {
    await clearCart(scenario, client);
    await fillCart(scenario.cluster, client, random.pick(scenario.products), random);
    const wanted = await cartQuantity(scenario, client, undefined);
    const placed = await both(random, [() => checkOut(scenario, client, ""), () => checkOut(scenario, client, "")]);
    const orders = new Set(placed.flatMap((outcome) => outcome?.response.orderId ?? []));
    const left = await cartQuantity(scenario, client, undefined);
    const got = placed.reduce((sum, outcome) => sum + quantityOf(outcome), left);
    return orders.size === 1 && got === wanted
      ? undefined
      : `a cart of ${wanted} became ${orders.size} orders and ${got} units`;
  },
};

/** Runs each race `count` times, ten at a time, and checks the invariants. */
export async function runRaces(options: {
  seed: number;
  count: number;
  report: (line: string) => void;
}): Promise<RunResult> {
  const random = makeRandom(options.seed);
  await using cluster = await openCluster();
  const scenario = await prepareScenario(cluster, random, {
    accounts: atOnce,
    guests: 0,
    products: 4,
    stock: 1_000_000,
  });
  const violations = await repeatRaces(scenario, options.count, options.report);
  violations.push(...(await repeatAfterSaleRaces(scenario, options.count, options.report)));
  const result = await conclude(scenario);
  return { ...result, violations: [...violations, ...result.violations] };
}

/** Runs each race `count` times. Returns what went wrong, beyond what the invariants detect. */
export async function repeatRaces(
  scenario: Scenario,
  count: number,
  report: (line: string) => void,
): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const [name, race] of Object.entries(races)) {
    const beganAtMs = Date.now();
    let left = count;
    await Promise.all(
      scenario.clients.map(async (client) => {
        const own = scenario.random.fork();
        while (left > 0) {
          left -= 1;
          const wrong = await race(scenario, client, own);
          if (wrong !== undefined) violations.push({ check: name, what: wrong });
        }
      }),
    );
    report(`${name}: ${count} times in ${((Date.now() - beganAtMs) / 1_000).toFixed(1)} s`);
  }
  return violations;
}

async function checkOut({ sender, history }: Scenario, client: Client, cartToken: string | undefined) {
  const key = randomUUID();
  const email = client.token === undefined ? `guest-${key}@example.com` : undefined;
  if (email !== undefined) history.clients.set(email, { email });
  const input = {
    idempotencyKey: key,
    shippingAddress: address,
    ...(email === undefined ? {} : { email }),
    ...(cartToken === "" ? {} : { cartToken }),
  };
  return sender.send(client, "checkoutComplete", { key }, { input });
}

async function claim({ cluster }: Scenario, { token }: Client, cartToken: string | undefined): Promise<void> {
  const response = await cluster.graphql(
    "mutation ($cartToken: String!) { cartClaim(cartToken: $cartToken) { userErrors { code } } }",
    { cartToken },
    token,
  );
  if (response.data?.cartClaim === null) throw new Error(`A claim was rejected: ${JSON.stringify(response.errors)}`);
}

async function clearCart({ cluster }: Scenario, { token }: Client): Promise<void> {
  await cluster.graphql("mutation { cartClear { userErrors { code } } }", {}, token);
}

async function cartQuantity({ cluster }: Scenario, { token }: Client, cartToken: string | undefined): Promise<number> {
  const response = await cluster.graphql(
    "query ($token: String) { cart(token: $token) { totalQuantity } }",
    { token: cartToken ?? null },
    token,
  );
  return response.data?.cart?.totalQuantity ?? 0;
}

function quantityOf(outcome: RequestResult | undefined): number {
  return outcome?.items.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0;
}
