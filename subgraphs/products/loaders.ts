import type { Db } from "#platform/database/database.ts";
import type { Reader } from "#platform/database/shared-reads.ts";
import { manyByKey, oneByKey } from "#platform/graphql/loader.ts";
import type { Page } from "#platform/graphql/page.ts";
import type { AttributeId, CategoryId, MarketId, MediaId, ProductId, UserId, VariantId } from "#platform/shop/ids.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { listAttributes, readAttributes } from "./attributes/attribute.ts";
import { readValues } from "./attributes/attribute-values.ts";
import { readCategories, readCategoriesBySlug, readChildren } from "./catalogue/category.ts";
import { readProducts } from "./catalogue/product.ts";
import { readVariants, readVariantsBySku, readVariantsOf } from "./catalogue/variant.ts";
import type { Also } from "./catalogue/variants-with-product.ts";
import { countMovements, readAvailability, readLevels, readMovements } from "./inventory/inventory.ts";
import { chainOf, type LanguageChain, languageArgument } from "./languages/language-chain.ts";
import { readOptionTexts, readTexts } from "./languages/product-texts.ts";
import { makeCount } from "./listing/count-statement.ts";
import type { Counts } from "./listing/counts.ts";
import { countInStock, countLabels, countTotals, productsOfOwners, spanPrices } from "./listing/facet.ts";
import { readPagesOfOwners } from "./listing/listing.ts";
import { countAttributes, countOptions } from "./listing/property-facet.ts";
import { noProperties } from "./listing/property-filters.ts";
import { type Market, readMarkets } from "./markets/market.ts";
import { readOffers, readPrices, readProductOffers } from "./markets/offer.ts";
import { readMedia, readMediaOfProducts, readMediaOfVariants, readOwnMedia } from "./media/media.ts";

/** The loaders of one request. Each reads any number of keys in one statement. */
export type Loaders = ReturnType<typeof makeLoaders>;

/** Every reader binds its keys as one array, so a batch has no size limit. */
const keysMax = Number.POSITIVE_INFINITY;

/**
 * Makes the loaders of one request. They return only what the viewer may see.
 *
 * @param note receives when the prices of what was read are scheduled to change.
 * @param stock reads levels and availability, where `db` may be behind.
 */
export function makeLoaders(db: Db, viewer: Viewer, counting: Reader, note: (at: Date | null) => void, stock: Db = db) {
  const noted = async <Row extends { readonly pricesUntil: Date | null }>(rows: Promise<Row[]>) => {
    for (const { pricesUntil } of await rows) note(pricesUntil);
    return rows;
  };
  const market = one((ids: readonly MarketId[]) => readMarkets(db, ids), "id");
  return {
    /** By the `language` argument. @throws {ApiError} BAD_USER_INPUT for what is no language. */
    languages: makeChains(market),
    product: one((ids: readonly ProductId[]) => noted(readProducts(db, viewer, { ids })), "id"),
    productBySlug: one((slugs: readonly string[]) => noted(readProducts(db, viewer, { slugs })), "slug"),
    /** With their variants. */
    productAnd: byAlso((also) =>
      one((ids: readonly ProductId[]) => noted(readProducts(db, viewer, { ids }, also)), "id"),
    ),
    productBySlugAnd: byAlso((also) =>
      one((slugs: readonly string[]) => noted(readProducts(db, viewer, { slugs }, also)), "slug"),
    ),
    variant: one((ids: readonly VariantId[]) => noted(readVariants(db, viewer, ids)), "id"),
    variantBySku: one((skus: readonly string[]) => noted(readVariantsBySku(db, viewer, skus)), "sku"),
    variantsOfProduct: many((ids: readonly ProductId[]) => noted(readVariantsOf(db, ids)), "productId"),
    category: one((ids: readonly CategoryId[]) => readCategories(db, ids), "id"),
    categoryBySlug: one((slugs: readonly string[]) => readCategoriesBySlug(db, slugs), "slug"),
    media: one((ids: readonly MediaId[]) => readMedia(db, viewer, ids), "id"),
    ownMedia: one((ids: readonly MediaId[]) => readOwnMedia(db, viewer, ids), "id"),
    mediaOfProduct: many((ids: readonly ProductId[]) => readMediaOfProducts(db, ids), "productId"),
    mediaOfVariant: many((ids: readonly VariantId[]) => readMediaOfVariants(db, ids), "variantId"),
    prices: many((ids: readonly VariantId[]) => readPrices(db, ids), "variantId"),
    offer: byMarket((market) => one((ids: readonly VariantId[]) => readOffers(db, ids, market), "variantId")),
    productOffer: byMarket((market) =>
      one((ids: readonly ProductId[]) => readProductOffers(db, ids, market), "productId"),
    ),
    market,
    childCategories: many((ids: readonly CategoryId[]) => readChildren(db, ids), "parentId"),
    texts: byLanguages((chain) => one((ids: readonly ProductId[]) => readTexts(db, ids, chain), "productId")),
    optionTexts: one((ids: readonly ProductId[]) => readOptionTexts(db, ids), "productId"),
    attribute: one((ids: readonly AttributeId[]) => readAttributes(db, ids), "id"),
    attributeValues: many((ids: readonly ProductId[]) => readValues(db, ids), "productId"),
    level: one((ids: readonly VariantId[]) => readLevels(stock, ids), "variantId"),
    availability: one((ids: readonly ProductId[]) => readAvailability(stock, ids), "productId"),
    movements: byPage((page) => one((ids: readonly VariantId[]) => readMovements(db, ids, page), "variantId")),
    movementCount: one((ids: readonly VariantId[]) => countMovements(db, ids), "variantId"),
    pageOfOwner: byPage((page) => one((ids: readonly UserId[]) => readPagesOfOwners(db, ids, page), "ownerId")),
    countsOfOwner: makeOwnerCounts(db, counting),
  };
}

