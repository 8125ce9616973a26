import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { freePort } from "#deploy/local/ports.ts";
import { ensureDatabase, type Postgres, startPostgres } from "#deploy/local/postgres.ts";
import { migrateDatabase } from "#drizzle/migrate.ts";
import { putDefaultMarket } from "#drizzle/seeds/markets.ts";
import { putDemoData as putUsers } from "#drizzle/seeds/users.ts";
import type { ServiceName } from "#platform/auth/internal-tokens.ts";
import { openDatabase } from "#platform/database/database.ts";
import { bySubgraph, bySubgraphAsync, type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import { type Mailbox, openMailbox } from "#test/harness/mailbox.ts";
import { forEachService, shopVariables, type Variables } from "#test/harness/shop-variables.ts";
import { type GraphqlResponse, makeShopKeys, postGraph } from "#test/harness/subgraph-client.ts";
import { type Supervised, supervise } from "./process.ts";

/** The shop as real processes, with its own Postgres and mail server, into which faults can be injected. */
export type Cluster = AsyncDisposable & {
  readonly url: string;
  readonly processes: Readonly<Record<ServiceName, Supervised>>;
  /** Connections of the test to the databases. They reconnect by themselves. */
  readonly sql: Readonly<Record<Subgraph | "admin", postgres.Sql>>;
  readonly mailbox: Mailbox;
  /** The connection URLs of the subgraphs' databases. */
  readonly databaseUrls: Readonly<Record<Subgraph, string>>;
  /** The directory with the processes' logs. */
  readonly directory: string;
  graphql(document: string, variables: Record<string, unknown>, token?: string): Promise<GraphqlResponse>;
  /** Stops Postgres immediately, without a checkpoint, and starts it again. Resolves when it accepts connections. */
  restartPostgres(): Promise<void>;
};

const root = path.join(import.meta.dirname, "../..");
/** Returns the variables that inject a fault into a process from its next start on. */
export function faultVariables(fault: string): Variables {
  return { AGORA_INJECTED_FAULT: fault, NODE_OPTIONS: `--import=${path.join(import.meta.dirname, "inject.ts")}` };
}

const responseTimeoutMs = 20_000;

/**
 * Starts a cluster.
 *
 * @param options.variables for all processes.
 * @param options.fault the name of a fault to inject.
 * @param options.keepLogs keeps the directory with the logs.
 */
export async function openCluster(
  options: { variables?: Variables; fault?: string; keepLogs?: boolean } = {},
): Promise<Cluster> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(path.join(tmpdir(), "agora-chaos-"));
  if (options.keepLogs !== true) opened.defer(() => rm(directory, { recursive: true, force: true }));
  await mkdir(path.join(directory, "mail"));
  const mailbox = await openMailbox();
  opened.defer(() => mailbox.close());
  const settings = {
    // A killed process loses no data that the operating system has, so fsync would only cost time.
    fsync: "off",
    full_page_writes: "off",
    max_connections: "300",
  };
  const place = { directory: path.join(directory, "postgres"), settings, whenParentEnds: "remove" as const };
  let server: Postgres = await startPostgres(place);
  opened.defer(() => server.remove());
  const databaseUrls = await bySubgraphAsync((subgraph) => ensureDatabase(server, subgraph));
  await Promise.all(subgraphs.map((subgraph) => migrateDatabase(subgraph, databaseUrls[subgraph])));
  const users = openDatabase({ url: databaseUrls.users, applicationName: "chaos" });
  await putUsers(users.db);
  await users.close();
  const products = openDatabase({ url: databaseUrls.products, applicationName: "chaos" });
  await putDefaultMarket(products.db);
  await products.close();
  const connect = (url: string) =>
    postgres(url, { max: 4, onnotice: () => {}, connection: { application_name: "invariants" } });
  const sql = { ...bySubgraph((subgraph) => connect(databaseUrls[subgraph])), admin: connect(server.adminUrl()) };
  opened.defer(async () => {
    await Promise.all(Object.values(sql).map((each) => each.end({ timeout: 1 })));
  });

  const ports = await forEachService(() => freePort());
  const variables = shopVariables({
    keys: await makeShopKeys(),
    ports,
    databaseUrls,
    directory,
    mail: mailbox.variables,
    more: {
      LOG_LEVEL: "warn",
      ACCESS_TOKEN_TTL: "24h",
      PAYMENT_PROVIDERS: "test",
      // The mail of a process that was killed is waited for at the end of each run.
      MAIL_TIMEOUT_SECONDS: "3",
      ...options.variables,
    },
  });
  const processes = await forEachService(async (name) =>
    supervise({
      name,
      file: path.join(root, name === "gateway" ? "gateway/main.ts" : `subgraphs/${name}/main.ts`),
      directory: root,
      variables: { ...variables[name], ...(options.fault === undefined ? {} : faultVariables(options.fault)) },
      readyUrl: `http://127.0.0.1:${ports[name]}/health/ready`,
      logFile: path.join(directory, `${name}.log`),
    }),
  );
  opened.defer(async () => {
    await processes.gateway.stop();
    await Promise.all(subgraphs.map((subgraph) => processes[subgraph].stop()));
  });
  await Promise.all(Object.values(processes).map((each) => each.ready()));

  const url = `http://127.0.0.1:${ports.gateway}`;
  const stack = opened.move();
  return {
    url,
    processes,
    sql,
    mailbox,
    databaseUrls,
    directory,
    graphql: (document, given, token) =>
      postGraph(
        `${url}/graphql`,
        document,
        given,
        token === undefined ? {} : { authorization: `Bearer ${token}` },
        AbortSignal.timeout(responseTimeoutMs),
      ),
    restartPostgres: async () => {
      const { port } = server;
      process.kill(server.pid, "SIGQUIT");
      while (await server.running()) await new Promise((resolve) => setTimeout(resolve, 5));
      server = await startPostgres({ ...place, port });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
