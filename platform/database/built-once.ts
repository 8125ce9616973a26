import { Placeholder, SQL, StringChunk, sql } from "drizzle-orm";
import { type PgColumn, PgDialect } from "drizzle-orm/pg-core";

// Drizzle builds the text of a statement anew each time that it runs, from hundreds of pieces for a list of columns alone. What is always the same is
// built here once, when its module is loaded, and is a single piece of the statements that contain it.

const mark = "\u0001";

/** Writes a mark in the place of each parameter. */
class MarkingDialect extends PgDialect {
  override escapeParam(): string {
    return mark;
  }
}

const dialect = new MarkingDialect();

/**
 * Builds a statement, or a part of one, whose only changing values are placeholders.
 *
 * @returns makes it with the values of the placeholders; an array is one parameter.
 */
export function builtOnce<Name extends string>(built: SQL): (values: Readonly<Record<Name, unknown>>) => SQL {
  const { sql: text, params } = dialect.sqlToQuery(built);
  const [first = "", ...others] = text.split(mark);
  const start = new StringChunk(first);
  const rest = others.map((piece, index) => ({ param: params[index], piece: new StringChunk(piece) }));
  return (values) => {
    const made = new SQL([start]);
    for (const { param, piece } of rest) {
      const value = param instanceof Placeholder ? Reflect.get(values, param.name) : param;
      made.queryChunks.push(sql.param(value), piece);
    }
    return made;
  };
}

/** Builds a part of a statement that is always the same. */
export function constantPart(built: SQL): SQL {
  return builtOnce<never>(built)({});
}

/** Columns as `execute` reads them. */
export type ReadColumns<Row> = {
  /** The columns, each under the name of its field. */
  readonly list: SQL;
  /** Makes the row of what the driver read, or of an object of a JSON array. Further fields stay as they are. */
  readonly read: (given: Readonly<Record<string, unknown>>) => Row;
};

/** The driver reads values of these types as they are. */
const plain: ReadonlySet<string> = new Set([
  ...["PgUUID", "PgText", "PgInteger", "PgSmallInt", "PgBoolean", "PgJsonb", "PgArray"],
]);

/**
 * Makes the columns of statements that are run with `execute`.
 *
 * @param expressions by the names of the fields.
 * @param types by the names of the fields, the columns whose types the expressions have.
 */
export function readColumns<Row extends object>(
  expressions: { readonly [Name in keyof Row]: PgColumn | SQL },
  types: { readonly [Name in keyof Row]: PgColumn },
): ReadColumns<Row> {
  const list = Object.entries<PgColumn | SQL>(expressions).map(
    ([name, expression]) => sql`${expression} as ${sql.identifier(name)}`,
  );
  const mapped = Object.entries<PgColumn>(types).filter(([, { columnType }]) => !plain.has(columnType));
  return {
    list: constantPart(sql.join(list, sql`, `)),
    read: (given) => {
      const row: Record<string, unknown> = { ...given };
      for (const [name, column] of mapped) {
        const value = row[name];
        if (value !== null) row[name] = column.mapFromDriverValue(value);
      }
      return row as Row;
    },
  };
}
