import { type SQL, sql } from "drizzle-orm";
import { categories, products } from "#drizzle/products/tables.ts";
import { constantPart } from "#platform/database/built-once.ts";
import type { Db } from "#platform/database/database.ts";
import type { Reader } from "#platform/database/shared-reads.ts";
import { type Connection, type CursorValues, connection, type Page } from "#platform/graphql/page.ts";
import type { UserId } from "#platform/shop/ids.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { listAttributes } from "../attributes/attribute.ts";
import { briefRow, type ListedProduct, type Product, productRow } from "../catalogue/product.ts";
import { type Also, alsoColumns, readAlso } from "../catalogue/variants-with-product.ts";
import type { LanguageChain } from "../languages/language-chain.ts";
import { type Counted, type CountName, type CountOptions, type Counts, countJointly, countsOf } from "./counts.ts";
import { findNarrowest, hasNarrowRange, upTo } from "./narrowest-filter.ts";
import { isRankedSearch, listIds, pageIds, rankedIds, sortedIds, sortOfProducts, walkedIds } from "./page-ids.ts";
import { type ListingSort, newestFirst, type ProductQuery, parsePriceRange } from "./product-query.ts";
import { findProperties, noProperties } from "./property-filters.ts";
import { isEmpty, parseSearchQuery, rank, type SearchParser, searchRelation } from "./search.ts";
import { type ListedCategories, labelsOf, type Selection, select } from "./selection.ts";
import { findPriceMarket, nextPriceChange } from "./sold.ts";

/** A page of products with counts over the whole result. */
export type Listing = {
  readonly edges: { cursor: string; node: ListedProduct; score: number | null }[];
  readonly nodes: ListedProduct[];
  readonly pageInfo: Connection<Product>["pageInfo"];
  readonly counts: Counts;
  /** When a price that the list goes by is scheduled to change; null when none is. */
  readonly changesAt: Date | null;
};

type ListedRow = ListedProduct & { readonly sortValue: string; readonly score: number | null };

/** Reads whose results requests share. */
export type SharedReads = {
  /** Counts and facets. */
  readonly counting: Reader;
  /** Pages of searches with their counts. They show products and stock, so that a result is only given to requests that came before it was read. */
  readonly searching: Reader;
  readonly parseSearch: SearchParser;
};

/** Reads that nothing is shared of. */
export function unshared(db: Db): SharedReads {
  return {
    counting: db,
    searching: db,
    parseSearch: (search, languages) => parseSearchQuery(db, search, languages),
  };
}

/** What a listing reads in the statements that it sends anyway. */
export type ListingParts = {
  /** Counts that will be read. */
  readonly counts?: readonly CountName[];
  readonly read?: PageParts;
};

/** What is read of the products of a page, and with them. */
export type PageParts = {
  readonly also: Also;
  /** Only what most lists show. */
  readonly isBrief: boolean;
};

const wholeProducts: PageParts = { also: "nothing", isBrief: false };

/**
 * Lists a page of products, searched in the languages that they are shown in, or as they are stored. The number of statements depends on the filters, not on the
 * size of the page or the shop: a search by relevance makes its counts in the statement of its page, and other narrow lists all of theirs in one.
 */
export async function listProducts(
  db: Db,
  viewer: Viewer,
  { search, filter: given, sort, page, facetCurrency }: ProductQuery,
  { counting, searching, parseSearch }: SharedReads = unshared(db),
  languages: LanguageChain = [],
  { counts: wanted = [], read = wholeProducts }: ListingParts = {},
): Promise<Listing> {
  const [query, categories, properties, market] = await Promise.all([
    search === undefined ? undefined : parseSearch(search, languages),
    given.categories === undefined ? undefined : findListedCategories(db, given.categories),
    given.properties === undefined ? noProperties : findProperties(db, given.properties),
    findPriceMarket(db, given, sort),
  ]);
  const price = given.priceRange && market ? parsePriceRange(given.priceRange, market.currency) : given.price;
  const filter = price === undefined ? given : { ...given, price };
  const selection = select(viewer, filter, sort, { categories, properties, query, market });
  const currency = market && given.market ? market.currency : facetCurrency;
  const joint = selection.isNarrow && wanted.length > 1 ? wanted : [];
  const attributes = () => listAttributes(db);
  const { rows, counted } =
    wanted.length > 0 && isRankedSearch(selection)
      ? await readCountedPage(searching, sort, page, selection, read, wanted, {
          currency,
          attributes: wanted.includes("attributes") ? await attributes() : [],
        })
      : { rows: await readPage(db, sort, page, selection, read), counted: {} };
  return {
    ...makeListing(page, rows, countsOf(counting, selection, { currency, attributes }, joint, counted)),
    changesAt: market ? await readNextChange(db, rows) : null,
  };
}

/** It is in every row; a page without rows has to ask for it. */
async function readNextChange(db: Db, rows: readonly { readonly changesAt: string | null }[]): Promise<Date | null> {
  const [row] = rows.length > 0 ? rows : await db.select({ changesAt: nextPriceChange }).from(sql`(select) nothing`);
  return row?.changesAt ? new Date(row.changesAt) : null;
}

