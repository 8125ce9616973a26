import { type SQL, sql } from "drizzle-orm";
import { constantPart } from "#platform/database/built-once.ts";
import type { Reader } from "#platform/database/shared-reads.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { Attribute } from "../attributes/attribute.ts";
import { type Count, combined, makeCount } from "./count-statement.ts";
import { countInStock, countLabels, countTotals, type PriceSpan, spanPrices } from "./facet.ts";
import { usDollar } from "./product-query.ts";
import {
  type AttributeFacet,
  countAttributes,
  countOptions,
  type OptionFacet,
  type ValueCount,
} from "./property-facet.ts";
import { noProperties, type Properties } from "./property-filters.ts";
import { type CountScope, countedRows, type FacetColumn, hasFilter, matchedRows, type Selection } from "./selection.ts";

/** Counts over a whole result. */
export type Counted = {
  readonly total: number;
  /** By slug, most frequent first; at most 100. */
  readonly categories: readonly ValueCount[];
  /** Most frequent first; at most 100. */
  readonly tags: readonly ValueCount[];
  /** Of products priced in the currency; null when there are none. */
  readonly prices: PriceSpan | null;
  readonly inStock: number;
  /** Of filterable attributes that products of the list have. */
  readonly attributes: readonly AttributeFacet[];
  readonly options: readonly OptionFacet[];
};

export type CountName = keyof Counted;

/** The counts of a list, made when they are first read. */
export type Counts = { readonly [Name in CountName]: () => Promise<Counted[Name]> };

/** What counts are made of besides the products. */
export type CountOptions = {
  /** Of the price facet. */
  readonly currency: CurrencyCode;
  readonly attributes: readonly Attribute[];
};

/** How each count of a selection is made. */
function countsIn(
  scope: CountScope,
  properties: Properties,
  { currency, attributes }: CountOptions,
): { readonly [Name in CountName]: () => Count<Counted[Name]> } {
  return {
    total: () => first(countTotals(scope), (found) => found?.count ?? 0),
    categories: () => countLabels(scope, "categories"),
    tags: () => countLabels(scope, "tags"),
    prices: () => first(spanPrices(scope, currency), (found) => found ?? null),
    inStock: () => first(countInStock(scope), (found) => found?.count ?? 0),
    attributes: () => first(listed(countAttributes(scope, attributes, properties)), (found) => found ?? []),
    options: () => first(listed(countOptions(scope, properties.options)), (found) => found ?? []),
  };
}

function listed<Value>({ statements, read }: Count<ReadonlyMap<string, Value>>): Count<readonly Value[]> {
  return { statements, read: (rows) => [...read(rows).values()] };
}

/** A list has one group. */
function first<Value, Result>(
  { statements, read }: Count<readonly Value[]>,
  resultOf: (found: Value | undefined) => Result,
): Count<Result> {
  return { statements, read: (rows) => resultOf(read(rows)[0]) };
}

/** The rows of the relation `matched`, whose columns are added to `needed`. */
function fromMatched(columns: readonly FacetColumn[], needed: Set<FacetColumn>): SQL {
  for (const column of columns) needed.add(column);
  return sql`(select ${sql.raw(["'' as \"group\"", ...columns].join(", "))} from matched) counted`;
}

/** Counts of the relation `matched` whose statements are always the same, where no filter is theirs, with the columns that they need. */
const usualCounts: ReadonlyMap<
  CountName,
  { readonly count: Count<unknown>; readonly columns: ReadonlySet<FacetColumn> }
> = new Map(
  (["total", "categories", "tags", "inStock", "options"] as const).map((name) => {
    const columns = new Set<FacetColumn>();
    const scope: CountScope = (_facet, counted) => fromMatched(counted, columns);
    const { statements, read }: Count<unknown> = countsIn(scope, noProperties, { currency: usDollar, attributes: [] })[
      name
    ]();
    return [name, { count: { statements: statements.map(constantPart), read }, columns }];
  }),
);

/** Counts in one JSON value, with the columns of `matched` that they need. */
type Gathered = {
  readonly json: SQL;
  readonly columns: ReadonlySet<FacetColumn>;
  readonly read: (json: unknown) => Partial<Counted>;
};

type NamedCount = { readonly name: CountName; readonly count: Count<unknown> };

function gather(counts: readonly NamedCount[], columns: ReadonlySet<FacetColumn>): Gathered {
  const { statements, read } = combined<Partial<Counted>, Partial<Counted>>(
    counts.map(({ name, count }) => ({
      statements: count.statements,
      read: (rows) => ({ [name]: count.read(rows) }),
    })),
    (parts) => Object.assign({}, ...parts),
  );
  const arrays = statements.map((statement) => sql`(select coalesce(json_agg(part), '[]') from (${statement}) part)`);
  return {
    json: sql`json_build_array(${sql.join(arrays, sql`, `)})`,
    columns,
    read: (json) => read(json as Record<string, unknown>[][]),
  };
}

