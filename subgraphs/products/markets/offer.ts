import { asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { markets, products, variantPrices, variants } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { MarketId, ProductId, VariantId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { priorPriceDays } from "../shared/limits.ts";
import { isDefaultMarket, type Market } from "./market.ts";

/** What a variant costs in a market right now, in minor units of the market's currency. */
export type Offer = {
  readonly marketId: MarketId;
  readonly currency: CurrencyCode;
  readonly price: bigint;
  /** The price that it is reduced from. */
  readonly compareAt: bigint | null;
  /** The lowest price of the days before the reduction began; null when it is not reduced or was so from the beginning. */
  readonly lowestPrior: bigint | null;
  readonly validUntil: Date | null;
};

/** The offer of a variant in a market, null when it is not sold there, and when that next changes. */
export type VariantOffer = {
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly offer: Offer | null;
  readonly changesAt: Date | null;
};

/** The lowest offer of a product's variants in a market, and when any of them next changes. */
export type ProductOffer = Omit<VariantOffer, "variantId">;

/** A row of `variant_prices`. */
export type VariantPrice = typeof variantPrices.$inferSelect;

/** Reads the offers in a market of these variants, for those that have or had a price there, in any order. */
export async function readOffers(db: Db, ids: readonly VariantId[], market: Market): Promise<VariantOffer[]> {
  return readOffersOf(db, sql`${variants.id} = any(${sql.param(ids)}::uuid[])`, market);
}

/** Reads the lowest offer of each of these products in a market, for those that have or had a price there; of equal ones the oldest variant's. */
export async function readProductOffers(db: Db, ids: readonly ProductId[], market: Market): Promise<ProductOffer[]> {
  const onSale = sql`${variants.productId} = any(${sql.param(ids)}::uuid[]) and ${variants.removedAt} is null`;
  const byProduct = Map.groupBy(await readOffersOf(db, onSale, market), ({ productId }) => productId);
  return [...byProduct].map(([productId, ofVariants]) => {
    const offers = ofVariants.flatMap(({ offer }) => offer ?? []);
    const changes = ofVariants.flatMap(({ changesAt }) => changesAt ?? []);
    return {
      productId,
      offer: offers.toSorted((a, b) => (a.price < b.price ? -1 : a.price > b.price ? 1 : 0))[0] ?? null,
      changesAt: changes.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null,
    };
  });
}

/** Reads every price of these variants in the markets that there are, by market and in the order of time. */
export async function readPrices(db: Db, ids: readonly VariantId[]): Promise<VariantPrice[]> {
  return db
    .select(getTableColumns(variantPrices))
    .from(variantPrices)
    .innerJoin(markets, eq(markets.id, variantPrices.marketId))
    .where(sql`${variantPrices.variantId} = any(${sql.param(ids)}::uuid[])`)
    .orderBy(asc(variantPrices.marketId), asc(variantPrices.validFrom));
}

type OfferRow = {
  readonly variant_id: VariantId;
  readonly product_id: ProductId;
  readonly price: string | null;
  readonly compare_at: string | null;
  readonly lowest_prior: string | null;
  readonly valid_until: string | null;
  readonly changes_at: string | null;
};

/**
 * The prices of each variant in the order of time; the running one; and for a reduced one the lowest that was in force during the days before its
 * reduction began. A reduction began with the first of an unbroken run of reduced prices, whose own lower prices do not count (CJEU C-330/23).
 */
async function readOffersOf(db: Db, condition: SQL, market: Market): Promise<VariantOffer[]> {
  const rows = await db.execute<OfferRow>(sql`
    with wanted as materialized (
      select ${variants.id} as variant_id, ${variants.productId} as product_id
      from ${variants} join ${products} on ${products.id} = ${variants.productId}
      where ${condition} and ${isDefaultMarket(market) ? sql`${products.currency} = ${market.currency}` : sql`true`}
    ), timeline as materialized (
      select *, compare_at is not null and not coalesce(
        lag(compare_at is not null) over by_time and lag(upper(valid)) over by_time = lower(valid), false) as begins_reduction
      from prices_in_market(array(select variant_id from wanted), ${market.id})
      window by_time as (partition by variant_id order by valid)
    ), runs as materialized (
      select *, max(lower(valid)) filter (where begins_reduction) over (partition by variant_id order by valid) as reduced_from
      from timeline
    ), running as materialized (
      select * from runs where valid @> now()
    ), prior as (
      select running.variant_id, min(timeline.price) as lowest
      from running join timeline using (variant_id)
      where running.compare_at is not null
        and timeline.valid && tstzrange(reduced_from - ${priorPriceDays * 24}::int * interval '1 hour', reduced_from)
      group by 1
    ), changes as (
      select variant_id, min(change) filter (where change > now()) as first
      from timeline, lateral (values (lower(valid)), (upper(valid))) as bounds(change) group by 1
    )
    select wanted.variant_id, wanted.product_id, running.price::text, running.compare_at::text, prior.lowest::text as lowest_prior,
      upper(running.valid)::text as valid_until, changes.first::text as changes_at
    from wanted join changes using (variant_id) left join running using (variant_id) left join prior using (variant_id)
    order by wanted.variant_id`);
  return rows.map((row) => ({
    variantId: row.variant_id,
    productId: row.product_id,
    offer: row.price === null ? null : offerOf({ ...row, price: row.price }, market),
    changesAt: row.changes_at === null ? null : new Date(row.changes_at),
  }));
}

function offerOf(row: OfferRow & { readonly price: string }, market: Market): Offer {
  return {
    marketId: market.id,
    currency: market.currency,
    price: BigInt(row.price),
    compareAt: row.compare_at === null ? null : BigInt(row.compare_at),
    lowestPrior: row.lowest_prior === null ? null : BigInt(row.lowest_prior),
    validUntil: row.valid_until === null ? null : new Date(row.valid_until),
  };
}
