import { setTimeout as sleep } from "node:timers/promises";
import type { Rig } from "./rig.ts";

const settleMsMax = 30_000;
const pollMs = 100;

/**
 * Waits until nothing is under way any more: every event and mail has left, every reservation, edit, charge and refund is decided; 30 s at most,
 * for the judge sees what did not come to rest. Returns how long it took.
 */
export async function settle({ sql }: Rig, withinMs = settleMsMax): Promise<number> {
  const beganAtMs = Date.now();
  const endAtMs = beganAtMs + withinMs;
  let calmTurns = 0;
  // Twice in a row: what one subgraph has just taken in may be about to make another write.
  while (calmTurns < 2 && Date.now() < endAtMs) {
    const busy = await underWay(sql).catch(() => 1);
    calmTurns = busy === 0 ? calmTurns + 1 : 0;
    await sleep(pollMs);
  }
  return Date.now() - beganAtMs;
}

async function underWay(sql: Rig["sql"]): Promise<number> {
  const counts = await Promise.all([
    sql.users<{ count: number }[]>`SELECT count(*)::int FROM outbox WHERE status = 'waiting'`,
    sql.products<{ count: number }[]>`SELECT count(*)::int FROM outbox WHERE status = 'waiting'`,
    sql.orders<{ count: number }[]>`
      SELECT (SELECT count(*) FROM outbox WHERE status = 'waiting')::int
        + (SELECT count(*) FROM payment_transactions WHERE status = 'PENDING')::int
        + (SELECT count(*) FROM orders WHERE stock_status = 'PENDING' OR edit IS NOT NULL OR payment_status = 'PENDING')::int
        + (SELECT count(*) FROM test_provider.webhooks WHERE due_at IS NOT NULL)::int AS count`,
  ]);
  return counts.reduce((sum, [row]) => sum + (row?.count ?? 0), 0);
}
