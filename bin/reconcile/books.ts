import { sql } from "drizzle-orm";
import type { Db } from "#platform/database/database.ts";
import type { Subgraph } from "#schema/subgraphs.ts";
import type { LedgerEntry, ProviderLedger } from "#subgraphs/orders/payment-providers/provider-ledger.ts";

/** Units by variant id. */
export type Units = Readonly<Record<string, number>>;

/** An order, as far as other books speak of it. */
export type OrderRecord = {
  readonly id: string;
  /** Without its dash. */
  readonly number: string;
  readonly visible: boolean;
  readonly status: string;
  readonly paymentStatus: string;
  readonly stockStatus: string;
  readonly sequence: number;
  readonly stockSequence: number;
  readonly totalMinor: string;
  readonly amountPaidMinor: string;
  readonly refundCommittedMinor: string;
  readonly currency: string;
  readonly userId: string | null;
  /** A reservation or an edit is being worked on, or the order is about to expire: its stock is not decided yet. */
  readonly isInProgress: boolean;
  readonly lines: Units;
};

/** A reservation, as products keeps it. */
export type ReservationRecord = {
  readonly orderId: string;
  readonly status: string;
  readonly cancelled: boolean;
  readonly sequence: number;
  readonly eventsSent: number;
  readonly lines: Units;
};

/** A charge or refund in our books. */
export type TransactionRecord = {
  readonly id: string;
  readonly orderId: string;
  readonly type: "CHARGE" | "REFUND";
  readonly status: "PENDING" | "SUCCEEDED" | "FAILED";
  readonly amountMinor: string;
  readonly provider: string;
  readonly reference: string | null;
  readonly isRecent: boolean;
};

/** What all books say about the orders that changed since a moment. */
export type Books = {
  readonly orders: ReadonlyMap<string, OrderRecord>;
  readonly reservations: ReadonlyMap<string, ReservationRecord>;
  readonly transactions: readonly TransactionRecord[];
  /** By the provider's name. */
  readonly ledgers: ReadonlyMap<string, readonly LedgerEntry[]>;
  /** Units that are neither reserved nor sold, by variant id. */
  readonly available: Units;
  /** Ids of orders and reservations that still have an event to be delivered, or changed a moment ago. */
  readonly unsettled: ReadonlySet<string>;
  /** Variants whose stock is not the sum of their stock movements. */
  readonly unbalanced: readonly string[];
  /** Accounts that products knows to be deleted, and that exist. */
  readonly revivedAccounts: readonly string[];
  /** Owners of orders that are not among the accounts. */
  readonly unknownAccounts: readonly string[];
};

/** The databases of the shop. */
export type Databases = Readonly<Record<Subgraph, Db>>;

/** Charges are looked for from this long before, because an order may change long after it was paid. */
const ledgerLeadMs = 24 * 60 * 60 * 1_000;

/**
 * Reads the books of orders and reservations that changed since `since`, and the providers' ledgers. Nothing is written.
 *
 * @param quietSeconds leaves out what changed more recently, because the books are not read at one instant.
 */
