import type { OrderId, OrderItemId } from "#platform/shop/ids.ts";
import { signedIn } from "#platform/shop/viewer.ts";
import type { MutationResolvers, ShipmentLineResolvers, ShipmentPayloadResolvers } from "#schema/generated/orders.ts";
import type { Context } from "../context.ts";
import { createShipment } from "../fulfilment/create-shipment.ts";
import { updateShipment } from "../fulfilment/update-shipment.ts";
import type { OrderItem } from "../order/order.ts";
import { mayRead } from "../order/read-rule.ts";

/** Mutations of parcels. */
export const shipmentMutations = {
  shipmentCreate: async (_parent, { input }, { viewer, services }) => createShipment(services, signedIn(viewer), input),
  shipmentUpdate: async (_parent, { input }, { viewer, services }) => updateShipment(services, signedIn(viewer), input),
} satisfies MutationResolvers;

/** Fields of ShipmentLine. */
export const shipmentLineFields: ShipmentLineResolvers = {
  item: (line, _args, { loaders }) => itemOf(line, loaders),
};

/** The order's line that a line of a parcel, a return or a refund is about, for viewers who were shown its order. */
export async function itemOf(
  { orderId, itemId }: { readonly orderId: OrderId; readonly itemId: OrderItemId },
  loaders: Context["loaders"],
): Promise<OrderItem> {
  const item = (await loaders.items.load(orderId)).find(({ id }) => id === itemId);
  if (item === undefined) throw new Error("A line of an order disappeared.");
  return item;
}

/** Fields of ShipmentPayload, by the rule of what a query would show. */
export const shipmentPayloadFields: ShipmentPayloadResolvers = {
  order: ({ order }, _args, { viewer }) => (order !== undefined && mayRead(viewer, order) ? order : null),
  shipment: ({ shipment, order }, _args, { viewer }) =>
    shipment !== undefined && order !== undefined && mayRead(viewer, order) ? shipment : null,
};
