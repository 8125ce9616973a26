import { afterSaleSteps, decideDisputes, type SoldOrder, sellOrder } from "../after-sale-steps.ts";
import type { Violation } from "../invariants.ts";
import type { Scenario } from "../load.ts";
import type { Random } from "../random.ts";
import { both } from "./both.ts";
import { inParallel } from "./last-units.ts";

const atOnce = 10;

/** Two concurrent operations on one sold order. Returns what went wrong, beyond what the invariants detect. */
type Race = (scenario: Scenario, order: SoldOrder, random: Random) => Promise<string | undefined>;

const linesOf = ({ items }: SoldOrder) => items.map(({ id, quantity }) => ({ itemId: id, quantity }));

const races: Readonly<Record<string, Race>> = {
  "ship and cancel": async (scenario, order, random) => {
    const { ship, cancel } = afterSaleSteps(scenario, order);
    const succeeded = await successes(random, [() => ship(linesOf(order)), cancel]);
    return succeeded === 1 ? undefined : `${succeeded} of shipping and cancelling one order succeeded`;
  },
  "two refunds of one line": async (scenario, order, random) => {
    const { refund } = afterSaleSteps(scenario, order);
    const lines = linesOf(order).slice(0, 1);
    const succeeded = await successes(random, [() => refund({ lines }), () => refund({ lines })]);
    return succeeded === 1 ? undefined : `${succeeded} of two refunds of one line succeeded`;
  },
  "return and refund": async (scenario, order, random) => {
    const steps = afterSaleSteps(scenario, order);
    const lines = linesOf(order);
    await steps.ship(lines);
    const asked = await steps.askReturn(lines, false);
    const id = asked.return?.id;
    if (id === undefined) return `a return was rejected with ${asked.codes}`;
    await steps.updateReturn({ id, status: "APPROVED" });
    await steps.updateReturn({ id, status: "RECEIVED", restock: lines });
    const succeeded = await successes(random, [() => steps.refund({ returnId: id }), () => steps.refund({ lines })]);
    return succeeded === 1 ? undefined : `${succeeded} of two refunds of one return succeeded`;
  },
  "refund and dispute": async (scenario, order, random) => {
    const { refund, atProvider } = afterSaleSteps(scenario, order);
    await both(random, [() => refund({ lines: linesOf(order) }), () => atProvider({ outcome: "dispute" })]);
    return undefined;
  },
};

/** Runs each race after the sale `count` times. Returns what went wrong, beyond what the invariants detect. */
export async function repeatAfterSaleRaces(
  scenario: Scenario,
  count: number,
  report: (line: string) => void,
): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const [name, race] of Object.entries(races)) {
    const beganAtMs = Date.now();
    const orders: SoldOrder[] = [];
    await inParallel(atOnce, count, async () => {
      const random = scenario.random.fork();
      const order = await sellOrder(scenario, random);
      orders.push(order);
      const wrong = await race(scenario, order, random);
      if (wrong !== undefined) violations.push({ check: name, what: wrong });
    });
    await decideDisputes(scenario, orders, scenario.random);
    report(`${name}: ${count} times in ${((Date.now() - beganAtMs) / 1_000).toFixed(1)} s`);
  }
  return violations;
}

async function successes(
  random: Random,
  two: readonly (() => Promise<{ readonly codes: readonly string[] }>)[],
): Promise<number> {
  return (await both(random, two)).filter(({ codes }) => codes.length === 0).length;
}
