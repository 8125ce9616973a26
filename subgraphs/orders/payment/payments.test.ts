import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { internalTokenOf } from "#test/harness/subgraph-client.ts";
import { signSandboxWebhook } from "../payment-providers/sandbox-webhooks.ts";
import { type Buyer, type OrdersShop, openOrdersShop, orderPayload, paymentPayload } from "../testing/test-orders.ts";

const tokenKey = randomBytes(32).toString("base64");
let shop: OrdersShop;
beforeAll(async () => {
  shop = await openOrdersShop({ TOKEN_KEY: tokenKey });
});
afterAll(() => shop[Symbol.asyncDispose]());

const codes = (response: { userErrors: { code: string }[] }) => response.userErrors.map(({ code }) => code);
const times = (count: number) => Array.from({ length: count });

const cancelDocument = `mutation ($input: OrderCancelInput!) { orderCancel(input: $input) ${orderPayload} }`;
const cancel = async (asker: Buyer | "guest", input: Record<string, unknown>) =>
  (await shop.ask(cancelDocument, { input }, asker)).orderCancel;
const refundDocument = `mutation ($input: RefundCreateInput!) { refundCreate(input: $input) ${paymentPayload} }`;
const refund = async (asker: Buyer, input: Record<string, unknown>) =>
  (await shop.ask(refundDocument, { input: { idempotencyKey: randomUUID(), ...input } }, asker)).refundCreate;
const recordDocument = `mutation ($input: PaymentRecordInput!) { paymentRecord(input: $input) ${paymentPayload} }`;
const record = async (asker: Buyer, input: Record<string, unknown>) =>
  (await shop.ask(recordDocument, { input: { idempotencyKey: randomUUID(), reference: "cash", ...input } }, asker))
    .paymentRecord;
const moveDocument = `mutation ($input: OrderStatusUpdateInput!) { orderStatusUpdate(input: $input) ${orderPayload} }`;
const move = async (asker: Buyer, orderId: string, status: string) =>
  (await shop.ask(moveDocument, { input: { orderId, status } }, asker)).orderStatusUpdate;

/** What the provider's own books say of an order, in minor units. */
async function booked(orderId: string): Promise<{ charged: number; refunded: number }> {
  const [row] = await shop.sql.orders`
    select coalesce(sum(amount_minor), 0)::int as charged,
      (select coalesce(sum(r.amount_minor), 0)::int from test_provider.refunds r join payment_transactions t
        on t.id::text = r.idempotency_key where t.order_id = ${orderId}) as refunded
    from test_provider.charges c
    where c.status = 'succeeded'
      and c.idempotency_key in (select id::text from payment_transactions where order_id = ${orderId})`;
  return { charged: row?.charged, refunded: row?.refunded };
}

