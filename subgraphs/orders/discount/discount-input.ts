import { z } from "zod";
import { type AmountsByCurrency, type discounts, discountTargets } from "#drizzle/orders/tables.ts";
import { type CategoryId, type MarketId, type ProductId, parseId } from "#platform/shop/ids.ts";
import { despiteOtherErrors, isPeriod, momentInput, parseInput, validationError } from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import { percentInput } from "#platform/shop/percent.ts";
import { text } from "#platform/shop/text.ts";
import type { Market } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { settingAmountInput } from "../settings/setting-amount.ts";
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

const idInput = <Id extends ProductId | CategoryId>() =>
  z.string().transform((value, context): Id => {
    const id = parseId<Id>(value);
    if (id !== undefined) return id;
    context.addIssue({ code: "custom", message: "This is not an id." });
    return z.NEVER;
  });
const idsInput = <Id extends ProductId | CategoryId>() =>
  z.array(idInput<Id>()).max(discountIdsMax, `Enter at most ${discountIdsMax} ids.`).nullish();
const marketsInput = (markets: ReadonlyMap<MarketId, Market>) =>
  z
    .array(
      z.string().transform((value, context): MarketId => {
        const id = parseId<MarketId>(value);
        if (id !== undefined && markets.has(id)) return id;
        context.addIssue({ code: "custom", message: "There is no such market." });
        return z.NEVER;
      }),
    )
    .max(discountIdsMax, `Enter at most ${discountIdsMax} ids.`)
    .nullish();

const amountsInput = (least: bigint) =>
  z
    .array(settingAmountInput(least))
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

const discountFields = z.object({
  name: discountNameInput,
  target: z.enum(discountTargets).default("ORDER"),
  percentage: percentInput.nullish(),
  amounts: amountsInput(1n),
  buyXGetY: z
    .object({ buyQuantity: unitsInput, getQuantity: unitsInput, percentage: percentInput.default(1_000_000) })
    .nullish(),
  codes: z.array(z.unknown()).nullish(),
  productIds: idsInput<ProductId>(),
  categoryIds: idsInput<CategoryId>(),
  minSubtotals: amountsInput(0n),
  startsAt: momentInput.nullish(),
  endsAt: momentInput.nullish(),
  usageLimit: usageLimitInput.nullish(),
  usageLimitPerBuyer: usageLimitInput.nullish(),
  combines: z.boolean().default(false),
  priority: z.int().min(-discountPriorityMax).max(discountPriorityMax).default(0),
});

/** @param markets those of the markets that the input names which exist. */
const discountInput = (markets: ReadonlyMap<MarketId, Market>) =>
  discountFields
    .extend({ markets: marketsInput(markets) })
    .superRefine(({ percentage, amounts, buyXGetY, target, startsAt, endsAt }, context) => {
      const add = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
      const given = [percentage, amounts, buyXGetY].filter((effect) => effect != null).length;
      if (given !== 1) add("percentage", "Enter exactly one of percentage, amounts and buyXGetY.");
      if (buyXGetY != null && target !== "LINES") add("target", "A buyXGetY discount needs the target LINES.");
      if (!isPeriod(startsAt, endsAt)) add("endsAt", periodMessage);
    }, despiteOtherErrors);

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
  const named = z.object({ markets: z.array(z.string()).max(discountIdsMax) }).safeParse(input).data?.markets ?? [];
  const marketIds = [...new Set(named.flatMap((id) => parseId<MarketId>(id) ?? []))];
  const parsed = parseInput(
    discountInput(marketIds.length === 0 ? new Map() : await products.findMarkets(marketIds)),
    input,
  );
  const codes = parseCodes(z.object({ codes: z.unknown() }).safeParse(input).data?.codes ?? []);
  if (!parsed.ok || "userErrors" in codes) {
    const ofCodes = "userErrors" in codes ? codes.userErrors : [];
    return { userErrors: parsed.ok ? ofCodes : [...parsed.userErrors, ...ofCodes] };
  }
  const { value } = parsed;
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

/** What is wrong with such a period. */
export const periodMessage = "The end must be after the beginning.";

/** The error for a period that ends before it begins. */
export function periodErrors(startsAt: Date | null, endsAt: Date | null): UserError[] {
  return isPeriod(startsAt, endsAt) ? [] : [validationError(["endsAt"], periodMessage)];
}

function byCurrency(amounts: readonly Money[] | null | undefined): AmountsByCurrency | null {
  if (amounts == null) return null;
  return Object.fromEntries(amounts.map(({ currency, minorUnits }) => [currency, minorUnits.toString()]));
}

const codeInput = text(discountCodeCharactersMax, 1).refine(
  (code) => !/[\s\p{Cf}]/u.test(code),
  "A code has no spaces and no invisible characters.",
);
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
