import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import type { Order, OrderItem } from "../order/order.ts";
import { priceOrder } from "../pricing/price-order.ts";
import type { OrderToPrice, TaxRule } from "../pricing/pricing-model.ts";
import { planGoodwill, planRest, planShares, type RefundBasis, type RefundPlan, shippingPaid } from "./refund-plan.ts";

// Node's assertions, because those of Vitest take most of the time of so many runs.
const runs = Number(process.env.PRICING_RUNS ?? 2_000);

const rule = fc.constantFrom<TaxRule>(
  { name: "VAT 19%", rate: 190_000n, treatment: "STANDARD" },
  { name: "VAT 7%", rate: 70_000n, treatment: "STANDARD" },
  { name: "Export", rate: 0n, treatment: "EXPORT" },
);
const money = fc.bigInt({ min: 0n, max: 20_000n });
const toPrice: fc.Arbitrary<OrderToPrice> = fc.record({
  lines: fc.array(fc.record({ unitPrice: money, quantity: fc.integer({ min: 1, max: 7 }), tax: rule }), {
    minLength: 1,
    maxLength: 4,
  }),
  shipping: fc.option(fc.record({ price: money, tax: fc.constant("goods" as const) })),
  discounts: fc.constant([]),
  pricesIncludeTax: fc.boolean(),
});
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom(
      "units" as const,
      "units" as const,
      "less" as const,
      "shipping" as const,
      "goodwill" as const,
    ),
    line: fc.nat({ max: 3 }),
    units: fc.integer({ min: 1, max: 3 }),
    part: fc.integer({ min: 0, max: 100 }).map(BigInt),
    fails: fc.boolean(),
  }),
  { maxLength: 12 },
);

/** What refunds are planned from, for an order of that price. The columns that no plan reads are left out. */
function basisOf(given: OrderToPrice): RefundBasis {
  const price = priceOrder(given);
  const items = price.lines.map((line, index) => ({
    id: `line-${index}`,
    quantity: given.lines[index]?.quantity ?? 1,
    totalMinor: line.total,
    taxMinor: line.tax,
    taxName: line.rule.name,
    taxRate: Number(line.rule.rate),
    taxTreatment: line.rule.treatment,
    refundedQuantity: 0,
    refundedMinor: 0n,
    refundedTaxMinor: 0n,
    refundedShareMinor: 0n,
    refundedShareTaxMinor: 0n,
  }));
  const shares = new Map(
    price.shippingPrice.shares.map((share) => [JSON.stringify([share.rule.name, share.rule.treatment]), share]),
  );
  const taxes = price.taxes.map(({ rule: { name, rate, treatment }, taxable, tax }) => {
    const share = shares.get(JSON.stringify([name, treatment]));
    return {
      name,
      rate: Number(rate),
      treatment,
      taxableMinor: taxable,
      taxMinor: tax,
      shippingMinor: share?.amount ?? 0n,
      shippingTaxMinor: share?.tax ?? 0n,
    };
  });
  const order = {
    amountPaidMinor: price.total,
    refundCommittedMinor: 0n,
    shippingMinor: price.shipping,
    shippingDiscountMinor: price.shippingPrice.discount,
    shippingTaxMinor: price.shippingPrice.tax,
    shippingRefundedMinor: 0n,
    shippingRefundedTaxMinor: 0n,
    pricesIncludeTax: price.pricesIncludeTax,
  };
  return {
    order: order as Order,
    items: items as unknown as OrderItem[],
    taxes: taxes as unknown as RefundBasis["taxes"],
    refunded: [],
  };
}

