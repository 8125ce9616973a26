import { sql } from "drizzle-orm";
import { bigint, PgDialect, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "#test/harness/databases.ts";
import { builtOnce, constantPart, readColumns } from "./built-once.ts";
import { type Database, openDatabase } from "./database.ts";

let created: Awaited<ReturnType<typeof createDatabase>>;
let pool: Database;

beforeAll(async () => {
  created = await createDatabase("products");
  pool = openDatabase({ url: created.url, applicationName: "built", connectionsMax: 1 });
});
afterAll(async () => {
  await pool.close();
  await created.drop();
});

test("what is built once has the text and the values of what is built anew, alone and within another statement", async () => {
  const statement = (ids: unknown, least: unknown) =>
    sql`select n, ${"always"}::text as word from unnest(${ids}::int[]) as n where n >= ${least}::int and n <> ${-1}::int`;
  const once = builtOnce<"ids" | "least">(statement(sql.placeholder("ids"), sql.placeholder("least")));
  const dialect = new PgDialect();
  for (const [ids, least] of [
    [[1, 2, 3], 2],
    [[], 0],
    [[7], 7],
  ] as const) {
    const anew = statement(sql.param(ids), least);
    expect(dialect.sqlToQuery(once({ ids, least }))).toEqual(dialect.sqlToQuery(anew));
    const within = (part: typeof anew) =>
      sql`select * from (${part}) part where word = ${"always"}::text and n < ${9}::int`;
    expect(dialect.sqlToQuery(within(once({ ids, least })))).toEqual(dialect.sqlToQuery(within(anew)));
    expect([...(await pool.db.execute(within(once({ ids, least }))))]).toEqual([
      ...(await pool.db.execute(within(anew))),
    ]);
  }
  const constant = constantPart(sql`select ${1}::int as one`);
  expect([...(await pool.db.execute(constant))]).toEqual([{ one: 1 }]);
});

test("columns that `execute` reads are what Drizzle's select returns, from rows and from JSON", async () => {
  const things = pgTable("things", {
    name: text("the_name").notNull(),
    tags: text().array().notNull(),
    price: bigint("price_minor", { mode: "bigint" }).notNull(),
    madeAt: timestamp("made_at", { withTimezone: true, precision: 3 }),
  });
  const row = readColumns<typeof things.$inferSelect>(
    { name: things.name, tags: things.tags, price: things.price, madeAt: things.madeAt },
    { name: things.name, tags: things.tags, price: things.price, madeAt: things.madeAt },
  );
  await pool.db.execute(sql`
    create table things (the_name text not null, tags text[] not null, price_minor bigint not null, made_at timestamptz(3))`);
  await pool.db.insert(things).values([
    { name: "Chair", tags: ["a", 'b"'], price: 9_007_199_254_740_993n, madeAt: new Date("2026-11-30T11:12:13.456Z") },
    { name: "Table", tags: [], price: 0n, madeAt: null },
  ]);
  const selected = await pool.db.select().from(things).orderBy(things.name);
  const rows = await pool.db.execute(sql`select ${row.list} from ${things} order by ${things.name}`);
  expect(rows.map(row.read)).toEqual(selected);
  const [json] = await pool.db.execute<{ all: Record<string, unknown>[] }>(sql`
    select json_agg(each) as all from (select ${row.list} from ${things} where ${things.price} = 0) each`);
  expect(json?.all.map(row.read)).toEqual(selected.slice(1));
});
