import { z } from "zod";
import type { SelectedOption } from "#drizzle/products/tables.ts";
import {
  moneyInput,
  type Parsed,
  parseInput,
  text,
  urlInput,
  type ValidationErrorValue,
  validationError,
} from "#platform/shop/input.ts";
import { decimalsOf, type Money } from "#platform/shop/money.ts";
import {
  categoriesPerProductMax,
  descriptionCharactersMax,
  optionNameCharactersMax,
  optionsPerVariantMax,
  optionValueCharactersMax,
  priceWholeUnitsMax,
  productNameCharactersMax,
  skuCharactersMax,
  stockUnitsMax,
  tagCharactersMax,
  tagsPerProductMax,
  variantsPerProductMax,
} from "../shared/limits.ts";

/** A price: more than nothing and under a million, in the currency's own decimals. */
const priceInput: z.ZodType<Money> = moneyInput.superRefine(({ minorUnits, currency }, context) => {
  if (minorUnits > 0n && minorUnits < priceWholeUnitsMax * 10n ** BigInt(decimalsOf(currency))) return;
  context.addIssue({ code: "custom", path: ["amount"], message: "It must be more than 0 and less than 1000000." });
});

/** Units on hand. */
export const stockInput: z.ZodType<number> = z
  .int("It is no whole number.")
  .min(0, "It must be at least 0.")
  .max(stockUnitsMax, `It must be at most ${stockUnitsMax}.`);

const skuInput = z
  .string()
  .transform((value) => value.trim())
  .pipe(
    z
      .string()
      .regex(
        new RegExp(`^[A-Za-z0-9][A-Za-z0-9._/-]{0,${skuCharactersMax - 1}}$`),
        `It needs 1 to ${skuCharactersMax} letters, digits, dots, slashes, hyphens or underscores, a letter or digit first.`,
      ),
  );

/** Tags are compared in lower case, and stand once each. */
const tagsInput = z
  .array(text(tagCharactersMax, 1).transform((tag) => tag.toLowerCase()))
  .max(tagsPerProductMax, `There are more than ${tagsPerProductMax}.`)
  .transform((tags) => [...new Set(tags)]);

const categoriesInput = z
  .array(text(productNameCharactersMax, 1))
  .max(categoriesPerProductMax, `There are more than ${categoriesPerProductMax}.`)
  .superRefine((names, context) => {
    const seen = new Set<string>();
    for (const [index, name] of names.entries()) {
      if (seen.has(name.toLowerCase())) {
        context.addIssue({ code: "custom", path: [index], message: "It stands there twice." });
      }
      seen.add(name.toLowerCase());
    }
  });

const optionsInput = z
  .array(z.object({ name: text(optionNameCharactersMax, 1), value: text(optionValueCharactersMax, 1) }))
  .max(optionsPerVariantMax, `There are more than ${optionsPerVariantMax}.`)
  .superRefine((options, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of options.entries()) {
      if (seen.has(name.toLowerCase())) {
        context.addIssue({ code: "custom", path: [index, "name"], message: "It stands there twice." });
      }
      seen.add(name.toLowerCase());
    }
  });

const variantInput = z.object({
  sku: skuInput.nullish(),
  name: text(productNameCharactersMax, 1).nullish(),
  options: optionsInput.nullish(),
  price: priceInput,
  stock: stockInput.default(0),
});

/** A new variant. Without a name it is called by its options' values. */
export type VariantCreateCommand = z.infer<typeof variantInput>;

const expectedVersionInput = z.int().min(1, "Versions count from 1.").nullish();
const statusInput = z.enum(["ACTIVE", "DRAFT", "ARCHIVED"]);

const productCreateInput = z.object({
  name: text(productNameCharactersMax, 1),
  description: text(descriptionCharactersMax).default(""),
  price: priceInput.nullish(),
  stock: stockInput.nullish(),
  sku: skuInput.nullish(),
  imageUrl: urlInput().nullish(),
  categories: categoriesInput.nullish(),
  tags: tagsInput.nullish(),
  status: statusInput.default("ACTIVE"),
  variants: z
    .array(variantInput)
    .min(1, "A product has at least one.")
    .max(variantsPerProductMax, `There are more than ${variantsPerProductMax}.`)
    .nullish(),
});

/** A new product with its variants, at least one, all in one currency. */
export type ProductCreateCommand = Pick<z.infer<typeof productCreateInput>, "name" | "description" | "status"> & {
  readonly imageUrl: string | null;
  /** Names or slugs. */
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly variants: readonly [VariantCreateCommand, ...VariantCreateCommand[]];
  /** Where in the input a variant's field was given: among the product's own, or among its variants'. */
  readonly fieldOf: (variant: number, name: string) => readonly (string | number)[];
};

