import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";

/**
 * Whether a column has one of the values. Unlike `inArray` it binds them as one parameter, so that the statement has the same text, and is prepared
 * once, however many there are.
 */
export function isAnyOf(column: PgColumn, values: readonly (string | number | bigint)[]): SQL {
  return sql`${column} = any(${sql.param(values)}::${sql.raw(column.getSQLType())}[])`;
}
