import { subgraphs } from "#schema/subgraphs.ts";
import type { ReceivedMail } from "#test/harness/mailbox.ts";
import type { Cluster } from "./cluster.ts";
import type { History } from "./history.ts";

/** What the invariants are checked on: the databases, the emails and the history, read when the cluster is at rest. */
export type FinalState = {
  readonly orders: ReadonlyMap<string, OrderRow>;
  readonly reservations: ReadonlyMap<string, ReservationRow>;
  readonly movements: readonly MovementRow[];
  readonly transactions: readonly TransactionRow[];
  readonly charges: readonly ChargeRow[];
  /** The provider's refunds and lost disputes. */
  readonly refunds: readonly RefundRow[];
  /** What disputes at the provider took back for a while: the shop won them. */
  readonly wonDisputes: readonly { readonly chargeId: string; readonly amount: bigint }[];
  /** The events and emails of all subgraphs. */
  readonly outbox: readonly OutboxRow[];
  /** By subgraph and message id. */
  readonly inbox: readonly { readonly subgraph: string; readonly messageId: string }[];
  readonly timeline: ReadonlyMap<string, readonly string[]>;
  readonly mails: readonly ReceivedMail[];
  readonly history: History;
};

export type OrderRow = {
  readonly id: string;
  readonly userId: string | null;
  readonly email: string | null;
  readonly visible: boolean;
  readonly status: string;
  readonly paymentStatus: string;
  readonly stockStatus: string;
  readonly cancelReason: string | null;
  readonly total: bigint;
  readonly paid: bigint;
  readonly refunded: bigint;
  readonly paymentId: string;
  /** Quantity by variant, summed, without units that were cancelled or restocked. */
  readonly lines: Readonly<Record<string, number>>;
  /** How many units were cancelled or restocked. */
  readonly restocked: number;
};
export type ReservationRow = {
  readonly orderId: string;
  readonly status: string;
  readonly lines: Readonly<Record<string, number>>;
};
export type MovementRow = {
  readonly orderId: string;
  readonly variantId: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly sales: number;
  readonly restocks: number;
};
export type TransactionRow = {
  readonly id: string;
  readonly orderId: string;
  readonly type: "CHARGE" | "REFUND" | "DISPUTE";
  readonly provider: string;
  readonly status: "PENDING" | "SUCCEEDED" | "FAILED";
  readonly amount: bigint;
  readonly reference: string | null;
};
export type ChargeRow = {
  readonly id: string;
  readonly idempotencyKey: string;
  readonly amount: bigint;
  readonly status: string;
};
export type RefundRow = {
  readonly id: string;
  readonly idempotencyKey: string;
  readonly chargeId: string;
  readonly amount: bigint;
};
export type OutboxRow = {
  readonly subgraph: string;
  readonly channel: string;
  readonly topic: string;
  readonly destination: string;
  readonly messageId: string;
  readonly subject: string;
  readonly status: string;
};

/** Reads everything there is to checkInvariants. */
export async function readFinalState({ sql, mailbox }: Cluster, history: History): Promise<FinalState> {
  const orders = await sql.orders<OrderRow[]>`
    SELECT o.id, o.user_id AS "userId", o.email, o.visible, o.status, o.payment_status AS "paymentStatus", o.stock_status AS "stockStatus",
           o.cancel_reason AS "cancelReason", o.total_minor::text AS total, o.amount_paid_minor::text AS paid,
           o.amount_refunded_minor::text AS refunded, o.payment_id AS "paymentId", l.lines, l.restocked
    FROM orders o CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_object_agg(variant_id, quantity - back) FILTER (WHERE quantity > back), '{}') AS lines,
             coalesce(sum(back), 0)::int AS restocked
      FROM (SELECT variant_id, sum(quantity)::int AS quantity,
                   sum(cancelled + (SELECT coalesce(sum(restocked_quantity), 0) FROM return_lines WHERE item_id = order_items.id))::int AS back
            FROM order_items WHERE order_id = o.id GROUP BY variant_id) AS each) AS l`;
  const reservations = await sql.products<ReservationRow[]>`
    SELECT r.order_id AS "orderId", r.status,
           (SELECT coalesce(jsonb_object_agg(variant_id, quantity), '{}') FROM reservation_lines WHERE order_id = r.order_id) AS lines
    FROM reservations r`;
  const movements = await sql.products<MovementRow[]>`
    SELECT order_id AS "orderId", variant_id AS "variantId", sum(on_hand_change)::int AS "onHand", sum(reserved_change)::int AS reserved,
           count(*) FILTER (WHERE type = 'SALE')::int AS sales, count(*) FILTER (WHERE type = 'RESTOCK')::int AS restocks
    FROM stock_movements WHERE order_id IS NOT NULL GROUP BY order_id, variant_id`;
  const transactions = await sql.orders<TransactionRow[]>`
    SELECT id, order_id AS "orderId", type, status, amount_minor::text AS amount, provider,
           provider_reference AS reference FROM payment_transactions`;
  const charges = await sql.orders<ChargeRow[]>`
    SELECT id, idempotency_key AS "idempotencyKey", amount_minor::text AS amount, status FROM test_provider.charges`;
  const refunds = await sql.orders<RefundRow[]>`
    SELECT id, idempotency_key AS "idempotencyKey", charge_id AS "chargeId", amount_minor::text AS amount FROM test_provider.refunds
    UNION ALL SELECT id, id, charge_id, amount_minor::text FROM test_provider.disputes WHERE status = 'lost'`;
  const wonDisputes = await sql.orders<{ chargeId: string; amount: bigint }[]>`
    SELECT charge_id AS "chargeId", amount_minor::text AS amount FROM test_provider.disputes WHERE status = 'won'`;
  const timeline = await sql.orders<{ orderId: string; types: string[] }[]>`
    SELECT order_id AS "orderId", array_agg(type ORDER BY id) AS types FROM order_events GROUP BY order_id`;
  const outbox = [];
  const inbox = [];
  for (const subgraph of subgraphs) {
    const rows = await sql[subgraph]<Omit<OutboxRow, "subgraph">[]>`
      SELECT channel, topic, destination, message_id AS "messageId", subject, status FROM outbox`;
    outbox.push(...rows.map((row) => ({ ...row, subgraph })));
    if (subgraph === "users") continue;
    const taken = await sql[subgraph]<{ messageId: string }[]>`SELECT message_id AS "messageId" FROM inbox`;
    inbox.push(...taken.map((row) => ({ ...row, subgraph })));
  }
  const withAmount = <Row extends { amount: bigint }>(rows: readonly Row[]) =>
    rows.map((row) => ({ ...row, amount: BigInt(row.amount) }));
  return {
    orders: new Map(
      orders.map((row) => [
        row.id,
        {
          ...row,
          total: BigInt(row.total),
          paid: BigInt(row.paid),
          refunded: BigInt(row.refunded),
        },
      ]),
    ),
    reservations: new Map(reservations.map((row) => [row.orderId, row])),
    movements,
    transactions: withAmount(transactions),
    charges: withAmount(charges),
    refunds: withAmount(refunds),
    wonDisputes: withAmount(wonDisputes),
    outbox,
    inbox,
    timeline: new Map(timeline.map(({ orderId, types }) => [orderId, types])),
    mails: [...mailbox.mails],
    history,
  };
}
