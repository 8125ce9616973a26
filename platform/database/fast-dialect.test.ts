import { and, asc, eq, exists, gt, inArray, not, or, type SQL, sql } from "drizzle-orm";
import {
  alias,
  bigint,
  jsonb,
  PgDialect,
  pgEnum,
  pgSchema,
  pgTable,
  pgView,
  QueryBuilder,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { drizzle, PostgresJsDatabase, PostgresJsSession } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { expect, test } from "vitest";
import { isAnyOf } from "./any-of.ts";
import { builtOnce } from "./built-once.ts";
import { FastDialect } from "./fast-dialect.ts";

const color = pgEnum("color", ["RED", "BLUE"]);
const things = pgTable("the_things", {
  id: uuid().primaryKey(),
  name: text("the_name").notNull().default("none"),
  color: color().notNull(),
  price: bigint("price_minor", { mode: "bigint" }).notNull(),
  facts: jsonb().notNull(),
  madeAt: timestamp("made_at", { withTimezone: true, mode: "date" }).defaultNow(),
});
const parts = pgSchema("storage").table('odd"parts', {
  id: uuid().primaryKey(),
  thingId: uuid("thing_id").notNull(),
});
const cheap = pgView("cheap").as((builder) => builder.select().from(things).where(gt(things.price, 5n)));

const builder = new QueryBuilder();
const other = alias(things, "other");
const thing = {
  id: "0196b1c5-0000-7000-8000-000000000001",
  color: "RED" as const,
  price: 7n,
  facts: { of: ["it", null] },
  madeAt: new Date("2026-11-30T11:12:13.456Z"),
};
const once = builtOnce<"name">(
  sql`select ${things.id} from ${things} where ${things.name} = ${sql.placeholder("name")}`,
);

const statementsOf = (db: PostgresJsDatabase<Record<string, never>>): Readonly<Record<string, { getSQL(): SQL }>> => {
  const recent = db.$with("recent").as(db.select({ id: things.id }).from(things).where(eq(things.name, "new")));
  const priced = db
    .select({ id: things.id, twice: sql<bigint>`${things.price} * ${2n}`.as("twice") })
    .from(things)
    .as("priced");
  return {
    "a select": db.select().from(things).where(eq(things.id, thing.id)).orderBy(asc(things.name)).limit(3),
    "joins of a schema's table and of an alias": db
      .select({ id: things.id, part: parts, count: sql<number>`count(*)`.as("count") })
      .from(things)
      .innerJoin(parts, eq(parts.thingId, things.id))
      .leftJoin(other, and(eq(other.id, things.id), not(eq(other.name, 'a "name"')))),
    "columns between other fields": db
      .update(things)
      .set({ name: "x" })
      .from(other)
      .returning({
        one: sql<number>`1`,
        id: things.id,
        name: things.name,
        twice: priced.twice,
        before: other,
        two: sql`${2}`,
      }),
    "a subquery and a list": db
      .select({ id: priced.id, twice: priced.twice })
      .from(priced)
      .where(or(inArray(priced.id, [thing.id, thing.id]), gt(priced.twice, 3n))),
    "a query within a condition": db
      .select()
      .from(things)
      .where(and(exists(db.select().from(parts)), inArray(things.id, builder.select({ id: parts.id }).from(parts)))),
    "a common table expression": db
      .with(recent)
      .update(things)
      .set({ name: sql`${things.name} || ${"!"}` })
      .where(inArray(things.id, db.select({ id: recent.id }).from(recent)))
      .returning({ id: things.id }),
    "an insert": db
      .insert(things)
      .values([thing, { ...thing, name: "b" }])
      .returning(),
    "an insert with a conflict": db
      .insert(things)
      .values(thing)
      .onConflictDoUpdate({
        target: [things.id, things.name],
        set: { price: sql`${things.price} + ${1}`, madeAt: null },
        setWhere: sql`${things.price} < ${9n}`,
      }),
    "an update of another table's rows": db.update(things).set(thing).from(parts).where(eq(parts.thingId, things.id)),
    "a delete": db
      .delete(parts)
      .where(isAnyOf(parts.id, [thing.id]))
      .returning(),
    "a locked select": db
      .select({ one: sql`1` })
      .from(things)
      .for("update", { skipLocked: true })
      .limit(sql.placeholder("most")),
    "a union": db
      .select()
      .from(things)
      .union(db.select().from(things).where(eq(things.color, "BLUE"))),
    "a view": db.select().from(cheap),
    "raw values": sql`select ${null}, ${undefined}, ${1}, ${1n}, ${true}, ${thing.madeAt}, ${Buffer.from("x")}, ${sql.param([1, 2])}, ${["a", 2]}, ${sql.raw("now()")}, ${color}`,
    "inlined values": sql`select ${sql`${"it's"} as ${sql.identifier('a"b')}`.inlineParams()}, ${2}`,
    "what was built once": sql`select * from (${once({ name: "chair" })}) as one where ${sql.param(thing.facts, things.facts)} is not null`,
    "a condition that is left out": sql`select ${sql`1`.if(false)} ${sql.empty()} ${sql.join([sql`a`, sql`b`], sql`, `)}`,
  };
};

const client = postgres("postgres://localhost/none");
const fastDialect = new FastDialect();
const fastDb = new PostgresJsDatabase(fastDialect, new PostgresJsSession(client, fastDialect, undefined), undefined);
const expected = Object.entries(statementsOf(drizzle({ client })));

test.each(expected)(
  "%s has the text and the values that Drizzle gives it, the first time and again",
  (name, statement) => {
    const { sql: written, params } = new PgDialect().sqlToQuery(statement.getSQL());
    expect(new FastDialect().sqlToQuery(statement.getSQL())).toMatchObject({ sql: written, params });
    for (const _time of [1, 2]) {
      const again = statementsOf(fastDb)[name]?.getSQL();
      expect(again && fastDialect.sqlToQuery(again)).toMatchObject({ sql: written, params });
    }
  },
);
