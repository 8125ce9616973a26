import { type SQL, sql } from "drizzle-orm";
import { variants } from "#drizzle/products/tables.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import { isDefaultMarket, type Market } from "./market.ts";

/**
 * The current price in a market of a row of `variants`: the market's own, otherwise, in a market with the default market's currency, the default
 * market's. Null when it is not sold there.
 */
export function priceInMarket(market: Market): SQL<bigint | null> {
  const own = running(market, sql`${market.id}`);
  if (isDefaultMarket(market)) return sql<bigint | null>`(${own})`.mapWith(variants.price);
  const standard = sql`select id from markets where id = ${defaultMarketId} and currency = ${market.currency}`;
  return sql<bigint | null>`coalesce((${own}), (${running(market, sql`(${standard})`)}))`.mapWith(variants.price);
}

function running({ currency }: Market, marketId: SQL): SQL {
  return sql`
    select running.price from variant_prices running
    where running.variant_id = ${variants.id} and running.market_id = ${marketId} and running.currency = ${currency}
      and running.valid_from <= now() and (running.valid_until is null or running.valid_until > now())`;
}
