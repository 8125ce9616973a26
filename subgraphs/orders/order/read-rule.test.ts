import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { address, type OrdersShop, openOrdersShop, orderPayload, paymentPayload } from "../testing/test-orders.ts";

let shop: OrdersShop;
beforeAll(async () => {
  shop = await openOrdersShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** A guest's order, with the input that placed it. */
async function guestOrder(token?: string) {
  const { cartToken } = await shop.addToCart("guest", await shop.product(5), 2);
  const input = {
    idempotencyKey: randomUUID(),
    cartToken,
    email: "victim@example.com",
    shippingAddress: address,
    ...(token === undefined ? {} : { payment: { token } }),
  };
  const placed = await shop.checkout("guest", input);
  return { input, ...placed };
}

async function claim(guestOrderToken: string) {
  const buyer = shop.buyer();
  const document = `mutation ($t: String!) { orderClaim(guestOrderToken: $t) ${orderPayload} }`;
  expect((await shop.ask(document, { t: guestOrderToken }, buyer)).orderClaim.userErrors).toEqual([]);
  return buyer;
}

describe("after a guest's order was claimed, the guest's credentials show nothing of it", () => {
  const hidden = { order: null, guestOrderToken: null, nextActionUrl: null, userErrors: [{ code: "NOT_FOUND" }] };

  test("in a repeat of the checkout", async () => {
    const { input, order, guestOrderToken } = await guestOrder();
    expect(await shop.checkout("guest", input)).toMatchObject({ order: { id: order.id }, guestOrderToken });
    const owner = await claim(guestOrderToken);
    await shop.ask(
      `mutation ($id: ID!, $a: AddressInput!) { orderShippingAddressUpdate(orderId: $id, address: $a) ${orderPayload} }`,
      { id: order.id, a: { ...address, line1: "9 Secret Road" } },
      owner,
    );
    const repeated = await shop.checkout("guest", input);
    expect(repeated).toMatchObject(hidden);
    expect(JSON.stringify(repeated)).not.toContain("Secret Road");
  });

  test("in a repeat whose payment was declined or waits for its buyer", async () => {
    for (const token of ["tok_insufficient_funds", "tok_action_required"]) {
      const { input, guestOrderToken } = await guestOrder(token);
      await claim(guestOrderToken);
      expect(await shop.checkout("guest", input)).toMatchObject(hidden);
    }
  });

  test("in a repeat of a payment, a cancellation and a query", async () => {
    const { order, guestOrderToken } = await guestOrder();
    const key = { idempotencyKey: randomUUID(), guestOrderToken };
    const paid = await shop.pay("guest", order.payment, "tok_ok", key);
    expect(paid).toMatchObject({ payment: { id: order.payment.id, order: { id: order.id } } });
    await claim(guestOrderToken);
    const nothing = { userErrors: [{ code: "NOT_FOUND" }] };
    expect(await shop.pay("guest", order.payment, "tok_ok", key)).toMatchObject({ payment: null, ...nothing });
    const document = `mutation ($i: OrderCancelInput!) { orderCancel(input: $i) ${orderPayload} }`;
    const cancelled = await shop.ask(document, { i: { orderId: order.id, guestOrderToken } });
    expect(cancelled.orderCancel).toMatchObject({ order: null, ...nothing });
    expect(await shop.ask("query ($t: String!) { guestOrder(token: $t) { id } }", { t: guestOrderToken })).toEqual({
      guestOrder: null,
    });
  });

  test("in a repeat of a return, and of the cart that went with it", async () => {
    const { order, guestOrderToken, input } = await guestOrder("tok_ok");
    const staff = shop.staff();
    const ship = `mutation ($i: ShipmentCreateInput!) { shipmentCreate(input: $i) { userErrors { code } } }`;
    await shop.ask(ship, { i: { orderId: order.id, idempotencyKey: randomUUID() } }, staff);
    const document = `mutation ($i: ReturnRequestInput!) { returnRequest(input: $i) {
      return { id } receivedAt userErrors { code } } }`;
    const declared = { i: { guestOrderToken, idempotencyKey: randomUUID(), reason: "Too small" } };
    const first = (await shop.ask(document, declared)).returnRequest;
    expect(first).toEqual({ return: null, receivedAt: expect.any(String), userErrors: [] });
    expect((await shop.ask(document, declared)).returnRequest).toEqual(first);
    await claim(guestOrderToken);
    const repeated = (await shop.ask(document, declared)).returnRequest;
    expect(repeated).toEqual({ return: null, receivedAt: null, userErrors: [{ code: "NOT_FOUND" }] });

    // The cart that was checked out is the guest's still, and empty; once a user has claimed it, it is nobody's.
    await shop.addToCart("guest", await shop.product(5), 1, input.cartToken);
    const { cartClaim } = await shop.ask(
      `mutation ($t: String!) { cartClaim(cartToken: $t) { cart { totalQuantity } userErrors { code } } }`,
      { t: input.cartToken },
      shop.buyer(),
    );
    expect(cartClaim).toEqual({ cart: { totalQuantity: 1 }, userErrors: [] });
    expect(await shop.ask("query ($t: String!) { cart(token: $t) { id } }", { t: input.cartToken })).toEqual({
      cart: null,
    });
    const cleared = await shop.ask(
      `mutation ($t: String!) { cartClear(cartToken: $t) { cart { id } userErrors { code } } }`,
      { t: input.cartToken },
    );
    expect(cleared.cartClear.cart).toBeNull();
  });

  test("once the account that claimed it is deleted", async () => {
    const { input, order, guestOrderToken } = await guestOrder();
    await claim(guestOrderToken);
    await shop.sql.orders`update orders set user_id = null, by_guest = false, email = null where id = ${order.id}`;
    expect(await shop.checkout("guest", input)).toMatchObject(hidden);
  });
});

describe("who may change an order without orders:read", () => {
  test("changes it and sees nothing of it in the payload", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(5)];
    const order = await shop.placed(buyer, product, 1, "tok_ok");
    const refund = { idempotencyKey: randomUUID(), paymentId: order.payment.id, amount: { amount: "4.00" } };
    const refundDocument = `mutation ($i: RefundCreateInput!) { refundCreate(input: $i) ${paymentPayload} }`;
    const cashier = shop.staff("payments:write");
    for (let repeat = 0; repeat < 2; repeat += 1) {
      const { refundCreate } = await shop.ask(refundDocument, { i: refund }, cashier);
      expect(refundCreate).toMatchObject({ payment: null, userErrors: [] });
    }
    const noteDocument = `mutation ($id: ID!) { orderNoteAdd(orderId: $id, note: "Seen") ${orderPayload} }`;
    const { orderNoteAdd } = await shop.ask(noteDocument, { id: order.id }, shop.staff("orders:write"));
    expect(orderNoteAdd).toMatchObject({ order: null, userErrors: [] });
    const statusDocument = `mutation ($i: OrderStatusUpdateInput!) { orderStatusUpdate(input: $i) ${orderPayload} }`;
    const move = { i: { orderId: order.id, status: "PROCESSING" } };
    const { orderStatusUpdate } = await shop.ask(statusDocument, move, shop.staff("orders:write"));
    expect(orderStatusUpdate).toMatchObject({ order: null, userErrors: [] });
    expect(await shop.order(buyer, order.id)).toMatchObject({
      status: "PROCESSING",
      amountRefunded: { amount: "4.00" },
    });
  });

  test("sees it with orders:read as well", async () => {
    const order = await shop.placed(shop.buyer(), await shop.product(5), 1, "tok_ok");
    const input = { idempotencyKey: randomUUID(), paymentId: order.payment.id };
    const document = `mutation ($i: RefundCreateInput!) { refundCreate(input: $i) ${paymentPayload} }`;
    const staff = shop.staff("payments:write", "orders:read");
    expect((await shop.ask(document, { i: input }, staff)).refundCreate.payment.order.id).toBe(order.id);
  });
});

test("another user's cart and orders are FORBIDDEN with their path; one's own are there", async () => {
  const [owner, other] = [shop.buyer(), shop.buyer()];
  await shop.placed(owner, await shop.product(5), 1);
  await shop.addToCart(owner, await shop.product(5), 1);
  const document = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { cart { totalQuantity } orders { totalCount } } } }`;
  const representations = { r: [{ __typename: "User", id: owner.id }] };
  const foreign = await shop.orders(document, representations, other);
  expect(foreign.data._entities).toEqual([{ cart: null, orders: null }]);
  expect(foreign.errors.map(({ path, extensions }) => [path?.join("."), extensions?.code])).toEqual([
    ["_entities.0.cart", "FORBIDDEN"],
    ["_entities.0.orders", "FORBIDDEN"],
  ]);
  const own = await shop.orders(document, representations, owner);
  expect(own.errors).toEqual([]);
  expect(own.data._entities).toEqual([{ cart: { totalQuantity: 1 }, orders: { totalCount: 1 } }]);
  const staff = await shop.orders(document, representations, shop.staff("orders:read"));
  expect(staff.data._entities).toEqual([{ cart: null, orders: { totalCount: 1 } }]);
  expect(staff.errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
});
