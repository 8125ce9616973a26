import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { z } from "zod";
import {
  type AttributeTextTranslation,
  attributes,
  type OptionTranslation,
  productAttributeValues,
  products,
  productTranslations,
  variants,
} from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { type AttributeId, type ProductId, parseId } from "#platform/shop/ids.ts";
import {
  languageInput,
  notFoundError,
  type Parsed,
  parseInput,
  type ValidationErrorValue,
  validationError,
} from "#platform/shop/input.ts";
import { multilineText, text } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import {
  attributesPerProductMax,
  attributeTextCharactersMax,
  descriptionCharactersMax,
  languagesPerProductMax,
  optionNameCharactersMax,
  optionsPerProductMax,
  optionValueCharactersMax,
  productNameCharactersMax,
  variantsPerProductMax,
} from "../shared/limits.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { lockProduct, noSuchProduct, touched } from "./product.ts";

const optionInput = z.object({
  name: z.string(),
  translatedName: text(optionNameCharactersMax, 1).nullish(),
  values: z
    .array(z.object({ value: z.string(), translatedValue: text(optionValueCharactersMax, 1).nullish() }))
    .max(variantsPerProductMax, `Enter at most ${variantsPerProductMax} values.`)
    .nullish(),
});

const attributeInput = z.object({
  code: z.string(),
  text: multilineText(attributeTextCharactersMax, 1).nullish(),
});

const translationInput = z.object({
  productId: z.string(),
  language: languageInput,
  name: text(productNameCharactersMax, 1).nullish(),
  description: multilineText(descriptionCharactersMax).nullish(),
  options: z.array(optionInput).max(optionsPerProductMax, `Enter at most ${optionsPerProductMax} options.`).nullish(),
  attributes: z
    .array(attributeInput)
    .max(attributesPerProductMax, `Enter at most ${attributesPerProductMax} attributes.`)
    .nullish(),
});

/** The texts of a product in a language. What is undefined or not listed stays, null removes. */
export type ProductTranslationCommand = z.infer<typeof translationInput>;

/** Parses `ProductTranslationInput`. */
export function parseProductTranslation(input: unknown): Parsed<ProductTranslationCommand> {
  return parseInput(translationInput, input);
}

/**
 * Sets or removes the texts of a product in a language, together. Searches find them at once. Fails with NOT_FOUND unless the viewer may edit the
 * product, and with VALIDATION_FAILED for options and texts of attributes that it does not have.
 */
export async function setProductTranslation(
  db: Db,
  viewer: SignedIn,
  command: ProductTranslationCommand,
): Promise<Result<ProductId>> {
  const id = parseId<ProductId>(command.productId);
  const { language } = command;
  if (id === undefined) return err(notFoundError(["productId"], noSuchProduct));
  return transaction(db, async (tx) => {
    if ((await lockProduct(tx, viewer, id)) === undefined) return err(notFoundError(["productId"], noSuchProduct));
    const rows = await tx.select().from(productTranslations).where(eq(productTranslations.productId, id));
    const before = rows.find((row) => row.language === language);
    if (before === undefined && rows.length >= languagesPerProductMax) {
      return err(
        validationError(["language"], `A product is translated to at most ${languagesPerProductMax} languages.`),
      );
    }
    const ids = await findTextAttributes(tx, id, command);
    const errors = [...(await findUnknownOptions(tx, id, command)), ...unknownAttributes(command, ids)];
    if (errors.length > 0) return err(...errors);
    const name = command.name === undefined ? (before?.name ?? null) : command.name;
    const description = command.description === undefined ? (before?.description ?? null) : command.description;
    const options = command.options === null ? [] : mergeOptions(before?.options ?? [], command.options ?? []);
    const attributeTexts =
      command.attributes === null ? [] : mergeTexts(before?.attributeTexts ?? [], command.attributes ?? [], ids);
    if (name === null && description === null && options.length === 0 && attributeTexts.length === 0) {
      await tx
        .delete(productTranslations)
        .where(and(eq(productTranslations.productId, id), eq(productTranslations.language, language)));
    } else {
      await tx
        .insert(productTranslations)
        .values({ productId: id, language, name, description, options, attributeTexts })
        .onConflictDoUpdate({
          target: [productTranslations.productId, productTranslations.language],
          set: { name, description, options, attributeTexts },
        });
    }
    await tx.update(products).set(touched).where(eq(products.id, id));
    return ok(id);
  });
}

