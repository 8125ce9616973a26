import { z } from "zod";
import { shippingRateBases } from "#drizzle/orders/tables.ts";
import type { MarketId } from "#platform/shop/ids.ts";
import {
  countryInput,
  despiteOtherErrors,
  idOrUndefined,
  parseInput,
  taxClassInput,
  urlInput,
  validationError,
} from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import type { Market } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { settingAmountInput } from "../settings/setting-amount.ts";
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

const daysInput = z
  .int()
  .min(0, "Enter 0 or more.")
  .max(shippingDaysMax, `Enter at most ${shippingDaysMax}.`)
  .nullish()
  .transform((days) => days ?? null);

/** A price of a method. @param market the market that the input names; undefined if there is none. */
const rateInput = (market: Market | undefined) =>
  z
    .object({
      market: z.string().refine(() => market !== undefined, "There is no such market."),
      countries: z
        .array(countryInput)
        .nullish()
        .transform((countries) => [...new Set(countries ?? [])])
        .superRefine((countries, context) => {
          const foreign = countries.filter((country) => market !== undefined && !serves(market, country));
          if (foreign.length === 0) return;
          context.addIssue({ code: "custom", message: `The market does not serve ${foreign.join(", ")}.` });
        }),
      basis: z.enum(shippingRateBases).default("FLAT"),
      from: z.string().default("0"),
      price: amountInput(market),
      freeFrom: amountInput(market).nullish(),
      minDays: daysInput,
      maxDays: daysInput,
    })
    .superRefine(({ basis, from, minDays, maxDays }, context) => {
      const begins = market === undefined ? undefined : parseFrom(from, basis, market);
      if (begins !== undefined && "message" in begins) {
        context.addIssue({ code: "custom", path: ["from"], message: begins.message });
      }
      if (minDays !== null && maxDays !== null && minDays > maxDays) {
        const message = "The maximum number of days must not be less than the minimum.";
        context.addIssue({ code: "custom", path: ["maxDays"], message });
      }
    }, despiteOtherErrors);

/** An amount in the market's currency, or in any while the market is unknown. */
function amountInput(market: Market | undefined) {
  return settingAmountInput(0n).superRefine(({ currency }, context) => {
    if (market === undefined || currency === market.currency) return;
    const message = `Prices of this market are in ${market.currency}.`;
    context.addIssue({ code: "custom", path: ["currencyCode"], message });
  });
}

function serves({ countries }: Market, country: string): boolean {
  return countries.length === 0 || countries.includes(country);
}

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
  const given = inputs.data?.rates ?? [];
  const named = given.map((rate) => z.object({ market: z.string() }).safeParse(rate).data?.market);
  const ids = [...new Set(named.flatMap((market) => idOrUndefined<MarketId>(market) ?? []))];
  const markets = ids.length === 0 ? new Map<MarketId, Market>() : await products.findMarkets(ids);
  const rates: NewRate[] = [];
  const userErrors: UserError[] = head.ok ? [] : [...head.userErrors];
  for (const [index, one] of given.entries()) {
    const at = ["rates", index];
    const id = idOrUndefined<MarketId>(named[index]);
    const market = id === undefined ? undefined : markets.get(id);
    const parsed = parseInput(rateInput(market), one, at);
    if (!parsed.ok) userErrors.push(...parsed.userErrors);
    else if (market !== undefined) {
      const rate = newRate(parsed.value, market);
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

/** A rate as it is to be stored. */
function newRate(input: z.infer<ReturnType<typeof rateInput>>, market: Market): NewRate {
  const { countries, basis, price, freeFrom, minDays, maxDays } = input;
  const from = parseFrom(input.from, basis, market);
  return {
    ...{ marketId: market.id, currency: market.currency, countries, basis },
    fromValue: "value" in from ? from.value : 0n,
    priceMinor: price.minorUnits,
    freeFromMinor: freeFrom?.minorUnits ?? null,
    ...{ minDays, maxDays },
  };
}

/** Where a tier begins: in minor units of the market's currency, or in grams. */
function parseFrom(
  text: string,
  basis: ShippingRate["basis"],
  { currency }: Market,
): { readonly value: bigint } | { readonly message: string } {
  switch (basis) {
    case "FLAT":
      return /^0+(\.0+)?$/.test(text) ? { value: 0n } : { message: "A flat rate begins at 0." };
    case "WEIGHT_GRAMS":
      return /^\d{1,9}$/.test(text) ? { value: BigInt(text) } : { message: "Enter a whole number of grams." };
    case "ORDER_VALUE": {
      const amount = settingAmountInput(0n).safeParse({ amount: text, currencyCode: currency });
      return amount.success
        ? { value: amount.data.minorUnits }
        : { message: amount.error.issues[0]?.message ?? `Enter an exact amount in ${currency}.` };
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
