import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { attributeChoices, attributes } from "#drizzle/products/tables.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import { type AttributeId, parseId } from "#platform/shop/ids.ts";
import { languageInput, notFoundError, type Parsed, parseInput, validationError } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import { withTranslation } from "../languages/translation.ts";
import { attributeNameCharactersMax, choicesPerAttributeMax } from "../shared/limits.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { type Attribute, readAttributes } from "./attribute.ts";
import { lockAttribute } from "./attribute-changes.ts";

const translationInput = z.object({
  attributeId: z.string(),
  language: languageInput,
  name: text(attributeNameCharactersMax, 1).nullish(),
  choices: z
    .array(z.object({ code: z.string(), name: text(attributeNameCharactersMax, 1).nullish() }))
    .max(choicesPerAttributeMax, `Enter at most ${choicesPerAttributeMax} choices.`)
    .nullish(),
});

/** The names of an attribute and of its choices in a language. What is undefined or not listed stays, null removes. */
export type AttributeTranslationCommand = z.infer<typeof translationInput>;

/** Parses `AttributeTranslationInput`. */
export function parseAttributeTranslation(input: unknown): Parsed<AttributeTranslationCommand> {
  return parseInput(translationInput, input);
}

/** Sets or removes the names of an attribute and of its choices in a language, together. Fails with NOT_FOUND or VALIDATION_FAILED. */
export async function setAttributeTranslation(
  db: Db,
  { attributeId, language, name, choices }: AttributeTranslationCommand,
): Promise<Result<Attribute>> {
  return transaction(db, async (tx) => {
    const attribute = await lockAttribute(tx, parseId<AttributeId>(attributeId));
    if (attribute === undefined) return err(notFoundError(["attributeId"], "Attribute not found."));
    const known = new Set(attribute.choices.map(({ code }) => code));
    const errors = (choices ?? []).flatMap(({ code }, index) =>
      known.has(code) ? [] : [validationError(["choices", index, "code"], "This choice does not exist.")],
    );
    if (errors.length > 0) return err(...errors);
    await tx
      .update(attributes)
      .set({ names: withTranslation(attributes.names, language, name) })
      .where(eq(attributes.id, attribute.id));
    for (const choice of choices ?? []) {
      await tx
        .update(attributeChoices)
        .set({ names: withTranslation(attributeChoices.names, language, choice.name) })
        .where(and(eq(attributeChoices.attributeId, attribute.id), eq(attributeChoices.code, choice.code)));
    }
    const [changed] = await readAttributes(tx, [attribute.id]);
    return changed === undefined ? err(notFoundError(["attributeId"], "Attribute not found.")) : ok(changed);
  });
}
