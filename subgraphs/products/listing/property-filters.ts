import { createHash } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import { productAttributeValues, variants } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { AttributeId } from "#platform/shop/ids.ts";
import { lookupText } from "#platform/shop/text.ts";
import type { ProductFilter } from "#schema/generated/products.ts";
import { type Attribute, readAttributesByCode } from "../attributes/attribute.ts";
import { parseNumber } from "../attributes/attribute-values.ts";
import { filterValuesMax, propertyFiltersMax } from "../shared/limits.ts";

/** A filter on an attribute or an option, which a facet of the same name leaves out. */
export type PropertyName = `attribute:${string}` | `option:${string}`;

/** The filters on attributes and options, as the query gives them. */
export type PropertyFilter = {
  readonly attributes: readonly {
    readonly code: string;
    readonly choices?: readonly string[];
    readonly min?: string;
    readonly max?: string;
    readonly boolean?: boolean;
  }[];
  readonly options: readonly { readonly name: string; readonly values: readonly string[] }[];
};

/** The filters on attributes and options, as conditions on labels, numbers and variants. */
export type Properties = {
  /** Any of the labels; none matches nothing. */
  readonly labels: readonly { readonly name: PropertyName; readonly labelIds: readonly string[] }[];
  readonly numbers: readonly {
    readonly name: PropertyName;
    readonly attributeId: AttributeId;
    readonly min: string | undefined;
    readonly max: string | undefined;
  }[];
  /** The values of each option, of which one and the same variant has one each. */
  readonly options: ReadonlyMap<string, readonly string[]>;
};

/** No filter on attributes and options. */
export const noProperties: Properties = { labels: [], numbers: [], options: new Map() };

/** Parses the filters on attributes and options. Empty lists do not filter. @throws {ApiError} BAD_USER_INPUT */
export function parsePropertyFilter(filter: ProductFilter | undefined): PropertyFilter {
  const atMost = (path: string, given: readonly unknown[], most: number) => {
    if (given.length > most)
      throw new ApiError("BAD_USER_INPUT", `\`filter.${path}\` must have at most ${most} values.`);
  };
  const attributes = filter?.attributes ?? [];
  const options = filter?.options ?? [];
  atMost("attributes", attributes, propertyFiltersMax);
  atMost("options", options, propertyFiltersMax);
  return {
    attributes: attributes.flatMap(({ code, choices, min, max, boolean }, index) => {
      atMost(`attributes.${index}.choices`, choices ?? [], filterValuesMax);
      const bound = (name: "min" | "max", value: string | null | undefined) => {
        if (value === null || value === undefined) return {};
        const number = parseNumber(value);
        if (number !== undefined) return { [name]: number };
        throw new ApiError("BAD_USER_INPUT", `\`filter.attributes.${index}.${name}\` must be a decimal number.`);
      };
      const given = {
        ...(choices && choices.length > 0 ? { choices: choices.map(lookupText) } : {}),
        ...bound("min", min),
        ...bound("max", max),
        ...(typeof boolean === "boolean" ? { boolean } : {}),
      };
      return Object.keys(given).length === 0 ? [] : [{ code: lookupText(code), ...given }];
    }),
    options: options.flatMap(({ name, values }, index) => {
      atMost(`options.${index}.values`, values, filterValuesMax);
      return values.length === 0 ? [] : [{ name: lookupText(name), values: values.map(lookupText) }];
    }),
  };
}

/**
 * Finds the attributes that the filters name. One that is unknown or not filterable matches no product.
 *
 * @throws {ApiError} BAD_USER_INPUT for a filter that does not suit the attribute's kind.
 */
export async function findProperties(db: Db, { attributes, options }: PropertyFilter): Promise<Properties> {
  const known =
    attributes.length === 0
      ? []
      : await readAttributesByCode(
          db,
          attributes.map(({ code }) => code),
        );
  const byCode = new Map(known.filter(({ isFilterable }) => isFilterable).map((each) => [each.code, each]));
  const labels: Properties["labels"][number][] = [];
  const numbers: Properties["numbers"][number][] = [];
  for (const filter of attributes) {
    const attribute = byCode.get(filter.code);
    const name = `attribute:${attribute?.id ?? filter.code}` as const;
    if (attribute === undefined) labels.push({ name, labelIds: [] });
    else if (attribute.kind === "NUMBER") numbers.push({ name, attributeId: attribute.id, ...boundsOf(filter) });
    else labels.push({ name, labelIds: labelsOf(attribute, filter) });
  }
  const merged = new Map<string, readonly string[]>();
  for (const { name, values } of options) {
    const before = merged.get(name);
    merged.set(name, before === undefined ? [...new Set(values)] : before.filter((value) => values.includes(value)));
  }
  for (const [option, values] of merged) {
    labels.push({ name: `option:${option}`, labelIds: values.map((value) => optionLabelId(option, value)) });
  }
  return { labels, numbers, options: merged };
}

