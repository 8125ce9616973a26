import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  address,
  type Buyer,
  type OrdersShop,
  openOrdersShop,
  orderPayload,
  type Product,
} from "../testing/test-orders.ts";

let shop: OrdersShop;
beforeAll(async () => {
  shop = await openOrdersShop({ BUDGETS_ENABLED: "true" });
});
afterAll(() => shop[Symbol.asyncDispose]());

let addresses = 0;
/** A client address that no other test uses. */
const freshAddress = () => {
  addresses += 1;
  return `10.${addresses}.0.1`;
};
const freshEmail = () => `${randomUUID()}@example.com`;

const checkoutDocument = `mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) ${orderPayload} }`;

/** Checks out a new cart, and returns the order, or the code and extensions of the error. */
async function buy(
  product: Product,
  quantity: number,
  options: { from?: string; email?: string; token?: string; buyer?: Buyer } = {},
) {
  const { from = freshAddress(), email = freshEmail(), token, buyer } = options;
  const { cartToken } = await shop.addToCart(buyer ?? "guest", product, quantity);
  const input = {
    idempotencyKey: randomUUID(),
    ...(buyer === undefined ? { cartToken } : {}),
    email,
    shippingAddress: address,
    ...(token === undefined ? {} : { payment: { token } }),
  };
  const { data, errors } = await shop.from(from, checkoutDocument, { input }, buyer ?? "guest");
  const payload = data?.checkoutComplete;
  return {
    order: payload?.order ?? undefined,
    guestOrderToken: payload?.guestOrderToken,
    error: errors[0]?.extensions,
  };
}

const limited = { code: "RATE_LIMITED", retryAfterSeconds: expect.any(Number) };
const placed = <Result extends { order?: unknown }>(results: readonly Result[]) =>
  results.filter(({ order }) => order !== undefined).length;

describe("unpaid orders", () => {
  test("of one client address hold 150 units at most, however many are placed at once", async () => {
    const products = await Promise.all(Array.from({ length: 5 }, () => shop.product(1_000)));
    const from = freshAddress();
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => buy(products[i % 5] ?? { productId: "", variantId: "" }, 10, { from })),
    );
    expect(placed(results)).toBe(15);
    for (const { order, error } of results) if (order === undefined) expect(error).toMatchObject(limited);
    const levels = await Promise.all(products.map(({ variantId }) => shop.level(variantId)));
    expect(levels.reduce((sum, { reserved }) => sum + reserved, 0)).toBe(150);
  });

  test("of one mailbox are ten at most, whatever the case and the +tag of the address", async () => {
    const product = await shop.product(1_000);
    const name = randomUUID();
    const results = await Promise.all(
      Array.from({ length: 14 }, (_, i) =>
        buy(product, 1, { email: `${i % 2 === 0 ? name : name.toUpperCase()}+${i}@example.com` }),
      ),
    );
    expect(placed(results)).toBe(10);
  });

  test("count again once they are paid or cancelled", async () => {
    const product = await shop.product(1_000);
    const email = freshEmail();
    const results = await Promise.all(Array.from({ length: 10 }, () => buy(product, 1, { email })));
    expect((await buy(product, 1, { email })).error).toMatchObject(limited);
    const [first, second] = results;
    await shop.pay("guest", first?.order.payment, "tok_ok", { guestOrderToken: first?.guestOrderToken });
    expect((await buy(product, 1, { email, token: "tok_ok" })).order).toMatchObject({ status: "PAID" });
    expect((await buy(product, 1, { email })).order).toBeDefined();
    expect((await buy(product, 1, { email })).error).toMatchObject(limited);
    await shop.ask(`mutation ($i: OrderCancelInput!) { orderCancel(input: $i) ${orderPayload} }`, {
      i: { orderId: second?.order.id, guestOrderToken: second?.guestOrderToken },
    });
    expect((await buy(product, 1, { email })).order).toBeDefined();
  });

  test("of one user hold 100 units at most, those that an edit adds included", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(1_000)];
    const { order } = await buy(product, 50, { buyer });
    expect((await buy(product, 51, { buyer })).error).toMatchObject(limited);
    const document = `mutation ($o: ID!, $i: ID!, $q: Int!) { orderItemUpdate(orderId: $o, itemId: $i, quantity: $q) ${orderPayload} }`;
    const edit = (q: number) => shop.from("", document, { o: order.id, i: order.items[0].id, q }, buyer);
    expect((await edit(101)).errors[0]?.extensions).toMatchObject(limited);
    expect((await edit(20)).data.orderItemUpdate.userErrors).toEqual([]);
    expect((await edit(100)).data.orderItemUpdate.userErrors).toEqual([]);
    expect((await shop.level(product.variantId)).reserved).toBe(100);
  });

  test("of 50 people behind one address, two units each, are all placed", async () => {
    const products = await Promise.all(Array.from({ length: 5 }, () => shop.product(100)));
    const from = freshAddress();
    const results = await Promise.all(
      products.flatMap((product) => Array.from({ length: 10 }, () => buy(product, 2, { from }))),
    );
    expect(placed(results)).toBe(50);
  });
});

