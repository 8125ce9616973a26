import type { AmountsByCurrency } from "#drizzle/orders/tables.ts";
import { moneyOutput, parseCurrency } from "#platform/shop/money.ts";
import { formatPercent } from "#platform/shop/percent.ts";
import type { DiscountResolvers, Money, MutationResolvers, QueryResolvers } from "#schema/generated/orders.ts";
import { addDiscountCodes, createDiscount, updateDiscount } from "../discount/change-discount.ts";
import { findDiscount, listCodes, listDiscounts } from "../discount/discount-list.ts";

/** Queries of discounts. */
export const discountQueries = {
  discount: async (_parent, { id, code }, { db }) => findDiscount(db, { id, code }),
  discounts: async (_parent, args, { db }) => listDiscounts(db, args),
} satisfies QueryResolvers;

/** Mutations of discounts. */
export const discountMutations = {
  discountCreate: async (_parent, { input }, { services }) => createDiscount(services, input),
  discountUpdate: async (_parent, { input }, { services }) => updateDiscount(services, input),
  discountCodesAdd: async (_parent, { input }, { services }) => addDiscountCodes(services, input),
} satisfies MutationResolvers;

/** Fields of Discount. */
export const discountFields: DiscountResolvers = {
  percentage: ({ percentage }) => (percentage === null ? null : formatPercent(percentage)),
  amounts: ({ amounts }) => amountsOutput(amounts),
  buyXGetY: ({ buyQuantity, getQuantity, getPercentage }) =>
    buyQuantity === null || getQuantity === null || getPercentage === null
      ? null
      : { buyQuantity, getQuantity, percentage: formatPercent(getPercentage) },
  codes: async ({ id }, args, { db }) => listCodes(db, id, args),
  minSubtotals: ({ minSubtotals }) => amountsOutput(minSubtotals),
  markets: ({ marketIds }) => marketIds.map((id) => ({ id })),
  usageCount: ({ id }, _args, { loaders }) => loaders.usageCounts.load(id),
};

function amountsOutput(amounts: AmountsByCurrency | null): Money[] | null {
  if (amounts === null) return null;
  return Object.entries(amounts).flatMap(([code, digits]) => {
    const currency = parseCurrency(code);
    return currency === undefined ? [] : [moneyOutput({ minorUnits: BigInt(digits), currency })];
  });
}
