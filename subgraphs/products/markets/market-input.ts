import { z } from "zod";
import { countryInput, currencyInput, languageInput, type Parsed, parseInput } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import {
  marketCodeCharactersMax,
  marketCountriesMax,
  marketLanguagesMax,
  marketNameCharactersMax,
} from "../shared/limits.ts";

const codeInput = z
  .string()
  .transform((value) => value.trim())
  .pipe(
    z
      .string()
      .max(marketCodeCharactersMax, `Enter at most ${marketCodeCharactersMax} characters.`)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "Use lower-case letters and digits separated by single hyphens."),
  );

const countriesInput = distinct(
  z.array(countryInput).max(marketCountriesMax, `Enter at most ${marketCountriesMax} countries.`),
);

const languagesInput = distinct(
  z
    .array(languageInput)
    .min(1, "Enter at least one language.")
    .max(marketLanguagesMax, `Enter at most ${marketLanguagesMax} languages.`),
);

const marketInput = z.object({
  code: codeInput,
  name: text(marketNameCharactersMax, 1),
  currencyCode: currencyInput,
  countries: countriesInput,
  languages: languagesInput,
  pricesIncludeTax: z.boolean(),
});

/** A new market. */
export type MarketCommand = z.infer<typeof marketInput>;

/** Parses `MarketInput`. */
export function parseMarket(input: unknown): Parsed<MarketCommand> {
  return parseInput(marketInput, input);
}

const marketUpdateInput = z.object({
  id: z.string(),
  name: text(marketNameCharactersMax, 1).optional(),
  countries: countriesInput.optional(),
  languages: languagesInput.optional(),
  expectedVersion: z.int().min(1, "Versions start at 1.").nullish(),
});

/** Changes of a market. Undefined fields stay as they are. */
export type MarketUpdateCommand = z.infer<typeof marketUpdateInput>;

/** Parses `MarketUpdateInput`. */
export function parseMarketUpdate(input: unknown): Parsed<MarketUpdateCommand> {
  return parseInput(marketUpdateInput, input);
}

/** Names each entry that was listed before. */
function distinct(values: z.ZodType<string[]>): z.ZodType<string[]> {
  return values.superRefine((entries, context) => {
    const seen = new Set<string>();
    for (const [index, entry] of entries.entries()) {
      if (seen.has(entry)) context.addIssue({ code: "custom", path: [index], message: "This entry is listed twice." });
      seen.add(entry);
    }
  });
}
