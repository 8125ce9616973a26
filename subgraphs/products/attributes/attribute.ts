import { asc, sql } from "drizzle-orm";
import { attributeChoices, attributes } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { AttributeId } from "#platform/shop/ids.ts";
import { attributesMax } from "../shared/limits.ts";

/** A row of `attribute_choices`. */
export type Choice = typeof attributeChoices.$inferSelect;

/** A row of `attributes` with its choices in display order. */
export type Attribute = typeof attributes.$inferSelect & { readonly choices: readonly Choice[] };

/** All attributes in the order in which they were created, at most 200. */
export async function listAttributes(db: Db): Promise<Attribute[]> {
  return withChoices(db, await db.select().from(attributes).orderBy(asc(attributes.id)).limit(attributesMax));
}

/** Reads the attributes with these ids, in any order. */
export async function readAttributes(db: Db, ids: readonly AttributeId[]): Promise<Attribute[]> {
  const rows = await db
    .select()
    .from(attributes)
    .where(sql`${attributes.id} = any(${sql.param(ids)}::uuid[])`);
  return withChoices(db, rows);
}

/** Reads the attributes with these codes, in any order. */
export async function readAttributesByCode(db: Db, codes: readonly string[]): Promise<Attribute[]> {
  const rows = await db
    .select()
    .from(attributes)
    .where(sql`${attributes.code} = any(${sql.param(codes)}::text[])`);
  return withChoices(db, rows);
}

/** Adds their choices to attributes. */
export async function withChoices(db: Db, rows: readonly (typeof attributes.$inferSelect)[]): Promise<Attribute[]> {
  const ids = rows.filter(({ kind }) => kind === "CHOICE").map(({ id }) => id);
  const choices =
    ids.length === 0
      ? []
      : await db
          .select()
          .from(attributeChoices)
          .where(sql`${attributeChoices.attributeId} = any(${sql.param(ids)}::uuid[])`)
          .orderBy(asc(attributeChoices.position), asc(attributeChoices.id));
  const byAttribute = Map.groupBy(choices, ({ attributeId }) => attributeId);
  return rows.map((row) => ({ ...row, choices: byAttribute.get(row.id) ?? [] }));
}
