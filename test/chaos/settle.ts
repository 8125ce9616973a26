import { setTimeout as sleep } from "node:timers/promises";
import { subgraphs } from "#schema/subgraphs.ts";
import type { Cluster } from "./cluster.ts";

/** A mail whose sender died waits out its lease of 8 s, and after another failure about as long again. */
const settleMsMax = 90_000;
const pollMs = 100;

/** How long the cluster took to come to rest, and what was still pending. */
export type Rest = { readonly ms: number; readonly pending: Readonly<Record<string, number>> };

/**
 * Waits until nothing is pending: every event and email is sent, every reservation, edit, charge and refund is settled, every webhook is accepted. Waits 30 s at most;
 * the invariants report what did not settle.
 */
export async function settle({ sql }: Cluster, withinMs = settleMsMax): Promise<Rest> {
  const beganAtMs = Date.now();
  const endAtMs = beganAtMs + withinMs;
  let left: Record<string, number> = {};
  let calmTurns = 0;
  // Twice in a row, because an event that was just received may cause another write.
  while (calmTurns < 2 && Date.now() < endAtMs) {
    left = await pending(sql).catch(() => ({ "unreachable databases": 1 }));
    calmTurns = Object.keys(left).length === 0 ? calmTurns + 1 : 0;
    await sleep(pollMs);
  }
  return { ms: Date.now() - beganAtMs, pending: left };
}

async function pending(sql: Cluster["sql"]): Promise<Record<string, number>> {
  const [orders] = await sql.orders<Record<string, number>[]>`
    SELECT (SELECT count(*) FROM payment_transactions WHERE status = 'PENDING')::int AS transactions,
           (SELECT count(*) FROM orders WHERE stock_status = 'PENDING')::int AS reservations,
           (SELECT count(*) FROM orders WHERE edit IS NOT NULL)::int AS edits,
           (SELECT count(*) FROM orders WHERE payment_status = 'PENDING')::int AS payments,
           (SELECT count(*) FROM test_provider.webhooks WHERE due_at IS NOT NULL)::int AS webhooks`;
  const counts = [...Object.entries(await messagesUnderWay(sql)), ...Object.entries(orders ?? {})];
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Counts messages that are not sent, and events that are sent and not received, which a broker makes two different things. */
async function messagesUnderWay(sql: Cluster["sql"]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const sent = { products: 0, orders: 0 };
  for (const subgraph of subgraphs) {
    const [row] = await sql[subgraph]<{ waiting: number; products: number; orders: number }[]>`
      SELECT count(*) FILTER (WHERE status = 'waiting')::int AS waiting,
             count(*) FILTER (WHERE channel = 'event' AND destination = 'products')::int AS products,
             count(*) FILTER (WHERE channel = 'event' AND destination = 'orders')::int AS orders
      FROM outbox`;
    counts[`outbox of ${subgraph}`] = row?.waiting ?? 0;
    sent.products += row?.products ?? 0;
    sent.orders += row?.orders ?? 0;
  }
  for (const consumer of ["products", "orders"] as const) {
    const [row] = await sql[consumer]<{ count: number }[]>`SELECT count(*)::int AS count FROM inbox`;
    counts[`events to ${consumer}`] = sent[consumer] - (row?.count ?? 0);
  }
  return counts;
}
