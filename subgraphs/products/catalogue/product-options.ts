import type { OptionTranslation, SelectedOption } from "#drizzle/products/tables.ts";
import type { LanguageChain } from "../languages/language-chain.ts";

/** An option of a product with the values of its variants. */
export type ProductOption = {
  readonly name: string;
  readonly values: readonly string[];
  /** By language. */
  readonly translations: ReadonlyMap<string, readonly OptionTranslation[]>;
};

/** The options of variants: names and values in the order in which the variants, in theirs, first use them. */
export function optionsOf(
  variants: readonly { readonly options: readonly SelectedOption[] }[],
  translations: ProductOption["translations"],
): ProductOption[] {
  const values = new Map<string, Set<string>>();
  for (const { name, value } of variants.flatMap(({ options }) => options)) {
    values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  return [...values].map(([name, used]) => ({ name, values: [...used], translations }));
}

/** The name of an option in the first language of the chain that it is translated to, or else as it is stored. */
export function optionName({ name, translations }: ProductOption, chain: LanguageChain): string {
  for (const language of chain) {
    const found = translations.get(language)?.find((option) => option.name === name)?.translatedName;
    if (found !== undefined) return found;
  }
  return name;
}

/** A value of an option in the first language of the chain that it is translated to, or else as it is stored. */
export function optionValue(
  { name, translations }: Pick<ProductOption, "name" | "translations">,
  value: string,
  chain: LanguageChain,
): string {
  for (const language of chain) {
    const option = translations.get(language)?.find((candidate) => candidate.name === name);
    const found = option?.values.find((candidate) => candidate.value === value)?.translatedValue;
    if (found !== undefined) return found;
  }
  return value;
}
