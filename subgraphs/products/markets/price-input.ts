import { z } from "zod";
import { type MarketId, parseId, type VariantId } from "#platform/shop/ids.ts";
import { type Parsed, parseInput } from "#platform/shop/input.ts";
import { priceInput } from "../catalogue/product-input.ts";
import { pricesPerRequestMax } from "../shared/limits.ts";

const momentInput = z
  .string()
  .transform((value) => new Date(value))
  .nullish()
  .transform((value) => value ?? null);

const variantPriceInput = z
  .object({
    price: priceInput,
    compareAtPrice: priceInput.nullish().transform((value) => value ?? null),
    validFrom: momentInput,
    validUntil: momentInput,
  })
  .superRefine(({ price, compareAtPrice }, context) => {
    if (compareAtPrice === null) return;
    if (compareAtPrice.currency !== price.currency) {
      context.addIssue({
        code: "custom",
        path: ["compareAtPrice", "currencyCode"],
        message: "Enter both prices in the same currency.",
      });
    } else if (compareAtPrice.minorUnits <= price.minorUnits) {
      context.addIssue({
        code: "custom",
        path: ["compareAtPrice", "amount"],
        message: "Enter a higher amount than the price.",
      });
    }
  });

const marketInput = z.object({ market: z.string().transform((id) => parseId<MarketId>(id)) });

const variantPricesSetInput = z.object({
  variantId: z.string().transform((id) => parseId<VariantId>(id)),
  prices: z
    .array(z.unknown())
    .min(1, "Enter at least one price.")
    .max(pricesPerRequestMax, `Enter at most ${pricesPerRequestMax} prices.`),
  expectedVersion: z.int().min(1, "Versions start at 1.").nullish(),
});

/** A price, without its market. A null moment is now, or no end. */
type VariantPriceCommand = z.infer<typeof variantPriceInput>;

/** The new prices of a variant. A malformed id is undefined, which matches nothing. */
export type VariantPricesCommand = {
  readonly variantId: VariantId | undefined;
  /** In the order of the input. The errors of one that is invalid are reported with those that only its market shows. */
  readonly prices: readonly { readonly market: MarketId | undefined; readonly price: Parsed<VariantPriceCommand> }[];
  readonly expectedVersion?: number | null | undefined;
};

/** Parses `VariantPricesSetInput`. */
export function parseVariantPrices(input: unknown): Parsed<VariantPricesCommand> {
  const parsed = parseInput(variantPricesSetInput, input);
  if (!parsed.ok) return parsed;
  const prices = parsed.value.prices.map((price, index) => ({
    market: marketInput.safeParse(price).data?.market,
    price: parseInput(variantPriceInput, price, ["prices", index]),
  }));
  return { ok: true, value: { ...parsed.value, prices } };
}