/** Makes the listing of a page from its rows. */
export function makeListing(page: Page, rows: readonly ListedRow[], counts: Counts): Listing {
  const { edges, nodes, pageInfo } = connection(page, rows, cursorOf);
  return {
    edges: edges.map(({ cursor, node }) => ({ cursor, node, score: node.score })),
    nodes,
    pageInfo,
    counts,
    changesAt: null,
  };
}

function cursorOf({ sortValue, id }: ListedRow): CursorValues {
  return [sortValue, id];
}

/** Read by a statement of its own, so that Postgres knows how frequent the ids are when it plans the page. */
async function findListedCategories(db: Db, slugs: readonly string[]): Promise<ListedCategories> {
  const rows = await db
    .select({ id: categories.id, productCount: categories.productCount })
    .from(categories)
    .where(sql`${categories.slug} = any(${sql.param(slugs)}::text[])`);
  return {
    ids: rows.map(({ id }) => id),
    productCount: rows.reduce((sum, { productCount }) => sum + productCount, 0),
  };
}

/** A row of a page, with when a price that the list goes by is scheduled to change. */
type PageRow = ListedRow & { readonly changesAt: string | null };

/**
 * Reads up to one row more than the page's size. The ids of the page are found first, so that only its own rows are read whole and ranked. With several
 * filters, the one that narrows the list most is walked only so far; a list that has no page there, or a narrow range of numbers, has few products, which are
 * all found and sorted.
 */
async function readPage(
  db: Db,
  sort: ListingSort,
  page: Page,
  selection: Selection,
  parts: PageParts,
): Promise<readonly PageRow[]> {
  const { query, walk } = selection;
  const score =
    query === undefined || isEmpty(query)
      ? sql`null`
      : sql`(select ${rank} from ${searchRelation(query)} where found.product_id = ${products.id})`;
  const readRows = async (ids: SQL) => {
    const rows = await db.execute(sql`
      select ${pageColumns(selection, parts, score)} from (${ids}) listed ${joinedProducts}
      order by listed.place`);
    return rows.map(pageRowReader(parts));
  };
  if (walk === undefined) return readRows(listIds(sort, page, selection));
  if ("labels" in walk) return readRows(walkedIds(sort, page, selection, walk.labels));
  if (await hasNarrowRange(db, selection.properties.numbers)) return readRows(sortedIds(sort, page, selection));
  const { labelIds, end } = await findNarrowest(db, sort, page, selection, walk.filters);
  const rows = await readRows(walkedIds(sort, upTo(page, end), selection, labelsOf(labelIds)));
  const isComplete = end === undefined || rows.length > page.size;
  return isComplete ? rows : readRows(sortedIds(sort, page, selection));
}

/** Reads a page of a ranked search and counts what it ranks, in one statement. */
async function readCountedPage(
  reads: Reader,
  sort: ListingSort,
  page: Page,
  selection: Selection,
  parts: PageParts,
  wanted: readonly CountName[],
  options: CountOptions,
): Promise<{ readonly rows: readonly PageRow[]; readonly counted: Partial<Counted> }> {
  const { matched, json, read } = countJointly(selection, wanted, options, ["id"]);
  const found = await reads.execute(sql`
    with ${matched}
    select ${pageColumns(selection, parts, sql`listed.sort_value::real`)},
      case when listed.place is null or listed.place = 1 then ${json} end as counts
    from (select) one left join (${rankedIds(sort, page, sql`matched`)}) listed on true left ${joinedProducts}
    order by listed.place`);
  const [first] = found;
  if (first === undefined) throw new Error("A search returned no row for its counts.");
  return {
    rows: first.id === null ? [] : found.map(pageRowReader(parts)),
    counted: read(first.counts),
  };
}

const joinedProducts = constantPart(sql`join ${products} on ${products.id} = listed.listed_id`);

function pageColumns({ sold }: Selection, { also, isBrief }: PageParts, score: SQL): SQL {
  return sql`${(isBrief ? briefRow : productRow).list}${alsoColumns[also]}, listed.sort_value as "sortValue", ${score} as score,
    ${sold ? nextPriceChange : sql`null`} as "changesAt"`;
}

function pageRowReader({ isBrief }: PageParts): (row: Readonly<Record<string, unknown>>) => PageRow {
  const { read } = isBrief ? briefRow : productRow;
  return (row) => readAlso(read(row)) as PageRow;
}

/** Reads a page of the ACTIVE products of each owner, newest first, in one statement. */
export async function readPagesOfOwners(
  db: Db,
  ownerIds: readonly UserId[],
  page: Page,
): Promise<{ ownerId: UserId; rows: readonly ListedRow[] }[]> {
  const place = {
    ...sortOfProducts(newestFirst, { sold: undefined }),
    source: sql`${products}`,
    id: sql`${products.id}`,
  };
  const sold = [sql`${products.ownerId} = wanted.owner_id and ${products.status} = 'ACTIVE'`];
  const listed = sql`lateral (${pageIds(page, newestFirst.direction, place, sold)}) listed`;
  const rows = await db.execute(sql`
    select ${productRow.list}, listed.sort_value as "sortValue", null as score
    from unnest(${sql.param(ownerIds)}::uuid[]) as wanted(owner_id) cross join ${listed} ${joinedProducts}
    order by listed.place`);
  const byOwner = Map.groupBy(rows.map(pageRowReader(wholeProducts)), ({ ownerId }) => ownerId);
  return ownerIds.map((ownerId) => ({ ownerId, rows: byOwner.get(ownerId) ?? [] }));
}
