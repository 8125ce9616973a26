import { eq, type SQL } from "drizzle-orm";
import { orders } from "#drizzle/orders/tables.ts";
import { editConflictError, notFoundError } from "#platform/shop/input.ts";
import type { UserError } from "../shared/user-errors.ts";
import type { Order } from "./order.ts";

/** The condition that an order still has the version that the caller expects; undefined if the caller expects none. */
export function atVersion(version: number | null | undefined): SQL | undefined {
  return version == null ? undefined : eq(orders.version, version);
}

/** Why a change did not apply: the order was not found or has another version. undefined if the reason is its status. */
export function unchangedError(
  order: Order | undefined,
  expectedVersion: number | null | undefined,
): UserError | undefined {
  if (order === undefined) return notFoundError(["orderId"]);
  return expectedVersion != null && expectedVersion !== order.version ? editConflictError(order.version) : undefined;
}
