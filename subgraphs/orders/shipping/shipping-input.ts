import { z } from "zod";
import { shippingRateBases } from "#drizzle/orders/tables.ts";
import type { MarketId } from "#platform/shop/ids.ts";
import {
  countryInput,
  idOrUndefined,
  moneyInput,
  parseInput,
  taxClassInput,
  urlInput,
  validationError,
} from "#platform/shop/input.ts";
import { parseMoney } from "#platform/shop/money.ts";
import { text } from "#platform/shop/text.ts";
import type { Market } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import type { ShippingRate } from "../settings/settings.ts";
import { settingNameCharactersMax, shippingDaysMax, shippingRatesMax } from "../shared/limits.ts";
import type { UserError } from "../shared/user-errors.ts";

/** What a template of tracking pages has in the place of the tracking number. */
export const trackingNumberPlace = "{trackingNumber}";

const trackingUrlInput = z.string().superRefine((value, context) => {
  const isUrl = urlInput().safeParse(value.replaceAll(trackingNumberPlace, "1")).success;
  if (isUrl && value.includes(trackingNumberPlace)) return;
  context.addIssue({ code: "custom", message: `Enter an http or https URL with ${trackingNumberPlace} in it.` });
});

const methodInput = z.object({
  id: z.string().nullish(),
  name: text(settingNameCharactersMax, 1),
  isPickup: z.boolean().default(false),
  trackingUrlTemplate: trackingUrlInput.nullish(),
  taxClass: taxClassInput.nullish(),
  isActive: z.boolean().default(true),
  rates: z.array(z.unknown()).max(shippingRatesMax, `A method can have at most ${shippingRatesMax} rates.`),
  expectedVersion: z.int().nullish(),
});

const amountInput = moneyInput.refine(({ minorUnits }) => minorUnits >= 0n, {
  error: "The amount cannot be negative.",
  path: ["amount"],
});
const daysInput = z
  .int()
  .min(0, "Enter 0 or more.")
  .max(shippingDaysMax, `Enter at most ${shippingDaysMax}.`)
  .nullish();
const rateInput = z.object({
  market: z.string(),
  countries: z.array(countryInput).nullish(),
  basis: z.enum(shippingRateBases).default("FLAT"),
  from: z.string().default("0"),
  price: amountInput,
  freeFrom: amountInput.nullish(),
  minDays: daysInput,
  maxDays: daysInput,
});

type NewRate = Omit<ShippingRate, "methodId" | "version" | "position">;

/** A shipping method as it is to be stored. */
type NewMethod = {
  readonly id: string | undefined;
  readonly name: string;
  readonly isPickup: boolean;
  readonly trackingUrlTemplate: string | null;
  readonly taxClass: string | null;
  readonly isActive: boolean;
  readonly rates: readonly NewRate[];
  readonly expectedVersion: number | undefined;
};

/** Parses a ShippingMethodSetInput, all problems at once. @throws {ApiError} if products, which knows the markets, is unavailable. */
export async function parseShippingMethod(
  { products }: Services,
  input: unknown,
): Promise<NewMethod | { userErrors: readonly UserError[] }> {
  const head = parseInput(methodInput, input);
  const inputs = z.object({ rates: z.array(z.unknown()).max(shippingRatesMax) }).safeParse(input);
  const parsed = (inputs.data?.rates ?? []).map((rate, index) => parseInput(rateInput, rate, ["rates", index]));
  const ids = parsed.flatMap((rate) => (rate.ok ? (idOrUndefined<MarketId>(rate.value.market) ?? []) : []));
  const markets = ids.length === 0 ? new Map<MarketId, Market>() : await products.findMarkets([...new Set(ids)]);
  const rates: NewRate[] = [];
  const userErrors: UserError[] = head.ok ? [] : [...head.userErrors];
  for (const [index, one] of parsed.entries()) {
    const at = ["rates", index];
    if (!one.ok) {
      userErrors.push(...one.userErrors);
      continue;
    }
    const id = idOrUndefined<MarketId>(one.value.market);
    const market = id === undefined ? undefined : markets.get(id);
    if (market === undefined) {
      userErrors.push(validationError([...at, "market"], "There is no such market."));
      continue;
    }
    const rate = placeRate(one.value, market, at);
    if ("userErrors" in rate) userErrors.push(...rate.userErrors);
    else {
      userErrors.push(...conflictErrors(rates, rate, at));
      rates.push(rate);
    }
  }
  if (!head.ok || userErrors.length > 0) return { userErrors };
  const { value } = head;
  return {
    ...value,
    id: value.id ?? undefined,
    trackingUrlTemplate: value.trackingUrlTemplate ?? null,
    taxClass: value.taxClass ?? null,
    rates,
    expectedVersion: value.expectedVersion ?? undefined,
  };
}

