import { and, eq, isNull } from "drizzle-orm";
import { orders, shippingMethods } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { urlInput } from "#platform/shop/input.ts";
import { trackingNumberPlace } from "../shipping/shipping-input.ts";

/** Makes the address of a tracking page from a tracking number; null when there is none. */
export type TrackingPages = (trackingNumber: string | null | undefined) => string | null;

/** Reads how tracking pages of an order's shipping method are addressed, as staff have set it by now. An order without a method has none. */
export async function readTrackingPages(tx: Tx, orderId: OrderId): Promise<TrackingPages> {
  const [method] = await tx
    .select({ template: shippingMethods.trackingUrlTemplate })
    .from(orders)
    .innerJoin(
      shippingMethods,
      and(eq(shippingMethods.id, orders.shippingMethodId), isNull(shippingMethods.replacedAt)),
    )
    .where(eq(orders.id, orderId));
  const template = method?.template ?? null;
  return (trackingNumber) => {
    if (template === null || !trackingNumber) return null;
    const page = urlInput().safeParse(template.replaceAll(trackingNumberPlace, encodeURIComponent(trackingNumber)));
    return page.success ? page.data : null;
  };
}
