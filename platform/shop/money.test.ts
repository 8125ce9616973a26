import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimalsOf, formatAmount, parseCurrency, parseMoney } from "./money.ts";

describe("money", () => {
  test.each([
    ["79.99", "USD", 7999n],
    ["79.9", "usd", 7990n],
    ["80", "EUR", 8000n],
    ["1500", "JPY", 1500n],
    ["1.234", "KWD", 1234n],
    ["-0.05", "USD", -5n],
    ["999999999999999.99", "USD", 99999999999999999n],
  ])("%s %s is %s minor units", (amount, currency, minorUnits) => {
    expect(parseMoney(amount, currency)?.minorUnits).toBe(minorUnits);
  });

  test.each([
    ["1.999", "USD"],
    ["1.5", "JPY"],
    ["1.2345", "KWD"],
    ["1e3", "USD"],
    ["1,000", "USD"],
    [" 1", "USD"],
    ["1 ", "USD"],
    ["1\n", "USD"],
    ["$ 79.99", "USD"],
    ["", "USD"],
    [".5", "USD"],
    ["5.", "USD"],
    ["NaN", "USD"],
    ["1234567890123456", "USD"],
    ["٣", "USD"],
    ["1", "USX"],
    ["1", "US"],
  ])("%s %s is rejected rather than rounded", (amount, currency) => {
    expect(parseMoney(amount, currency)).toBeUndefined();
  });

  test("what is written is read back to the same amount, in every number of decimals", () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 15n) + 1n, 10n ** 15n - 1n),
        fc.constantFrom("USD", "JPY", "KWD"),
        (minorUnits, code) => {
          const currency = parseCurrency(code);
          if (currency === undefined) throw new Error(`${code} is a currency.`);
          const written = formatAmount({ minorUnits, currency });
          expect(written.split(".")[1]?.length ?? 0).toBe(decimalsOf(currency));
          expect(parseMoney(written, code)?.minorUnits).toBe(minorUnits);
        },
      ),
    );
  });
});

test.each([
  ["VED", 2],
  ["CLF", 4],
  ["UYW", 4],
  ["XCG", 2],
  ["XOF", 0],
  ["BHD", 3],
  ["jpy", 0],
])("%s is an active currency with %d decimals", (code, decimals) => {
  const currency = parseCurrency(code);
  expect(currency && decimalsOf(currency)).toBe(decimals);
});

test.each(["HRK", "ANG", "CUC", "BGN", "DEM", "ZWL", "SLL", "XXX", "XTS", "XAU", "XDR", "US", "USDX", "", "__proto__"])(
  "%s is not an active currency",
  (code) => expect(parseCurrency(code)).toBeUndefined(),
);
