import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { migrateDatabase, migrationsDirectory } from "#drizzle/migrate.ts";
import type { Subgraph } from "#schema/subgraphs.ts";

/** Empties a subgraph's database and applies its migrations up to one, as in a shop whose last release had no later ones. */
export async function migrateUntil(subgraph: Subgraph, url: string, last: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const schemas = await sql<{ name: string }[]>`
    select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`;
  for (const { name } of schemas) await sql`drop schema ${sql(name)} cascade`;
  await sql`create schema public`;
  await sql.end();
  const directory = await mkdtemp(path.join(tmpdir(), "agora-migrations-"));
  try {
    await cp(migrationsDirectory(subgraph), directory, { recursive: true });
    const file = path.join(directory, "meta/_journal.json");
    const journal: { entries: { tag: string }[] } = JSON.parse(await readFile(file, "utf8"));
    const count = journal.entries.findIndex(({ tag }) => tag === last) + 1;
    if (count === 0) throw new Error(`${subgraph} has no migration ${last}.`);
    await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }));
    await migrateDatabase(subgraph, url, directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}
