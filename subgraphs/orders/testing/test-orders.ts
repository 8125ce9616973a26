import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type postgres from "postgres";
import { expect } from "vitest";
import { freePort } from "#deploy/local/ports.ts";
import { demoUserIds } from "#drizzle/seeds/ids.ts";
import { putDemoData as putUsers } from "#drizzle/seeds/users.ts";
import { openDatabase } from "#platform/database/database.ts";
import { openLog } from "#platform/observability/log.ts";
import { newId, type UserId } from "#platform/shop/ids.ts";
import { startProducts } from "#subgraphs/products/subgraph.ts";
import { startUsers } from "#subgraphs/users/subgraph.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { type Mailbox, openMailbox } from "#test/harness/mailbox.ts";
import { forEachService, shopVariables } from "#test/harness/shop-variables.ts";
import { makeStatementLog, requestsOf } from "#test/harness/statement-log.ts";
import {
  type GraphqlResponse,
  internalTokenOf,
  makeShopKeys,
  makeSubgraphClient,
  postGraph,
  type ShopKeys,
  type SubgraphClient,
  type TestCaller,
} from "#test/harness/subgraph-client.ts";
import { startOrders } from "../subgraph.ts";

/** A user who asks the subgraphs. */
export type Buyer = TestCaller & { readonly id: UserId };

/** A product's ids. */
export type Product = { readonly productId: string; readonly variantId: string };

/** The three subgraphs without a gateway, and what stories about orders do again and again. They ask at the subgraphs' own ports. */
export type OrdersShop = AsyncDisposable & {
  readonly keys: ShopKeys;
  readonly url: string;
  /** For checks; a test's own connections. */
  readonly sql: Readonly<Record<"products" | "orders", postgres.Sql>>;
  readonly mailbox: Mailbox;
  /** Sends an operation to the orders subgraph and returns any response. */
  readonly orders: SubgraphClient;
  readonly products: SubgraphClient;
  readonly users: SubgraphClient;
  /** Stops the products subgraph and starts it anew. */
  stopProducts(): Promise<void>;
  startProducts(): Promise<void>;
  /** Something in the stopped products subgraph's place that takes every connection and says nothing, until it is disposed of. */
  hangProducts(): Promise<AsyncDisposable>;
  /** The statements that the orders subgraph sent its database to serve the requests of `work`, including begin and commit of transactions. */
  statements(work: () => Promise<unknown>): Promise<string[]>;
  /** A signed-in customer whom nobody else is. */
  buyer(): Buyer;
  /** The customer of the demo data, whom the users subgraph knows too. */
  knownBuyer(): Buyer;
  /** A staff member. */
  staff(...scopes: string[]): Buyer;
  /** A product of one variant with so many units. */
  product(stock: number, price?: string, currencyCode?: string): Promise<Product>;
  /** Asks the products subgraph as the seller of those products, and expects no top-level error. */
  sell(document: string, variables?: Record<string, unknown>): Promise<GraphqlResponse["data"]>;
  /** Posts an operation to the orders subgraph, as the gateway does for a client at `clientAddress`. */
  from(
    clientAddress: string,
    document: string,
    variables: Record<string, unknown>,
    asker?: TestCaller,
  ): Promise<GraphqlResponse>;
  /** Asks the orders subgraph and expects no top-level error. */
  ask(document: string, variables?: Record<string, unknown>, asker?: TestCaller): Promise<GraphqlResponse["data"]>;
  addToCart(
    asker: TestCaller,
    product: Product,
    quantity?: number,
    cartToken?: string,
  ): Promise<GraphqlResponse["data"]>;
  /** Checks out, with an address and an e-mail unless given others. */
  checkout(asker: TestCaller, input?: Record<string, unknown>): Promise<GraphqlResponse["data"]>;
  /** Checks out as {@link checkout} does, and asks for the order's status only. */
  place(asker: TestCaller, input?: Record<string, unknown>): Promise<GraphqlResponse["data"]>;
  /** An order of one product, unpaid unless a payment token is given. */
  placed(asker: TestCaller, product: Product, quantity?: number, token?: string): Promise<GraphqlResponse["data"]>;
  pay(
    asker: TestCaller,
    payment: { id: string; amount: unknown },
    token: string,
    more?: Record<string, unknown>,
  ): Promise<GraphqlResponse["data"]>;
  order(asker: TestCaller, id: string): Promise<GraphqlResponse["data"]>;
  /** What products has of a variant. */
  level(variantId: string): Promise<{ onHand: number; reserved: number }>;
  /** Waits until `look` gives something. */
  until<Value>(look: () => Promise<Value | undefined | false>, withinMs?: number): Promise<Value>;
};

