import type { OrderStatus } from "#drizzle/orders/tables.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";
import type { Order } from "./order.ts";

/** Where staff may move an order from each status. PAID is reached by paying only. */
const staffTransitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ["PROCESSING", "CANCELLED"],
  PAID: ["PROCESSING", "CANCELLED"],
  PROCESSING: ["SHIPPED", "CANCELLED"],
  SHIPPED: ["DELIVERED", "CANCELLED"],
  DELIVERED: [],
  CANCELLED: [],
};

/** Where a buyer may move their own order from each status. */
const buyerTransitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ["CANCELLED"],
  PAID: ["CANCELLED"],
  PROCESSING: ["CANCELLED"],
  SHIPPED: [],
  DELIVERED: [],
  CANCELLED: [],
};

/** Statuses of an order that is not on its way yet. */
export const beforeShipping: readonly OrderStatus[] = ["PENDING", "PAID", "PROCESSING"];

/** Where the viewer may move an order that they see. While its reservation is not known, it can only be cancelled. */
export function availableTransitions(
  viewer: Viewer,
  { status, stockStatus }: Pick<Order, "status" | "stockStatus">,
): readonly OrderStatus[] {
  const transitions = holds(viewer, "orders:write") ? staffTransitions : buyerTransitions;
  return status === "PENDING" && stockStatus !== "RESERVED"
    ? transitions[status].filter((to) => to === "CANCELLED")
    : transitions[status];
}
