import { applyDiscounts, type Discounted } from "./apply-discounts.ts";
import { computeTax, type TaxableOrder, taxTotal } from "./compute-tax.ts";
import type { LinePrice, OrderPrice, OrderToPrice } from "./pricing-model.ts";

/**
 * Prices an order. A pure function in integers: list amounts, then discounts, then tax, which is rounded once for each rate and treatment and then
 * allocated to what it is on (EN 16931, BT-117), so four lines of 2.50 at 8.625 % are taxed 0.86 and not 0.88.
 */
export function priceOrder(order: OrderToPrice): OrderPrice {
  const { pricesIncludeTax } = order;
  const discounted = applyDiscounts(order.lines, order.shipping?.price ?? 0n, order.discounts);
  const shipping = discounted.shippingPrice;
  const taxable = taxableOrder(order, discounted);
  const taxed = computeTax(taxable);
  const added = (tax: bigint) => (pricesIncludeTax ? 0n : tax);
  const lines = order.lines.map(({ tax: rule }, index): LinePrice => {
    const { list, left } = taxable.lines[index] ?? { list: 0n, left: 0n };
    const tax = taxed.lines[index] ?? 0n;
    return { list, discount: list - left, tax, total: left + added(tax), rule };
  });
  const shippingTax = sum(taxed.shipping.map(({ tax }) => tax));
  const subtotal = sum(taxable.lines.map(({ list }) => list));
  const discount = sum(discounted.discounts.map(({ amount }) => amount));
  const tax = sum(taxed.totals.map((total) => total.tax));
  return {
    subtotal,
    discount,
    shipping,
    tax,
    total: subtotal - discount + shipping + added(tax),
    pricesIncludeTax,
    lines,
    shippingPrice: {
      price: shipping,
      discount: shipping - discounted.shipping,
      tax: shippingTax,
      total: discounted.shipping + added(shippingTax),
      shares: taxed.shipping,
    },
    discounts: discounted.discounts,
    taxes: taxed.totals,
  };
}

/** The total of {@link priceOrder}, at a fraction of its cost: to compare discounts. */
export function orderTotal(order: OrderToPrice): bigint {
  const discounted = applyDiscounts(order.lines, order.shipping?.price ?? 0n, order.discounts);
  const left = sum(discounted.lines) + discounted.shipping;
  return order.pricesIncludeTax ? left : left + taxTotal(taxableOrder(order, discounted));
}

function taxableOrder(order: OrderToPrice, discounted: Discounted): TaxableOrder {
  return {
    lines: order.lines.map(({ unitPrice, quantity, tax }, index) => ({
      list: unitPrice * BigInt(quantity),
      left: discounted.lines[index] ?? 0n,
      rule: tax,
    })),
    shipping: order.shipping === null ? null : { left: discounted.shipping, tax: order.shipping.tax },
    pricesIncludeTax: order.pricesIncludeTax,
  };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
