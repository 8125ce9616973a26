import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type postgres from "postgres";
import { AccountActivateDocument } from "#client/sdk/generated/documents.ts";
import { createShop, type Shop as Visitor } from "#client/sdk/shop.ts";
import { freePort } from "#deploy/local/ports.ts";
import { putDemoData } from "#drizzle/seeds/demo-data.ts";
import { startGateway } from "#gateway/gateway.ts";
import type { ServiceName } from "#platform/auth/internal-tokens.ts";
import type { Running } from "#platform/config/run-service.ts";
import { openDatabase } from "#platform/database/database.ts";
import { openLog } from "#platform/observability/log.ts";
import { bySubgraph, bySubgraphAsync, type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import { startOrders } from "#subgraphs/orders/subgraph.ts";
import { startProducts } from "#subgraphs/products/subgraph.ts";
import { startUsers } from "#subgraphs/users/subgraph.ts";
import { createDatabase } from "./databases.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { testPlanner } from "./planner.ts";
import { forEachService, shopVariables, type Variables } from "./shop-variables.ts";
import { makeStatementLog, requestsOf, type StatementLog } from "./statement-log.ts";
import {
  type GraphqlResponse,
  makeShopKeys,
  makeSubgraphClient,
  postGraph,
  type ShopKeys,
  type SubgraphClient,
} from "./subgraph-client.ts";

/** A client of the shop with a session, and the session's email address and access token. */
export type TestUser = Visitor & { readonly email: string; readonly accessToken: string };

/** The whole shop in this process, with its own databases and ports. */
export type TestShop = AsyncDisposable & {
  /** The gateway's origin. */
  readonly url: string;
  readonly keys: ShopKeys;
  readonly mailbox: Mailbox;
  /** Connections to the databases, for checks. */
  readonly sql: Readonly<Record<Subgraph, postgres.Sql>>;
  /** Sends an operation through the gateway, as a guest unless a token is given. */
  graphql(
    document: string,
    variables?: Record<string, unknown>,
    options?: { token?: string | undefined; headers?: Record<string, string> },
  ): Promise<GraphqlResponse>;
  /** Sends an operation to a subgraph's own port, as the gateway or another service does. */
  readonly subgraph: Readonly<Record<Subgraph, SubgraphClient>>;
  readonly subgraphUrls: Readonly<Record<Subgraph, string>>;
  /** Returns a new client without a session. */
  visitor(): Visitor;
  signIn(email: string, password: string): Promise<TestUser>;
  /** Sign in as users of the demo data. */
  admin(): Promise<TestUser>;
  seller(): Promise<TestUser>;
  customer(): Promise<TestUser>;
  /** Registers a customer, activates the account with the mailed token, and signs in. */
  newCustomer(email?: string): Promise<TestUser>;
  /** Returns the token in the newest mail to an address, once it has arrived. */
  mailedToken(to: string, wanted?: RegExp): Promise<string>;
  /** Returns how many statements each subgraph sent its database to serve the requests that `work` makes with `graphql`. */
  statements(work: () => Promise<unknown>): Promise<Record<Subgraph, number>>;
  stop(name: ServiceName): Promise<void>;
  start(name: ServiceName): Promise<void>;
};

const demoPasswords = { admin: "admin123", seller: "seller123", customer: "customer123" } as const;

/**
 * Starts three databases, the three subgraphs and the gateway, wired as in production, with the demo data.
 *
 * @param options.variables for all processes, such as ORDER_TTL.
 * @param options.demoData false for an empty shop.
 */
export async function openShop(options: { variables?: Variables; demoData?: boolean } = {}): Promise<TestShop> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(path.join(tmpdir(), "agora-shop-"));
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const mailbox = await openMailbox();
  opened.defer(() => mailbox.close());
  const created = await bySubgraphAsync(createDatabase);
  opened.defer(async () => {
    await Promise.all(Object.values(created).map((database) => database.drop()));
  });
  const databaseUrls = bySubgraph((name) => created[name].url);
  const databases = bySubgraph((name) =>
    openDatabase({ url: databaseUrls[name], applicationName: "test", connectionsMax: 3 }),
  );
  opened.defer(async () => {
    await Promise.all(Object.values(databases).map((database) => database.close()));
  });
  const keys = await makeShopKeys();
  const ports = await forEachService(() => freePort());
  const mail = mailbox.variables;
  const variables = shopVariables({
    keys,
    ports,
    databaseUrls,
    directory,
    mail,
    ...(options.variables === undefined ? {} : { more: options.variables }),
  });
  if (options.demoData !== false) {
    await Promise.all(subgraphs.map((name) => putDemoData[name]?.(databases[name].db, variables[name])));
  }
  const log = openLog("test", process.env.TEST_LOG_LEVEL ?? "silent");
  const logs = bySubgraph(() => makeStatementLog());
  const running = new Map<ServiceName, Running>();
  const start = async (name: ServiceName) => {
    if (running.has(name)) return;
    running.set(name, await startService(name, variables[name], log, logs));
  };
  const stop = async (name: ServiceName) => {
    const service = running.get(name);
    running.delete(name);
    await service?.close();
  };
  opened.defer(async () => {
    await stop("gateway");
    await Promise.all(subgraphs.map(stop));
  });
  await Promise.all(subgraphs.map(start));
  await start("gateway");

  const url = `http://127.0.0.1:${ports.gateway}`;
  const originOf = (name: Subgraph) => `http://127.0.0.1:${ports[name]}`;
  const visitor = () => createShop({ url: `${url}/graphql` });
  const signIn = async (email: string, password: string): Promise<TestUser> => {
    const person = visitor();
    const { accessToken, userErrors } = await person.signIn({ email, password });
    if (accessToken === null) throw new Error(`${email} cannot sign in: ${JSON.stringify(userErrors)}`);
    return { ...person, email, accessToken };
  };
  const mailedToken = async (to: string, wanted = /./) => {
    const { text } = await mailbox.wait(to, (mail) => wanted.test(mail.subject) && /[?&]token=/.test(mail.text));
    return /[?&]token=([\w-]+)/.exec(text)?.[1] ?? "";
  };
  let customers = 0;
  const stack = opened.move();
  return {
    url,
    keys,
    mailbox,
    sql: bySubgraph((name) => databases[name].sql),
    graphql: (document, given = {}, { token, headers = {} } = {}) =>
      postGraph(`${url}/graphql`, document, given, {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      }),
    subgraph: bySubgraph((name) => makeSubgraphClient(keys, name, originOf(name))),
    subgraphUrls: bySubgraph(originOf),
    visitor,
    signIn,
    admin: () => signIn("admin@example.com", demoPasswords.admin),
    seller: () => signIn("seller@example.com", demoPasswords.seller),
    customer: () => signIn("customer@example.com", demoPasswords.customer),
    newCustomer: async (wanted) => {
      customers += 1;
      const email = wanted ?? `customer-${customers}@example.com`;
      const password = `long enough for ${customers}`;
      const person = visitor();
      await person.register({ email, password });
      await person.mutate(AccountActivateDocument, { input: { token: await mailedToken(email) } });
      return signIn(email, password);
    },
    mailedToken,
    statements: async (work) => {
      const requestIds = await requestsOf(work);
      return bySubgraph((name) => logs[name].of(requestIds).length);
    },
    stop,
    start,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Starts each subgraph in this process. */
const starters: Readonly<Partial<Record<Subgraph, typeof startUsers>>> = {
  users: startUsers,
  products: startProducts,
  orders: startOrders,
};

function startService(
  name: ServiceName,
  variables: Variables,
  log: ReturnType<typeof openLog>,
  logs: Readonly<Record<Subgraph, StatementLog>>,
): Promise<Running> {
  if (name === "gateway") return startGateway(variables, { log, planner: testPlanner });
  const start = starters[name];
  if (start === undefined)
    throw new Error(`Add the start function of ${name} to \`starters\` in test/harness/shop.ts.`);
  return start(variables, { log, onStatement: logs[name].note });
}
