import type { orderTaxes, RefundTax } from "#drizzle/orders/tables.ts";
import type { OrderItemId } from "#platform/shop/ids.ts";
import type { LineUnits } from "../order/line-units.ts";
import type { Order, OrderItem } from "../order/order.ts";
import { allocate, roundHalfUp } from "../pricing/allocate.ts";

/** What refunds of an order are planned from, read while the order is locked. */
export type RefundBasis = {
  readonly order: Order;
  readonly items: readonly OrderItem[];
  /** The order's tax by rate, with the part of each that is on shipping. */
  readonly taxes: readonly (typeof orderTaxes.$inferSelect)[];
  /** What earlier refunds and disputes that did not fail gave back by rate. */
  readonly refunded: readonly RefundTax[];
};

/** What a refund gives back for a line; `share` is what the units cost, of which less may be given back. */
export type PlannedLine = {
  readonly itemId: OrderItemId;
  readonly quantity: number;
  readonly amount: bigint;
  readonly tax: bigint;
  readonly share: bigint;
  readonly shareTax: bigint;
};

/** A refund as it is to be written; all amounts are minor units and contain their tax. */
export type RefundPlan = {
  readonly amount: bigint;
  readonly tax: bigint;
  readonly lines: readonly PlannedLine[];
  readonly shipping: bigint;
  readonly shippingTax: bigint;
  readonly taxes: readonly RefundTax[];
};

/** What is to be refunded: units of lines, shipping, both, or neither for an amount alone. */
export type RefundRequest = {
  readonly units: readonly LineUnits[];
  readonly shipping: boolean;
  /** Less than what these cost, or the whole of a refund without them. */
  readonly amount?: bigint | undefined;
};

type Part = { readonly share: bigint; readonly shareTax: bigint };

/** What was paid for shipping, with its tax. */
export function shippingPaid(order: Order): { readonly amount: bigint; readonly tax: bigint } {
  const { shippingMinor, shippingDiscountMinor, shippingTaxMinor: tax, pricesIncludeTax } = order;
  return { amount: shippingMinor - shippingDiscountMinor + (pricesIncludeTax ? 0n : tax), tax };
}

/**
 * Plans a refund of units of lines, of shipping, or of both. Units cost the difference of cumulative rounded shares, so that however a line is split
 * up, its units add up to what was paid for it.
 *
 * @param request.amount at most what they cost; it is shared out by that.
 * @returns undefined if `amount` is more than they cost.
 */
export function planShares(basis: RefundBasis, request: RefundRequest): RefundPlan | undefined {
  const byId = new Map(basis.items.map((item) => [item.id, item]));
  const lines = request.units.map(({ itemId, quantity }) => {
    const item = byId.get(itemId);
    if (item === undefined) throw new Error("A refund of a line of another order.");
    return { item, quantity, ...lineShare(item, quantity) };
  });
  const shipping = request.shipping ? shippingShare(basis.order) : { share: 0n, shareTax: 0n };
  const parts: readonly Part[] = [...lines, shipping];
  const full = sum(parts.map(({ share }) => share));
  const amount = request.amount ?? full;
  if (amount > full) return undefined;
  const amounts =
    amount === full
      ? parts.map(({ share }) => share)
      : allocate(
          amount,
          parts.map(({ share }) => share),
        );
  const given = parts.map((part, index) => ({ amount: amounts[index] ?? 0n, tax: taxOf(part, amounts[index] ?? 0n) }));
  const shippingGiven = given.at(-1) ?? { amount: 0n, tax: 0n };
  const planned = lines.map(({ item, quantity, share, shareTax }, index) => ({
    itemId: item.id,
    quantity,
    share,
    shareTax,
    amount: given[index]?.amount ?? 0n,
    tax: given[index]?.tax ?? 0n,
  }));
  return {
    amount,
    tax: sum(given.map(({ tax }) => tax)),
    lines: planned,
    shipping: shippingGiven.amount,
    shippingTax: shippingGiven.tax,
    taxes: mergeTaxes([
      ...lines.map(({ item }, index) => taxEntry(item, given[index] ?? { amount: 0n, tax: 0n })),
      ...shippingTaxes(basis, shippingGiven),
    ]),
  };
}

/** Plans a refund of an amount for no line: it takes its tax from the rates, by what is left of each. */
export function planGoodwill(basis: RefundBasis, amount: bigint): RefundPlan {
  const left = leftByRate(basis);
  const total = sum(left.map((entry) => BigInt(entry.amountMinor)));
  // Refunds of releases that kept no tax rates leave less than there is; the rest is without a rate.
  const known = amount < total ? amount : total;
  const amounts =
    known === 0n
      ? left.map(() => 0n)
      : allocate(
          known,
          left.map((entry) => BigInt(entry.amountMinor)),
        );
  const taxes = left.map((entry, index) => {
    const part = { share: BigInt(entry.amountMinor), shareTax: BigInt(entry.taxMinor) };
    const given = amounts[index] ?? 0n;
    return { ...entry, amountMinor: given.toString(), taxMinor: taxOf(part, given).toString() };
  });
  return {
    amount,
    tax: sum(taxes.map(({ taxMinor }) => BigInt(taxMinor))),
    lines: [],
    shipping: 0n,
    shippingTax: 0n,
    taxes: taxes.filter(({ amountMinor }) => amountMinor !== "0"),
  };
}

