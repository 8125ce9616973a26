import { parseCountry } from "#platform/shop/countries.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { formatAmount, moneyOutput } from "#platform/shop/money.ts";
import { formatPercent } from "#platform/shop/percent.ts";
import type {
  MutationResolvers,
  QueryResolvers,
  ShippingRateResolvers,
  TaxRateResolvers,
} from "#schema/generated/orders.ts";
import { setShippingMethod } from "../shipping/set-shipping-method.ts";
import { readTaxRates, setTaxRates, updateTaxSettings } from "../tax/change-tax.ts";

/** Queries of the settings. */
export const settingsQueries = {
  taxSettings: async (_parent, _args, { services: { settings } }) =>
    (await settings.recent(await settings.moment())).tax,
  taxRates: async (_parent, { country }, { db }) => {
    const code = country == null ? undefined : parseCountry(country);
    return country != null && code === undefined ? [] : readTaxRates(db, code);
  },
  shippingMethods: async (_parent, _args, { services: { settings } }) => [
    ...(await settings.recent(await settings.moment())).shippingMethods,
  ],
} satisfies QueryResolvers;

/** Mutations of the settings. */
export const settingsMutations = {
  taxSettingsUpdate: async (_parent, { input }, { services }) => updateTaxSettings(services, input),
  taxRatesSet: async (_parent, { input }, { services }) => setTaxRates(services, input),
  shippingMethodSet: async (_parent, { input }, { services }) => setShippingMethod(services, input),
} satisfies MutationResolvers;

/** Fields of TaxRate. */
export const taxRateFields: TaxRateResolvers = {
  rate: ({ rateMillionths }) => formatPercent(rateMillionths),
};

/** Fields of ShippingRate. */
export const shippingRateFields: ShippingRateResolvers = {
  market: ({ marketId }) => ({ id: marketId }),
  from: ({ basis, fromValue, currency }) =>
    basis === "ORDER_VALUE" ? formatAmount({ minorUnits: fromValue, currency }) : fromValue.toString(),
  price: ({ priceMinor, currency }) => money(priceMinor, currency),
  freeFrom: ({ freeFromMinor, currency }) => (freeFromMinor === null ? null : money(freeFromMinor, currency)),
};

function money(minorUnits: bigint, currency: CurrencyCode) {
  return moneyOutput({ minorUnits, currency });
}
