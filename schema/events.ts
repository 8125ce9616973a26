import { z } from "zod";

/** The events between the subgraphs: their names, what they carry, and who is told. Part of the contract, as the SDL is. */
const line = z.object({ variantId: z.uuid(), quantity: z.int().min(1) });

/** An order's lines at a revision; the lines of one variant may stand several times. */
const orderLines = z.object({ orderId: z.uuid(), revision: z.int().min(1), lines: z.array(line).min(1).max(100) });

/** What each event carries in `data`, by `type`. */
export const eventData = {
  /** The order is reserved and may be paid until `expiresAt`. */
  "order.placed": orderLines.extend({ expiresAt: z.iso.datetime() }),
  /** PENDING → PROCESSING: the reservation becomes a sale, to be paid later. */
  "order.confirmed": orderLines,
  /** Paid in full: the reservation becomes a sale, or a sale is made from what is on hand. */
  "order.paid": orderLines,
  /** Releases what is reserved, puts back what was sold, and refuses a reservation that comes late. */
  "order.cancelled": z.object({
    orderId: z.uuid(),
    reason: z.enum(["CUSTOMER", "OUT_OF_STOCK", "PAYMENT_FAILED", "EXPIRED", "STAFF", "REJECTED"]),
  }),
  /** The order's stock is sold. */
  "stock.sold": z.object({ orderId: z.uuid() }),
  /** Nothing was left to sell. */
  "stock.sale_failed": z.object({ orderId: z.uuid() }),
  /** The order's stock is back on the shelf. */
  "stock.released": z.object({ orderId: z.uuid() }),
  /** The account is gone. */
  "user.deleted": z.object({ userId: z.uuid() }),
} as const;

/** The name of an event. */
export type EventType = keyof typeof eventData;
/** What an event carries. */
export type EventData<Type extends EventType> = z.infer<(typeof eventData)[Type]>;

/** Who is told of each event. */
export const eventConsumers: { readonly [Type in EventType]: readonly ("products" | "orders")[] } = {
  "order.placed": ["products"],
  "order.confirmed": ["products"],
  "order.paid": ["products"],
  "order.cancelled": ["products"],
  "stock.sold": ["orders"],
  "stock.sale_failed": ["orders"],
  "stock.released": ["orders"],
  "user.deleted": ["products", "orders"],
};

/** The subgraph that each event comes from; nobody else may send it. */
export const eventSenders: { readonly [Type in EventType]: "users" | "products" | "orders" } = {
  "order.placed": "orders",
  "order.confirmed": "orders",
  "order.paid": "orders",
  "order.cancelled": "orders",
  "stock.sold": "products",
  "stock.sale_failed": "products",
  "stock.released": "products",
  "user.deleted": "users",
};
