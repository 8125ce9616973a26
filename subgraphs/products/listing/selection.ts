import { eq, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { listingIndex, products } from "#drizzle/products/tables.ts";
import type { CategoryId } from "#platform/shop/ids.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { productPriceMax, productPriceMin } from "../catalogue/current-price.ts";
import { editableBy } from "../catalogue/product.ts";
import type { Market } from "../markets/market.ts";
import { jointlyCountedProductsMax, rankedProductsMax, walkedLabelsMax } from "../shared/limits.ts";
import type { ListingFilter, ListingSort, PriceRange } from "./product-query.ts";
import {
  hasVariant,
  type Lookup,
  type Properties,
  type PropertyName,
  propertyConditions,
  tagLabelId,
} from "./property-filters.ts";
import { isMatch, type SearchQuery, searchRelation } from "./search.ts";
import { type Sold, soldIn, soldNow } from "./sold.ts";

/** Filters that a facet of the same name leaves out. */
export type FacetName = "categories" | "tags" | "price" | "inStock" | PropertyName;

/** The categories that a filter names, and how many products are in them. */
export type ListedCategories = { readonly ids: readonly CategoryId[]; readonly productCount: number };

/** A walk along the listing index. */
export type Walk =
  /** The labels of a single filter, by a statement that returns their ids. */
  | { readonly labels: SQL; readonly facet: FacetName | undefined }
  /** The labels of the one of several filters that narrows the list most. Each is given by the ids of its labels, and those with many are left out. */
  | { readonly filters: readonly (readonly string[])[] };

/** The products that a query selects, before paging. */
export type Selection = {
  readonly query: SearchQuery | undefined;
  /** Conditions on rows of `products`. */
  readonly conditions: readonly SQL[];
  /** Conditions on rows of `products` that belong to a facet. */
  readonly filters: Readonly<Partial<Record<FacetName, SQL>>>;
  /** The same conditions on rows of `found`, for those that the search index has. */
  readonly foundConditions: readonly SQL[];
  readonly foundFilters: Readonly<Partial<Record<FacetName, SQL>>>;
  /** The filters on attributes and options. */
  readonly properties: Properties;
  /** Where a row has its product's id, for the condition on the options of one and the same variant. */
  readonly productId: SQL;
  /** What is sold in the market whose prices count; undefined for the prices of the products' own rows. */
  readonly sold: Sold | undefined;
  /** Conditions on rows of `sold`. */
  readonly soldConditions: readonly SQL[];
  readonly soldFilters: Readonly<Partial<Record<FacetName, SQL>>>;
  /** How a page is found by walking the listing index; undefined where other indexes find it better. */
  readonly walk: Walk | undefined;
  /** The conditions on rows of the listing index; on the price of a list by price, whose index then starts where the range does. */
  readonly listedConditions: readonly SQL[];
  /** Those of them that the index itself serves, without reading a row. */
  readonly indexedConditions: readonly SQL[];
  /** The filters that the labels to walk do not stand for, each of which is checked for a row by itself. */
  readonly otherFilters: readonly SQL[];
  /** Whether only the newest matches of a search are selected, which are then ranked. */
  readonly isRanked: boolean;
  /** Whether the rows are few enough to be kept while several counts are made from them: those of a search, or of a category that is not large. */
  readonly isNarrow: boolean;
};

/**
 * Makes the selection of a query. `market` is the one whose prices count: see `findPriceMarket`. Products other than ACTIVE ones are selected only if the
 * viewer may edit them.
 */
export function select(
  viewer: Viewer,
  filter: ListingFilter,
  sort: ListingSort,
  found: {
    readonly categories: ListedCategories | undefined;
    readonly properties: Properties;
    readonly query: SearchQuery | undefined;
    readonly market: Market | null | undefined;
  },
): Selection {
  const { categories, properties, query, market } = found;
  const categoryIds = categories?.ids;
  const { status, ids, ownerId, price, inStock, tags } = filter;
  const isActive = status === "ACTIVE";
  // An ACTIVE status is in the search index. Written out, so that Postgres sees that the partial indexes of ACTIVE products apply.
  const isOnSale = sql`${products.status} = 'ACTIVE'`;
  const sold = market ? soldIn(market, isActive) : undefined;
  const isListed = sold?.isListed === true;
  const conditions = [
    ...(market === null ? [sql`false`] : []),
    ...(isActive
      ? query === undefined && !isListed
        ? [isOnSale]
        : []
      : [sql`${products.status} = ${status} and ${products.status} <> 'ACTIVE' and ${editableBy(viewer)}`]),
    ...(ids === undefined ? [] : [anyOfThese(ids, (some) => sql`${products.id} = any(${some}::uuid[])`)]),
    ...(ownerId === undefined ? [] : [ownerId === null ? sql`false` : eq(products.ownerId, ownerId)]),
    ...(sort.key === "PRICE" && sold === undefined ? [eq(products.currency, sort.currency)] : []),
  ];
  const inIndex = query !== undefined;
  const productId = inIndex ? sql`found.product_id` : sql`${products.id}`;
  const labelFilters = (
    tagColumn: SQLWrapper,
    categoryColumn: SQLWrapper,
    labelColumn: SQL,
    lookup?: Lookup,
  ): Partial<Record<FacetName, SQL>> => ({
    ...propertyConditions(properties, { labelIds: labelColumn, productId }, lookup),
    ...(tags === undefined ? {} : { tags: anyOfThese(tags, (some) => sql`${tagColumn} && ${some}::text[]`) }),
    ...(categoryIds === undefined
      ? {}
      : { categories: anyOfThese(categoryIds, (some) => sql`${categoryColumn} && ${some}::uuid[]`) }),
  });
  const rowFilters = {
    ...(price === undefined || sold !== undefined
      ? {}
      : { price: isPricedIn(price, products.currency, productPriceMin) }),
    ...(inStock === undefined
      ? {}
      : { inStock: inStock ? sql`${products.variantsInStock} > 0` : sql`${products.variantsInStock} = 0` }),
  };
  // The listing index has the ACTIVE products; other conditions start better from products.
  const walks =
    isActive && !inIndex && ids === undefined && ownerId === undefined && inStock !== false && sold?.isListed !== false;
  const ofProducts = (lookup?: Lookup) =>
    labelFilters(products.tags, products.categoryIds, sql`${products.labelIds}`, lookup);
  const walk = walks ? findWalk(tags, categoryIds, properties, isListed) : undefined;
  const ownFacet = walk !== undefined && "facet" in walk ? walk.facet : undefined;
  const soldPrice = sold === undefined || price === undefined ? undefined : isBetween(price, sql`sold.price_min`);
  const indexedConditions =
    sold === undefined
      ? [
          sql`${listingIndex.labelId} = wanted.label_id`,
          ...(sort.key === "PRICE"
            ? [
                isPricedIn(
                  { min: undefined, max: undefined, ...price, currency: sort.currency },
                  listingIndex.currency,
                  listingIndex.price,
                ),
              ]
            : []),
        ]
      : [
          sql`sold.market_id = ${sold.market.id} and sold.label_id = wanted.label_id`,
          ...(sort.key === "PRICE" && soldPrice !== undefined ? [soldPrice] : []),
        ];
  return {
    query,
    conditions,
    filters: inIndex ? rowFilters : { ...rowFilters, ...ofProducts() },
    foundConditions: query === undefined ? [] : [...(isActive ? [sql`found.is_active`] : []), isMatch(query)],
    foundFilters: inIndex ? labelFilters(sql`found.tags`, sql`found.category_ids`, sql`found.label_ids`) : {},
    properties,
    productId,
    sold,
    soldConditions: isListed ? soldNow(sold) : [],
    soldFilters: soldPrice === undefined ? {} : { price: soldPrice },
    walk,
    listedConditions:
      sold === undefined
        ? indexedConditions
        : [...soldNow(sold, sql`wanted.label_id`), ...(soldPrice === undefined ? [] : [soldPrice])],
    indexedConditions,
    otherFilters: [
      ...Object.entries({ ...rowFilters, ...ofProducts("row by row") }).flatMap(([name, condition]) =>
        name === ownFacet ? [] : [condition],
      ),
      ...hasVariant(properties.options, productId, "row by row"),
    ],
    isRanked: inIndex && sort.key === "RELEVANCE",
    isNarrow: inIndex || (categories !== undefined && categories.productCount <= jointlyCountedProductsMax),
  };
}

const everyLabel = sql`select every_product_label() as label_id`;

/** How to walk; undefined where the other indexes find a page better. */
function findWalk(
  tags: readonly string[] | undefined,
  categoryIds: readonly CategoryId[] | undefined,
  { labels, numbers }: Properties,
  isListed: boolean,
): Walk | undefined {
  const filters: { readonly facet: FacetName; readonly labelIds: readonly string[] }[] = [
    ...(categoryIds === undefined ? [] : [{ facet: "categories" as const, labelIds: categoryIds }]),
    ...(tags === undefined ? [] : [{ facet: "tags" as const, labelIds: tags.map(tagLabelId) }]),
    ...labels.map(({ name, labelIds }) => ({ facet: name, labelIds })),
  ];
  const [first, ...others] = filters;
  if (first === undefined) return isListed ? { labels: everyLabel, facet: undefined } : undefined;
  if (others.length + numbers.length === 0) return { labels: labelsOf(first.labelIds), facet: first.facet };
  // The first rows of many labels reach hardly as far as those of the commonest one, so that little of the list would be walked.
  const few = filters.map(({ labelIds }) => labelIds).filter((labelIds) => labelIds.length <= walkedLabelsMax);
  return few.length === 0 ? undefined : { filters: few };
}

/** The statement that returns the ids of labels. */
export function labelsOf(labelIds: readonly string[]): SQL {
  return sql`select unnest(${sql.param(labelIds)}::uuid[]) as label_id`;
}

/** All conditions of a selection, on the rows of {@link relationOf}. */
export function conditionsOf(selection: Selection): SQL[] {
  const { conditions, filters, foundConditions, foundFilters, soldConditions, soldFilters } = selection;
  const ofFacets = [filters, foundFilters, soldFilters].flatMap((each) =>
    Object.values<SQL | undefined>(each).filter((condition) => condition !== undefined),
  );
  const { options } = remainingProperties(selection);
  return [
    ...foundConditions,
    ...soldConditions,
    ...conditions,
    ...ofFacets,
    ...hasVariant(options, selection.productId),
  ];
}

/**
 * The relation that the conditions of a selection are on. Joins `products` to a search and to what is sold in a market only if something besides
 * these is needed.
 */
export function relationOf(selection: Selection, needsProducts = true): SQL {
  const { query, conditions, filters, sold } = selection;
  const usesProducts = needsProducts || conditions.length > 0 || Object.keys(filters).length > 0;
  const found = query === undefined ? undefined : searchRelation(query);
  if (sold?.isListed) {
    const listed = found ? sql`${found} join ${sold.relation} on sold.product_id = found.product_id` : sold.relation;
    return usesProducts ? sql`${listed} join ${products} on ${products.id} = sold.product_id` : listed;
  }
  const own = found ? sql`${found} join ${products} on ${products.id} = found.product_id` : sql`${products}`;
  if (sold !== undefined) return sql`${own} cross join lateral ${sold.relation}`;
  return found && !usesProducts ? found : own;
}

/** The rows of the listing index that are walked, of one label after the other. */
export function walkedRelation({ sold, walk, conditions, otherFilters }: Selection): SQL {
  const [index, productId] =
    sold === undefined ? [sql`${listingIndex}`, sql`${listingIndex.productId}`] : [sold.relation, sql`sold.product_id`];
  if (sold !== undefined && conditions.length + otherFilters.length === 0) return index;
  const isOfSeveral = walk !== undefined && "filters" in walk;
  // Postgres would look for the products that fit the filters first and for their rows of the index then. By the offset it takes them as they are walked.
  return isOfSeveral
    ? sql`${index} cross join lateral (select * from ${products} where ${products.id} = ${productId} offset 0) products`
    : sql`${index} join ${products} on ${products.id} = ${productId}`;
}

/** All conditions of a selection, on the rows of {@link walkedRelation}. */
export function walkedConditions({ listedConditions, conditions, otherFilters }: Selection): SQL[] {
  return [...listedConditions, ...conditions, ...otherFilters];
}

/**
 * The rows that a facet counts, as a relation `counted` with a column "group" and the columns named: those of the whole list without the
 * facet's own filter. A ranked search counts what it ranks.
 */
export function countedRows(selection: Selection, facet: FacetName | undefined, columns: readonly FacetColumn[]): SQL {
  const rest = facet === undefined ? selection : withoutFilter(selection, facet);
  return sql`(${rowsOf(rest, columns, [sql`'' as "group"`])}) counted`;
}

/** The rows of a selection with the columns named; those that are ranked also with the columns that their rank is made of. */
export function matchedRows(selection: Selection, columns: readonly FacetColumn[]): SQL {
  return rowsOf(selection, columns, selection.isRanked ? [sql`found.document`, sql`found.query`] : []);
}

/** The newest of them where they are ranked. */
function rowsOf(selection: Selection, columns: readonly FacetColumn[], more: readonly SQL[]): SQL {
  const source = {
    ...columnsOfProducts,
    ...(selection.query === undefined ? {} : columnsOfFound),
    ...(selection.sold === undefined ? {} : columnsOfSold(selection.sold)),
  };
  const needsProducts = columns.some((column) => source[column] === columnsOfProducts[column]);
  const newest = selection.isRanked
    ? sql` order by found.created_at desc, found.product_id desc limit ${rankedProductsMax}::int`
    : sql``;
  const list = [...more, ...columns.map((column) => sql`${source[column]} as ${sql.raw(column)}`)];
  return sql`
    select ${sql.join(list, sql`, `)} from ${relationOf(selection, needsProducts)}
    where ${allOf(conditionsOf(selection))}${newest}`;
}

/** Whether a facet would leave out a filter. */
export function hasFilter({ filters, foundFilters, soldFilters }: Selection, facet: FacetName): boolean {
  return [filters, foundFilters, soldFilters].some((some) => some[facet] !== undefined);
}

/** A column that facets count over. */
export type FacetColumn =
  | "id"
  | "category_ids"
  | "label_ids"
  | "tags"
  | "currency"
  | "price_min"
  | "price_max"
  | "variants_in_stock";

/** The rows to count, as a relation `counted` with a column "group" and the columns named, without the facet's own filter. */
export type CountScope = (facet: FacetName | undefined, columns: readonly FacetColumn[]) => SQL;

/** Where each of them stands in `products`. */
export const columnsOfProducts: Readonly<Record<FacetColumn, SQL>> = {
  id: sql`${products.id}`,
  category_ids: sql`${products.categoryIds}`,
  label_ids: sql`${products.labelIds}`,
  tags: sql`${products.tags}`,
  currency: sql`${products.currency}`,
  price_min: productPriceMin,
  price_max: productPriceMax,
  variants_in_stock: sql`${products.variantsInStock}`,
};

function columnsOfSold({ market }: Sold): Readonly<Partial<Record<FacetColumn, SQL>>> {
  return { currency: sql`${market.currency}::text`, price_min: sql`sold.price_min`, price_max: sql`sold.price_max` };
}

const columnsOfFound: Readonly<Partial<Record<FacetColumn, SQL>>> = {
  id: sql`found.product_id`,
  category_ids: sql`found.category_ids`,
  label_ids: sql`found.label_ids`,
  tags: sql`found.tags`,
};

/** The filters on attributes and options without those that a facet leaves out. */
function remainingProperties({ properties, filters, foundFilters }: Selection): Properties {
  const isLeft = (name: PropertyName) => filters[name] !== undefined || foundFilters[name] !== undefined;
  return { ...properties, options: new Map([...properties.options].filter(([name]) => isLeft(`option:${name}`))) };
}

function withoutFilter(selection: Selection, name: FacetName): Selection {
  const { [name]: _filter, ...filters } = selection.filters;
  const { [name]: _found, ...foundFilters } = selection.foundFilters;
  const { [name]: _sold, ...soldFilters } = selection.soldFilters;
  return { ...selection, filters, foundFilters, soldFilters };
}

/** All of the conditions; true if there are none. */
function allOf(conditions: readonly SQL[]): SQL {
  return conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `);
}

function isPricedIn(range: PriceRange, code: SQLWrapper, amount: SQLWrapper): SQL {
  return sql`${code} = ${range.currency} and ${isBetween(range, amount)}`;
}

function isBetween({ min, max }: PriceRange, amount: SQLWrapper): SQL {
  return allOf([
    ...(min === undefined ? [] : [sql`${amount} >= ${min.toString()}::bigint`]),
    ...(max === undefined ? [] : [sql`${amount} <= ${max.toString()}::bigint`]),
  ]);
}

function anyOfThese(values: readonly string[], condition: (some: SQL) => SQL): SQL {
  return values.length === 0 ? sql`false` : condition(sql`${sql.param(values)}`);
}