/** Where tests have their orders sent. */
export const address = { line1: "1 Main Street", city: "Springfield", country: "US" };

const orderFields = `id number status paymentStatus stockStatus version cancelReason expiresAt email availableTransitions trackingNumber
  total { amount currencyCode } amountPaid { amount } amountRefunded { amount } shippingAddress { line1 }
  items { id quantity productName unitPrice { amount } subtotal { amount } product { id } variant { id } }
  payment { id status amount { amount currencyCode } provider
    transactions { id type status amount { amount } providerReference declineCode reason } }`;

const userErrors = `userErrors { __typename code message field
  ... on InsufficientStockError { requestedQuantity availableQuantity product { id } variant { id } }
  ... on PriceChangedError { expectedTotal { amount } actualTotal { amount } }
  ... on EditConflictError { currentVersion }
  ... on InvalidStatusTransitionError { from to allowed }
  ... on PaymentError { declineCode } }`;

/** The selection of an OrderPayload. */
export const orderPayload = `{ order { ${orderFields} } guestOrderToken nextActionUrl ${userErrors} }`;
/** The selection of a PaymentPayload. */
export const paymentPayload = `{ payment { id status order { ${orderFields} } } nextActionUrl ${userErrors} }`;
/** The selection of a CartPayload. */
export const cartPayload = `{ cart { id version totalQuantity currencyCode subtotal { amount } problems { __typename
    ... on CartItemInsufficientStock { item { id } availableQuantity }
    ... on CartItemUnavailable { item { id } }
    ... on CartItemPriceChanged { oldPrice { amount } newPrice { amount } } }
  items { id quantity productName unitPrice { amount } product { id } variant { id } } } cartToken ${userErrors} }`;

