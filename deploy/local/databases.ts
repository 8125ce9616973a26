import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { migrateDatabase } from "#drizzle/migrate.ts";
import { databaseUrlsFile, givenDatabases } from "#platform/config/database-urls.ts";
import { bySubgraphAsync, type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import type { Environment } from "./environment.ts";
import { ensureDatabase, type Postgres, startPostgres } from "./postgres.ts";

const watchMs = 500;
const connectionsMax = 200;

/** The subgraphs' databases, migrated. */
export type Databases = {
  urls: Record<Subgraph, string>;
  /** Stops the Postgres that was started for them; those given from outside are left as they are. */
  stop: () => Promise<void>;
};

/**
 * Opens the databases that the environment names, or else those of an embedded Postgres under the data directory, which runs until `stop`. Applies
 * pending migrations.
 */
export async function openDatabases(
  env: Environment,
  dataDirectory: string,
  say: (sentence: string) => void,
): Promise<Databases> {
  const given = givenDatabases(env);
  const databases = given === undefined ? await embedded(dataDirectory, say) : { urls: given, stop: async () => {} };
  try {
    await Promise.all(subgraphs.map((subgraph) => migrateDatabase(subgraph, databases.urls[subgraph])));
  } catch (error) {
    await databases.stop();
    throw error;
  }
  return databases;
}

async function embedded(dataDirectory: string, say: (sentence: string) => void): Promise<Databases> {
  const directory = path.join(dataDirectory, "postgres");
  const settings = { max_connections: String(connectionsMax) };
  let server = await startPostgres({ directory, settings, whenParentEnds: "stop" });
  const urls = await bySubgraphAsync((subgraph) => ensureDatabase(server, subgraph));
  const urlsFile = databaseUrlsFile(dataDirectory);
  await writeFile(urlsFile, JSON.stringify(urls), { mode: 0o600 });
  const watch = watchServer(
    () => server,
    async () => {
      say("Postgres ended; starting it again.");
      // On the same port, which is the only one that the services know.
      server = await startPostgres({ directory, settings, port: server.port, whenParentEnds: "stop" });
    },
    say,
  );
  return {
    urls,
    stop: async () => {
      await watch.stop();
      await rm(urlsFile, { force: true });
      await server.stop();
    },
  };
}

function watchServer(server: () => Postgres, restart: () => Promise<void>, say: (sentence: string) => void) {
  let looking: Promise<void> | undefined;
  const look = async () => {
    try {
      if (!(await server().running())) await restart();
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
    looking = undefined;
  };
  const timer = setInterval(() => {
    looking ??= look();
  }, watchMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