/** By their names, joint counts that are all {@link usualCounts}; of five there are few selections. */
const usualGathered = new Map<string, Gathered>();

function gatherUsual(names: readonly CountName[]): Gathered | undefined {
  const key = names.join();
  const known = usualGathered.get(key);
  if (known !== undefined) return known;
  const columns = new Set<FacetColumn>();
  const counts: NamedCount[] = [];
  for (const name of names) {
    const usual = usualCounts.get(name);
    if (usual === undefined) return undefined;
    for (const column of usual.columns) columns.add(column);
    counts.push({ name, count: usual.count });
  }
  const gathered = gather(counts, columns);
  const made = { ...gathered, json: constantPart(gathered.json) };
  usualGathered.set(key, made);
  return made;
}

function hasOwnFilter(selection: Selection, name: CountName): boolean {
  if (name === "options") return selection.properties.options.size > 0;
  return name !== "total" && name !== "attributes" && hasFilter(selection, name === "prices" ? "price" : name);
}

/** Counts that are made from one reading of the products: the relation `matched` that a statement begins with, and their rows as one JSON value. */
export type JointCounts = {
  readonly matched: SQL;
  readonly json: SQL;
  readonly read: (json: unknown) => Partial<Counted>;
};

/**
 * Makes counts for one statement. Those that leave out no filter are made from one relation `matched`.
 *
 * @param columns of `matched` besides those that the counts need.
 */
export function countJointly(
  selection: Selection,
  names: readonly CountName[],
  options: CountOptions,
  columns: readonly FacetColumn[] = [],
): JointCounts {
  const isUsual = !names.some((name) => hasOwnFilter(selection, name));
  const gathered = (isUsual ? gatherUsual(names) : undefined) ?? gatherOwn(selection, names, options);
  const needed = new Set<FacetColumn>([...columns, ...gathered.columns]);
  return {
    matched: sql`matched as materialized (${matchedRows(selection, [...needed])})`,
    json: gathered.json,
    read: gathered.read,
  };
}

function gatherOwn(selection: Selection, names: readonly CountName[], options: CountOptions): Gathered {
  const needed = new Set<FacetColumn>();
  const scope: CountScope = (facet, counted) =>
    facet !== undefined && hasFilter(selection, facet)
      ? countedRows(selection, facet, counted)
      : fromMatched(counted, needed);
  const all = countsIn(scope, selection.properties, options);
  const counts = names.map((name) => {
    const usual = hasOwnFilter(selection, name) ? undefined : usualCounts.get(name);
    for (const column of usual?.columns ?? []) needed.add(column);
    return { name, count: usual?.count ?? all[name]() };
  });
  return gather(counts, needed);
}

/**
 * The counts of a selection. The `joint` ones are made by one statement when the first of them is read, others each by itself.
 *
 * @param known those that the statement of the page made.
 */
export function countsOf(
  reads: Reader,
  selection: Selection,
  options: { readonly currency: CurrencyCode; readonly attributes: () => Promise<readonly Attribute[]> },
  joint: readonly CountName[],
  known: Partial<Counted> = {},
): Counts {
  const read = async (name: CountName): Promise<CountOptions> => ({
    currency: options.currency,
    attributes: name === "attributes" ? await options.attributes() : [],
  });
  let together: Promise<Partial<Counted>> | undefined;
  const makeJointly = async () => {
    const {
      matched,
      json,
      read: readCounts,
    } = countJointly(selection, joint, await read(joint.includes("attributes") ? "attributes" : "total"));
    const [row] = await reads.execute<{ counts: unknown }>(sql`with ${matched} select ${json} as counts`);
    return readCounts(row?.counts);
  };
  const make = async <Name extends CountName>(name: Name): Promise<Counted[Name]> => {
    const made = known[name];
    if (made !== undefined) return made;
    if (joint.includes(name)) {
      together ??= makeJointly();
      const found = (await together)[name];
      if (found !== undefined) return found;
    }
    const scope: CountScope = (facet, columns) => countedRows(selection, facet, columns);
    return makeCount(reads, countsIn(scope, selection.properties, await read(name))[name]());
  };
  return {
    total: () => make("total"),
    categories: () => make("categories"),
    tags: () => make("tags"),
    prices: () => make("prices"),
    inStock: () => make("inStock"),
    attributes: () => make("attributes"),
    options: () => make("options"),
  };
}
