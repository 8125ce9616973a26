import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "#deploy/local/ports.ts";
import { launchShop } from "#deploy/local/shop.ts";
import { putDemoData } from "#drizzle/seeds/demo-data.ts";
import { databaseUrlsFile } from "#platform/config/database-urls.ts";
import type { Behind } from "./gateways.ts";

/** The shop for a benchmark: the demo catalogue, plenty in stock, and one customer with 1,000 orders. */
export type BenchShop = {
  readonly behind: Behind;
  /** Of the customer whose orders they are. */
  readonly token: string;
  /** Where pages of five of the customer's orders begin. */
  readonly cursors: readonly string[];
  /** A body that places and pays another order each time. */
  readonly checkoutBody: () => string;
  close(): Promise<void>;
};

const root = path.join(import.meta.dirname, "../..");
const ordersMade = 1_000;
const ordersAtOnce = 20;
const unitsInStock = 1_000_000;
const orderFields =
  "order { id number status paymentStatus total { amount currencyCode } } userErrors { code message }";

/** Starts the shop as `npm start` does, on ports and data of its own, with 1,000 orders of one customer. */
export async function openBenchShop(): Promise<BenchShop> {
  const shop = await startBenchShop();
  try {
    const { ask } = shop;
    const product = await fillStock(ask);
    const token = await signIn(ask, "customer@example.com", "customer123");
    const checkoutBody = () => checkout(product);
    await placeOrders(ask, token, checkoutBody);
    return { behind: shop.behind, token, cursors: await readCursors(ask, token), checkoutBody, close: shop.close };
  } catch (error) {
    await shop.close();
    throw error;
  }
}

/**
 * The shop as `npm start` starts it, without limits on rates, on ports and data of its own.
 *
 * @param demoData what is in it; the demo data by default.
 * @param more further environment variables.
 */
export async function startBenchShop(
  demoData = putDemoData,
  more: Readonly<Record<string, string>> = {},
): Promise<{
  readonly url: string;
  /** Where its data are. */
  readonly directory: string;
  readonly behind: Behind;
  /** Of the products subgraph, on the Postgres server that all three use. */
  readonly databaseUrl: string;
  readonly ask: Ask;
  readonly close: () => Promise<void>;
}> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-bench-shop-"));
  const routerSecret = randomBytes(32).toString("base64url");
  const ports = Object.fromEntries(
    await Promise.all(
      ["GATEWAY", "USERS", "PRODUCTS", "ORDERS"].map(
        async (name) => [`${name}_PORT`, String(await freePort())] as const,
      ),
    ),
  );
  const metrics = Object.fromEntries(
    ["GATEWAY", "USERS", "PRODUCTS", "ORDERS"].map((name) => [`${name}_METRICS_PORT`, "0"]),
  );
  const shop = launchShop({
    root,
    environment: {
      ...process.env,
      ...ports,
      ...metrics,
      DATA_DIRECTORY: directory,
      ROUTER_SECRET: routerSecret,
      RATE_LIMIT_ENABLED: "false",
      BUDGETS_ENABLED: "false",
      ACCESS_TOKEN_TTL: "24h",
      LOG_LEVEL: "fatal",
      ...more,
    },
    files: {
      gateway: path.join(root, "gateway/main.ts"),
      users: path.join(root, "subgraphs/users/main.ts"),
      products: path.join(root, "subgraphs/products/main.ts"),
      orders: path.join(root, "subgraphs/orders/main.ts"),
    },
    putDemoData: demoData,
    say: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  const close = async () => {
    await shop.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const { gatewayUrl } = await shop.started;
    const url = `${gatewayUrl}/graphql`;
    const addresses = ["users", "products", "orders"].map((name) => [
      name,
      `http://127.0.0.1:${ports[`${name.toUpperCase()}_PORT`]}/graphql`,
    ]);
    return {
      url,
      directory,
      behind: {
        addresses: Object.fromEntries(addresses),
        internalKey: path.join(directory, "keys/internal-gateway.json"),
        routerSecret,
      },
      databaseUrl: JSON.parse(await readFile(databaseUrlsFile(directory), "utf8")).products,
      ask: makeAsk(url),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Sends a request body, as a user where a token is given, and returns the data. @throws {Error} for a response with errors, user errors included. */
export type Ask = (body: string, token?: string) => Promise<Record<string, unknown>>;

function makeAsk(url: string): Ask {
  return async (body, token) => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body,
    });
    const text = await response.text();
    if (text.includes('"errors":[') || /"userErrors":\[\{/.test(text)) throw new Error(text.slice(0, 500));
    return JSON.parse(text).data;
  };
}

/** Signs in and returns the access token. */
export async function signIn(ask: Ask, email: string, password: string): Promise<string> {
  const data = await ask(
    JSON.stringify({
      query: "mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { accessToken userErrors { code } } }",
      variables: { input: { email, password } },
    }),
  );
  const { tokenCreate } = data as { tokenCreate: { accessToken: string } };
  return tokenCreate.accessToken;
}

type Sold = { readonly productId: string; readonly variantId: string };

async function fillStock(ask: Ask): Promise<readonly Sold[]> {
  const token = await signIn(ask, "admin@example.com", "admin123");
  const data = await ask(JSON.stringify({ query: "{ products(first: 5) { nodes { id variants { id } } } }" }));
  const { products } = data as { products: { nodes: { id: string; variants: { id: string }[] }[] } };
  const sold = products.nodes.map(({ id, variants }) => ({ productId: id, variantId: variants[0]?.id ?? "" }));
  for (const { variantId } of sold) {
    await ask(
      JSON.stringify({
        query: "mutation ($input: InventorySetInput!) { inventorySet(input: $input) { userErrors { code message } } }",
        variables: { input: { variantId, onHand: unitsInStock, reason: "benchmark", idempotencyKey: randomUUID() } },
      }),
      token,
    );
  }
  return sold;
}

let placed = 0;

/** Two products an order, never the same two twice in a row. */
function checkout(sold: readonly Sold[]): string {
  placed += 1;
  const items = [sold[placed % sold.length], sold[(placed + 1) % sold.length]].flatMap((item) =>
    item === undefined ? [] : [{ ...item, quantity: 1 }],
  );
  return JSON.stringify({
    query: `mutation Checkout($input: OrderCreateInput!) { orderCreate(input: $input) { ${orderFields} } }`,
    variables: {
      input: {
        idempotencyKey: randomUUID(),
        items,
        shippingAddress: { line1: "1 Main Street", city: "Springfield", postalCode: "12345", country: "US" },
        payment: { token: "tok_ok" },
      },
    },
  });
}

async function placeOrders(ask: Ask, token: string, body: () => string): Promise<void> {
  let left = ordersMade;
  await Promise.all(
    Array.from({ length: ordersAtOnce }, async () => {
      while (left > 0) {
        left -= 1;
        await ask(body(), token);
      }
    }),
  );
}

async function readCursors(ask: Ask, token: string): Promise<readonly string[]> {
  const cursors: string[] = [];
  let after: string | null = null;
  do {
    const data = await ask(
      JSON.stringify({
        query:
          "query ($after: String) { me { orders(first: 100, after: $after) { edges { cursor } pageInfo { hasNextPage endCursor } } } }",
        variables: { after },
      }),
      token,
    );
    const { me } = data as {
      me: { orders: { edges: { cursor: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    };
    cursors.push(...me.orders.edges.filter((_edge, index) => index % 5 === 4).map(({ cursor }) => cursor));
    after = me.orders.pageInfo.hasNextPage ? me.orders.pageInfo.endCursor : null;
  } while (after !== null);
  return cursors.slice(0, -1);
}
