import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { categories } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction, violatedConstraint } from "#platform/database/database.ts";
import { type CategoryId, newId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, type Parsed, parseInput, validationError } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import { categoriesMax, categoryLevelsMax, categoryNameCharactersMax, categoryPositionMax } from "../shared/limits.ts";
import { alreadyExistsError, err, ok, type Result } from "../shared/result.ts";
import { type Category, newCategorySlug } from "./category.ts";
import { findNewParent, lockTree, moveSubtree, rewriteProductsOf } from "./category-tree.ts";
import { isSlug } from "./slug.ts";

const noSuchCategory = "Category not found.";

const categoryInput = z.object({
  name: text(categoryNameCharactersMax, 1),
  slug: z
    .string()
    .refine(isSlug, "Use lower-case letters and digits separated by single hyphens, at most 80 characters.")
    .nullish(),
  /** Null for the top of the tree; of a malformed id, "none", which no category has. */
  parentId: z
    .string()
    .transform((id) => idOrUndefined<CategoryId>(id) ?? "none")
    .nullish(),
  position: z
    .int("Enter a whole number.")
    .min(0, "Enter 0 or more.")
    .max(categoryPositionMax, `Enter at most ${categoryPositionMax}.`)
    .nullish(),
});

/** The name of a category, its slug unless it is made from the name, and its place in the tree. */
export type CategoryCommand = z.infer<typeof categoryInput>;

/** Parses `CategoryInput`. */
export function parseCategory(input: unknown): Parsed<CategoryCommand> {
  return parseInput(categoryInput, input);
}

/**
 * Creates a category. Fails with VALIDATION_FAILED if there are 1,000 already or the parent is on the eighth level, with NOT_FOUND if there is no
 * such parent, and with ALREADY_EXISTS if the slug is taken.
 */
export async function createCategory(db: Db, command: CategoryCommand): Promise<Result<Category>> {
  return transaction(db, async (tx) => {
    await lockTree(tx);
    const slug = command.slug ?? newCategorySlug(command.name);
    const [{ count } = { count: 0 }] = await tx.select({ count: sql<number>`count(*)::int` }).from(categories);
    if (count >= categoriesMax) return err(validationError([], `The shop already has ${categoriesMax} categories.`));
    const parent = await findNewParent(tx, command.parentId ?? null);
    if (!parent.ok) return parent;
    if (parent.value.length >= categoryLevelsMax) return err(tooDeepError());
    const [made] = await tx
      .insert(categories)
      .values({
        id: newId<CategoryId>(),
        name: command.name,
        slug,
        parentId: parent.value.at(-1) ?? null,
        ancestorIds: parent.value,
        position: command.position ?? 0,
      })
      .onConflictDoNothing({ target: categories.slug })
      .returning();
    return made === undefined ? err(takenError(command)) : ok(made);
  });
}

/**
 * Changes a category. A slug, a parent and a position that are left out stay; a null parent moves it to the top. Products follow a moved category in
 * batches. Fails with NOT_FOUND, with ALREADY_EXISTS if the slug is taken, and with VALIDATION_FAILED if it would be below itself or too deep.
 */
export async function updateCategory(
  db: Db,
  id: CategoryId | undefined,
  command: CategoryCommand,
): Promise<Result<Category>> {
  if (id === undefined) return err(notFoundError(["id"], noSuchCategory));
  const { name, slug, parentId, position } = command;
  try {
    return await transaction(db, async (tx) => {
      await lockTree(tx);
      const category = await readCategory(tx, id);
      if (category === undefined) return err(notFoundError(["id"], noSuchCategory));
      if (parentId !== undefined && parentId !== category.parentId) {
        const parent = await findNewParent(tx, parentId);
        if (!parent.ok) return parent;
        if (parent.value.includes(id)) {
          return err(validationError(["parentId"], "A category cannot be moved below itself."));
        }
        if (!(await moveSubtree(tx, category, parent.value))) return err(tooDeepError());
      }
      const [changed] = await tx
        .update(categories)
        .set({ name, ...(slug ? { slug } : {}), ...(typeof position === "number" ? { position } : {}) })
        .where(eq(categories.id, id))
        .returning();
      return changed === undefined ? err(notFoundError(["id"], noSuchCategory)) : ok(changed);
    });
  } catch (error) {
    if (violatedConstraint(error) !== "categories_slug") throw error;
    return err(takenError(command));
  }
}

/**
 * Deletes a category that has none below it and returns it as it was. Its products are not updated with it, since there can be any number of them: they
 * keep an id without a row, which readers ignore, until a job has taken it and its ancestors off them. Fails with NOT_FOUND or VALIDATION_FAILED.
 */
export async function deleteCategory(db: Db, id: CategoryId | undefined): Promise<Result<Category>> {
  if (id === undefined) return err(notFoundError(["id"], noSuchCategory));
  return transaction(db, async (tx) => {
    await lockTree(tx);
    if ((await readCategory(tx, id)) === undefined) return err(notFoundError(["id"], noSuchCategory));
    const [child] = await tx.select({ id: categories.id }).from(categories).where(eq(categories.parentId, id)).limit(1);
    if (child !== undefined) {
      return err(validationError(["id"], "This category has categories below it. Move or delete them first."));
    }
    await rewriteProductsOf(tx, id);
    const [removed] = await tx.delete(categories).where(eq(categories.id, id)).returning();
    return removed === undefined ? err(notFoundError(["id"], noSuchCategory)) : ok(removed);
  });
}

async function readCategory(tx: Tx, id: CategoryId): Promise<Category | undefined> {
  const [row] = await tx.select().from(categories).where(eq(categories.id, id));
  return row;
}

function takenError({ slug }: CategoryCommand) {
  return alreadyExistsError([slug ? "slug" : "name"], "This slug is taken by another category.");
}

function tooDeepError() {
  return validationError(["parentId"], `Categories can be ${categoryLevelsMax} levels deep.`);
}
