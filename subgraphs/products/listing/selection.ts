import { eq, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { listingIndex, products } from "#drizzle/products/tables.ts";
import type { CategoryId } from "#platform/shop/ids.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { editableBy } from "../catalogue/product.ts";
import { rankedProductsMax } from "../shared/limits.ts";
import type { ListingFilter, ListingSort } from "./product-query.ts";
import { isMatch, type SearchQuery, searchRelation } from "./search.ts";

/** Filters that a facet of the same name leaves out. */
export type FacetName = "categories" | "tags" | "price" | "inStock";

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
  /** The statement that returns the ids of the labels to walk in the listing index, where that is the way to find a page. */
  readonly labels: SQL | undefined;
  /** The condition on the price for rows of the listing index, whose index then starts where the range does. */
  readonly listedConditions: readonly SQL[];
  /** Whether only the newest matches of a search are selected, which are then ranked. */
  readonly isRanked: boolean;
};

/** Makes the selection of a query. Products other than ACTIVE ones are selected only if the viewer may edit them. */
export function select(
  viewer: Viewer,
  filter: ListingFilter,
  sort: ListingSort,
  categoryIds: readonly CategoryId[] | undefined,
  query: SearchQuery | undefined,
): Selection {
  const { status, ids, ownerId, price, inStock, tags } = filter;
  const isActive = status === "ACTIVE";
  // An ACTIVE status is in the search index. Written out, so that Postgres sees that the partial indexes of ACTIVE products apply.
  const isOnSale = sql`${products.status} = 'ACTIVE'`;
  const conditions = [
    ...(isActive
      ? query === undefined
        ? [isOnSale]
        : []
      : [sql`${products.status} = ${status} and ${products.status} <> 'ACTIVE' and ${editableBy(viewer)}`]),
    ...(ids === undefined ? [] : [anyOfThese(ids, (some) => sql`${products.id} = any(${some}::uuid[])`)]),
    ...(ownerId === undefined ? [] : [ownerId === null ? sql`false` : eq(products.ownerId, ownerId)]),
    ...(sort.key === "PRICE" ? [eq(products.currency, sort.currency)] : []),
  ];
  const labelFilters = (tagColumn: SQLWrapper, categoryColumn: SQLWrapper) => ({
    ...(tags === undefined ? {} : { tags: anyOfThese(tags, (some) => sql`${tagColumn} && ${some}::text[]`) }),
    ...(categoryIds === undefined
      ? {}
      : { categories: anyOfThese(categoryIds, (some) => sql`${categoryColumn} && ${some}::uuid[]`) }),
  });
  const rowFilters = {
    ...(price === undefined ? {} : { price: isPricedIn(price, products.currency, products.priceMin) }),
    ...(inStock === undefined
      ? {}
      : { inStock: inStock ? sql`${products.variantsInStock} > 0` : sql`${products.variantsInStock} = 0` }),
  };
  const inIndex = query !== undefined;
  // The listing index has the ACTIVE products; other conditions start better from products.
  const walks = isActive && !inIndex && ids === undefined && ownerId === undefined && inStock !== false;
  return {
    query,
    conditions,
    filters: inIndex ? rowFilters : { ...rowFilters, ...labelFilters(products.tags, products.categoryIds) },
    foundConditions: query === undefined ? [] : [...(isActive ? [sql`found.is_active`] : []), isMatch(query)],
    foundFilters: inIndex ? labelFilters(sql`found.tags`, sql`found.category_ids`) : {},
    labels: walks && (tags === undefined) !== (categoryIds === undefined) ? labelIds(tags, categoryIds) : undefined,
    listedConditions: [
      ...(price === undefined ? [] : [isPricedIn(price, listingIndex.currency, listingIndex.price)]),
      ...(sort.key === "PRICE" ? [eq(listingIndex.currency, sort.currency)] : []),
    ],
    isRanked: inIndex && sort.key === "RELEVANCE",
  };
}

