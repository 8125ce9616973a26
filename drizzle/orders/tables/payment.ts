import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Branded, OrderId, OrderItemId, UserId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { minorUnits, moment, oneOf } from "../../columns.ts";
import { orderItems, orders } from "./order.ts";
import type { ReturnId } from "./returns.ts";

export type TransactionId = Branded<string, "TransactionId">;

/** The part of a refund that was taxed at one rate; amounts are decimal digits of minor units, for JSON knows no bigint. */
export type RefundTax = {
  readonly name: string;
  /** In millionths. */
  readonly rate: number;
  readonly treatment: string;
  /** With its tax. */
  readonly amountMinor: string;
  readonly taxMinor: string;
};

/** Each attempt to charge, each refund, and each dispute. Its id is the provider's idempotency key. */
export const paymentTransactions = pgTable(
  "payment_transactions",
  {
    id: uuid().primaryKey().$type<TransactionId>(),
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    type: text().notNull().$type<"CHARGE" | "REFUND" | "DISPUTE">(),
    status: text().notNull().$type<"PENDING" | "SUCCEEDED" | "FAILED">(),
    amountMinor: minorUnits("amount_minor").notNull(),
    currency: text().notNull().$type<CurrencyCode>(),
    /** One of the payment providers, or `recorded` for money that came another way. */
    provider: text().notNull(),
    providerReference: text("provider_reference"),
    /** The charge that a refund gives back. */
    chargeId: uuid("charge_id").$type<TransactionId>(),
    /** What the provider's own form gave the buyer; cleared once the provider has responded. */
    methodToken: text("method_token"),
    returnUrl: text("return_url"),
    /** Where the buyer finishes the attempt. */
    nextActionUrl: text("next_action_url"),
    declineCode: text("decline_code"),
    reason: text(),
    actorId: uuid("actor_id").$type<UserId>(),
    /** Of what a refund gives back: the tax in it, the part for shipping with its tax, and all of it by tax rate. */
    taxMinor: minorUnits("tax_minor").notNull().default(sql`0`),
    shippingMinor: minorUnits("shipping_minor").notNull().default(sql`0`),
    shippingTaxMinor: minorUnits("shipping_tax_minor").notNull().default(sql`0`),
    taxes: jsonb().notNull().default([]).$type<readonly RefundTax[]>(),
    /** Of a refund of 0 by which units are no longer owed: what they would have cost. */
    waivedMinor: minorUnits("waived_minor").notNull().default(sql`0`),
    /** The return that a refund settles. */
    returnId: uuid("return_id").$type<ReturnId>(),
    /** When the provider is asked next; null once it is settled. */
    dueAt: moment("due_at"),
    /** How often the provider was asked without a final result. */
    attempts: integer("asked").notNull().default(0),
    createdAt: moment("created_at").notNull().defaultNow(),
    settledAt: moment("settled_at"),
  },
  (table) => [
    index("payment_transactions_of_order").on(table.orderId, table.id),
    uniqueIndex("payment_transactions_one_charge")
      .on(table.orderId)
      .where(sql`type = 'CHARGE' and status in ('PENDING', 'SUCCEEDED')`),
    index("payment_transactions_due").on(table.dueAt).where(sql`due_at is not null`),
    index("payment_transactions_reference").on(table.provider, table.providerReference),
    uniqueIndex("payment_transactions_refund_reference")
      .on(table.provider, table.providerReference)
      .where(sql`type = 'REFUND' and provider <> 'recorded'`),
    uniqueIndex("payment_transactions_dispute_reference")
      .on(table.provider, table.providerReference)
      .where(sql`type = 'DISPUTE'`),
    check("payment_transactions_type", oneOf(table.type, ["CHARGE", "REFUND", "DISPUTE"])),
    check("payment_transactions_status", oneOf(table.status, ["PENDING", "SUCCEEDED", "FAILED"])),
    check(
      "payment_transactions_amount",
      sql`${table.amountMinor} > 0 or ${table.type} <> 'CHARGE' and ${table.amountMinor} = 0`,
    ),
    check(
      "payment_transactions_shares",
      sql`${table.taxMinor} between 0 and ${table.amountMinor} and ${table.shippingMinor} between 0 and ${table.amountMinor}
        and ${table.shippingTaxMinor} between 0 and ${table.shippingMinor}`,
    ),
  ],
);

/** What a refund gives back for each line. */
export const refundLines = pgTable(
  "refund_lines",
  {
    refundId: uuid("refund_id")
      .notNull()
      .$type<TransactionId>()
      .references(() => paymentTransactions.id),
    itemId: uuid("item_id")
      .notNull()
      .$type<OrderItemId>()
      .references(() => orderItems.id),
    quantity: integer().notNull(),
    amountMinor: minorUnits("amount_minor").notNull(),
    taxMinor: minorUnits("tax_minor").notNull(),
    /** What the units cost the buyer: at least the amount. */
    shareMinor: minorUnits("share_minor").notNull(),
    shareTaxMinor: minorUnits("share_tax_minor").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.refundId, table.itemId] }),
    index("refund_lines_of_item").on(table.itemId),
    check(
      "refund_lines_amount",
      sql`${table.quantity} >= 1 and ${table.amountMinor} between 0 and ${table.shareMinor}
        and ${table.taxMinor} between 0 and ${table.amountMinor}`,
    ),
  ],
);
