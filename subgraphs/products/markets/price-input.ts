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
    market: z.string().transform((id) => parseId<MarketId>(id)),
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

const variantPricesSetInput = z.object({
  variantId: z.string().transform((id) => parseId<VariantId>(id)),
  prices: z
    .array(variantPriceInput)
    .min(1, "Enter at least one price.")
    .max(pricesPerRequestMax, `Enter at most ${pricesPerRequestMax} prices.`),
  expectedVersion: z.int().min(1, "Versions start at 1.").nullish(),
});

/** The new prices of a variant. Malformed ids are undefined, which match nothing. A null moment is now, or no end. */
export type VariantPricesCommand = z.infer<typeof variantPricesSetInput>;

/** One of them. */
export type VariantPriceCommand = VariantPricesCommand["prices"][number];

/** Parses `VariantPricesSetInput`. */
export function parseVariantPrices(input: unknown): Parsed<VariantPricesCommand> {
  return parseInput(variantPricesSetInput, input);
}
