import fc from "fast-check";
import { expect, test } from "vitest";
import { type Db, openDatabase } from "#platform/database/database.ts";
import { newId, type OrderId, type VariantId } from "#platform/shop/ids.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { changeInventory } from "../inventory/inventory-change.ts";
import { sweep } from "../jobs/sweeper.ts";
import { deliver, orderEvent, publishedEvents, sellerViewer, stockedVariants, stockFaults } from "../testing/stock.ts";
import { holdGraceMs, reserveStock, type StockLine, sumLines } from "./reservation.ts";

const runs = Number(process.env.STOCK_MODEL_RUNS ?? 20);
const variantCount = 3;
const orderCount = 3;

const units = fc.integer({ min: 1, max: 6 });
const lines = fc.array(fc.record({ variant: fc.nat(variantCount - 1), quantity: units }), {
  minLength: 1,
  maxLength: 4,
});
const order = fc.nat(orderCount - 1);
const revision = fc.integer({ min: 1, max: 4 });
const sequence = fc.integer({ min: 1, max: 6 });
const expires = fc.constantFrom<"later" | "never">("later", "never");

const step = fc.oneof(
  fc.record({
    does: fc.constant("adjust" as const),
    variant: fc.nat(variantCount - 1),
    delta: fc.integer({ min: -8, max: 8 }).filter((delta) => delta !== 0),
  }),
  fc.record({
    does: fc.constant("set" as const),
    variant: fc.nat(variantCount - 1),
    onHand: fc.nat(12),
    expected: fc.option(fc.nat(12)),
  }),
  { weight: 4, arbitrary: fc.record({ does: fc.constant("reserve" as const), order, revision, lines, expires }) },
  fc.record({ does: fc.constant("placed" as const), order, sequence, revision, lines }),
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom("paid" as const, "confirmed" as const),
      order,
      sequence,
      revision,
      lines,
    }),
  },
  fc.record({ does: fc.constant("cancelled" as const), order, sequence }),
  fc.record({ does: fc.constant("expire" as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

test("whatever is done in whatever order, stock and orders are as a simple model says, and the ledger adds up to the levels", async () => {
  await using home = await createDatabase("products");
  const database = openDatabase({ url: home.url, applicationName: "test", connectionsMax: 4 });
  const { db } = database;
  const viewer = sellerViewer();
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(10), { minLength: variantCount, maxLength: variantCount }),
        fc.array(step, { minLength: 1, maxLength: 25 }),
        async (stocks, steps) => {
          const variants = await stockedVariants(db, viewer, stocks);
          const orders = Array.from({ length: orderCount }, () => newId<OrderId>());
          const world = { db, viewer, variants, orders };
          const model = newModel(stocks);
          for (const step of steps) {
            expect([step, await act(world, step)]).toEqual([step, model.act(step)]);
            expect(await observe(world)).toEqual(model.observe());
            expect(await stockFaults(db)).toEqual([]);
          }
        },
      ),
      {
        numRuns: runs,
        ...(process.env.STOCK_MODEL_SEED === undefined ? {} : { seed: Number(process.env.STOCK_MODEL_SEED) }),
      },
    );
  } finally {
    await database.close();
  }
}, 600_000);

type World = { db: Db; viewer: SignedIn; variants: readonly VariantId[]; orders: readonly OrderId[] };

function at<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new Error(`There is no ${index}.`);
  return value;
}

/** Runs one step against the real subgraph and returns its result. */
async function act({ db, viewer, variants, orders }: World, step: Step): Promise<string> {
  const linesOf = (wanted: readonly { variant: number; quantity: number }[]): StockLine[] =>
    wanted.map(({ variant, quantity }) => ({ variantId: at(variants, variant), quantity }));
  switch (step.does) {
    case "adjust":
    case "set": {
      const common = { variantId: at(variants, step.variant), reason: "counted", idempotencyKey: newId() };
      const change =
        step.does === "adjust"
          ? { ...common, delta: step.delta }
          : { ...common, onHand: step.onHand, expectedOnHand: step.expected };
      const outcome = await changeInventory(db, viewer, change);
      return outcome.ok ? "done" : (outcome.userErrors[0]?.code ?? "");
    }
    case "reserve": {
      const { outcome } = await reserveStock(db, {
        orderId: at(orders, step.order),
        revision: step.revision,
        expiresAt: step.expires === "never" ? null : new Date(Date.now() + 60_000),
        lines: sumLines(linesOf(step.lines)),
      });
      return outcome;
    }
    case "expire":
      await sweep(db, new Date(Date.now() + 60_000 + holdGraceMs + 1));
      return "";
    case "cancelled":
      await deliver(db, orderEvent("order.cancelled", { id: at(orders, step.order), sequence: step.sequence }));
      return "";
    default: {
      const { sequence: newest, revision: edited } = step;
      const type = `order.${step.does}` as const;
      const expiresAt = new Date(Date.now() + 60_000);
      const event = {
        id: at(orders, step.order),
        sequence: newest,
        revision: edited,
        lines: linesOf(step.lines),
        expiresAt,
      };
      await deliver(db, orderEvent(type, event));
      return "";
    }
  }
}

type Observed = {
  levels: (readonly [number, number])[];
  orders: { status: string; lines: number[]; published: string[] }[];
};

