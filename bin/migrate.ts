import { parseArgs } from "node:util";
import { migrateDatabase, migrationStatus } from "#drizzle/migrate.ts";
import { subgraphs } from "#schema/subgraphs.ts";

const usage = `npm run migrate            applies the missing migrations to the databases in <SUBGRAPH>_DATABASE_URL
npm run migrate -- status  lists the migrations, and those of a newer version that a database has`;

/** `npm run migrate` brings the databases up to date; `npm run migrate -- status` shows what they lack. */
async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [command = "apply"] = positionals;
  if (command !== "apply" && command !== "status") {
    console.error(usage);
    return 2;
  }
  const databases = subgraphs.map((subgraph) => {
    const name = `${subgraph.toUpperCase()}_DATABASE_URL`;
    const url = process.env[name];
    if (!url) throw new Error(`${name} is not set. Set it to the URL of the ${subgraph} database.`);
    return { subgraph, url };
  });
  for (const { subgraph, url } of databases) {
    if (command === "apply") {
      const applied = await migrateDatabase(subgraph, url);
      console.log(`${subgraph}: ${applied.length === 0 ? "up to date" : `applied ${applied.join(", ")}`}`);
      continue;
    }
    const { migrations, unknown } = await migrationStatus(subgraph, url);
    if (migrations.length === 0) console.log(`${subgraph}: no migrations`);
    for (const { tag, applied } of migrations) console.log(`${subgraph}: ${applied ? "applied" : "missing"} ${tag}`);
    for (const at of unknown) {
      console.log(`${subgraph}: ahead of this version by a migration generated ${at.toISOString()}`);
    }
  }
  return 0;
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message);
  return 1;
});
