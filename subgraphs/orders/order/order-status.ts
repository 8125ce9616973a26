import type { OrderStatus } from "#drizzle/orders/tables.ts";
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

/** The statuses to which the viewer may move an order. Until its stock is reserved, it can only be cancelled. */
export function availableTransitions(
  viewer: Viewer,
  { status, stockStatus }: Pick<Order, "status" | "stockStatus">,
): readonly OrderStatus[] {
  const transitions = holds(viewer, "orders:write") ? staffTransitions : buyerTransitions;
  return status === "PENDING" && stockStatus !== "RESERVED"
    ? transitions[status].filter((to) => to === "CANCELLED")
    : transitions[status];
}

/** The viewer cannot move the order to that status. */
export function transitionError(viewer: Viewer, order: Order, to: OrderStatus): UserError {
  return invalidTransitionError(order.status, to, availableTransitions(viewer, order));
}
