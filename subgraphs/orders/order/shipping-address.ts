import { and, inArray } from "drizzle-orm";
import { orders } from "#drizzle/orders/tables.ts";
import { transaction } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { addressInput, idOrUndefined, parseInput } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { Services } from "../services.ts";
import { checkoutError } from "../shared/user-errors.ts";
import { changeableBy, changeOrder, findChangeable } from "./order.ts";
import type { OrderPayload } from "./order-payload.ts";
import { beforeShipping } from "./order-status.ts";
import { appendTimeline } from "./timeline.ts";
import { atVersion, unchangedError } from "./version.ts";

/** Changes the shipping address of an order that is not SHIPPED yet. */
export async function updateShippingAddress(
  services: Services,
  viewer: SignedIn,
  args: { orderId: string; address: unknown; expectedVersion?: number | null },
): Promise<OrderPayload> {
  const { db } = services;
  const parsed = parseInput(addressInput, args.address, ["address"]);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const id = idOrUndefined<OrderId>(args.orderId);
  const order = await transaction(db, async (tx) => {
    if (id === undefined) return undefined;
    const condition = and(
      changeableBy(viewer),
      inArray(orders.status, [...beforeShipping]),
      atVersion(args.expectedVersion),
    );
    const changed = await changeOrder(tx, id, condition, { shippingAddress: parsed.value });
    if (changed !== undefined) await appendTimeline(tx, id, [{ type: "ADDRESS_CHANGED", actorId: viewer.id }]);
    return changed?.order;
  });
  if (order !== undefined) return { order, userErrors: [] };
  const found = await findChangeable(db, viewer, id);
  const message = "The shipping address can only be changed before the order is shipped.";
  return {
    userErrors: [
      unchangedError(found, args.expectedVersion) ?? checkoutError("ORDER_NOT_EDITABLE", message, ["orderId"]),
    ],
  };
}