async function findUnknownOptions(
  tx: Tx,
  id: ProductId,
  { options }: ProductTranslationCommand,
): Promise<ValidationErrorValue[]> {
  if (!options || options.length === 0) return [];
  const rows = await tx
    .select({ options: variants.options })
    .from(variants)
    .where(and(eq(variants.productId, id), isNull(variants.removedAt)));
  const used = rows.flatMap((row) => row.options);
  return options.flatMap(({ name, values }, index) => {
    if (!used.some((option) => option.name === name)) {
      return [validationError(["options", index, "name"], "No variant of this product has this option.")];
    }
    return (values ?? []).flatMap(({ value }, place) =>
      used.some((option) => option.name === name && option.value === value)
        ? []
        : [validationError(["options", index, "values", place, "value"], "No variant of this product has this value.")],
    );
  });
}

/** The attributes that a product has a text of, among those entered, by their codes. */
async function findTextAttributes(
  tx: Tx,
  id: ProductId,
  { attributes: entered }: ProductTranslationCommand,
): Promise<ReadonlyMap<string, AttributeId>> {
  if (!entered || entered.length === 0) return new Map();
  const rows = await tx
    .select({ id: attributes.id, code: attributes.code })
    .from(productAttributeValues)
    .innerJoin(attributes, eq(attributes.id, productAttributeValues.attributeId))
    .where(and(eq(productAttributeValues.productId, id), isNotNull(productAttributeValues.text)));
  return new Map(rows.map((row) => [row.code, row.id]));
}

function unknownAttributes(
  { attributes: entered }: ProductTranslationCommand,
  known: ReadonlyMap<string, AttributeId>,
): ValidationErrorValue[] {
  return (entered ?? []).flatMap(({ code }, index) => {
    const at = ["attributes", index, "code"];
    if (!known.has(code)) return [validationError(at, "This product has no text of this attribute.")];
    const isRepeated = entered?.findIndex((other) => other.code === code) !== index;
    return isRepeated ? [validationError(at, "This entry is listed twice.")] : [];
  });
}

function mergeTexts(
  before: readonly AttributeTextTranslation[],
  entered: NonNullable<ProductTranslationCommand["attributes"]>,
  ids: ReadonlyMap<string, AttributeId>,
): AttributeTextTranslation[] {
  const merged = new Map(before.map(({ attributeId, text: given }) => [attributeId, given]));
  for (const { code, text: given } of entered) {
    const attributeId = ids.get(code);
    if (attributeId === undefined || given === undefined) continue;
    if (given === null) merged.delete(attributeId);
    else merged.set(attributeId, given);
  }
  return [...merged].map(([attributeId, given]) => ({ attributeId, text: given }));
}

function mergeOptions(
  before: readonly OptionTranslation[],
  given: NonNullable<ProductTranslationCommand["options"]>,
): OptionTranslation[] {
  const merged = new Map(before.map((option) => [option.name, option]));
  for (const { name, translatedName, values } of given) {
    const old = merged.get(name);
    const texts = new Map(old?.values.map(({ value, translatedValue }) => [value, translatedValue]));
    for (const { value, translatedValue } of values ?? []) {
      if (translatedValue === null) texts.delete(value);
      else if (translatedValue !== undefined) texts.set(value, translatedValue);
    }
    const newName = translatedName === undefined ? old?.translatedName : (translatedName ?? undefined);
    merged.set(name, {
      name,
      ...(newName === undefined ? {} : { translatedName: newName }),
      values: [...texts].map(([value, translatedValue]) => ({ value, translatedValue })),
    });
  }
  return [...merged.values()].filter(({ translatedName, values }) => translatedName !== undefined || values.length > 0);
}
