import { ApiError } from "#platform/shop/api-error.ts";
import { type OrderId, type OrderItemId, type PaymentId, parseId, type UserId } from "#platform/shop/ids.ts";
import { moneyOutput } from "#platform/shop/money.ts";
import { formatPercent } from "#platform/shop/percent.ts";
import { holds, signedIn } from "#platform/shop/viewer.ts";
import type {
  MutationResolvers,
  OrderEventResolvers,
  OrderItemResolvers,
  OrderPayloadResolvers,
  OrderResolvers,
  PaymentPayloadResolvers,
  PaymentResolvers,
  PaymentTransactionResolvers,
  QueryResolvers,
  UserResolvers,
} from "#schema/generated/orders.ts";
import { findCart } from "../cart/cart.ts";
import { completeCheckout } from "../checkout/checkout.ts";
import { createOrder } from "../checkout/create-order.ts";
import type { Context } from "../context.ts";
import { cancelOrder } from "../fulfilment/cancel-order.ts";
import { updateOrderStatus } from "../fulfilment/update-order-status.ts";
import { addNote } from "../order/add-note.ts";
import { claimOrder } from "../order/claim-order.ts";
import { addOrderItem, removeOrderItem, updateOrderItem } from "../order/edit-items.ts";
import { amountDue, findGuestOrder, type Order, orderMoney } from "../order/order.ts";
import { listOrders } from "../order/order-list.ts";
import { formatOrderNumber, parseOrderNumber } from "../order/order-number.ts";
import { availableTransitions } from "../order/order-status.ts";
import { mayRead } from "../order/read-rule.ts";
import { updateShippingAddress } from "../order/shipping-address.ts";
import { processPayment } from "../payment/process-payment.ts";
import { recordPayment } from "../payment/record-payment.ts";
import { isRefund } from "../payment/refund-lines.ts";
import { canWithdraw, withdrawableUntil } from "../returns/withdrawal-right.ts";
import { discountTotals, orderSums, taxTotals } from "./price-output.ts";

/** Queries of orders and payments. */
export const orderQueries = {
  order: async (_parent, { id, number }, { loaders }) => {
    const found =
      id != null ? await orderById(id, loaders) : number != null ? await orderByNumber(number, loaders) : null;
    return id != null && number != null && found?.number !== parseOrderNumber(number) ? null : found;
  },
  guestOrder: async (_parent, { token }, { db, services }) => findGuestOrder(db, services.tokenKey, token),
  orders: async (_parent, args, { db }) => listOrders(db, args),
  payment: async (_parent, { id, orderId }, { loaders }) => {
    const found =
      id != null ? await orderByPayment(id, loaders) : orderId != null ? await orderById(orderId, loaders) : null;
    return id != null && orderId != null && found?.id !== orderId.toLowerCase() ? null : found;
  },
} satisfies QueryResolvers;

type Loaders = Context["loaders"];

async function orderById(text: string, loaders: Loaders): Promise<Order | null> {
  const id = parseId<OrderId>(text);
  return id === undefined ? null : loaders.order.load(id);
}

async function orderByNumber(text: string, loaders: Loaders): Promise<Order | null> {
  const number = parseOrderNumber(text);
  return number === undefined ? null : loaders.orderByNumber.load(number);
}

async function orderByPayment(text: string, loaders: Loaders): Promise<Order | null> {
  const id = parseId<PaymentId>(text);
  return id === undefined ? null : loaders.orderByPayment.load(id);
}

/** Mutations of orders and payments. */
export const orderMutations = {
  checkoutComplete: async (_parent, { input }, { viewer, clientAddress, services }) =>
    completeCheckout(services, viewer, input, clientAddress),
  orderCreate: async (_parent, { input }, { viewer, clientAddress, services }) =>
    createOrder(services, signedIn(viewer), input, clientAddress),
  orderItemAdd: async (_parent, args, { viewer, services }) => addOrderItem(services, signedIn(viewer), args),
  orderItemUpdate: async (_parent, args, { viewer, services }) => updateOrderItem(services, signedIn(viewer), args),
  orderItemRemove: async (_parent, args, { viewer, services }) => removeOrderItem(services, signedIn(viewer), args),
  orderShippingAddressUpdate: async (_parent, args, { viewer, services }) =>
    updateShippingAddress(services, signedIn(viewer), args),
  orderCancel: async (_parent, { input }, { viewer, services }) => cancelOrder(services, viewer, input),
  orderClaim: async (_parent, { guestOrderToken }, { viewer, services }) =>
    claimOrder(services, signedIn(viewer).id, guestOrderToken),
  orderStatusUpdate: async (_parent, { input }, { viewer, services }) =>
    updateOrderStatus(services, signedIn(viewer), input),
  orderNoteAdd: async (_parent, args, { viewer, services }) => addNote(services, signedIn(viewer), args),
  paymentProcess: async (_parent, { input }, { viewer, clientAddress, services }) =>
    processPayment(services, viewer, input, clientAddress),
  paymentRecord: async (_parent, { input }, { viewer, services }) => recordPayment(services, signedIn(viewer), input),
} satisfies MutationResolvers;