describe.concurrent("the test provider's tokens", () => {
  test("a declined payment leaves the order pending and reserved, says why, and another may be made", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(5)];
    await shop.addToCart(buyer, product);
    const input = { idempotencyKey: "declined", payment: { token: "tok_insufficient_funds" } };
    const first = await shop.checkout(buyer, input);
    expect(first).toMatchObject({
      order: { status: "PENDING", paymentStatus: "FAILED", stockStatus: "RESERVED" },
      userErrors: [{ code: "PAYMENT_DECLINED", declineCode: "insufficient_funds", __typename: "PaymentError" }],
    });
    expect(await shop.checkout(buyer, input)).toEqual(first);
    const generic = await shop.pay(buyer, first.order.payment, "tok_declined");
    expect(generic.userErrors).toMatchObject([{ declineCode: "card_declined" }]);
    const paid = await shop.pay(buyer, first.order.payment, "tok_ok");
    expect(paid).toMatchObject({ userErrors: [], payment: { status: "PAID", order: { status: "PAID" } } });
    expect(paid.payment.order.payment.transactions.map(({ status }: { status: string }) => status)).toEqual([
      "FAILED",
      "FAILED",
      "SUCCEEDED",
    ]);
    expect(codes(await shop.pay(buyer, first.order.payment, "tok_ok"))).toEqual(["PAYMENT_ALREADY_PROCESSED"]);
  });

  test("a slow one is waited for", async () => {
    const buyer = shop.buyer();
    const order = await shop.placed(buyer, await shop.product(5), 1, "tok_slow");
    expect(order).toMatchObject({ status: "PAID", paymentStatus: "PAID" });
  });

  test("a response that is lost is PENDING within 8 s, without an error, and settled within 30 s by asking again", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(5)];
    await shop.addToCart(buyer, product);
    const begunAt = Date.now();
    const input = { idempotencyKey: "lost", payment: { token: "tok_timeout" } };
    const first = await shop.checkout(buyer, input);
    expect(Date.now() - begunAt).toBeLessThan(8_000);
    expect(first).toMatchObject({ order: { status: "PENDING", paymentStatus: "PENDING" }, userErrors: [] });
    expect(codes(await shop.pay(buyer, first.order.payment, "tok_ok"))).toEqual(["PAYMENT_IN_PROGRESS"]);
    const [attempt] = await shop.sql.orders`
      select extract(epoch from due_at - now())::float8 as seconds from payment_transactions where order_id = ${first.order.id}`;
    expect(attempt?.seconds).toBeLessThan(20);
    // The provider responds again, and the time until the next call goes by.
    await shop.sql.orders`update test_provider.charges set ready_at = now() where token = 'tok_timeout'`;
    await shop.sql.orders`update payment_transactions set due_at = now() where order_id = ${first.order.id}`;
    const settled = await shop.until(async () => {
      const order = await shop.order(buyer, first.order.id);
      return order.status === "PAID" && order;
    });
    expect(settled.amountPaid.amount).toBe("10.00");
    expect(await booked(settled.id)).toEqual({ charged: 1_000, refunded: 0 });
    expect((await shop.checkout(buyer, input)).userErrors).toEqual([]);
  });

  test("one that needs the buyer is finished on the provider's own page", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(5)];
    await shop.addToCart(buyer, product);
    const payment = { token: "tok_action_required", returnUrl: "http://localhost:5173/back?order=1" };
    const input = { idempotencyKey: "action", payment };
    const first = await shop.checkout(buyer, input);
    expect(first).toMatchObject({
      order: { paymentStatus: "PENDING" },
      userErrors: [{ code: "PAYMENT_ACTION_REQUIRED" }],
    });
    expect(first.nextActionUrl).toMatch(/\/test-provider\/tc_[0-9a-f]{32}$/);
    expect(await shop.checkout(buyer, input)).toEqual(first);
    expect(codes(await shop.pay(buyer, first.order.payment, "tok_ok"))).toEqual(["PAYMENT_IN_PROGRESS"]);
    const page = new URL(first.nextActionUrl).pathname;
    const authorization = `Bearer ${await internalTokenOf(shop.keys, "orders", "guest")}`;
    const shown = await fetch(`${shop.url}${page}`, { headers: { authorization } });
    expect(await shown.text()).toContain("Pay 10.00 USD?");
    const sent = await fetch(`${shop.url}${page}`, {
      method: "POST",
      headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
      body: "outcome=approve",
      redirect: "manual",
    });
    expect([sent.status, sent.headers.get("location")]).toEqual([303, payment.returnUrl]);
    // Should its webhook get lost, the attempt is looked up every ten seconds, which go by here.
    const [attempt] = await shop.sql.orders`
      select due_at - now() between interval '0' and interval '10 seconds' as soon from payment_transactions
      where order_id = ${first.order.id}`;
    expect(attempt?.soon).toBe(true);
    await shop.sql.orders`update payment_transactions set due_at = now() where order_id = ${first.order.id}`;
    await shop.until(async () => (await shop.order(buyer, first.order.id)).status === "PAID");
  });

  test("one that its buyer never finishes is taken back in the end, and the order that went on without it is paid another way", async () => {
    const [buyer, staff, product] = [shop.buyer(), shop.staff(), await shop.product(5)];
    const order = await shop.placed(buyer, product, 1, "tok_action_required");
    await move(staff, order.id, "PROCESSING");
    const money = { paymentId: order.payment.id, amount: order.payment.amount };
    expect(codes(await record(staff, money))).toEqual(["PAYMENT_IN_PROGRESS"]);
    await shop.sql.orders`
      update payment_transactions set created_at = created_at - interval '1 hour', due_at = now() where order_id = ${order.id}`;
    await shop.until(async () => (await shop.order(buyer, order.id)).paymentStatus === "FAILED");
    expect(codes(await record(staff, money))).toEqual([]);
    expect(await booked(order.id)).toEqual({ charged: 0, refunded: 0 });
  });

  test("ten declined payments cancel the order", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(5)];
    const order = await shop.placed(buyer, product);
    for (const _time of times(9)) await shop.pay(buyer, order.payment, "tok_declined");
    expect((await shop.order(buyer, order.id)).status).toBe("PENDING");
    const last = await shop.pay(buyer, order.payment, "tok_declined");
    expect(last.payment.order).toMatchObject({
      status: "CANCELLED",
      cancelReason: "PAYMENT_FAILED",
      paymentStatus: "CANCELLED",
    });
    await shop.until(async () => (await shop.level(product.variantId)).reserved === 0);
  });

  test("a tenth one that is declined once the order is on its way cancels nothing", async () => {
    const [buyer, staff, product] = [shop.buyer(), shop.staff(), await shop.product(5)];
    const order = await shop.placed(buyer, product);
    await shop.sql.orders`update orders set declines = 9 where id = ${order.id}`;
    await move(staff, order.id, "PROCESSING");
    const { payment } = await shop.pay(buyer, order.payment, "tok_action_required");
    await move(staff, order.id, "SHIPPED");
    const [{ id }] = payment.order.payment.transactions;
    await shop.sql.orders`
      update test_provider.charges set status = 'declined', decline_code = 'card_declined' where idempotency_key = ${id}`;
    await shop.sql.orders`update payment_transactions set due_at = now() where id = ${id}`;
    const declined = await shop.until(async () => {
      const found = await shop.order(buyer, order.id);
      return found.paymentStatus !== "PENDING" && found;
    });
    expect(declined).toMatchObject({ status: "SHIPPED", paymentStatus: "FAILED" });
  });
});

