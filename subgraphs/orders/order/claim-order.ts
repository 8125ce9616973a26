import { and, eq } from "drizzle-orm";
import { orders } from "#drizzle/orders/tables.ts";
import { transaction } from "#platform/database/database.ts";
import type { UserId } from "#platform/shop/ids.ts";
import { notFoundError } from "#platform/shop/input.ts";
import type { Services } from "../services.ts";
import { changeOrder, guestOrderId, readOrder } from "./order.ts";
import type { OrderPayload } from "./order-payload.ts";
import { isGuests } from "./read-rule.ts";
import { appendTimeline } from "./timeline.ts";

/** Makes a guest's order the user's own; its token no longer opens it. The same user can repeat this. */
export async function claimOrder(services: Services, userId: UserId, token: string): Promise<OrderPayload> {
  const { db, tokenKey } = services;
  const id = guestOrderId(tokenKey, token);
  const order = await transaction(db, async (tx) => {
    if (id === undefined) return undefined;
    const claimed = await changeOrder(tx, id, and(isGuests, eq(orders.visible, true)), { userId });
    if (claimed === undefined) return undefined;
    await appendTimeline(tx, id, [{ type: "NOTE", message: "The buyer claimed the order.", actorId: userId }]);
    return claimed.order;
  });
  if (order !== undefined) return { order, userErrors: [] };
  const found = id === undefined ? undefined : await readOrder(db, id);
  const isOwn = found?.byGuest === true && found.visible && found.userId === userId;
  return isOwn ? { order: found, userErrors: [] } : { userErrors: [notFoundError(["guestOrderToken"])] };
}
