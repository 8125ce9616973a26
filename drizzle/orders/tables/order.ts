import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type {
  CartId,
  CartItemId,
  CategoryId,
  MarketId,
  OrderId,
  OrderItemId,
  PaymentId,
  ProductId,
  UserId,
  VariantId,
} from "#platform/shop/ids.ts";
import type { PostalAddress } from "#platform/shop/input.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { minorUnits, moment, oneOf } from "../../columns.ts";
import type { OrderEdit } from "./order-edit.ts";
import {
  type CancelReason,
  cancelReasons,
  type OrderStatus,
  orderStatuses,
  type PaymentStatus,
  paymentStatuses,
  type StockStatus,
  stockStatuses,
  type TaxTreatment,
  taxTreatments,
} from "./order-states.ts";
import type { ShippingMethodId } from "./settings.ts";

export const orders = pgTable(
  "orders",
  {
    id: uuid().primaryKey().$type<OrderId>(),
    /** For people; drawn by chance, so that nobody counts the orders by it. Without its dash. */
    number: text().notNull(),
    /** Null for a guest's order and once the account is gone. */
    userId: uuid("user_id").$type<UserId>(),
    /** A guest made it: the token made from its id opens it for as long as no user claimed it. */
    byGuest: boolean("by_guest").notNull(),
    cartId: uuid("cart_id").$type<CartId>(),
    email: text(),
    /** False until its stock is reserved, or its buyer was informed that this is not known yet. Rejected orders stay hidden. */
    visible: boolean().notNull().default(false),
    status: text().notNull().default("PENDING").$type<OrderStatus>(),
    paymentStatus: text("payment_status").notNull().default("UNPAID").$type<PaymentStatus>(),
    stockStatus: text("stock_status").notNull().default("PENDING").$type<StockStatus>(),
    currency: text().notNull().$type<CurrencyCode>(),
    marketId: uuid("market_id").notNull().default(defaultMarketId).$type<MarketId>(),
    /** The language of its names, emails and documents. */
    language: text().notNull().default("en"),
    /** The lines' list amounts. A trigger fills it in for processes of the release before it existed. */
    subtotalMinor: minorUnits("subtotal_minor").notNull(),
    /** All discounts, on lines and on shipping. */
    discountMinor: minorUnits("discount_minor").notNull().default(sql`0`),
    /** The shipping price before discounts, the part of `discountMinor` that is off it, and the part of `taxMinor` that is on it. */
    shippingMinor: minorUnits("shipping_minor").notNull().default(sql`0`),
    shippingDiscountMinor: minorUnits("shipping_discount_minor").notNull().default(sql`0`),
    shippingTaxMinor: minorUnits("shipping_tax_minor").notNull().default(sql`0`),
    taxMinor: minorUnits("tax_minor").notNull().default(sql`0`),
    /** Whether the tax is contained in the amounts; false for a reverse charge whatever the market. */
    pricesIncludeTax: boolean("prices_include_tax").notNull().default(false),
    /** The market's own price mode. */
    marketIncludesTax: boolean("market_includes_tax").notNull().default(false),
    totalMinor: minorUnits("total_minor").notNull(),
    /** The total in ten-thousandths of the currency's unit: what orders of all currencies are sorted by. */
    totalScaled: minorUnits("total_scaled").notNull(),
    amountPaidMinor: minorUnits("amount_paid_minor").notNull().default(sql`0`),
    /** What is not owed any more: units that were withdrawn from before anything was paid. */
    waivedMinor: minorUnits("waived_minor").notNull().default(sql`0`),
    amountRefundedMinor: minorUnits("amount_refunded_minor").notNull().default(sql`0`),
    /** What was refunded and what is being refunded. */
    refundCommittedMinor: minorUnits("refund_committed_minor").notNull().default(sql`0`),
    /** Of the units of all lines, those that have left in a parcel. */
    shippedUnits: integer("shipped_units").notNull().default(0),
    /** Of what was paid for shipping, what was refunded and is being refunded, and the tax in it. */
    shippingRefundedMinor: minorUnits("shipping_refunded_minor").notNull().default(sql`0`),
    shippingRefundedTaxMinor: minorUnits("shipping_refunded_tax_minor").notNull().default(sql`0`),
    /** When the last parcel of an order that is DELIVERED arrived: what the time for a withdrawal is counted from. */
    deliveredAt: moment("delivered_at"),
    /** When the worker is next to look whether a document is to be issued; null while there is none. */
    invoiceDueAt: moment("invoice_due_at"),
    paymentId: uuid("payment_id").notNull().$type<PaymentId>(),
    paymentProvider: text("payment_provider").notNull(),
    declines: integer().notNull().default(0),
    shippingAddress: jsonb("shipping_address").notNull().$type<PostalAddress>(),
    /** Null: the shipping address. */
    billingAddress: jsonb("billing_address").$type<PostalAddress>(),
    /** The buyer's VAT number, if it was checked and found valid, and the register's number of that consultation. */
    vatNumber: text("vat_number"),
    vatConsultation: text("vat_consultation"),
    shippingMethodId: uuid("shipping_method_id").$type<ShippingMethodId>(),
    /** Its name when the order was placed. */
    shippingMethod: text("shipping_method"),
    /** The settings of tax, shipping and discounts by which it was priced. */
    settingsRevision: bigint("settings_revision", { mode: "number" }).notNull().default(0),
    customerNote: text("customer_note"),
    metadata: jsonb().$type<Record<string, unknown>>(),
    trackingNumber: text("tracking_number"),
    trackingUrl: text("tracking_url"),
    cancelReason: text("cancel_reason").$type<CancelReason>(),
    expiresAt: moment("expires_at"),
    /** Counts the reservation's revisions: 1 when placed, one more for each edit begun. */
    revision: integer().notNull().default(1),
    edit: jsonb().$type<OrderEdit>(),
    /** When an undecided reservation or edit is due for another attempt; the worker that takes it moves this on. */
    workDueAt: moment("work_due_at"),
    /** How often a process other than the one that began it retried it. */
    workAttempts: integer("work_attempts").notNull().default(0),
    /** Counts the events sent about it. */
    sequence: integer().notNull().default(0),
    /** The newest event about its stock that was taken in. */
    stockSequence: bigint("stock_sequence", { mode: "number" }).notNull().default(0),
    version: integer().notNull().default(1),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("orders_number").on(table.number.op("text_pattern_ops")),
    index("orders_email").using("gin", sql`lower(email) gin_trgm_ops`),
    uniqueIndex("orders_payment").on(table.paymentId),
    index("orders_by_time").on(table.createdAt, table.id).where(sql`visible`),
    index("orders_by_total").on(table.totalScaled, table.id).where(sql`visible`),
    index("orders_of_user_by_time").on(table.userId, table.createdAt, table.id).where(sql`visible`),
    index("orders_of_user_unseen").on(table.userId).where(sql`not visible`),
    index("orders_by_statuses_and_time")
      .on(table.status, table.paymentStatus, table.createdAt, table.id)
      .where(sql`visible`),
    index("orders_by_statuses_and_total")
      .on(table.status, table.paymentStatus, table.totalScaled, table.id)
      .where(sql`visible`),
    index("orders_due").on(table.workDueAt).where(sql`work_due_at is not null`),
    index("orders_invoice_due").on(table.invoiceDueAt).where(sql`invoice_due_at is not null`),
    index("orders_expiry").on(table.expiresAt).where(sql`status = 'PENDING'`),
    check("orders_status", oneOf(table.status, orderStatuses)),
    check("orders_payment_status", oneOf(table.paymentStatus, paymentStatuses)),
    check("orders_stock_status", oneOf(table.stockStatus, stockStatuses)),
    check("orders_cancel_reason", oneOf(table.cancelReason, cancelReasons)),
    check(
      "orders_total",
      sql`${table.totalMinor} = ${table.subtotalMinor} - ${table.discountMinor} + ${table.shippingMinor}
        + case when ${table.pricesIncludeTax} then 0 else ${table.taxMinor} end`,
    ),
    check(
      "orders_shipping_refunded",
      sql`${table.shippingRefundedTaxMinor} between 0 and ${table.shippingRefundedMinor}
        and ${table.shippingRefundedMinor} <= ${table.shippingMinor} - ${table.shippingDiscountMinor}
          + case when ${table.pricesIncludeTax} then 0 else ${table.shippingTaxMinor} end`,
    ),
    check(
      "orders_parts",
      sql`${table.discountMinor} >= ${table.shippingDiscountMinor} and ${table.shippingDiscountMinor} between 0 and ${table.shippingMinor}
        and ${table.discountMinor} - ${table.shippingDiscountMinor} <= ${table.subtotalMinor}
        and ${table.shippingTaxMinor} between 0 and ${table.taxMinor}`,
    ),
    check(
      "orders_amounts",
      sql`${table.totalMinor} >= 0
        and ${table.amountRefundedMinor} between 0 and ${table.refundCommittedMinor}
        and ${table.refundCommittedMinor} <= ${table.amountPaidMinor}`,
    ),
  ],
);

