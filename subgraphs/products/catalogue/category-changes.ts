import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { categories } from "#drizzle/products/tables.ts";
import { type Db, violatedConstraint } from "#platform/database/database.ts";
import { type CategoryId, newId } from "#platform/shop/ids.ts";
import { notFoundError, type Parsed, parseInput, text, validationError } from "#platform/shop/input.ts";
import { categoriesMax, categoryNameCharactersMax } from "../shared/limits.ts";
import { alreadyExistsError, err, ok, type Result } from "../shared/result.ts";
import { type Category, newCategorySlug } from "./category.ts";
import { isSlug } from "./slug.ts";

const noSuchCategory = "There is no such category.";

const categoryInput = z.object({
  name: text(categoryNameCharactersMax, 1),
  slug: z
    .string()
    .refine(isSlug, "It needs letters and digits in lower case with single hyphens between, at most 80 characters.")
    .nullish(),
});

/** A category's name, and its slug where it is not made from the name. */
export type CategoryCommand = z.infer<typeof categoryInput>;

/** Parses `CategoryInput`. */
export function parseCategory(input: unknown): Parsed<CategoryCommand> {
  return parseInput(categoryInput, input);
}

/** Makes a category. There are at most 1,000. */
export async function createCategory(db: Db, command: CategoryCommand): Promise<Result<Category>> {
  const slug = command.slug ?? newCategorySlug(command.name);
  const [{ count } = { count: 0 }] = await db.select({ count: sql<number>`count(*)::int` }).from(categories);
  if (count >= categoriesMax) return err(validationError([], `There are at most ${categoriesMax} categories.`));
  const [made] = await db
    .insert(categories)
    .values({ id: newId<CategoryId>(), name: command.name, slug })
    .onConflictDoNothing({ target: categories.slug })
    .returning();
  return made === undefined ? err(takenError(command)) : ok(made);
}

/** Changes a category; a slug that is left out stays. */
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
 * Removes a category; answers with it as it was. Products that carry it are not touched, however many they are: they keep an id that names
 * nothing, which readers drop.
 */
export async function deleteCategory(db: Db, id: CategoryId | undefined): Promise<Result<Category>> {
  if (id === undefined) return err(notFoundError(["id"], noSuchCategory));
  const [removed] = await db.delete(categories).where(eq(categories.id, id)).returning();
  return removed === undefined ? err(notFoundError(["id"], noSuchCategory)) : ok(removed);
}

function takenError({ slug }: CategoryCommand) {
  return alreadyExistsError([slug ? "slug" : "name"], "Another category has that slug.");
}