describe("paying", () => {
  test("20 payments of one order at once charge once", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(5)];
    const order = await shop.placed(buyer, product);
    const responses = await Promise.all(times(20).map(() => shop.pay(buyer, order.payment, "tok_ok")));
    expect(responses.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    for (const code of responses.flatMap(codes))
      expect(["PAYMENT_IN_PROGRESS", "PAYMENT_ALREADY_PROCESSED"]).toContain(code);
    expect(await booked(order.id)).toEqual({ charged: 1_000, refunded: 0 });
  });

  test("one key sent 20 times at once makes one attempt and 20 equal responses", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(5)];
    const order = await shop.placed(buyer, product);
    const key = { idempotencyKey: "pay-once" };
    const responses = await Promise.all(times(20).map(() => shop.pay(buyer, order.payment, "tok_declined", key)));
    expect(new Set(responses.map(({ userErrors }) => JSON.stringify(userErrors)))).toEqual(
      new Set([JSON.stringify(responses[0].userErrors)]),
    );
    expect(codes(responses[0])).toEqual(["PAYMENT_DECLINED"]);
    const now = await shop.order(buyer, order.id);
    expect(now.payment.transactions).toHaveLength(1);
    expect(codes(await shop.pay(buyer, order.payment, "tok_ok", key))).toEqual(["IDEMPOTENCY_KEY_REUSED"]);
  });

  test("another amount, another currency and an unknown provider are refused, and a foreign payment is not there", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(5)];
    const { payment } = await shop.placed(buyer, product);
    const wrong = (amount: unknown, more = {}) => shop.pay(buyer, { id: payment.id, amount }, "tok_ok", more);
    expect(codes(await wrong({ amount: "9.99" }))).toEqual(["PAYMENT_AMOUNT_MISMATCH"]);
    expect(codes(await wrong({ amount: "10.00", currencyCode: "EUR" }))).toEqual(["PAYMENT_AMOUNT_MISMATCH"]);
    const method = { method: { token: "tok_ok", provider: "nobody" } };
    expect((await wrong(payment.amount, method)).userErrors).toMatchObject([
      { code: "VALIDATION_FAILED", field: ["method", "provider"] },
    ]);
    expect(codes(await shop.pay(shop.buyer(), payment, "tok_ok"))).toEqual(["NOT_FOUND"]);
    const read = (asker: Buyer) => shop.ask("query ($id: ID!) { payment(id: $id) { id } }", { id: payment.id }, asker);
    expect((await read(buyer)).payment).toEqual({ id: payment.id });
    expect((await read(shop.buyer())).payment).toBeNull();
  });

  test("on delivery: staff confirm, the stock is sold, and the money is recorded once without moving the order", async () => {
    const [buyer, staff, product] = [shop.buyer(), shop.staff(), await shop.product(5)];
    const order = await shop.placed(buyer, product, 2);
    const money = { paymentId: order.payment.id, amount: order.payment.amount };
    expect(codes(await record(staff, money))).toEqual(["ORDER_NOT_PAYABLE"]);
    expect((await move(staff, order.id, "PROCESSING")).order).toMatchObject({ status: "PROCESSING", expiresAt: null });
    await shop.until(async () => (await shop.order(buyer, order.id)).stockStatus === "SOLD");
    await move(staff, order.id, "SHIPPED");
    await move(staff, order.id, "DELIVERED");
    expect(codes(await record(staff, { ...money, amount: { amount: "1.00" } }))).toEqual(["PAYMENT_AMOUNT_MISMATCH"]);
    const responses = await Promise.all(times(10).map(() => record(staff, { ...money, idempotencyKey: "cash" })));
    expect(responses.every(({ userErrors }) => userErrors.length === 0)).toBe(true);
    expect(codes(await record(staff, money))).toEqual(["PAYMENT_ALREADY_PROCESSED"]);
    expect(await shop.order(buyer, order.id)).toMatchObject({
      status: "DELIVERED",
      paymentStatus: "PAID",
      amountPaid: { amount: "20.00" },
      payment: { transactions: [{ type: "CHARGE", status: "SUCCEEDED", providerReference: "cash" }] },
    });
  });
});

