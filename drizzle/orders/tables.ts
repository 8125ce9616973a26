import { type SQL, sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  type PgColumn,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { budgetTable } from "#platform/budgets/postgres-store.ts";
import { inboxTable, outboxTable } from "#platform/events/outbox.ts";
import type {
  Branded,
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
import { minorUnits, moment } from "../columns.ts";
import type { DiscountId, ShippingMethodId } from "./settings-tables.ts";

export * from "./sandbox-provider.ts";
export * from "./settings-tables.ts";

export const outbox = outboxTable();
export const inbox = inboxTable();

export type TransactionId = Branded<string, "TransactionId">;
export type OrderEventId = Branded<string, "OrderEventId">;
export type ShipmentId = Branded<string, "ShipmentId">;
export type ReturnId = Branded<string, "ReturnId">;
export type InvoiceId = Branded<string, "InvoiceId">;

/** Where an order stands; the graph's OrderStatus. */
export const orderStatuses = ["PENDING", "PAID", "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED"] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Where an order's payment stands; the graph's PaymentStatus. PENDING exactly while a charge is under way. */
export const paymentStatuses = [
  "UNPAID",
  "PENDING",
  "PAID",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
  "FAILED",
  "CANCELLED",
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** Where an order's stock is, as orders has heard; the graph's StockStatus. */
export const stockStatuses = ["PENDING", "RESERVED", "SOLD", "RELEASED"] as const;
export type StockStatus = (typeof stockStatuses)[number];

/** The graph's TaxTreatment. */
export const taxTreatments = ["STANDARD", "REVERSE_CHARGE", "EXPORT", "NOT_COLLECTED"] as const;
export type TaxTreatment = (typeof taxTreatments)[number];

export const cancelReasons = ["CUSTOMER", "OUT_OF_STOCK", "PAYMENT_FAILED", "EXPIRED", "STAFF"] as const;
export type CancelReason = (typeof cancelReasons)[number];

const oneOf = (column: PgColumn, values: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(", "))})`;

/** One a user; a guest's is opened by a token made from its id. */
export const carts = pgTable(
  "carts",
  {
    id: uuid().primaryKey().$type<CartId>(),
    userId: uuid("user_id").$type<UserId>(),
    /** The user who took a guest's cart over; it stays, empty, so that the same claim can be repeated. */
    claimedBy: uuid("claimed_by").$type<UserId>(),
    /** Set by the first line. */
    currency: text().notNull().$type<CurrencyCode>(),
    /** Where it shops. */
    marketId: uuid("market_id").notNull().default(defaultMarketId).$type<MarketId>(),
    /** As their discounts spell them, in the order in which they were entered. */
    discountCodes: text("discount_codes").array().notNull().default(sql`'{}'`),
    /** The order that its lines are becoming; until that is decided the lines belong to no other order. */
    checkoutOrderId: uuid("checkout_order_id").$type<OrderId>(),
    version: integer().notNull().default(1),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [uniqueIndex("carts_user").on(table.userId), index("carts_expiry").on(table.expiresAt)],
);

export const cartItems = pgTable(
  "cart_items",
  {
    id: uuid().primaryKey().$type<CartItemId>(),
    cartId: uuid("cart_id")
      .notNull()
      .$type<CartId>()
      .references(() => carts.id, { onDelete: "cascade" }),
    productId: uuid("product_id").notNull().$type<ProductId>(),
    variantId: uuid("variant_id").notNull().$type<VariantId>(),
    quantity: integer().notNull(),
    productName: text("product_name").notNull(),
    /** The price that the buyer took note of, by adding or updating the line. */
    notedPriceMinor: minorUnits("noted_price_minor").notNull(),
    /** The last price seen in the catalogue. */
    seenPriceMinor: minorUnits("seen_price_minor").notNull(),
    /** The currency of these prices where it is not the cart's, because the line is not sold in the market that the cart moved to. */
    priceCurrency: text("price_currency").$type<CurrencyCode>(),
    /** The merge of two carts left out units beyond the maximum of a line; until the buyer changes the line. */
    isCapped: boolean("is_capped").notNull().default(false),
    addedAt: moment("added_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("cart_items_line").on(table.cartId, table.variantId),
    check("cart_items_quantity", sql`${table.quantity} between 1 and 1000`),
  ],
);

/** An edit of a PENDING order that has begun: what its lines are to be once products has moved the reservation. */
export type OrderEdit = {
  readonly revision: number;
  readonly actorId: UserId | null;
  readonly message: string;
  /** The idempotency key that asked for it, or one of its own: what came of it is kept there. */
  readonly key: { readonly scope: string; readonly mutation: string; readonly key: string };
  /** The path in the mutation's arguments that a shortage is reported at. */
  readonly field: readonly string[];
  readonly lines: readonly EditedLine[];
  /** What the order costs then; absent in edits of the release before there were prices of this kind. */
  readonly price?: EditedPrice | undefined;
};
/** The sums of an edited order and what they are made of; amounts are decimal digits. */
export type EditedPrice = {
  readonly sums: Readonly<Record<EditedSum, string>>;
  readonly pricesIncludeTax: boolean;
  /** Set by a change of address. */
  readonly shippingAddress?: PostalAddress | undefined;
  readonly taxes: readonly StoredTax[];
  readonly allocations: readonly StoredAllocation[];
  /** The discounts of which the edit has taken a use, and those of which it gives one back. */
  readonly takenIds: readonly DiscountId[];
  readonly givenBackIds: readonly DiscountId[];
};
export type EditedSum =
  | "subtotalMinor"
  | "discountMinor"
  | "shippingMinor"
  | "shippingDiscountMinor"
  | "shippingTaxMinor"
  | "taxMinor"
  | "totalMinor";
/** A row of {@link orderTaxes} as JSON. */
export type StoredTax = {
  readonly name: string;
  readonly rate: number;
  readonly treatment: TaxTreatment;
  readonly taxableMinor: string;
  readonly taxMinor: string;
  readonly shippingMinor: string;
  readonly shippingTaxMinor: string;
};
/** A row of {@link discountAllocations} as JSON. */
export type StoredAllocation = {
  readonly discountId: DiscountId;
  readonly itemId: OrderItemId | null;
  readonly name: string;
  readonly code: string | null;
  readonly amountMinor: string;
};
/** A line of an edit; amounts are decimal digits, for JSON knows no bigint. */
export type EditedLine = {
  readonly id: OrderItemId;
  readonly position: number;
  readonly productId: ProductId;
  readonly variantId: VariantId;
  readonly productName: string;
  readonly variantName: string;
  readonly sku: string;
  readonly productImageUrl: string | null;
  readonly unitPriceMinor: string;
  readonly quantity: number;
  /** All of these are absent in edits of the release before. */
  readonly marketPriceMinor?: string;
  readonly discountMinor?: string;
  readonly taxMinor?: string;
  readonly totalMinor?: string;
  readonly taxName?: string;
  readonly taxRate?: number;
  readonly taxTreatment?: TaxTreatment;
  readonly taxClass?: string;
  readonly weightGrams?: number | null;
  readonly categoryIds?: readonly CategoryId[];
  readonly isReturnable?: boolean;
};

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

/** What strangers caused lately; see platform/budgets. */
export const budgets = budgetTable();

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

/** An order's tax by rate and treatment, and the part of each that is on shipping. They add up to the order's sums. */
export const orderTaxes = pgTable(
  "order_taxes",
  {
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    position: integer().notNull(),
    name: text().notNull(),
    /** In millionths. */
    rate: integer("rate_millionths").notNull(),
    treatment: text().notNull().$type<TaxTreatment>(),
    /** What the rate applies to, without tax. */
    taxableMinor: minorUnits("taxable_minor").notNull(),
    taxMinor: minorUnits("tax_minor").notNull(),
    /** The shipping price after discounts that is taxed at this rate, and its tax, which is part of `taxMinor`. */
    shippingMinor: minorUnits("shipping_minor").notNull(),
    shippingTaxMinor: minorUnits("shipping_tax_minor").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.position] }),
    check("order_taxes_treatment", oneOf(table.treatment, taxTreatments)),
    check(
      "order_taxes_amounts",
      sql`${table.taxableMinor} >= 0 and ${table.shippingTaxMinor} between 0 and ${table.taxMinor}`,
    ),
  ],
);

/** What each discount takes off each line of an order, and off its shipping (`itemId` null). Parts of 0 are left out, but for one row a discount. */
export const discountAllocations = pgTable(
  "discount_allocations",
  {
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    /** In the order of application: first by discount, then by line. */
    position: integer().notNull(),
    discountId: uuid("discount_id").notNull().$type<DiscountId>(),
    itemId: uuid("item_id").$type<OrderItemId>(),
    name: text().notNull(),
    /** Null for an automatic discount. */
    code: text(),
    amountMinor: minorUnits("amount_minor").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.position] }),
    check("discount_allocations_amount", sql`${table.amountMinor} >= 0`),
  ],
);

/**
 * The discounts that each order uses. A use is given back when the order is rejected or cancelled before it was paid. Without a foreign key to the
 * discount, whose row every order would have to lock.
 */
export const discountRedemptions = pgTable(
  "discount_redemptions",
  {
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    discountId: uuid("discount_id").notNull().$type<DiscountId>(),
    code: text(),
    /** An HMAC of the buyer's mailbox. */
    buyer: text().notNull(),
    releasedAt: moment("released_at"),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.discountId] }),
    index("discount_redemptions_live").on(table.discountId).where(sql`released_at is null`),
  ],
);

export const orderEventTypes = [
  "PLACED",
  "STOCK_RESERVED",
  "STOCK_SOLD",
  "STOCK_RELEASED",
  "PAYMENT_SUCCEEDED",
  "PAYMENT_FAILED",
  "REFUNDED",
  "STATUS_CHANGED",
  "ITEMS_CHANGED",
  "ADDRESS_CHANGED",
  "CANCELLED",
  "EXPIRED",
  "NOTE",
  "SHIPMENT_CREATED",
  "SHIPMENT_DELIVERED",
  "UNITS_CANCELLED",
  "RETURN_REQUESTED",
  "RETURN_CHANGED",
  "DISPUTED",
  "INVOICE_ISSUED",
] as const;
export type OrderEventType = (typeof orderEventTypes)[number];

/** An order's timeline; nothing is ever taken out. */
export const orderEvents = pgTable(
  "order_events",
  {
    id: uuid().primaryKey().$type<OrderEventId>(),
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    type: text().notNull().$type<OrderEventType>(),
    fromStatus: text("from_status").$type<OrderStatus>(),
    toStatus: text("to_status").$type<OrderStatus>(),
    message: text(),
    /** Null for the system and for guests. */
    actorId: uuid("actor_id").$type<UserId>(),
    visibleToBuyer: boolean("visible_to_buyer").notNull().default(true),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("order_events_of_order").on(table.orderId, table.id),
    index("order_events_of_actor").on(table.actorId).where(sql`actor_id is not null`),
    check("order_events_type", oneOf(table.type, orderEventTypes)),
  ],
);

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

/** A parcel of an order. */
export const shipments = pgTable(
  "shipments",
  {
    id: uuid().primaryKey().$type<ShipmentId>(),
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    carrier: text(),
    trackingNumber: text("tracking_number"),
    trackingUrl: text("tracking_url"),
    shippedAt: moment("shipped_at").notNull().defaultNow(),
    deliveredAt: moment("delivered_at"),
  },
  (table) => [index("shipments_of_order").on(table.orderId, table.id)],
);

/** What is in a parcel. */
export const shipmentLines = pgTable(
  "shipment_lines",
  {
    shipmentId: uuid("shipment_id")
      .notNull()
      .$type<ShipmentId>()
      .references(() => shipments.id),
    itemId: uuid("item_id")
      .notNull()
      .$type<OrderItemId>()
      .references(() => orderItems.id),
    quantity: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.shipmentId, table.itemId] }),
    index("shipment_lines_of_item").on(table.itemId),
    check("shipment_lines_quantity", sql`${table.quantity} >= 1`),
  ],
);

/** Where a return stands; the graph's ReturnStatus. */
export const returnStatuses = ["REQUESTED", "APPROVED", "DECLINED", "RECEIVED", "CLOSED"] as const;
export type ReturnStatus = (typeof returnStatuses)[number];

/** Goods that come back. */
export const returns = pgTable(
  "returns",
  {
    id: uuid().primaryKey().$type<ReturnId>(),
    orderId: uuid("order_id")
      .notNull()
      .$type<OrderId>()
      .references(() => orders.id),
    status: text().notNull().default("REQUESTED").$type<ReturnStatus>(),
    isWithdrawal: boolean("is_withdrawal").notNull(),
    reason: text(),
    /** By staff, for staff. */
    note: text(),
    version: integer().notNull().default(1),
    requestedAt: moment("requested_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    index("returns_of_order").on(table.orderId, table.id),
    index("returns_by_status").on(table.status, table.id),
    check("returns_status", oneOf(table.status, returnStatuses)),
  ],
);

/** What comes back. */
export const returnLines = pgTable(
  "return_lines",
  {
    returnId: uuid("return_id")
      .notNull()
      .$type<ReturnId>()
      .references(() => returns.id),
    itemId: uuid("item_id")
      .notNull()
      .$type<OrderItemId>()
      .references(() => orderItems.id),
    /** As requested, and once it is RECEIVED as it came; 0 if none of them came. */
    quantity: integer().notNull(),
    restockedQuantity: integer("restocked_quantity").notNull().default(0),
    /** Of its units, those that were refunded or are being refunded with it. */
    refundedQuantity: integer("refunded_quantity").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.returnId, table.itemId] }),
    index("return_lines_of_item").on(table.itemId),
    check(
      "return_lines_quantity",
      sql`${table.restockedQuantity} between 0 and ${table.quantity} and ${table.refundedQuantity} between 0 and ${table.quantity}`,
    ),
  ],
);

/** Declarations by order number and e-mail, kept before anybody knows whether there is such an order, and judged afterwards. */
export const returnDeclarations = pgTable(
  "return_declarations",
  {
    id: uuid().primaryKey().$type<Branded<string, "ReturnDeclarationId">>(),
    /** Without its dash; empty for a text that is no number. */
    number: text().notNull(),
    /** As addresses are compared; empty for a text that is no address. */
    email: text().notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    isWithdrawal: boolean("is_withdrawal").notNull(),
    reason: text(),
    receivedAt: moment("received_at").notNull(),
    judgedAt: moment("judged_at"),
  },
  (table) => [
    uniqueIndex("return_declarations_key").on(table.number, table.email, table.idempotencyKey),
    index("return_declarations_open").on(table.id).where(sql`judged_at is null`),
    index("return_declarations_by_time").on(table.receivedAt),
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

/** The next number of each year's invoices and credit notes. */
export const invoiceSeries = pgTable("invoice_series", {
  year: integer().primaryKey(),
  next: integer().notNull().default(1),
});

/** One row: on which database documents are issued. After a restore it is another, and none are until an operator confirms the next number. */
export const invoiceIssuing = pgTable("invoice_issuing", {
  isOnly: boolean("is_only").primaryKey().default(true),
  /** The system identifier of the cluster and its timeline. */
  database: text().notNull(),
});

export const invoiceKinds = ["INVOICE", "CREDIT_NOTE"] as const;
export type InvoiceKind = (typeof invoiceKinds)[number];

/**
 * Invoices and credit notes. Never changed, and deleted only by the role that keeps the time for which they must be kept: the migration revokes both
 * and has a trigger that rejects both, because an owner's rights can be given back. Nothing references them, because a foreign key would need them.
 */
export const invoices = pgTable(
  "invoices",
  {
    id: uuid().primaryKey().$type<InvoiceId>(),
    orderId: uuid("order_id").notNull().$type<OrderId>(),
    kind: text().notNull().$type<InvoiceKind>(),
    year: integer().notNull(),
    sequence: integer().notNull(),
    /** The invoice that a credit note corrects, and the refund that it documents. */
    correctsId: uuid("corrects_id").$type<InvoiceId>(),
    refundId: uuid("refund_id").$type<TransactionId>(),
    currency: text().notNull().$type<CurrencyCode>(),
    totalMinor: minorUnits("total_minor").notNull(),
    taxMinor: minorUnits("tax_minor").notNull(),
    /** All that the document says. */
    snapshot: jsonb().notNull().$type<unknown>(),
    issuedAt: moment("issued_at").notNull(),
  },
  (table) => [
    uniqueIndex("invoices_number").on(table.year, table.sequence),
    uniqueIndex("invoices_one_invoice").on(table.orderId).where(sql`kind = 'INVOICE'`),
    uniqueIndex("invoices_one_credit_note").on(table.refundId).where(sql`kind = 'CREDIT_NOTE'`),
    index("invoices_of_order").on(table.orderId, table.sequence),
    index("invoices_by_time").on(table.issuedAt, table.id),
    check("invoices_kind", oneOf(table.kind, invoiceKinds)),
    check("invoices_corrects", sql`(${table.kind} = 'CREDIT_NOTE') = (${table.correctsId} is not null)`),
  ],
);
