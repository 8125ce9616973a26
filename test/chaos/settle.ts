import { setTimeout as sleep } from "node:timers/promises";
import type { Rig } from "./rig.ts";

const settleMsMax = 30_000;
const pollMs = 100;

/** How long it took to come to rest, and what had not after all. */
export type Rest = { readonly ms: number; readonly underWay: Readonly<Record<string, number>> };

/**
 * Waits until nothing is under way any more: every event and mail has left, every reservation, edit, charge and refund is decided; 30 s at most,
 * for the judge sees what did not come to rest.
 */
export async function settle({ sql }: Rig, withinMs = settleMsMax): Promise<Rest> {
  const beganAtMs = Date.now();
  const endAtMs = beganAtMs + withinMs;
  let left: Record<string, number> = {};
  let calmTurns = 0;
  // Twice in a row: what one subgraph has just taken in may be about to make another write.
  while (calmTurns < 2 && Date.now() < endAtMs) {
    left = await underWay(sql).catch(() => ({ "databases away": 1 }));
    calmTurns = Object.keys(left).length === 0 ? calmTurns + 1 : 0;
    await sleep(pollMs);
  }
  return { ms: Date.now() - beganAtMs, underWay: left };
}

async function underWay(sql: Rig["sql"]): Promise<Record<string, number>> {
  const outbox = async (subgraph: "users" | "products" | "orders") => {
    const [row] = await sql[subgraph]<{ count: number }[]>`
      SELECT count(*)::int AS count FROM outbox WHERE status = 'waiting'`;
    return [`outbox of ${subgraph}`, row?.count ?? 0] as const;
  };
  const [orders] = await sql.orders<Record<string, number>[]>`
    SELECT (SELECT count(*) FROM payment_transactions WHERE status = 'PENDING')::int AS transactions,
           (SELECT count(*) FROM orders WHERE stock_status = 'PENDING')::int AS reservations,
           (SELECT count(*) FROM orders WHERE edit IS NOT NULL)::int AS edits,
           (SELECT count(*) FROM orders WHERE payment_status = 'PENDING')::int AS payments`;
  const counts = [
    ...(await Promise.all([outbox("users"), outbox("products"), outbox("orders")])),
    ...Object.entries(orders ?? {}),
  ];
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
