import { signedIn } from "#platform/shop/viewer.ts";
import type {
  MutationResolvers,
  QueryResolvers,
  ReturnLineResolvers,
  ReturnPayloadResolvers,
  ReturnResolvers,
} from "#schema/generated/orders.ts";
import { mayReadReturn, requestReturn } from "../returns/request-return.ts";
import { listReturns } from "../returns/return.ts";
import { updateReturn } from "../returns/update-return.ts";
import { itemOf } from "./shipment-resolvers.ts";

/** Queries of returns. */
export const returnQueries = {
  returns: async (_parent, args, { db }) => listReturns(db, args),
} satisfies QueryResolvers;

/** Mutations of returns. */
export const returnMutations = {
  returnRequest: async (_parent, { input }, { viewer, clientAddress, services }) =>
    requestReturn(services, viewer, input, clientAddress),
  returnUpdate: async (_parent, { input }, { viewer, services }) => updateReturn(services, signedIn(viewer), input),
} satisfies MutationResolvers;

/** Fields of Return, for viewers who were shown its order. */
export const returnFields: ReturnResolvers = {
  order: async ({ orderId }, _args, { loaders }) => {
    const order = await loaders.knownOrder.load(orderId);
    if (order === null) throw new Error("The order of a return disappeared.");
    return order;
  },
  refund: async ({ id, orderId }, _args, { loaders }) =>
    (await loaders.transactions.load(orderId)).findLast(
      ({ returnId, status }) => returnId === id && status !== "FAILED",
    ),
};

/** Fields of ReturnLine. */
export const returnLineFields: ReturnLineResolvers = {
  item: (line, _args, { loaders }) => itemOf(line, loaders),
};

/** Fields of ReturnPayload, by the rule of what a query would show. */
export const returnPayloadFields: ReturnPayloadResolvers = {
  return: (payload, _args, { viewer }) =>
    payload.return !== undefined && mayReadReturn(viewer, payload) ? payload.return : null,
};
