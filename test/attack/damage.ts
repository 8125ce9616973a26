import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../chaos/cluster.ts";
import { attackerPrefix, victim } from "./attacker.ts";

const sampleMs = 500;

/** The highest values that were seen while an attack ran. */
export type Peaks = { unitsHeld: number; gatewayMebibytes: number };

/** Samples, until the signal aborts, the units that the attacker's unpaid orders hold and the gateway's resident memory. */
export async function watchPeaks(cluster: Cluster, signal: AbortSignal): Promise<Peaks> {
  const peaks: Peaks = { unitsHeld: 0, gatewayMebibytes: 0 };
  while (!signal.aborted) {
    peaks.unitsHeld = Math.max(peaks.unitsHeld, await unitsHeld(cluster));
    peaks.gatewayMebibytes = Math.max(peaks.gatewayMebibytes, await gatewayMebibytes(cluster));
    await sleep(sampleMs);
  }
  return peaks;
}

async function unitsHeld({ sql }: Cluster): Promise<number> {
  const orders = await sql.orders<{ id: string }[]>`
    SELECT id FROM orders WHERE status = 'PENDING' AND (email LIKE ${`${attackerPrefix}%`} OR email LIKE 'victim%')`;
  const [row] = await sql.products<{ units: number }[]>`
    SELECT coalesce(sum(quantity), 0)::int AS units FROM reservation_lines JOIN reservations USING (order_id)
    WHERE status = 'HELD' AND order_id = ANY(${orders.map(({ id }) => id)}::uuid[])`;
  return row?.units ?? 0;
}

async function gatewayMebibytes({ processes }: Cluster): Promise<number> {
  const status = await readFile(`/proc/${processes.gateway.pid()}/status`, "utf8").catch(() => "");
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024);
}

/** Returns the number of mails to the victim's mailbox, with and without a tag. */
export function mailsToVictim({ mailbox }: Cluster): number {
  const [name = "", domain = ""] = victim.split("@");
  return mailbox.mails.filter(({ to }) => to.includes(domain) && to.includes(name)).length;
}

/** Returns the number of the attacker's card charges that the provider declined. */
export async function declinedCharges({ sql }: Cluster): Promise<number> {
  const [row] = await sql.orders<{ count: number }[]>`
    SELECT count(*)::int AS count FROM payment_transactions t JOIN orders o ON o.id = t.order_id
    WHERE o.email LIKE ${`${attackerPrefix}%`} AND t.type = 'CHARGE' AND t.status = 'FAILED'`;
  return row?.count ?? 0;
}
