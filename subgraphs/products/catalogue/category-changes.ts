import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { categories } from "#drizzle/products/tables.ts";
import { type Db, violatedConstraint } from "#platform/database/database.ts";
import { type CategoryId, newId } from "#platform/shop/ids.ts";
import { notFoundError, type Parsed, parseInput, validationError } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import { categoriesMax, categoryNameCharactersMax } from "../shared/limits.ts";
import { alreadyExistsError, err, ok, type Result } from "../shared/result.ts";
import { type Category, newCategorySlug } from "./category.ts";
import { isSlug } from "./slug.ts";

const noSuchCategory = "Category not found.";

const categoryInput = z.object({
  name: text(categoryNameCharactersMax, 1),
  slug: z
    .string()
    .refine(isSlug, "Use lower-case letters and digits separated by single hyphens, at most 80 characters.")
    .nullish(),
});

/** The name of a category, and its slug unless it is made from the name. */
export type CategoryCommand = z.infer<typeof categoryInput>;

/** Parses `CategoryInput`. */
export function parseCategory(input: unknown): Parsed<CategoryCommand> {
  return parseInput(categoryInput, input);
}

/** Creates a category. Fails with VALIDATION_FAILED if there are 1,000 already and with ALREADY_EXISTS if the slug is taken. */
export async function createCategory(db: Db, command: CategoryCommand): Promise<Result<Category>> {
  const slug = command.slug ?? newCategorySlug(command.name);
  const [{ count } = { count: 0 }] = await db.select({ count: sql<number>`count(*)::int` }).from(categories);
  if (count >= categoriesMax) return err(validationError([], `The shop already has ${categoriesMax} categories.`));
  const [made] = await db
    .insert(categories)
    .values({ id: newId<CategoryId>(), name: command.name, slug })
    .onConflictDoNothing({ target: categories.slug })
    .returning();
  return made === undefined ? err(takenError(command)) : ok(made);
}

/** Changes a category. A slug that is left out stays. Fails with NOT_FOUND, or ALREADY_EXISTS if the slug is taken. */
export async function updateCategory(
  db: Db,
  id: CategoryId | undefined,
  { name, slug }: CategoryCommand,
): Promise<Result<Category>> {
  if (id === undefined) return err(notFoundError(["id"], noSuchCategory));
  try {
    const [changed] = await db
      .update(categories)
      .set({ name, ...(slug ? { slug } : {}) })
      .where(eq(categories.id, id))
      .returning();
    return changed === undefined ? err(notFoundError(["id"], noSuchCategory)) : ok(changed);
  } catch (error) {
    if (violatedConstraint(error) !== "categories_slug") throw error;
    return err(takenError({ name, slug }));
  }
}

/**
 * Deletes a category and returns it as it was. Products in the category are not updated, since there can be any number of them: they keep an
 * id without a row, which readers ignore.
 */
export async function deleteCategory(db: Db, id: CategoryId | undefined): Promise<Result<Category>> {
  if (id === undefined) return err(notFoundError(["id"], noSuchCategory));
  const [removed] = await db.delete(categories).where(eq(categories.id, id)).returning();
  return removed === undefined ? err(notFoundError(["id"], noSuchCategory)) : ok(removed);
}

function takenError({ slug }: CategoryCommand) {
  return alreadyExistsError([slug ? "slug" : "name"], "This slug is taken by another category.");
}