async function observe({ db, variants, orders }: World): Promise<Observed> {
  const { sql } = await import("drizzle-orm");
  const levels = await db.execute<{ id: string; on_hand: number; reserved: number }>(
    sql`select variant_id as id, on_hand, reserved from stock_levels where variant_id = any(${sql.param(variants)}::uuid[])`,
  );
  const held = await db.execute<{ id: string; status: string; variant: string | null; quantity: number | null }>(
    sql`select order_id as id, status, variant_id as variant, quantity from reservations left join reservation_lines using (order_id)
      where order_id = any(${sql.param(orders)}::uuid[])`,
  );
  return {
    levels: variants.map((id) => {
      const level = levels.find((row) => row.id === id);
      return [level?.on_hand ?? -1, level?.reserved ?? -1];
    }),
    orders: await Promise.all(
      orders.map(async (id) => {
        const rows = held.filter((row) => row.id === id);
        return {
          status: rows[0]?.status ?? "UNKNOWN",
          lines: variants.map((variant) => rows.find((row) => row.variant === variant)?.quantity ?? 0),
          published: await publishedEvents(db, id),
        };
      }),
    ),
  };
}

type ModelOrder = {
  status: "UNKNOWN" | "HELD" | "SOLD" | "RELEASED" | "FAILED";
  lines: number[];
  revision: number;
  sequence: number;
  cancelled: boolean;
  clock: boolean;
  published: string[];
};

/** What ought to happen, as plainly as it can be said. */
function newModel(stocks: readonly number[]) {
  const levels = stocks.map((onHand) => ({ onHand, reserved: 0 }));
  const none = () => levels.map(() => 0);
  const orders: ModelOrder[] = Array.from({ length: orderCount }, () => ({
    status: "UNKNOWN",
    lines: none(),
    revision: 0,
    sequence: -1,
    cancelled: false,
    clock: false,
    published: [],
  }));
  const sum = (wanted: readonly { variant: number; quantity: number }[]) =>
    levels.map((_, index) =>
      wanted.filter(({ variant }) => variant === index).reduce((total, { quantity }) => total + quantity, 0),
    );
  /** Changes on hand and reserved by variant, unless that left less on hand than is reserved. */
  const move = (onHand: readonly number[], reserved: readonly number[]) => {
    const after = levels.map((level, index) => ({
      onHand: level.onHand + at(onHand, index),
      reserved: level.reserved + at(reserved, index),
    }));
    if (after.some((level) => level.onHand < level.reserved)) return false;
    for (const [index, level] of after.entries()) levels[index] = level;
    return true;
  };
  const minus = (values: readonly number[]) => values.map((value) => -value);
  const hold = (held: ModelOrder, wanted: readonly number[], edited: number, clock: boolean) => {
    const kept = held.status === "HELD" ? held.lines : none();
    const step = wanted.map((quantity, index) => quantity - at(kept, index));
    // Less of one thing is given whatever the others: only what grows can be short.
    if (!move(none(), step)) return false;
    Object.assign(held, { status: "HELD", lines: [...wanted], revision: edited, clock });
    return true;
  };
  const letGo = (held: ModelOrder, status: "RELEASED" | "FAILED", word: string) => {
    if (held.status === "HELD") move(none(), minus(held.lines));
    if (held.status === "SOLD") move(held.lines, none());
    Object.assign(held, { status, lines: none(), clock: false });
    held.published.push(word);
  };
  return {
    observe: (): Observed => ({
      levels: levels.map(({ onHand, reserved }) => [onHand, reserved]),
      orders: orders.map(({ status, lines: has, published: words }) => ({
        status,
        lines: [...has],
        published: [...words],
      })),
    }),
    act: (step: Step): string => {
      if (step.does === "adjust" || step.does === "set") {
        const level = at(levels, step.variant);
        const after = step.does === "adjust" ? level.onHand + step.delta : step.onHand;
        const expected = step.does === "adjust" ? null : step.expected;
        if (after < level.reserved || (expected !== null && expected !== level.onHand))
          return "STOCK_PRECONDITION_FAILED";
        level.onHand = after;
        return "done";
      }
      if (step.does === "expire") {
        for (const held of orders) if (held.status === "HELD" && held.clock) letGo(held, "RELEASED", "stock.released");
        return "";
      }
      const held = at(orders, step.order);
      if (step.does === "reserve") {
        if (held.status === "SOLD") return "SOLD";
        if (held.status === "RELEASED" || held.status === "FAILED") return "RELEASED";
        if (held.status === "HELD" && step.revision < held.revision) return "STALE";
        if (held.status === "HELD" && step.revision === held.revision) return "RESERVED";
        return hold(held, sum(step.lines), step.revision, step.expires === "later") ? "RESERVED" : "INSUFFICIENT";
      }
      if (held.cancelled || step.sequence <= held.sequence) return "";
      held.sequence = step.sequence;
      if (held.status === "UNKNOWN") held.status = "RELEASED";
      if (step.does === "cancelled") {
        letGo(held, "RELEASED", "stock.released");
        held.cancelled = true;
      } else if (step.does === "placed") {
        const lost = held.status === "RELEASED" && held.published.length === 0;
        const newer = held.status === "HELD" && step.revision > held.revision;
        if (lost || newer) hold(held, sum(step.lines), step.revision, true);
        if (held.status === "HELD") held.clock = true;
      } else if (held.status === "HELD" || held.status === "RELEASED") {
        const wanted = sum(step.lines);
        const kept = held.status === "HELD" ? held.lines : none();
        if (move(minus(wanted), minus(kept))) {
          Object.assign(held, {
            status: "SOLD",
            lines: wanted,
            revision: Math.max(held.revision, step.revision),
            clock: false,
          });
          held.published.push("stock.sold");
        } else {
          letGo(held, "FAILED", "stock.sale_failed");
        }
      }
      return "";
    },
  };
}
