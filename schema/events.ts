import { z } from "zod";
import type { Subgraph } from "./subgraphs.ts";

// The events between the subgraphs: their names, their data, their senders and consumers. Part of the contract, as the SDL is.

const line = z.object({ variantId: z.uuid(), quantity: z.int().min(1) });

/** An order's lines at a revision. One variant may have several lines. */
const orderLines = z.object({ orderId: z.uuid(), revision: z.int().min(1), lines: z.array(line).min(1).max(100) });

/** The schema of each event's `data`, by the event's `type`. */
export const eventData = {
  /** The order's stock is reserved, and the order can be paid until `expiresAt`. */
  "order.placed": orderLines.extend({ expiresAt: z.iso.datetime() }),
  /** The order moved from PENDING to PROCESSING: its reservation becomes a sale that is paid later. */
  "order.confirmed": orderLines,
  /** The order is paid in full: its reservation becomes a sale; without one, the units are sold from stock on hand. */
  "order.paid": orderLines,
  /** The order is cancelled: reserved units are released, sold units are restocked, and a late reservation is rejected. */
  "order.cancelled": z.object({
    orderId: z.uuid(),
    reason: z.enum(["CUSTOMER", "OUT_OF_STOCK", "PAYMENT_FAILED", "EXPIRED", "STAFF", "REJECTED"]),
  }),
  /** Sold units of an order go back on sale: they will not be shipped, or came back. */
  "order.returned": z.object({ orderId: z.uuid(), lines: z.array(line).min(1).max(100) }),
  /** The order's stock is sold. */
  "stock.sold": z.object({ orderId: z.uuid() }),
  /** The order's stock could not be sold because too few units were left. */
  "stock.sale_failed": z.object({ orderId: z.uuid() }),
  /** The order's stock is available again. */
  "stock.released": z.object({ orderId: z.uuid() }),
  /** The account was deleted. */
  "user.deleted": z.object({ userId: z.uuid() }),
} as const;

/** The name of an event. */
export type EventType = keyof typeof eventData;
/** The data of an event. */
export type EventData<Type extends EventType> = z.infer<(typeof eventData)[Type]>;

/** The subgraphs that receive each event. */
export const eventConsumers: { readonly [Type in EventType]: readonly ("products" | "orders")[] } = {
  "order.placed": ["products"],
  "order.confirmed": ["products"],
  "order.paid": ["products"],
  "order.cancelled": ["products"],
  "order.returned": ["products"],
  "stock.sold": ["orders"],
  "stock.sale_failed": ["orders"],
  "stock.released": ["orders"],
  "user.deleted": ["products", "orders"],
};

/** The subgraph that sends each event; the event is rejected from any other sender. */
export const eventSenders: { readonly [Type in EventType]: Subgraph } = {
  "order.placed": "orders",
  "order.confirmed": "orders",
  "order.paid": "orders",
  "order.cancelled": "orders",
  "order.returned": "orders",
  "stock.sold": "products",
  "stock.sale_failed": "products",
  "stock.released": "products",
  "user.deleted": "users",
};
