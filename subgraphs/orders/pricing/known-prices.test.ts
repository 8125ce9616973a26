import { describe, expect, test } from "vitest";
import type { DiscountId } from "#drizzle/orders/tables.ts";
import { allocate, roundHalfUp, unitShare } from "./allocate.ts";
import { chooseDiscounts } from "./choose-discounts.ts";
import { priceOrder } from "./price-order.ts";
import type { DiscountRule, OrderToPrice, TaxRule } from "./pricing-model.ts";
import { priceWithoutTax } from "./reverse-charge.ts";

const rate = (millionths: number): TaxRule => ({ name: "VAT", rate: BigInt(millionths), treatment: "STANDARD" });
const vat19 = rate(190_000);
const vat7 = rate(70_000);
const line = (unitPrice: bigint, quantity = 1, tax = vat19) => ({ unitPrice, quantity, tax });
const order = (given: Partial<OrderToPrice>): OrderToPrice => ({
  lines: [],
  shipping: null,
  discounts: [],
  pricesIncludeTax: true,
  ...given,
});
let age = 0;
const discount = (given: Partial<DiscountRule> & Pick<DiscountRule, "effect" | "lines">): DiscountRule => {
  age += 1;
  return {
    id: String(age) as DiscountId,
    name: "Discount",
    code: null,
    target: "ORDER",
    priority: 0,
    createdAt: new Date(age),
    combines: true,
    ...given,
  };
};
const percent = (value: number) => ({ kind: "percentage", percentage: BigInt(value * 10_000) }) as const;
const amount = (minorUnits: bigint) => ({ kind: "amount", amount: minorUnits }) as const;

describe("rounding and sharing", () => {
  test("halves are rounded up", () => {
    expect([roundHalfUp(5n, 10n), roundHalfUp(4n, 10n), roundHalfUp(15n, 10n), roundHalfUp(0n, 3n)]).toEqual([
      1n,
      0n,
      2n,
      0n,
    ]);
  });

  test("10.00 over three equal lines is 3.34, 3.33 and 3.33", () => {
    expect(allocate(1_000n, [3_333n, 3_333n, 3_333n])).toEqual([334n, 333n, 333n]);
  });

  test("the extra unit goes to the largest remainder, wherever it stands", () => {
    expect(allocate(10n, [1n, 1n, 7n])).toEqual([1n, 1n, 8n]);
    expect(allocate(5n, [3n, 4n, 3n])).toEqual([2n, 2n, 1n]);
  });

  test("nothing is allocated over no weight, and something cannot be", () => {
    expect(allocate(0n, [0n, 0n])).toEqual([0n, 0n]);
    expect(() => allocate(1n, [0n])).toThrow(RangeError);
  });

  test("the units of a line refunded one by one give back exactly what all of them cost", () => {
    expect([0, 1, 2].map((before) => unitShare(1_000n, 3, before, 1))).toEqual([333n, 334n, 333n]);
    expect(unitShare(1_000n, 3, 0, 3)).toBe(1_000n);
    expect(() => unitShare(1_000n, 3, 2, 2)).toThrow(RangeError);
  });
});

describe("tax", () => {
  test("2.99 with 4 % tax contains 0.12", () => {
    expect(priceOrder(order({ lines: [line(299n, 1, rate(40_000))] }))).toMatchObject({ tax: 12n, total: 299n });
  });

  test("four lines of 2.50 at 8.625 % are taxed once: 0.86", () => {
    const tax = rate(86_250);
    const price = priceOrder(
      order({ lines: Array.from({ length: 4 }, () => line(250n, 1, tax)), pricesIncludeTax: false }),
    );
    expect(price).toMatchObject({ subtotal: 1_000n, tax: 86n, total: 1_086n });
    expect(price.lines.map((one) => one.tax)).toEqual([22n, 22n, 21n, 21n]);
  });

  test("shipping follows the goods: in proportion to what is left of them", () => {
    const price = priceOrder(
      order({ lines: [line(3_000n), line(1_000n, 1, vat7)], shipping: { price: 490n, tax: "goods" } }),
    );
    expect(price.shippingPrice.shares).toEqual([
      { rule: vat19, amount: 368n, tax: expect.any(BigInt) },
      { rule: vat7, amount: 122n, tax: expect.any(BigInt) },
    ]);
    expect(price.taxes.map(({ taxable, tax }) => taxable + tax)).toEqual([3_368n, 1_122n]);
    expect(price.total).toBe(4_490n);
  });

  test("shipping of free goods is taxed at the highest rate, and of fully discounted ones by their list amounts", () => {
    const free = priceOrder(order({ lines: [line(0n, 1, vat7), line(0n)], shipping: { price: 490n, tax: "goods" } }));
    expect(free.shippingPrice.shares).toMatchObject([{ rule: vat19, amount: 490n }]);
    const gone = priceOrder(
      order({
        lines: [line(1_000n), line(1_000n, 1, vat7)],
        shipping: { price: 490n, tax: "goods" },
        discounts: [discount({ effect: percent(100), lines: [0, 1] })],
      }),
    );
    expect(gone.shippingPrice.shares).toMatchObject([{ amount: 245n }, { amount: 245n }]);
    expect(gone).toMatchObject({ discount: 2_000n, total: 490n });
  });

  test("11.90 without 20 % tax is 9.92, and an export keeps its price and contains no tax", () => {
    expect(priceWithoutTax(1_190n, 200_000n)).toBe(992n);
    const tax: TaxRule = { name: "Export", rate: 0n, treatment: "EXPORT" };
    expect(priceOrder(order({ lines: [line(1_190n, 1, tax)] }))).toMatchObject({ tax: 0n, total: 1_190n });
  });
});