/** A rate in its market's currency and countries. */
function placeRate(
  input: z.infer<typeof rateInput>,
  market: Market,
  at: readonly (string | number)[],
): NewRate | { userErrors: UserError[] } {
  const { basis, price, freeFrom, minDays, maxDays } = input;
  const countries = [...new Set(input.countries ?? [])];
  const from = parseFrom(input.from, basis, market);
  const foreign = countries.filter((country) => market.countries.length > 0 && !market.countries.includes(country));
  const inCurrency = `Prices of this market are in ${market.currency}.`;
  const userErrors = [
    ...(foreign.length > 0
      ? [validationError([...at, "countries"], `The market does not serve ${foreign.join(", ")}.`)]
      : []),
    ...(price.currency === market.currency ? [] : [validationError([...at, "price", "currencyCode"], inCurrency)]),
    ...(freeFrom == null || freeFrom.currency === market.currency
      ? []
      : [validationError([...at, "freeFrom", "currencyCode"], inCurrency)]),
    ...("message" in from ? [validationError([...at, "from"], from.message)] : []),
    ...(minDays != null && maxDays != null && minDays > maxDays
      ? [validationError([...at, "maxDays"], "The maximum number of days must not be less than the minimum.")]
      : []),
  ];
  if (userErrors.length > 0 || "message" in from) return { userErrors };
  return {
    marketId: market.id,
    countries,
    basis,
    fromValue: from.value,
    currency: market.currency,
    priceMinor: price.minorUnits,
    freeFromMinor: freeFrom?.minorUnits ?? null,
    minDays: minDays ?? null,
    maxDays: maxDays ?? null,
  };
}

function parseFrom(
  text: string,
  basis: ShippingRate["basis"],
  { currency }: Market,
): { readonly value: bigint } | { readonly message: string } {
  switch (basis) {
    case "FLAT":
      return /^0+(\.0+)?$/.test(text.trim()) ? { value: 0n } : { message: "A flat rate begins at 0." };
    case "WEIGHT_GRAMS":
      return /^\d{1,9}$/.test(text.trim())
        ? { value: BigInt(text.trim()) }
        : { message: "Enter a whole number of grams." };
    case "ORDER_VALUE": {
      const money = parseMoney(text, currency);
      return money === undefined || money.minorUnits < 0n
        ? { message: `Enter an exact amount in ${currency}.` }
        : { value: money.minorUnits };
    }
  }
}

/** A method has one basis for each market and country, and one price for each tier of it. */
function conflictErrors(rates: readonly NewRate[], rate: NewRate, at: readonly (string | number)[]): UserError[] {
  const rivals = rates.filter(
    (other) =>
      other.marketId === rate.marketId &&
      (other.countries.length === 0
        ? rate.countries.length === 0
        : other.countries.some((country) => rate.countries.includes(country))),
  );
  if (rivals.some(({ basis }) => basis !== rate.basis)) {
    return [validationError([...at, "basis"], "Another rate for the same country has another basis.")];
  }
  return rivals.some(({ fromValue }) => fromValue === rate.fromValue)
    ? [validationError([...at, "from"], "Another rate for the same country begins at the same value.")]
    : [];
}
