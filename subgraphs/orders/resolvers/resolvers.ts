import { scalars } from "#platform/graphql/scalars.ts";
import type { Resolvers } from "#schema/generated/orders.ts";
import { cartFields, cartItemFields, cartMutations, cartQueries } from "./cart-resolvers.ts";
import { discountFields, discountMutations, discountQueries } from "./discount-resolvers.ts";
import { invoiceFields, invoiceQueries } from "./invoice-resolvers.ts";
import {
  orderEventFields,
  orderFields,
  orderItemFields,
  orderMutations,
  orderPayloadFields,
  orderQueries,
  paymentFields,
  paymentPayloadFields,
  transactionFields,
  userFields,
} from "./order-resolvers.ts";
import { refundFields, refundLineFields, refundMutations } from "./refund-resolvers.ts";
import {
  returnFields,
  returnLineFields,
  returnMutations,
  returnPayloadFields,
  returnQueries,
} from "./return-resolvers.ts";
import { settingsMutations, settingsQueries, shippingRateFields, taxRateFields } from "./settings-resolvers.ts";
import { shipmentLineFields, shipmentMutations, shipmentPayloadFields } from "./shipment-resolvers.ts";

/** The resolvers of the orders subgraph. A field that is not listed is a property of its parent's value. */
export const resolvers: Resolvers = {
  ...scalars,
  Query: {
    ...discountQueries,
    ...settingsQueries,
    ...cartQueries,
    ...orderQueries,
    ...returnQueries,
    ...invoiceQueries,
  },
  Mutation: {
    ...discountMutations,
    ...settingsMutations,
    ...cartMutations,
    ...orderMutations,
    ...shipmentMutations,
    ...refundMutations,
    ...returnMutations,
  },
  Cart: cartFields,
  CartItem: cartItemFields,
  Order: orderFields,
  OrderItem: orderItemFields,
  OrderEvent: orderEventFields,
  OrderPayload: orderPayloadFields,
  Payment: paymentFields,
  PaymentPayload: paymentPayloadFields,
  PaymentTransaction: transactionFields,
  Refund: refundFields,
  RefundLine: refundLineFields,
  Invoice: invoiceFields,
  Return: returnFields,
  ReturnLine: returnLineFields,
  ReturnPayload: returnPayloadFields,
  ShipmentLine: shipmentLineFields,
  ShipmentPayload: shipmentPayloadFields,
  Discount: discountFields,
  ShippingRate: shippingRateFields,
  TaxRate: taxRateFields,
  User: userFields,
};
