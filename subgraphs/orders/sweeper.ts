import { lte, sql } from "drizzle-orm";
import { orders, paymentTransactions } from "#drizzle/orders/tables.ts";
import type { OrderId } from "#platform/ids.ts";
import { askForCharge, leaseCharge } from "./charges.ts";
import { deadlineIn } from "./clock.ts";
import { expireOrders } from "./expiry.ts";
import { forgetOld } from "./forgetting.ts";
import { settleEdit } from "./order-edit.ts";
import { readOrder } from "./orders.ts";
import { leaseWork, settlePlacement } from "./placement.ts";
import { askForRefund } from "./refunds.ts";
import type { Services } from "./services.ts";

const turnMs = 1_000;
const rowsMax = 50;
const workMsMax = 6_000;
const forgetEveryMs = 10 * 60_000;

/**
 * Starts looking, every second, for what a process left open when it died or gave up waiting: reservations and edits that are not decided,
 * charges and refunds without an answer, orders that expired; and now and then for what nobody needs any more. Any number of processes share the work.
 *
 * @param wake called after each turn that did something: events and mails may have been written.
 */
export function startSweeper(services: Services, wake: () => void): { close(): Promise<void> } {
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let forgetAtMs = 0;
  const turn = async () => {
    if (Date.now() >= forgetAtMs) {
      forgetAtMs = Date.now() + forgetEveryMs;
      await forgetOld(services.db);
    }
    return sweep(services);
  };
  const schedule = () => {
    if (closing) return;
    timer = setTimeout(() => {
      running = turn()
        .then(
          (done) => (done > 0 ? wake() : undefined),
          (error) => services.log.warn({ err: error }, "A sweep failed; the next one comes."),
        )
        .then(schedule);
    }, turnMs);
    timer.unref();
  };
  schedule();
  return {
    close: async () => {
      closing = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** One turn; how much there was to do. */
async function sweep(services: Services): Promise<number> {
  const done = await Promise.all([sweepWork(services), sweepPayments(services), expireOrders(services)]);
  return done.reduce((sum, count) => sum + count, 0);
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
  if (order.stockStatus === "PENDING") await settlePlacement(services, order, deadlineIn(0), false);
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
