import { sql } from "drizzle-orm";
import { categories, products, type Translations } from "#drizzle/products/tables.ts";
import type { Reader } from "#platform/database/shared-reads.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { Attribute } from "../attributes/attribute.ts";
import { facetValuesMax } from "../shared/limits.ts";
import {
  type AttributeFacet,
  countAttributes,
  countOptions,
  type OptionFacet,
  type ValueCount,
} from "./property-facet.ts";
import { type CountScope, columnsOfProducts, countedRows, type Selection } from "./selection.ts";
import { nextPriceChange } from "./sold.ts";

/** Counts over a whole result. Each costs a statement, and only when it is read. */
export type Counts = {
  total(): Promise<number>;
  /** By slug, most frequent first; at most 100. */
  categories(): Promise<readonly ValueCount[]>;
  /** Most frequent first; at most 100. */
  tags(): Promise<readonly ValueCount[]>;
  /** Of products priced in the currency; null when there are none. */
  prices(currency: CurrencyCode): Promise<PriceSpan | null>;
  inStock(): Promise<number>;
  /** Of filterable attributes that products of the list have. */
  attributes(): Promise<readonly AttributeFacet[]>;
  options(): Promise<readonly OptionFacet[]>;
};

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

/** The counts of one selection. */
export function countsOf(reads: Reader, selection: Selection, attributes: () => Promise<Attribute[]>): Counts {
  const scope: CountScope = (facet, columns) => countedRows(selection, facet, columns);
  return {
    total: async () => (await countTotals(reads, scope))[0]?.count ?? 0,
    categories: () => countLabels(reads, scope, "categories"),
    tags: () => countLabels(reads, scope, "tags"),
    prices: async (currency) => (await spanPrices(reads, scope, currency))[0] ?? null,
    inStock: async () => (await countInStock(reads, scope))[0]?.count ?? 0,
    attributes: async () => {
      const [facets = []] = (await countAttributes(reads, scope, await attributes(), selection.properties)).values();
      return facets;
    },
    options: async () => {
      const [facets = []] = (await countOptions(reads, scope, selection.properties.options)).values();
      return facets;
    },
  };
}

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
export async function countTotals(reads: Reader, scope: CountScope): Promise<Grouped<{ count: number }>[]> {
  return reads.execute<Grouped<{ count: number }>>(sql`
    select "group", count(*)::int as count from ${scope(undefined, [])} group by 1`);
}

/** Counts the products of each group with a unit available. */
export async function countInStock(reads: Reader, scope: CountScope): Promise<Grouped<{ count: number }>[]> {
  return reads.execute<Grouped<{ count: number }>>(sql`
    select "group", count(*)::int as count from ${scope("inStock", ["variants_in_stock"])}
    where variants_in_stock > 0 group by 1`);
}

/** Counts the products of each group by label, most frequent first; at most 100 labels a group. */
export async function countLabels(
  reads: Reader,
  scope: CountScope,
  label: "categories" | "tags",
): Promise<Grouped<ValueCount>[]> {
  // Counted by id first: there are far fewer categories than products in them.
  const counted =
    label === "tags"
      ? sql`select "group", label as value, null as name, null::jsonb as names, count(*)::int as count
          from ${scope("tags", ["tags"])}, unnest(counted.tags) as label group by 1, 2`
      : sql`select "group", ${categories.slug} as value, ${categories.name} as name, ${categories.names} as names, count
          from (
            select "group", label, count(*)::int as count
            from ${scope("categories", ["category_ids"])}, unnest(counted.category_ids) as label group by 1, 2
          ) by_id join ${categories} on ${categories.id} = by_id.label`;
  const rows = await reads.execute<LabelRow>(sql`
    select "group", value, name, names, count
    from (
      select *, row_number() over (partition by "group" order by count desc, value) as place from (${counted}) labels
    ) placed
    where place <= ${facetValuesMax}::int
    order by place`);
  return rows.map(({ group: key, value, name, names, count }) => ({
    ...{ group: key, value, count },
    ...(name === null || names === null ? {} : { name, names }),
  }));
}

/** The lowest and the highest price of each group in the currency. */
export async function spanPrices(
  reads: Reader,
  scope: CountScope,
  currency: CurrencyCode,
): Promise<Grouped<PriceSpan>[]> {
  const rows = await reads.execute<Grouped<{ min: string; max: string; changes_at: string | null }>>(sql`
    select "group", min(price_min)::text as min, max(price_max)::text as max, ${nextPriceChange} as changes_at
    from ${scope("price", ["currency", "price_min", "price_max"])} where currency = ${currency} group by 1`);
  return rows.map(({ group: key, min, max, changes_at: changesAt }) => ({
    ...{ group: key, min: BigInt(min), max: BigInt(max), currency },
    changesAt: changesAt === null ? null : new Date(changesAt),
  }));
}
