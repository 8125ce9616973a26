import { and, asc, eq, getTableColumns, ne, sql } from "drizzle-orm";
import { markets } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { parseCountry } from "#platform/shop/countries.ts";
import { type MarketId, parseId } from "#platform/shop/ids.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import { lookupText } from "#platform/shop/text.ts";

const { listedProductId: _listedProductId, ...columns } = getTableColumns(markets);

/** The columns of a {@link Market}. */
export const marketColumns = columns;

/** A row of `markets`. */
export type Market = Omit<typeof markets.$inferSelect, "listedProductId">;

/** Which market is asked for. */
export type MarketQuery =
  | { readonly id: MarketId | undefined }
  | { readonly code: string }
  | { readonly country: string };

/** Reads the markets with these ids, in any order. */
export async function readMarkets(db: Db, ids: readonly MarketId[]): Promise<Market[]> {
  return db
    .select(marketColumns)
    .from(markets)
    .where(sql`${markets.id} = any(${sql.param(ids)}::uuid[])`);
}

/** All markets: the default market first, the others in the order in which they were created. */
export async function listMarkets(db: Db): Promise<Market[]> {
  return db
    .select(marketColumns)
    .from(markets)
    .orderBy(sql`${markets.id} <> ${defaultMarketId}`, asc(markets.createdAt), asc(markets.id));
}

/** Parses the arguments of `Query.market`. Without any, the default market is meant. @throws {ApiError} BAD_USER_INPUT */
export function parseMarketQuery(args: {
  readonly id?: string | null | undefined;
  readonly code?: string | null | undefined;
  readonly country?: string | null | undefined;
}): MarketQuery {
  const given = [args.id, args.code, args.country].filter((key) => key !== null && key !== undefined);
  if (given.length > 1) throw new ApiError("BAD_USER_INPUT", "Provide at most one of `id`, `code` and `country`.");
  if (typeof args.id === "string") return { id: parseId<MarketId>(args.id) };
  if (typeof args.code === "string") return { code: lookupText(args.code) };
  if (typeof args.country !== "string") return { id: defaultMarketId };
  const country = parseCountry(args.country);
  if (country === undefined) {
    throw new ApiError("BAD_USER_INPUT", "`country` must be a two-letter ISO 3166-1 country code.");
  }
  return { country };
}

/**
 * Finds a market. A country's is the one created first that serves it, besides the default market, which serves all others. Null when there is
 * none.
 */
export async function findMarket(db: Db, query: MarketQuery): Promise<Market | null> {
  if ("country" in query) {
    const [market] = await db
      .select(marketColumns)
      .from(markets)
      .where(
        sql`${markets.id} = ${defaultMarketId} or ${and(ne(markets.id, defaultMarketId), sql`${query.country} = any(${markets.countries})`)}`,
      )
      .orderBy(sql`${markets.id} = ${defaultMarketId}`, asc(markets.createdAt), asc(markets.id))
      .limit(1);
    return market ?? null;
  }
  if ("id" in query && query.id === undefined) return null;
  const [market] = await db
    .select(marketColumns)
    .from(markets)
    .where("code" in query ? eq(markets.code, query.code) : sql`${markets.id} = ${query.id}`);
  return market ?? null;
}

/** Whether it is the default market. */
export function isDefaultMarket({ id }: Pick<Market, "id">): boolean {
  return id === defaultMarketId;
}
