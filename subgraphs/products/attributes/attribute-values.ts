import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { attributes, type ChoiceId, productAttributeValues } from "#drizzle/products/tables.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import type { ProductId } from "#platform/shop/ids.ts";
import { type ValidationErrorValue, validationError } from "#platform/shop/input.ts";
import { multilineText } from "#platform/shop/text.ts";
import { attributesPerProductMax, attributeTextCharactersMax, choicesPerAttributeMax } from "../shared/limits.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { type Attribute, type Choice, withChoices } from "./attribute.ts";

/** An exact decimal number of up to 12 digits before and 6 after the point, without needless zeros; undefined for anything else. */
export function parseNumber(value: string): string | undefined {
  const parts = /^([+-]?)0*(\d{1,12})(?:\.(\d{0,6}?)0*)?$/.exec(value);
  if (parts === null) return undefined;
  const [, sign = "", whole = "0", fraction = ""] = parts;
  const digits = fraction === "" ? whole : `${whole}.${fraction}`;
  return sign === "-" && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

const numberInput = z.string().transform((value, context) => {
  const number = parseNumber(value);
  if (number !== undefined) return number;
  context.addIssue({
    code: "custom",
    message: "Enter a decimal number of at most 12 digits before and 6 after the point.",
  });
  return z.NEVER;
});

const fields = ["choices", "text", "number", "boolean"] as const;
const fieldOf = { CHOICE: "choices", TEXT: "text", NUMBER: "number", BOOLEAN: "boolean" } as const;

const valueInput = z
  .object({
    code: z.string(),
    choices: z
      .array(z.string())
      .min(1, "Choose at least one.")
      .max(choicesPerAttributeMax, `Enter at most ${choicesPerAttributeMax} choices.`)
      .transform((codes) => [...new Set(codes)])
      .nullish(),
    text: multilineText(attributeTextCharactersMax, 1).nullish(),
    number: numberInput.nullish(),
    boolean: z.boolean().nullish(),
  })
  .superRefine((value, context) => {
    if (fields.filter((field) => value[field] !== null && value[field] !== undefined).length === 1) return;
    context.addIssue({ code: "custom", message: "Enter exactly one of choices, text, number and boolean." });
  });

/** The zod type of a list of `AttributeValueInput`. */
export const attributeValuesInput = z
  .array(valueInput)
  .max(attributesPerProductMax, `Enter at most ${attributesPerProductMax} attributes.`)
  .superRefine((values, context) => {
    const seen = new Set<string>();
    for (const [index, { code }] of values.entries()) {
      if (seen.has(code)) {
        context.addIssue({ code: "custom", path: [index, "code"], message: "This entry is listed twice." });
      }
      seen.add(code);
    }
  });

/** A product's values of attributes, by the attributes' codes. */
export type AttributeValuesCommand = z.infer<typeof attributeValuesInput>;

/** A product's value of an attribute. */
export type AttributeValue = {
  readonly productId: ProductId;
  readonly attribute: Attribute;
  /** In display order; null for other kinds. */
  readonly choices: readonly Choice[] | null;
  readonly text: string | null;
  readonly number: string | null;
  readonly boolean: boolean | null;
};

type ValueRow = typeof productAttributeValues.$inferInsert;

/**
 * Finds the attributes and choices that values name, and holds the attributes as they are until the transaction ends: whether one is filterable decides
 * the labels of the product. Fails with a VALIDATION_FAILED error for each that is unknown or has a value of another kind.
 */
export async function findValues(
  tx: Tx,
  values: AttributeValuesCommand,
): Promise<Result<Omit<ValueRow, "productId">[]>> {
  if (values.length === 0) return ok([]);
  const codes = values.map(({ code }) => code.toWellFormed().replaceAll("\0", " "));
  const rows = await tx
    .select()
    .from(attributes)
    .where(sql`${attributes.code} = any(${sql.param(codes)}::text[])`)
    .orderBy(asc(attributes.id))
    .for("share");
  const known = new Map((await withChoices(tx, rows)).map((attribute) => [attribute.code, attribute]));
  const errors: ValidationErrorValue[] = [];
  const found = values.flatMap((value, index) => {
    const at = (...path: (string | number)[]) => ["attributes", index, ...path];
    const attribute = known.get(value.code);
    if (attribute === undefined) {
      errors.push(validationError(at("code"), "This attribute does not exist."));
      return [];
    }
    if ((value[fieldOf[attribute.kind]] ?? null) === null) {
      const given = fields.find((field) => (value[field] ?? null) !== null) ?? "code";
      errors.push(validationError(at(given), `This attribute takes a ${attribute.kind} value.`));
      return [];
    }
    const choiceIds = value.choices?.flatMap((code, place) => {
      const choice = attribute.choices.find((candidate) => candidate.code === code);
      if (choice === undefined) errors.push(validationError(at("choices", place), "This choice does not exist."));
      return choice?.id ?? [];
    });
    return {
      attributeId: attribute.id,
      choiceIds: choiceIds ?? null,
      text: value.text ?? null,
      number: value.number ?? null,
      boolean: value.boolean ?? null,
    };
  });
  return errors.length > 0 ? err(...errors) : ok(found);
}

/** Replaces all values of a locked product. */
export async function replaceValues(
  tx: Tx,
  productId: ProductId,
  values: readonly Omit<ValueRow, "productId">[],
): Promise<void> {
  const kept = values.map(({ attributeId }) => attributeId);
  await tx
    .delete(productAttributeValues)
    .where(
      and(
        eq(productAttributeValues.productId, productId),
        sql`${productAttributeValues.attributeId} <> all(${sql.param(kept)}::uuid[])`,
      ),
    );
  if (values.length === 0) return;
  await tx
    .insert(productAttributeValues)
    .values(values.map((value) => ({ ...value, productId })))
    .onConflictDoUpdate({
      target: [productAttributeValues.productId, productAttributeValues.attributeId],
      set: {
        choiceIds: sql`excluded.choice_ids`,
        text: sql`excluded.text`,
        number: sql`excluded.number`,
        boolean: sql`excluded.boolean`,
      },
    });
}

/** Reads the values of these products, in the order of the attributes. The caller has checked that the viewer may see the products. */
export async function readValues(db: Db, productIds: readonly ProductId[]): Promise<AttributeValue[]> {
  const rows = await db
    .select({ value: productAttributeValues, attribute: attributes })
    .from(productAttributeValues)
    .innerJoin(attributes, eq(attributes.id, productAttributeValues.attributeId))
    .where(sql`${productAttributeValues.productId} = any(${sql.param(productIds)}::uuid[])`)
    .orderBy(asc(attributes.id));
  const unique = new Map(rows.map(({ attribute }) => [attribute.id, attribute]));
  const known = new Map((await withChoices(db, [...unique.values()])).map((attribute) => [attribute.id, attribute]));
  return rows.flatMap(({ value }) => {
    const attribute = known.get(value.attributeId);
    if (attribute === undefined) return [];
    const chosen = new Set<ChoiceId>(value.choiceIds ?? []);
    const choices = value.choiceIds === null ? null : attribute.choices.filter(({ id }) => chosen.has(id));
    return [
      {
        productId: value.productId,
        attribute,
        choices,
        text: value.text,
        number: value.number,
        boolean: value.boolean,
      },
    ];
  });
}
