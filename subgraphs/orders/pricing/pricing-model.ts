import type { DiscountId } from "#drizzle/orders/tables.ts";

/** Why an amount is taxed as it is; the contract's `TaxTreatment`. */
export type TaxTreatment = "STANDARD" | "REVERSE_CHARGE" | "EXPORT" | "NOT_COLLECTED";

/** The rate that applies to a line or to shipping. Treatments other than STANDARD have rate 0. */
export type TaxRule = {
  /** Such as "VAT 19%". */
  readonly name: string;
  /** In millionths: 190,000 is 19 %. */
  readonly rate: bigint;
  readonly treatment: TaxTreatment;
};

/** A line to price. Amounts are minor units of the order's one currency. */
export type LineToPrice = {
  readonly unitPrice: bigint;
  /** At least 1. */
  readonly quantity: number;
  readonly tax: TaxRule;
};

/** How much a discount takes off. Percentages are in millionths, amounts in minor units of the order's currency. */
export type DiscountEffect =
  | { readonly kind: "percentage"; readonly percentage: bigint }
  | { readonly kind: "amount"; readonly amount: bigint }
  | {
      readonly kind: "buyXGetY";
      readonly buyQuantity: number;
      readonly getQuantity: number;
      readonly percentage: bigint;
    };

/** A discount whose conditions the order meets. */
export type DiscountRule = {
  readonly id: DiscountId;
  readonly name: string;
  /** The code that it was asked for with; null for an automatic discount. */
  readonly code: string | null;
  readonly target: "LINES" | "ORDER" | "SHIPPING";
  readonly effect: DiscountEffect;
  /** The positions of the lines that it matches, ascending; without meaning for SHIPPING. */
  readonly lines: readonly number[];
  /** Lower goes first among discounts of one target. */
  readonly priority: number;
  /** Older goes first among discounts of one target and priority. */
  readonly createdAt: Date;
  readonly combines: boolean;
};

/** The price of shipping before discounts, or what it is for lines that cost so much after their discounts. */
export type PriceOfShipping = bigint | ((goods: bigint) => bigint);

/** Everything that the price of an order depends on. */
export type OrderToPrice = {
  readonly lines: readonly LineToPrice[];
  /**
   * The chosen way of shipping; null while none is chosen. Its price may depend on what the lines cost after their discounts. `tax: "goods"` taxes it
   * like the lines, in proportion to their value.
   */
  readonly shipping: { readonly price: PriceOfShipping; readonly tax: TaxRule | "goods" } | null;
  /** Those that apply, in any order. */
  readonly discounts: readonly DiscountRule[];
  readonly pricesIncludeTax: boolean;
};

/** What one line costs: `total = list − discount`, plus `tax` when prices are without tax. */
export type LinePrice = {
  readonly list: bigint;
  readonly discount: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  readonly rule: TaxRule;
};

/** A part of the shipping price, after discounts, with the tax on it. */
export type TaxShare = { readonly rule: TaxRule; readonly amount: bigint; readonly tax: bigint };

/** What shipping costs: `total = price − discount`, plus `tax` when prices are without tax. */
export type ShippingPrice = {
  readonly price: bigint;
  readonly discount: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  /** Its amount after discounts and its tax by rate; they add up to `price − discount` and to `tax`. */
  readonly shares: readonly TaxShare[];
};

/** What one discount takes off: `amount = Σ lines + shipping`. */
export type DiscountPrice = {
  readonly discount: DiscountRule;
  readonly amount: bigint;
  /** By line, in the lines' order. */
  readonly lines: readonly bigint[];
  readonly shipping: bigint;
};

/** One rate and treatment of the order. */
export type TaxTotal = {
  readonly rule: TaxRule;
  /** What the rate applies to, without tax. */
  readonly taxable: bigint;
  readonly tax: bigint;
};

/**
 * What an order costs: `total = subtotal − discount + shipping`, plus `tax` when prices are without tax. Every sum is the sum of its parts, to the
 * minor unit.
 */
export type OrderPrice = {
  readonly subtotal: bigint;
  readonly discount: bigint;
  readonly shipping: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  readonly pricesIncludeTax: boolean;
  readonly lines: readonly LinePrice[];
  readonly shippingPrice: ShippingPrice;
  readonly discounts: readonly DiscountPrice[];
  readonly taxes: readonly TaxTotal[];
};
