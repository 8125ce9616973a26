import { asc, sql } from "drizzle-orm";
import { categories } from "#drizzle/products/tables.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import { type CategoryId, newId } from "#platform/shop/ids.ts";
import { validationError } from "#platform/shop/input.ts";
import { holds, type SignedIn } from "#platform/shop/viewer.ts";
import { categoriesMax } from "../shared/limits.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { randomCharacters, slugOf } from "./slug.ts";

/** A row of `categories`. */
export type Category = typeof categories.$inferSelect;
/** A category below another one. */
export type ChildCategory = Category & { readonly parentId: CategoryId };

/** Siblings in the order in which they are shown: by position, then by name. */
const siblingOrder = [asc(categories.position), asc(sql`lower(${categories.name})`), asc(categories.id)];

/** All categories in the order of their tree: each before those below it. At most 1,000. */
export async function listCategories(db: Db): Promise<Category[]> {
  const rows = await db
    .select()
    .from(categories)
    .orderBy(...siblingOrder)
    .limit(categoriesMax);
  const byParent = Map.groupBy(rows, ({ parentId }) => parentId);
  const below = (parentId: CategoryId | null): Category[] =>
    (byParent.get(parentId) ?? []).flatMap((category) => [category, ...below(category.id)]);
  return below(null);
}

/** Reads the categories directly below these ones, in the order in which they are shown. */
export async function readChildren(db: Db, parentIds: readonly CategoryId[]): Promise<ChildCategory[]> {
  const rows = await db
    .select()
    .from(categories)
    .where(sql`${categories.parentId} = any(${sql.param(parentIds)}::uuid[])`)
    .orderBy(...siblingOrder);
  return rows.flatMap((row) => (row.parentId === null ? [] : [{ ...row, parentId: row.parentId }]));
}

/** Reads the categories with these ids, in any order. */
export async function readCategories(db: Db, ids: readonly CategoryId[]): Promise<Category[]> {
  return db
    .select()
    .from(categories)
    .where(sql`${categories.id} = any(${sql.param(ids)}::uuid[])`);
}

/** Reads the categories with these slugs, in any order. */
export async function readCategoriesBySlug(db: Db, slugs: readonly string[]): Promise<Category[]> {
  return db
    .select()
    .from(categories)
    .where(sql`${categories.slug} = any(${sql.param(slugs)}::text[])`);
}

/**
 * Returns the ids of categories given by name or slug, in the given order and without duplicates. Creates unknown categories if the viewer
 * holds `categories:write`; otherwise returns a VALIDATION_FAILED error for each of them, by its index in `categories`.
 */
export async function findCategories(
  tx: Tx,
  viewer: SignedIn,
  names: readonly string[],
): Promise<Result<CategoryId[]>> {
  if (names.length === 0) return ok([]);
  const wanted = [...new Set([...names, ...names.map(slugOf)])].filter((slug) => slug !== "");
  const lowered = names.map((name) => name.toLowerCase());
  const find = () =>
    tx
      .select()
      .from(categories)
      .where(
        sql`${categories.slug} = any(${sql.param(wanted)}::text[])
          or lower(${categories.name}) = any(${sql.param(lowered)}::text[])`,
      );
  const idOf = (found: readonly Category[], name: string) =>
    (
      found.find(({ slug }) => slug === name) ??
      found.find((category) => category.name.toLowerCase() === name.toLowerCase()) ??
      found.find(({ slug }) => slug === slugOf(name))
    )?.id;
  let found = await find();
  const missing = names.filter((name) => idOf(found, name) === undefined);
  if (missing.length > 0) {
    if (!holds(viewer, "categories:write")) {
      return err(
        ...names.flatMap((name, index) =>
          missing.includes(name) ? [validationError(["categories", index], "This category does not exist.")] : [],
        ),
      );
    }
    await tx
      .insert(categories)
      .values(missing.map((name) => ({ id: newId<CategoryId>(), name, slug: newCategorySlug(name) })))
      .onConflictDoNothing({ target: categories.slug });
    found = await find();
  }
  return ok([...new Set(names.flatMap((name) => idOf(found, name) ?? []))]);
}

/** The slug of a new category: made from its name, or random if the name has no letters or digits. */
export function newCategorySlug(name: string): string {
  return slugOf(name) || `category-${randomCharacters(8)}`;
}
