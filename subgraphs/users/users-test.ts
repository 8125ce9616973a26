import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openLog } from "#platform/log.ts";
import { createDatabase } from "#test/databases.ts";
import { openMailbox } from "#test/mailbox.ts";
import { internalTokenOf, makeShopKeys, makeSubgraphClient } from "#test/subgraph-client.ts";
import { startUsers } from "./subgraph.ts";

/** The users subgraph with a database, keys and a mail server of a test's own. */
export async function openUsers(variables: Record<string, string> = {}) {
  const [database, keys, mailbox, directory] = await Promise.all([
    createDatabase("users"),
    makeShopKeys(),
    openMailbox(),
    mkdtemp(path.join(tmpdir(), "agora-users-")),
  ]);
  const statements: string[] = [];
  const environment = {
    NODE_ENV: "test",
    USERS_PORT: "0",
    USERS_DATABASE_URL: database.url,
    TOKEN_KEY: "a key of the tests' own, long enough",
    INTERNAL_KEY: keys.privateJwk.users,
    INTERNAL_JWKS: keys.jwks,
    DATA_DIRECTORY: directory,
    RATE_LIMIT_ENABLED: "false",
    SMTP_TLS: "none",
    ...mailbox.variables,
    ...variables,
  };
  const start = () =>
    startUsers(environment, {
      log: openLog("users", process.env["LOG_LEVEL"] ?? "silent"),
      onStatement: (statement) => statements.push(statement),
    });
  const running = await start();
  const ask = makeSubgraphClient(keys, "users", running.url);
  return {
    url: running.url,
    ask,
    keys,
    mailbox,
    statements,
    directory,
    databaseUrl: database.url,
    /** Another instance over the same database. */
    start,
    /** JSON from an internal route, as the gateway asks. */
    get: async (route: string) => {
      const token = await internalTokenOf(keys, "users", "guest");
      const response = await fetch(`${running.url}${route}`, { headers: { authorization: `Bearer ${token}` } });
      return { status: response.status, body: await response.json() };
    },
    [Symbol.asyncDispose]: async () => {
      await running.close();
      await mailbox.close();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
