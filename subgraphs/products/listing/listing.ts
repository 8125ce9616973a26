import { and, asc, eq, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { categories, listingIndex, products } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import {
  type Connection,
  type CursorValues,
  connection,
  keyset,
  type Page,
  type SortColumn,
} from "#platform/graphql/page.ts";
import type { CategoryId, UserId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { editableBy, type Product, productColumns } from "../catalogue/product.ts";
import { type Counts, countsOf } from "./facet.ts";
import { type ListingFilter, type ListingSort, newestFirst, type ProductQuery } from "./product-query.ts";
import { matches, parseSearchQuery, rankBy, type SearchQuery } from "./search.ts";

/** A page of products, and what can be counted over the whole result. */
export type Listing = {
  readonly edges: { cursor: string; node: Product; score: number | null }[];
  readonly nodes: Product[];
  readonly pageInfo: Connection<Product>["pageInfo"];
  readonly counts: Counts;
  /** Of the price facet. */
  readonly facetCurrency: CurrencyCode;
};

/**
 * A search of words that more products have than this is ranked over the newest of them: ranking all would cost more the larger the shop is,
 * for an order in which nobody reads on.
 */
const rankedProductsMax = 5_000;

type ListedRow = Product & { readonly sortValue: string; readonly score: number | null };

/** The page of products that the viewer asked for. The number of statements depends on what is filtered by, not on the page or the shop. */
export async function listProducts(db: Db, viewer: Viewer, productQuery: ProductQuery): Promise<Listing> {
  const [query, categoryIds] = await Promise.all([
    productQuery.search === undefined ? undefined : parseSearchQuery(db, productQuery.search),
    productQuery.filter.categories === undefined ? undefined : findCategoryIds(db, productQuery.filter.categories),
  ]);
  const result = selectionOf(viewer, productQuery.filter, categoryIds, query);
  const rows = await readPage(db, productQuery.sort, productQuery.page, result, query);
  return makeListing(productQuery.page, rows, countsOf(db, allOf(result)), productQuery.facetCurrency);
}

/** Makes the listing of a page from its rows. */
export function makeListing(
  page: Page,
  rows: readonly ListedRow[],
  counts: Counts,
  facetCurrency: CurrencyCode,
): Listing {
  const { edges, nodes, pageInfo } = connection(page, rows, cursorOf);
  return {
    edges: edges.map(({ cursor, node }) => ({ cursor, node, score: node.score })),
    nodes,
    pageInfo,
    counts,
    facetCurrency,
  };
}

function cursorOf({ sortValue, id }: ListedRow): CursorValues {
  return [sortValue, id];
}

/** The ids come first as a statement of their own, so that Postgres knows how frequent they are when it plans the page. */
async function findCategoryIds(db: Db, slugs: readonly string[]): Promise<CategoryId[]> {
  const rows = await db
    .select({ id: categories.id })
    .from(categories)
    .where(sql`${categories.slug} = any(${sql.param(slugs)}::text[])`);
  return rows.map(({ id }) => id);
}

/** Which products are asked for. */
type Selection = {
  /** All but the categories and tags. */
  readonly conditions: readonly SQL[];
  readonly labels: readonly SQL[];
  /** The statement that names the shelves to walk, where that is the way to find a page. */
  readonly shelf: SQL | undefined;
  /** The condition on the price, said of a row of `shelves`: its index then starts where the range does. */
  readonly priced: readonly SQL[];
};

function allOf({ conditions, labels }: Selection): SQL {
  return sql.join([...conditions, ...labels], sql` and `);
}

/** Which products a filter names. Other than ACTIVE ones are there for who may edit them alone. */
function selectionOf(
  viewer: Viewer,
  filter: ListingFilter,
  categoryIds: readonly CategoryId[] | undefined,
  query: SearchQuery | undefined,
): Selection {
  const { status, ids, ownerId, price, inStock, tags } = filter;
  const conditions = [
    // Written out, so that Postgres sees that the indexes of what is on sale serve.
    status === "ACTIVE"
      ? sql`${products.status} = 'ACTIVE'`
      : sql`${products.status} = ${status} and ${products.status} <> 'ACTIVE' and ${editableBy(viewer)}`,
    ...(query === undefined ? [] : [matches(query)]),
    ...(ids === undefined ? [] : [anyOfThese(ids, (some) => sql`${products.id} = any(${some}::uuid[])`)]),
    ...(ownerId === undefined ? [] : [ownerId === null ? sql`false` : eq(products.ownerId, ownerId)]),
    ...(price === undefined ? [] : [isPricedIn(price, products.currency, products.priceMin)]),
    ...(inStock === undefined
      ? []
      : [inStock ? sql`${products.variantsInStock} > 0` : sql`${products.variantsInStock} = 0`]),
  ];
  const labels = [
    ...(tags === undefined ? [] : [anyOfThese(tags, (some) => sql`${products.tags} && ${some}::text[]`)]),
    ...(categoryIds === undefined
      ? []
      : [anyOfThese(categoryIds, (some) => sql`${products.categoryIds} && ${some}::uuid[]`)]),
  ];
  // What is on sale stands on the shelves; whatever names fewer products than a shelf has is the better start.
  const walk =
    status === "ACTIVE" && query === undefined && ids === undefined && ownerId === undefined && inStock !== false;
  const shelf = walk && labels.length === 1 ? shelfIds(tags, categoryIds) : undefined;
  return {
    conditions,
    labels,
    shelf,
    priced: price === undefined ? [] : [isPricedIn(price, listingIndex.currency, listingIndex.price)],
  };
}

function shelfIds(tags: readonly string[] | undefined, categoryIds: readonly CategoryId[] | undefined): SQL {
  return tags === undefined
    ? sql`select unnest(${sql.param(categoryIds ?? [])}::uuid[]) as shelf`
    : sql`select shelf_of_tag(tag) as shelf from unnest(${sql.param(tags)}::text[]) as tag`;
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

/** Up to a row more than the page's size. The ids of the page are found first, so that only its own rows are read whole and ranked. */
async function readPage(
  db: Db,
  sort: ListingSort,
  page: Page,
  result: Selection,
  query: SearchQuery | undefined,
): Promise<ListedRow[]> {
  const listed = sql`(${listIds(sort, page, result, query)}) listed`;
  const ranked = query !== undefined && query !== "";
  return db
    .select({
      ...productColumns,
      sortValue: sql<string>`listed.sort_value`,
      score: ranked ? sql<number>`${rankBy(query, sql`${products.search}`)}` : sql<null>`null`,
    })
    .from(products)
    .innerJoin(listed, sql`listed.listed_id = ${products.id}`)
    .orderBy(asc(sql`listed.place`));
}

/** The statement that finds the ids of a page: one walk along one index, where there is one that the filter and the sort share. */
function listIds(sort: ListingSort, page: Page, result: Selection, query: SearchQuery | undefined): SQL {
  if (sort.key === "RELEVANCE" && query !== undefined && query !== "") {
    const newest = sql`
      select id, search from ${products} where ${allOf(result)} order by created_at desc, id desc limit ${rankedProductsMax}::int`;
    // The offset keeps Postgres from ranking a row each time its rank is compared.
    const source = sql`(select id, ${rankBy(query, sql`search`)} as score from (${newest}) newest offset 0) ranked`;
    return pageIds(page, sort.direction, { source, value: sql`score`, id: sql`id`, cast: "real" }, []);
  }
  const currency = sort.key === "PRICE" ? [eq(products.currency, sort.currency)] : [];
  const { shelf } = result;
  if (shelf === undefined) {
    const { value, cast } = sortOfProducts(sort);
    const place = { source: sql`${products}`, value, id: sql`${products.id}`, cast };
    return pageIds(page, sort.direction, place, [allOf(result), ...currency]);
  }
  // Each shelf gives its own page, and what is first of all of them is the page: a product may stand on several.
  const { value, cast } = sortOfShelves(sort);
  const source = sql`${listingIndex} join ${products} on ${products.id} = ${listingIndex.productId}`;
  const onShelf = sql`${listingIndex.shelf} = wanted.shelf`;
  const place = { source, value, id: sql`${listingIndex.productId}`, cast };
  const conditions = [
    onShelf,
    ...result.priced,
    ...result.conditions,
    ...(sort.key === "PRICE" ? [eq(listingIndex.currency, sort.currency)] : []),
  ];
  const each = pageIds(page, sort.direction, place, conditions);
  const merged = sql`(
    select distinct on (listed_id) listed_id, sort_value from (${shelf}) wanted cross join lateral (${each}) each
  ) merged`;
  const typed = sql`sort_value::${sql.raw(cast)}`;
  return pageIds(page, sort.direction, { source: merged, value: typed, id: sql`listed_id`, cast }, []);
}

/** Where the rows of a page come from: what they are sorted by, with its type in Postgres, and their ids. */
type PageSource = { readonly source: SQL; readonly value: SQL; readonly id: SQL; readonly cast: string };

function pageIds(
  page: Page,
  direction: "asc" | "desc",
  { source, value, id, cast }: PageSource,
  conditions: readonly SQL[],
): SQL {
  const columns: SortColumn[] = [
    { column: value, direction, cast },
    { column: id, direction, cast: "uuid" },
  ];
  const keys = keyset(page, columns);
  const order = sql.join(keys.order, sql`, `);
  return sql`
    select ${id} as listed_id, ${value}::text as sort_value, row_number() over (order by ${order}) as place
    from ${source} where ${and(sql`true`, ...conditions, ...keys.conditions)}
    order by ${order} limit ${page.size + 1}::int`;
}

function sortOfProducts({ key }: ListingSort): { value: SQL; cast: string } {
  if (key === "NAME") return { value: sql`lower(${products.name})`, cast: "text" };
  if (key === "PRICE") return { value: sql`${products.priceMin}`, cast: "bigint" };
  return { value: sql`${products.createdAt}`, cast: "timestamptz" };
}

function sortOfShelves({ key }: ListingSort): { value: SQL; cast: string } {
  if (key === "NAME") return { value: sql`${listingIndex.name}`, cast: "text" };
  if (key === "PRICE") return { value: sql`${listingIndex.price}`, cast: "bigint" };
  return { value: sql`${listingIndex.createdAt}`, cast: "timestamptz" };
}

/** A page of what each of several people sells, newest first, in one statement. */
export async function readPagesOfOwners(
  db: Db,
  ownerIds: readonly UserId[],
  page: Page,
): Promise<{ ownerId: UserId; rows: ListedRow[] }[]> {
  const place = { ...sortOfProducts(newestFirst), source: sql`${products}`, id: sql`${products.id}` };
  const sold = [sql`${products.ownerId} = wanted.owner_id and ${products.status} = 'ACTIVE'`];
  const listed = sql`lateral (${pageIds(page, newestFirst.direction, place, sold)}) listed`;
  const rows = await db
    .select({ ...productColumns, sortValue: sql<string>`listed.sort_value`, score: sql<null>`null` })
    .from(sql`unnest(${sql.param(ownerIds)}::uuid[]) as wanted(owner_id) cross join ${listed}`)
    .innerJoin(products, sql`listed.listed_id = ${products.id}`)
    .orderBy(asc(sql`listed.place`));
  const byOwner = Map.groupBy(rows, ({ ownerId }) => ownerId);
  return ownerIds.map((ownerId) => ({ ownerId, rows: byOwner.get(ownerId) ?? [] }));
}
