import type { TaxTreatment } from "#drizzle/orders/tables.ts";

type MoneyOutput = { readonly amount: string; readonly currencyCode: string };
type Allocation = { readonly name: string; readonly code?: string | null | undefined; readonly amount: MoneyOutput };
type Tax = {
  readonly name: string;
  /** In percent. */
  readonly rate: string;
  readonly treatment: TaxTreatment;
  readonly taxable: MoneyOutput;
  readonly tax: MoneyOutput;
};

/** The sums of an order or a quote as the graph shows them; what they are made of is read when it is asked for. */
export type OrderTotals = {
  readonly subtotal: MoneyOutput;
  readonly discount: MoneyOutput;
  readonly shipping: MoneyOutput;
  readonly tax: MoneyOutput;
  readonly total: MoneyOutput;
  readonly pricesIncludeTax: boolean;
  readonly discounts: () => Promise<Allocation[]>;
  readonly taxes: () => Promise<Tax[]>;
};
