import { allocate, millionths, roundHalfUp } from "./allocate.ts";
import type { DiscountEffect, DiscountPrice, DiscountRule, LineToPrice, PriceOfShipping } from "./pricing-model.ts";

/** What is left of each line and of shipping after the discounts, and what each discount took. */
export type Discounted = {
  readonly lines: readonly bigint[];
  /** The shipping price before discounts. */
  readonly shippingPrice: bigint;
  readonly shipping: bigint;
  readonly discounts: readonly DiscountPrice[];
};

/**
 * Applies discounts to the lines' list amounts and the shipping price: LINES first, then ORDER, then SHIPPING, each on what the ones before it left.
 * Nothing falls below zero. The result is in the order of application.
 */
export function applyDiscounts(
  lines: readonly LineToPrice[],
  shipping: PriceOfShipping,
  discounts: readonly DiscountRule[],
): Discounted {
  const left = lines.map(({ unitPrice, quantity }) => unitPrice * BigInt(quantity));
  const ofGoods = discounts.filter(({ target }) => target !== "SHIPPING").sort(byApplication);
  const appliedToGoods = ofGoods.map((discount): DiscountPrice => {
    const taken = lines.map(() => 0n);
    for (const [index, amount] of reductions(discount, lines, left)) {
      taken[index] = amount;
      left[index] = (left[index] ?? 0n) - amount;
    }
    return { discount, amount: taken.reduce((sum, amount) => sum + amount, 0n), lines: taken, shipping: 0n };
  });
  const goods = left.reduce((sum, amount) => sum + amount, 0n);
  const shippingPrice = typeof shipping === "bigint" ? shipping : shipping(goods);
  let shippingLeft = shippingPrice;
  const ofShipping = discounts.filter(({ target }) => target === "SHIPPING").sort(byApplication);
  const appliedToShipping = ofShipping.map((discount): DiscountPrice => {
    const taken = reduction(discount.effect, shippingLeft, 1);
    shippingLeft -= taken;
    return { discount, amount: taken, lines: lines.map(() => 0n), shipping: taken };
  });
  return { lines: left, shippingPrice, shipping: shippingLeft, discounts: [...appliedToGoods, ...appliedToShipping] };
}

const targets = ["LINES", "ORDER", "SHIPPING"] as const;

function byApplication(a: DiscountRule, b: DiscountRule): number {
  return targets.indexOf(a.target) - targets.indexOf(b.target) || a.priority - b.priority || byAge(a, b);
}

/** Older first; of the same age, by id, so that the order is always the same. */
export function byAge(a: DiscountRule, b: DiscountRule): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** What a discount takes off each line that it matches: pairs of position and amount. */
function reductions(
  { target, effect, lines: matching }: DiscountRule,
  lines: readonly LineToPrice[],
  left: readonly bigint[],
): [number, bigint][] {
  const leftOf = (index: number) => left[index] ?? 0n;
  if (effect.kind === "buyXGetY") {
    return reducedUnits(effect, matching, lines).map(([index, units, quantity]) => [
      index,
      roundHalfUp(leftOf(index) * BigInt(units) * effect.percentage, millionths * BigInt(quantity)),
    ]);
  }
  if (target === "LINES") {
    return matching.map((index) => [index, reduction(effect, leftOf(index), lines[index]?.quantity ?? 0)]);
  }
  const weights = matching.map(leftOf);
  const amount = reduction(
    effect,
    weights.reduce((sum, weight) => sum + weight, 0n),
    1,
  );
  return allocate(amount, weights).map((part, position) => [matching[position] ?? 0, part]);
}

/** A percentage of what is left, rounded once, or an amount for each unit, at most what is left. */
function reduction(effect: DiscountEffect, left: bigint, units: number): bigint {
  switch (effect.kind) {
    case "percentage":
      return roundHalfUp(left * effect.percentage, millionths);
    case "amount": {
      const amount = effect.amount * BigInt(units);
      return amount < left ? amount : left;
    }
    case "buyXGetY":
      return 0n;
  }
}

/**
 * Which units a buy-X-get-Y reduces: of all matching units, in groups of `buy + get`, the cheapest `get` for each group; of equal prices those of the
 * earlier line. Gives position, reduced units and the line's quantity.
 */
function reducedUnits(
  { buyQuantity, getQuantity }: { readonly buyQuantity: number; readonly getQuantity: number },
  matching: readonly number[],
  lines: readonly LineToPrice[],
): [number, number, number][] {
  const candidates = matching.flatMap((index) => {
    const line = lines[index];
    return line === undefined ? [] : [{ index, ...line }];
  });
  const units = candidates.reduce((sum, { quantity }) => sum + quantity, 0);
  let reduced = Math.floor(units / (buyQuantity + getQuantity)) * getQuantity;
  const cheapestFirst = candidates.sort((a, b) =>
    a.unitPrice === b.unitPrice ? a.index - b.index : a.unitPrice < b.unitPrice ? -1 : 1,
  );
  const result: [number, number, number][] = [];
  for (const { index, quantity } of cheapestFirst) {
    const taken = Math.min(reduced, quantity);
    if (taken > 0) result.push([index, taken, quantity]);
    reduced -= taken;
  }
  return result;
}
