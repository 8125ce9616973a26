import { applyDiscounts, type Discounted } from "./apply-discounts.ts";
import { computeTax, type TaxableOrder, type Taxed, taxTotal } from "./compute-tax.ts";
import type { LinePrice, OrderPrice, OrderToPrice, TaxRule, TaxTotal } from "./pricing-model.ts";

/**
 * Prices an order. A pure function in integers: list amounts, then discounts, then tax, which is rounded once for each rate and treatment and then
 * allocated to what it is on (EN 16931, BT-117), so four lines of 2.50 at 8.625 % are taxed 0.86 and not 0.88.
 */
export function priceOrder(order: OrderToPrice): OrderPrice {
  const discounted = discountOrder(order);
  return priceTaxed(discounted, computeTax(discounted.taxable));
}

/** An order after its discounts, before its tax. */
export type DiscountedOrder = { readonly discounted: Discounted; readonly taxable: TaxableOrder };

/** Applies an order's discounts. */
export function discountOrder(order: OrderToPrice): DiscountedOrder {
  const discounted = applyDiscounts(order.lines, order.shipping?.price ?? 0n, order.discounts);
  return { discounted, taxable: taxableOrder(order, discounted) };
}

/** The price of an order with the tax as it is given. @throws {RangeError} if that is not the tax of this order. */
export function priceTaxed({ discounted, taxable }: DiscountedOrder, taxed: Taxed): OrderPrice {
  checkTaxed(taxable, taxed);
  const { pricesIncludeTax } = taxable;
  const shipping = discounted.shippingPrice;
  const added = (tax: bigint) => (pricesIncludeTax ? 0n : tax);
  const lines = taxable.lines.map(({ list, left, rule: own }, index): LinePrice => {
    const { rule, tax } = taxed.lines[index] ?? { rule: own, tax: 0n };
    return { list, discount: list - left, tax, total: left + added(tax), rule };
  });
  const shippingTax = sum(taxed.shipping.map(({ tax }) => tax));
  const subtotal = sum(taxable.lines.map(({ list }) => list));
  const discount = sum(discounted.discounts.map(({ amount }) => amount));
  const taxes = totalsByRate(taxable, taxed);
  const tax = sum(taxes.map((total) => total.tax));
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
    taxes,
  };
}

/** A calculator that is not the shop's own may be wrong, which would be noticed by the customer at the earliest. */
function checkTaxed({ lines, shipping }: TaxableOrder, taxed: Taxed): void {
  const isNegative = [...taxed.lines, ...taxed.shipping].some(({ tax }) => tax < 0n);
  const ofShipping = sum(taxed.shipping.map(({ amount }) => amount));
  if (isNegative || taxed.lines.length !== lines.length || ofShipping !== (shipping?.left ?? 0n)) {
    throw new RangeError("The tax is not that of the order.");
  }
}

/** One for each rate and treatment, in the order of the lines. */
function totalsByRate({ lines, pricesIncludeTax }: TaxableOrder, taxed: Taxed): TaxTotal[] {
  const totals = new Map<string, { rule: TaxRule; taxable: bigint; tax: bigint }>();
  const add = (rule: TaxRule, amount: bigint, tax: bigint) => {
    const key = `${rule.treatment} ${rule.rate}`;
    const total = totals.get(key) ?? { rule, taxable: 0n, tax: 0n };
    total.taxable += pricesIncludeTax ? amount - tax : amount;
    total.tax += tax;
    totals.set(key, total);
  };
  for (const [index, { rule, tax }] of taxed.lines.entries()) add(rule, lines[index]?.left ?? 0n, tax);
  for (const { rule, amount, tax } of taxed.shipping) add(rule, amount, tax);
  return [...totals.values()];
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
