import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import type { Db } from "#platform/database/database.ts";
import { openLog } from "#platform/observability/log.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { openBrowsing } from "./browsing.ts";

/** How often the plan of a statement was made for its values, and how often it was one that is kept, on the connection that runs it. */
async function plansOf(db: Db): Promise<{ custom: number; generic: number }> {
  const statement = (name: string) => sql`select id from products where name = ${name}`;
  for (let run = 0; run < 3; run += 1) await db.execute(statement(`run ${run}`));
  const [plans] = await db.execute<{ custom: number; generic: number }>(sql`
    select custom_plans::int as custom, generic_plans::int as generic from pg_prepared_statements
    where statement like 'select id from products where name = %'`);
  if (plans === undefined) throw new Error("The statement was not prepared.");
  return plans;
}

async function addProducts(db: Db, count: number): Promise<void> {
  await db.execute(sql`
    insert into products (id, slug, name, status, currency, price_min, price_max, created_at, updated_at)
    select gen_random_uuid(), gen_random_uuid(), 'Lamp', 'DRAFT', 'USD', 100, 100, now(), now() from generate_series(1, ${count}::int)`);
}

test("plans are kept while the catalogue is small, and made for each request once it is not", async () => {
  const home = await createDatabase("products");
  onTestFinished(() => home.drop());
  const browsing = openBrowsing({
    url: home.url,
    applicationName: "test",
    connectionsMax: 1,
    countsKeptMs: 0,
    pauseMs: 20,
    log: openLog("test", "silent"),
  });
  onTestFinished(() => browsing.close());
  const { db: large } = browsing.now();
  await expect.poll(() => browsing.now().db).not.toBe(large);
  const { db: small } = browsing.now();
  expect(await plansOf(small)).toEqual({ custom: 0, generic: 3 });
  await addProducts(large, 1_000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(browsing.now().db).toBe(small);
  await addProducts(large, 1);
  await expect.poll(() => browsing.now().db).toBe(large);
  expect(await plansOf(large)).toEqual({ custom: 3, generic: 0 });
  await large.execute(sql`delete from products`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(browsing.now().db).toBe(large);
});
