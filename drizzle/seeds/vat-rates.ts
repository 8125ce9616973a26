/** The VAT rates of a country, in percent. */
export type VatRates = { readonly country: string; readonly standard: string; readonly reduced: string | null };

/** When the rates below were in force. */
export const vatRatesAt = "2026-01-01";

/**
 * Standard and reduced rates of the members of the European Union, the United Kingdom and Switzerland, as the European Commission's "Taxes in Europe"
 * database, GOV.UK and the Swiss Federal Tax Administration publish them. Where a country has several reduced rates, this is the one for most food or
 * books; a shop has to check which rate applies to what it sells. Null: the country has no reduced rate.
 */
export const vatRates: readonly VatRates[] = [
  { country: "AT", standard: "20", reduced: "10" },
  { country: "BE", standard: "21", reduced: "6" },
  { country: "BG", standard: "20", reduced: "9" },
  { country: "CH", standard: "8.1", reduced: "2.6" },
  { country: "CY", standard: "19", reduced: "5" },
  { country: "CZ", standard: "21", reduced: "12" },
  { country: "DE", standard: "19", reduced: "7" },
  { country: "DK", standard: "25", reduced: null },
  { country: "EE", standard: "24", reduced: "9" },
  { country: "ES", standard: "21", reduced: "10" },
  { country: "FI", standard: "25.5", reduced: "13.5" },
  { country: "FR", standard: "20", reduced: "5.5" },
  { country: "GB", standard: "20", reduced: "5" },
  { country: "GR", standard: "24", reduced: "13" },
  { country: "HR", standard: "25", reduced: "5" },
  { country: "HU", standard: "27", reduced: "5" },
  { country: "IE", standard: "23", reduced: "13.5" },
  { country: "IT", standard: "22", reduced: "10" },
  { country: "LT", standard: "21", reduced: "12" },
  { country: "LU", standard: "17", reduced: "3" },
  { country: "LV", standard: "21", reduced: "12" },
  { country: "MT", standard: "18", reduced: "5" },
  { country: "NL", standard: "21", reduced: "9" },
  { country: "PL", standard: "23", reduced: "5" },
  { country: "PT", standard: "23", reduced: "6" },
  { country: "RO", standard: "21", reduced: "11" },
  { country: "SE", standard: "25", reduced: "12" },
  { country: "SI", standard: "22", reduced: "9.5" },
  { country: "SK", standard: "23", reduced: "5" },
];
