import { type SQL, sql } from "drizzle-orm";
import { optionLabels, productAttributeValues, type Translations, variants } from "#drizzle/products/tables.ts";
import type { AttributeId } from "#platform/shop/ids.ts";
import type { Attribute } from "../attributes/attribute.ts";
import { facetValuesMax, optionFacetsMax } from "../shared/limits.ts";
import { type Count, combined, countOf } from "./count-statement.ts";
import { booleanLabelId, fits, type Properties, type PropertyName } from "./property-filters.ts";
import type { CountScope } from "./selection.ts";

/** How many products have a value, and what to show for it: its name, or the value itself. */
export type ValueCount = {
  readonly value: string;
  readonly count: number;
  readonly name?: string;
  readonly names?: Translations;
};

/** The values of an attribute that products of a list have. */
export type AttributeFacet = {
  readonly attribute: Attribute;
  readonly values: readonly ValueCount[];
  readonly min: string | null;
  readonly max: string | null;
};

/** The values of an option that products of a list have. */
export type OptionFacet = { readonly name: string; readonly values: readonly ValueCount[] };

type LabelCountRow = { readonly group: string; readonly label: string; readonly count: number };
type NumberSpanRow = { readonly group: string; readonly id: AttributeId; readonly min: string; readonly max: string };
type OptionCountRow = { readonly group: string; readonly name: string; readonly value: string; readonly count: number };

/**
 * Counts the values of filterable attributes, by group: those of an attribute that is filtered by without its own filter, each in a statement of its
 * own. Attributes come in order, and choices in display order.
 */
export function countAttributes(
  scope: CountScope,
  all: readonly Attribute[],
  { labels, numbers }: Properties,
): Count<ReadonlyMap<string, readonly AttributeFacet[]>> {
  const attributes = all.filter(({ isFilterable }) => isFilterable);
  const filtered = new Set<PropertyName>([...labels, ...numbers].map(({ name }) => name));
  const nameOf = ({ id }: Attribute) => `attribute:${id}` as const;
  const own = attributes.filter((attribute) => filtered.has(nameOf(attribute)));
  const others = attributes.filter((attribute) => !filtered.has(nameOf(attribute)));
  const place = new Map(attributes.map(({ id }, index) => [id, index]));
  return combined(
    [
      countValues(scope, undefined, others),
      ...own.map((attribute) => countValues(scope, nameOf(attribute), [attribute])),
    ],
    (counted) =>
      new Map(
        [...Map.groupBy(counted.flat(), ({ group }) => group)].map(([group, found]) => [
          group,
          found
            .map(({ facet }) => facet)
            .toSorted((a, b) => (place.get(a.attribute.id) ?? 0) - (place.get(b.attribute.id) ?? 0)),
        ]),
      ),
  );
}

type CountedValues = readonly { readonly group: string; readonly facet: AttributeFacet }[];

function countValues(
  scope: CountScope,
  name: PropertyName | undefined,
  attributes: readonly Attribute[],
): Count<CountedValues> {
  const valuesOf = new Map(attributes.map((attribute) => [attribute.id, labelledValues(attribute)]));
  const labelIds = [...valuesOf.values()].flatMap((values) => values.map(({ labelId }) => labelId));
  const numberIds = attributes.filter(({ kind }) => kind === "NUMBER").map(({ id }) => id);
  const labels = sql`
    select "group", label::text as label, count(*)::int as count
    from (select "group", unnest(label_ids) as label from ${scope(name, ["label_ids"])}) labelled
    where label = any(${sql.param(labelIds)}::uuid[]) group by 1, 2`;
  const numbers = sql`
    select "group", attribute_id::text as id, min(number)::text as min, max(number)::text as max
    from ${scope(name, ["id"])} join ${productAttributeValues} as measured on measured.product_id = counted.id
    where attribute_id = any(${sql.param(numberIds)}::uuid[]) and number is not null group by 1, 2`;
  const read = (counts: readonly LabelCountRow[], spans: readonly NumberSpanRow[]): CountedValues => {
    const groups = new Set([...counts, ...spans].map(({ group }) => group));
    return [...groups].flatMap((group) => {
      const countOfLabel = new Map(
        counts.filter((row) => row.group === group).map(({ label, count }) => [label, count]),
      );
      return attributes.flatMap((attribute) => {
        const span = spans.find((row) => row.group === group && row.id === attribute.id);
        const values = (valuesOf.get(attribute.id) ?? [])
          .flatMap(({ labelId, ...value }) => {
            const count = countOfLabel.get(labelId);
            return count === undefined ? [] : [{ ...value, count }];
          })
          .slice(0, facetValuesMax);
        if (values.length === 0 && span === undefined) return [];
        return [{ group, facet: { attribute, values, min: span?.min ?? null, max: span?.max ?? null } }];
      });
    });
  };
  type Rows = { readonly labels?: readonly LabelCountRow[]; readonly numbers?: readonly NumberSpanRow[] };
  return combined<Rows, CountedValues>(
    [
      ...(labelIds.length === 0 ? [] : [countOf(labels, (rows: readonly LabelCountRow[]) => ({ labels: rows }))]),
      ...(numberIds.length === 0 ? [] : [countOf(numbers, (rows: readonly NumberSpanRow[]) => ({ numbers: rows }))]),
    ],
    (rows) => {
      const found: Rows = Object.assign({}, ...rows);
      return read(found.labels ?? [], found.numbers ?? []);
    },
  );
}