function boundsOf(filter: PropertyFilter["attributes"][number]) {
  if (filter.choices !== undefined || filter.boolean !== undefined) throw unsuited(filter.code, "`min` and `max`");
  return { min: filter.min, max: filter.max };
}

function labelsOf(attribute: Attribute, filter: PropertyFilter["attributes"][number]): string[] {
  const { choices, min, max, boolean } = filter;
  const ranges = min !== undefined || max !== undefined;
  if (attribute.kind === "BOOLEAN") {
    if (boolean === undefined || ranges || choices !== undefined) throw unsuited(attribute.code, "`boolean`");
    return [booleanLabelId(attribute.id, boolean)];
  }
  if (choices === undefined || ranges || boolean !== undefined) throw unsuited(attribute.code, "`choices`");
  return attribute.choices.filter(({ code }) => choices.includes(code)).map(({ id }) => id);
}

function unsuited(code: string, fields: string): ApiError {
  return new ApiError("BAD_USER_INPUT", `\`filter.attributes\`: ${code} is filtered by ${fields} alone.`);
}

/** The label of a BOOLEAN attribute's value, as the function of the same name in the database makes it. */
export function booleanLabelId(attributeId: AttributeId, value: boolean): string {
  return labelId(`boolean:${attributeId}:${value}`);
}

/** The label of a tag, as the function of the same name in the database makes it. */
export function tagLabelId(tag: string): string {
  return labelId(`tag:${tag}`);
}

/** The label of an option's value, as the function of the same name in the database makes it. */
function optionLabelId(name: string, value: string): string {
  return labelId(`option:${Array.from(name).length}:${name}${value}`);
}

function labelId(text: string): string {
  const hash = createHash("sha256").update(text).digest("hex");
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join("-");
}

/** By an offset, Postgres does not turn a condition's subquery into a join with all rows that fit it. */
const lookupEnd = { "row by row": sql.raw(" offset 0"), "as Postgres decides": sql.raw("") } as const;

/** How what stands in other tables is looked up for a product. */
export type Lookup = keyof typeof lookupEnd;

/** The conditions of the filters on a row with the column `labelIds` and the product's id, by the facet that leaves each out. */
export function propertyConditions(
  { labels, numbers }: Properties,
  columns: { readonly labelIds: SQL; readonly productId: SQL },
  lookup: Lookup = "as Postgres decides",
): Partial<Record<PropertyName, SQL>> {
  const conditions: Partial<Record<PropertyName, SQL>> = {};
  const add = (name: PropertyName, condition: SQL) => {
    const before = conditions[name];
    conditions[name] = before === undefined ? condition : sql`${before} and ${condition}`;
  };
  for (const { name, labelIds } of labels) {
    add(name, labelIds.length === 0 ? sql`false` : sql`${columns.labelIds} && ${sql.param(labelIds)}::uuid[]`);
  }
  for (const { name, attributeId, min, max } of numbers) {
    add(
      name,
      sql`exists (
        select from ${productAttributeValues} as measured
        where measured.product_id = ${columns.productId} and measured.attribute_id = ${attributeId}::uuid and measured.number is not null
          ${min === undefined ? sql`` : sql`and measured.number >= ${min}::numeric`}
          ${max === undefined ? sql`` : sql`and measured.number <= ${max}::numeric`}${lookupEnd[lookup]})`,
    );
  }
  return conditions;
}

/** Whether one and the same variant of the product has a value of each option. Labels alone say so for a single option. */
export function hasVariant(
  options: Properties["options"],
  productId: SQL,
  lookup: Lookup = "as Postgres decides",
): SQL[] {
  if (options.size < 2) return [];
  return [
    sql`exists (
      select from ${variants} as fitting
      where fitting.product_id = ${productId} and fitting.removed_at is null and ${fits(options, sql`fitting.options`)}${lookupEnd[lookup]})`,
  ];
}

/** Whether a variant's `options` have a value of each option. */
export function fits(options: Properties["options"], column: SQL): SQL {
  const each = [...options].map(([name, values]) => {
    const any = values.map((value) => sql`${column} @> ${JSON.stringify([{ name, value }])}::jsonb`);
    return any.length === 0 ? sql`false` : sql`(${sql.join(any, sql` or `)})`;
  });
  return each.length === 0 ? sql`true` : sql.join(each, sql` and `);
}
