import type { Cluster } from "../cluster.ts";
import { runCommand } from "./command.ts";
import type { PartResult } from "./part.ts";
import { settle } from "./settle.ts";

/** After all of it: every order that is paid was charged once and sold once, and nothing is left over. Differences that the restores left to an operator are known. */
export async function books(cluster: Cluster, known: ReadonlySet<string>): Promise<PartResult> {
  const left = await settle(cluster);
  const { output } = await runCommand("bin/reconcile.ts", [], cluster.commandVariables);
  const lines = output.split("\n").filter((line) => /^(repairable|decide)/.test(line) && !known.has(line));
  const [counts] = await cluster.sql.orders`
    select count(*) filter (where payment_status = 'PAID')::int as paid,
      (select count(*)::int from payment_transactions where type = 'CHARGE' and status = 'SUCCEEDED') as charges from orders`;
  const [dead] = await cluster.sql.orders`select count(*)::int as count from outbox where status = 'dead'`;
  return {
    passed: lines.length === 0 && left === 0 && Number(dead?.count) === 0,
    report: `${counts?.paid} paid orders, ${counts?.charges} charges, ${lines.length} differences, ${left} messages left, ${dead?.count} given up${lines.length === 0 ? "" : `: ${lines[0]}`}`,
  };
}
