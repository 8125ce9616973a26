import { type SQL, sql } from "drizzle-orm";
import { type OrderStatus, orders } from "#drizzle/orders/tables.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";
import { invalidTransitionError, type UserError } from "../shared/user-errors.ts";
import type { Order } from "./order.ts";

/** The statuses to which staff may move an order, by its status. PAID is reached by paying only. */
const staffTransitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ["PROCESSING", "CANCELLED"],
  PAID: ["PROCESSING", "CANCELLED"],
  PROCESSING: ["SHIPPED", "CANCELLED"],
  SHIPPED: ["DELIVERED", "CANCELLED"],
  DELIVERED: [],
  CANCELLED: [],
};

/** The statuses to which buyers may move their own order, by its status. */
const buyerTransitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ["CANCELLED"],
  PAID: ["CANCELLED"],
  PROCESSING: ["CANCELLED"],
  SHIPPED: [],
  DELIVERED: [],
  CANCELLED: [],
};

/** The statuses of an order that has not been shipped. */
export const beforeShipping: readonly OrderStatus[] = ["PENDING", "PAID", "PROCESSING"];

/**
 * The statuses to which the viewer may move an order. Until its stock is reserved, it can only be cancelled; once a part of it was shipped, it
 * cannot be cancelled until all of it was.
 */
export function availableTransitions(
  viewer: Viewer,
  order: Pick<Order, "status" | "stockStatus" | "shippedUnits">,
): readonly OrderStatus[] {
  const { status, stockStatus } = order;
  const transitions = (holds(viewer, "orders:write") ? staffTransitions : buyerTransitions)[status];
  if (status === "PENDING" && stockStatus !== "RESERVED") return transitions.filter((to) => to === "CANCELLED");
  return isPartlyShipped(order) ? transitions.filter((to) => to !== "CANCELLED") : transitions;
}

/** A part of the order was shipped, and another part is still to be. */
function isPartlyShipped({ status, shippedUnits }: Pick<Order, "status" | "shippedUnits">): boolean {
  return shippedUnits > 0 && beforeShipping.includes(status);
}

/** The same as a condition. */
export const isPartlyShippedOrder: SQL = sql`(${orders.shippedUnits} > 0 and ${orders.status} in ('PENDING', 'PAID', 'PROCESSING'))`;

/** Whether units of the order can be put into a parcel. */
export function isShippable({ status }: Pick<Order, "status">): boolean {
  return status === "PAID" || status === "PROCESSING";
}

/** The viewer cannot move the order to that status. */
export function transitionError(viewer: Viewer, order: Order, to: OrderStatus): UserError {
  return invalidTransitionError(order.status, to, availableTransitions(viewer, order));
}
