import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Translations } from "#drizzle/products/tables.ts";

/** The new value of a column of translations: with the text in the language, or without any for null. Undefined: as it is. */
export function withTranslation(
  column: PgColumn,
  language: string,
  text: string | null | undefined,
): SQL<Translations> {
  if (text === undefined) return sql`${column}`;
  return text === null
    ? sql`${column} - ${language}::text`
    : sql`${column} || jsonb_build_object(${language}::text, ${text}::text)`;
}
