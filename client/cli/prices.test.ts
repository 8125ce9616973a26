import { expect, test } from "vitest";
import { keptPrices } from "./prices.ts";

const market = { __typename: "Market", id: "eu", code: "eu" } as const;
const now = new Date("2026-03-10T00:00:00.000Z");
const day = (date: number) => `2026-03-${String(date).padStart(2, "0")}T00:00:00.000Z`;
const price = (amount: string, from: number, until: number | null) => ({
  __typename: "VariantPrice" as const,
  market,
  price: { __typename: "Money" as const, amount, currencyCode: "EUR" },
  compareAtPrice: null,
  validFrom: day(from),
  validUntil: until === null ? null : day(until),
});
const kept = (prices: ReturnType<typeof price>[], from: number | null, until: number | null) =>
  keptPrices(
    prices,
    { ...(from === null ? {} : { validFrom: day(from) }), ...(until === null ? {} : { validUntil: day(until) }) },
    now,
  ).map(({ price: { amount }, validFrom, validUntil }) => [amount, validFrom ?? "now", validUntil ?? "open"]);

test("a price from now on without an end leaves nothing of those that have not ended", () => {
  expect(kept([price("1", 1, 5), price("2", 5, 15), price("3", 15, null)], null, null)).toEqual([]);
});

test("a later price leaves the running one until then, and those after its end", () => {
  const prices = [price("1", 1, 5), price("2", 5, 15), price("3", 15, null)];
  expect(kept(prices, 20, null)).toEqual([
    ["2", "now", day(15)],
    ["3", day(15), day(20)],
  ]);
  expect(kept(prices, 12, 13)).toEqual([
    ["2", "now", day(12)],
    ["2", day(13), day(15)],
    ["3", day(15), "open"],
  ]);
  expect(kept(prices, null, 16)).toEqual([["3", day(16), "open"]]);
  expect(kept(prices, 5, 12)).toEqual([
    ["2", day(12), day(15)],
    ["3", day(15), "open"],
  ]);
});