describe("discounts", () => {
  test("100 % off leaves nothing anywhere", () => {
    const price = priceOrder(
      order({
        lines: [line(3_333n), line(1n, 3, vat7)],
        shipping: { price: 490n, tax: "goods" },
        discounts: [
          discount({ effect: percent(100), lines: [0, 1] }),
          discount({ target: "SHIPPING", effect: percent(100), lines: [] }),
        ],
      }),
    );
    expect(price).toMatchObject({ subtotal: 3_336n, shipping: 490n, discount: 3_826n, tax: 0n, total: 0n });
    expect(price.lines.map(({ total }) => total)).toEqual([0n, 0n]);
  });

  test("an amount on lines is per unit and never more than what is left", () => {
    const price = priceOrder(
      order({
        lines: [line(1_000n, 3), line(200n, 2)],
        discounts: [discount({ target: "LINES", effect: amount(300n), lines: [0, 1] })],
      }),
    );
    expect(price.lines.map((one) => one.discount)).toEqual([900n, 400n]);
  });

  test("buy two get one reduces the cheapest unit of each three over all matching lines", () => {
    const price = priceOrder(
      order({
        lines: [line(1_000n, 4), line(500n, 1), line(700n, 2)],
        discounts: [
          discount({
            target: "LINES",
            effect: { kind: "buyXGetY", buyQuantity: 2, getQuantity: 1, percentage: 1_000_000n },
            lines: [0, 1, 2],
          }),
        ],
      }),
    );
    expect(price.lines.map((one) => one.discount)).toEqual([0n, 500n, 700n]);
  });

  test("lines come before the order, the order before shipping, and a lower priority first", () => {
    const price = priceOrder(
      order({
        lines: [line(1_000n)],
        discounts: [
          discount({ effect: amount(100n), lines: [0] }),
          discount({ target: "LINES", effect: percent(10), lines: [0], priority: 2 }),
          discount({ target: "LINES", effect: amount(500n), lines: [0], priority: 1 }),
        ],
      }),
    );
    expect(price.discounts.map(({ amount: taken }) => taken)).toEqual([500n, 50n, 100n]);
  });

  test("either all that combine apply or a single one that does not, whichever leaves the lower total", () => {
    const combining = [discount({ effect: percent(10), lines: [0] }), discount({ effect: percent(10), lines: [0] })];
    const single = discount({ effect: percent(19), lines: [0], combines: false });
    const better = discount({ effect: percent(20), lines: [0], combines: false });
    const chosen = (discounts: DiscountRule[]) => chooseDiscounts(order({ lines: [line(10_000n)], discounts }));
    expect(chosen([...combining, single])).toEqual(combining);
    expect(chosen([...combining, single, better])).toEqual([better]);
    const newer = discount({ effect: percent(20), lines: [0], combines: false });
    expect(chosen([newer, better])).toEqual([better]);
  });

  test("a discount on shipping applies with nothing while no option is chosen", () => {
    const shipping = discount({ target: "SHIPPING", effect: percent(100), lines: [], combines: false });
    const given = order({ lines: [line(1_000n)], discounts: [shipping] });
    expect(chooseDiscounts(given)).toEqual([shipping]);
    expect(priceOrder(given).discounts).toMatchObject([{ discount: shipping, amount: 0n }]);
  });
});
