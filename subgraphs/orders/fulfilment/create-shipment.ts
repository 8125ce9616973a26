import { eq } from "drizzle-orm";
import { z } from "zod";
import { orders, type ShipmentId } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import type { Tx } from "#platform/database/database.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { idempotencyKeyInput, idOrUndefined, notFoundError, parseInput, urlInput } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { followParcels, type ParcelFacts } from "../order/follow-parcels.ts";
import { allUnits, type EnteredLines, judgeLines, linesInput, unshippedUnits } from "../order/line-units.ts";
import { findChangeable, lockOrder, type Order, readItems, readOrder } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { isShippable, transitionError } from "../order/order-status.ts";
import { appendTimeline } from "../order/timeline.ts";
import type { Services } from "../services.ts";
import { commitUnlessRejected } from "../shared/commit-if.ts";
import { findKey, type IdempotencyKey, writeKey } from "../shared/idempotency.ts";
import { carrierCharactersMax, trackingNumberCharactersMax } from "../shared/limits.ts";
import { idempotencyKeyReusedError, type UserError } from "../shared/user-errors.ts";
import { findShipment, type Shipment, writeShipment } from "./shipment.ts";
import { readTrackingPages } from "./tracking-page.ts";

/** The result of a change of a parcel, with its order as it is then. */
export type ShipmentPayload = {
  readonly shipment?: Shipment | undefined;
  readonly order?: Order | undefined;
  readonly userErrors: readonly UserError[];
};

const shipmentInput = z.object({
  idempotencyKey: idempotencyKeyInput,
  orderId: z.string(),
  lines: linesInput.nullish(),
  carrier: text(carrierCharactersMax).nullish(),
  trackingNumber: text(trackingNumberCharactersMax).nullish(),
  trackingUrl: urlInput().nullish(),
});

/** Ships units of an order in one parcel, for holders of orders:write: all that is left unless lines are given. Once per idempotency key. */
export async function createShipment(services: Services, viewer: SignedIn, input: unknown): Promise<ShipmentPayload> {
  const { db } = services;
  const parsed = parseInput(shipmentInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const name = { scope: `user:${viewer.id}`, mutation: "shipmentCreate", key: value.idempotencyKey };
  const inputFingerprint = fingerprint(value);
  const known = await findKey(db, name);
  if (known !== undefined) return repeat(services, known, inputFingerprint);
  const order = await findChangeable(db, viewer, idOrUndefined<OrderId>(value.orderId));
  if (order === undefined) return { userErrors: [notFoundError(["orderId"])] };
  const entered = {
    carrier: value.carrier || null,
    trackingNumber: value.trackingNumber || null,
    trackingUrl: value.trackingUrl ?? null,
  };
  crashPoint("orders:ship:before-write");
  const outcome = await commitUnlessRejected(db, async (tx) => {
    const shipped = await ship(tx, viewer, order.id, value.lines ?? undefined, entered);
    if ("userErrors" in shipped) return shipped;
    const key = { ...name, fingerprint: inputFingerprint, orderId: order.id, resultId: shipped.id };
    return (await writeKey(tx, key))
      ? { userErrors: [], id: shipped.id }
      : { userErrors: [idempotencyKeyReusedError()] };
  });
  crashPoint("orders:ship:after-write");
  if ("id" in outcome) services.afterSale.inc({ step: "shipment" });
  // Another request with the same key was faster.
  const written = await findKey(db, name);
  if (written !== undefined) return repeat(services, written, inputFingerprint);
  return { userErrors: outcome.userErrors };
}

/** Ships within a transaction; rejected without lines that are left, or for an order that is not to be shipped. */
async function ship(
  tx: Tx,
  viewer: SignedIn,
  orderId: OrderId,
  lines: EnteredLines | undefined,
  entered: ParcelFacts,
): Promise<{ id: ShipmentId } | { userErrors: readonly UserError[] }> {
  await lockOrder(tx, orderId);
  const [order] = await tx.select().from(orders).where(eq(orders.id, orderId));
  if (order === undefined) return { userErrors: [notFoundError(["orderId"])] };
  if (!isShippable(order)) return { userErrors: [transitionError(viewer, order, "SHIPPED")] };
  const items = await readItems(tx, [orderId]);
  const judged =
    lines === undefined
      ? { units: allUnits(items, unshippedUnits) }
      : judgeLines(items, lines, unshippedUnits, { what: "can be shipped" });
  if ("userErrors" in judged) return judged;
  const pageOf = await readTrackingPages(tx, orderId);
  const facts = { ...entered, trackingUrl: entered.trackingUrl ?? pageOf(entered.trackingNumber) };
  const id = await writeShipment(tx, orderId, judged.units, facts);
  if (id === undefined) throw new Error("The lines of a locked order changed.");
  const actorId = viewer.id;
  await appendTimeline(tx, orderId, [{ type: "SHIPMENT_CREATED", message: facts.trackingNumber, actorId }]);
  const { order: after } = await followParcels(tx, orderId, { actorId, tracking: facts });
  await enqueueOrderMail(tx, "order-parcel-sent", after, { parcel: { ...facts, items, units: judged.units } });
  return { id };
}

async function repeat({ db }: Services, key: IdempotencyKey, inputFingerprint: string): Promise<ShipmentPayload> {
  if (key.fingerprint !== inputFingerprint) return { userErrors: [idempotencyKeyReusedError()] };
  const shipment = await findShipment(db, (key.resultId ?? undefined) as ShipmentId | undefined);
  const order = key.orderId === null ? undefined : await readOrder(db, key.orderId);
  return { shipment, order, userErrors: [] };
}
