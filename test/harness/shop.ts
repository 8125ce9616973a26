import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type postgres from "postgres";
import { AccountActivateDocument } from "#client/sdk/generated/documents.ts";
import { createShop, type Shop as Visitor } from "#client/sdk/shop.ts";
import { freePort } from "#deploy/local/ports.ts";
import { putDemoData as putProducts } from "#drizzle/seeds/products.ts";
import { putDemoData as putUsers } from "#drizzle/seeds/users.ts";
import { startGateway } from "#gateway/gateway.ts";
import type { ServiceName } from "#platform/auth/internal-tokens.ts";
import type { Running } from "#platform/config/run-service.ts";
import { openDatabase } from "#platform/database/database.ts";
import { openLog } from "#platform/observability/log.ts";
import type { Subgraph } from "#schema/subgraphs.ts";
import { startOrders } from "#subgraphs/orders/subgraph.ts";
import { startProducts } from "#subgraphs/products/subgraph.ts";
import { startUsers } from "#subgraphs/users/subgraph.ts";
import { createDatabase } from "./databases.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { forEachService, shopVariables, type Variables } from "./shop-variables.ts";
import {
  type Answer,
  makeShopKeys,
  makeSubgraphClient,
  postGraph,
  type ShopKeys,
  type SubgraphClient,
} from "./subgraph-client.ts";

/** A visitor who signed in, with the address and the access token. */
export type Person = Visitor & { readonly email: string; readonly accessToken: string };

/** The whole shop in this process, on databases and ports of its own. */
export type TestShop = AsyncDisposable & {
  /** Of the gateway. */
  readonly url: string;
  readonly keys: ShopKeys;
  readonly mailbox: Mailbox;
  /** For checks; a test's own connections. */
  readonly sql: Readonly<Record<Subgraph, postgres.Sql>>;
  /** Asks through the gateway, as a guest unless a token is given. */
  graphql(
    document: string,
    variables?: Record<string, unknown>,
    options?: { token?: string | undefined; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** Asks a subgraph at its own port, as the gateway or another service would. */
  readonly subgraph: Readonly<Record<Subgraph, SubgraphClient>>;
  readonly subgraphUrls: Readonly<Record<Subgraph, string>>;
  /** Somebody new, not signed in. */
  visitor(): Visitor;
  signIn(email: string, password: string): Promise<Person>;
  /** The people of the demo data. */
  admin(): Promise<Person>;
  seller(): Promise<Person>;
  customer(): Promise<Person>;
  /** Registers somebody, activates the account with the token of the mail, and signs in. */
  newCustomer(email?: string): Promise<Person>;
  /** The token in the newest mail to an address. */
  mailedToken(to: string, wanted?: RegExp): Promise<string>;
  /**
   * How many statements each subgraph sent its database for `work`, those of its relays aside: the fewest of ten runs, for sweepers look at
   * the same databases meanwhile.
   */
  statements(work: () => Promise<unknown>): Promise<Record<Subgraph, number>>;
  stop(name: ServiceName): Promise<void>;
  start(name: ServiceName): Promise<void>;
};

const demoPasswords = { admin: "admin123", seller: "seller123", customer: "customer123" } as const;
const countRuns = 10;

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
  const [users, products, orders] = await Promise.all([
    createDatabase("users"),
    createDatabase("products"),
    createDatabase("orders"),
  ]);
  opened.defer(async () => {
    await Promise.all([users.drop(), products.drop(), orders.drop()]);
  });
  const databaseUrls = { users: users.url, products: products.url, orders: orders.url };
  const databases = {
    users: openDatabase({ url: users.url, applicationName: "test", connectionsMax: 3 }),
    products: openDatabase({ url: products.url, applicationName: "test", connectionsMax: 3 }),
    orders: openDatabase({ url: orders.url, applicationName: "test", connectionsMax: 3 }),
  };
  opened.defer(async () => {
    await Promise.all(Object.values(databases).map((database) => database.close()));
  });
  if (options.demoData !== false) {
    await Promise.all([putUsers(databases.users.db), putProducts(databases.products.db)]);
  }

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
  const log = openLog("test", process.env.TEST_LOG_LEVEL ?? "silent");
  const counts = { users: 0, products: 0, orders: 0 };
  const running = new Map<ServiceName, Running>();
  const start = async (name: ServiceName) => {
    if (running.has(name)) return;
    running.set(name, await startService(name, variables[name], log, counts));
  };
  const stop = async (name: ServiceName) => {
    const service = running.get(name);
    running.delete(name);
    await service?.close();
  };
  opened.defer(async () => {
    await stop("gateway");
    await Promise.all([stop("orders"), stop("products"), stop("users")]);
  });
  await Promise.all([start("users"), start("products"), start("orders")]);
  await start("gateway");

  const url = `http://127.0.0.1:${ports.gateway}`;
  const originOf = (name: Subgraph) => `http://127.0.0.1:${ports[name]}`;
  const visitor = () => createShop({ url: `${url}/graphql` });
  const signIn = async (email: string, password: string): Promise<Person> => {
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
    sql: { users: databases.users.sql, products: databases.products.sql, orders: databases.orders.sql },
    graphql: (document, given = {}, { token, headers = {} } = {}) =>
      postGraph(`${url}/graphql`, document, given, {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      }),
    subgraph: {
      users: makeSubgraphClient(keys, "users", originOf("users")),
      products: makeSubgraphClient(keys, "products", originOf("products")),
      orders: makeSubgraphClient(keys, "orders", originOf("orders")),
    },
    subgraphUrls: { users: originOf("users"), products: originOf("products"), orders: originOf("orders") },
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
      const fewest = {
        users: Number.POSITIVE_INFINITY,
        products: Number.POSITIVE_INFINITY,
        orders: Number.POSITIVE_INFINITY,
      };
      for (let run = 0; run < countRuns; run += 1) {
        const before = { ...counts };
        await work();
        fewest.users = Math.min(fewest.users, counts.users - before.users);
        fewest.products = Math.min(fewest.products, counts.products - before.products);
        fewest.orders = Math.min(fewest.orders, counts.orders - before.orders);
      }
      return fewest;
    },
    stop,
    start,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function startService(
  name: ServiceName,
  variables: Variables,
  log: ReturnType<typeof openLog>,
  counts: Record<Subgraph, number>,
): Promise<Running> {
  const counting = (subgraph: Subgraph) => ({
    log,
    onStatement: (statement: string) => {
      if (!statement.includes("outbox")) counts[subgraph] += 1;
    },
  });
  switch (name) {
    case "gateway":
      return startGateway(variables, { log });
    case "users":
      return startUsers(variables, counting("users"));
    case "products":
      return startProducts(variables, counting("products"));
    case "orders":
      return startOrders(variables, counting("orders"));
  }
}
