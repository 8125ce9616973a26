import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { z } from "zod";
import { ApiError } from "../shop/api-error.ts";
import { isDay } from "../shop/date-time.ts";
import { pageSizeDefault, pageSizeMax } from "../shop/limits.ts";

/** A connection's paging arguments. */
export type PageArguments = {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
};

/** The sort values of a row, its id last: the position of a cursor. */
export type CursorValues = readonly (string | number)[];

/** A requested page. */
export type Page = {
  /** The number of rows. Read one more, so that {@link connection} knows whether there are more. */
  readonly size: number;
  /** Rows are read from the end, in reverse order; {@link connection} turns them round. */
  readonly backward: boolean;
  readonly after: CursorValues | undefined;
  readonly before: CursorValues | undefined;
  /** The name of the sort; a cursor of another sort is rejected. */
  readonly sort: string;
};

const cursorCharactersMax = 2_000;

const cursorContent = z.tuple([z.string()]).rest(z.union([z.string(), z.number()]));

/**
 * Parses a connection's arguments.
 *
 * @param sort names the list and what its rows are sorted by, direction included, such as "products:price:asc"; no other list has the same name.
 * @param valuesCount how many values a cursor of this sort has.
 * @throws {ApiError} BAD_USER_INPUT for sizes out of 0 to 100, `first` with `last`, and cursors that are not this list's.
 */
export function readPage(
  args: PageArguments,
  sort: string,
  valuesCount: number,
  sizes: { default?: number; max?: number } = {},
): Page {
  const { first, last } = args;
  const sizeMax = sizes.max ?? pageSizeMax;
  const given = (value: number | null | undefined): value is number => value !== null && value !== undefined;
  if (given(first) && given(last)) throw new ApiError("BAD_USER_INPUT", "Use `first` or `last`, not both.");
  for (const [name, value] of [["first", first] as const, ["last", last] as const]) {
    if (given(value) && (value < 0 || value > sizeMax)) {
      throw new ApiError("BAD_USER_INPUT", `\`${name}\` must be from 0 to ${sizeMax}.`, { maximum: sizeMax });
    }
  }
  return {
    size: first ?? last ?? sizes.default ?? pageSizeDefault,
    backward: given(last),
    after: readCursor("after", args.after, sort, valuesCount),
    before: readCursor("before", args.before, sort, valuesCount),
    sort,
  };
}

function readCursor(
  name: string,
  cursor: string | null | undefined,
  sort: string,
  valuesCount: number,
): CursorValues | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  try {
    if (cursor.length > cursorCharactersMax) throw new Error("overlong");
    const [cursorSort, ...values] = cursorContent.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    if (cursorSort !== sort || values.length !== valuesCount) throw new Error("of another list");
    return values;
  } catch (error) {
    throw new ApiError("BAD_USER_INPUT", `\`${name}\` is not a cursor of this list.`, {}, error);
  }
}

/**
 * One column of a sort. The last one must be unique, so that ties have an order. `cast` is the column's Postgres type;
 * a timestamp column needs precision 3: a cursor carries milliseconds, and a row with a finer value would be repeated or skipped.
 */
export type SortColumn = { readonly column: SQLWrapper; readonly direction: "asc" | "desc"; readonly cast: string };

/**
 * The conditions and the order that select a page: `WHERE` the conditions, `ORDER BY` the order, `LIMIT size + 1`. No column may be null.
 * With one direction throughout the condition is a row comparison, which an index on the columns serves without a sort.
 */
export function keyset(page: Page, columns: readonly SortColumn[]): { conditions: SQL[]; order: SQL[] } {
  const conditions = [
    ...(page.after === undefined ? [] : [beyond(columns, page.after, false)]),
    ...(page.before === undefined ? [] : [beyond(columns, page.before, true)]),
  ];
  const order = columns.map(({ column, direction }) =>
    (direction === "asc") === page.backward ? sql`${column} desc` : sql`${column} asc`,
  );
  return { conditions, order };
}

function beyond(columns: readonly SortColumn[], values: CursorValues, reverse: boolean): SQL {
  const typed = columns.map(({ cast }, index) => sql`${comparable(values[index], cast)}::${sql.raw(cast)}`);
  const directions = new Set(columns.map(({ direction }) => direction));
  const sign = (direction: "asc" | "desc") => sql.raw((direction === "asc") === reverse ? "<" : ">");
  const [only] = directions;
  if (directions.size === 1 && only !== undefined) {
    const row = sql.join(
      columns.map(({ column }) => sql`${column}`),
      sql`, `,
    );
    return sql`(${row}) ${sign(only)} (${sql.join(typed, sql`, `)})`;
  }
  const steps = columns.map(({ column, direction }, index) => {
    const ties = columns.slice(0, index).map((earlier, at) => sql`${earlier.column} = ${typed[at]}`);
    return sql`(${sql.join([...ties, sql`${column} ${sign(direction)} ${typed[index]}`], sql` and `)})`;
  });
  return sql`(${sql.join(steps, sql` or `)})`;
}

const time = /^(?!0000)\d{4}-\d\d-\d\d[T ]([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)$/;
const real = /^-?\d{1,9}(\.\d{1,20})?(e[+-]?\d{1,2})?$/;

/** By column type: whether Postgres accepts the text as a value of it. */
const forms: Readonly<Record<string, (value: string) => boolean>> = {
  text: (value) => !value.includes("\0"),
  uuid: (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
  timestamptz: (value) => time.test(value) && isDay(value.slice(0, 10)),
  bigint: (value) => /^-?\d{1,18}$/.test(value),
  int: (value) => /^-?\d{1,9}$/.test(value),
  real: (value) => real.test(value) && isSinglePrecision(Number(value)),
};

/** Postgres rejects values that overflow or underflow. */
function isSinglePrecision(value: number): boolean {
  const single = Math.fround(value);
  return Number.isFinite(single) && (single !== 0 || value === 0);
}

/** A forged cursor can hold any JSON. A value that its column cannot be compared with is the caller's mistake, not a failed statement. */
function comparable(value: string | number | undefined, cast: string): string | number {
  const isForm = forms[cast];
  if (isForm === undefined) throw new Error(`Cursors of type ${cast} are not supported.`);
  if (value !== undefined && isForm(String(value))) return value;
  throw new ApiError("BAD_USER_INPUT", "The cursor is not one of this list.");
}

/** A Relay connection. Add `totalCount` and the like as functions, so that they cost nothing unless selected. */
export type Connection<Row> = {
  edges: { cursor: string; node: Row }[];
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
};

/**
 * Makes the connection of a page.
 *
 * @param rows up to `page.size + 1` rows in the order that {@link keyset} gave.
 */
export function connection<Row>(
  page: Page,
  rows: readonly Row[],
  cursorValues: (row: Row) => CursorValues,
): Connection<Row> {
  const more = rows.length > page.size;
  const kept = rows.slice(0, page.size);
  if (page.backward) kept.reverse();
  const edges = kept.map((node) => ({ cursor: writeCursor(page.sort, cursorValues(node)), node }));
  return {
    edges,
    nodes: kept,
    pageInfo: {
      hasNextPage: page.backward ? page.before !== undefined : more,
      hasPreviousPage: page.backward ? more : page.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function writeCursor(sort: string, values: CursorValues): string {
  return Buffer.from(JSON.stringify([sort, ...values])).toString("base64url");
}
