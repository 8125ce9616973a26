import { Counter } from "prom-client";
import { budgets as budgetRows } from "#drizzle/orders/tables.ts";
import { openBudgets } from "#platform/budgets/budgets.ts";
import { makePostgresStore } from "#platform/budgets/postgres-store.ts";
import type { BudgetStore } from "#platform/budgets/store.ts";
import { makeSubjectKey } from "#platform/budgets/subjects.ts";
import type { Db } from "#platform/database/database.ts";
import type { Metrics } from "#platform/observability/metrics.ts";
import type { OrdersEnv } from "../env.ts";
import { makeTurns } from "../shared/turns.ts";
import { makeHoldStore, type OrderLimits, type SpendContext } from "./holds.ts";

const writesPerNetworkMax = 8;

/** Opens the budgets of this process and the limits on unpaid orders. @throws {Error} for `BUDGETS_ENABLED=false` in production. */
export function openLimits(env: OrdersEnv, metrics: Metrics, db: Db): OrderLimits {
  const budgets = openBudgets({ env, secret: env.TOKEN_KEY, store: makeStore(db), metrics });
  if (!env.BUDGETS_ENABLED) return { budgets, guests: undefined, turns: (_key, work) => work() };
  const rejected = new Counter({
    name: "agora_orders_guest_share_rejected_total",
    help: "Guest orders that were rejected because they would hold too much of a variant's stock.",
    registers: [metrics.registry],
  });
  const guests = {
    holdMs: env.GUEST_ORDER_TTL * 1_000,
    stockShare: env.GUEST_STOCK_SHARE,
    stockUnitsMin: env.GUEST_STOCK_UNITS_MIN,
    subjectKey: makeSubjectKey(env.TOKEN_KEY),
    rejected,
  };
  return { budgets, guests, turns: makeTurns(writesPerNetworkMax) };
}

/** What an order holds is counted with the order; all else within a window. */
function makeStore(db: Db): BudgetStore<SpendContext> {
  const holds = makeHoldStore();
  const windows = makePostgresStore(db, budgetRows);
  return {
    take: async (charges, cost, windowSeconds, context) => {
      if (context?.heldBy !== undefined) {
        const held = await holds.take(charges, cost, windowSeconds, { tx: context.tx, orderId: context.heldBy });
        return held.taken ? { taken: true, giveBack: () => held.giveBack() } : held;
      }
      const taken = await windows.take(charges, cost, windowSeconds, context?.tx);
      return taken.taken ? { taken: true, giveBack: (within) => taken.giveBack(within?.tx) } : taken;
    },
    ...(windows.countWithin === undefined ? {} : { countWithin: windows.countWithin }),
  };
}
