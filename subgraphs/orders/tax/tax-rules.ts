import type { TaxRule } from "../pricing/pricing-model.ts";
import type { TaxAddress } from "../pricing/tax-calculator.ts";
import type { Settings, TaxRate } from "../settings/settings.ts";
import { isMemberState, territoryOf } from "./tax-territory.ts";

/** As far as the table of rates looks at an address. */
type Destination = Pick<TaxAddress, "country" | "region">;

/** How the sale to one destination is taxed. */
export type TaxRules = {
  /** The rule for a tax class. */
  readonly ruleOf: (taxClass: string) => TaxRule;
  /**
   * Set if the buyer accounts for the tax: the rate, in millionths, that prices of a class contain and that has to come off. The rule of every class
   * is REVERSE_CHARGE then.
   */
  readonly containedRate: ((taxClass: string) => bigint) | undefined;
};

const reverseCharge: TaxRule = { name: "Reverse charge", rate: 0n, treatment: "REVERSE_CHARGE" };
const exported: TaxRule = { name: "Export", rate: 0n, treatment: "EXPORT" };
const notCollected: TaxRule = { name: "Not collected", rate: 0n, treatment: "NOT_COLLECTED" };

/**
 * The rules for a destination at a time: its own rates; without any, inside the shop's tax territory what the settings say, and EXPORT outside.
 *
 * @param businessOf the member state of the buyer's verified VAT number; undefined without one. It makes a sale between two member states a reverse
 * charge, unless the number is of the shop's own state (Directive 2006/112/EC, Article 138).
 */
export function taxRules(
  { tax, taxRates }: Settings,
  destination: Destination,
  now: Date,
  businessOf: string | undefined,
): TaxRules {
  const home = { country: tax.homeCountry, region: tax.homeRegion };
  const charged = chargedRules(taxRates, tax.unregistered, home, destination, now);
  const isReverseCharge =
    businessOf !== undefined &&
    businessOf !== home.country &&
    destination.country !== home.country &&
    [home.country, destination.country, businessOf].every(isMemberState);
  if (!isReverseCharge) return { ruleOf: charged, containedRate: undefined };
  return { ruleOf: () => reverseCharge, containedRate: (taxClass) => charged(taxClass).rate };
}

function chargedRules(
  rates: readonly TaxRate[],
  unregistered: Settings["tax"]["unregistered"],
  home: Destination,
  destination: Destination,
  now: Date,
): (taxClass: string) => TaxRule {
  const own = ratesOf(rates, destination, now);
  if (own !== undefined) return own;
  if (territoryOf(home.country) !== territoryOf(destination.country)) return () => exported;
  return (unregistered === "HOME_RATES" ? ratesOf(rates, home, now) : undefined) ?? (() => notCollected);
}

/** The rule by tax class where there are rates. A region's rate replaces the country's, and a class without a rate takes that of `standard`. */
function ratesOf(
  rates: readonly TaxRate[],
  { country, region }: Destination,
  now: Date,
): ((taxClass: string) => TaxRule) | undefined {
  const regionCode = regionKey(country, region);
  const valid = rates.filter(
    (rate) =>
      rate.country === country &&
      (rate.region === null || rate.region === regionCode) &&
      rate.validFrom <= now &&
      (rate.validUntil === null || rate.validUntil > now),
  );
  if (valid.length === 0) return undefined;
  const find = (taxClass: string) => {
    const ofClass = valid.filter((rate) => rate.taxClass === taxClass);
    return ofClass.find((rate) => rate.region !== null) ?? ofClass[0];
  };
  return (taxClass) => {
    const rate = find(taxClass) ?? find("standard");
    if (rate === undefined) return notCollected;
    return { name: rate.name, rate: BigInt(rate.rateMillionths), treatment: "STANDARD" };
  };
}

/** The region as rates are kept: the part of ISO 3166-2 after the country, in upper case. */
export function regionKey(country: string, region: string | null): string | null {
  if (region === null) return null;
  const upper = region.trim().toUpperCase();
  return upper.startsWith(`${country}-`) ? upper.slice(country.length + 1) : upper;
}
