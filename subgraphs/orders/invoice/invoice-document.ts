import type { InvoiceKind, TaxTreatment } from "#drizzle/orders/tables.ts";
import type { PostalAddress } from "#platform/shop/input.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";

/** An amount in minor units as a decimal string, because the document is kept as JSON. */
export type MinorUnits = string;

/** An address, with the name of a company if it has one. */
export type DocumentAddress = PostalAddress;

/** The rate on a line or on a part of the shipping price. `rate` is in millionths: 190,000 is 19 %. */
export type DocumentTax = { readonly name: string; readonly rate: number; readonly treatment: TaxTreatment };

/** A line of an invoice, or of a credit note what was given back for it. Amounts are in the order's price mode, except `tax`. */
export type DocumentLine = {
  readonly name: string;
  /** Null when the product has a single variant. */
  readonly variant: string | null;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: MinorUnits;
  readonly discount: MinorUnits;
  /** What is left of the line after discounts. */
  readonly amount: MinorUnits;
  readonly tax: DocumentTax;
};

/** One rate and treatment: what it applies to, without tax, and the tax. */
export type DocumentTaxTotal = DocumentTax & { readonly taxable: MinorUnits; readonly amount: MinorUnits };

/** Who issues the document, as configured when it was issued. */
export type Seller = {
  /** Null when SHOP_NAME is not set. */
  readonly name: string | null;
  /** Lines of SHOP_ADDRESS; empty when it is not set. */
  readonly address: readonly string[];
  /** Null when SHOP_VAT_NUMBER is not set. */
  readonly vatNumber: string | null;
};

/**
 * Everything that an invoice or credit note says (Directive 2006/112/EC, Article 226). It is taken when the document is issued and never changes
 * afterwards, so the PDF can be rendered again at any time and always reads the same. A credit note has positive amounts.
 */
export type InvoiceDocument = {
  readonly kind: InvoiceKind;
  /** Such as "2026-000123". */
  readonly number: string;
  /** ISO 8601, as are the moments below. */
  readonly issuedAt: string;
  /** When the goods were supplied or the payment was received; null while neither has happened. */
  readonly suppliedAt: string | null;
  /** BCP 47. */
  readonly language: string;
  readonly currency: CurrencyCode;
  readonly corrects: { readonly number: string; readonly issuedAt: string } | null;
  readonly order: { readonly number: string; readonly placedAt: string };
  readonly seller: Seller;
  readonly buyer: { readonly address: DocumentAddress; readonly vatNumber: string | null };
  readonly shippingAddress: DocumentAddress;
  readonly pricesIncludeTax: boolean;
  readonly lines: readonly DocumentLine[];
  /** Null when nothing was charged or given back for shipping. `amount` is after discounts, in the order's price mode. */
  readonly shipping: { readonly method: string | null; readonly amount: MinorUnits } | null;
  /** What was given back as goodwill; null for an invoice and for a refund of lines or shipping. */
  readonly goodwill: MinorUnits | null;
  readonly taxes: readonly DocumentTaxTotal[];
  readonly tax: MinorUnits;
  readonly total: MinorUnits;
};
