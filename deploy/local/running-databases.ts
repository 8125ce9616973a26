import { readFile } from "node:fs/promises";
import path from "node:path";
import { bySubgraphAsync, type Subgraph } from "#schema/subgraphs.ts";
import { type Environment, givenDatabases } from "./environment.ts";
import { homeElsewhere } from "./postgres-binaries.ts";

/**
 * The databases of the shop that runs on this machine, for commands beside it: those that the environment gives, or those of the Postgres that
 * `npm start` keeps under the data directory.
 *
 * @throws {Error} when no Postgres runs there.
 */
export async function runningDatabases(env: Environment, root: string): Promise<Record<Subgraph, string>> {
  const given = givenDatabases(env);
  if (given !== undefined) return given;
  const directory = path.resolve(root, env.DATA_DIRECTORY, "postgres");
  const port = await runningPort(directory);
  return await bySubgraphAsync(async (name) => {
    const password = (await readFile(path.join(directory, "passwords", name), "utf8")).trim();
    return `postgres://${name}:${password}@127.0.0.1:${port}/${name}`;
  });
}

async function runningPort(directory: string): Promise<number> {
  for (const home of [directory, homeElsewhere(directory)]) {
    const lines = await readFile(path.join(home, "data", "postmaster.pid"), "utf8").catch(() => "");
    // Postgres's own format: the process, the data directory, the time of the start, the port.
    const port = Number(lines.split("\n")[3]);
    if (Number.isInteger(port) && port > 0) return port;
  }
  throw new Error(`No Postgres runs below ${directory}. Start the shop, or set every …_DATABASE_URL variable.`);
}
