import DataLoader from "dataloader";
import { and, eq, like } from "drizzle-orm";
import { orderHolds, outbox } from "#drizzle/orders/tables.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import { type Admission, isAlreadyAdmitted, recordAdmitted } from "#platform/email/mailer.ts";
import type { OutboxRow } from "#platform/events/outbox.ts";
import { ReceiverUnavailable } from "#platform/events/relay.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import type { UsersClient } from "../clients/users-client.ts";
import type { OrderLimits } from "../order/holds.ts";
import { type Order, readOrders } from "../order/order.ts";

type AdmissionTools = {
  readonly db: Db;
  readonly limits: OrderLimits;
  readonly users: Pick<UsersClient, "takeMail">;
};

/** A mail's order, and whether the mail is sent; undefined where that is decided apart from other mails. */
type MailedOrder = { readonly order: Order | undefined; readonly admission: Admission | undefined };

/** Mails that are about to be sent. */
export type OrderMails = {
  /** Decides whether a mail is sent now. */
  admit(row: OutboxRow): Promise<Admission>;
  /** The order of a mail; undefined if there is none any more. */
  orderOf(row: OutboxRow): Promise<Order | undefined>;
};

const postponeSeconds = 600;

/**
 * Opens the admission of mails. Anyone can order in a stranger's name without paying, so mails about unpaid orders count against the
 * mailbox's and the client address's budget, which is one for all services. Over it, a guest's are dropped and an account's are sent later. Mails about
 * paid orders have a budget of their own, which costs money to use up, and are sent later over it. What a batch of mails needs is read and counted in
 * one transaction.
 */
export function openOrderMails(tools: AdmissionTools): OrderMails {
  const loader = new DataLoader<OutboxRow, MailedOrder>((rows) => admitTogether(tools, rows), { cache: false });
  const loaded = new WeakMap<OutboxRow, Promise<MailedOrder>>();
  const load = (row: OutboxRow) => {
    const mailed = loaded.get(row) ?? loader.load(row);
    loaded.set(row, mailed);
    return mailed;
  };
  return {
    orderOf: async (row) => (await load(row)).order,
    admit: async (row) => {
      const { order, admission } = await load(row);
      if (admission !== undefined) return admission;
      if (order?.email == null) return "drop";
      // A confirmation of an order that was cancelled meanwhile would only mislead.
      if (row.topic === "order-placed" && order.status === "CANCELLED") return "drop";
      if (await takeUnpaid(tools, order, order.email)) return "send";
      return order.byGuest && order.userId === null ? "drop" : { postponeSeconds };
    },
  };
}

/** Reads the orders of mails, and counts the mails about paid ones. */
async function admitTogether({ db, limits }: AdmissionTools, rows: readonly OutboxRow[]): Promise<MailedOrder[]> {
  const ids = [...new Set(rows.map(({ subject }) => subject as OrderId))];
  return transaction(db, async (tx) => {
    const orders = new Map((await readOrders(tx, ids)).map((order) => [order.id as string, order]));
    const admissions = new Map<OutboxRow, Admission>();
    const due = rows.flatMap((row) => {
      const { email, amountPaidMinor = 0n } = orders.get(row.subject) ?? {};
      return email == null || amountPaidMinor === 0n || isAlreadyAdmitted(row) ? [] : [{ row, email }];
    });
    // Sorted, so that two transactions do not wait for each other.
    for (const { row, email } of due.toSorted((a, b) => (a.email < b.email ? -1 : 1))) {
      const spent = await limits.budgets.trySpend("paid_order_mails", { email }, 1, { tx });
      admissions.set(row, spent.ok ? "recorded" : { postponeSeconds: spent.retryAfterSeconds });
    }
    const recorded = due.flatMap(({ row }) => (admissions.get(row) === "recorded" ? [row.id] : []));
    if (recorded.length > 0) await recordAdmitted(tx, outbox, recorded);
    return rows.map((row) => ({ order: orders.get(row.subject), admission: admissions.get(row) }));
  });
}

async function takeUnpaid({ db, limits, users }: AdmissionTools, order: Order, email: string): Promise<boolean> {
  if (limits.guests === undefined) return true;
  const subjects = { email, user: order.userId ?? undefined, addressHash: await addressHashOf(db, order.id) };
  return users.takeMail(subjects).catch((error) => {
    throw new ReceiverUnavailable("The budget of mails cannot be read.", { cause: error });
  });
}

const heldByAddress = "held_orders:address:";

/** The hash of the address that placed the order, as its hold has it; the address itself is kept nowhere. */
async function addressHashOf(db: Db, orderId: OrderId): Promise<string | undefined> {
  const [hold] = await db
    .select({ key: orderHolds.key })
    .from(orderHolds)
    .where(and(eq(orderHolds.orderId, orderId), like(orderHolds.key, `${heldByAddress}%`)));
  return hold?.key.slice(heldByAddress.length);
}
