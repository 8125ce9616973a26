import { type SQL, sql } from "drizzle-orm";
import { orders } from "#drizzle/orders/tables.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";

type Order = typeof orders.$inferSelect;

/**
 * Whether the viewer may read an order. The one rule for queries, entities, payloads and repeats of idempotent calls: their own orders, all orders
 * with orders:read, and an order that is still a guest's by its token.
 *
 * @param guestOrderId the order whose token, or whose cart's token, the caller has shown.
 */
export function mayRead(viewer: Viewer, order: Order, guestOrderId?: OrderId): boolean {
  if (!order.visible) return false;
  if (isGuestsOwn(order) && order.id === guestOrderId) return true;
  return viewer.kind === "user" && (order.userId === viewer.id || holds(viewer, "orders:read"));
}

/** A guest placed the order and no user has claimed it. The same as {@link isGuests}, for a row that was read. */
export function isGuestsOwn({ byGuest, userId }: Order): boolean {
  return byGuest && userId === null;
}

/** {@link mayRead} as a condition, without a token. */
export function readableBy(viewer: Viewer): SQL {
  if (viewer.kind !== "user") return sql`false`;
  return holds(viewer, "orders:read")
    ? sql`${orders.visible}`
    : sql`${orders.visible} and ${orders.userId} = ${viewer.id}`;
}

/** The condition that a guest placed the order and no user has claimed it. */
export const isGuests: SQL = sql`(${orders.byGuest} and ${orders.userId} is null)`;
