import { randomUUID } from "node:crypto";
import { address, fillCart } from "../clients.ts";
import { openRig } from "../cluster.ts";
import type { Wish } from "../history.ts";
import type { Violation } from "../invariants.ts";
import { conclude, type Stage, setStage, type Verdict } from "../load.ts";
import { makeRandom } from "../random.ts";
import type { Client, Ware } from "../seed.ts";

const units = 100;
const atOnceMax = 200;
const accounts = 50;

/** `count` checkouts of the last 100 units, 200 at a time: 100 are sold, the others told INSUFFICIENT_STOCK, and nobody anything else. */
export async function sellLastUnits(options: {
  seed: number;
  count: number;
  say: (line: string) => void;
}): Promise<Verdict> {
  await using rig = await openRig();
  const stage = await setStage(rig, makeRandom(options.seed), { accounts, guests: 0, wares: 1, stock: units });
  const [ware] = stage.wares;
  if (ware === undefined) throw new Error("There is nothing to sell.");
  const violations = await rush(stage, ware, units, options.count, options.say);
  const verdict = await conclude(stage);
  return { ...verdict, violations: [...violations, ...verdict.violations] };
}

/** So many want the last units of a ware: half of them guests with a cart each, half signed in and without one. What they were told amiss. */
export async function rush(
  stage: Stage,
  ware: Ware,
  stock: number,
  count: number,
  say: (line: string) => void,
  atOnce = atOnceMax,
): Promise<Violation[]> {
  const signedIn = stage.clients.filter(({ token }) => token !== undefined);
  const guest: Client = { name: "a guest of the rush", token: undefined };
  const cartTokens = Array.from({ length: count }, () => "");
  await inParallel(atOnce, count, async (number) => {
    if (number % 2 === 0) cartTokens[number] = (await fillCart(stage.rig, guest, ware, stage.random, 1)) ?? "";
  });
  const wishes: (Wish | undefined)[] = [];
  const beganAtMs = Date.now();
  await inParallel(atOnce, count, async (number) => {
    const cartToken = cartTokens[number] ?? "";
    const bought =
      cartToken === ""
        ? await orderNow(stage, stage.random.pick(signedIn), ware)
        : await checkOutGuest(stage, guest, cartToken);
    wishes.push(bought?.wish);
  });
  const seconds = (Date.now() - beganAtMs) / 1_000;
  say(`${count} checkouts in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} a second`);
  return wrongAnswers(wishes, Math.min(stock, count), Math.max(0, count - stock));
}

async function inParallel(workers: number, count: number, work: (number: number) => Promise<void>): Promise<void> {
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

function orderNow({ desk }: Stage, client: Client, { productId }: Ware) {
  const key = randomUUID();
  const input = {
    idempotencyKey: key,
    items: [{ productId, quantity: 1 }],
    shippingAddress: address,
    payment: { token: "tok_ok" },
  };
  return desk.ask(client, "orderCreate", { key, payment: "tok_ok" }, { input });
}

function checkOutGuest({ desk, history }: Stage, guest: Client, cartToken: string) {
  const key = randomUUID();
  const email = `rush-${key}@example.com`;
  history.clients.set(email, { email });
  const input = { idempotencyKey: key, cartToken, email, shippingAddress: address, payment: { token: "tok_ok" } };
  return desk.ask(guest, "checkoutComplete", { key, payment: "tok_ok" }, { input });
}

function wrongAnswers(wishes: readonly (Wish | undefined)[], sold: number, refused: number): Violation[] {
  const counts = new Map<string, number>();
  const count = (outcome: string) => counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  for (const wish of wishes) {
    count(wish?.told[0]?.codes.join("+") || (wish === undefined ? "no answer" : "sold"));
    for (const code of Object.keys(wish?.refused ?? {})) count(`meanwhile ${code}`);
  }
  const wanted = new Map([
    ["sold", sold],
    ["INSUFFICIENT_STOCK", refused],
  ]);
  const all = new Set([...counts.keys(), ...wanted.keys()]);
  return [...all]
    .filter((outcome) => (counts.get(outcome) ?? 0) !== (wanted.get(outcome) ?? 0))
    .map((outcome) => ({
      check: "what is there is sold, and the others are told so",
      what: `${counts.get(outcome) ?? 0} were told ${outcome}, ${wanted.get(outcome) ?? 0} should have been`,
    }));
}
