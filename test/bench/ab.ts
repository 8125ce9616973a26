import { mkdtemp } from "node:fs/promises";
import { sql, getTableColumns } from "drizzle-orm";
import { ensureDatabase, startPostgres } from "#deploy/local/postgres.ts";
import { migrateDatabase } from "#drizzle/migrate.ts";
import { products, variants } from "#drizzle/products/tables.ts";
import { openDatabase } from "#platform/database/database.ts";
import { productColumns, readProducts } from "#subgraphs/products/catalogue/product.ts";
import { variantColumns } from "#subgraphs/products/catalogue/variant.ts";
import { fillCatalogue } from "./catalogue-data.ts";
const server = await startPostgres({ directory: await mkdtemp("/tmp/ab-"), whenParentEnds: "remove", settings: { fsync: "off", jit: "off" } });
const url = await ensureDatabase(server, "products");
await migrateDatabase("products", url);
await fillCatalogue(url, 3000, () => {});
const { db, close } = openDatabase({ url, applicationName: "ab", connectionsMax: 1 });
const { search: _s, ...plain } = getTableColumns(products);
const page = (cols: any) => db.select(cols).from(products).innerJoin(sql`(select id as listed_id, row_number() over (order by created_at desc) as place from products where status = 'ACTIVE' order by created_at desc limit 21) listed`, sql`listed.listed_id = ${products.id}`).orderBy(sql`listed.place`);
const vplain = { ...getTableColumns(variants), currency: products.currency };
const ids = (await db.select({ id: products.id }).from(products).limit(20)).map((r) => r.id);
const vs = (cols: any) => db.select(cols).from(variants).innerJoin(products, sql`${products.id} = ${variants.productId}`).where(sql`${variants.productId} = any(${sql.param(ids)}::uuid[])`);
const time: Record<string, number[]> = {};
const run = async (name: string, f: () => Promise<unknown>) => { const t = performance.now(); await f(); (time[name] ??= []).push(performance.now() - t); };
for (let i = 0; i < 600; i += 1) {
  await run("page plain", () => page(plain)); await run("page now", () => page(productColumns));
  await run("variants plain", () => vs(vplain)); await run("variants now", () => vs(variantColumns));
}
for (const [k, v] of Object.entries(time)) { v.sort((a, b) => a - b); console.log(k, "median", v[300]?.toFixed(2), "p10", v[60]?.toFixed(2)); }
await close(); await server.remove();
