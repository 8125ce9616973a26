import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { cancel, edit, expire, pay, place, refund } from "../actions.ts";
import { address, fillCart, type Outcome } from "../clients.ts";
import { openRig } from "../cluster.ts";
import type { Violation } from "../invariants.ts";
import { conclude, type Stage, setStage, type Verdict } from "../load.ts";
import { makeRandom, type Random } from "../random.ts";
import type { Client } from "../seed.ts";

const atOnce = 10;
const offsetMsMax = 60;

/** One race: two at once about one thing. What comes back did not go as it must, beyond what the judge sees. */
type Race = (stage: Stage, client: Client, random: Random) => Promise<string | undefined>;

const races: Readonly<Record<string, Race>> = {
  "pay and pay": async (stage, client, random) => {
    const order = await place(stage, client, random);
    await both(random, [() => pay(stage, client, order), () => pay(stage, client, order)]);
    return undefined;
  },
  "pay and cancel": async (stage, client, random) => {
    const order = await place(stage, client, random);
    await both(random, [() => pay(stage, client, order), () => cancel(stage, client, order)]);
    return undefined;
  },
  "pay and expire": async (stage, client, random) => {
    const order = await place(stage, client, random);
    await both(random, [() => pay(stage, client, order), () => expire(stage, order)]);
    return undefined;
  },
  "pay and edit": async (stage, client, random) => {
    const order = await place(stage, client, random);
    await both(random, [() => pay(stage, client, order), () => edit(stage, client, order, random.whole(1, 9))]);
    return undefined;
  },
  "cancel and expire": async (stage, client, random) => {
    const order = await place(stage, client, random);
    await both(random, [() => cancel(stage, client, order), () => expire(stage, order)]);
    return undefined;
  },
  "refund and refund": async (stage, client, random) => {
    const order = await place(stage, client, random, "tok_ok");
    const refunds = await both(random, [() => refund(stage, order), () => refund(stage, order)]);
    const succeeded = refunds.filter((refunded) => refunded?.told.codes.length === 0).length;
    return succeeded === 1 ? undefined : `${succeeded} of two refunds of 60 % succeeded`;
  },
  "claim and checkout": async (stage, client, random) => {
    await clearCart(stage, client);
    const guest: Client = { name: `guest of ${client.name}`, token: undefined };
    const cartToken = await fillCart(stage.rig, guest, random.pick(stage.wares), random);
    const wanted = await cartQuantity(stage, guest, cartToken);
    const [placed] = await both(random, [
      () => checkOut(stage, guest, cartToken),
      async () => {
        await claim(stage, client, cartToken);
        return undefined;
      },
    ]);
    const got = quantityOf(placed) + (await cartQuantity(stage, client, undefined));
    return got === wanted ? undefined : `${wanted} units in a guest's cart became ${got}`;
  },
  "checkout and checkout": async (stage, client, random) => {
    await clearCart(stage, client);
    await fillCart(stage.rig, client, random.pick(stage.wares), random);
    const wanted = await cartQuantity(stage, client, undefined);
    const placed = await both(random, [() => checkOut(stage, client, ""), () => checkOut(stage, client, "")]);
    const orders = new Set(placed.flatMap((outcome) => outcome?.told.orderId ?? []));
    const left = await cartQuantity(stage, client, undefined);
    const got = placed.reduce((sum, outcome) => sum + quantityOf(outcome), left);
    return orders.size === 1 && got === wanted
      ? undefined
      : `a cart of ${wanted} became ${orders.size} orders and ${got} units`;
  },
};

/** Each race `count` times, ten at a time, judged by the same ten checks. */
export async function runRaces(options: {
  seed: number;
  count: number;
  say: (line: string) => void;
}): Promise<Verdict> {
  const random = makeRandom(options.seed);
  await using rig = await openRig();
  const stage = await setStage(rig, random, { accounts: atOnce, guests: 0, wares: 4, stock: 1_000_000 });
  const violations = await raceOften(stage, options.count, options.say);
  const verdict = await conclude(stage);
  return { ...verdict, violations: [...violations, ...verdict.violations] };
}

/** Each race so many times; what did not go as it must, beyond what the judge sees. */
export async function raceOften(stage: Stage, count: number, say: (line: string) => void): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const [name, race] of Object.entries(races)) {
    const beganAtMs = Date.now();
    let left = count;
    await Promise.all(
      stage.clients.map(async (client) => {
        const own = stage.random.fork();
        while (left > 0) {
          left -= 1;
          const wrong = await race(stage, client, own);
          if (wrong !== undefined) violations.push({ check: name, what: wrong });
        }
      }),
    );
    say(`${name}: ${count} times in ${((Date.now() - beganAtMs) / 1_000).toFixed(1)} s`);
  }
  return violations;
}

async function both<Result>(random: Random, two: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  return Promise.all(
    two.map(async (run) => {
      await sleep(random.whole(0, offsetMsMax));
      return run();
    }),
  );
}

async function checkOut({ desk, history }: Stage, client: Client, cartToken: string | undefined) {
  const key = randomUUID();
  const email = client.token === undefined ? `guest-${key}@example.com` : undefined;
  if (email !== undefined) history.clients.set(email, { email });
  const input = {
    idempotencyKey: key,
    shippingAddress: address,
    ...(email === undefined ? {} : { email }),
    ...(cartToken === "" ? {} : { cartToken }),
  };
  return desk.ask(client, "checkoutComplete", { key }, { input });
}

async function claim({ rig }: Stage, { token }: Client, cartToken: string | undefined): Promise<void> {
  const answer = await rig.graphql(
    "mutation ($cartToken: String!) { cartClaim(cartToken: $cartToken) { userErrors { code } } }",
    { cartToken },
    token,
  );
  if (answer.data?.cartClaim === null) throw new Error(`A claim was refused: ${JSON.stringify(answer.errors)}`);
}

async function clearCart({ rig }: Stage, { token }: Client): Promise<void> {
  await rig.graphql("mutation { cartClear { userErrors { code } } }", {}, token);
}

async function cartQuantity({ rig }: Stage, { token }: Client, cartToken: string | undefined): Promise<number> {
  const answer = await rig.graphql(
    "query ($token: String) { cart(token: $token) { totalQuantity } }",
    { token: cartToken ?? null },
    token,
  );
  return answer.data?.cart?.totalQuantity ?? 0;
}

function quantityOf(outcome: Outcome | undefined): number {
  return outcome?.items.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0;
}