/** All conditions of a selection, on the rows of {@link relationOf}. */
export function conditionsOf({ conditions, filters, foundConditions, foundFilters }: Selection): SQL[] {
  return [...foundConditions, ...conditions, ...Object.values(filters), ...Object.values(foundFilters)];
}

/** The relation that the conditions of a selection are on. Joins `products` to a search only if something besides the index is needed. */
export function relationOf(selection: Selection, needsProducts = true): SQL {
  const { query, conditions, filters } = selection;
  if (query === undefined) return sql`${products}`;
  const found = searchRelation(query);
  return needsProducts || conditions.length > 0 || Object.keys(filters).length > 0
    ? sql`${found} join ${products} on ${products.id} = found.product_id`
    : found;
}

/**
 * The rows that a facet counts, as a relation `counted` with a column "group" and the columns named: those of the whole list without the
 * facet's own filter. A ranked search counts what it ranks.
 */
export function countedRows(selection: Selection, facet: FacetName | undefined, columns: readonly FacetColumn[]): SQL {
  const rest = facet === undefined ? selection : withoutFilter(selection, facet);
  const source = selection.query === undefined ? columnsOfProducts : columnsOfFound;
  const needsProducts = columns.some((column) => column !== "category_ids" && column !== "tags");
  const newest = selection.isRanked
    ? sql` order by found.created_at desc, found.product_id desc limit ${rankedProductsMax}::int`
    : sql``;
  const list = columns.map((column) => sql`, ${source[column]} as ${sql.raw(column)}`);
  return sql`(
    select '' as "group"${sql.join(list)} from ${relationOf(rest, needsProducts)} where ${allOf(conditionsOf(rest))}${newest}
  ) counted`;
}

/** A column that facets count over. */
export type FacetColumn = "category_ids" | "tags" | "currency" | "price_min" | "price_max" | "variants_in_stock";

/** Where each of them stands in `products`. */
export const columnsOfProducts: Readonly<Record<FacetColumn, SQL>> = {
  category_ids: sql`${products.categoryIds}`,
  tags: sql`${products.tags}`,
  currency: sql`${products.currency}`,
  price_min: sql`${products.priceMin}`,
  price_max: sql`${products.priceMax}`,
  variants_in_stock: sql`${products.variantsInStock}`,
};

const columnsOfFound: Readonly<Record<FacetColumn, SQL>> = {
  ...columnsOfProducts,
  category_ids: sql`found.category_ids`,
  tags: sql`found.tags`,
};

function withoutFilter(selection: Selection, name: FacetName): Selection {
  const { [name]: _filter, ...filters } = selection.filters;
  const { [name]: _found, ...foundFilters } = selection.foundFilters;
  return { ...selection, filters, foundFilters };
}

/** All of the conditions; true if there are none. */
export function allOf(conditions: readonly SQL[]): SQL {
  return conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `);
}

function labelIds(tags: readonly string[] | undefined, categoryIds: readonly CategoryId[] | undefined): SQL {
  return tags === undefined
    ? sql`select unnest(${sql.param(categoryIds ?? [])}::uuid[]) as label_id`
    : sql`select tag_label_id(tag) as label_id from unnest(${sql.param(tags)}::text[]) as tag`;
}

function isPricedIn(
  { currency, min, max }: NonNullable<ListingFilter["price"]>,
  code: SQLWrapper,
  amount: SQLWrapper,
): SQL {
  const bounds = [
    ...(min === undefined ? [] : [sql` and ${amount} >= ${min.toString()}::bigint`]),
    ...(max === undefined ? [] : [sql` and ${amount} <= ${max.toString()}::bigint`]),
  ];
  return sql`${code} = ${currency}${sql.join(bounds)}`;
}

function anyOfThese(values: readonly string[], condition: (some: SQL) => SQL): SQL {
  return values.length === 0 ? sql`false` : condition(sql`${sql.param(values)}`);
}