/** Fields of Order. */
export const orderFields: OrderResolvers = {
  __resolveReference: (reference, { loaders }) =>
    "id" in reference ? orderById(reference.id, loaders) : orderByNumber(reference.number, loaders),
  number: ({ number }) => formatOrderNumber(number),
  user: ({ userId }) => (userId === null ? null : { id: userId }),
  availableTransitions: (order, _args, { viewer }) => [...availableTransitions(viewer, order)],
  items: async ({ id }, _args, { loaders }) => [...(await loaders.items.load(id))],
  item: async (order, { id }, { loaders }) => {
    const itemId = parseId<OrderItemId>(id);
    return (await loaders.items.load(order.id)).find((item) => item.id === itemId);
  },
  subtotal: (order) => moneyOutput(orderMoney(order, order.subtotalMinor)),
  total: (order) => moneyOutput(orderMoney(order, order.totalMinor)),
  amountPaid: (order) => moneyOutput(orderMoney(order, order.amountPaidMinor)),
  amountRefunded: (order) => moneyOutput(orderMoney(order, order.amountRefundedMinor)),
  market: ({ marketId }) => ({ id: marketId }),
  totals: (order, _args, { loaders }) => ({
    ...orderSums(order),
    discounts: async () => discountTotals(order, await loaders.discountParts.load(order.id)),
    taxes: async () => taxTotals(order, await loaders.taxes.load(order.id)),
  }),
  payment: (order) => order,
  refunds: async ({ id }, _args, { loaders }) => (await loaders.transactions.load(id)).filter(isRefund),
  invoices: async ({ id }, _args, { loaders }) => [...(await loaders.invoices.load(id))],
  returns: async ({ id }, _args, { loaders }) => [...(await loaders.returns.load(id))],
  withdrawableUntil: (order, _args, { services }) => withdrawableUntil(order, services.withdrawalCountries),
  canWithdraw: async (order, _args, { loaders, services }) =>
    canWithdraw(order, await loaders.items.load(order.id), services.withdrawalCountries, new Date()),
  shipments: async ({ id }, _args, { loaders }) => [...(await loaders.shipments.load(id))],
  events: async ({ id }, { first, after }, { loaders }) =>
    loaders.timelines.load({
      orderId: id,
      args: { ...(first == null ? {} : { first }), ...(after == null ? {} : { after }) },
    }),
};

/** Fields of OrderItem. */
export const orderItemFields: OrderItemResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const itemId = parseId<OrderItemId>(id);
    return itemId === undefined ? null : loaders.orderItem.load(itemId);
  },
  product: ({ productId }) => ({ id: productId }),
  variant: ({ variantId }) => ({ id: variantId }),
  unitPrice: (item) => moneyOutput(orderMoney(item, item.unitPriceMinor)),
  subtotal: (item) => moneyOutput(orderMoney(item, item.subtotalMinor)),
  discounts: async (item, _args, { loaders }) => {
    const parts = await loaders.discountParts.load(item.orderId);
    return discountTotals(
      item,
      parts.filter(({ itemId }) => itemId === item.id),
    );
  },
  tax: (item) => moneyOutput(orderMoney(item, item.taxMinor)),
  total: (item) => moneyOutput(orderMoney(item, item.totalMinor)),
  taxRate: ({ taxRate }) => formatPercent(taxRate),
  shippedQuantity: ({ shipped }) => shipped,
  cancelledQuantity: ({ cancelled }) => cancelled,
  returnedQuantity: ({ returned }) => returned,
  refundedAmount: (item) => moneyOutput(orderMoney(item, item.refundedMinor)),
};

/** Fields of OrderEvent. */
export const orderEventFields: OrderEventResolvers = {
  actor: ({ actorId }) => (actorId === null ? null : { id: actorId }),
};

/** Fields of Payment, which is part of its order. */
export const paymentFields: PaymentResolvers = {
  __resolveReference: ({ id }, { loaders }) => orderByPayment(id, loaders),
  id: ({ paymentId }) => paymentId,
  order: (order) => order,
  status: ({ paymentStatus }) => paymentStatus,
  amount: (order) => moneyOutput(orderMoney(order, amountDue(order))),
  amountRefunded: (order) => moneyOutput(orderMoney(order, order.amountRefundedMinor)),
  provider: ({ paymentProvider }) => paymentProvider,
  transactions: async ({ id }, _args, { loaders }) => [...(await loaders.transactions.load(id))],
};

/** Fields of PaymentTransaction. */
export const transactionFields: PaymentTransactionResolvers = {
  amount: (transaction) => moneyOutput(orderMoney(transaction, transaction.amountMinor)),
};

/** Fields of OrderPayload. A viewer who changed an order sees it only if a query would show it to them. */
export const orderPayloadFields: OrderPayloadResolvers = {
  order: ({ order, guestOrderId }, _args, { viewer }) =>
    order !== undefined && mayRead(viewer, order, guestOrderId) ? order : null,
};

/** Fields of PaymentPayload, by the same rule. */
export const paymentPayloadFields: PaymentPayloadResolvers = {
  payment: ({ payment, guestOrderId }, _args, { viewer }) =>
    payment !== undefined && mayRead(viewer, payment, guestOrderId) ? payment : null,
};

/** Fields of User that orders contributes. @throws {ApiError} FORBIDDEN for viewers who may not see them. */
export const userFields: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  orders: async ({ id }, args, { viewer, loaders }) => {
    const userId = parseId<UserId>(id);
    const own = viewer.kind === "user" && viewer.id === userId;
    if (userId === undefined || !(own || holds(viewer, "orders:read"))) {
      throw new ApiError("FORBIDDEN", "Only the user and holders of orders:read can see these orders.");
    }
    return loaders.ordersOfUsers.load({ userId, args });
  },
  cart: async ({ id }, _args, { viewer, db, services }) => {
    if (viewer.kind !== "user" || viewer.id !== parseId<UserId>(id)) {
      throw new ApiError("FORBIDDEN", "Only the user can see this cart.");
    }
    return findCart(db, viewer, services.tokenKey, null);
  },
};
