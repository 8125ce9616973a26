import type { Cluster } from "../cluster.ts";
import { type Load, type Sample, startLoad } from "../load.ts";

/** What a part found; `skipped` where this machine lacks what it needs. */
export type PartResult = { readonly passed: boolean | "skipped"; readonly report: string };

/** Several parts as one: it passes when all do. */
export function together(...results: readonly PartResult[]): PartResult {
  const passed = results.every((result) => result.passed === "skipped")
    ? "skipped"
    : results.every((result) => result.passed !== false);
  return { passed, report: results.map(({ report }) => report).join("; ") };
}

/** Few enough that two cores keep up: what fails then fails for another reason than a busy machine. */
const customers = 6;

/** Lets customers browse and buy while `work` goes on, and returns their requests. */
export async function underLoad(cluster: Cluster, work: (load: Load) => Promise<void>): Promise<readonly Sample[]> {
  const [product] = await cluster.sql.products`
    SELECT p.id FROM products p JOIN variants v ON v.product_id = p.id WHERE p.status = 'ACTIVE'
    GROUP BY p.id HAVING count(*) = 1 ORDER BY p.id LIMIT 1`;
  if (product === undefined) throw new Error("There is no product to buy.");
  // A delivery of goods, as the stock ledger has it.
  await cluster.sql.products`
    WITH delivered AS (
      UPDATE stock_levels SET on_hand = on_hand + 1000000
      WHERE on_hand < 500000 AND variant_id IN (SELECT id FROM variants WHERE product_id = ${product.id}) RETURNING variant_id)
    INSERT INTO stock_movements (id, variant_id, type, on_hand_change, reserved_change, reason)
    SELECT uuidv7(), variant_id, 'ADJUSTMENT', 1000000, 0, 'a delivery for the trial' FROM delivered`;
  const load = startLoad(cluster.gateways, product.id, customers);
  try {
    await work(load);
  } finally {
    await load.stop();
  }
  return load.samples;
}

/** Failures by code, for the report. */
export function failures(samples: readonly Sample[]): string {
  const counts = new Map<string, number>();
  for (const { kind, failure } of samples) {
    if (failure !== undefined) counts.set(`${kind} ${failure}`, (counts.get(`${kind} ${failure}`) ?? 0) + 1);
  }
  return counts.size === 0 ? "" : ` (${Array.from(counts, ([what, count]) => `${count} × ${what}`).join(", ")})`;
}
