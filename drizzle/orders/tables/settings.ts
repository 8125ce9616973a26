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
import type { Branded, CategoryId, MarketId, ProductId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { minorUnits, moment } from "../../columns.ts";

// What staff set about tax, shipping and discounts. Nothing is overwritten without a trace: an order that is edited is priced by the settings of the
// revision at which it was placed.

export type ShippingMethodId = Branded<string, "ShippingMethodId">;
export type DiscountId = Branded<string, "DiscountId">;

const revision = (name: string) => bigint(name, { mode: "number" });

/** One row, which every change of the settings locks and counts up: changes come one after another, and a process knows whether its copy is current. */
export const settingsRevision = pgTable(
  "settings_revision",
  { id: integer().primaryKey().default(1), revision: revision("revision").notNull().default(0) },
  (table) => [check("settings_revision_one", sql`${table.id} = 1`)],
);

/** The graph's UnregisteredTax. */
export const unregisteredTaxes = ["HOME_RATES", "NO_TAX"] as const;

/** Every version of the tax settings; the last one holds. None until they are changed for the first time. */
export const taxSettings = pgTable("tax_settings", {
  version: integer().primaryKey(),
  homeCountry: text("home_country").notNull(),
  homeRegion: text("home_region"),
  unregistered: text().notNull().$type<(typeof unregisteredTaxes)[number]>(),
  recordedAt: revision("recorded_revision").notNull(),
});

/** Tax rates; those that were replaced stay, for orders placed before. */
export const taxRates = pgTable(
  "tax_rates",
  {
    id: uuid().primaryKey(),
    country: text().notNull(),
    /** Upper case; null for the whole country. */
    region: text(),
    taxClass: text("tax_class").notNull(),
    name: text().notNull(),
    /** In millionths: 190,000 is 19 %. */
    rateMillionths: integer("rate_millionths").notNull(),
    validFrom: moment("valid_from").notNull(),
    validUntil: moment("valid_until"),
    recordedAt: revision("recorded_revision").notNull(),
    replacedAt: revision("replaced_revision"),
  },
  (table) => [
    index("tax_rates_current").on(table.country).where(sql`replaced_revision is null`),
    check("tax_rates_rate", sql`${table.rateMillionths} between 0 and 1000000`),
    check("tax_rates_period", sql`${table.validUntil} > ${table.validFrom}`),
  ],
);

/** Every version of each shipping method; the one that was not replaced holds. */
export const shippingMethods = pgTable(
  "shipping_methods",
  {
    id: uuid().notNull().$type<ShippingMethodId>(),
    version: integer().notNull(),
    name: text().notNull(),
    isPickup: boolean("is_pickup").notNull(),
    trackingUrlTemplate: text("tracking_url_template"),
    /** Null: taxed like the goods. */
    taxClass: text("tax_class"),
    isActive: boolean("is_active").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    recordedAt: revision("recorded_revision").notNull(),
    replacedAt: revision("replaced_revision"),
  },
  (table) => [
    primaryKey({ columns: [table.id, table.version] }),
    uniqueIndex("shipping_methods_current").on(table.id).where(sql`replaced_revision is null`),
  ],
);

/** The graph's ShippingRateBasis. */
export const shippingRateBases = ["FLAT", "ORDER_VALUE", "WEIGHT_GRAMS"] as const;
export type ShippingRateBasis = (typeof shippingRateBases)[number];

/** The prices of one version of a shipping method. */
export const shippingRates = pgTable(
  "shipping_rates",
  {
    methodId: uuid("method_id").notNull().$type<ShippingMethodId>(),
    version: integer().notNull(),
    position: integer().notNull(),
    marketId: uuid("market_id").notNull().$type<MarketId>(),
    /** Empty: all countries of the market. */
    countries: text().array().notNull(),
    basis: text().notNull().$type<ShippingRateBasis>(),
    /** Minor units or grams, by the basis; 0 for FLAT. */
    fromValue: bigint("from_value", { mode: "bigint" }).notNull(),
    currency: text().notNull().$type<CurrencyCode>(),
    priceMinor: minorUnits("price_minor").notNull(),
    freeFromMinor: minorUnits("free_from_minor"),
    minDays: integer("min_days"),
    maxDays: integer("max_days"),
  },
  (table) => [
    primaryKey({ columns: [table.methodId, table.version, table.position] }),
    check("shipping_rates_amounts", sql`${table.priceMinor} >= 0 and ${table.fromValue} >= 0`),
    check(
      "shipping_rates_basis",
      sql`${table.basis} in ('FLAT', 'ORDER_VALUE', 'WEIGHT_GRAMS') and (${table.basis} <> 'FLAT' or ${table.fromValue} = 0)`,
    ),
  ],
);

/** The graph's DiscountTarget. */
export const discountTargets = ["LINES", "ORDER", "SHIPPING"] as const;
export type DiscountTarget = (typeof discountTargets)[number];

/** Decimal digits of minor units by currency, for JSON knows no bigint. */
export type AmountsByCurrency = Readonly<Record<string, string>>;

/** Price reductions. What they take off never changes; what may change is kept in {@link discountHistory}. */
export const discounts = pgTable(
  "discounts",
  {
    id: uuid().primaryKey().$type<DiscountId>(),
    name: text().notNull(),
    target: text().notNull().$type<DiscountTarget>(),
    /** In millionths. Exactly one of this, `amounts` and `buyQuantity` is set. */
    percentage: integer("percentage_millionths"),
    amounts: jsonb().$type<AmountsByCurrency>(),
    buyQuantity: integer("buy_quantity"),
    getQuantity: integer("get_quantity"),
    getPercentage: integer("get_percentage_millionths"),
    productIds: uuid("product_ids").array().notNull().$type<ProductId[]>(),
    categoryIds: uuid("category_ids").array().notNull().$type<CategoryId[]>(),
    minSubtotals: jsonb("min_subtotals").$type<AmountsByCurrency>(),
    /** Empty: all markets. */
    marketIds: uuid("market_ids").array().notNull().$type<MarketId[]>(),
    /** False: it applies by itself. */
    needsCode: boolean("needs_code").notNull(),
    startsAt: moment("starts_at"),
    endsAt: moment("ends_at"),
    usageLimit: integer("usage_limit"),
    usageLimitPerBuyer: integer("usage_limit_per_buyer"),
    /** Uses that count against `usageLimit`; kept only while there is one, so that a discount without limits is no bottleneck. */
    used: integer().notNull().default(0),
    combines: boolean().notNull(),
    priority: integer().notNull(),
    isActive: boolean("is_active").notNull().default(true),
    version: integer().notNull().default(1),
    createdAt: moment("created_at").notNull().defaultNow(),
    createdRevision: revision("created_revision").notNull(),
  },
  (table) => [
    index("discounts_by_time").on(table.createdAt, table.id),
    index("discounts_automatic").on(table.id).where(sql`not needs_code and is_active`),
    check("discounts_target", sql`${table.target} in ('LINES', 'ORDER', 'SHIPPING')`),
    check("discounts_effect", sql`num_nonnulls(${table.percentage}, ${table.amounts}, ${table.buyQuantity}) = 1`),
    check("discounts_percentage", sql`${table.percentage} between 0 and 1000000`),
    check("discounts_used", sql`${table.used} >= 0`),
    check("discounts_limit", sql`${table.used} <= ${table.usageLimit}`),
  ],
);

/** What a discount was before a change, for orders placed before it: valid for revisions below `untilRevision`. */
export const discountHistory = pgTable(
  "discount_history",
  {
    discountId: uuid("discount_id").notNull().$type<DiscountId>(),
    untilRevision: revision("until_revision").notNull(),
    name: text().notNull(),
    needsCode: boolean("needs_code").notNull(),
    startsAt: moment("starts_at"),
    endsAt: moment("ends_at"),
    isActive: boolean("is_active").notNull(),
  },
  (table) => [primaryKey({ columns: [table.discountId, table.untilRevision] })],
);

/** The codes of discounts; each belongs to one. */
export const discountCodes = pgTable(
  "discount_codes",
  {
    /** The code without regard to case. */
    key: text().primaryKey(),
    /** As it was entered. */
    code: text().notNull(),
    discountId: uuid("discount_id")
      .notNull()
      .$type<DiscountId>()
      .references(() => discounts.id),
  },
  (table) => [index("discount_codes_of_discount").on(table.discountId, table.key)],
);

/** The uses of each buyer of a discount with a limit per buyer. */
export const discountBuyers = pgTable(
  "discount_buyers",
  {
    discountId: uuid("discount_id").notNull().$type<DiscountId>(),
    /** An HMAC of the mailbox. */
    buyer: text().notNull(),
    used: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.discountId, table.buyer] }),
    check("discount_buyers_used", sql`${table.used} >= 0`),
  ],
);

/** What a register of VAT numbers said, kept for a day. */
export const vatChecks = pgTable(
  "vat_checks",
  {
    /** With its country prefix, without spaces. */
    number: text().primaryKey(),
    isValid: boolean("is_valid").notNull(),
    consultation: text(),
    checkedAt: moment("checked_at").notNull().defaultNow(),
  },
  (table) => [index("vat_checks_by_time").on(table.checkedAt)],
);
