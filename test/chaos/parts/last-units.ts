import { randomUUID } from "node:crypto";
import { conclude, setStage, type Verdict } from "../load.ts";
import { makeRandom } from "../random.ts";
import { openRig } from "../rig.ts";

const units = 100;
const atOnce = 200;
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
  const beganAtMs = Date.now();
  let next = 0;
  const buyer = async () => {
    while (next < options.count) {
      const client = stage.random.pick(stage.clients);
      next += 1;
      const key = randomUUID();
      await stage.desk.ask(
        client,
        "orderCreate",
        { key, payment: "tok_ok" },
        {
          input: {
            idempotencyKey: key,
            items: [{ productId: ware.productId, quantity: 1 }],
            shippingAddress: { line1: "1 Last Lane", country: "US" },
            payment: { token: "tok_ok" },
          },
        },
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, buyer));
  options.say(`${options.count} checkouts in ${((Date.now() - beganAtMs) / 1_000).toFixed(1)} s`);
  const verdict = await conclude(stage);
  const codes = new Map<string, number>();
  const refused = new Map<string, number>();
  for (const { told, refused: each } of stage.history.wishes) {
    const outcome = told[0]?.codes.join("+") || "ordered";
    codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
    for (const [code, count] of Object.entries(each)) refused.set(code, (refused.get(code) ?? 0) + count);
  }
  const wanted = { ordered: Math.min(units, options.count), INSUFFICIENT_STOCK: Math.max(0, options.count - units) };
  const wrong = [
    ...[...codes].filter(([code, count]) => wanted[code as keyof typeof wanted] !== count),
    ...refused,
  ].map(([code, count]) => ({ check: "100 are sold, the others are told so", what: `${count} were told ${code}` }));
  return { ...verdict, violations: [...verdict.violations, ...wrong] };
}
