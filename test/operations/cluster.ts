import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { freePort } from "#deploy/local/ports.ts";
import { ensureDatabase, startPostgres } from "#deploy/local/postgres.ts";
import { migrateDatabase } from "#drizzle/migrate.ts";
import { putDemoData } from "#drizzle/seeds/demo-data.ts";
import { openDatabase } from "#platform/database/database.ts";
import { bySubgraphAsync, type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import {
  openStripeServer,
  type StripeServer,
  stripeSecretKey,
  stripeWebhookSecret,
} from "#subgraphs/orders/testing/stripe-server.ts";
import { type Mailbox, openMailbox } from "#test/harness/mailbox.ts";
import { brokerPort, brokerUrl, newPrefix, removeQueues } from "#test/harness/rabbitmq.ts";
import { shopVariables } from "#test/harness/shop-variables.ts";
import { makeShopKeys } from "#test/harness/subgraph-client.ts";
import { isListening, openTcpProxy, type TcpProxy } from "#test/harness/tcp-proxy.ts";
import { type Instance, makeInstance } from "./instance.ts";

/** A shop with two instances of every service over shared databases. */
export type Cluster = AsyncDisposable & {
  readonly gateways: readonly Instance[];
  readonly subgraphs: Readonly<Record<Subgraph, readonly Instance[]>>;
  /** Connections for the trial's own questions. */
  readonly sql: Readonly<Record<Subgraph, postgres.Sql>>;
  readonly mailbox: Mailbox;
  /** What stands between the services and the mail server, and the broker where one runs; breaking it makes them unavailable. */
  readonly mailProxy: TcpProxy;
  readonly brokerProxy: TcpProxy | undefined;
  readonly stripe: StripeServer;
  readonly databaseUrls: Readonly<Record<Subgraph, string>>;
  /** The database server, as its administrator. */
  readonly adminUrl: string;
  /** The variables of operators' commands. */
  readonly commandVariables: Readonly<Record<string, string>>;
  /** Where the logs are. */
  readonly directory: string;
};

const root = path.join(import.meta.dirname, "../..");
const instancesPerService = 2;

/** Starts the cluster with free ports and a data directory of its own. */
export async function openCluster(): Promise<Cluster> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(path.join(tmpdir(), "agora-operations-"));
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  await mkdir(path.join(directory, "mail"));
  const mailbox = await openMailbox();
  opened.defer(() => mailbox.close());
  const mailProxy = await openTcpProxy(mailbox.port);
  opened.defer(() => mailProxy.close());
  const prefix = newPrefix();
  const brokerProxy = (await isListening(brokerPort)) ? await openTcpProxy(brokerPort) : undefined;
  if (brokerProxy !== undefined) opened.defer(() => removeQueues(prefix));
  opened.defer(() => brokerProxy?.close());
  const stripe = opened.use(await openStripeServer());
  const server = await startPostgres({
    directory: path.join(directory, "postgres"),
    settings: {
      fsync: "off",
      full_page_writes: "off",
      max_connections: "400",
      shared_preload_libraries: "pg_stat_statements",
    },
    whenParentEnds: "remove",
  });
  opened.defer(() => server.remove());
  const databaseUrls = await bySubgraphAsync((name) => ensureDatabase(server, name));
  for (const name of subgraphs) await migrateDatabase(name, databaseUrls[name]);
  for (const name of subgraphs) {
    const database = openDatabase({ url: databaseUrls[name], applicationName: "seed" });
    await putDemoData[name]?.(database.db).finally(database.close);
  }
  const sql = await bySubgraphAsync(async (name) => postgres(databaseUrls[name], { max: 2, onnotice: () => {} }));
  opened.defer(async () => {
    await Promise.all(subgraphs.map((name) => sql[name].end({ timeout: 1 })));
  });

  const ports = await bySubgraphAsync(() => Promise.all(Array.from({ length: instancesPerService }, () => freePort())));
  const gatewayPorts = await Promise.all(Array.from({ length: instancesPerService }, () => freePort()));
  const addresses = Object.fromEntries(
    subgraphs.map((name) => [
      `SUBGRAPH_${name.toUpperCase()}_URL`,
      ports[name].map((port) => `http://127.0.0.1:${port}/graphql`).join(","),
    ]),
  );
  const metricsPorts = await Promise.all(Array.from({ length: instancesPerService * 4 }, () => freePort()));
  const keys = await makeShopKeys();
  const stripeVariables = {
    PAYMENT_PROVIDERS: "stripe",
    STRIPE_SECRET_KEY: stripeSecretKey,
    STRIPE_WEBHOOK_SECRET: stripeWebhookSecret,
    STRIPE_API_URL: stripe.url,
  };
  const variables = (index: number) =>
    shopVariables({
      keys,
      ports: {
        gateway: gatewayPorts[index] ?? 0,
        users: ports.users[index] ?? 0,
        products: ports.products[index] ?? 0,
        orders: ports.orders[index] ?? 0,
      },
      databaseUrls,
      directory,
      mail: { ...mailbox.variables, SMTP_PORT: String(mailProxy.port) },
      more: {
        LOG_LEVEL: "warn",
        DRAIN_SECONDS: "3",
        BUDGETS_ENABLED: "false",
        TOKEN_KEY: tokenKey,
        DB_POOL_MAX: "15",
        ...stripeVariables,
        ...(brokerProxy === undefined ? {} : { RABBITMQ_URL: brokerUrl(brokerProxy.port), RABBITMQ_PREFIX: prefix }),
      },
    });
  const instance = (name: Subgraph | "gateway", index: number, port: number): Instance => {
    const own = variables(index)[name];
    const metricsPort = metricsPorts[(name === "gateway" ? 3 : subgraphs.indexOf(name)) * instancesPerService + index];
    return makeInstance({
      name: `${name} ${index + 1}`,
      file: path.join(root, name === "gateway" ? "gateway/main.ts" : `subgraphs/${name}/main.ts`),
      url: `http://127.0.0.1:${port}`,
      metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
      variables: { ...own, ...addresses, [`${name.toUpperCase()}_METRICS_PORT`]: String(metricsPort) },
      logFile: path.join(directory, `${name}-${index + 1}.log`),
    });
  };
  const instances = await bySubgraphAsync(async (name) =>
    ports[name].map((port, index) => instance(name, index, port)),
  );
  const gateways = gatewayPorts.map((port, index) => instance("gateway", index, port));
  opened.defer(async () => {
    await Promise.all(gateways.map((each) => each.kill()));
    await Promise.all(subgraphs.flatMap((name) => instances[name].map((each) => each.kill())));
  });
  // One after the other: the first users process makes the access keys that the second one reads.
  for (const name of subgraphs) for (const each of instances[name]) await each.start();
  await Promise.all(gateways.map((each) => each.start()));
  const stack = opened.move();
  return {
    gateways,
    subgraphs: instances,
    sql,
    mailbox,
    mailProxy,
    brokerProxy,
    stripe,
    databaseUrls,
    adminUrl: server.adminUrl("postgres"),
    commandVariables: {
      NODE_ENV: "test",
      ...Object.fromEntries(subgraphs.map((name) => [`${name.toUpperCase()}_DATABASE_URL`, databaseUrls[name]])),
      ...stripeVariables,
    },
    directory,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The same for all instances, as production has it. */
const tokenKey = "a key for the trial's tokens that is long enough";
