import { allocate, millionths, roundHalfUp } from "./allocate.ts";
import type { TaxRule, TaxShare } from "./pricing-model.ts";

/** The tax on each line, in their order, and on each part of shipping, whose amounts add up to what is left of it. */
export type Taxed = {
  readonly lines: readonly { readonly rule: TaxRule; readonly tax: bigint }[];
  readonly shipping: readonly TaxShare[];
};

/** What is to be taxed: each line's list amount and what is left of it after discounts, and what is left of the shipping price. */
export type TaxableOrder = {
  readonly lines: readonly TaxableLine[];
  readonly shipping: { readonly left: bigint; readonly tax: TaxRule | "goods" } | null;
  readonly pricesIncludeTax: boolean;
};

/** A line's list amount, what is left of it after discounts, and the rate that applies to it. */
export type TaxableLine = { readonly list: bigint; readonly left: bigint; readonly rule: TaxRule };
type Group = { readonly rule: TaxRule; readonly lines: number[]; isOfShipping: boolean; shipping: bigint; sum: bigint };

/**
 * Taxes what is left of lines and shipping after discounts. Amounts of one rate and treatment are summed, the tax on the sum is rounded once, half up
 * (HMRC Notice 700 forbids rounding down), and is then allocated to the amounts in proportion.
 */
export function computeTax(order: TaxableOrder): Taxed {
  const taxes = order.lines.map(() => 0n);
  const shipping: TaxShare[] = [];
  for (const group of groupByRate(order)) {
    const tax = taxOf(group, order.pricesIncludeTax);
    const shares = allocate(tax, [...group.lines.map((index) => order.lines[index]?.left ?? 0n), group.shipping]);
    for (const [position, index] of group.lines.entries()) taxes[index] = shares[position] ?? 0n;
    if (group.isOfShipping) shipping.push({ rule: group.rule, amount: group.shipping, tax: shares.at(-1) ?? 0n });
  }
  return { lines: order.lines.map(({ rule }, index) => ({ rule, tax: taxes[index] ?? 0n })), shipping };
}

/** The order's tax: the sum over {@link computeTax}, at a fraction of its cost. */
export function taxTotal(order: TaxableOrder): bigint {
  return groupByRate(order).reduce((sum, group) => sum + taxOf(group, order.pricesIncludeTax), 0n);
}

function taxOf({ rule: { rate }, sum }: Group, pricesIncludeTax: boolean): bigint {
  return roundHalfUp(sum * rate, pricesIncludeTax ? millionths + rate : millionths);
}

function groupByRate({ lines, shipping }: TaxableOrder): Group[] {
  const groups = new Map<string, Group>();
  const groupOf = (rule: TaxRule): Group => {
    const key = `${rule.treatment} ${rule.rate}`;
    const group = groups.get(key) ?? { rule, lines: [], isOfShipping: false, shipping: 0n, sum: 0n };
    groups.set(key, group);
    return group;
  };
  for (const [index, { rule, left }] of lines.entries()) {
    const group = groupOf(rule);
    group.lines.push(index);
    group.sum += left;
  }
  if (shipping === null) return Array.from(groups.values());
  const goods = Array.from(groups.values());
  for (const { rule, amount } of shipping.tax === "goods"
    ? shippingLikeGoods(lines, goods, shipping.left)
    : [{ rule: shipping.tax, amount: shipping.left }]) {
    const group = groupOf(rule);
    group.isOfShipping = true;
    group.shipping += amount;
    group.sum += amount;
  }
  return Array.from(groups.values());
}

/**
 * Shipping taxed like the goods it ships: in proportion to what is left of them, to their list amounts where nothing is left, and at the highest rate
 * where they cost nothing.
 */
function shippingLikeGoods(
  lines: readonly TaxableLine[],
  goods: readonly Group[],
  left: bigint,
): { readonly rule: TaxRule; readonly amount: bigint }[] {
  const listOf = (group: Group) => group.lines.reduce((sum, index) => sum + (lines[index]?.list ?? 0n), 0n);
  for (const weightOf of [({ sum }: Group) => sum, listOf]) {
    const weighted = goods
      .map((group) => ({ rule: group.rule, weight: weightOf(group) }))
      .filter(({ weight }) => weight > 0n);
    if (weighted.length === 0) continue;
    const amounts = allocate(
      left,
      weighted.map(({ weight }) => weight),
    );
    return weighted.map(({ rule }, index) => ({ rule, amount: amounts[index] ?? 0n }));
  }
  const [first, ...others] = goods;
  if (first === undefined) throw new RangeError("Shipping follows the goods, and there are none.");
  const highest = others.reduce((rule, group) => (group.rule.rate > rule.rate ? group.rule : rule), first.rule);
  return [{ rule: highest, amount: left }];
}