/** The languages that texts are looked for in; none when no language is asked for. Reads the default market once. */
function makeChains(market: { load(id: MarketId): Promise<Market | null> }) {
  return memoize(
    async (language: string | null | undefined): Promise<LanguageChain> =>
      typeof language === "string"
        ? chainOf(languageArgument(language), (await market.load(defaultMarketId))?.languages[0])
        : [],
    (language) => language ?? "",
  );
}

/** Counts over the products of many owners, batched over the owners. */
function makeOwnerCounts(db: Db, reads: Reader): (ownerId: UserId, currency: CurrencyCode) => Counts {
  type Ids = readonly string[];
  const total = one((ids: Ids) => makeCount(reads, countTotals(productsOfOwners(ids))), "group");
  const inStock = one((ids: Ids) => makeCount(reads, countInStock(productsOfOwners(ids))), "group");
  const categories = many((ids: Ids) => makeCount(reads, countLabels(productsOfOwners(ids), "categories")), "group");
  const tags = many((ids: Ids) => makeCount(reads, countLabels(productsOfOwners(ids), "tags")), "group");
  const prices = byCurrency((currency) =>
    one((ids: Ids) => makeCount(reads, spanPrices(productsOfOwners(ids), currency)), "group"),
  );
  const attributes = one(async (ids: Ids) => {
    const counts = countAttributes(productsOfOwners(ids), await listAttributes(db), noProperties);
    return [...(await makeCount(reads, counts))].map(([group, facets]) => ({ group, facets }));
  }, "group");
  const options = one(async (ids: Ids) => {
    const found = await makeCount(reads, countOptions(productsOfOwners(ids), noProperties.options));
    return [...found].map(([group, facets]) => ({ group, facets }));
  }, "group");
  return (ownerId, currency) => ({
    attributes: async () => (await attributes.load(ownerId))?.facets ?? [],
    options: async () => (await options.load(ownerId))?.facets ?? [],
    total: async () => (await total.load(ownerId))?.count ?? 0,
    inStock: async () => (await inStock.load(ownerId))?.count ?? 0,
    categories: () => categories.load(ownerId),
    tags: () => tags.load(ownerId),
    prices: () => prices(currency).load(ownerId),
  });
}

function one<Key extends string, Name extends string, Row extends { readonly [Field in Name]: Key }>(
  read: (keys: readonly Key[]) => Promise<readonly Row[]>,
  name: Name,
) {
  return oneByKey<Key, Row>(read, (row) => row[name], keysMax);
}

function many<Key extends string, Name extends string, Row extends { readonly [Field in Name]: Key }>(
  read: (keys: readonly Key[]) => Promise<readonly Row[]>,
  name: Name,
) {
  return manyByKey<Key, Row>(read, (row) => row[name], keysMax);
}

/** One loader for each distinct page: a field selected on many parents reads the same page of each. */
function byPage<Loader>(make: (page: Page) => Loader): (page: Page) => Loader {
  return memoize(make, (page) => JSON.stringify(page));
}

function byAlso<Loader>(make: (also: Also) => Loader): (also: Also) => Loader {
  return memoize(make, (also) => also);
}

function byMarket<Loader>(make: (market: Market) => Loader): (market: Market) => Loader {
  return memoize(make, ({ id }) => id);
}

function byLanguages<Loader>(make: (chain: LanguageChain) => Loader): (chain: LanguageChain) => Loader {
  return memoize(make, (chain) => chain.join(","));
}

function byCurrency<Loader>(make: (currency: CurrencyCode) => Loader): (currency: CurrencyCode) => Loader {
  return memoize(make, (currency) => currency);
}

function memoize<Input, Output>(make: (input: Input) => Output, keyOf: (input: Input) => string) {
  const made = new Map<string, Output>();
  return (input: Input): Output => {
    const key = keyOf(input);
    const output = made.get(key) ?? make(input);
    made.set(key, output);
    return output;
  };
}