/** Parses `ProductCreateInput`; a product given by `price` and `stock` gets one variant. */
export function parseProductCreate(input: z.input<typeof productCreateInput>): Parsed<ProductCreateCommand> {
  const parsed = parseInput(productCreateInput, input);
  const userErrors = [
    ...(parsed.ok ? [] : parsed.userErrors),
    ...validatePriceOrVariants(input),
    ...(parsed.ok ? validateVariants(parsed.value.variants ?? []) : []),
  ];
  if (!parsed.ok || userErrors.length > 0) return { ok: false, userErrors };
  const { name, description, status, imageUrl, categories, tags, price, stock, sku } = parsed.value;
  const listed = parsed.value.variants;
  const [first, ...rest] = listed ?? (price ? [{ price, stock: stock ?? 0, sku }] : []);
  if (first === undefined) return { ok: false, userErrors: [validationError(["price"], "It is missing.")] };
  return {
    ok: true,
    value: {
      name,
      description,
      status,
      imageUrl: imageUrl ?? null,
      categories: categories ?? [],
      tags: tags ?? [],
      variants: [first, ...rest],
      fieldOf: (variant, field) => (listed ? ["variants", variant, field] : [field]),
    },
  };
}

function validatePriceOrVariants(input: z.input<typeof productCreateInput>): ValidationErrorValue[] {
  const given = (value: unknown) => value !== undefined && value !== null;
  const errors: ValidationErrorValue[] = [];
  if (!given(input.variants) && !given(input.price)) {
    errors.push(validationError(["price"], "Give a price, or variants with theirs."));
  }
  for (const field of ["price", "stock", "sku"] as const) {
    if (given(input.variants) && given(input[field])) {
      errors.push(validationError([field], "Each of the variants has its own."));
    }
  }
  if (input.status === "ARCHIVED") {
    errors.push(validationError(["status"], "A new product is ACTIVE or DRAFT."));
  }
  return errors;
}

function validateVariants(variants: readonly VariantCreateCommand[]): ValidationErrorValue[] {
  const errors: ValidationErrorValue[] = [];
  const skus = new Set<string>();
  const choices = new Set<string>();
  for (const [index, { sku, options, price }] of variants.entries()) {
    if (price.currency !== variants[0]?.price.currency) {
      errors.push(validationError(["variants", index, "price", "currencyCode"], "All variants have one currency."));
    }
    if (sku && skus.has(sku)) {
      errors.push(validationError(["variants", index, "sku"], "Another variant here has it."));
    }
    if (sku) skus.add(sku);
    const choice = JSON.stringify(options ?? []);
    if (variants.length > 1 && choices.has(choice)) {
      errors.push(validationError(["variants", index, "options"], "Another variant here has the same."));
    }
    choices.add(choice);
  }
  return errors;
}

/** What a variant is called that was given no name. */
export function variantName(options: readonly SelectedOption[]): string {
  return options.length === 0 ? "Default" : options.map(({ value }) => value).join(" / ");
}

const productUpdateInput = z.object({
  name: text(productNameCharactersMax, 1).optional(),
  description: text(descriptionCharactersMax)
    .nullish()
    .transform((value) => (value === null ? "" : value)),
  price: priceInput.optional(),
  imageUrl: urlInput().nullish(),
  categories: categoriesInput.nullish().transform((value) => (value === null ? [] : value)),
  tags: tagsInput.nullish().transform((value) => (value === null ? [] : value)),
  status: statusInput.optional(),
  expectedVersion: expectedVersionInput,
});

/** Changes of a product; what is undefined stays. */
export type ProductUpdateCommand = Partial<z.infer<typeof productUpdateInput>>;

/** Parses `ProductUpdateInput`: what is left out stays, null clears what may be empty and is wrong elsewhere. */
export function parseProductUpdate(input: unknown): Parsed<ProductUpdateCommand> {
  return parseInput(productUpdateInput, input);
}

/** Parses `ProductVariantInput`. */
export function parseVariantCreate(input: unknown): Parsed<VariantCreateCommand> {
  return parseInput(variantInput, input);
}

const variantUpdateInput = z.object({
  sku: skuInput.optional(),
  name: text(productNameCharactersMax, 1).nullish(),
  options: optionsInput.nullish().transform((value) => (value === null ? [] : value)),
  price: priceInput.optional(),
  expectedVersion: expectedVersionInput,
});

/** Changes of a variant; what is undefined stays, a name that is null is made from the options. */
export type VariantUpdateCommand = Partial<z.infer<typeof variantUpdateInput>>;

/** Parses `ProductVariantUpdateInput`. */
export function parseVariantUpdate(input: unknown): Parsed<VariantUpdateCommand> {
  return parseInput(variantUpdateInput, input);
}
