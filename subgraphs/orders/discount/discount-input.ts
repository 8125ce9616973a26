import { z } from "zod";
import { type AmountsByCurrency, type discounts, discountTargets } from "#drizzle/orders/tables.ts";
import { type CategoryId, type MarketId, type ProductId, parseId } from "#platform/shop/ids.ts";
import { momentInput, moneyInput, parseInput, validationError } from "#platform/shop/input.ts";
import { percentInput } from "#platform/shop/percent.ts";
import { text } from "#platform/shop/text.ts";
import type { Services } from "../services.ts";
import {
  codesPerCallMax,
  discountCodeCharactersMax,
  discountIdsMax,
  discountPriorityMax,
  settingNameCharactersMax,
  unitsOfDiscountMax,
  usageLimitMax,
} from "../shared/limits.ts";
import type { UserError } from "../shared/user-errors.ts";
import { codeKey } from "./discount-candidates.ts";

const idInput = <Id extends ProductId | CategoryId | MarketId>() =>
  z.string().transform((value, context): Id => {
    const id = parseId<Id>(value);
    if (id !== undefined) return id;
    context.addIssue({ code: "custom", message: "This is not an id." });
    return z.NEVER;
  });
const idsInput = <Id extends ProductId | CategoryId | MarketId>() =>
  z.array(idInput<Id>()).max(discountIdsMax, `Enter at most ${discountIdsMax} ids.`).nullish();

const amountInput = (least: bigint, message: string) =>
  moneyInput.refine(({ minorUnits }) => minorUnits >= least, { error: message, path: ["amount"] });
const amountsInput = (least: bigint, message: string) =>
  z
    .array(amountInput(least, message))
    .min(1, "Enter at least one amount.")
    .max(discountIdsMax)
    .superRefine((amounts, context) => {
      for (const [index, { currency }] of amounts.entries()) {
        if (amounts.findIndex((other) => other.currency === currency) === index) continue;
        context.addIssue({
          code: "custom",
          path: [index, "currencyCode"],
          message: "There is another amount in this currency.",
        });
      }
    })
    .nullish();

const unitsInput = z.int().min(1, "Enter at least 1.").max(unitsOfDiscountMax, `Enter at most ${unitsOfDiscountMax}.`);
/** A limit on uses. */
export const usageLimitInput = z
  .int()
  .min(1, "Enter at least 1.")
  .max(usageLimitMax, `Enter at most ${usageLimitMax}.`);
/** A discount's name. */
export const discountNameInput = text(settingNameCharactersMax, 1);

const discountInput = z.object({
  name: discountNameInput,
  target: z.enum(discountTargets).default("ORDER"),
  percentage: percentInput.nullish(),
  amounts: amountsInput(1n, "The amount must be greater than 0."),
  buyXGetY: z
    .object({ buyQuantity: unitsInput, getQuantity: unitsInput, percentage: percentInput.default(1_000_000) })
    .nullish(),
  codes: z.array(z.unknown()).nullish(),
  productIds: idsInput<ProductId>(),
  categoryIds: idsInput<CategoryId>(),
  minSubtotals: amountsInput(0n, "The amount cannot be negative."),
  markets: idsInput<MarketId>(),
  startsAt: momentInput.nullish(),
  endsAt: momentInput.nullish(),
  usageLimit: usageLimitInput.nullish(),
  usageLimitPerBuyer: usageLimitInput.nullish(),
  combines: z.boolean().default(false),
  priority: z.int().min(-discountPriorityMax).max(discountPriorityMax).default(0),
});

/** A discount as it is to be stored, with its codes. */
export type NewDiscount = {
  readonly fields: Omit<typeof discounts.$inferInsert, "id" | "createdRevision">;
  readonly codes: readonly NewCode[];
};
/** A code as it was entered, and without regard to case. */
export type NewCode = { readonly key: string; readonly code: string };

