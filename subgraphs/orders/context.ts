import type DataLoader from "dataloader";
import type { DiscountId } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { manyByKey, oneByKey } from "#platform/graphql/loader.ts";
import type { RequestContext } from "#platform/graphql/subgraph-server.ts";
import type { CartId, CartItemId, OrderId, OrderItemId, PaymentId } from "#platform/shop/ids.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { type Cart, type CartItem, findCartItems, findCarts, readCartItems } from "./cart/cart.ts";
import { type CartPrices, makeCartPrices } from "./cart/cart-prices.ts";
import { type CartQuotes, makeCartQuotes } from "./cart/cart-quote.ts";
import { makeUsageCounts } from "./discount/discount-list.ts";
import { readShipments, type Shipment } from "./fulfilment/shipment.ts";
import { type Invoice, readInvoices } from "./invoice/invoice.ts";
import {
  findItems,
  findOrders,
  findOrdersByNumber,
  findOrdersByPayment,
  type Order,
  type OrderItem,
  readItems,
  readOrders,
} from "./order/order.ts";
import { makeOrdersOfUsers, type OrdersOfUsers } from "./order/order-list.ts";
import { type DiscountPart, type OrderTax, readDiscountParts, readTaxes } from "./order/order-price.ts";
import { makeTimelines, type Timelines } from "./order/timeline.ts";
import { type PaymentTransaction, readTransactions } from "./payment/refund.ts";
import { type RefundLine, readRefundLines } from "./payment/refund-lines.ts";
import { type Return, readReturns } from "./returns/return.ts";
import type { Services } from "./services.ts";

/** The third argument of this subgraph's resolvers. */
export type Context = {
  readonly viewer: Viewer;
  /** The client's address as the gateway saw it; empty if it is unknown. */
  readonly clientAddress: string;
  readonly db: Db;
  readonly services: Services;
  readonly loaders: Loaders;
};

type Loaders = {
  /** By key, of what the viewer may read. */
  readonly order: DataLoader<OrderId, Order | null>;
  readonly orderByNumber: DataLoader<string, Order | null>;
  readonly orderByPayment: DataLoader<PaymentId, Order | null>;
  readonly orderItem: DataLoader<OrderItemId, OrderItem | null>;
  readonly cart: DataLoader<CartId, Cart | null>;
  readonly cartItem: DataLoader<CartItemId, CartItem | null>;
  /** By the key of something that the viewer may read. */
  readonly items: DataLoader<OrderId, readonly OrderItem[]>;
  readonly transactions: DataLoader<OrderId, readonly PaymentTransaction[]>;
  readonly shipments: DataLoader<OrderId, readonly Shipment[]>;
  readonly refundLines: DataLoader<OrderId, readonly RefundLine[]>;
  readonly returns: DataLoader<OrderId, readonly Return[]>;
  readonly invoices: DataLoader<OrderId, readonly Invoice[]>;
  /** The order of something that the viewer was shown. */
  readonly knownOrder: DataLoader<OrderId, Order | null>;
  readonly cartItems: DataLoader<CartId, readonly CartItem[]>;
  readonly prices: CartPrices;
  /** What a cart would cost, as far as nothing is chosen. */
  readonly cartQuotes: CartQuotes;
  readonly usageCounts: DataLoader<DiscountId, number>;
  readonly taxes: DataLoader<OrderId, readonly OrderTax[]>;
  readonly discountParts: DataLoader<OrderId, readonly DiscountPart[]>;
  readonly timelines: Timelines;
  /** Users' own lists; the caller checks whether the viewer may see them. */
  readonly ordersOfUsers: OrdersOfUsers;
};

/** The context of one request. */
export function makeContext(services: Services, { viewer, clientAddress }: RequestContext): Context {
  const { db } = services;
  const prices = makeCartPrices(services);
  const cartItems = manyByKey<CartId, CartItem>(
    (ids) => readCartItems(db, ids),
    ({ cartId }) => cartId,
  );
  return {
    viewer,
    clientAddress,
    db,
    services,
    loaders: {
      order: oneByKey(
        (ids) => findOrders(db, viewer, ids),
        ({ id }) => id,
      ),
      orderByNumber: oneByKey(
        (numbers) => findOrdersByNumber(db, viewer, numbers),
        ({ number }) => number,
      ),
      orderByPayment: oneByKey(
        (ids) => findOrdersByPayment(db, viewer, ids),
        ({ paymentId }) => paymentId,
      ),
      orderItem: oneByKey(
        (ids) => findItems(db, viewer, ids),
        ({ id }) => id,
      ),
      cart: oneByKey(
        (ids) => findCarts(db, viewer, ids),
        ({ id }) => id,
      ),
      cartItem: oneByKey(
        (ids) => findCartItems(db, viewer, ids),
        ({ id }) => id,
      ),
      items: manyByKey(
        (ids) => readItems(db, ids),
        ({ orderId }) => orderId,
      ),
      transactions: manyByKey(
        (ids) => readTransactions(db, ids),
        ({ orderId }) => orderId,
      ),
      shipments: manyByKey(
        (ids) => readShipments(db, ids),
        ({ orderId }) => orderId,
      ),
      refundLines: manyByKey(
        (ids) => readRefundLines(db, ids),
        ({ orderId }) => orderId,
      ),
      returns: manyByKey(
        (ids) => readReturns(db, ids),
        ({ orderId }) => orderId,
      ),
      invoices: manyByKey(
        (ids) => readInvoices(db, ids),
        ({ orderId }) => orderId,
      ),
      knownOrder: oneByKey(
        (ids) => readOrders(db, ids),
        ({ id }) => id,
      ),
      taxes: manyByKey(
        (ids) => readTaxes(db, ids),
        ({ orderId }) => orderId,
      ),
      discountParts: manyByKey(
        (ids) => readDiscountParts(db, ids),
        ({ orderId }) => orderId,
      ),
      usageCounts: makeUsageCounts(db),
      cartItems,
      prices,
      cartQuotes: makeCartQuotes(services, cartItems, prices),
      timelines: makeTimelines(db, viewer),
      ordersOfUsers: makeOrdersOfUsers(db),
    },
  };
}
