import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { categories, products } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/db.ts";
import type { CategoryId, UserId } from "#platform/ids.ts";
import type { CurrencyCode } from "#platform/money.ts";
import { type Connection, type CursorValues, connection, keyset, type Page, type SortColumn } from "#platform/page.ts";
import type { Viewer } from "#platform/tokens.ts";
import { type Counts, countsOf } from "./facet.ts";
import type { ListingFilter, ListingSort, ListingWish } from "./listing-wish.ts";
import { editableBy, type Product, productColumns } from "./product.ts";
import { isFoundBy, rankBy, type SearchQuery, understandSearch } from "./search.ts";

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
export async function listProducts(db: Db, viewer: Viewer, wish: ListingWish): Promise<Listing> {
  const [query, categoryIds] = await Promise.all([
    wish.search === undefined ? undefined : understandSearch(db, wish.search),
    wish.filter.categories === undefined ? undefined : findCategoryIds(db, wish.filter.categories),
  ]);
  const result = resultOf(viewer, wish.filter, categoryIds, query);
  const rows = await readPage(db, wish.sort, wish.page, result, query);
  return makeListing(wish.page, rows, countsOf(db, result), wish.facetCurrency);
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

/** Which products a filter names. Other than ACTIVE ones are there for who may edit them alone. */
function resultOf(
  viewer: Viewer,
  filter: ListingFilter,
  categoryIds: readonly CategoryId[] | undefined,
  query: SearchQuery | undefined,
): SQL {
  const { status, ids, ownerId, price, inStock, tags } = filter;
  const conditions = [
    // Written out, so that Postgres sees that the indexes of what is on sale serve.
    status === "ACTIVE"
      ? sql`${products.status} = 'ACTIVE'`
      : sql`${products.status} = ${status} and ${products.status} <> 'ACTIVE' and ${editableBy(viewer)}`,
    ...(query === undefined ? [] : [isFoundBy(query)]),
    ...(ids === undefined ? [] : [anyOfThese(ids, (some) => sql`${products.id} = any(${some}::uuid[])`)]),
    ...(ownerId === undefined ? [] : [ownerId === null ? sql`false` : eq(products.ownerId, ownerId)]),
    ...(tags === undefined ? [] : [anyOfThese(tags, (some) => sql`${products.tags} && ${some}::text[]`)]),
    ...(categoryIds === undefined
      ? []
      : [anyOfThese(categoryIds, (some) => sql`${products.categoryIds} && ${some}::uuid[]`)]),
    ...(price === undefined ? [] : [eq(products.currency, price.currency)]),
    ...(price?.min === undefined ? [] : [sql`${products.priceMin} >= ${price.min.toString()}::bigint`]),
    ...(price?.max === undefined ? [] : [sql`${products.priceMin} <= ${price.max.toString()}::bigint`]),
    ...(inStock === undefined
      ? []
      : [inStock ? sql`${products.variantsInStock} > 0` : sql`${products.variantsInStock} = 0`]),
  ];
  return sql.join(conditions, sql` and `);
}

function anyOfThese(values: readonly string[], condition: (some: SQL) => SQL): SQL {
  return values.length === 0 ? sql`false` : condition(sql`${sql.param(values)}`);
}

/** Up to a row more than the page's size. The ids of the page are found first, so that only its own rows are read whole and ranked. */
async function readPage(
  db: Db,
  sort: ListingSort,
  page: Page,
  result: SQL,
  query: SearchQuery | undefined,
): Promise<ListedRow[]> {
  const { column, cast, source, also } = sortOf(sort, result, query);
  const columns: SortColumn[] = [
    { column, direction: sort.direction, cast },
    { column: sql`"products"."id"`, direction: sort.direction, cast: "uuid" },
  ];
  const { conditions, order } = keyset(page, columns);
  const listed = sql`(
    select "products"."id" as listed_id, ${column}::text as sort_value,
      row_number() over (order by ${sql.join(order, sql`, `)}) as place
    from ${source} where ${and(also, ...conditions)}
    order by ${sql.join(order, sql`, `)} limit ${page.size + 1}::int
  ) listed`;
  return db
    .select({
      ...productColumns,
      sortValue: sql<string>`listed.sort_value`,
      score:
        query === undefined || query === "" ? sql<null>`null` : sql<number>`${rankBy(query, sql`${products.search}`)}`,
    })
    .from(products)
    .innerJoin(listed, sql`listed.listed_id = ${products.id}`)
    .orderBy(asc(sql`listed.place`));
}

type SortSource = {
  readonly column: SQL;
  /** The column's Postgres type. */
  readonly cast: string;
  /** What is sorted, under the name "products". */
  readonly source: SQL;
  readonly also: SQL;
};

function sortOf(sort: ListingSort, result: SQL, query: SearchQuery | undefined): SortSource {
  const shelf = { source: sql`${products}`, also: result };
  if (sort.key === "RELEVANCE" && query !== undefined && query !== "") {
    const newest = sql`(
      select id, search from ${products} where ${result} order by created_at desc, id desc limit ${rankedProductsMax}::int
    ) newest`;
    const ranked = sql`(select id, ${rankBy(query, sql`search`)} as score from ${newest} offset 0) "products"`;
    return { column: sql`"products"."score"`, cast: "real", source: ranked, also: sql`true` };
  }
  if (sort.key === "NAME") return { ...shelf, column: sql`lower(${products.name})`, cast: "text" };
  if (sort.key === "PRICE") {
    const currency = eq(products.currency, sort.currency);
    return { ...shelf, column: sql`${products.priceMin}`, cast: "bigint", also: sql`${result} and ${currency}` };
  }
  return { ...shelf, column: sql`${products.createdAt}`, cast: "timestamptz" };
}

/** A page of what each of several people sells, newest first, in one statement. */
export async function readPagesOfOwners(
  db: Db,
  ownerIds: readonly UserId[],
  page: Page,
): Promise<{ ownerId: UserId; rows: ListedRow[] }[]> {
  const { conditions, order } = keyset(page, [
    { column: products.createdAt, direction: "desc", cast: "timestamptz" },
    { column: products.id, direction: "desc", cast: "uuid" },
  ]);
  const listed = sql`lateral (
    select ${products.id} as listed_id, ${products.createdAt}::text as sort_value,
      row_number() over (order by ${sql.join(order, sql`, `)}) as place
    from ${products}
    where ${and(sql`${products.ownerId} = wanted.owner_id and ${products.status} = 'ACTIVE'`, ...conditions)}
    order by ${sql.join(order, sql`, `)} limit ${page.size + 1}::int
  ) listed`;
  const rows = await db
    .select({ ...productColumns, sortValue: sql<string>`listed.sort_value`, score: sql<null>`null` })
    .from(sql`unnest(${sql.param(ownerIds)}::uuid[]) as wanted(owner_id) cross join ${listed}`)
    .innerJoin(products, sql`listed.listed_id = ${products.id}`)
    .orderBy(asc(sql`listed.place`));
  const byOwner = Map.groupBy(rows, ({ ownerId }) => ownerId);
  return ownerIds.map((ownerId) => ({ ownerId, rows: byOwner.get(ownerId) ?? [] }));
}
