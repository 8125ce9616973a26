import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Change, CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildASTSchema, type GraphQLSchema, parse } from "graphql";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";

const folder = path.join(import.meta.dirname, "../schema");

/**
 * `npm run schema:diff` names the breaking changes of the contracts since the last release, whose files are
 * `schema/released/<subgraph>.graphql`, and exits with 1 when there is one. With `--all` it lists every change.
 */
async function main(): Promise<number> {
  const all = process.argv.includes("--all");
  let breaking = 0;
  for (const subgraph of subgraphs) {
    for (const change of await changesOf(subgraph)) {
      const breaks = change.criticality.level === CriticalityLevel.Breaking;
      if (breaks) breaking += 1;
      if (breaks || all) console.log(`${subgraph}: ${breaks ? "breaking: " : ""}${change.message}`);
    }
  }
  console.log(breaking === 0 ? "No breaking changes since the last release." : `${breaking} breaking changes.`);
  return breaking === 0 ? 0 : 1;
}

async function changesOf(subgraph: Subgraph): Promise<Change[]> {
  const [released, current] = await Promise.all([
    readContract(`released/${subgraph}.graphql`),
    readContract(`${subgraph}.graphql`),
  ]);
  return diff(released, current);
}

/** Directives of Federation are imported by `@link` and not defined in the file, so the file is not validated here. */
async function readContract(file: string): Promise<GraphQLSchema> {
  return buildASTSchema(parse(await readFile(path.join(folder, file), "utf8")), { assumeValidSDL: true });
}

process.exitCode = await main();