/** Starts them on databases of their own. @param options of the orders subgraph. */
export async function openOrdersShop(
  more: Record<string, string> = {},
  options: Pick<NonNullable<Parameters<typeof startOrders>[1]>, "taxes"> & {
    /** Fills the databases, by their URLs, before the subgraphs start. */
    readonly prepare?: (urls: Readonly<Record<"products" | "orders", string>>) => Promise<void>;
  } = {},
): Promise<OrdersShop> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(path.join(tmpdir(), "agora-orders-"));
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const mailbox = await openMailbox();
  opened.defer(() => mailbox.close());
  const databases = {
    users: opened.use(await createDatabase("users")),
    products: opened.use(await createDatabase("products")),
    orders: opened.use(await createDatabase("orders")),
  };
  await options.prepare?.({ products: databases.products.url, orders: databases.orders.url });
  const keys = await makeShopKeys();
  const variables = shopVariables({
    keys,
    ports: await forEachService(() => freePort()),
    databaseUrls: { users: databases.users.url, products: databases.products.url, orders: databases.orders.url },
    directory,
    mail: mailbox.variables,
    more,
  });
  const [products, orders, users] = [databases.products, databases.orders, databases.users].map(({ url }) => {
    const database = openDatabase({ url, applicationName: "test", connectionsMax: 3 });
    opened.defer(() => database.close());
    return database;
  });
  if (products === undefined || orders === undefined || users === undefined) throw new Error("Not all were opened.");
  await putUsers(users.db);
  const log = openLog("test", process.env.TEST_LOG_LEVEL ?? "silent");
  const statements = makeStatementLog();
  const running = {
    users: await startUsers(variables.users, { log }),
    products: await startProducts(variables.products, { log }),
  };
  const ordersRunning = await startOrders(variables.orders, {
    log,
    onStatement: statements.note,
    ...(options.taxes === undefined ? {} : { taxes: options.taxes }),
  });
  opened.defer(async () => {
    await ordersRunning.close();
    await Promise.all([running.users.close(), running.products.close()]);
  });
  const clients = {
    users: makeSubgraphClient(keys, "users", running.users.url),
    orders: makeSubgraphClient(keys, "orders", ordersRunning.url),
    products: makeSubgraphClient(keys, "products", running.products.url),
  };
  const seller: TestCaller = { id: newId<UserId>(), role: "SELLER", scopes: ["products:write"] };
  const graph = async (
    subgraph: "orders" | "products",
    document: string,
    given: Record<string, unknown>,
    asker: TestCaller,
  ) => {
    const response = await clients[subgraph](document, given, asker);
    expect(response.errors).toEqual([]);
    return response.data;
  };
  const ask: OrdersShop["ask"] = (document, given = {}, asker = "guest") => graph("orders", document, given, asker);
  const checkoutWith =
    (selection: string): OrdersShop["checkout"] =>
    async (asker, input = {}) => {
      const whole = { idempotencyKey: randomUUID(), shippingAddress: address, email: "buyer@example.com", ...input };
      const document = `mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) ${selection} }`;
      return (await ask(document, { input: whole }, asker)).checkoutComplete;
    };
  const checkout = checkoutWith(orderPayload);
  const addToCart: OrdersShop["addToCart"] = async (asker, product, quantity = 1, cartToken) => {
    const input = { ...product, quantity, ...(cartToken === undefined ? {} : { cartToken }) };
    return (
      await ask(`mutation ($input: CartItemAddInput!) { cartItemAdd(input: $input) ${cartPayload} }`, { input }, asker)
    ).cartItemAdd;
  };
  const stack = opened.move();
  return {
    keys,
    url: ordersRunning.url,
    sql: { products: products.sql, orders: orders.sql },
    mailbox,
    ...clients,
    stopProducts: () => running.products.close(),
    startProducts: async () => {
      running.products = await startProducts(variables.products, { log });
    },
    hangProducts: async () => {
      const sockets = new Set<Socket>();
      const silent = createServer((socket) => void sockets.add(socket));
      silent.listen(Number(variables.products.PRODUCTS_PORT), "127.0.0.1");
      await once(silent, "listening");
      return {
        [Symbol.asyncDispose]: async () => {
          for (const socket of sockets) socket.destroy();
          silent.close();
          await once(silent, "close");
        },
      };
    },
    statements: async (work) => statements.of(await requestsOf(work)),
    buyer: () => ({ id: newId<UserId>() }),
    knownBuyer: () => ({ id: demoUserIds.customer }),
    staff: (...scopes) => ({
      id: newId<UserId>(),
      role: "ADMIN",
      scopes: scopes.length > 0 ? scopes : ["orders:read", "orders:write", "payments:write"],
    }),
    sell: (document, given = {}) => graph("products", document, given, seller),
    product: async (stock, price = "10.00", currencyCode = "USD") => {
      const document = `mutation ($input: ProductCreateInput!) {
        productCreate(input: $input) { product { id variants { id } } userErrors { code message field } } }`;
      const input = { name: `Thing ${randomUUID().slice(0, 8)}`, price: { amount: price, currencyCode }, stock };
      const { productCreate } = await graph("products", document, { input }, seller);
      expect(productCreate.userErrors).toEqual([]);
      return { productId: productCreate.product.id, variantId: productCreate.product.variants[0].id };
    },
    from: async (clientAddress, document, given, asker = "guest") =>
      postGraph(`${ordersRunning.url}/graphql`, document, given, {
        authorization: `Bearer ${await internalTokenOf(keys, "orders", asker)}`,
        "x-client-address": clientAddress,
      }),
    ask,
    addToCart,
    checkout,
    place: checkoutWith("{ order { status } userErrors { code message } }"),
    placed: async (asker, product, quantity = 1, token) => {
      await addToCart(asker, product, quantity);
      const response = await checkout(asker, token === undefined ? {} : { payment: { token } });
      expect(response.order).not.toBeNull();
      return response.order;
    },
    pay: async (asker, payment, token, more = {}) => {
      const input = {
        idempotencyKey: randomUUID(),
        paymentId: payment.id,
        amount: payment.amount,
        method: { token },
        ...more,
      };
      const document = `mutation ($input: PaymentProcessInput!) { paymentProcess(input: $input) ${paymentPayload} }`;
      return (await ask(document, { input }, asker)).paymentProcess;
    },
    order: async (asker, id) =>
      (await ask(`query ($id: ID!) { order(id: $id) { ${orderFields} } }`, { id }, asker)).order,
    level: async (variantId) => {
      const [row] = await products.sql`select on_hand, reserved from stock_levels where variant_id = ${variantId}`;
      return { onHand: row?.on_hand, reserved: row?.reserved };
    },
    until: async (look, withinMs = 10_000) => {
      for (const end = Date.now() + withinMs; ; ) {
        const value = await look();
        if (value !== undefined && value !== false) return value as never;
        if (Date.now() > end) throw new Error("It did not come in time.");
        await sleep(50);
      }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