/** Parses a DiscountInput, all problems at once. @throws {ApiError} if products, which knows the markets, is unavailable. */
export async function parseDiscount(
  { products }: Services,
  input: unknown,
): Promise<NewDiscount | { userErrors: readonly UserError[] }> {
  const parsed = parseInput(discountInput, input);
  const given = z.object({ codes: z.unknown() }).safeParse(input).data?.codes;
  const codes = parseCodes(given ?? []);
  const userErrors: UserError[] = [
    ...(parsed.ok ? [] : parsed.userErrors),
    ...("userErrors" in codes ? codes.userErrors : []),
  ];
  if (!parsed.ok || "userErrors" in codes) return { userErrors };
  const { value } = parsed;
  const marketIds = [...new Set(value.markets ?? [])];
  const markets = marketIds.length === 0 ? new Map() : await products.findMarkets(marketIds);
  for (const [index, id] of (value.markets ?? []).entries()) {
    if (!markets.has(id)) userErrors.push(validationError(["markets", index], "There is no such market."));
  }
  userErrors.push(...effectErrors(value), ...periodErrors(value.startsAt ?? null, value.endsAt ?? null));
  if (userErrors.length > 0) return { userErrors };
  return {
    codes: codes.codes,
    fields: {
      name: value.name,
      target: value.target,
      percentage: value.percentage ?? null,
      amounts: byCurrency(value.amounts),
      buyQuantity: value.buyXGetY?.buyQuantity ?? null,
      getQuantity: value.buyXGetY?.getQuantity ?? null,
      getPercentage: value.buyXGetY?.percentage ?? null,
      productIds: [...new Set(value.productIds ?? [])],
      categoryIds: [...new Set(value.categoryIds ?? [])],
      minSubtotals: byCurrency(value.minSubtotals),
      marketIds,
      needsCode: codes.codes.length > 0,
      startsAt: value.startsAt ?? null,
      endsAt: value.endsAt ?? null,
      usageLimit: value.usageLimit ?? null,
      usageLimitPerBuyer: value.usageLimitPerBuyer ?? null,
      combines: value.combines,
      priority: value.priority,
    },
  };
}

function effectErrors({ percentage, amounts, buyXGetY, target }: z.infer<typeof discountInput>): UserError[] {
  const given = [percentage, amounts, buyXGetY].filter((effect) => effect != null).length;
  return [
    ...(given === 1 ? [] : [validationError(["percentage"], "Enter exactly one of percentage, amounts and buyXGetY.")]),
    ...(buyXGetY != null && target !== "LINES"
      ? [validationError(["target"], "A buyXGetY discount needs the target LINES.")]
      : []),
  ];
}

/** The error for a period that ends before it begins. */
export function periodErrors(startsAt: Date | null, endsAt: Date | null): UserError[] {
  return startsAt !== null && endsAt !== null && endsAt <= startsAt
    ? [validationError(["endsAt"], "The end must be after the beginning.")]
    : [];
}

function byCurrency(amounts: readonly z.infer<typeof moneyInput>[] | null | undefined): AmountsByCurrency | null {
  if (amounts == null) return null;
  return Object.fromEntries(amounts.map(({ currency, minorUnits }) => [currency, minorUnits.toString()]));
}

const codeInput = text(discountCodeCharactersMax, 1).refine((code) => !/\s/u.test(code), "A code has no spaces.");
const codesInput = z.array(codeInput).max(codesPerCallMax, `Enter at most ${codesPerCallMax} codes at once.`);

/** Parses codes; two that differ in case only are the same. */
export function parseCodes(input: unknown): { codes: NewCode[] } | { userErrors: readonly UserError[] } {
  // Thousands of errors would be of no use to anybody.
  const tooMany = Array.isArray(input) && input.length > codesPerCallMax;
  const parsed = parseInput(codesInput, tooMany ? input.slice(0, codesPerCallMax + 1).map(() => "x") : input, [
    "codes",
  ]);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const codes = parsed.value.map((code) => ({ code, key: codeKey(code) }));
  const first = new Map<string, number>();
  const userErrors: UserError[] = [];
  for (const [index, { key }] of codes.entries()) {
    if (first.has(key)) userErrors.push(validationError(["codes", index], "This code is in the list twice."));
    first.set(key, index);
  }
  return userErrors.length > 0 ? { userErrors } : { codes };
}
