import { scalars } from "#platform/graphql/scalars.ts";
import { selectedPaths } from "#platform/graphql/selected-paths.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { type ProductId, parseId, type UserId, type VariantId } from "#platform/shop/ids.ts";
import { type CurrencyCode, moneyOutput } from "#platform/shop/money.ts";
import { lookupText } from "#platform/shop/text.ts";
import { signedIn } from "#platform/shop/viewer.ts";
import type { Resolvers } from "#schema/generated/products.ts";
import { isWhole, type ListedProduct, mayEdit, type Product, readProductBySku } from "../catalogue/product.ts";
import { archiveProduct } from "../catalogue/product-archive.ts";
import { createProduct } from "../catalogue/product-create.ts";
import {
  parseProductCreate,
  parseProductUpdate,
  parseVariantCreate,
  parseVariantUpdate,
} from "../catalogue/product-input.ts";
import { optionsOf } from "../catalogue/product-options.ts";
import { parseProductTranslation, setProductTranslation } from "../catalogue/product-translation.ts";
import { updateProduct } from "../catalogue/product-update.ts";
import { createVariant } from "../catalogue/variant-create.ts";
import { removeVariant } from "../catalogue/variant-remove.ts";
import { updateVariant } from "../catalogue/variant-update.ts";
import { alsoRead, type Context, isBrief, noteChange, noteProduct, renewLoaders } from "../context.ts";
import { translated } from "../languages/language-chain.ts";
import type { CountName } from "../listing/counts.ts";
import { type Listing, listProducts, makeListing } from "../listing/listing.ts";
import { newestFirst, pageOf, parseProductQuery, usDollar } from "../listing/product-query.ts";
import { parseSuggestionQuery, suggestProducts } from "../listing/suggestion.ts";
import { setVariantPrices } from "../markets/price-changes.ts";
import { parseVariantPrices } from "../markets/price-input.ts";
import { imageUrlOf } from "../media/media.ts";
import { parseProductMedia } from "../media/media-input.ts";
import { setProductMedia } from "../media/product-media.ts";
import { type Result, runCommand } from "../shared/result.ts";
import { attributeResolvers } from "./attribute-resolvers.ts";
import { categoryResolvers } from "./category-resolvers.ts";
import { marketResolvers } from "./market-resolvers.ts";
import { mediaResolvers } from "./media-resolvers.ts";
import { stockResolvers } from "./stock-resolvers.ts";