test("a buyer is sent back to an origin of the shop only", async () => {
  const buyer = shop.buyer();
  await shop.addToCart(buyer, await shop.product(5));
  for (const returnUrl of [
    "https://evil.example/",
    "https://localhost.evil.example/",
    "http://localhost@evil.example",
  ]) {
    const { order, userErrors } = await shop.checkout(buyer, { payment: { token: "tok_ok", returnUrl } });
    expect(order).toBeNull();
    expect(userErrors).toMatchObject([{ code: "VALIDATION_FAILED", field: ["payment", "returnUrl"] }]);
  }
});

describe("a cancellation", () => {
  test("of a paid order refunds all of it and puts the stock back", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(5)];
    const order = await shop.placed(buyer, product, 2, "tok_ok");
    await shop.until(async () => (await shop.order(buyer, order.id)).stockStatus === "SOLD");
    const { order: cancelled } = await cancel(buyer, { orderId: order.id, note: "Changed my mind." });
    expect(cancelled).toMatchObject({
      status: "CANCELLED",
      cancelReason: "CUSTOMER",
      paymentStatus: "REFUNDED",
      amountRefunded: { amount: "20.00" },
      availableTransitions: [],
    });
    expect((await shop.pay(buyer, order.payment, "tok_ok")).userErrors).toMatchObject([{ code: "ORDER_NOT_PAYABLE" }]);
    await shop.until(async () => (await shop.order(buyer, order.id)).stockStatus === "RELEASED");
    expect(await shop.level(product.variantId)).toEqual({ onHand: 5, reserved: 0 });
    expect(await booked(order.id)).toEqual({ charged: 2_000, refunded: 2_000 });
    expect((await cancel(buyer, { orderId: order.id })).userErrors).toMatchObject([
      { code: "INVALID_STATUS_TRANSITION", from: "CANCELLED", to: "CANCELLED", allowed: [] },
    ]);
  });

  test("wins at once over a charge under way, which is taken back or refunded when it lands", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(9)];
    const mine = await shop.placed(buyer, product);
    const paying = shop.pay(buyer, mine.payment, "tok_slow");
    await shop.until(async () => (await shop.order(buyer, mine.id)).paymentStatus === "PENDING");
    expect((await cancel(buyer, { orderId: mine.id })).order.status).toBe("CANCELLED");
    await paying;
    const settled = await shop.until(async () => {
      const order = await shop.order(buyer, mine.id);
      return ["CANCELLED", "REFUNDED"].includes(order.paymentStatus) && order;
    }, 15_000);
    expect(settled.status).toBe("CANCELLED");
    const { charged, refunded } = await booked(mine.id);
    expect(charged).toBe(refunded);
  });

  test("20 payments and cancellations at once: whichever wins, the books agree", async () => {
    const product = await shop.product(20);
    const orders = await Promise.all(
      times(10).map(async () => {
        const buyer = shop.buyer();
        return { buyer, order: await shop.placed(buyer, product) };
      }),
    );
    await Promise.all(
      orders.flatMap(({ buyer, order }) => [
        shop.pay(buyer, order.payment, "tok_ok"),
        cancel(buyer, { orderId: order.id }),
      ]),
    );
    for (const { buyer, order } of orders) {
      const now = await shop.until(async () => {
        const found = await shop.order(buyer, order.id);
        return ["CANCELLED", "REFUNDED"].includes(found.paymentStatus) && found;
      });
      const { charged, refunded } = await booked(order.id);
      expect([now.status, charged - refunded]).toEqual(["CANCELLED", 0]);
    }
    await shop.until(async () => (await shop.level(product.variantId)).onHand === 20);
    await shop.until(async () => (await shop.level(product.variantId)).reserved === 0);
  });
});

