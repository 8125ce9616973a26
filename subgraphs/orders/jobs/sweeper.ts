import { lte, sql } from "drizzle-orm";
import { orders, paymentTransactions } from "#drizzle/orders/tables.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { settleEdit } from "../order/edit-order.ts";
import { readOrder } from "../order/order.ts";
import { leaseWork, settleReservation } from "../order/reserve-stock.ts";
import { attemptCharge, leaseCharge } from "../payment/charge.ts";
import { attemptRefund } from "../payment/refund.ts";
import type { Services } from "../services.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { expireOrders } from "./expire-orders.ts";
import { deleteExpired } from "./retention.ts";

const turnMs = 1_000;
const retentionEveryMs = 10 * 60_000;
const rowsMax = 50;
const callMsMax = 6_000;

/**
 * Starts loops that finish, every second, what processes left open when they died or timed out: undecided reservations and edits, charges and
 * refunds without a result, expired orders. Old rows are deleted every ten minutes. Safe to run in several processes; each kind of work has a loop
 * of its own, so that a slow one does not delay the others.
 *
 * @param wake called after each turn that did something, because events and emails may have been enqueued.
 */
export function startSweeper(services: Services, wake: () => void): { close(): Promise<void> } {
  const loops = [
    startLoop(services, turnMs, () => sweepWork(services), wake),
    startLoop(services, turnMs, () => sweepPayments(services), wake),
    startLoop(services, turnMs, () => expireOrders(services), wake),
    startLoop(
      services,
      retentionEveryMs,
      () => deleteExpired(services.db),
      () => {},
    ),
  ];
  return {
    close: async () => {
      await Promise.all(loops.map((loop) => loop.close()));
    },
  };
}

/** Calls `turn` repeatedly, `pauseMs` apart, or at once while a turn is full. */
function startLoop(
  { log }: Services,
  pauseMs: number,
  turn: () => Promise<number>,
  wake: () => void,
): { close(): Promise<void> } {
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const run = async () => {
    let done = 0;
    try {
      done = await turn();
      if (done > 0) wake();
    } catch (error) {
      log.warn({ err: error }, "A sweep failed; it is repeated.");
    }
    if (!closing) schedule(done >= rowsMax ? 0 : pauseMs);
  };
  const schedule = (waitMs: number) => {
    timer = setTimeout(() => {
      running = run();
    }, waitMs);
    timer.unref();
  };
  schedule(Math.min(pauseMs, turnMs));
  return {
    close: async () => {
      closing = true;
      clearTimeout(timer);
      await running;
    },
  };
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
