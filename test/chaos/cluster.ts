import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { freePort } from "#deploy/local/ports.ts";
import { ensureDatabase, type Postgres, startPostgres } from "#deploy/local/postgres.ts";
import { migrateDatabase } from "#drizzle/migrate.ts";
import { putDemoData as putUsers } from "#drizzle/seeds/users.ts";
import type { ServiceName } from "#platform/auth/internal-tokens.ts";
import { openDatabase } from "#platform/database/database.ts";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import { type Mailbox, openMailbox } from "#test/harness/mailbox.ts";
import { forEachService, shopVariables, type Variables } from "#test/harness/shop-variables.ts";
import { type GraphqlResponse, makeShopKeys, postGraph } from "#test/harness/subgraph-client.ts";
import { type Supervised, supervise } from "./process.ts";

/** A shop to be broken: four real processes, a Postgres of its own, a mail server. */
export type Rig = AsyncDisposable & {
  readonly url: string;
  readonly processes: Readonly<Record<ServiceName, Supervised>>;
  /** For the judge, not for the shop. Reconnects by itself. */
  readonly sql: Readonly<Record<Subgraph | "admin", postgres.Sql>>;
  readonly mailbox: Mailbox;
  /** Where the processes' logs are. */
  readonly directory: string;
  graphql(document: string, variables: Record<string, unknown>, token?: string): Promise<GraphqlResponse>;
  /** Ends Postgres at once, without a checkpoint, and starts it again; resolves when it takes connections. */
  restartPostgres(): Promise<void>;
};

const root = path.join(import.meta.dirname, "../..");
const answerTimeoutMs = 20_000;

/**
 * @param options.variables for all four processes.
 * @param options.fault one of the planted faults, for the tests of the judge.
 * @param options.keepLogs leaves the directory with the logs behind.
 */
export async function openRig(
  options: { variables?: Variables; fault?: string; keepLogs?: boolean } = {},
): Promise<Rig> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(path.join(tmpdir(), "agora-chaos-"));
  if (options.keepLogs !== true) opened.defer(() => rm(directory, { recursive: true, force: true }));
  await mkdir(path.join(directory, "mail"));
  const mailbox = await openMailbox();
  opened.defer(() => mailbox.close());
  const settings = {
    // A process that is killed loses nothing that the system has taken, so that fsync would only cost time here.
    fsync: "off",
    full_page_writes: "off",
    max_connections: "300",
  };
  const place = { directory: path.join(directory, "postgres"), settings, whenParentEnds: "remove" as const };
  let server: Postgres = await startPostgres(place);
  opened.defer(() => server.remove());
  const databaseUrls = {
    users: await ensureDatabase(server, "users"),
    products: await ensureDatabase(server, "products"),
    orders: await ensureDatabase(server, "orders"),
  };
  for (const name of subgraphs) await migrateDatabase(name, databaseUrls[name]);
  const users = openDatabase({ url: databaseUrls.users, applicationName: "chaos" });
  await putUsers(users.db);
  await users.close();
  const connect = (url: string) =>
    postgres(url, { max: 4, onnotice: () => {}, connection: { application_name: "judge" } });
  const sql = {
    users: connect(databaseUrls.users),
    products: connect(databaseUrls.products),
    orders: connect(databaseUrls.orders),
    admin: connect(server.adminUrl()),
  };
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
    more: { LOG_LEVEL: "warn", ACCESS_TOKEN_TTL: "24h", PAYMENT_PROVIDERS: "test", ...options.variables },
  });
  const execArgv = options.fault === undefined ? [] : ["--import", path.join(import.meta.dirname, "inject.ts")];
  const processes = await forEachService(async (name) =>
    supervise({
      name,
      file: path.join(root, name === "gateway" ? "gateway/main.ts" : `subgraphs/${name}/main.ts`),
      directory: root,
      variables: { ...variables[name], AGORA_PLANTED_FAULT: options.fault },
      execArgv,
      readyUrl: `http://127.0.0.1:${ports[name]}/health/ready`,
      logFile: path.join(directory, `${name}.log`),
    }),
  );
  opened.defer(async () => {
    await processes.gateway.stop();
    await Promise.all([processes.users.stop(), processes.products.stop(), processes.orders.stop()]);
  });
  await Promise.all(Object.values(processes).map((each) => each.ready()));

  const url = `http://127.0.0.1:${ports.gateway}`;
  const stack = opened.move();
  return {
    url,
    processes,
    sql,
    mailbox,
    directory,
    graphql: (document, given, token) =>
      postGraph(
        `${url}/graphql`,
        document,
        given,
        token === undefined ? {} : { authorization: `Bearer ${token}` },
        AbortSignal.timeout(answerTimeoutMs),
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
