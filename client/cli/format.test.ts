import { stripVTControlCharacters, styleText } from "node:util";
import { expect, test } from "vitest";
import { columns, cut, lineName, price, table } from "./format.ts";

test("prices are exact and have the decimals of their currency", () => {
  expect(price({ amount: "1299.99", currencyCode: "USD" })).toBe("$1,299.99");
  expect(price({ amount: "1500", currencyCode: "JPY" })).toBe("¥1,500");
  expect(price({ amount: "0.125", currencyCode: "KWD" })).toContain("0.125");
  // More digits than a double holds.
  expect(price({ amount: "90071992547409.93", currencyCode: "USD" })).toBe("$90,071,992,547,409.93");
  expect(() => price({ amount: "NaN", currencyCode: "USD" })).toThrow("not a decimal number");
});

test("columns stay aligned with colours, wide characters and missing cells", () => {
  const rows = [[styleText("red", "日本"), "1"], ["x", "20"], ["only one"]];
  expect(stripVTControlCharacters(table(["Name", ">Count"], rows)).split("\n")).toEqual([
    "Name      Count",
    "日本          1",
    "x            20",
    "only one",
  ]);
  expect(columns([])).toEqual([]);
});

test("a line names the variant only if the product has several", () => {
  expect(lineName("Mouse", "Default")).toBe("Mouse");
  expect(lineName("Jeans", "Blue / M")).toBe("Jeans, Blue / M");
  expect(cut("abcdef", 4)).toBe("abc…");
});
