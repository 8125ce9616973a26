import { and, eq, inArray, or } from "drizzle-orm";
import { z } from "zod";
import { orders } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { transaction } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, parseInput } from "#platform/shop/input.ts";
import { multilineText } from "#platform/shop/text.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";
import type { OrderCancelInput } from "#schema/generated/orders.ts";
import { changeableBy, guestOrderId, readOrder } from "../order/order.ts";
import type { OrderPayload } from "../order/order-payload.ts";
import { beforeShipping, transitionError } from "../order/order-status.ts";
import { isGuests } from "../order/read-rule.ts";
import { atVersion, unchangedError } from "../order/version.ts";
import { writeCancellation } from "../payment/cancellation.ts";
import { attemptOpenRefunds } from "../payment/refund.ts";
import type { Services } from "../services.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { noteCharactersMax } from "../shared/limits.ts";

/**
 * Cancels an order: its buyer may until a part of it is shipped, holders of orders:write until a part of it is, and once all of it is until it is DELIVERED. Its stock is released and what was paid is
 * refunded. A charge in progress does not delay this; it is refunded when it succeeds.
 */
export async function cancelOrder(services: Services, viewer: Viewer, input: OrderCancelInput): Promise<OrderPayload> {
  const { db, tokenKey } = services;
  const parsed = parseInput(z.object({ note: multilineText(noteCharactersMax).nullish() }), { note: input.note });
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const id = idOrUndefined<OrderId>(input.orderId);
  const tokenId = input.guestOrderToken == null ? undefined : guestOrderId(tokenKey, input.guestOrderToken);
  const byToken = tokenId !== undefined && tokenId === id;
  const permitted = or(changeableBy(viewer), byToken ? and(isGuests, eq(orders.visible, true)) : undefined);
  if (id === undefined || (viewer.kind !== "user" && !byToken)) return { userErrors: [notFoundError(["orderId"])] };
  const isStaff = holds(viewer, "orders:write");
  const cancelled = await transaction(db, async (tx) => {
    crashPoint("orders:cancel:before-write");
    const [found] = await tx
      .select({ userId: orders.userId })
      .from(orders)
      .where(and(eq(orders.id, id), permitted));
    if (found === undefined) return undefined;
    const isOwn = byToken || (viewer.kind === "user" && found.userId === viewer.id);
    return writeCancellation(tx, id, {
      reason: isOwn ? "CUSTOMER" : "STAFF",
      actorId: viewer.kind === "user" ? viewer.id : null,
      note: parsed.value.note || null,
      condition: and(
        permitted,
        isStaff ? undefined : inArray(orders.status, [...beforeShipping]),
        atVersion(input.expectedVersion),
      ),
    });
  });
  crashPoint("orders:cancel:after-write");
  if (cancelled !== undefined) {
    await attemptOpenRefunds(services, id, deadlineIn());
    return { order: await readOrder(db, id), guestOrderId: byToken ? id : undefined, userErrors: [] };
  }
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.id, id), permitted));
  if (order === undefined) return { userErrors: [notFoundError(["orderId"])] };
  const error = unchangedError(order, input.expectedVersion) ?? transitionError(viewer, order, "CANCELLED");
  return { userErrors: [error] };
}
