import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster.ts";

const settleMsMax = 60_000;

/** Waits until every event and mail is delivered and every payment is settled. Returns what is left after a minute; nothing as a rule. */
export async function settle({ sql }: Cluster): Promise<number> {
  const until = Date.now() + settleMsMax;
  for (;;) {
    const counts = await Promise.all([
      sql.orders`select count(*)::int as left from outbox where status = 'waiting'`,
      sql.products`select count(*)::int as left from outbox where status = 'waiting'`,
      sql.users`select count(*)::int as left from outbox where status = 'waiting'`,
      sql.orders`select count(*)::int as left from payment_transactions where status = 'PENDING'`,
      sql.orders`select count(*)::int as left from orders where stock_status = 'PENDING'`,
    ]);
    const left = counts.reduce((sum, [row]) => sum + Number(row?.left), 0);
    if (left === 0 || Date.now() > until) return left;
    await sleep(200);
  }
}
