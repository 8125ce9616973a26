import { eq, sql } from "drizzle-orm";
import { categories, productRewrites } from "#drizzle/products/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import type { CategoryId } from "#platform/shop/ids.ts";
import { notFoundError } from "#platform/shop/input.ts";
import { categoryLevelsMax } from "../shared/limits.ts";
import { err, ok, type Result } from "../shared/result.ts";
import type { Category } from "./category.ts";

/** The trigger that adds ancestors to products takes the same lock. */
const treeLock = 7_201_910;

/**
 * Waits until nobody changes the tree or writes products' categories, and holds them off until the transaction ends: two moves at once could make a
 * cycle together.
 */
export async function lockTree(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${treeLock})`);
}

/** Keeps the tree as it is until the transaction ends, together with others that do. Taken before any row. */
export async function holdTree(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${treeLock})`);
}

/**
 * The ancestors of a category below `parentId`, from the root down to the parent; none for null. Fails with NOT_FOUND if there is no such parent.
 * The caller holds the tree's lock.
 */
export async function findNewParent(tx: Tx, parentId: CategoryId | "none" | null): Promise<Result<CategoryId[]>> {
  if (parentId === null) return ok([]);
  const [parent] =
    parentId === "none"
      ? []
      : await tx
          .select({ id: categories.id, ancestorIds: categories.ancestorIds })
          .from(categories)
          .where(eq(categories.id, parentId));
  if (parent === undefined) return err(notFoundError(["parentId"], "Category not found."));
  return ok([...parent.ancestorIds, parent.id]);
}

/**
 * Moves a category with all below it under new ancestors, and has its products written anew. Returns false, changing nothing, if it would be too deep.
 * The caller holds the tree's lock and has checked that it does not become its own ancestor.
 */
export async function moveSubtree(
  tx: Tx,
  { id, ancestorIds }: Category,
  newAncestorIds: readonly CategoryId[],
): Promise<boolean> {
  const inSubtree = sql`(${categories.id} = ${id} or ${categories.ancestorIds} @> array[${id}::uuid])`;
  const [deepest] = await tx
    .select({ levels: sql<number>`max(cardinality(${categories.ancestorIds}))::int + 1` })
    .from(categories)
    .where(inSubtree);
  if (deepest === undefined || deepest.levels - ancestorIds.length + newAncestorIds.length > categoryLevelsMax) {
    return false;
  }
  await rewriteProductsOf(tx, id);
  // In the order of the ids, as triggers that count products lock them.
  await tx.select({ id: categories.id }).from(categories).where(inSubtree).orderBy(categories.id).for("no key update");
  await tx
    .update(categories)
    .set({
      parentId: sql`case when ${categories.id} = ${id} then ${newAncestorIds.at(-1) ?? null}::uuid else ${categories.parentId} end`,
      ancestorIds: sql`${sql.param(newAncestorIds)}::uuid[] || ${categories.ancestorIds}[${ancestorIds.length + 1}::int:]`,
    })
    .where(inSubtree);
  return true;
}

/** Has all products below a category written anew, from the first one. */
export async function rewriteProductsOf(tx: Tx, id: CategoryId): Promise<void> {
  await tx
    .insert(productRewrites)
    .values({ id, kind: "CATEGORY" })
    .onConflictDoUpdate({ target: productRewrites.id, set: { lastProductId: null } });
}
