import { sql } from "drizzle-orm";
import { type Db, transaction } from "#platform/database/database.ts";
import { newId } from "#platform/shop/ids.ts";
import type { Databases } from "./books.ts";
import type { Difference, Repair } from "./differences.ts";

/** How long an order whose payment is booked is kept from expiring, until the payment is settled. */
const settleMinutes = 15;

/**
 * Repairs what can be repaired. It books what the providers know and sends events again; it never charges or refunds. The running shop then delivers
 * the events, and settles what was booked by reading it from the provider.
 *
 * @returns how many repairs had an effect, and those that had none because the event is no longer kept or the order has changed meanwhile.
 */
export async function repairDifferences(
  databases: Databases,
  differences: readonly Difference[],
): Promise<{ done: number; failed: Repair[] }> {
  // Counters first: the events that settling a payment sends must be newer than those that products has applied.
  const order: Readonly<Record<Repair["kind"], number>> = { count: 0, book: 1, resend: 2 };
  const repairs = differences.flatMap((difference) => difference.repairs).sort((a, b) => order[a.kind] - order[b.kind]);
  const failed: Repair[] = [];
  for (const repair of repairs) if (!(await apply(databases, repair))) failed.push(repair);
  return { done: repairs.length - failed.length, failed };
}

async function apply(databases: Databases, repair: Repair): Promise<boolean> {
  switch (repair.kind) {
    case "resend":
      return resendEvents(databases[repair.sender], repair.orderId);
    case "count":
      return raiseCounter(databases, repair);
    case "book":
      return repair.entry.type === "CHARGE"
        ? bookCharge(databases.orders, repair)
        : bookRefund(databases.orders, repair);
  }
}

/** Sends the events about an order again. Receivers that have applied them before do nothing. */
async function resendEvents(db: Db, orderId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    update outbox set status = 'waiting', attempts = 0, due_at = now() where channel = 'event' and subject = ${orderId} returning id`);
  return rows.length > 0;
}

async function raiseCounter(
  { orders, products }: Databases,
  { sender, orderId, sequence }: Extract<Repair, { kind: "count" }>,
): Promise<boolean> {
  if (sender === "orders") {
    await orders.execute(
      sql`update orders set sequence = greatest(sequence, ${sequence}::int) where id = ${orderId}::uuid`,
    );
  } else {
    await products.execute(sql`
      insert into reservations (order_id, status, revision, told) values (${orderId}::uuid, 'RELEASED', 0, ${sequence}::int)
      on conflict (order_id) do update set told = greatest(reservations.told, excluded.told)`);
  }
  return true;
}

type Booking = Extract<Repair, { kind: "book" }>;

/** Writes a charge with the provider's reference. With it, settling only reads the charge from the provider. */
async function bookCharge(orders: Db, { orderId, provider, entry }: Booking): Promise<boolean> {
  return transaction(orders, async (tx) => {
    const known = await tx.execute(sql`
      update payment_transactions set provider_reference = ${entry.reference}, due_at = now()
      where id = ${entry.transactionId}::uuid and status = 'PENDING' returning id`);
    if (known.length === 1) {
      await keepFromExpiring(orderId);
      return true;
    }
    const payable = await tx.execute(sql`
      update orders set payment_status = 'PENDING', payment_provider = ${provider}, version = version + 1, updated_at = now()
      where id = ${orderId}::uuid and payment_status in ('UNPAID', 'FAILED') and status <> 'CANCELLED' returning id`);
    if (payable.length === 0) return false;
    await tx.execute(sql`
      insert into payment_transactions (id, order_id, type, status, amount_minor, currency, provider, provider_reference, due_at)
      values (${entry.transactionId}::uuid, ${orderId}::uuid, 'CHARGE', 'PENDING', ${entry.amount.minorUnits}, ${entry.amount.currency},
        ${provider}, ${entry.reference}, now())`);
    await keepFromExpiring(orderId);
    return true;

    async function keepFromExpiring(id: string): Promise<void> {
      await tx.execute(sql`
        update orders set expires_at = greatest(expires_at, now() + ${settleMinutes} * interval '1 minute')
        where id = ${id}::uuid and status = 'PENDING'`);
    }
  });
}

/** Writes a refund with the provider's reference. With it, settling only reads the refund from the provider. */
async function bookRefund(orders: Db, { orderId, provider, entry }: Booking): Promise<boolean> {
  return transaction(orders, async (tx) => {
    const known = await tx.execute(sql`
      update payment_transactions set provider_reference = ${entry.reference}, due_at = now()
      where id = ${entry.transactionId}::uuid and status = 'PENDING' returning id`);
    if (known.length === 1) return true;
    const refundable = await tx.execute(sql`
      update orders set refund_committed_minor = refund_committed_minor + ${entry.amount.minorUnits}::bigint,
        version = version + 1, updated_at = now()
      where id = ${orderId}::uuid and refund_committed_minor + ${entry.amount.minorUnits}::bigint <= amount_paid_minor returning id`);
    if (refundable.length === 0) return false;
    await tx.execute(sql`
      insert into payment_transactions
        (id, order_id, type, status, amount_minor, currency, provider, provider_reference, charge_id, due_at)
      select ${entry.transactionId}::uuid, order_id, 'REFUND', 'PENDING', ${entry.amount.minorUnits}::bigint, currency, provider,
        ${entry.reference}, id, now()
      from payment_transactions
      where order_id = ${orderId}::uuid and type = 'CHARGE' and provider = ${provider} and provider_reference = ${entry.chargeReference}`);
    return true;
  });
}

/**
 * Releases the stock of a reservation whose order no longer exists, by the event that cancelling the order would have sent. Returns false if the order
 * exists, or if there is no such reservation.
 */
export async function releaseOrphan({ orders, products }: Databases, orderId: string): Promise<boolean> {
  const known = await orders.execute(sql`select from orders where id = ${orderId}::uuid`);
  const [reservation] = await products.execute<{ sequence: number }>(sql`
    select sequence::float as sequence from reservations where order_id = ${orderId}::uuid and status in ('HELD', 'SOLD')`);
  if (known.length > 0 || reservation === undefined) return false;
  const payload = JSON.stringify({ orderId, reason: "STAFF" });
  await orders.execute(sql`
    insert into outbox (id, channel, topic, destination, message_id, subject, sequence, payload)
    values (${newId()}::uuid, 'event', 'order.cancelled', 'products', ${newId()}::uuid, ${orderId}, ${reservation.sequence + 1}::bigint,
      ${payload}::jsonb)`);
  return true;
}