describe("a refund", () => {
  test("goes in parts and never beyond what was paid, however many ask at once", async () => {
    const [buyer, staff, product] = [shop.buyer(), shop.staff(), await shop.product(5, "100.00")];
    const order = await shop.placed(buyer, product, 1, "tok_ok");
    const paymentId = order.payment.id;
    const part = await refund(staff, { paymentId, amount: { amount: "30.00" }, reason: "Scratched" });
    expect(part.payment).toMatchObject({
      status: "PARTIALLY_REFUNDED",
      order: { amountRefunded: { amount: "30.00" } },
    });
    const many = await Promise.all(times(20).map(() => refund(staff, { paymentId, amount: { amount: "20.00" } })));
    expect(many.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(3);
    expect(new Set(many.flatMap(codes))).toEqual(new Set(["REFUND_EXCEEDS_PAID"]));
    const rest = await refund(staff, { paymentId });
    expect(rest.payment).toMatchObject({
      status: "REFUNDED",
      order: { status: "PAID", amountRefunded: { amount: "100.00" } },
    });
    expect(codes(await refund(staff, { paymentId }))).toEqual(["REFUND_EXCEEDS_PAID"]);
    expect(await booked(order.id)).toEqual({ charged: 10_000, refunded: 10_000 });
  });

  test("by one key is made once, however often it is sent", async () => {
    const [buyer, staff, product] = [shop.buyer(), shop.staff(), await shop.product(5, "100.00")];
    const order = await shop.placed(buyer, product, 1, "tok_ok");
    const input = { idempotencyKey: "again", paymentId: order.payment.id, amount: { amount: "10.00" } };
    const responses = await Promise.all(times(20).map(() => refund(staff, input)));
    expect(responses.flatMap(codes)).toEqual([]);
    expect(await booked(order.id)).toEqual({ charged: 10_000, refunded: 1_000 });
    expect(codes(await refund(staff, { ...input, amount: { amount: "11.00" } }))).toEqual(["IDEMPOTENCY_KEY_REUSED"]);
    expect(codes(await refund(staff, { ...input, idempotencyKey: "zero", amount: { amount: "0.00" } }))).toEqual([
      "VALIDATION_FAILED",
    ]);
  });
});

test("a webhook that the provider did not sign is refused, and one that it signed twice settles once", async () => {
  const authorization = `Bearer ${await internalTokenOf(shop.keys, "orders", "guest")}`;
  const post = (body: string, signature: string) =>
    fetch(`${shop.url}/webhooks/test`, {
      method: "POST",
      headers: { authorization, "x-test-signature": signature },
      body,
    });
  expect((await post('{"chargeId":"tc_1"}', "00".repeat(32))).status).toBe(400);
  expect((await post("nonsense", "")).status).toBe(400);

  const [buyer, product] = [shop.buyer(), await shop.product(5)];
  await shop.addToCart(buyer, product);
  const { order } = await shop.checkout(buyer, { payment: { token: "tok_action_required" } });
  const [charge] = await shop.sql.orders`
    update test_provider.charges set status = 'succeeded'
    where idempotency_key = ${order.payment.transactions[0].id} returning id`;
  const transactionId = order.payment.transactions[0].id;
  const key = createHmac("sha256", tokenKey).update("test-provider-webhooks").digest("hex");
  const { body, signature } = signSandboxWebhook(key, { chargeId: charge?.id, transactionId, isReversed: false });
  const sent = await Promise.all([post(body, signature), post(body, signature)]);
  expect(sent.map(({ status }) => status)).toEqual([200, 200]);
  const paid = await shop.order(buyer, order.id);
  expect(paid).toMatchObject({ status: "PAID", amountPaid: { amount: "10.00" } });
  const events = await shop.sql.orders`
    select type from order_events where order_id = ${order.id} and type = 'PAYMENT_SUCCEEDED'`;
  expect(events).toHaveLength(1);
});
