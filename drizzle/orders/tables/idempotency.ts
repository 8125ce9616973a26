import { index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { OrderId } from "#platform/shop/ids.ts";
import { moment } from "../../columns.ts";
import { orders } from "./order.ts";
import type { TransactionId } from "./payment.ts";
import type { ReturnId } from "./returns.ts";
import type { ShipmentId } from "./shipment.ts";

/** A payload's `userErrors` and `nextActionUrl` as first returned, so that every repeat returns the same. */
export type KeyOutcome = {
  readonly found: boolean;
  readonly userErrors: readonly StoredUserError[];
  readonly nextActionUrl?: string | undefined;
  /** It was returned before its order could be paid: a repeat still makes the key's one payment, and returns no more than the first response. */
  readonly unpaid?: true;
};
/** A user error as JSON. */
export type StoredUserError = { readonly __typename: string; readonly code: string; readonly message: string } & Record<
  string,
  unknown
>;

/** What each idempotency key stands for. A key whose request changed nothing is never written. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    /** Whose it is: `user:<id>`, `cart:<id>` or `order:<id>`. */
    scope: text().notNull(),
    mutation: text().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    /** Of the cart's lines, at checkout. */
    linesFingerprint: text("lines_fingerprint"),
    /** Null where it was refused for want of stock before there was an order. */
    orderId: uuid("order_id")
      .$type<OrderId>()
      .references(() => orders.id),
    /** The one attempt to charge, or refund, that this key may make. */
    transactionId: uuid("transaction_id").$type<TransactionId>(),
    /** The shipment or return that this key made. */
    resultId: uuid("result_id").$type<ShipmentId | ReturnId>(),
    outcome: jsonb().$type<KeyOutcome>(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.mutation, table.key] }),
    index("idempotency_keys_of_order").on(table.orderId),
    index("idempotency_keys_by_time").on(table.createdAt),
  ],
);
