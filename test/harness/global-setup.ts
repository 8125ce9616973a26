import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { ensureDatabase, startPostgres } from "#deploy/local/postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The superuser's address on the Postgres of this test run. */
    adminUrl: string;
    /** Each subgraph's template database, by its owner's address. */
    templateUrls: Record<"users" | "products" | "orders", string>;
  }
}

/** One Postgres for the whole test run, gone with it however it ends. Nothing in it need survive a crash. */
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
  project.provide("templateUrls", {
    users: await ensureDatabase(server, "users"),
    products: await ensureDatabase(server, "products"),
    orders: await ensureDatabase(server, "orders"),
  });
  return server.remove;
}
