import { sql } from "drizzle-orm";
import type { Tx } from "#platform/database/database.ts";
import type { AnyEvent } from "#platform/events/cloud-event.ts";
import type { EventBatches } from "#platform/events/events.ts";

/** Locks the reservations that the orders of several events have, and then the levels of their variants, each in the order of their ids. */
async function lockOrders(tx: Tx, events: readonly AnyEvent[]): Promise<void> {
  const orderIds = sql`${sql.param(events.map(({ subject }) => subject))}::uuid[]`;
  const variantIds = events.flatMap(({ data }) =>
    "lines" in data ? data.lines.map(({ variantId }) => variantId) : [],
  );
  await tx.execute(sql`select from reservations where order_id = any(${orderIds}) order by order_id for update`);
  await tx.execute(sql`
    select from stock_levels where variant_id in (
      select variant_id from reservation_lines where order_id = any(${orderIds})
      union select unnest(${sql.param(variantIds)}::uuid[])
    ) order by variant_id for no key update`);
}

/** The events of orders that are applied together where they arrive together. */
export const orderEventBatches: EventBatches = {
  types: ["order.placed", "order.confirmed", "order.paid", "order.cancelled"],
  lock: lockOrders,
};
