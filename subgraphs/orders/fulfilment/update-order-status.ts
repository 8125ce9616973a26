import { and, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type OrderStatus, orders, outbox } from "#drizzle/orders/tables.ts";
import { type Tx, transaction } from "#platform/database/database.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import type { OrderId, UserId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, parseInput, urlInput } from "#platform/shop/input.ts";
import { multilineText, text } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { OrderStatusUpdateInput } from "#schema/generated/orders.ts";
import { followParcels } from "../order/follow-parcels.ts";
import { allUnits, unshippedUnits } from "../order/line-units.ts";
import { changeableBy, changeOrder, findChangeable, type Order, readItems, stockLines } from "../order/order.ts";
import { enqueueOrderMail, type MailedParcel } from "../order/order-email.ts";
import type { OrderPayload } from "../order/order-payload.ts";
import { transitionError } from "../order/order-status.ts";
import { appendTimeline } from "../order/timeline.ts";
import { atVersion, unchangedError } from "../order/version.ts";
import type { Services } from "../services.ts";
import { noteCharactersMax, trackingNumberCharactersMax } from "../shared/limits.ts";
import { cancelOrder } from "./cancel-order.ts";
import { deliverAll, writeShipment } from "./shipment.ts";
import { readTrackingPages } from "./tracking-page.ts";

const statusInput = z.object({
  note: multilineText(noteCharactersMax).nullish(),
  trackingNumber: text(trackingNumberCharactersMax).nullish(),
  trackingUrl: urlInput().nullish(),
});

/** The condition under which staff may move an order to each status. */
const reachableFrom: Partial<Record<OrderStatus, SQL>> = {
  PROCESSING: sql`(${orders.status} = 'PAID' or ${orders.status} = 'PENDING' and ${orders.stockStatus} = 'RESERVED'
    and ${orders.edit} is null)`,
  SHIPPED: eq(orders.status, "PROCESSING"),
  DELIVERED: eq(orders.status, "SHIPPED"),
};

/** Moves an order to its next status, for holders of orders:write. PENDING → PROCESSING, for payment on delivery, sells the stock and ends the expiry. */
export async function updateOrderStatus(
  services: Services,
  viewer: SignedIn,
  input: OrderStatusUpdateInput,
): Promise<OrderPayload> {
  const { db } = services;
  const parsed = parseInput(statusInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { status, expectedVersion } = input;
  if (status === "CANCELLED") {
    return cancelOrder(services, viewer, {
      orderId: input.orderId,
      ...(input.note === undefined ? {} : { note: input.note }),
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
    });
  }
  const id = idOrUndefined<OrderId>(input.orderId);
  const condition = reachableFrom[status];
  const { trackingNumber, trackingUrl } = parsed.value;
  const order = await transaction(db, async (tx) => {
    if (id === undefined || condition === undefined) return undefined;
    const moved = await changeOrder(tx, id, and(changeableBy(viewer), condition, atVersion(expectedVersion)), {
      status,
      ...(trackingNumber ? { trackingNumber } : {}),
      ...(trackingUrl == null ? {} : { trackingUrl }),
      expiresAt: null,
      ...(status === "DELIVERED" ? { deliveredAt: sql`now()` } : {}),
      sequence: sql`${orders.sequence} + case when ${orders.status} = 'PENDING' then 1 else 0 end`,
    });
    if (moved === undefined) return undefined;
    if (status === "DELIVERED") await deliverAll(tx, id);
    const by = { note: parsed.value.note, actorId: viewer.id };
    if (status !== "SHIPPED") {
      await recordMove(tx, moved.order, moved.before.status, by);
      return moved.order;
    }
    const { order: shipped, parcel } = await shipRest(tx, moved.order, { trackingNumber, trackingUrl });
    await recordMove(tx, shipped, moved.before.status, by);
    await enqueueOrderMail(tx, "order-shipped", shipped, { parcel });
    return shipped;
  });
  if (order !== undefined) {
    if (status === "SHIPPED") services.afterSale.inc({ step: "shipment" });
    return { order, userErrors: [] };
  }
  const found = await findChangeable(db, viewer, id);
  if (found === undefined) return { userErrors: [notFoundError(["orderId"])] };
  return { userErrors: [unchangedError(found, expectedVersion) ?? transitionError(viewer, found, status)] };
}

/** Puts all that is not shipped yet into one parcel. */
async function shipRest(
  tx: Tx,
  order: Order,
  tracking: { trackingNumber: string | null | undefined; trackingUrl: string | null | undefined },
): Promise<{ order: Order; parcel: MailedParcel }> {
  const items = await readItems(tx, [order.id]);
  const pageOf = await readTrackingPages(tx, order.id);
  const facts = {
    carrier: null,
    trackingNumber: tracking.trackingNumber || null,
    trackingUrl: tracking.trackingUrl ?? pageOf(tracking.trackingNumber),
  };
  const units = allUnits(items, unshippedUnits);
  if ((await writeShipment(tx, order.id, units, facts)) === undefined) {
    throw new Error("The lines of a locked order changed.");
  }
  const followed = await followParcels(tx, order.id, { actorId: null, tracking: facts, keepsVersion: true });
  return { order: followed.order, parcel: { ...facts, items, units } };
}

async function recordMove(
  tx: Tx,
  order: Order,
  fromStatus: OrderStatus,
  by: { note: string | null | undefined; actorId: UserId },
): Promise<void> {
  const { id, status: toStatus, sequence, revision } = order;
  const { note, actorId } = by;
  await appendTimeline(tx, id, [{ type: "STATUS_CHANGED", fromStatus, toStatus, message: note || null, actorId }]);
  if (fromStatus === "PENDING") {
    const data = { orderId: id, revision, lines: await stockLines(tx, id) };
    await enqueueEvent(tx, outbox, "order.confirmed", { subject: id, sequence, data });
  }
}