export async function readBooks(
  { users, products, orders }: Databases,
  ledgers: readonly ProviderLedger[],
  since: Date,
  quietSeconds: number,
): Promise<Books> {
  const from = since.toISOString();
  const changedOrders = await orders.execute<{ id: string; settled: boolean }>(sql`
    select id, updated_at < now() - ${quietSeconds} * interval '1 second' as settled from orders where updated_at >= ${from}::timestamptz`);
  const changedReservations = await products.execute<{ id: string; settled: boolean }>(sql`
    select order_id as id, updated_at < now() - ${quietSeconds} * interval '1 second' as settled
    from reservations where updated_at >= ${from}::timestamptz`);
  const waiting = await Promise.all(
    [orders, products].map((db) =>
      db.execute<{ id: string }>(
        sql`select distinct subject as id from outbox where status = 'waiting' and channel = 'event'`,
      ),
    ),
  );
  const entries = await Promise.all(
    ledgers.map(async ({ name, read }) => [name, await read(new Date(since.getTime() - ledgerLeadMs))] as const),
  );
  const charged = await findCharged(
    orders,
    entries.flatMap(([, some]) => some),
  );
  const ids = sql.param([...new Set([...changedOrders, ...changedReservations, ...charged].map(({ id }) => id))]);
  const orderRows = await orders.execute<OrderRecord>(sql`
    select id, number, visible, status, payment_status as "paymentStatus", stock_status as "stockStatus", sequence,
      stock_sequence::float as "stockSequence", total_minor::text as "totalMinor", amount_paid_minor::text as "amountPaidMinor",
      refund_committed_minor::text as "refundCommittedMinor", currency, user_id as "userId",
      work_due_at is not null or edit is not null or (status = 'PENDING' and expires_at < now() and payment_status <> 'PENDING')
        as "isInProgress",
      (select coalesce(jsonb_object_agg(variant_id, quantity), '{}') from (
        select variant_id, sum(quantity) as quantity from order_items where order_id = orders.id group by variant_id) lines) as lines
    from orders where id = any(${ids}::uuid[])`);
  const reservationRows = await products.execute<ReservationRecord>(sql`
    select order_id as "orderId", status, cancelled, sequence::float as sequence, told as "eventsSent",
      (select coalesce(jsonb_object_agg(variant_id, quantity), '{}')
        from reservation_lines where order_id = reservations.order_id) as lines
    from reservations where order_id = any(${ids}::uuid[])`);
  const transactions = await orders.execute<TransactionRecord>(sql`
    select id, order_id as "orderId", type, status, amount_minor::text as "amountMinor", provider, provider_reference as reference,
      created_at >= ${from}::timestamptz as "isRecent"
    from payment_transactions where order_id = any(${ids}::uuid[])`);
  const levels = await products.execute<{ id: string; available: number }>(
    sql`select variant_id as id, on_hand - reserved as available from stock_levels where variant_id = any(${sql.param([
      ...new Set(orderRows.flatMap(({ lines }) => Object.keys(lines))),
    ])}::uuid[])`,
  );
  return {
    orders: new Map(orderRows.map((row) => [row.id, row])),
    reservations: new Map(reservationRows.map((row) => [row.orderId, row])),
    transactions: [...transactions],
    ledgers: new Map(entries),
    available: Object.fromEntries(levels.map(({ id, available }) => [id, available])),
    unsettled: new Set([
      ...[...changedOrders, ...changedReservations].filter(({ settled }) => !settled).map(({ id }) => id),
      ...waiting.flat().map(({ id }) => id),
    ]),
    unbalanced: await findUnbalanced(products),
    ...(await compareAccounts(users, products, orderRows)),
  };
}

/** The orders of the entries, by our ids and by order numbers. */
async function findCharged(orders: Db, entries: readonly LedgerEntry[]): Promise<{ id: string }[]> {
  const ids = entries.flatMap(({ transactionId }) => transactionId ?? []);
  const numbers = entries.flatMap(({ orderNumber }) => orderNumber?.replaceAll("-", "") ?? []);
  return [
    ...(await orders.execute<{ id: string }>(sql`
      select order_id as id from payment_transactions where id::text = any(${sql.param(ids)}::text[])
      union select id from orders where number = any(${sql.param(numbers)}::text[])`)),
  ];
}

async function findUnbalanced(products: Db): Promise<string[]> {
  const rows = await products.execute<{ id: string }>(sql`
    select level.variant_id as id
    from stock_levels level
    left join (
      select variant_id, sum(on_hand_change) as on_hand, sum(reserved_change) as reserved from stock_movements group by variant_id
    ) moved using (variant_id)
    left join (
      select variant_id, sum(quantity) as held from reservation_lines join reservations using (order_id)
      where status = 'HELD' group by variant_id
    ) held using (variant_id)
    where level.on_hand <> coalesce(moved.on_hand, 0) or level.reserved <> coalesce(moved.reserved, 0)
      or level.reserved <> coalesce(held.held, 0)`);
  return rows.map(({ id }) => id);
}

async function compareAccounts(
  users: Db,
  products: Db,
  orders: readonly OrderRecord[],
): Promise<Pick<Books, "revivedAccounts" | "unknownAccounts">> {
  const find = (ids: readonly string[]) =>
    users.execute<{ id: string; deleted: boolean }>(
      sql`select id, deleted_at is not null as deleted from users where id = any(${sql.param([...ids])}::uuid[])`,
    );
  const closed = await products.execute<{ id: string }>(sql`select user_id as id from closed_accounts`);
  const owners = [...new Set(orders.flatMap(({ userId }) => userId ?? []))];
  const known = new Set((await find(owners)).map(({ id }) => id));
  return {
    revivedAccounts: (await find(closed.map(({ id }) => id))).filter(({ deleted }) => !deleted).map(({ id }) => id),
    unknownAccounts: owners.filter((id) => !known.has(id)),
  };
}
