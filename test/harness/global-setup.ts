import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { ensureDatabase, startPostgres } from "#deploy/local/postgres.ts";
import { bySubgraphAsync, type Subgraph } from "#schema/subgraphs.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The superuser's connection URL for the Postgres of this test run. */
    adminUrl: string;
    /** The connection URL of each subgraph's template database, as its owner. */
    templateUrls: Record<Subgraph, string>;
  }
}

/** Starts one Postgres for the whole test run, which is removed however the run ends. Its data need not survive a crash. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-test-"));
  const server = await startPostgres({
    directory,
    whenParentEnds: "remove",
    settings: {
      fsync: "off",
      synchronous_commit: "off",
      full_page_writes: "off",
      max_connections: "500",
    },
  });
  project.provide("adminUrl", server.adminUrl());
  project.provide("templateUrls", await bySubgraphAsync((subgraph) => ensureDatabase(server, subgraph)));
  return server.remove;
}
