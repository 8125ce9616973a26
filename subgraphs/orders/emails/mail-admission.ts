import { and, eq, like } from "drizzle-orm";
import { orderHolds } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { Admission } from "#platform/email/mailer.ts";
import type { OutboxRow } from "#platform/events/outbox.ts";
import { ReceiverUnavailable } from "#platform/events/relay.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import type { UsersClient } from "../clients/users-client.ts";
import type { OrderLimits } from "../order/holds.ts";
import { type Order, readOrder } from "../order/order.ts";

type AdmissionTools = {
  readonly db: Db;
  readonly limits: OrderLimits;
  readonly users: Pick<UsersClient, "takeMail">;
};

const postponeSeconds = 600;

/**
 * Decides whether a mail is sent now. Anyone can order in a stranger's name without paying, so mails about unpaid orders count against the
 * mailbox's and the client address's budget, which is one for all services. Over it, a guest's are dropped and an account's are sent later. Mails about
 * paid orders have a budget of their own, which costs money to use up, and are sent later over it.
 */
export async function admitMail(tools: AdmissionTools, row: OutboxRow): Promise<Admission> {
  const order = await readOrder(tools.db, row.subject as OrderId);
  if (order?.email == null) return "drop";
  const { budgets } = tools.limits;
  if (order.amountPaidMinor > 0n) {
    const spent = await budgets.trySpend("paid_order_mails", { email: order.email });
    return spent.ok ? "send" : { postponeSeconds: spent.retryAfterSeconds };
  }
  // A confirmation of an order that was cancelled meanwhile would only mislead.
  if (row.topic === "order-placed" && order.status === "CANCELLED") return "drop";
  if (await takeUnpaid(tools, order, order.email)) return "send";
  return order.byGuest && order.userId === null ? "drop" : { postponeSeconds };
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
