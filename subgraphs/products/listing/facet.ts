import { sql } from "drizzle-orm";
import { categories, products, type Translations } from "#drizzle/products/tables.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { facetValuesMax } from "../shared/limits.ts";
import { type Count, countOf } from "./count-statement.ts";
import type { ValueCount } from "./property-facet.ts";
import { type CountScope, columnsOfProducts } from "./selection.ts";
import { nextPriceChange } from "./sold.ts";

/** The lowest and the highest price, in minor units, and when a price is next scheduled to change. */
export type PriceSpan = {
  readonly min: bigint;
  readonly max: bigint;
  readonly currency: CurrencyCode;
  readonly changesAt: Date | null;
};

/** What one group came to. */
type Grouped<Value> = Value & { readonly group: string };

type LabelRow = {
  readonly group: string;
  readonly value: string;
  readonly name: string | null;
  readonly names: Translations | null;
  readonly count: number;
};

/** The ACTIVE products of these owners, grouped by owner. */
export function productsOfOwners(ownerIds: readonly string[]): CountScope {
  return (_facet, columns) => {
    const list = columns.map((column) => sql`, ${columnsOfProducts[column]} as ${sql.raw(column)}`);
    return sql`(
      select ${products.ownerId}::text as "group"${sql.join(list)} from ${products}
      where ${products.ownerId} = any(${sql.param(ownerIds)}::uuid[]) and ${products.status} = 'ACTIVE'
    ) counted`;
  };
}

/** Counts the products of each group. */
export function countTotals(scope: CountScope): Count<readonly Grouped<{ count: number }>[]> {
  return countOf(
    sql`select "group", count(*)::int as count from ${scope(undefined, [])} group by 1`,
    (rows: readonly Grouped<{ count: number }>[]) => rows,
  );
}

/** Counts the products of each group with a unit available. */
export function countInStock(scope: CountScope): Count<readonly Grouped<{ count: number }>[]> {
  return countOf(
    sql`
    select "group", count(*)::int as count from ${scope("inStock", ["variants_in_stock"])}
    where variants_in_stock > 0 group by 1`,
    (rows: readonly Grouped<{ count: number }>[]) => rows,
  );
}

/** Counts the products of each group by label, most frequent first; at most 100 labels a group. */
export function countLabels(scope: CountScope, label: "categories" | "tags"): Count<readonly Grouped<ValueCount>[]> {
  const labels = label === "tags" ? sql`tags` : sql`category_ids`;
  const scoped = scope(label, [label === "tags" ? "tags" : "category_ids"]);
  // In the list of columns: Postgres keeps no rows of a function then, as it does for each call of one that is joined.
  const byLabel = sql`
    select "group", label, count(*)::int as count
    from (select "group", unnest(${labels}) as label from ${scoped}) labelled group by 1, 2`;
  // Counted by id first: there are far fewer categories than products in them.
  const counted =
    label === "tags"
      ? sql`select "group", label as value, null as name, null::jsonb as names, count from (${byLabel}) by_label`
      : sql`select "group", ${categories.slug} as value, ${categories.name} as name, ${categories.names} as names, count
          from (${byLabel}) by_id join ${categories} on ${categories.id} = by_id.label`;
  return countOf<LabelRow, readonly Grouped<ValueCount>[]>(
    sql`
    select "group", value, name, names, count
    from (
      select *, row_number() over (partition by "group" order by count desc, value) as place from (${counted}) labels
    ) placed
    where place <= ${facetValuesMax}::int
    order by place`,
    (rows) =>
      rows.map(({ group: key, value, name, names, count }) => ({
        ...{ group: key, value, count },
        ...(name === null || names === null ? {} : { name, names }),
      })),
  );
}

/** The lowest and the highest price of each group in the currency. */
export function spanPrices(scope: CountScope, currency: CurrencyCode): Count<readonly Grouped<PriceSpan>[]> {
  type Row = Grouped<{ min: string; max: string; changes_at: string | null }>;
  return countOf<Row, readonly Grouped<PriceSpan>[]>(
    sql`
    select "group", min(price_min)::text as min, max(price_max)::text as max, ${nextPriceChange} as changes_at
    from ${scope("price", ["currency", "price_min", "price_max"])} where currency = ${currency} group by 1`,
    (rows) =>
      rows.map(({ group: key, min, max, changes_at: changesAt }) => ({
        ...{ group: key, min: BigInt(min), max: BigInt(max), currency },
        changesAt: changesAt === null ? null : new Date(changesAt),
      })),
  );
}
