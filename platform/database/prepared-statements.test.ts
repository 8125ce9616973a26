import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { createDatabase } from "#test/harness/databases.ts";
import { type Database, type DatabaseOptions, openDatabase, transaction } from "./database.ts";
import { preparedShapesMax } from "./prepared-statements.ts";

type Options = Partial<DatabaseOptions>;

async function open(options: Options = {}): Promise<Database & { url: string }> {
  const { url, drop } = await createDatabase("products");
  const database = openDatabase({ url, applicationName: "test", connectionsMax: 1, ...options });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  const setup = openDatabase({ url, applicationName: "setup", connectionsMax: 1 });
  await setup.sql`CREATE TABLE things (id int PRIMARY KEY, name text NOT NULL, picture bytea DEFAULT '\\x0102')`;
  await setup.sql`INSERT INTO things SELECT n, 'thing ' || n FROM generate_series(1, 100) AS n`;
  await setup.close();
  return { ...database, url };
}

/** The texts of the statements that the pool's only connection has prepared by Drizzle. */
async function preparedTexts({ sql: driver }: Database): Promise<string[]> {
  const rows = await driver.unsafe<{ statement: string }[]>("SELECT statement FROM pg_prepared_statements");
  return rows.map(({ statement }) => statement).filter((statement) => statement.includes("things"));
}

const named = (id: number) => sql`select name from things where id = ${id}::int`;
const named2 = (mark: number) => sql`select name from things where id = 1 and ${sql.raw(String(mark))} = ${mark}::int`;

test("a statement is prepared once in each connection, with and without parameters, in transactions and outside", async () => {
  const database = await open();
  for (let id = 1; id <= 5; id += 1) {
    await database.db.execute(named(id));
    await transaction(database.db, (tx) => tx.execute(named(id)));
    await database.db.execute(sql`select count(*) from things`);
  }
  const texts = await preparedTexts(database);
  expect(texts.filter((text) => text.includes("where id"))).toHaveLength(1);
  expect(texts.filter((text) => text.includes("count(*)"))).toHaveLength(1);
  expect(database.statements.unprepared()).toBe(0);
});

test("no more than 200 shapes are prepared, and what comes beyond them still runs", async () => {
  const database = await open();
  for (let mark = 1; mark <= preparedShapesMax + 20; mark += 1) {
    expect(await database.db.execute(named2(mark))).toMatchObject([{ name: "thing 1" }]);
  }
  expect(database.statements.shapes()).toBe(preparedShapesMax);
  expect(database.statements.unprepared()).toBe(20);
  expect((await preparedTexts(database)).length).toBeLessThanOrEqual(preparedShapesMax);
});

test("without prepared statements, as PgBouncer needs it, none is left in a connection", async () => {
  const database = await open({ prepared: false });
  for (let id = 1; id <= 5; id += 1) {
    expect(await database.db.execute(named(id))).toMatchObject([{ name: `thing ${id}` }]);
  }
  expect(await preparedTexts(database)).toEqual([]);
});

test("while a table is altered under load, no statement and no transaction fails", async () => {
  const database = await open({ connectionsMax: 8 });
  const administrator = openDatabase({ url: database.url, applicationName: "administrator", connectionsMax: 1 });
  onTestFinished(() => administrator.close());
  const everything = (id: number) => sql`select * from things where id = ${id}::int`;
  const other = (id: number) => sql`select * from things where id > ${id}::int order by id limit 3`;
  const pictured = (id: number) =>
    sql`select * from things where id <= ${id}::int and picture = ${Buffer.from([1, 2])} order by id limit 1`;
  let altering = true;
  let transactions = 0;
  const load = Array.from({ length: 24 }, async (_, index) => {
    while (altering) {
      const id = 1 + (index % 100);
      if (index % 3 === 0) expect(await database.db.execute(everything(id))).toMatchObject([{ id }]);
      else if (index % 3 === 1) expect(await database.db.execute(pictured(id))).toMatchObject([{ id: 1 }]);
      else {
        await transaction(database.db, async (tx) => {
          await tx.execute(sql`select 1`);
          expect(await tx.execute(everything(id))).toHaveLength(1);
          expect(await tx.execute(other(id))).toHaveLength(3);
        });
        transactions += 1;
      }
    }
  });
  const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
  for (let round = 0; round < 8; round += 1) {
    await pause();
    await administrator.sql.unsafe(`ALTER TABLE things ADD COLUMN added_${round} text DEFAULT 'x'`);
  }
  await pause();
  altering = false;
  await Promise.all(load);
  expect(transactions).toBeGreaterThan(20);
});
