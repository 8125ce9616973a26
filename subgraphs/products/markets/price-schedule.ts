import type { MarketId } from "#platform/shop/ids.ts";
import { type UserErrorValue, validationError } from "#platform/shop/input.ts";
import { priceOverlapError } from "../shared/result.ts";
import type { Market } from "./market.ts";
import type { VariantPriceCommand } from "./price-input.ts";

type ScheduleError = UserErrorValue<"VALIDATION_FAILED" | "PRICE_OVERLAP">;

/** A price that is to be written. */
export type ScheduledPrice = {
  readonly market: Market;
  readonly price: bigint;
  readonly compareAt: bigint | null;
  readonly validFrom: Date;
  readonly validUntil: Date | null;
  /** Its place in the input. */
  readonly index: number;
};

/** What the prices of a variant are judged by. */
export type PriceFacts = {
  readonly markets: ReadonlyMap<MarketId, Market>;
  /** The markets in which the variant has had a price. */
  readonly pricedMarkets: ReadonlySet<MarketId>;
  /** The time of the change, which a `validFrom` before it is taken as. */
  readonly now: Date;
};

/** The schedule that the given prices come to, or every error at once. */
export function schedulePrices(
  commands: readonly VariantPriceCommand[],
  facts: PriceFacts,
): { readonly prices: readonly ScheduledPrice[]; readonly errors: readonly ScheduleError[] } {
  const prices: ScheduledPrice[] = [];
  const errors: ScheduleError[] = [];
  for (const [index, command] of commands.entries()) {
    const field = (...path: string[]) => ["prices", index, ...path];
    const market = command.market === undefined ? undefined : facts.markets.get(command.market);
    if (market === undefined) {
      errors.push(validationError(field("market"), "There is no such market."));
      continue;
    }
    if (command.price.currency !== market.currency) {
      const message = `Prices in this market are in ${market.currency}.`;
      errors.push(validationError(field("price", "currencyCode"), message));
    }
    const isFirst = !facts.pricedMarkets.has(market.id);
    const wanted = command.validFrom ?? facts.now;
    const validFrom = isFirst || wanted > facts.now ? wanted : facts.now;
    if (command.validUntil !== null && command.validUntil <= validFrom) {
      errors.push(validationError(field("validUntil"), "Enter a time after the price begins, and not in the past."));
    }
    const compareAt = command.compareAtPrice?.minorUnits ?? null;
    const price = command.price.minorUnits;
    prices.push({ market, price, compareAt, validFrom, validUntil: command.validUntil, index });
  }
  return { prices, errors: [...errors, ...overlaps(prices)] };
}

/** An error for each price that begins while an earlier one of its market is valid; of two that begin together, for the one given later. */
function overlaps(prices: readonly ScheduledPrice[]): ScheduleError[] {
  const later = new Set<number>();
  for (const ofMarket of Map.groupBy(prices, ({ market }) => market.id).values()) {
    const ordered = ofMarket.toSorted((a, b) => a.validFrom.getTime() - b.validFrom.getTime() || a.index - b.index);
    let until = Number.NEGATIVE_INFINITY;
    for (const { index, validFrom, validUntil } of ordered) {
      if (validFrom.getTime() < until) later.add(index);
      until = Math.max(until, validUntil?.getTime() ?? Number.POSITIVE_INFINITY);
    }
  }
  return [...later].sort((a, b) => a - b).map((index) => priceOverlapError(["prices", index]));
}
