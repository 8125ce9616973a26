import { z } from "zod";
import type { SelectedOption } from "#drizzle/products/tables.ts";
import {
  moneyInput,
  type Parsed,
  parseInput,
  quantityInput,
  taxClassInput,
  urlInput,
  type ValidationErrorValue,
  validationError,
} from "#platform/shop/input.ts";
import { decimalsOf, type Money } from "#platform/shop/money.ts";
import { multilineText, text } from "#platform/shop/text.ts";
import { type AttributeValuesCommand, attributeValuesInput } from "../attributes/attribute-values.ts";
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
  weightGramsMax,
} from "../shared/limits.ts";
import { foldTag } from "./tag.ts";

/** A price: zero or more and less than a million, in the decimals of its currency. */
export const priceInput: z.ZodType<Money> = moneyInput.superRefine(({ minorUnits, currency }, context) => {
  if (minorUnits >= 0n && minorUnits < priceWholeUnitsMax * 10n ** BigInt(decimalsOf(currency))) return;
  context.addIssue({
    code: "custom",
    path: ["amount"],
    message: "Enter an amount of 0 or more and less than 1,000,000.",
  });
});

/** Units on hand. */
export const stockInput: z.ZodType<number> = z
  .int("Enter a whole number.")
  .min(0, "Enter 0 or more.")
  .max(stockUnitsMax, `Enter at most ${stockUnitsMax}.`);

const skuInput = z
  .string()
  .transform((value) => value.trim())
  .pipe(
    z
      .string()
      .regex(
        new RegExp(`^[A-Za-z0-9][A-Za-z0-9._/-]{0,${skuCharactersMax - 1}}$`),
        `Use 1 to ${skuCharactersMax} letters, digits, dots, slashes, hyphens or underscores, starting with a letter or digit.`,
      ),
  );

const barcodeInput = z
  .string()
  .transform((value) => value.trim())
  .pipe(z.string().regex(/^[0-9]{8,14}$/, "Enter 8 to 14 digits."));

const weightInput = z
  .int("Enter a whole number.")
  .min(0, "Enter 0 or more.")
  .max(weightGramsMax, `Enter at most ${weightGramsMax}.`);

/** Tags in lower case, without duplicates. */
const tagsInput = z
  .array(text(tagCharactersMax, 1).transform(foldTag))
  .max(tagsPerProductMax, `Enter at most ${tagsPerProductMax} tags.`)
  .transform((tags) => [...new Set(tags)]);

const categoriesInput = z
  .array(text(productNameCharactersMax, 1))
  .max(categoriesPerProductMax, `Enter at most ${categoriesPerProductMax} categories.`)
  .superRefine((names, context) => {
    const seen = new Set<string>();
    for (const [index, name] of names.entries()) {
      if (seen.has(name.toLowerCase())) {
        context.addIssue({ code: "custom", path: [index], message: "This entry is listed twice." });
      }
      seen.add(name.toLowerCase());
    }
  });

