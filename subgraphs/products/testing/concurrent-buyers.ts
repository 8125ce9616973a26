import { sql } from "drizzle-orm";
import type { Db } from "#platform/database/database.ts";
import { newId, type OrderId, type VariantId } from "#platform/shop/ids.ts";
import { reserveStock, type StockLine, sumLines } from "../reservation/reservation.ts";
import { sellerViewer, stockedVariants, stockFaults } from "./stock.ts";

/** The report when all of the stock is reserved, and nothing else. */
export const soldOut = {
  faults: [],
  outcomes: ["INSUFFICIENT", "RESERVED"],
  left: 0,
  halfOrders: 0,
  wrongResults: 0,
  unfairResults: 0,
};

/**
 * Lets buyers reserve concurrently, each some lines of some variants, one in ten of them twice with the same order, and reports the outcome.
 * Single units come last, so that all remaining stock is reserved in the end.
 */
export async function crowd(
  db: Db,
  { seed, buyers, stocks }: { seed: number; buyers: number; stocks: readonly number[] },
): Promise<Record<keyof typeof soldOut, unknown>> {
  const random = seeded(seed);
  const variants = await stockedVariants(db, sellerViewer(), stocks);
  const variantAt = (index: number): VariantId => {
    const id = variants[index % variants.length];
    if (id === undefined) throw new Error("There are variants.");
    return id;
  };
  const orders = Array.from({ length: buyers }, (_, index) => {
    const single = index >= buyers - stocks.reduce((sum, stock) => sum + stock, 0) * stocks.length;
    const lines: StockLine[] = single
      ? [{ variantId: variantAt(index), quantity: 1 }]
      : Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
          variantId: variantAt(Math.floor(random() * variants.length)),
          quantity: 1 + Math.floor(random() * 3),
        }));
    return { orderId: newId<OrderId>(), lines: sumLines(lines), asks: random() < 0.1 ? 2 : 1 };
  });
  const results = await Promise.all(
    orders.flatMap(({ orderId, lines, asks }) =>
      Array.from({ length: asks }, async () => {
        const result = await reserveStock(db, { orderId, revision: 1, expiresAt: null, lines });
        return { orderId, lines, result };
      }),
    ),
  );

  const held = await db.execute<{ id: OrderId; variant: VariantId; quantity: number }>(
    sql`select order_id as id, variant_id as variant, quantity from reservation_lines`,
  );
  const heldBy = Map.groupBy(held, ({ id }) => id);
  const whole = ({ orderId, lines }: { orderId: OrderId; lines: readonly StockLine[] }) => {
    const has = heldBy.get(orderId) ?? [];
    return (
      has.length === lines.length &&
      lines.every((line) =>
        has.some(({ variant, quantity }) => variant === line.variantId && quantity === line.quantity),
      )
    );
  };
  const [left] = await db.execute<{ left: number }>(sql`select sum(on_hand - reserved)::int as left from stock_levels`);
  return {
    faults: await stockFaults(db),
    outcomes: [...new Set(results.map(({ result }) => result.outcome))].toSorted(),
    left: left?.left,
    halfOrders: orders.filter((order) => heldBy.has(order.orderId) && !whole(order)).length,
    wrongResults: results.filter(
      ({ orderId, lines, result }) => result.outcome === "RESERVED" && !whole({ orderId, lines }),
    ).length,
    // A repeat may be processed before the first attempt. An order whose results are all INSUFFICIENT must hold nothing.
    unfairResults: orders.filter(
      ({ orderId }) =>
        heldBy.has(orderId) &&
        !results.some((given) => given.orderId === orderId && given.result.outcome === "RESERVED"),
    ).length,
  };
}

/** Random numbers that come again with their seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
