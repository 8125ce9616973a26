import type { MarketId } from "#platform/shop/ids.ts";
import type { Settings, ShippingMethod, ShippingRate } from "../settings/settings.ts";

/** What the price of shipping depends on. */
export type Parcel = {
  readonly marketId: MarketId;
  readonly currency: string;
  readonly country: string;
  readonly grams: number;
};

/** A method that serves an address. */
export type ShippingOption = {
  readonly method: ShippingMethod;
  /** The rate for lines that cost so much after discounts; undefined if no tier is reached. Amounts are in the market's price mode. */
  readonly rateFor: (goods: bigint) => ShippingRate | undefined;
};

/** Whether a market has prices for shipping. Without any, orders are not charged for it. */
export function hasShippingRates({ shippingMethods }: Settings, marketId: MarketId): boolean {
  return shippingMethods.some(({ isActive, rates }) => isActive && rates.some((rate) => rate.marketId === marketId));
}

/** The methods with a price for a parcel, oldest first. Goods are picked up in the home country, wherever the buyer lives. */
export function shippingOptions({ shippingMethods, tax }: Settings, parcel: Parcel): ShippingOption[] {
  return shippingMethods.flatMap((method): ShippingOption[] => {
    if (!method.isActive) return [];
    const country = method.isPickup ? tax.homeCountry : parcel.country;
    const ofMarket = method.rates.filter(
      (rate) => rate.marketId === parcel.marketId && rate.currency === parcel.currency,
    );
    const named = ofMarket.filter(({ countries }) => countries.includes(country));
    const rates = named.length > 0 ? named : ofMarket.filter(({ countries }) => countries.length === 0);
    if (rates.length === 0) return [];
    const rateFor = (goods: bigint) => highestReached(rates, goods, BigInt(parcel.grams));
    return [{ method, rateFor }];
  });
}

function highestReached(rates: readonly ShippingRate[], goods: bigint, grams: bigint): ShippingRate | undefined {
  return rates
    .filter(({ basis, fromValue }) => fromValue <= (basis === "WEIGHT_GRAMS" ? grams : goods))
    .reduce<ShippingRate | undefined>(
      (highest, rate) => (highest === undefined || rate.fromValue > highest.fromValue ? rate : highest),
      undefined,
    );
}

/** The price of a rate for lines that cost so much after discounts. */
export function shippingPrice({ priceMinor, freeFromMinor }: ShippingRate, goods: bigint): bigint {
  return freeFromMinor !== null && goods >= freeFromMinor ? 0n : priceMinor;
}
