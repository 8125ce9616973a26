import type { MarketId } from "#platform/shop/ids.ts";
import { isPeriod, type UserErrorValue, validationError } from "#platform/shop/input.ts";
import { priceOverlapError } from "../shared/result.ts";
import type { Market } from "./market.ts";
import type { VariantPricesCommand } from "./price-input.ts";

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

/** The schedule that the given prices come to, or every error at once, in the order of the prices. */
export function schedulePrices(
  commands: VariantPricesCommand["prices"],
  facts: PriceFacts,
): { readonly prices: readonly ScheduledPrice[]; readonly errors: readonly ScheduleError[] } {
  const prices: ScheduledPrice[] = [];
  const errors = commands.map((): ScheduleError[] => []);
  for (const [index, { market: marketId, price: parsed }] of commands.entries()) {
    const add = (path: readonly string[], message: string) =>
      errors[index]?.push(validationError(["prices", index, ...path], message));
    const market = marketId === undefined ? undefined : facts.markets.get(marketId);
    if (market === undefined) add(["market"], "There is no such market.");
    if (!parsed.ok) errors[index]?.push(...parsed.userErrors);
    if (market === undefined || !parsed.ok) continue;
    const { price, compareAtPrice, validUntil } = parsed.value;
    if (price.currency !== market.currency) {
      add(["price", "currencyCode"], `Prices in this market are in ${market.currency}.`);
    }
    const isFirst = !facts.pricedMarkets.has(market.id);
    const wanted = parsed.value.validFrom ?? facts.now;
    const validFrom = isFirst || wanted > facts.now ? wanted : facts.now;
    if (!isPeriod(validFrom, validUntil)) {
      add(["validUntil"], "Enter a time after the price begins, and not in the past.");
    }
    const compareAt = compareAtPrice?.minorUnits ?? null;
    prices.push({ market, price: price.minorUnits, compareAt, validFrom, validUntil, index });
  }
  for (const index of overlaps(prices)) errors[index]?.push(priceOverlapError(["prices", index]));
  return { prices, errors: errors.flat() };
}

/** Each price that begins while an earlier one of its market is valid; of two that begin together, the one given later. */
function overlaps(prices: readonly ScheduledPrice[]): ReadonlySet<number> {
  const later = new Set<number>();
  for (const ofMarket of Map.groupBy(prices, ({ market }) => market.id).values()) {
    const ordered = ofMarket.toSorted((a, b) => a.validFrom.getTime() - b.validFrom.getTime() || a.index - b.index);
    let until = Number.NEGATIVE_INFINITY;
    for (const { index, validFrom, validUntil } of ordered) {
      if (validFrom.getTime() < until) later.add(index);
      until = Math.max(until, validUntil?.getTime() ?? Number.POSITIVE_INFINITY);
    }
  }
  return later;
}