describe("a guest", () => {
  test("holds half of a variant's stock at most, and a fresh guest gets the rest", async () => {
    const product = await shop.product(40);
    const from = freshAddress();
    const results = await Promise.all(Array.from({ length: 8 }, () => buy(product, 4, { from })));
    expect(placed(results)).toBe(5);
    expect((await shop.level(product.variantId)).reserved).toBe(20);
    expect((await buy(product, 10)).order).toBeDefined();
    expect((await buy(product, 10, { buyer: shop.buyer() })).order).toBeDefined();
  });

  test("may always hold five units, or all that is left", async () => {
    const [few, last] = [await shop.product(6), await shop.product(1)];
    expect((await buy(few, 5)).order).toBeDefined();
    expect((await buy(few, 1)).order).toBeDefined();
    expect((await buy(last, 1)).order).toBeDefined();
    const [from, more] = [freshAddress(), await shop.product(8)];
    expect((await buy(more, 5, { from })).order).toBeDefined();
    expect((await buy(more, 1, { from })).error).toMatchObject(limited);
    expect((await buy(more, 1)).order).toBeDefined();
  });

  test("has ten minutes to begin a payment and then the full time, whatever became of the payment", async () => {
    const product = await shop.product(20);
    const minutes = async (id: string) => {
      const [row] = await shop.sql.orders`
        select round(extract(epoch from expires_at - created_at) / 60)::int as minutes from orders where id = ${id}`;
      return row?.minutes;
    };
    const { order, guestOrderToken } = await buy(product, 1);
    expect(await minutes(order.id)).toBe(10);
    const declined = await shop.pay("guest", order.payment, "tok_declined", { guestOrderToken });
    expect(declined.userErrors).toMatchObject([{ code: "PAYMENT_DECLINED" }]);
    expect(await minutes(order.id)).toBe(30);
    expect(await minutes((await buy(product, 1, { token: "tok_declined" })).order.id)).toBe(30);
    expect(await minutes((await buy(product, 1, { buyer: shop.buyer() })).order.id)).toBe(30);
    const [kept] = await shop.sql.products`
      select extract(epoch from held_until - now()) > 1500 as full from reservations where order_id = ${order.id}`;
    expect(kept?.full).toBe(true);
  });
});

test("one client address starts 200 guest carts an hour", async () => {
  const product = await shop.product(1_000);
  const document = `mutation ($input: CartItemAddInput!) { cartItemAdd(input: $input) { cartToken } }`;
  const add = (from: string) => shop.from(from, document, { input: { ...product, quantity: 1 } });
  const from = freshAddress();
  const results = await Promise.all(Array.from({ length: 210 }, () => add(from)));
  expect(results.filter(({ data }) => data?.cartItemAdd != null)).toHaveLength(200);
  expect((await add(freshAddress())).errors).toEqual([]);
});

const untilMailsAreSent = () =>
  shop.until(async () => {
    const [row] = await shop.sql.orders`
      select count(*)::int as waiting from outbox where channel = 'mail' and status = 'waiting'`;
    return row?.waiting === 0;
  });

test("a stranger's mailbox gets five emails about unpaid orders an hour, and none about a guest's own cancellation", async () => {
  const product = await shop.product(1_000);
  const email = freshEmail();
  for (let i = 0; i < 8; i += 1) {
    const { order, guestOrderToken } = await buy(product, 1, { email });
    // The confirmation of an order that was cancelled before it was sent is dropped.
    await untilMailsAreSent();
    await shop.ask(`mutation ($i: OrderCancelInput!) { orderCancel(input: $i) ${orderPayload} }`, {
      i: { orderId: order.id, guestOrderToken },
    });
  }
  await untilMailsAreSent();
  const mails = shop.mailbox.mails.filter(({ to }) => to === email);
  expect(mails).toHaveLength(5);
  expect(mails.filter(({ subject }) => subject.includes("cancelled"))).toEqual([]);
});
