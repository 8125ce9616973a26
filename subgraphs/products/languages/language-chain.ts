import type { Translations } from "#drizzle/products/tables.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { parseLanguage } from "#platform/shop/languages.ts";

/** The languages in which a text is looked for, in this order, before it is shown as it is stored. */
export type LanguageChain = readonly string[];

/**
 * The languages that texts are looked for in when `language` is asked for: the tag, what remains of it as its ends are cut off, and then the same of
 * the shop's language. Such as pt-BR, pt, de.
 *
 * @param shopLanguage the default market's first language; undefined while there is no market.
 */
export function chainOf(language: string, shopLanguage: string | undefined): LanguageChain {
  return [...new Set([...rangesOf(language), ...(shopLanguage === undefined ? [] : rangesOf(shopLanguage))])];
}

/** Parses a `language` argument. @throws {ApiError} BAD_USER_INPUT */
export function languageArgument(language: string): string {
  const parsed = parseLanguage(language);
  if (parsed !== undefined) return parsed;
  throw new ApiError("BAD_USER_INPUT", "`language` must be a BCP 47 language tag, such as de or pt-BR.");
}

/** The text in the first language of the chain that it is translated to, or else as it is stored. */
export function translated(stored: string, translations: Translations, chain: LanguageChain): string {
  for (const language of chain) {
    const translation = translations[language];
    if (translation !== undefined) return translation;
  }
  return stored;
}

/** "zh-Hant-TW", "zh-Hant", "zh": lookup as RFC 4647 has it. */
function rangesOf(language: string): string[] {
  const parts = language.split("-");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("-"));
}
