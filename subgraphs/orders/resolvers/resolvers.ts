import { scalars } from "#platform/graphql/scalars.ts";
import type { Resolvers } from "#schema/generated/orders.ts";
import { cartFields, cartItemFields, cartMutations, cartQueries } from "./cart-resolvers.ts";
import {
  orderEventFields,
  orderFields,
  orderItemFields,
  orderMutations,
  orderQueries,
  paymentFields,
  transactionFields,
  userFields,
} from "./order-resolvers.ts";

/** How each field of the orders subgraph is answered; what is not named here is a field of what its parent answered. */
export const resolvers: Resolvers = {
  ...scalars,
  Query: { ...cartQueries, ...orderQueries },
  Mutation: { ...cartMutations, ...orderMutations },
  Cart: cartFields,
  CartItem: cartItemFields,
  Order: orderFields,
  OrderItem: orderItemFields,
  OrderEvent: orderEventFields,
  Payment: paymentFields,
  PaymentTransaction: transactionFields,
  User: userFields,
};
