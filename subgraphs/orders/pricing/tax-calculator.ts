import type { ProductId } from "#platform/shop/ids.ts";
import type { PostalAddress } from "#platform/shop/input.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { computeTax, type TaxableLine, type TaxableOrder, type Taxed } from "./compute-tax.ts";

/** Where a sale is taxed. The table of rates looks at country and region only; the other fields are there if they are known. */
export type TaxAddress = Pick<PostalAddress, "country" | "region"> &
  Partial<Pick<PostalAddress, "line1" | "line2" | "city" | "postalCode">>;

/** A sale that is to be taxed. Amounts are minor units of `currency`, after discounts, and include tax if `pricesIncludeTax` says so. */
export type TaxableSale = Omit<TaxableOrder, "lines"> & {
  readonly lines: readonly (TaxableLine & {
    readonly productId: ProductId;
    readonly taxClass: string;
    readonly quantity: number;
  })[];
  readonly currency: CurrencyCode;
  readonly address: TaxAddress;
  /** The time whose rates apply: for an edit of an order, the time at which it was placed. */
  readonly now: Date;
};

/**
 * Says how much tax is on each line and on shipping. Each amount is stored with the order as it is returned here. A line's `rule` is what the table
 * of rates says; another calculator may return another rule, but leaves alone those that are not STANDARD.
 */
export type TaxCalculator = {
  /** @throws {ApiError} if the tax cannot be calculated now; the cart then shows no totals, and the checkout fails. */
  readonly calculate: (sale: TaxableSale) => Promise<Taxed>;
};

/** Calculates by the shop's own table of rates. */
export const tableCalculator: TaxCalculator = { calculate: async (sale) => computeTax(sale) };
