import { type SQL, sql } from "drizzle-orm";
import { categories, products } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { facetValuesMax } from "../shared/limits.ts";

/** What is counted over a whole result: each costs a statement, and only when it is asked for. */
export type Counts = {
  total(): Promise<number>;
  /** By slug, the most frequent first; at most 100. */
  categories(): Promise<readonly LabelCount[]>;
  /** The most frequent first; at most 100. */
  tags(): Promise<readonly LabelCount[]>;
  /** Over products priced in the currency; null when there are none. */
  prices(currency: CurrencyCode): Promise<PriceSpan | null>;
  inStock(): Promise<number>;
};

/** How many products carry a category or a tag. */
export type LabelCount = { readonly value: string; readonly count: number };

/** The least and the highest price, in minor units. */
export type PriceSpan = { readonly min: bigint; readonly max: bigint; readonly currency: CurrencyCode };

/** Which rows of `products` are counted, and apart by what: an expression over them, as text. */
export type CountScope = { readonly group: SQL; readonly condition: SQL };

/** What one group came to. */
type Grouped<Value> = Value & { readonly group: string };

/** The counts of one result. */
export function countsOf(db: Db, condition: SQL): Counts {
  const scope = { group: sql`''`, condition };
  return {
    total: async () => (await countTotals(db, scope))[0]?.count ?? 0,
    categories: () => countLabels(db, scope, "categories"),
    tags: () => countLabels(db, scope, "tags"),
    prices: async (currency) => (await spanPrices(db, scope, currency))[0] ?? null,
    inStock: async () => (await countInStock(db, scope))[0]?.count ?? 0,
  };
}

/** How many there are. */
export async function countTotals(db: Db, { group, condition }: CountScope): Promise<Grouped<{ count: number }>[]> {
  return db.execute<Grouped<{ count: number }>>(sql`
    select ${group} as "group", count(*)::int as count from ${products} where ${condition} group by 1`);
}

/** How many there are with something available. */
export async function countInStock(db: Db, { group, condition }: CountScope): Promise<Grouped<{ count: number }>[]> {
  return db.execute<Grouped<{ count: number }>>(sql`
    select ${group} as "group", count(*)::int as count from ${products}
    where ${condition} and ${products.variantsInStock} > 0 group by 1`);
}

/** How many carry each label, the most frequent first, at most 100 a group. */
export async function countLabels(
  db: Db,
  { group, condition }: CountScope,
  label: "categories" | "tags",
): Promise<Grouped<LabelCount>[]> {
  // Counted by id first: there are far fewer categories than products that carry one.
  const counted =
    label === "tags"
      ? sql`select ${group} as "group", label as value, count(*)::int as count
          from ${products}, unnest(${products.tags}) as label where ${condition} group by 1, 2`
      : sql`select "group", ${categories.slug} as value, count
          from (
            select ${group} as "group", label, count(*)::int as count
            from ${products}, unnest(${products.categoryIds}) as label where ${condition} group by 1, 2
          ) by_id join ${categories} on ${categories.id} = by_id.label`;
  return db.execute<Grouped<LabelCount>>(sql`
    select "group", value, count
    from (
      select *, row_number() over (partition by "group" order by count desc, value) as place from (${counted}) counted
    ) placed
    where place <= ${facetValuesMax}::int
    order by place`);
}

/** The least and the highest price of those in the currency. */
export async function spanPrices(
  db: Db,
  { group, condition }: CountScope,
  currency: CurrencyCode,
): Promise<Grouped<PriceSpan>[]> {
  const rows = await db.execute<Grouped<{ min: string; max: string }>>(sql`
    select ${group} as "group", min(${products.priceMin})::text as min, max(${products.priceMax})::text as max
    from ${products} where ${condition} and ${products.currency} = ${currency} group by 1`);
  return rows.map(({ group: key, min, max }) => ({ group: key, min: BigInt(min), max: BigInt(max), currency }));
}