/** The basis after a refund, or before it with `sign` −1. */
function moved(basis: RefundBasis, plan: RefundPlan, sign: 1n | -1n): RefundBasis {
  const { order } = basis;
  const byLine = new Map(plan.lines.map((line) => [line.itemId, line]));
  return {
    ...basis,
    order: {
      ...order,
      refundCommittedMinor: order.refundCommittedMinor + sign * plan.amount,
      shippingRefundedMinor: order.shippingRefundedMinor + sign * plan.shipping,
      shippingRefundedTaxMinor: order.shippingRefundedTaxMinor + sign * plan.shippingTax,
    },
    items: basis.items.map((item) => {
      const line = byLine.get(item.id);
      if (line === undefined) return item;
      return {
        ...item,
        refundedQuantity: item.refundedQuantity + Number(sign) * line.quantity,
        refundedMinor: item.refundedMinor + sign * line.amount,
        refundedTaxMinor: item.refundedTaxMinor + sign * line.tax,
        refundedShareMinor: item.refundedShareMinor + sign * line.share,
        refundedShareTaxMinor: item.refundedShareTaxMinor + sign * line.shareTax,
      };
    }),
    refunded:
      sign === 1n ? [...basis.refunded, ...plan.taxes] : basis.refunded.filter((tax) => !plan.taxes.includes(tax)),
  };
}

function planStep(
  basis: RefundBasis,
  step: { kind: string; line: number; units: number; part: bigint },
): RefundPlan | undefined {
  const { order, items } = basis;
  const remaining = order.amountPaidMinor - order.refundCommittedMinor;
  if (step.kind === "goodwill") return planGoodwill(basis, (remaining * step.part) / 100n);
  const item = items[step.line % items.length];
  const units = item === undefined ? 0 : Math.min(step.units, item.quantity - item.refundedQuantity);
  const request = {
    units: item === undefined || units === 0 ? [] : [{ itemId: item.id, quantity: units }],
    shipping: step.kind === "shipping" && order.shippingRefundedMinor === 0n,
  };
  const full = planShares(basis, request);
  if (full === undefined || step.kind !== "less") return full;
  return planShares(basis, { ...request, amount: (full.amount * step.part) / 100n });
}

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

function checkPlan(plan: RefundPlan): void {
  const parts = sum(plan.lines.map(({ amount }) => amount)) + plan.shipping;
  if (plan.lines.length > 0 || plan.shipping > 0n) ok(parts <= plan.amount);
  for (const { amount, tax, share, shareTax } of plan.lines) {
    ok(amount <= share);
    ok(tax <= amount);
    ok(shareTax <= share);
  }
  equal(sum(plan.taxes.map(({ amountMinor }) => BigInt(amountMinor))), plan.amount);
  equal(sum(plan.taxes.map(({ taxMinor }) => BigInt(taxMinor))), plan.tax);
}

test("whatever was refunded before, refused or not, the rest gives back exactly what was paid, and no line more than it cost", () => {
  fc.assert(
    fc.property(toPrice, steps, (given, path) => {
      let basis = basisOf(given);
      for (const step of path) {
        const plan = planStep(basis, step);
        const { order } = basis;
        if (plan === undefined || plan.amount > order.amountPaidMinor - order.refundCommittedMinor) continue;
        checkPlan(plan);
        basis = moved(basis, plan, 1n);
        if (step.fails) basis = moved(basis, plan, -1n);
        for (const item of basis.items) {
          ok(item.refundedShareMinor <= item.totalMinor);
          ok(item.refundedMinor <= item.refundedShareMinor);
        }
      }
      const rest = planRest(basis);
      checkPlan(rest);
      basis = moved(basis, rest, 1n);
      equal(basis.order.refundCommittedMinor, basis.order.amountPaidMinor);
      for (const item of basis.items) {
        equal(item.refundedShareMinor, item.totalMinor);
        equal(item.refundedShareTaxMinor, item.taxMinor);
        equal(item.refundedQuantity, item.quantity);
      }
    }),
    { numRuns: runs },
  );
});

test("refunds of single units, in any order, give back the line's total and its tax", () => {
  fc.assert(
    fc.property(toPrice, (given) => {
      let basis = basisOf(given);
      for (const item of basis.items) {
        for (let unit = 0; unit < item.quantity; unit += 1) {
          const plan = planShares(basis, { units: [{ itemId: item.id, quantity: 1 }], shipping: false });
          if (plan === undefined) throw new Error("A share without an amount is always possible.");
          basis = moved(basis, plan, 1n);
        }
      }
      for (const item of basis.items) {
        deepEqual([item.refundedMinor, item.refundedTaxMinor], [item.totalMinor, item.taxMinor]);
      }
      const shipping = planShares(basis, { units: [], shipping: true });
      equal(shipping?.amount, shippingPaid(basis.order).amount);
    }),
    { numRuns: runs },
  );
});
