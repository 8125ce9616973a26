import { equal } from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import type { DiscountId } from "#drizzle/orders/tables.ts";
import { allocate, unitShare } from "./allocate.ts";
import { orderTotal, priceOrder } from "./price-order.ts";
import type { DiscountRule, LineToPrice, OrderToPrice, TaxRule } from "./pricing-model.ts";

// `npm run test:pricing` runs a million; a shorter run is part of `npm test`. Node's assertions, because those of Vitest
// take most of the time of so many runs.
const runs = Number(process.env.PRICING_RUNS ?? 10_000);

const money = fc.bigInt({ min: 0n, max: 5_000_000n });
const percentage = fc.integer({ min: 0, max: 1_000_000 }).map(BigInt);
const taxRule: fc.Arbitrary<TaxRule> = fc.oneof(
  fc
    .integer({ min: 0, max: 300_000 })
    .map((rate): TaxRule => ({ name: "VAT", rate: BigInt(rate), treatment: "STANDARD" })),
  fc.constantFrom<TaxRule>(
    { name: "VAT 19%", rate: 190_000n, treatment: "STANDARD" },
    { name: "VAT 7%", rate: 70_000n, treatment: "STANDARD" },
    { name: "Export", rate: 0n, treatment: "EXPORT" },
  ),
);
const line: fc.Arbitrary<LineToPrice> = fc.record({
  unitPrice: money,
  quantity: fc.integer({ min: 1, max: 1_000 }),
  tax: taxRule,
});
const discountFor = (lines: number): fc.Arbitrary<DiscountRule> =>
  fc
    .record({
      id: fc.uuid().map((id) => id as DiscountId),
      target: fc.constantFrom<DiscountRule["target"]>("LINES", "ORDER", "SHIPPING"),
      effect: fc.oneof(
        percentage.map((value) => ({ kind: "percentage", percentage: value }) as const),
        money.map((value) => ({ kind: "amount", amount: value }) as const),
        fc
          .record({
            buyQuantity: fc.integer({ min: 1, max: 5 }),
            getQuantity: fc.integer({ min: 1, max: 5 }),
            percentage,
          })
          .map((value) => ({ kind: "buyXGetY", ...value }) as const),
      ),
      lines: fc.subarray(Array.from({ length: lines }, (_line, index) => index)),
      priority: fc.integer({ min: 0, max: 3 }),
      createdAt: fc.integer({ min: 0, max: 5 }).map((time) => new Date(time)),
    })
    .map((given) => ({
      name: "Discount",
      code: null,
      combines: true,
      ...given,
      target: given.effect.kind === "buyXGetY" ? "LINES" : given.target,
    }));
const order: fc.Arbitrary<OrderToPrice> = fc.array(line, { minLength: 1, maxLength: 8 }).chain((lines) =>
  fc.record({
    lines: fc.constant(lines),
    shipping: fc.option(fc.record({ price: money, tax: fc.oneof(taxRule, fc.constant("goods" as const)) })),
    discounts: fc.array(discountFor(lines.length), { maxLength: 5 }),
    pricesIncludeTax: fc.boolean(),
  }),
);
const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

test("the total of any order is its parts, and every sum is the sum of the lines' and the shipping's shares", () => {
  fc.assert(
    fc.property(order, (given) => {
      const price = priceOrder(given);
      const { lines, shippingPrice, discounts, taxes } = price;
      const added = price.pricesIncludeTax ? 0n : price.tax;
      equal(price.total, price.subtotal - price.discount + price.shipping + added);
      equal(price.total, sum(lines.map(({ total }) => total)) + shippingPrice.total);
      equal(price.subtotal, sum(lines.map(({ list }) => list)));
      equal(price.discount, sum(lines.map(({ discount }) => discount)) + shippingPrice.discount);
      equal(price.discount, sum(discounts.map(({ amount }) => amount)));
      equal(price.tax, sum(lines.map(({ tax }) => tax)) + shippingPrice.tax);
      equal(price.tax, sum(taxes.map(({ tax }) => tax)));
      equal(shippingPrice.tax, sum(shippingPrice.shares.map(({ tax }) => tax)));
      equal(price.shipping - shippingPrice.discount, sum(shippingPrice.shares.map(({ amount }) => amount)));
      for (const one of discounts) equal(one.amount, sum(one.lines) + one.shipping);
      for (const [index, one] of lines.entries()) {
        equal(one.discount, sum(discounts.map((discount) => discount.lines[index] ?? 0n)));
        const left = one.list - one.discount;
        equal(left >= 0n && one.tax >= 0n && one.tax <= (price.pricesIncludeTax ? left : left + 1n), true);
        equal(one.total, left + (price.pricesIncludeTax ? 0n : one.tax));
      }
      equal(orderTotal(given), price.total);
      equal(shippingPrice.total >= 0n && price.total >= 0n, true);
    }),
    { numRuns: runs },
  );
}, 600_000);

test("allocated parts add up, differ from their exact share by less than one unit, and stay within their weight", () => {
  fc.assert(
    fc.property(fc.array(money, { minLength: 1, maxLength: 20 }), money, (weights, amount) => {
      const total = sum(weights);
      fc.pre(total > 0n);
      const parts = allocate(amount, weights);
      equal(sum(parts), amount);
      for (const [index, part] of parts.entries()) {
        const weight = weights[index] ?? 0n;
        const difference = part * total - amount * weight;
        equal(difference > -total && difference < total, true);
        if (amount <= total) equal(part <= weight, true);
      }
    }),
    { numRuns: runs },
  );
}, 600_000);

test("the units of a line, given back in any portions, add up to the line", () => {
  fc.assert(
    fc.property(
      money,
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 10 }),
      (amount, portions) => {
        const quantity = portions.reduce((total, units) => total + units, 0);
        let before = 0;
        let given = 0n;
        for (const units of portions) {
          const share = unitShare(amount, quantity, before, units);
          equal(share >= 0n, true);
          given += share;
          before += units;
        }
        equal(given, amount);
      },
    ),
    { numRuns: runs },
  );
}, 600_000);
