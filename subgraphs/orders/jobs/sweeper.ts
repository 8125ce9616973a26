import { lte, sql } from "drizzle-orm";
import { orders, paymentTransactions } from "#drizzle/orders/tables.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { readOrder } from "../order/order.ts";
import { settleEdit } from "../order/order-edit.ts";
import { leaseWork, settlePlacement } from "../order/reserve-stock.ts";
import { askForCharge, leaseCharge } from "../payment/charge.ts";
import { askForRefund } from "../payment/refund.ts";
import type { Services } from "../services.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { expireOrders } from "./expire-orders.ts";
import { forgetOld } from "./retention.ts";

const turnMs = 1_000;
const forgetEveryMs = 10 * 60_000;
const rowsMax = 50;
const workMsMax = 6_000;

/**
 * Starts looking, every second, for what a process left open when it died or gave up waiting: reservations and edits that are not decided,
 * charges and refunds without an answer, orders that expired; and now and then for what nobody needs any more. Any number of processes share the
 * work, and what is slow for one kind of it holds up none of the others.
 *
 * @param wake called after each turn that did something: events and mails may have been written.
 */
export function startSweeper(services: Services, wake: () => void): { close(): Promise<void> } {
  const loops = [
    startLoop(services, turnMs, () => sweepWork(services), wake),
    startLoop(services, turnMs, () => sweepPayments(services), wake),
    startLoop(services, turnMs, () => expireOrders(services), wake),
    startLoop(
      services,
      forgetEveryMs,
      () => forgetOld(services.db),
      () => {},
    ),
  ];
  return {
    close: async () => {
      await Promise.all(loops.map((loop) => loop.close()));
    },
  };
}

/** Calls `turn` again and again, `pauseMs` apart; at once where there was as much to do as one turn takes. */
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
      log.warn({ err: error }, "A sweep failed; the next one comes.");
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
  if (order.stockStatus === "PENDING") await settlePlacement(services, order, deadlineIn(0));
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
      if (type === "REFUND") await askForRefund(services, id, deadlineIn(workMsMax));
      else if (await leaseCharge(services.db, id)) await askForCharge(services, id, deadlineIn(workMsMax));
    }),
  );
  return due.length;
}
