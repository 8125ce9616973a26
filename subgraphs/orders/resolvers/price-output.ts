import { type CurrencyCode, moneyOutput } from "#platform/shop/money.ts";
import { formatPercent } from "#platform/shop/percent.ts";
import type { DiscountAllocation, TaxTotal } from "#schema/generated/orders.ts";
import type { Order, OrderItem } from "../order/order.ts";
import type { DiscountPart, OrderTax } from "../order/order-price.ts";
import type { OrderTotals } from "../order/order-totals.ts";
import type { Quote } from "../quote/quote.ts";

/** The graph's OrderTotals of a quote. */
export function quoteTotals({ price, currency, isTaxed }: Quote): OrderTotals {
  const money = moneyIn(currency);
  return {
    subtotal: money(price.subtotal),
    discount: money(price.discount),
    shipping: money(price.shipping),
    tax: money(price.tax),
    total: money(price.total),
    pricesIncludeTax: price.pricesIncludeTax,
    discounts: async () =>
      price.discounts.map(({ discount: { name, code }, amount }) => ({ name, code, amount: money(amount) })),
    taxes: async () =>
      (isTaxed ? price.taxes : []).map(({ rule, taxable, tax }) => ({
        name: rule.name,
        rate: formatPercent(Number(rule.rate)),
        treatment: rule.treatment,
        taxable: money(taxable),
        tax: money(tax),
      })),
  };
}

/** The sums of the graph's OrderTotals of an order, without what they are made of. */
export function orderSums(order: Order): Omit<OrderTotals, "discounts" | "taxes"> {
  const money = moneyIn(order.currency);
  return {
    subtotal: money(order.subtotalMinor),
    discount: money(order.discountMinor),
    shipping: money(order.shippingMinor),
    tax: money(order.taxMinor),
    total: money(order.totalMinor),
    pricesIncludeTax: order.pricesIncludeTax,
  };
}

/** The graph's TaxTotals of an order. */
export function taxTotals({ currency }: Order, taxes: readonly OrderTax[]): TaxTotal[] {
  const money = moneyIn(currency);
  return taxes.map(({ name, rate, treatment, taxableMinor, taxMinor }) => ({
    name,
    rate: formatPercent(rate),
    treatment,
    taxable: money(taxableMinor),
    tax: money(taxMinor),
  }));
}

/** The graph's DiscountAllocations: one for each discount, over all of the parts. */
export function discountTotals(
  { currency }: Pick<Order | OrderItem, "currency">,
  parts: readonly DiscountPart[],
): DiscountAllocation[] {
  return [...Map.groupBy(parts, ({ discountId }) => discountId).values()].flatMap((ofOne) => {
    const [first] = ofOne;
    if (first === undefined) return [];
    const minorUnits = ofOne.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    return [{ name: first.name, code: first.code, amount: moneyOutput({ minorUnits, currency }) }];
  });
}

function moneyIn(currency: CurrencyCode) {
  return (minorUnits: bigint) => moneyOutput({ minorUnits, currency });
}
