import { readFile } from "node:fs/promises";
import type { GraphQLSchema } from "graphql";
import { clientFiles } from "./client.ts";
import { composeSupergraph, readSubgraphs } from "./compose.ts";
import { resolverTypes } from "./resolver-types.ts";

/** A generated file: its path from the root of the repository, and its content. */
export interface Output {
  readonly path: string;
  readonly content: string;
}

/** Returns every file that is generated from the contracts, the schema that clients see, and the composer's hints. The same contracts always give the same files. */
export async function outputs(): Promise<{ files: Output[]; api: GraphQLSchema; hints: readonly string[] }> {
  const subgraphs = readSubgraphs();
  const { supergraph, supergraphForRouters, api, hints } = composeSupergraph(subgraphs);
  const files = [
    { path: "schema/generated/supergraph.graphql", content: supergraph },
    { path: "schema/generated/supergraph.router.graphql", content: supergraphForRouters },
  ];
  for (const subgraph of subgraphs) {
    files.push({ path: `schema/generated/${subgraph.name}.ts`, content: await resolverTypes(subgraph) });
  }
  files.push(...(await clientFiles(api, subgraphs)));
  return { files, api, hints };
}

/** Returns the paths of the files whose content on disk differs. */
export async function staleFiles(files: readonly Output[]): Promise<string[]> {
  const onDisk = await Promise.all(files.map(({ path }) => readFile(absolute(path), "utf8").catch(() => undefined)));
  return files.filter(({ content }, index) => content !== onDisk[index]).map(({ path }) => path);
}

/** Returns the location of an {@link Output} on disk. */
export function absolute(path: string): URL {
  return new URL(`../../${path}`, import.meta.url);
}
