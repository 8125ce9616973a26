import currencyCodes from "currency-codes";

/** An exact amount: `minorUnits` of `currency`, cents for USD. */
export type Money = { readonly minorUnits: bigint; readonly currency: CurrencyCode };

/** ISO 4217, upper case. */
export type CurrencyCode = string & { readonly currencyCode: true };

/**
 * What the amendments to ISO 4217 after the package's list (25 June 2024) changed: 176 replaced the Netherlands Antillean guilder and withdrew the
 * convertible peso, and the lev gave way to the euro on 1 January 2026.
 */
const added: readonly (readonly [string, number])[] = [["XCG", 2]];
const withdrawn: ReadonlySet<string> = new Set(["ANG", "CUC", "BGN"]);

/** Codes of X that are money; the others are metals, units of account, a test code and "no currency". */
const supranational: ReadonlySet<string> = new Set(["XAF", "XCD", "XCG", "XOF", "XPF"]);

const decimalsByCode: ReadonlyMap<string, number> = new Map(
  [...currencyCodes.data.map(({ code, digits }) => [code, digits] as const), ...added].filter(
    ([code]) => !withdrawn.has(code) && (!code.startsWith("X") || supranational.has(code)),
  ),
);

/** The currency; undefined for what is not active in ISO 4217. Case does not matter. */
export function parseCurrency(text: string): CurrencyCode | undefined {
  const upper = text.toUpperCase();
  return decimalsByCode.has(upper) ? (upper as CurrencyCode) : undefined;
}

/** How many decimals amounts of the currency have (its ISO 4217 minor unit). */
export function decimalsOf(currency: CurrencyCode): number {
  return decimalsByCode.get(currency) ?? 2;
}

/**
 * An amount written as an exact decimal: optional sign, digits, optional point and no more decimals than the currency has (missing ones count as zeros).
 * Undefined for anything else, such as spaces, exponents, thousands separators and more than 15 digits before the point.
 */
export function parseMoney(amount: string, currencyCode: string): Money | undefined {
  const currency = parseCurrency(currencyCode);
  if (currency === undefined) return undefined;
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,4}))?$/.exec(amount);
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
