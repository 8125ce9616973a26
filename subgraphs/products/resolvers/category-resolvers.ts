import { ApiError } from "#platform/shop/api-error.ts";
import { type CategoryId, parseId } from "#platform/shop/ids.ts";
import { lookupText } from "#platform/shop/text.ts";
import type { Resolvers } from "#schema/generated/products.ts";
import { type Category, listCategories } from "../catalogue/category.ts";
import { createCategory, deleteCategory, parseCategory, updateCategory } from "../catalogue/category-changes.ts";
import { parseCategoryTranslation, setCategoryTranslation } from "../catalogue/category-translation.ts";
import { translated } from "../languages/language-chain.ts";
import { type Result, runCommand } from "../shared/result.ts";

/** The resolvers of categories. */
export const categoryResolvers = {
  Query: {
    categories: (_parent, _args, { db }) => listCategories(db),
    category: (_parent, { id, slug }, { loaders }) => {
      if ((typeof id === "string") === (typeof slug === "string")) {
        throw new ApiError("BAD_USER_INPUT", "Provide exactly one of `id` and `slug`.");
      }
      if (typeof slug === "string") return loaders.categoryBySlug.load(lookupText(slug));
      const categoryId = parseId<CategoryId>(id ?? "");
      return categoryId === undefined ? null : loaders.category.load(categoryId);
    },
  },
  Mutation: {
    categoryCreate: async (_parent, { input }, { db }) =>
      categoryPayload(await runCommand(parseCategory(input), (command) => createCategory(db, command))),
    categoryUpdate: async (_parent, { id, input }, { db }) =>
      categoryPayload(
        await runCommand(parseCategory(input), (command) => updateCategory(db, parseId<CategoryId>(id), command)),
      ),
    categoryDelete: async (_parent, { id }, { db }) =>
      categoryPayload(await deleteCategory(db, parseId<CategoryId>(id))),
    categoryTranslationSet: async (_parent, { input }, { db }) =>
      categoryPayload(
        await runCommand(parseCategoryTranslation(input), (command) => setCategoryTranslation(db, command)),
      ),
  },
  Category: {
    __resolveReference: (reference, { loaders }) => {
      if ("slug" in reference) return loaders.categoryBySlug.load(lookupText(reference.slug));
      const id = parseId<CategoryId>(reference.id);
      return id === undefined ? null : loaders.category.load(id);
    },
    name: async ({ name, names }, { language }, { loaders }) =>
      translated(name, names, await loaders.languages(language)),
    parent: ({ parentId }, _args, { loaders }) => (parentId === null ? null : loaders.category.load(parentId)),
    ancestors: async ({ ancestorIds }, _args, { loaders }) =>
      (await Promise.all(ancestorIds.map((id) => loaders.category.load(id)))).filter((category) => category !== null),
    children: async ({ id }, _args, { loaders }) => [...(await loaders.childCategories.load(id))],
  },
} satisfies Resolvers;

function categoryPayload(outcome: Result<Category>) {
  return outcome.ok ? { category: outcome.value, userErrors: [] } : { category: null, userErrors: outcome.userErrors };
}