function labelledValues(attribute: Attribute): (Omit<ValueCount, "count"> & { readonly labelId: string })[] {
  if (attribute.kind === "BOOLEAN") {
    return [true, false].map((value) => ({ value: String(value), labelId: booleanLabelId(attribute.id, value) }));
  }
  return attribute.choices.map(({ id, code, name, names }) => ({ value: code, name, names, labelId: id }));
}

/**
 * Counts the values of options, by group: most frequent first, at most 100 of an option and at most 20 options. With filters on options, a product
 * counts for a value if one and the same variant has it and fits the filters on the other options.
 */
export function countOptions(
  scope: CountScope,
  options: Properties["options"],
): Count<ReadonlyMap<string, readonly OptionFacet[]>> {
  const counts =
    options.size === 0
      ? [
          sql`
          select "group", name, value, count
          from (
            select "group", label, count(*)::int as count
            from (select "group", unnest(label_ids) as label from ${scope(undefined, ["label_ids"])}) labelled group by 1, 2
          ) by_label join ${optionLabels} on label_id = label`,
        ]
      : [undefined, ...options.keys()].map((name) => countFitting(scope, name, options));
  return combined(
    counts.map((statement) => countOf(statement, (rows: readonly OptionCountRow[]) => rows)),
    (rows) =>
      new Map([...Map.groupBy(rows.flat(), ({ group }) => group)].map(([group, found]) => [group, facetsOf(found)])),
  );
}

/** Counts the values of one option that is filtered by, or of all options that are not. */
function countFitting(scope: CountScope, name: string | undefined, options: Properties["options"]): SQL {
  const others = new Map([...options].filter(([option]) => option !== name));
  const wanted =
    name === undefined
      ? sql`option ->> 'name' <> all(${sql.param([...options.keys()])}::text[])`
      : sql`option ->> 'name' = ${name}::text`;
  return sql`
    select "group", option ->> 'name' as name, option ->> 'value' as value, count(distinct counted.id)::int as count
    from ${scope(name === undefined ? undefined : `option:${name}`, ["id"])}
      join ${variants} as fitting on fitting.product_id = counted.id and fitting.removed_at is null,
      jsonb_array_elements(fitting.options) as option
    where ${wanted} and ${fits(others, sql`fitting.options`)} group by 1, 2, 3`;
}

function facetsOf(rows: readonly OptionCountRow[]): OptionFacet[] {
  const byFrequency = (a: ValueCount, b: ValueCount) => b.count - a.count || (a.value < b.value ? -1 : 1);
  const facets = [...Map.groupBy(rows, ({ name }) => name)].map(([name, counts]) => ({
    name,
    total: counts.reduce((sum, { count }) => sum + count, 0),
    values: counts
      .map(({ value, count }) => ({ value, count }))
      .toSorted(byFrequency)
      .slice(0, facetValuesMax),
  }));
  return facets
    .toSorted((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1))
    .slice(0, optionFacetsMax)
    .map(({ name, values }) => ({ name, values }));
}
