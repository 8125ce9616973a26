import { type SQL, sql } from "drizzle-orm";
import { bigint, customType, type PgColumn, timestamp } from "drizzle-orm/pg-core";

/** To the millisecond, as clients see it: a cursor then stands exactly where its row stands. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

/** An amount in the minor units of its currency. */
export const minorUnits = (name: string) => bigint(name, { mode: "bigint" });

/** A document that text is searched in. */
export const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

/** The condition that a column holds one of these texts, for a check constraint. */
export const oneOf = (column: PgColumn, values: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(", "))})`;
