import { and, type SQL, sql } from "drizzle-orm";
import { listingIndex, products } from "#drizzle/products/tables.ts";
import { keyset, type Page, type SortColumn } from "#platform/graphql/page.ts";
import type { ListingSort } from "./product-query.ts";
import { isEmpty, rank } from "./search.ts";
import {
  conditionsOf,
  matchedRows,
  relationOf,
  type Selection,
  walkedConditions,
  walkedRelation,
} from "./selection.ts";

/** Whether a page is of the newest matches by rank. A search without words has none. */
export function isRankedSearch({ isRanked, query }: Selection): boolean {
  return isRanked && query !== undefined && !isEmpty(query);
}

/** The ids of a page by rank, of the rows of a relation with the columns `id`, `document` and `query`. */
export function rankedIds({ direction }: ListingSort, page: Page, rows: SQL): SQL {
  // The offset keeps Postgres from ranking a row each time its rank is compared.
  const source = sql`(select id, ${rank} as score from ${rows} offset 0) ranked`;
  return pageIds(page, direction, { source, value: sql`score`, id: sql`id`, cast: "real" }, []);
}

/** The statement that finds the ids of a page where no label is walked. */
export function listIds(sort: ListingSort, page: Page, selection: Selection): SQL {
  if (isRankedSearch(selection)) return rankedIds(sort, page, sql`(${matchedRows(selection, ["id"])}) matched`);
  const { value, cast } = sortOfProducts(sort, selection);
  const place = { source: relationOf(selection), value, id: sql`${products.id}`, cast };
  return pageIds(page, sort.direction, place, conditionsOf(selection));
}

/**
 * The statement that finds the ids of a page by walking labels, each along one index. Each gives a page of its own, and the first products of all of them
 * are the page: a product may have several labels.
 *
 * @param labels returns their ids as `label_id`.
 */
export function walkedIds(sort: ListingSort, page: Page, selection: Selection, labels: SQL): SQL {
  const { value, cast, id } = sortOfWalk(sort, selection);
  const place = { source: walkedRelation(selection), value, id, cast };
  const each = pageIds(page, sort.direction, place, walkedConditions(selection));
  const merged = sql`(
    select distinct on (listed_id) listed_id, sort_value from (${labels}) wanted cross join lateral (${each}) each
  ) merged`;
  return pageIds(page, sort.direction, found(merged, cast), []);
}

/** The statement that finds the ids of a page by sorting all that is selected, for a list of few products. */
export function sortedIds(sort: ListingSort, page: Page, selection: Selection): SQL {
  const { value, cast } = sortOfProducts(sort, selection);
  // The offset keeps Postgres from walking in the order of the sort until it has met enough of them.
  const all = sql`(
    select ${products.id} as listed_id, ${value} as sort_value from ${relationOf(selection)}
    where ${and(sql`true`, ...conditionsOf(selection))} offset 0
  ) selected`;
  return pageIds(page, sort.direction, found(all, cast), []);
}

/** The rows of a relation with the columns `listed_id` and `sort_value`. Without its type, the order would be that of the text that the page has by the same name. */
function found(source: SQL, cast: string): PageSource {
  return { source, value: sql`sort_value::${sql.raw(cast)}`, id: sql`listed_id`, cast };
}

/** Where the rows of a page come from: the value that they are sorted by, its Postgres type, and their ids. */
type PageSource = { readonly source: SQL; readonly value: SQL; readonly id: SQL; readonly cast: string };

/** The statement that finds up to one id more than the page's size, with the value and the place of each. */
export function pageIds(
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

/** What a list is sorted by, on the rows of `products` and `sold`. */
export function sortOfProducts({ key }: ListingSort, { sold }: Pick<Selection, "sold">): { value: SQL; cast: string } {
  if (key === "PRICE" && sold !== undefined) return { value: sql`sold.price_min`, cast: "bigint" };
  if (key === "NAME") return { value: sql`lower(${products.name})`, cast: "text" };
  if (key === "PRICE") return { value: sql`${products.priceMin}`, cast: "bigint" };
  return { value: sql`${products.createdAt}`, cast: "timestamptz" };
}

/** As {@link sortOfProducts}, on the rows that are walked. */
export function sortOfWalk(
  sort: ListingSort,
  { sold }: Pick<Selection, "sold">,
): { value: SQL; cast: string; id: SQL } {
  return sold === undefined ? sortOfListing(sort) : sortOfSold(sort);
}

function sortOfListing({ key }: ListingSort): { value: SQL; cast: string; id: SQL } {
  const id = sql`${listingIndex.productId}`;
  if (key === "NAME") return { value: sql`${listingIndex.name}`, cast: "text", id };
  if (key === "PRICE") return { value: sql`${listingIndex.price}`, cast: "bigint", id };
  return { value: sql`${listingIndex.createdAt}`, cast: "timestamptz", id };
}

function sortOfSold({ key }: ListingSort): { value: SQL; cast: string; id: SQL } {
  const id = sql`sold.product_id`;
  if (key === "NAME") return { value: sql`sold.name`, cast: "text", id };
  if (key === "PRICE") return { value: sql`sold.price_min`, cast: "bigint", id };
  return { value: sql`sold.created_at`, cast: "timestamptz", id };
}
