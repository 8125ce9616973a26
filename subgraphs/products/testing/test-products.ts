import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Database, openDatabase } from "#platform/database/database.ts";
import { openLog } from "#platform/observability/log.ts";
import { newId, type ProductId, type UserId, type VariantId } from "#platform/shop/ids.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { makeStatementLog, requestsOf } from "#test/harness/statement-log.ts";
import {
  makeShopKeys,
  makeSubgraphClient,
  type ShopKeys,
  type SubgraphClient,
  type TestCaller,
} from "#test/harness/subgraph-client.ts";
import { startProducts } from "../subgraph.ts";

/** A running products subgraph with a database of its own. */
export type TestProducts = AsyncDisposable & {
  readonly url: string;
  readonly ask: SubgraphClient;
  readonly keys: ShopKeys;
  /** Where it keeps pictures. */
  readonly mediaDirectory: string;
  /** The test's own connections to its database. */
  readonly database: Database;
  /** The statements that the subgraph sent its database to serve the requests of `work`, including begin and commit of transactions. */
  statements(work: () => Promise<unknown>): Promise<string[]>;
};

/**
 * Starts a products subgraph on a database and a directory of its own.
 *
 * @param variables of its environment besides those that every test needs.
 * @param options.sweeps false for a test that sweeps itself.
 * @param options.isLarge true for a test of what only a large catalogue has.
 */
export async function openProducts(
  variables: Record<string, string> = {},
  options: { sweeps?: boolean; isLarge?: boolean } = {},
): Promise<TestProducts> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-media-"));
  const home = await createDatabase("products");
  const keys = await makeShopKeys();
  const statements = makeStatementLog();
  const running = await startProducts(
    {
      NODE_ENV: "test",
      PRODUCTS_PORT: "0",
      PRODUCTS_METRICS_PORT: "0",
      PRODUCTS_DATABASE_URL: home.url,
      PRODUCTS_COUNTS_KEPT_SECONDS: "0",
      INTERNAL_KEY: keys.privateJwk.products,
      INTERNAL_JWKS: keys.jwks,
      PUBLIC_URL: "http://shop.test",
      MEDIA_DIRECTORY: directory,
      ...variables,
      SUBGRAPH_ORDERS_URL: "http://127.0.0.1:1/graphql",
    },
    {
      log: openLog("products", process.env.LOG_LEVEL ?? "silent"),
      onStatement: statements.note,
      ...options,
    },
  );
  const database = openDatabase({ url: home.url, applicationName: "test", connectionsMax: 5 });
  return {
    url: running.url,
    keys,
    mediaDirectory: directory,
    ask: makeSubgraphClient(keys, "products", running.url),
    database,
    statements: async (work) => statements.of(await requestsOf(work)),
    [Symbol.asyncDispose]: async () => {
      await running.close();
      await database.close();
      await home.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A seller. */
export function seller(id: UserId = newId<UserId>()): TestCaller & { id: UserId } {
  return { id, role: "SELLER", scopes: ["products:write"] };
}

/** An ADMIN with every permission of the subgraph. */
export function admin(id: UserId = newId<UserId>()): TestCaller & { id: UserId } {
  return {
    id,
    role: "ADMIN",
    scopes: ["products:write", "categories:write", "orders:read", "orders:write", "settings:write", "users:read"],
  };
}

/** The orders service. */
export const ordersService: TestCaller = { service: "orders" };

/** Creates a product through the API and returns it. Fails the test if it is not created. */
export async function createTestProduct(
  { ask }: Pick<TestProducts, "ask">,
  input: Record<string, unknown>,
  who: TestCaller = admin(),
): Promise<{ id: ProductId; slug: string; version: number; variants: { id: VariantId; sku: string }[] }> {
  const { data, errors } = await ask(
    `mutation ($input: ProductCreateInput!) { productCreate(input: $input) {
      product { id slug version variants { id sku } } userErrors { code message field } } }`,
    { input: { price: { amount: "10" }, stock: 1, ...input } },
    who,
  );
  const made = data?.productCreate?.product;
  if (!made) throw new Error(`The product was not created: ${JSON.stringify(errors)} ${JSON.stringify(data)}`);
  return made;
}
