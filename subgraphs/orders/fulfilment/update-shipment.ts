import { eq } from "drizzle-orm";
import { z } from "zod";
import { type ShipmentId, shipments } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { idOrUndefined, notFoundError, parseInput, urlInput, validationError } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { followParcels } from "../order/follow-parcels.ts";
import { findChangeable, lockOrder, readOrder } from "../order/order.ts";
import { transitionError } from "../order/order-status.ts";
import { appendTimeline } from "../order/timeline.ts";
import type { Services } from "../services.ts";
import { commitUnlessRejected } from "../shared/commit-if.ts";
import { carrierCharactersMax, trackingNumberCharactersMax } from "../shared/limits.ts";
import type { ShipmentPayload } from "./create-shipment.ts";
import { findShipment } from "./shipment.ts";
import { readTrackingPages, type TrackingPages } from "./tracking-page.ts";

const updateInput = z.object({
  carrier: text(carrierCharactersMax).nullish(),
  trackingNumber: text(trackingNumberCharactersMax).nullish(),
  trackingUrl: urlInput().nullish(),
  deliveredAt: z.iso.datetime({ offset: true, error: "Enter an RFC 3339 date and time." }).nullish(),
});

/**
 * Changes what is known of a parcel, for holders of orders:write. What is left out stays; null clears it. A tracking page that was made from the tracking
 * number follows it. Once all parcels arrived the order is DELIVERED.
 */
export async function updateShipment(
  services: Services,
  viewer: SignedIn,
  input: { readonly id: string } & Readonly<Record<string, unknown>>,
): Promise<ShipmentPayload> {
  const { db } = services;
  const parsed = parseInput(updateInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { deliveredAt, ...facts } = parsed.value;
  const id = idOrUndefined<ShipmentId>(input.id);
  const shipment = await findShipment(db, id);
  const order = await findChangeable(db, viewer, shipment?.orderId);
  if (id === undefined || shipment === undefined || order === undefined) {
    return { userErrors: [notFoundError(["id"])] };
  }
  const arrived = deliveredAt == null ? undefined : new Date(deliveredAt);
  const problem = deliveryProblem(shipment, deliveredAt, arrived);
  if (problem !== undefined) return { userErrors: [validationError(["deliveredAt"], problem)] };
  crashPoint("orders:deliver:before-write");
  const { userErrors } = await commitUnlessRejected(db, async (tx) => {
    await lockOrder(tx, shipment.orderId);
    // Read under the lock: a cancellation may have been faster.
    const locked = (await readOrder(tx, shipment.orderId)) ?? order;
    if (locked.status === "CANCELLED") return { userErrors: [transitionError(viewer, locked, "DELIVERED")] };
    const [before] = await tx.select().from(shipments).where(eq(shipments.id, id));
    const pageOf = await readTrackingPages(tx, shipment.orderId);
    const page = before === undefined ? undefined : followedPage(before, facts, pageOf);
    const changes = { ...blankToNull(facts), ...(page === undefined ? {} : { trackingUrl: page }) };
    const values = { ...changes, ...(arrived === undefined ? {} : { deliveredAt: arrived }) };
    if (Object.keys(values).length > 0) await tx.update(shipments).set(values).where(eq(shipments.id, id));
    if (arrived !== undefined && before?.deliveredAt == null) {
      await appendTimeline(tx, shipment.orderId, [{ type: "SHIPMENT_DELIVERED", actorId: viewer.id }]);
    }
    const tracking = { trackingNumber: facts.trackingNumber ?? null, trackingUrl: changes.trackingUrl ?? null };
    await followParcels(tx, shipment.orderId, { actorId: viewer.id, tracking });
    return { userErrors: [] };
  });
  crashPoint("orders:deliver:after-write");
  if (userErrors.length > 0) return { userErrors };
  return { shipment: await findShipment(db, id), order: await readOrder(db, shipment.orderId), userErrors: [] };
}

/** The tracking page of a new tracking number, unless one is entered or was; undefined: it stays. */
function followedPage(
  before: typeof shipments.$inferSelect,
  entered: { readonly trackingNumber?: string | null | undefined; readonly trackingUrl?: string | null | undefined },
  pageOf: TrackingPages,
): string | null | undefined {
  if (entered.trackingNumber === undefined || entered.trackingUrl !== undefined) return undefined;
  const isMade = before.trackingUrl === null || before.trackingUrl === pageOf(before.trackingNumber);
  return isMade ? pageOf(entered.trackingNumber) : undefined;
}

function deliveryProblem(
  shipment: { readonly shippedAt: Date; readonly deliveredAt: Date | null },
  entered: string | null | undefined,
  arrived: Date | undefined,
): string | undefined {
  if (entered === null && shipment.deliveredAt !== null)
    return "The delivery date of a delivered parcel cannot be cleared.";
  if (arrived === undefined) return undefined;
  if (arrived < shipment.shippedAt) return "A parcel cannot arrive before it was shipped.";
  return arrived.getTime() > Date.now() ? "A parcel cannot arrive in the future." : undefined;
}

function blankToNull(facts: Readonly<Record<string, string | null | undefined>>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value || null]])),
  );
}