/** The resolvers of the products subgraph. */
export const resolvers: Resolvers = {
  DateTime: scalars.DateTime,
  Decimal: scalars.Decimal,
  CurrencyCode: scalars.CurrencyCode,
  URL: scalars.URL,
  CountryCode: scalars.CountryCode,
  LanguageCode: scalars.LanguageCode,
  Query: {
    product: async (_parent, { id, slug, sku }, context, info) => {
      const { db, viewer, loaders } = context;
      const also = alsoRead(context, selectedPaths(info), [""]);
      const given = [id, slug, sku].filter((key) => key !== null && key !== undefined);
      if (given.length !== 1) throw new ApiError("BAD_USER_INPUT", "Provide exactly one of `id`, `slug` and `sku`.");
      if (slug) return noted(context, await loaders.productBySlugAnd(also).load(lookupText(slug)));
      if (sku) {
        const found = await readProductBySku(db, viewer, lookupText(sku));
        noteChange(context, found?.pricesUntil);
        return found;
      }
      const productId = parseId<ProductId>(id ?? "");
      return productId === undefined ? null : noted(context, await loaders.productAnd(also).load(productId));
    },
    products: async (_parent, args, context, info) => {
      const paths = selectedPaths(info);
      const places = ["nodes.", "edges.node."];
      const parts = {
        counts: countFields.flatMap(([path, name]) => (paths.has(path) ? [name] : [])),
        read: { also: alsoRead(context, paths, places), isBrief: isBrief(paths, places) },
      };
      const { db, viewer, shared, loaders } = context;
      const languages = await loaders.languages(args.language);
      return notedList(context, await listProducts(db, viewer, parseProductQuery(args), shared, languages, parts));
    },
    productSuggestions: async (_parent, { prefix, first, language }, context) => {
      const query = parseSuggestionQuery(prefix, first);
      const suggested = await suggestProducts(context.db, query, await context.loaders.languages(language));
      for (const { pricesUntil } of suggested) noteChange(context, pricesUntil);
      return suggested;
    },
    ...categoryResolvers.Query,
    ...attributeResolvers.Query,
    ...mediaResolvers.Query,
    ...marketResolvers.Query,
    ...stockResolvers.Query,
  },
  Mutation: {
    productCreate: async (_parent, { input }, context) =>
      productPayload(
        context,
        await runCommand(parseProductCreate(input), (command) =>
          createProduct(context.db, signedIn(context.viewer), command),
        ),
      ),
    productUpdate: async (_parent, { id, input }, context) =>
      productPayload(
        context,
        await runCommand(parseProductUpdate(input), (change) =>
          updateProduct(context.db, signedIn(context.viewer), parseId<ProductId>(id), change),
        ),
      ),
    productDelete: async (_parent, { id }, context) => {
      const outcome = await archiveProduct(context.db, signedIn(context.viewer), parseId<ProductId>(id));
      renewLoaders(context);
      return outcome.ok
        ? { deletedProductId: outcome.value, userErrors: [] }
        : { deletedProductId: null, userErrors: outcome.userErrors };
    },
    productVariantCreate: async (_parent, { productId, input }, context) =>
      productPayload(
        context,
        await runCommand(parseVariantCreate(input), (command) =>
          createVariant(context.db, signedIn(context.viewer), parseId<ProductId>(productId), command),
        ),
      ),
    productVariantUpdate: async (_parent, { id, input }, context) =>
      productPayload(
        context,
        await runCommand(parseVariantUpdate(input), (change) =>
          updateVariant(context.db, signedIn(context.viewer), parseId<VariantId>(id), change),
        ),
      ),
    variantPricesSet: async (_parent, { input }, context) =>
      productPayload(
        context,
        await runCommand(parseVariantPrices(input), (command) =>
          setVariantPrices(context.db, signedIn(context.viewer), command),
        ),
      ),
    productVariantDelete: async (_parent, { id }, context) =>
      productPayload(context, await removeVariant(context.db, signedIn(context.viewer), parseId<VariantId>(id))),
    ...categoryResolvers.Mutation,
    productTranslationSet: async (_parent, { input }, context) =>
      productPayload(
        context,
        await runCommand(parseProductTranslation(input), (command) =>
          setProductTranslation(context.db, signedIn(context.viewer), command),
        ),
      ),
    ...attributeResolvers.Mutation,
    productMediaSet: async (_parent, { input }, context) =>
      productPayload(
        context,
        await runCommand(parseProductMedia(input), (command) =>
          setProductMedia(context.db, signedIn(context.viewer), command),
        ),
      ),
    ...mediaResolvers.Mutation,
    ...marketResolvers.Mutation,
    ...stockResolvers.Mutation,
  },
  Product: {
    __resolveReference: (reference, { loaders }) => {
      if ("slug" in reference) return loaders.productBySlug.load(lookupText(reference.slug));
      const id = parseId<ProductId>(reference.id);
      return id === undefined ? null : loaders.product.load(id);
    },
    // Without a language at once: a promise for each product costs more than its name.
    name: (product, { language }, context) =>
      language === null || language === undefined ? product.name : translateName(product, language, context),
    description: async (product, { language }, context) => {
      const { loaders } = context;
      const { id, description } = await whole(product, context);
      const chain = await loaders.languages(language);
      if (chain.length === 0) return description;
      return translated(description, (await loaders.texts(chain).load(id))?.descriptions ?? {}, chain);
    },
    tags: async (product, _args, context) => (await whole(product, context)).tags,
    isReturnable: async (product, _args, context) => (await whole(product, context)).isReturnable,
    createdAt: async (product, _args, context) => (await whole(product, context)).createdAt,
    updatedAt: async (product, _args, context) => (await whole(product, context)).updatedAt,
    version: async (product, _args, context) => (await whole(product, context)).version,
    owner: ({ ownerId }) => (ownerId === null ? null : { id: ownerId }),
    categories: async (product, _args, context) => {
      const { chosenCategoryIds, categoryIds } = await whole(product, context);
      const ids = chosenCategoryIds ?? categoryIds;
      const found = await Promise.all(ids.map((id) => context.loaders.category.load(id)));
      return found.filter((category) => category !== null);
    },
    price: ({ priceMin, currency }) => moneyOutput({ minorUnits: priceMin, currency }),
    priceRange: ({ priceMin, priceMax, currency }) => priceRange(priceMin, priceMax, currency),
    quantityAvailable: async ({ id }, _args, { loaders }) => (await loaders.availability.load(id))?.quantity ?? 0,
    inStock: ({ variantsInStock }) => variantsInStock > 0,
    defaultVariant: async ({ id, variants }, _args, { loaders }) => {
      const [first, ...others] = variants ?? (await loaders.variantsOfProduct.load(id));
      return others.length === 0 ? first : null;
    },
    variants: ({ id, variants }, _args, { loaders }) =>
      variants === undefined ? loaders.variantsOfProduct.load(id).then((loaded) => [...loaded]) : [...variants],
    imageUrl: ({ imageName, imageUrl }, _args, { media }) => imageUrlOf(media.library, imageName) ?? imageUrl,
    media: async ({ id }, _args, { loaders }) => [...(await loaders.mediaOfProduct.load(id))],
    ...marketResolvers.Product,
    options: async ({ id, variants }, _args, { loaders }) =>
      optionsOf(
        variants ?? (await loaders.variantsOfProduct.load(id)),
        (await loaders.optionTexts.load(id))?.translations ?? new Map(),
      ),
    attributes: async ({ id }, _args, { loaders }) => [...(await loaders.attributeValues.load(id))],
    viewerCanEdit: (product, _args, { viewer }) => mayEdit(viewer, product),
  },
  ProductVariant: {
    __resolveReference: (reference, { loaders }) => {
      if ("sku" in reference) return loaders.variantBySku.load(lookupText(reference.sku));
      const id = parseId<VariantId>(reference.id);
      return id === undefined ? null : loaders.variant.load(id);
    },
    options: ({ options }) => [...options],
    price: ({ price, currency }) => moneyOutput({ minorUnits: price, currency }),
    product: async ({ productId }, _args, { loaders }) => {
      const product = await loaders.product.load(productId);
      if (product === null) throw new Error(`Product ${productId} of a visible variant is not visible.`);
      return product;
    },
    media: async ({ id }, _args, { loaders }) => [...(await loaders.mediaOfVariant.load(id))],
    ...marketResolvers.ProductVariant,
    ...stockResolvers.ProductVariant,
  },
  Category: categoryResolvers.Category,
  Attribute: attributeResolvers.Attribute,
  AttributeChoice: attributeResolvers.AttributeChoice,
  AttributeValue: attributeResolvers.AttributeValue,
  ProductOption: attributeResolvers.ProductOption,
  AttributeFacet: attributeResolvers.AttributeFacet,
  OptionFacet: attributeResolvers.OptionFacet,
  FacetCount: attributeResolvers.FacetCount,
  Media: mediaResolvers.Media,
  Market: marketResolvers.Market,
  Offer: marketResolvers.Offer,
  VariantPrice: marketResolvers.VariantPrice,
  OrderableLine: stockResolvers.OrderableLine,
  InventoryLevel: stockResolvers.InventoryLevel,
  StockMovementConnection: stockResolvers.StockMovementConnection,
  ProductVariantConnection: stockResolvers.ProductVariantConnection,
  ProductConnection: {
    totalCount: ({ counts }) => counts.total(),
    facets: (listing) => listing,
  },
  ProductFacets: {
    categories: async ({ counts }) => [...(await counts.categories())],
    tags: async ({ counts }) => [...(await counts.tags())],
    priceRange: async ({ counts }, _args, context) => {
      const span = await counts.prices();
      noteChange(context, span?.changesAt);
      return span && priceRange(span.min, span.max, span.currency);
    },
    inStock: ({ counts }) => counts.inStock(),
    attributes: async ({ counts }) => [...(await counts.attributes())],
    options: async ({ counts }) => [...(await counts.options())],
  },
  User: {
    __resolveReference: ({ id }) => ({ id }),
    products: async ({ id }, args, context) => {
      const { loaders } = context;
      const ownerId = parseId<UserId>(id);
      if (ownerId === undefined) return null;
      const page = pageOf(args, newestFirst);
      const rows = (await loaders.pageOfOwner(page).load(ownerId))?.rows ?? [];
      return notedList(context, makeListing(page, rows, loaders.countsOfOwner(ownerId, usDollar)));
    },
  },
};