/** Plans the refund of all that remains of a payment: every unit and the shipping that are not refunded yet, at no more than remains. */
export function planRest(basis: RefundBasis): RefundPlan {
  const { order, items } = basis;
  const remaining = order.amountPaidMinor - order.refundCommittedMinor;
  const units = items.flatMap(({ id, quantity, refundedQuantity }) =>
    quantity > refundedQuantity ? [{ itemId: id, quantity: quantity - refundedQuantity }] : [],
  );
  const request = { units, shipping: order.shippingRefundedMinor === 0n };
  const full = planShares(basis, request);
  if (full === undefined) throw new Error("Shares without an amount are always possible.");
  if (full.amount === remaining) return full;
  if (full.amount > remaining) return planShares(basis, { ...request, amount: remaining }) ?? full;
  // Earlier refunds of units gave back less than the units cost.
  const taken = { ...basis, refunded: [...basis.refunded, ...full.taxes] };
  const more = planGoodwill(taken, remaining - full.amount);
  return {
    ...full,
    amount: remaining,
    tax: full.tax + more.tax,
    taxes: mergeTaxes([...full.taxes, ...more.taxes]),
  };
}

/** What the next units of a line cost the buyer, discounts and tax included. */
function lineShare(item: OrderItem, units: number): Part {
  const cumulative = (amount: bigint) =>
    roundHalfUp(amount * BigInt(item.refundedQuantity + units), BigInt(item.quantity));
  return {
    share: atLeastZero(cumulative(item.totalMinor) - item.refundedShareMinor),
    shareTax: atLeastZero(cumulative(item.taxMinor) - item.refundedShareTaxMinor),
  };
}

function shippingShare(order: Order): Part {
  const paid = shippingPaid(order);
  return { share: paid.amount - order.shippingRefundedMinor, shareTax: paid.tax - order.shippingRefundedTaxMinor };
}

function taxOf({ share, shareTax }: Part, amount: bigint): bigint {
  return amount === share || share === 0n ? shareTax : roundHalfUp(shareTax * amount, share);
}

function taxEntry(
  { taxName, taxRate, taxTreatment }: Pick<OrderItem, "taxName" | "taxRate" | "taxTreatment">,
  { amount, tax }: { amount: bigint; tax: bigint },
): RefundTax {
  const rule = { name: taxName, rate: taxRate, treatment: taxTreatment };
  return { ...rule, amountMinor: amount.toString(), taxMinor: tax.toString() };
}

/** The rates of shipping, whose price may be taxed at several, sharing out what is given back for it. */
function shippingTaxes({ order, taxes }: RefundBasis, given: { amount: bigint; tax: bigint }): RefundTax[] {
  if (given.amount === 0n) return [];
  const rates = taxes
    .map((entry) => ({ entry, gross: entry.shippingMinor + (order.pricesIncludeTax ? 0n : entry.shippingTaxMinor) }))
    .filter(({ gross }) => gross > 0n);
  if (rates.length === 0) {
    return [taxEntry({ taxName: "", taxRate: 0, taxTreatment: "NOT_COLLECTED" }, given)];
  }
  const amounts = allocate(
    given.amount,
    rates.map(({ gross }) => gross),
  );
  const weights = rates.map(({ entry }) => entry.shippingTaxMinor);
  const split = given.tax === 0n ? rates.map(() => 0n) : allocate(given.tax, weights);
  return rates.map(({ entry }, index) => ({
    name: entry.name,
    rate: entry.rate,
    treatment: entry.treatment,
    amountMinor: (amounts[index] ?? 0n).toString(),
    taxMinor: (split[index] ?? 0n).toString(),
  }));
}

/** What is left of each rate after earlier refunds. */
function leftByRate(basis: RefundBasis): RefundTax[] {
  const bought = mergeTaxes([
    ...basis.items.map((item) => taxEntry(item, { amount: item.totalMinor, tax: item.taxMinor })),
    ...shippingTaxes(basis, shippingPaid(basis.order)),
  ]);
  const taken = new Map(mergeTaxes(basis.refunded).map((entry) => [rateKey(entry), entry]));
  return bought.map((entry) => {
    const less = taken.get(rateKey(entry));
    const amount = atLeastZero(BigInt(entry.amountMinor) - BigInt(less?.amountMinor ?? 0));
    const tax = atLeastZero(BigInt(entry.taxMinor) - BigInt(less?.taxMinor ?? 0));
    return { ...entry, amountMinor: amount.toString(), taxMinor: (tax > amount ? amount : tax).toString() };
  });
}

function rateKey({ name, rate, treatment }: RefundTax): string {
  return JSON.stringify([name, rate, treatment]);
}

/** One entry for each rate and treatment, in the order in which they first occur. */
function mergeTaxes(entries: readonly RefundTax[]): RefundTax[] {
  return [...Map.groupBy(entries, rateKey).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const amountMinor = sum(group.map((entry) => BigInt(entry.amountMinor))).toString();
    return [{ ...first, amountMinor, taxMinor: sum(group.map((entry) => BigInt(entry.taxMinor))).toString() }];
  });
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

function atLeastZero(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}
