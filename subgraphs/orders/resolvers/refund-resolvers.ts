import { moneyOutput } from "#platform/shop/money.ts";
import { signedIn } from "#platform/shop/viewer.ts";
import type { MutationResolvers, RefundLineResolvers, RefundResolvers } from "#schema/generated/orders.ts";
import { orderMoney } from "../order/order.ts";
import { createRefund } from "../payment/create-refund.ts";
import { recordRefund } from "../payment/record-refund.ts";
import { itemOf } from "./shipment-resolvers.ts";

/** Mutations of refunds. */
export const refundMutations = {
  refundCreate: async (_parent, { input }, { viewer, services }) => createRefund(services, signedIn(viewer), input),
  refundRecord: async (_parent, { input }, { viewer, services }) => recordRefund(services, signedIn(viewer), input),
} satisfies MutationResolvers;

/** Fields of Refund, which is a transaction. */
export const refundFields: RefundResolvers = {
  amount: (refund) => moneyOutput(orderMoney(refund, refund.amountMinor)),
  tax: (refund) => moneyOutput(orderMoney(refund, refund.taxMinor)),
  shipping: (refund) => moneyOutput(orderMoney(refund, refund.shippingMinor)),
  lines: async ({ id, orderId }, _args, { loaders }) =>
    (await loaders.refundLines.load(orderId)).filter(({ refundId }) => refundId === id),
};

/** Fields of RefundLine. */
export const refundLineFields: RefundLineResolvers = {
  item: (line, _args, { loaders }) => itemOf(line, loaders),
  amount: (line) => moneyOutput(orderMoney(line, line.amountMinor)),
  tax: (line) => moneyOutput(orderMoney(line, line.taxMinor)),
};
