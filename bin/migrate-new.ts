import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";
import { migrationsDirectory } from "#drizzle/migrate.ts";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";

/**
 * `npm run migrate:new -- products` writes the next migration of a subgraph: what its tables.ts has and the last
 * migration's snapshot has not. A further word names the file (`npm run migrate:new -- products stock-ledger`), and with
 * `--custom` it is empty, for SQL that tables.ts cannot say, such as an extension or a trigger.
 */
function main(): number {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { custom: { type: "boolean" } } });
  const [wanted, name] = positionals;
  const subgraph = subgraphs.find((known) => known === wanted);
  if (subgraph === undefined) {
    console.error(`Say which subgraph's: npm run migrate:new -- ${subgraphs.join(" | ")}`);
    return 2;
  }
  return generate(subgraph, name, values.custom === true);
}

function generate(subgraph: Subgraph, name: string | undefined, custom: boolean): number {
  const root = path.join(import.meta.dirname, "..");
  const kit = path.join(path.dirname(createRequire(import.meta.url).resolve("drizzle-kit")), "bin.cjs");
  // drizzle-kit takes paths relative to where it runs, and absolute ones only in part.
  const words = [
    kit,
    "generate",
    "--dialect=postgresql",
    `--schema=./${path.relative(root, path.join(root, "drizzle", subgraph, "tables.ts"))}`,
    `--out=./${path.relative(root, migrationsDirectory(subgraph))}`,
    ...(name === undefined ? [] : [`--name=${name}`]),
    ...(custom ? ["--custom"] : []),
  ];
  return spawnSync(process.execPath, words, { cwd: root, stdio: "inherit" }).status ?? 1;
}

process.exitCode = main();