const optionsInput = z
  .array(z.object({ name: text(optionNameCharactersMax, 1), value: text(optionValueCharactersMax, 1) }))
  .max(optionsPerVariantMax, `Enter at most ${optionsPerVariantMax} options.`)
  .superRefine((options, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of options.entries()) {
      if (seen.has(name.toLowerCase())) {
        context.addIssue({ code: "custom", path: [index, "name"], message: "This entry is listed twice." });
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
  barcode: barcodeInput.nullish(),
  maxPerOrder: quantityInput.nullish(),
  taxClass: taxClassInput.nullish(),
  weightGrams: weightInput.nullish(),
});

/** A new variant. Its name defaults to the values of its options. */
export type VariantCreateCommand = z.infer<typeof variantInput>;

const expectedVersionInput = z.int().min(1, "Versions start at 1.").nullish();
const statusInput = z.enum(["ACTIVE", "DRAFT", "ARCHIVED"]);

const productCreateInput = z.object({
  name: text(productNameCharactersMax, 1),
  description: multilineText(descriptionCharactersMax).default(""),
  price: priceInput.nullish(),
  stock: stockInput.nullish(),
  sku: skuInput.nullish(),
  barcode: barcodeInput.nullish(),
  maxPerOrder: quantityInput.nullish(),
  taxClass: taxClassInput.nullish(),
  weightGrams: weightInput.nullish(),
  isReturnable: z.boolean().default(true),
  imageUrl: urlInput().nullish(),
  categories: categoriesInput.nullish(),
  tags: tagsInput.nullish(),
  attributes: attributeValuesInput.nullish(),
  status: statusInput.default("ACTIVE"),
  variants: z
    .array(variantInput)
    .min(1, "A product needs at least one variant.")
    .max(variantsPerProductMax, `Enter at most ${variantsPerProductMax} variants.`)
    .nullish(),
});

/** A new product with at least one variant, all priced in one currency. */
export type ProductCreateCommand = Pick<z.infer<typeof productCreateInput>, "name" | "description" | "status"> & {
  readonly imageUrl: string | null;
  readonly isReturnable: boolean;
  /** Names or slugs. */
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly attributes: AttributeValuesCommand;
  readonly variants: readonly [VariantCreateCommand, ...VariantCreateCommand[]];
  /** The path of a variant's field in the input: among the fields of the product, or in `variants`. */
  readonly fieldOf: (variant: number, name: string) => readonly (string | number)[];
};

/** Parses `ProductCreateInput`; a product with `price` and `stock` gets one variant. */
export function parseProductCreate(input: z.input<typeof productCreateInput>): Parsed<ProductCreateCommand> {
  const parsed = parseInput(productCreateInput, input);
  const userErrors = [
    ...(parsed.ok ? [] : parsed.userErrors),
    ...validatePriceOrVariants(input),
    ...(parsed.ok ? validateVariants(parsed.value.variants ?? []) : []),
  ];
  if (!parsed.ok || userErrors.length > 0) return { ok: false, userErrors };
  const { name, description, status, imageUrl, isReturnable, categories, tags, variants: listed } = parsed.value;
  const { price, stock, sku, barcode, maxPerOrder, taxClass, weightGrams } = parsed.value;
  const only = { stock: stock ?? 0, sku, barcode, maxPerOrder, taxClass, weightGrams };
  const [first, ...rest] = listed ?? (price ? [{ price, ...only }] : []);
  if (first === undefined) return { ok: false, userErrors: [validationError(["price"], "Enter a price.")] };
  return {
    ok: true,
    value: {
      name,
      description,
      status,
      imageUrl: imageUrl ?? null,
      isReturnable,
      categories: categories ?? [],
      tags: tags ?? [],
      attributes: parsed.value.attributes ?? [],
      variants: [first, ...rest],
      fieldOf: (variant, field) => (listed ? ["variants", variant, field] : [field]),
    },
  };
}

function validatePriceOrVariants(input: z.input<typeof productCreateInput>): ValidationErrorValue[] {
  const given = (value: unknown) => value !== undefined && value !== null;
  const errors: ValidationErrorValue[] = [];
  if (!given(input.variants) && !given(input.price)) {
    errors.push(validationError(["price"], "Enter a price, or variants with their prices."));
  }
  for (const field of ["price", "stock", "sku", "barcode", "maxPerOrder", "taxClass", "weightGrams"] as const) {
    if (given(input.variants) && given(input[field])) {
      errors.push(validationError([field], "Set this on each variant instead."));
    }
  }
  if (input.status === "ARCHIVED") {
    errors.push(validationError(["status"], "A new product must be ACTIVE or DRAFT."));
  }
  return errors;
}

function validateVariants(variants: readonly VariantCreateCommand[]): ValidationErrorValue[] {
  const errors: ValidationErrorValue[] = [];
  const skus = new Set<string>();
  const choices = new Set<string>();
  for (const [index, { sku, options, price }] of variants.entries()) {
    if (price.currency !== variants[0]?.price.currency) {
      errors.push(
        validationError(
          ["variants", index, "price", "currencyCode"],
          "All variants must be priced in the same currency.",
        ),
      );
    }
    if (sku && skus.has(sku)) {
      errors.push(validationError(["variants", index, "sku"], "Another variant in this request has the same SKU."));
    }
    if (sku) skus.add(sku);
    const choice = JSON.stringify(options ?? []);
    if (variants.length > 1 && choices.has(choice)) {
      errors.push(
        validationError(["variants", index, "options"], "Another variant in this request has the same options."),
      );
    }
    choices.add(choice);
  }
  return errors;
}

/** The name of a variant that was given none. */
export function variantName(options: readonly SelectedOption[]): string {
  return options.length === 0 ? "Default" : options.map(({ value }) => value).join(" / ");
}

const productUpdateInput = z.object({
  name: text(productNameCharactersMax, 1).optional(),
  description: multilineText(descriptionCharactersMax)
    .nullish()
    .transform((value) => (value === null ? "" : value)),
  price: priceInput.optional(),
  imageUrl: urlInput().nullish(),
  categories: categoriesInput.nullish().transform((value) => (value === null ? [] : value)),
  tags: tagsInput.nullish().transform((value) => (value === null ? [] : value)),
  attributes: attributeValuesInput.nullish().transform((value) => (value === null ? [] : value)),
  status: statusInput.optional(),
  isReturnable: z.boolean().optional(),
  expectedVersion: expectedVersionInput,
});

/** Changes of a product. Undefined fields stay as they are. */
export type ProductUpdateCommand = Partial<z.infer<typeof productUpdateInput>>;

/** Parses `ProductUpdateInput`. Null clears a field that may be empty and is an error elsewhere. */
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
  barcode: barcodeInput.nullish(),
  maxPerOrder: quantityInput.nullish(),
  taxClass: taxClassInput.optional(),
  weightGrams: weightInput.nullish(),
  expectedVersion: expectedVersionInput,
});

/** Changes of a variant. Undefined fields stay as they are; a null name is made from the options. */
export type VariantUpdateCommand = Partial<z.infer<typeof variantUpdateInput>>;

/** Parses `ProductVariantUpdateInput`. */
export function parseVariantUpdate(input: unknown): Parsed<VariantUpdateCommand> {
  return parseInput(variantUpdateInput, input);
}
