/** An exact amount: `minorUnits` of `currency`, cents for USD. */
export type Money = { readonly minorUnits: bigint; readonly currency: CurrencyCode };

/** ISO 4217, upper case. */
export type CurrencyCode = string & { readonly currencyCode: true };

/** How many decimals amounts of a currency have (ISO 4217, minor units); what is not listed has 2. */
const decimalsOfOthers: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** The currency; undefined for what ISO 4217 does not know. Case does not matter. */
export function parseCurrency(text: string): CurrencyCode | undefined {
  const upper = text.toUpperCase();
  return /^[A-Z]{3}$/.test(upper) && currencies.has(upper) ? (upper as CurrencyCode) : undefined;
}

/** How many decimals amounts of the currency have. */
export function decimalsOf(currency: CurrencyCode): number {
  return decimalsOfOthers[currency] ?? 2;
}

/**
 * An amount written as an exact decimal: optional sign, digits, optional point and no more decimals than the currency has (fewer are filled up).
 * undefined for anything else, exponents, thousands separators and more than 15 digits before the point included.
 */
export function parseMoney(amount: string, currencyCode: string): Money | undefined {
  const currency = parseCurrency(currencyCode);
  if (currency === undefined) return undefined;
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,4}))?$/.exec(amount.trim());
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = ""] = match;
  const decimals = decimalsOf(currency);
  if (fraction.length > decimals) return undefined;
  const minorUnits = BigInt(whole + fraction.padEnd(decimals, "0"));
  return { minorUnits: sign === "-" ? -minorUnits : minorUnits, currency };
}

/** The amount as a decimal string with exactly the currency's decimals, such as "79.90". */
export function formatAmount({ minorUnits, currency }: Money): string {
  const decimals = decimalsOf(currency);
  const digits = (minorUnits < 0n ? -minorUnits : minorUnits).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const sign = minorUnits < 0n ? "-" : "";
  return decimals === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-decimals)}`;
}

/** The graph's `Money`. */
export function moneyOutput(money: Money): { amount: string; currencyCode: string } {
  return { amount: formatAmount(money), currencyCode: money.currency };
}
