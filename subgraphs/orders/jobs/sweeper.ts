import { lte, sql } from "drizzle-orm";
import { orders, paymentTransactions } from "#drizzle/orders/tables.ts";
import { type Pace, startWorkLoop, type WorkLoop } from "#platform/database/work-loop.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { issueDocuments } from "../invoice/issue-invoices.ts";
import { settleEdit } from "../order/edit-order.ts";
import { readOrder } from "../order/order.ts";
import { leaseWork, settleReservation } from "../order/reserve-stock.ts";
import { attemptCharge, leaseCharge } from "../payment/charge.ts";
import { attemptRefund } from "../payment/refund.ts";
import { judgeDeclarations } from "../returns/number-declaration.ts";
import type { Services } from "../services.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { expireOrders } from "./expire-orders.ts";
import { deleteExpired } from "./retention.ts";

const turnMs = 1_000;
const idleTurnMs = 30_000;
const retentionEveryMs = 10 * 60_000;
const rowsMax = 50;
const callMsMax = 6_000;

/**
 * Starts loops that finish what processes left open when they died or timed out: undecided reservations and edits, charges and refunds without a
 * result, expired orders. They run every second while there are requests or work, and ever less often while there are none. Old rows are deleted
 * every ten minutes. Safe to run in several processes; each kind of work has a loop of its own, so that a slow one does not delay the others.
 *
 * @param wake called after each turn that did something, because events and emails may have been enqueued.
 */
export function startSweeper(services: Services, wake: () => void): WorkLoop {
  const sweeps = [sweepWork, sweepPayments, expireOrders, judgeDeclarations, issueDocuments].map((sweep) =>
    startLoop(services, { leastPauseMs: turnMs, pauseMs: turnMs, pauseMsMax: idleTurnMs }, async () => {
      const done = await sweep(services);
      if (done > 0) wake();
      return done;
    }),
  );
  const retention = startLoop(
    services,
    { leastPauseMs: 0, pauseMs: retentionEveryMs, pauseMsMax: retentionEveryMs },
    () => deleteExpired(services.db),
  );
  return {
    wake: () => {
      for (const loop of sweeps) loop.wake();
    },
    close: async () => {
      await Promise.all([...sweeps, retention].map((loop) => loop.close()));
    },
  };
}

function startLoop({ log }: Services, pace: Pace, turn: () => Promise<number>): WorkLoop {
  return startWorkLoop({ turn, fullCount: rowsMax, pace, log, failure: "A sweep failed; it is repeated." });
}

async function sweepWork(services: Services): Promise<number> {
  const due = await services.db
    .select({ id: orders.id })
    .from(orders)
    .where(lte(orders.workDueAt, sql`now()`))
    .orderBy(orders.workDueAt)
    .limit(rowsMax);
  await Promise.all(due.map(({ id }) => settleWork(services, id)));
  return due.length;
}

async function settleWork(services: Services, id: OrderId): Promise<void> {
  if (!(await leaseWork(services.db, id))) return;
  const order = await readOrder(services.db, id);
  if (order?.status !== "PENDING") return;
  if (order.stockStatus === "PENDING") await settleReservation(services, order, deadlineIn(0));
  else if (order.edit !== null) await settleEdit(services, order, order.edit);
}

async function sweepPayments(services: Services): Promise<number> {
  const due = await services.db
    .select({ id: paymentTransactions.id, type: paymentTransactions.type })
    .from(paymentTransactions)
    .where(lte(paymentTransactions.dueAt, sql`now()`))
    .orderBy(paymentTransactions.dueAt)
    .limit(rowsMax);
  await Promise.all(
    due.map(async ({ id, type }) => {
      if (type === "REFUND") await attemptRefund(services, id, deadlineIn(callMsMax));
      else if (await leaseCharge(services.db, id)) await attemptCharge(services, id, deadlineIn(callMsMax));
    }),
  );
  return due.length;
}
