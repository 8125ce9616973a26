import { expect, test } from "vitest";
import { openDatabase } from "#platform/database/database.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { putDemoData } from "./orders.ts";

test("the demo data of orders are VAT rates and shipping methods, put in once and never over settings that staff changed", async () => {
  await using database = await createDatabase("orders");
  const { db, sql, close } = openDatabase({ url: database.url, applicationName: "test", connectionsMax: 1 });
  await putDemoData(db);
  await putDemoData(db);
  const count = async () => ({
    ...(
      await sql`select count(*)::int as rates, min(name) filter (where country = 'FI' and tax_class = 'standard') as finland from tax_rates`
    )[0],
    ...(await sql`select count(*)::int as methods from shipping_methods`)[0],
  });
  expect(await count()).toEqual({ rates: 53, finland: "VAT 25.5%", methods: 2 });
  await sql`update tax_rates set replaced_revision = 2`;
  await sql`update settings_revision set revision = 2`;
  await putDemoData(db);
  expect(await count()).toMatchObject({ rates: 53 });
  await close();
});
