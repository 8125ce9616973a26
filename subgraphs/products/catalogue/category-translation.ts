import { eq } from "drizzle-orm";
import { z } from "zod";
import { categories } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { type CategoryId, parseId } from "#platform/shop/ids.ts";
import { languageInput, notFoundError, type Parsed, parseInput } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import { withTranslation } from "../languages/translation.ts";
import { categoryNameCharactersMax } from "../shared/limits.ts";
import { err, ok, type Result } from "../shared/result.ts";
import type { Category } from "./category.ts";

const translationInput = z.object({
  categoryId: z.string(),
  language: languageInput,
  name: text(categoryNameCharactersMax, 1).nullish(),
});

/** A category's name in a language. Undefined stays, null removes it. */
export type CategoryTranslationCommand = z.infer<typeof translationInput>;

/** Parses `CategoryTranslationInput`. */
export function parseCategoryTranslation(input: unknown): Parsed<CategoryTranslationCommand> {
  return parseInput(translationInput, input);
}

/** Sets or removes a category's name in a language. Fails with NOT_FOUND. */
export async function setCategoryTranslation(
  db: Db,
  { categoryId, language, name }: CategoryTranslationCommand,
): Promise<Result<Category>> {
  const id = parseId<CategoryId>(categoryId);
  const [changed] =
    id === undefined
      ? []
      : await db
          .update(categories)
          .set({ names: withTranslation(categories.names, language, name) })
          .where(eq(categories.id, id))
          .returning();
  return changed === undefined ? err(notFoundError(["categoryId"], "Category not found.")) : ok(changed);
}
