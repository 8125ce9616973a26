import { z } from "zod";
import { type Parsed, parseInput, validationError } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import {
  attributeCodeCharactersMax,
  attributeNameCharactersMax,
  attributeUnitCharactersMax,
  choicesPerAttributeMax,
  swatchCharactersMax,
} from "../shared/limits.ts";

const codeInput = z
  .string()
  .max(attributeCodeCharactersMax, `Enter at most ${attributeCodeCharactersMax} characters.`)
  .regex(
    /^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/,
    "Use lower-case letters and digits, separated by hyphens, underscores or dots.",
  );

const swatchInput = z
  .string()
  .trim()
  .max(swatchCharactersMax, `Enter at most ${swatchCharactersMax} characters.`)
  .regex(
    /^(#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]+|(rgb|hsl|hwb|lab|lch|oklab|oklch)a?\([0-9a-z.,%/ +-]+\))$/i,
    "Enter a CSS colour, such as #1f2937.",
  );

const choicesInput = z
  .array(z.object({ code: codeInput, name: text(attributeNameCharactersMax, 1), swatch: swatchInput.nullish() }))
  .max(choicesPerAttributeMax, `Enter at most ${choicesPerAttributeMax} choices.`)
  .superRefine((choices, context) => {
    const seen = new Set<string>();
    for (const [index, { code }] of choices.entries()) {
      if (seen.has(code)) {
        context.addIssue({ code: "custom", path: [index, "code"], message: "This entry is listed twice." });
      }
      seen.add(code);
    }
  });

const attributeInput = z
  .object({
    code: codeInput,
    name: text(attributeNameCharactersMax, 1),
    kind: z.enum(["CHOICE", "TEXT", "NUMBER", "BOOLEAN"]),
    unit: text(attributeUnitCharactersMax, 1).nullish(),
    isFilterable: z.boolean().default(true),
    choices: choicesInput.nullish(),
  })
  .superRefine(({ kind, unit, choices }, context) => {
    for (const { field, message } of misplaced(kind, { unit, choices: choices?.length ? choices : undefined })) {
      context.addIssue({ code: "custom", path: [field], message });
    }
  });

/** A new attribute. */
export type AttributeCommand = z.infer<typeof attributeInput>;

/** Parses `AttributeInput`. */
export function parseAttribute(input: unknown): Parsed<AttributeCommand> {
  return parseInput(attributeInput, input);
}

const attributeUpdateInput = z.object({
  id: z.string(),
  name: text(attributeNameCharactersMax, 1).nullish(),
  unit: text(attributeUnitCharactersMax, 1).nullish(),
  isFilterable: z.boolean().nullish(),
  choices: choicesInput.nullish(),
});

/** Changes of an attribute. Undefined fields stay as they are, and so do null ones but for the unit, which null removes. */
export type AttributeUpdateCommand = z.infer<typeof attributeUpdateInput>;

/** Parses `AttributeUpdateInput`. */
export function parseAttributeUpdate(input: unknown): Parsed<AttributeUpdateCommand> {
  return parseInput(attributeUpdateInput, input);
}

/** The fields that attributes of the kind do not have. */
export function misplaced(
  kind: AttributeCommand["kind"],
  given: { readonly unit?: unknown; readonly choices?: unknown; readonly isFilterable?: unknown },
): { field: "unit" | "choices" | "isFilterable"; message: string }[] {
  const is = (value: unknown) => value !== undefined && value !== null;
  return [
    ...(kind !== "NUMBER" && is(given.unit)
      ? [{ field: "unit" as const, message: "Only NUMBER attributes have a unit." }]
      : []),
    ...(kind !== "CHOICE" && is(given.choices)
      ? [{ field: "choices" as const, message: "Only CHOICE attributes have choices." }]
      : []),
    ...(kind === "TEXT" && given.isFilterable === true
      ? [{ field: "isFilterable" as const, message: "TEXT attributes are never filterable." }]
      : []),
  ];
}

/** {@link misplaced} as user errors. */
export function misplacedErrors(...args: Parameters<typeof misplaced>) {
  return misplaced(...args).map(({ field, message }) => validationError([field], message));
}
