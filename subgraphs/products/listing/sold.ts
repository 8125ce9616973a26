import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#platform/database/database.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import { findMarket, type Market } from "../markets/market.ts";
import type { ListingFilter, ListingSort } from "./product-query.ts";

/** The products that are sold in a market, as a relation `sold` with the columns `price_min` and `price_max`. */
export type Sold = {
  readonly market: Market;
  /** `market_listing`, which has a row for each label and one for all products; or a subquery on a row of `products`. */
  readonly relation: SQL;
  readonly isListed: boolean;
};

/**
 * Finds the market whose prices a list goes by: the one that the filter names, null when there is none; for a list sorted by prices in the default
 * market's currency the default market. Undefined: the prices of the products' own rows. Only those of the default market are ever scheduled, so
 * that the rows of products in other currencies are never behind.
 */
export async function findPriceMarket(
  db: Db,
  filter: ListingFilter,
  sort: ListingSort,
): Promise<Market | null | undefined> {
  if (filter.market !== undefined) return filter.market === null ? null : findMarket(db, { id: filter.market });
  if (filter.status !== "ACTIVE" || sort.key !== "PRICE") return undefined;
  if (filter.price !== undefined && filter.price.currency !== sort.currency) return undefined;
  const market = await findListedDefault(db);
  return market?.currency === sort.currency ? market : undefined;
}

const listedDefaults = new WeakMap<Db, Market>();

/**
 * The default market once its listing is complete. It is kept in memory, for what a list uses of it never changes from then on: its id, its currency and
 * that it is complete.
 */
async function findListedDefault(db: Db): Promise<Market | undefined> {
  const kept = listedDefaults.get(db);
  if (kept !== undefined) return kept;
  const market = await findMarket(db, { id: defaultMarketId });
  if (market === null || market.listedAt === null) return undefined;
  listedDefaults.set(db, market);
  return market;
}

/** What is sold in a market. Only ACTIVE products are listed, and only once the market's listing is complete. */
export function soldIn(market: Market, isActive: boolean): Sold {
  const isListed = isActive && market.listedAt !== null;
  const computed = sql`(
    select min(price) as price_min, max(price) as price_max
    from prices_in_market(array(
      select variants.id from variants where variants.product_id = products.id and variants.removed_at is null), ${market.id})
    where valid @> now() having count(*) > 0
  ) sold`;
  return { market, relation: isListed ? sql`market_listing sold` : computed, isListed };
}

/** The conditions on rows of `market_listing sold`: those of one label, by default the one of all products, that count now. */
export function soldNow({ market }: Sold, label: SQL = sql`every_product_label()`): SQL[] {
  return [
    sql`sold.market_id = ${market.id} and sold.label_id = ${label} and sold.valid_from <= now() and sold.valid_until > now()`,
  ];
}

/** When a price of any product is next scheduled to change, as an expression; null when none is. */
export const nextPriceChange: SQL<string | null> = sql<string | null>`(
  select least(
    (select min(valid_from) from market_listing where valid_from > now() and valid_from > '-infinity'),
    (select min(valid_until) from market_listing where valid_until > now() and valid_until < 'infinity'))::text)`;
