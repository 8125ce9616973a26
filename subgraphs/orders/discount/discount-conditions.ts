import type { AmountsByCurrency } from "#drizzle/orders/tables.ts";
import type { CategoryId, MarketId, ProductId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { DiscountEffect, DiscountRule } from "../pricing/pricing-model.ts";
import type { Discount } from "../settings/settings.ts";

/** What the conditions of a discount look at. */
export type DiscountableOrder = {
  readonly marketId: MarketId;
  readonly currency: CurrencyCode;
  readonly now: Date;
  readonly lines: readonly {
    readonly productId: ProductId;
    /** The product's categories and all above them. */
    readonly categoryIds: readonly CategoryId[];
    readonly unitPrice: bigint;
    readonly quantity: number;
  }[];
};

/** A discount that may apply: an automatic one, or one whose code was entered, with what was used of its limits. */
export type DiscountCandidate = {
  readonly discount: Discount;
  readonly code: string | null;
  /** How often this order's buyer has used it; 0 while the buyer is unknown. */
  readonly usedByBuyer: number;
  /** The order already has a use of it. */
  readonly isHeld: boolean;
};

/** Why a discount does not apply. */
export type NotApplicable = "NOT_APPLICABLE" | "USED_UP" | "INACTIVE";

/** The rule of a discount for an order, or why it does not apply to it. */
export function discountRule(candidate: DiscountCandidate, order: DiscountableOrder): DiscountRule | NotApplicable {
  const { discount, code } = candidate;
  if (!isInForce(discount, order.now)) return "INACTIVE";
  const effect = effectIn(discount, order.currency);
  const lines = matchingLines(discount, order.lines);
  const isMet =
    effect !== undefined &&
    (discount.marketIds.length === 0 || discount.marketIds.includes(order.marketId)) &&
    lines.length > 0 &&
    reachesMinimum(discount, order, lines) &&
    hasUnits(effect, order, lines);
  if (!isMet) return "NOT_APPLICABLE";
  if (isUsedUp(candidate)) return "USED_UP";
  const { id, name, target, priority, createdAt, combines } = discount;
  return { id, name, code, target, effect, lines, priority, createdAt, combines };
}

function isInForce({ isActive, startsAt, endsAt }: Discount, now: Date): boolean {
  return isActive && (startsAt === null || startsAt <= now) && (endsAt === null || endsAt > now);
}

function isUsedUp({ discount, usedByBuyer, isHeld }: DiscountCandidate): boolean {
  if (isHeld) return false;
  const { usageLimit, usageLimitPerBuyer, used } = discount;
  return (
    (usageLimit !== null && used >= usageLimit) || (usageLimitPerBuyer !== null && usedByBuyer >= usageLimitPerBuyer)
  );
}

/** Undefined for amounts without one in the order's currency. */
function effectIn(discount: Discount, currency: CurrencyCode): DiscountEffect | undefined {
  const { percentage, amounts, buyQuantity, getQuantity, getPercentage } = discount;
  if (percentage !== null) return { kind: "percentage", percentage: BigInt(percentage) };
  if (buyQuantity !== null && getQuantity !== null) {
    return { kind: "buyXGetY", buyQuantity, getQuantity, percentage: BigInt(getPercentage ?? 1_000_000) };
  }
  const amount = amountIn(amounts, currency);
  return amount === undefined ? undefined : { kind: "amount", amount };
}

/** The amount in a currency; undefined if there is none. */
function amountIn(amounts: AmountsByCurrency | null, currency: CurrencyCode): bigint | undefined {
  const digits = amounts?.[currency];
  return digits === undefined ? undefined : BigInt(digits);
}

function matchingLines({ productIds, categoryIds }: Discount, lines: DiscountableOrder["lines"]): number[] {
  const matchesAll = productIds.length === 0 && categoryIds.length === 0;
  return lines.flatMap((line, index) =>
    matchesAll || productIds.includes(line.productId) || line.categoryIds.some((id) => categoryIds.includes(id))
      ? [index]
      : [],
  );
}

function reachesMinimum(
  { minSubtotals }: Discount,
  { currency, lines }: DiscountableOrder,
  matching: readonly number[],
): boolean {
  if (minSubtotals === null) return true;
  const minimum = amountIn(minSubtotals, currency);
  if (minimum === undefined) return false;
  const subtotal = matching.reduce((sum, index) => {
    const line = lines[index];
    return line === undefined ? sum : sum + line.unitPrice * BigInt(line.quantity);
  }, 0n);
  return subtotal >= minimum;
}

/** A buy-X-get-Y needs one whole group. */
function hasUnits(effect: DiscountEffect, { lines }: DiscountableOrder, matching: readonly number[]): boolean {
  if (effect.kind !== "buyXGetY") return true;
  const units = matching.reduce((sum, index) => sum + (lines[index]?.quantity ?? 0), 0);
  return units >= effect.buyQuantity + effect.getQuantity;
}