/** What counts against the limits on unpaid orders: one row for each subject of an order. Deleted once the order is paid or cancelled. */
export const orderHolds = pgTable(
  "order_holds",
  {
    /** The budget and an HMAC of the client's network, the email address or the user. */
    key: text().notNull(),
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    /** 1 for the order itself, or its units. */
    amount: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.orderId] }), index("order_holds_of_order").on(table.orderId)],
);

export const orderItems = pgTable(
  "order_items",
  {
    id: uuid().primaryKey().$type<OrderItemId>(),
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    position: integer().notNull(),
    /** The cart's line that it was; null for lines that never lay in a cart. */
    cartItemId: uuid("cart_item_id").$type<CartItemId>(),
    productId: uuid("product_id").notNull().$type<ProductId>(),
    variantId: uuid("variant_id").notNull().$type<VariantId>(),
    productName: text("product_name").notNull(),
    variantName: text("variant_name").notNull(),
    sku: text().notNull(),
    productImageUrl: text("product_image_url"),
    currency: text().notNull().$type<CurrencyCode>(),
    unitPriceMinor: minorUnits("unit_price_minor").notNull(),
    quantity: integer().notNull(),
    /** The list amount. */
    subtotalMinor: minorUnits("subtotal_minor").notNull().generatedAlwaysAs(sql`unit_price_minor * quantity`),
    /** Whether a buyer may withdraw from it or send it back; as the product said when it was ordered. */
    isReturnable: boolean("is_returnable").notNull().default(true),
    /** Units that left in a parcel. */
    shipped: integer().notNull().default(0),
    /** Units that will not be shipped any more. */
    cancelled: integer().notNull().default(0),
    /** Units of returns that were not declined. */
    returned: integer().notNull().default(0),
    /** Units that were refunded or are being refunded, and what was or is being given back for them, with its tax. */
    refundedQuantity: integer("refunded_quantity").notNull().default(0),
    refundedMinor: minorUnits("refunded_minor").notNull().default(sql`0`),
    refundedTaxMinor: minorUnits("refunded_tax_minor").notNull().default(sql`0`),
    /** What those units cost the buyer, whatever was given back for them: the next units' share is counted from here. */
    refundedShareMinor: minorUnits("refunded_share_minor").notNull().default(sql`0`),
    refundedShareTaxMinor: minorUnits("refunded_share_tax_minor").notNull().default(sql`0`),
    /** The unit price in the market's own price mode; it differs for a reverse charge. A trigger fills it in, like `orders.subtotal_minor`. */
    marketPriceMinor: minorUnits("market_price_minor").notNull(),
    discountMinor: minorUnits("discount_minor").notNull().default(sql`0`),
    /** The line's share of the tax, which is contained in the total either way. */
    taxMinor: minorUnits("tax_minor").notNull().default(sql`0`),
    totalMinor: minorUnits("total_minor").notNull(),
    taxName: text("tax_name").notNull().default(""),
    /** In millionths. */
    taxRate: integer("tax_rate_millionths").notNull().default(0),
    taxTreatment: text("tax_treatment").notNull().default("NOT_COLLECTED").$type<TaxTreatment>(),
    /** What discounts, tax and shipping depend on, as it was when the line was ordered. */
    taxClass: text("tax_class").notNull().default("standard"),
    weightGrams: integer("weight_grams"),
    /** The product's categories and all above them. */
    categoryIds: uuid("category_ids").array().notNull().default(sql`'{}'`).$type<CategoryId[]>(),
  },
  (table) => [
    uniqueIndex("order_items_position").on(table.orderId, table.position),
    check(
      "order_items_shipped",
      sql`${table.shipped} >= 0 and ${table.cancelled} >= 0 and ${table.shipped} + ${table.cancelled} <= ${table.quantity}`,
    ),
    check("order_items_returned", sql`${table.returned} between 0 and ${table.shipped}`),
    check("order_items_refunded_quantity", sql`${table.refundedQuantity} between 0 and ${table.quantity}`),
    check(
      "order_items_refunded",
      sql`${table.refundedMinor} between 0 and ${table.refundedShareMinor}
        and ${table.refundedTaxMinor} between 0 and ${table.refundedMinor}`,
    ),
    check("order_items_refunded_share", sql`${table.refundedShareMinor} <= ${table.totalMinor}`),
    check("order_items_quantity", sql`${table.quantity} between 1 and 1000`),
    check("order_items_price", sql`${table.unitPriceMinor} >= 0`),
    check(
      "order_items_total",
      sql`${table.totalMinor} - (${table.subtotalMinor} - ${table.discountMinor}) in (0, ${table.taxMinor})
        and ${table.discountMinor} between 0 and ${table.subtotalMinor} and ${table.taxMinor} >= 0`,
    ),
    check("order_items_treatment", oneOf(table.taxTreatment, taxTreatments)),
  ],
);
