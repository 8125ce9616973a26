import { and, eq, type SQL, sql } from "drizzle-orm";
import { categories, products } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/db.ts";
import { type CursorValues, connection, keyset, type SortColumn } from "#platform/page.ts";
import type { Viewer } from "#platform/tokens.ts";
import type { ListingFilter, ListingSort, ListingWish } from "./listing-wish.ts";
import { editableBy, type Product, productColumns } from "./product.ts";

/** A page of products. What counts the whole result is asked for by itself. */
export type Listing = {
  readonly edges: { cursor: string; node: Product; score: number | null }[];
  readonly nodes: Product[];
  readonly pageInfo: ReturnType<typeof connection<Product>>["pageInfo"];
  /** Which products the result has, page or not. */
  readonly result: SQL;
  readonly wish: Pick<ListingWish, "facetCurrency">;
};

type ListedRow = Product & { readonly sortValue: string; readonly score: number | null };

/** The page of products that the viewer asked for, in one statement. */
export async function listProducts(db: Db, viewer: Viewer, wish: ListingWish): Promise<Listing> {
  const result = conditionOf(viewer, wish.filter);
  const [sorted, columns] = sortColumns(wish.sort);
  const { conditions, order } = keyset(wish.page, columns);
  const rows: ListedRow[] = await db
    .select({ ...productColumns, sortValue: sql<string>`${sorted}::text`, score: sql<number | null>`null` })
    .from(products)
    .where(and(result, ...conditions))
    .orderBy(...order)
    .limit(wish.page.size + 1);
  return listing(rows, wish, result);
}

function listing(rows: readonly ListedRow[], wish: ListingWish, result: SQL): Listing {
  const { edges, nodes, pageInfo } = connection(wish.page, rows, cursorOf);
  return {
    edges: edges.map(({ cursor, node }) => ({ cursor, node, score: node.score })),
    nodes,
    pageInfo,
    result,
    wish: { facetCurrency: wish.facetCurrency },
  };
}

function cursorOf({ sortValue, id }: ListedRow): CursorValues {
  return [sortValue, id];
}

/** How many products the whole result has. */
export async function countListing(db: Db, { result }: Listing): Promise<number> {
  const [row] = await db.select({ count: sql<number>`count(*)::int` }).from(products).where(result);
  return row?.count ?? 0;
}

/** Which products a filter names. Other than ACTIVE ones are there for who may edit them alone. */
export function conditionOf(viewer: Viewer, filter: ListingFilter): SQL {
  const { status, ids, ownerId, price, inStock, tags } = filter;
  const conditions: SQL[] = [
    // Written out, so that Postgres sees that the indexes of what is on sale serve.
    status === "ACTIVE"
      ? sql`${products.status} = 'ACTIVE'`
      : (and(eq(products.status, status), editableBy(viewer)) ?? sql``),
    ...(ids === undefined ? [] : [sql`${products.id} = any(${sql.param(ids)}::uuid[])`]),
    ...(ownerId === undefined ? [] : [ownerId === null ? sql`false` : eq(products.ownerId, ownerId)]),
    ...(tags === undefined ? [] : [sql`${products.tags} && ${sql.param(tags)}::text[]`]),
    ...(filter.categories === undefined ? [] : [inCategories(filter.categories)]),
    ...(price === undefined ? [] : [eq(products.currency, price.currency)]),
    ...(price?.min === undefined ? [] : [sql`${products.priceMin} >= ${price.min.toString()}::bigint`]),
    ...(price?.max === undefined ? [] : [sql`${products.priceMin} <= ${price.max.toString()}::bigint`]),
    ...(inStock === undefined
      ? []
      : [inStock ? sql`${products.variantsInStock} > 0` : sql`${products.variantsInStock} = 0`]),
  ];
  return sql.join(conditions, sql` and `);
}

function inCategories(slugs: readonly string[]): SQL {
  return sql`${products.categoryIds} && array(
    select ${categories.id} from ${categories} where ${categories.slug} = any(${sql.param(slugs)}::text[]))`;
}

function sortColumns(sort: ListingSort): [SQL, SortColumn[]] {
  const last: SortColumn = { column: products.id, direction: sort.direction, cast: "uuid" };
  const column = {
    NAME: sql`lower(${products.name})`,
    PRICE: sql`${products.priceMin}`,
    CREATED_AT: sql`${products.createdAt}`,
    RELEVANCE: sql`${products.createdAt}`,
  }[sort.key];
  const cast = { NAME: "text", PRICE: "bigint", CREATED_AT: "timestamptz", RELEVANCE: "timestamptz" }[sort.key];
  return [column, [{ column, direction: sort.direction, cast }, last]];
}
