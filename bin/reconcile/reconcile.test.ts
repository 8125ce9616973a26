import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openDatabase } from "#platform/database/database.ts";
import { bySubgraph, type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import { openStripeLedger } from "#subgraphs/orders/payment-providers/provider-ledger.ts";
import {
  openStripeServer,
  type StripeServer,
  stripeSecretKey,
  stripeWebhookSecret,
} from "#subgraphs/orders/testing/stripe-server.ts";
import { openShop, type TestShop } from "#test/harness/shop.ts";
import { type Databases, readBooks } from "./books.ts";
import { type Difference, findDifferences } from "./differences.ts";
import { releaseOrphan, repairDifferences } from "./repair.ts";

let stripe: StripeServer;
beforeAll(async () => {
  stripe = await openStripeServer({ refunded: "succeeded" });
});
afterAll(() => stripe[Symbol.asyncDispose]());

const settleMsMax = 30_000;

function open(): Promise<TestShop> {
  return openShop({
    variables: {
      PAYMENT_PROVIDERS: "stripe",
      STRIPE_SECRET_KEY: stripeSecretKey,
      STRIPE_WEBHOOK_SECRET: stripeWebhookSecret,
      STRIPE_API_URL: stripe.url,
    },
  });
}

type Placed = { id: string; number: string; paymentId: string; guestOrderToken: string };

/** Places an order of one unit as a guest, and pays it with `token` if there is one. */
async function place(shop: TestShop, productId: string, token?: string): Promise<Placed> {
  const added = await shop.graphql(
    "mutation ($id: ID!) { cartItemAdd(input: { productId: $id }) { cartToken userErrors { code } } }",
    { id: productId },
  );
  const { data } = await shop.graphql(
    `mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) {
      guestOrderToken order { id number payment { id } } userErrors { code message } } }`,
    {
      input: {
        cartToken: added.data.cartItemAdd.cartToken,
        idempotencyKey: randomUUID(),
        email: "buyer@example.com",
        shippingAddress: { line1: "1 Main St", country: "US" },
        ...(token === undefined ? {} : { payment: { token } }),
      },
    },
  );
  expect(data.checkoutComplete.userErrors).toEqual([]);
  const { order, guestOrderToken } = data.checkoutComplete;
  return { id: order.id, number: order.number.replaceAll("-", ""), paymentId: order.payment.id, guestOrderToken };
}

async function pay(shop: TestShop, order: Placed): Promise<void> {
  const response = await shop.graphql(
    "mutation ($input: PaymentProcessInput!) { paymentProcess(input: $input) { userErrors { code message } } }",
    {
      input: {
        paymentId: order.paymentId,
        guestOrderToken: order.guestOrderToken,
        idempotencyKey: randomUUID(),
        amount: { amount: "25" },
        method: { token: "pm_card_visa" },
      },
    },
  );
  expect(response).toMatchObject({ data: { paymentProcess: { userErrors: [] } } });
}

async function cancel(shop: TestShop, order: Placed): Promise<void> {
  const response = await shop.graphql(
    "mutation ($input: OrderCancelInput!) { orderCancel(input: $input) { userErrors { code message } } }",
    { input: { orderId: order.id, guestOrderToken: order.guestOrderToken } },
  );
  expect(response).toMatchObject({ data: { orderCancel: { userErrors: [] } } });
}

async function stockedProduct(shop: TestShop): Promise<string> {
  const seller = await shop.seller();
  const { data } = await shop.graphql(
    `mutation { productCreate(input: { name: "Ledger", price: { amount: "25" }, status: ACTIVE, stock: 20 }) {
      product { id } userErrors { code message } } }`,
    {},
    { token: seller.accessToken },
  );
  expect(data.productCreate.userErrors).toEqual([]);
  return data.productCreate.product.id;
}

/** Waits until every event is delivered and every payment that is booked is settled. */
async function settle({ sql }: TestShop): Promise<void> {
  const until = Date.now() + settleMsMax;
  for (;;) {
    const counts = await Promise.all([
      sql.orders`select count(*)::int as left from outbox where status <> 'sent' and channel = 'event'`,
      sql.products`select count(*)::int as left from outbox where status <> 'sent'`,
      sql.orders`select count(*)::int as left from payment_transactions where status = 'PENDING' and type = 'CHARGE'`,
    ]);
    if (counts.every(([row]) => row?.left === 0)) return;
    if (Date.now() > until) throw new Error(`Not settled: ${JSON.stringify(counts)}`);
    await sleep(50);
  }
}

/** Copies the database of a stopped service, as a backup does. Returns what restores it. */
async function backUp(shop: TestShop, name: Subgraph): Promise<() => Promise<void>> {
  const [row] = await shop.sql[name]`select current_database() as name`;
  const original = String(row?.name);
  const copy = `${original}_backup`;
  const replace = async (from: string, to: string) => {
    const admin = postgres(inject("adminUrl"), { max: 1, onnotice: () => {} });
    try {
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${from}`;
      await admin`drop database if exists ${admin(to)} with (force)`;
      await admin`create database ${admin(to)} template ${admin(from)} owner ${admin(name)} strategy file_copy`;
    } finally {
      await admin.end();
    }
  };
  await shop.stop(name);
  await replace(original, copy);
  await shop.start(name);
  return async () => {
    await shop.stop(name);
    await replace(copy, original);
  };
}

/** Compares the shop's books, as the command does. */
function reconcile(shop: TestShop, repair: boolean): Promise<Difference[]> {
  return withDatabases(shop, async (databases) => {
    const ledgers = [openStripeLedger({ secretKey: stripeSecretKey, apiUrl: stripe.url })];
    const since = new Date(Date.now() - 60 * 60 * 1_000);
    const books = await readBooks(databases, ledgers, since, 0);
    const differences = findDifferences(books);
    if (repair) expect((await repairDifferences(databases, differences)).failed).toEqual([]);
    return differences;
  });
}

async function onHand({ sql }: TestShop, productId: string): Promise<unknown> {
  const [row] = await sql.products`select on_hand, reserved from stock_levels where product_id = ${productId}`;
  return row;
}

test("after products was restored to an older moment, its stock is again what the orders say", {
  timeout: 120_000,
}, async () => {
  stripe.clear();
  await using shop = await open();
  const product = await stockedProduct(shop);
  const paidLater = await place(shop, product);
  const cancelledLater = await place(shop, product, "pm_card_visa");
  await settle(shop);
  const restore = await backUp(shop, "products");
  await pay(shop, paidLater);
  await cancel(shop, cancelledLater);
  await place(shop, product);
  await place(shop, product, "pm_card_visa");
  await settle(shop);
  expect(await reconcile(shop, false)).toEqual([]);
  const before = await onHand(shop, product);

  await restore();
  expect(await onHand(shop, product)).not.toEqual(before);
  const differences = await reconcile(shop, true);
  expect(differences.map(({ repairs }) => repairs.length)).toSatisfy((counts: number[]) => !counts.includes(0));
  expect(differences.length).toBeGreaterThanOrEqual(4);
  await shop.start("products");
  await settle(shop);
  expect(await reconcile(shop, false)).toEqual([]);
  expect(await onHand(shop, product)).toEqual(before);
});

test("after orders was restored to an older moment, payments are booked again and orders that are lost are listed", {
  timeout: 120_000,
}, async () => {
  stripe.clear();
  await using shop = await open();
  const product = await stockedProduct(shop);
  const paidLater = await place(shop, product);
  await settle(shop);
  const restore = await backUp(shop, "orders");
  await pay(shop, paidLater);
  const lost = await place(shop, product, "pm_card_visa");
  await settle(shop);
  expect(await reconcile(shop, false)).toEqual([]);
  const charges = stripe.intents.size;

  await restore();
  const differences = await reconcile(shop, true);
  expect(differences.filter(({ repairs }) => repairs.length === 0).map(({ text }) => text)).toEqual([
    expect.stringContaining(`Reservation ${lost.id} is SOLD and has no order.`),
    expect.stringMatching(/belongs to no order/),
  ]);
  await shop.start("orders");
  await settle(shop);
  const [order] = await shop.sql.orders`
    select status, payment_status, stock_status from orders where id = ${paidLater.id}`;
  expect(order).toEqual({ status: "PAID", payment_status: "PAID", stock_status: "SOLD" });
  expect(stripe.intents.size).toBe(charges);
  expect(stripe.refunds.size).toBe(0);

  // What an operator decides: the lost order is refunded at the provider, and its stock is released.
  const intent = [...stripe.intents.values()].at(-1);
  await fetch(`${stripe.url}/v1/refunds`, {
    method: "POST",
    headers: { authorization: `Bearer ${stripeSecretKey}` },
    body: new URLSearchParams({ payment_intent: intent?.id ?? "", amount: String(intent?.amount) }),
  });
  expect(await withDatabases(shop, (databases) => releaseOrphan(databases, lost.id))).toBe(true);
  await settle(shop);
  expect(await reconcile(shop, false)).toEqual([]);
  expect(await onHand(shop, product)).toEqual({ on_hand: 19, reserved: 0 });
});

test("after users was restored to an older moment, accounts that were deleted since are listed", {
  timeout: 120_000,
}, async () => {
  stripe.clear();
  await using shop = await open();
  const customer = await shop.newCustomer();
  const restore = await backUp(shop, "users");
  const [row] = await shop.sql.users`select id from users where email = ${customer.email}`;
  const { data } = await shop.graphql(
    `mutation ($input: AccountDeleteInput!) { accountDelete(input: $input) { userErrors { code message } } }`,
    { input: { password: "long enough for 1" } },
    { token: customer.accessToken },
  );
  expect(data.accountDelete.userErrors).toEqual([]);
  await expect.poll(() => shop.sql.products`select from closed_accounts`, { timeout: settleMsMax }).toHaveLength(1);
  expect(await reconcile(shop, false)).toEqual([]);
  await restore();
  expect(await reconcile(shop, false)).toEqual([
    { text: `Account ${row?.id} was deleted and exists again. Delete it again.`, repairs: [] },
  ]);
});

/** Connects anew, because connections to a restored database have ended. */
async function withDatabases<Result>(
  { sql }: TestShop,
  work: (databases: Databases) => Promise<Result>,
): Promise<Result> {
  const opened = bySubgraph((name) => {
    const { host, port, database, user, pass } = sql[name].options;
    const url = `postgres://${user}:${pass}@${host[0]}:${port[0]}/${database}`;
    return openDatabase({ url, applicationName: "reconcile", connectionsMax: 2 });
  });
  try {
    return await work(bySubgraph((name) => opened[name].db));
  } finally {
    await Promise.all(subgraphs.map((name) => opened[name].close()));
  }
}
