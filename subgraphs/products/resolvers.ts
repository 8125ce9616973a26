import { Refusal } from "#platform/errors.ts";
import type { CategoryId, ProductId, VariantId } from "#platform/ids.ts";
import { parseId } from "#platform/ids.ts";
import { moneyOutput } from "#platform/money.ts";
import { scalars } from "#platform/scalars.ts";
import { signedIn } from "#platform/tokens.ts";
import type { Resolvers } from "#schema/generated/products.ts";
import { listCategories } from "./category.ts";
import type { Context } from "./context.ts";
import { countListing, listProducts } from "./listing.ts";
import { parseListing } from "./listing-wish.ts";
import { type Outcome, withInput } from "./outcome.ts";
import { mayEdit, readProductBySku } from "./product.ts";
import { createProduct } from "./product-create.ts";
import { parseProductCreate } from "./product-input.ts";
import { stockResolvers } from "./stock-resolvers.ts";

/** The products subgraph's fields. */
export const resolvers: Resolvers = {
  DateTime: scalars.DateTime,
  Decimal: scalars.Decimal,
  CurrencyCode: scalars.CurrencyCode,
  URL: scalars.URL,
  Query: {
    product: (_parent, { id, slug, sku }, { db, viewer, loaders }) => {
      const given = [id, slug, sku].filter((key) => key !== null && key !== undefined);
      if (given.length !== 1) throw new Refusal("BAD_USER_INPUT", "Give exactly one of `id`, `slug` and `sku`.");
      if (slug) return loaders.productBySlug.load(slug);
      if (sku) return readProductBySku(db, viewer, sku);
      const productId = parseId<ProductId>(id ?? "");
      return productId === undefined ? null : loaders.product.load(productId);
    },
    products: (_parent, args, { db, viewer }) => listProducts(db, viewer, parseListing(args)),
    categories: (_parent, _args, { db }) => listCategories(db),
    ...stockResolvers.Query,
  },
  Mutation: {
    productCreate: async (_parent, { input }, context) =>
      productPayload(
        context,
        await withInput(parseProductCreate(input), (wish) => createProduct(context.db, signedIn(context.viewer), wish)),
      ),
    ...stockResolvers.Mutation,
  },
  Product: {
    __resolveReference: (reference, { loaders }) => {
      if ("slug" in reference) return loaders.productBySlug.load(reference.slug);
      const id = parseId<ProductId>(reference.id);
      return id === undefined ? null : loaders.product.load(id);
    },
    owner: ({ ownerId }) => (ownerId === null ? null : { id: ownerId }),
    categories: async ({ categoryIds }, _args, { loaders }) =>
      (await Promise.all(categoryIds.map((id) => loaders.category.load(id)))).filter((category) => category !== null),
    price: ({ priceMin, currency }) => moneyOutput({ minorUnits: priceMin, currency }),
    priceRange: ({ priceMin, priceMax, currency }) => ({
      min: moneyOutput({ minorUnits: priceMin, currency }),
      max: moneyOutput({ minorUnits: priceMax, currency }),
    }),
    quantityAvailable: async ({ id }, _args, { loaders }) => (await loaders.availability.load(id))?.quantity ?? 0,
    inStock: ({ variantsInStock }) => variantsInStock > 0,
    defaultVariant: async ({ id }, _args, { loaders }) => {
      const [first, ...others] = await loaders.variantsOfProduct.load(id);
      return others.length === 0 ? first : null;
    },
    variants: async ({ id }, _args, { loaders }) => [...(await loaders.variantsOfProduct.load(id))],
    viewerCanEdit: (product, _args, { viewer }) => mayEdit(viewer, product),
  },
  ProductVariant: {
    __resolveReference: (reference, { loaders }) => {
      if ("sku" in reference) return loaders.variantBySku.load(reference.sku);
      const id = parseId<VariantId>(reference.id);
      return id === undefined ? null : loaders.variant.load(id);
    },
    options: ({ options }) => [...options],
    price: ({ price, currency }) => moneyOutput({ minorUnits: price, currency }),
    product: async ({ productId }, _args, { loaders }) => {
      const product = await loaders.product.load(productId);
      if (product === null) throw new Error(`The product of variant ${productId} is not to be seen.`);
      return product;
    },
    ...stockResolvers.ProductVariant,
  },
  Category: {
    __resolveReference: (reference, { loaders }) => {
      if ("slug" in reference) return loaders.categoryBySlug.load(reference.slug);
      const id = parseId<CategoryId>(reference.id);
      return id === undefined ? null : loaders.category.load(id);
    },
  },
  InventoryLevel: stockResolvers.InventoryLevel,
  StockMovementConnection: stockResolvers.StockMovementConnection,
  ProductVariantConnection: stockResolvers.ProductVariantConnection,
  ProductConnection: {
    totalCount: (listing, _args, { db }) => countListing(db, listing),
  },
};

async function productPayload({ loaders }: Context, outcome: Outcome<ProductId>) {
  if (!outcome.ok) return { product: null, userErrors: outcome.userErrors };
  return { product: await loaders.product.clear(outcome.value).load(outcome.value), userErrors: [] };
}