/** By the paths below `products` at which they are selected. */
const countFields: readonly (readonly [path: string, CountName])[] = [
  ["totalCount", "total"],
  ["facets.categories", "categories"],
  ["facets.tags", "tags"],
  ["facets.priceRange", "prices"],
  ["facets.inStock", "inStock"],
  ["facets.attributes", "attributes"],
  ["facets.options", "options"],
];

/** The product with all its fields, which are read unless it has them. */
async function whole(product: ListedProduct, { loaders }: Context): Promise<Product> {
  if (isWhole(product)) return product;
  const found = await loaders.product.load(product.id);
  if (found === null) throw new Error(`Product ${product.id} of a list is not visible any more.`);
  return found;
}

async function translateName({ id, name }: ListedProduct, language: string, { loaders }: Context): Promise<string> {
  const chain = await loaders.languages(language);
  return chain.length === 0 ? name : translated(name, (await loaders.texts(chain).load(id))?.names ?? {}, chain);
}

function noted<Read extends ListedProduct | null>(context: Context, product: Read): Read {
  if (product !== null) noteProduct(context, product);
  return product;
}

function notedList(context: Context, listing: Listing): Listing {
  noteChange(context, listing.changesAt);
  for (const node of listing.nodes) noteProduct(context, node);
  return listing;
}

function priceRange(min: bigint, max: bigint, currency: CurrencyCode) {
  return { min: moneyOutput({ minorUnits: min, currency }), max: moneyOutput({ minorUnits: max, currency }) };
}

async function productPayload(context: Context, outcome: Result<ProductId>) {
  if (!outcome.ok) return { product: null, userErrors: outcome.userErrors };
  return { product: await renewLoaders(context).product.load(outcome.value), userErrors: [] };
}
