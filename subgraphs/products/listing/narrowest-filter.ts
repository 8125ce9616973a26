import { and, sql } from "drizzle-orm";
import { listingIndex, productAttributeValues } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { type CursorValues, keyset, type Page } from "#platform/graphql/page.ts";
import { walkedRowsMin, walkedRowsPerProduct } from "../shared/limits.ts";
import { sortOfWalk } from "./page-ids.ts";
import type { ListingSort } from "./product-query.ts";
import type { Properties } from "./property-filters.ts";
import type { Selection } from "./selection.ts";

/** The filter to walk, by the ids of its labels, and the position before which a walk of it ends; undefined: it walks them to their last row. */
export type NarrowestFilter = { readonly labelIds: readonly string[]; readonly end: CursorValues | undefined };

/**
 * Finds the filter that narrows a list most where the page begins: the one of which the same number of rows of the listing index reaches furthest in
 * the order of the sort. Reads only the index, and as many rows for each filter, which its labels share.
 *
 * @param filters the ids of the labels of each.
 */
export async function findNarrowest(
  db: Db,
  sort: ListingSort,
  page: Page,
  selection: Selection,
  filters: readonly (readonly string[])[],
): Promise<NarrowestFilter> {
  const impossible = filters.find((labelIds) => labelIds.length === 0);
  if (impossible !== undefined) return { labelIds: impossible, end: undefined };
  const rows = Math.max(walkedRowsMin, walkedRowsPerProduct * (page.size + 1));
  const wanted = filters.flatMap((labelIds, place) => {
    const each = Math.ceil(rows / labelIds.length);
    return labelIds.map((labelId) => ({ place, labelId, rows: each }));
  });
  const { value, id, cast } = sortOfWalk(sort, selection);
  const { direction } = sort;
  const { conditions, order } = keyset(page, [
    { column: value, direction, cast },
    { column: id, direction, cast: "uuid" },
  ]);
  const [nearFirst, farFirst] = (direction === "asc") === page.backward ? ["desc", "asc"] : ["asc", "desc"];
  const near = sql.raw(nearFirst);
  const far = sql.raw(farFirst);
  const [found] = await db.execute<{ place: number; value: string | null; id: string | null }>(sql`
    select place, sort_value::text as value, id
    from (
      select distinct on (place) place, sort_value, id
      from unnest(
          ${sql.param(wanted.map(({ place }) => place))}::int[],
          ${sql.param(wanted.map(({ labelId }) => labelId))}::uuid[],
          ${sql.param(wanted.map((each) => each.rows))}::int[]
        ) as wanted(place, label_id, rows)
        left join lateral (
          select ${value} as sort_value, ${id} as id from ${selection.sold?.relation ?? sql`${listingIndex}`}
          where ${and(...selection.indexedConditions, ...conditions)}
          order by ${sql.join(order, sql`, `)} offset wanted.rows limit 1
        ) reached on true
      order by place, sort_value ${near} nulls last, id ${near}
    ) ends
    order by sort_value ${far} nulls first, id ${far} limit 1`);
  if (found === undefined) throw new Error("The statement that compares filters returned none.");
  const { place, value: end, id: endId } = found;
  return { labelIds: filters[place] ?? [], end: end === null || endId === null ? undefined : [end, endId] };
}

/** Whether few products have a number in one of the ranges: no more than a list walks. They are better found by it than met on a walk. */
export async function hasNarrowRange(db: Db, numbers: Properties["numbers"]): Promise<boolean> {
  if (numbers.length === 0) return false;
  const rows = await db.execute(sql`
    select from unnest(
        ${sql.param(numbers.map(({ attributeId }) => attributeId))}::uuid[],
        ${sql.param(numbers.map(({ min }) => min ?? "-Infinity"))}::text[],
        ${sql.param(numbers.map(({ max }) => max ?? "Infinity"))}::text[]
      ) as range(attribute_id, min, max)
    where (
      select count(*) from (
        select from ${productAttributeValues} as measured
        where measured.attribute_id = range.attribute_id and measured.number >= range.min::numeric and measured.number <= range.max::numeric
          and measured.number is not null
        limit ${walkedRowsMin + 1}::int
      ) first
    ) <= ${walkedRowsMin}::int
    limit 1`);
  return rows.length > 0;
}

/** The page as far as the position: what would be on it beyond is left out. */
export function upTo(page: Page, end: CursorValues | undefined): Page {
  if (end === undefined) return page;
  return page.backward ? { ...page, after: end } : { ...page, before: end };
}
