import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { bySubgraph, type Subgraph, subgraphs } from "#schema/subgraphs.ts";

/** The variable that holds the URL of a subgraph's database. */
export function databaseVariable(subgraph: Subgraph): `${Uppercase<Subgraph>}_DATABASE_URL` {
  return `${subgraph.toUpperCase() as Uppercase<Subgraph>}_DATABASE_URL`;
}

/**
 * Returns the databases that the environment names, by subgraph; undefined when it names none.
 *
 * @throws {Error} when it names only some of them, which is a mistake.
 */
export function givenDatabases(source: Record<string, unknown>): Record<Subgraph, string> | undefined {
  const missing = subgraphs.map(databaseVariable).filter((variable) => !source[variable]);
  if (missing.length === subgraphs.length) return undefined;
  if (missing.length === 0) return bySubgraph((subgraph) => String(source[databaseVariable(subgraph)]));
  throw new Error(
    `${missing.join(" and ")} must be set too: set every database, or none to use the built-in Postgres.`,
  );
}

/** Where `npm start` writes the URLs of its own databases while it runs, for the commands beside it. */
export function databaseUrlsFile(dataDirectory: string): string {
  return path.join(dataDirectory, "databases.json");
}

/**
 * The databases that operators' commands work on: those that the environment names, or those of the shop that runs on this machine.
 *
 * @param root the checkout, which a relative DATA_DIRECTORY is below.
 * @throws {Error} when there are none.
 */
export async function runningDatabases(
  source: Record<string, string | undefined>,
  root: string,
): Promise<Record<Subgraph, string>> {
  const given = givenDatabases(source);
  if (given !== undefined) return given;
  const file = databaseUrlsFile(path.resolve(root, source.DATA_DIRECTORY || ".data"));
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error("No shop runs on this machine. Start it, or set every …_DATABASE_URL variable.");
  });
  const urls = z.record(z.string(), z.string()).parse(JSON.parse(text));
  return bySubgraph((subgraph) => z.string().parse(urls[subgraph]));
}
