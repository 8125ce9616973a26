import { createHmac, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { internalTokenOf } from "#test/harness/subgraph-client.ts";
import { signSandboxWebhook } from "../payment-providers/sandbox-webhooks.ts";
import { type AfterSale, afterSaleOf, codesOf } from "../testing/after-sale.ts";
import { openStripeServer, type StripeServer, stripeSecretKey, stripeWebhookSecret } from "../testing/stripe-server.ts";
import { type OrdersShop, openOrdersShop, orderPayload } from "../testing/test-orders.ts";

const tokenKey = randomBytes(32).toString("base64");
const webhookKey = createHmac("sha256", tokenKey).update("test-provider-webhooks").digest("hex");
let stripe: StripeServer;
let shop: OrdersShop;
let sale: AfterSale;
beforeAll(async () => {
  stripe = await openStripeServer();
  shop = await openOrdersShop({
    TOKEN_KEY: tokenKey,
    PAYMENT_PROVIDERS: "stripe,test",
    STRIPE_SECRET_KEY: stripeSecretKey,
    STRIPE_WEBHOOK_SECRET: stripeWebhookSecret,
    STRIPE_API_URL: stripe.url,
  });
  sale = afterSaleOf(shop);
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  await stripe[Symbol.asyncDispose]();
});

const usd = (amount: string) => ({ amount, currencyCode: "USD" });
const atTest = { input: { payment: { token: "tok_ok", provider: "test" } } };

async function post(path: string, body: string, headers: Record<string, string>): Promise<number> {
  const authorization = `Bearer ${await internalTokenOf(shop.keys, "orders", "guest")}`;
  const response = await fetch(`${shop.url}${path}`, { method: "POST", body, headers: { authorization, ...headers } });
  await response.arrayBuffer();
  return response.status;
}

async function chargeOf(orderId: string): Promise<{ id: string; transactionId: string }> {
  const [charge] = await shop.sql.orders<{ id: string; transactionId: string }[]>`
    select id as "transactionId", provider_reference as id from payment_transactions
    where order_id = ${orderId} and type = 'CHARGE'`;
  if (charge === undefined) throw new Error("The order has no charge.");
  return charge;
}

/** Does something on the sandbox's own page of the order's charge. */
async function onPage(orderId: string, form: Record<string, string>): Promise<void> {
  const { id } = await chargeOf(orderId);
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect(await post(`/test-provider/${id}`, new URLSearchParams(form).toString(), headers)).toBe(200);
  const webhooks = await shop.sql.orders`select from test_provider.webhooks where charge_id = ${id}`;
  expect(webhooks).not.toEqual([]);
}

/** Delivers a webhook about the order's charge to the shop, and returns the status of the response. */
async function deliverWebhook(orderId: string): Promise<number> {
  const { id: chargeId, transactionId } = await chargeOf(orderId);
  const { signature, body } = signSandboxWebhook(webhookKey, { chargeId, transactionId, isReversed: true });
  return post("/webhooks/test", body, { "content-type": "application/json", "x-test-signature": signature });
}

/** Does something on the sandbox's own page of the order's charge, and delivers its webhook to the shop. */
async function atSandbox(orderId: string, form: Record<string, string>): Promise<void> {
  await onPage(orderId, form);
  expect(await deliverWebhook(orderId)).toBe(200);
}

async function notesOf(orderId: string): Promise<string[]> {
  const rows = await shop.sql.orders<{ message: string }[]>`
    select message from order_events where order_id = ${orderId} and type = 'NOTE' order by id`;
  return rows.map(({ message }) => message);
}

describe("at the sandbox", () => {
  test("a refund made on its page is booked once, and a cancellation afterwards refunds the rest", async () => {
    const { order, buyer } = await sale.sold([{ price: "10.00", quantity: 2 }], atTest);
    await atSandbox(order.id, { outcome: "refund", amount: "5.00" });
    await atSandbox(order.id, { outcome: "nothing" });
    expect(await sale.view(buyer, order.id)).toMatchObject({
      paymentStatus: "PARTIALLY_REFUNDED",
      amountRefunded: { amount: "5.00" },
      refunds: [{ status: "SUCCEEDED", lines: [], amount: { amount: "5.00" } }],
    });
    const document = `mutation ($input: OrderCancelInput!) { orderCancel(input: $input) ${orderPayload} }`;
    const { orderCancel } = await shop.ask(document, { input: { orderId: order.id } }, buyer);
    expect(orderCancel.order).toMatchObject({ paymentStatus: "REFUNDED", amountRefunded: { amount: "20.00" } });
  });

  test("an open dispute holds its amount, lost it is a refund, and won it is released", async () => {
    const staff = shop.staff();
    for (const [outcome, refunded, status] of [
      ["lost", "20.00", "REFUNDED"],
      ["won", "0.00", "PAID"],
    ] as const) {
      const { order } = await sale.sold([{ price: "10.00", quantity: 2 }], atTest);
      await atSandbox(order.id, { outcome: "dispute" });
      const refused = await sale.refund(staff, { paymentId: order.payment.id, amount: usd("0.01") });
      expect(codesOf(refused)).toEqual(["REFUND_EXCEEDS_PAID"]);
      expect(await sale.view(staff, order.id)).toMatchObject({ paymentStatus: "PAID", refunds: [] });
      await atSandbox(order.id, { outcome });
      expect(await sale.view(staff, order.id)).toMatchObject({
        paymentStatus: status,
        amountRefunded: { amount: refunded },
        refunds: outcome === "lost" ? [{ status: "SUCCEEDED" }] : [],
      });
      const again = await sale.refund(staff, { paymentId: order.payment.id, amount: usd("0.01") });
      expect(codesOf(again)).toEqual(outcome === "lost" ? ["REFUND_EXCEEDS_PAID"] : []);
    }
  });

  test("of what is given back on its page after cash was given back too, only what remains is booked, and the timeline says so", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold([{ price: "10.00", quantity: 2 }], atTest);
    expect(codesOf(await sale.recordRefund(staff, { paymentId: order.payment.id, amount: usd("18.00") }))).toEqual([]);
    await atSandbox(order.id, { outcome: "refund", amount: "5.00" });
    await atSandbox(order.id, { outcome: "refund", amount: "1.00" });
    await atSandbox(order.id, { outcome: "dispute", amount: "3.00" });
    await atSandbox(order.id, { outcome: "lost" });
    expect(await sale.view(staff, order.id)).toMatchObject({
      paymentStatus: "REFUNDED",
      amountRefunded: { amount: "20.00" },
    });
    expect(await notesOf(order.id)).toEqual([
      "The payment provider gave back 5.00 USD, but only 2.00 USD remained of the payment.",
      "The payment provider gave back 1.00 USD, but only 0.00 USD remained of the payment.",
      "The payment provider gave back 3.00 USD, but only 0.00 USD remained of the payment.",
    ]);
  });

  test("a refund that does not fit while a dispute is open holds up no other, and is booked once the dispute is decided", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold([{ price: "10.00", quantity: 2 }], atTest);
    await atSandbox(order.id, { outcome: "dispute", amount: "15.00" });
    expect(codesOf(await sale.recordRefund(staff, { paymentId: order.payment.id, amount: usd("3.00") }))).toEqual([]);
    await onPage(order.id, { outcome: "refund", amount: "3.00" });
    await onPage(order.id, { outcome: "refund", amount: "1.00" });
    expect(await deliverWebhook(order.id)).toBeGreaterThanOrEqual(500);
    expect((await sale.view(staff, order.id)).amountRefunded).toEqual({ amount: "4.00" });
    await onPage(order.id, { outcome: "won" });
    await shop.until(async () => (await deliverWebhook(order.id)) === 200);
    expect((await sale.view(staff, order.id)).amountRefunded).toEqual({ amount: "7.00" });
  });

  test("a cancellation whose refund was declined, because a part was given back on the page, refunds the rest once that is booked", async () => {
    const { order, buyer } = await sale.sold([{ price: "10.00", quantity: 2 }], atTest);
    const { id } = await chargeOf(order.id);
    // Given back, and not yet reported.
    await shop.sql.orders`
      insert into test_provider.refunds (id, idempotency_key, charge_id, amount_minor) values (${`tr_${id}`}, ${`dashboard-${id}`}, ${id}, 500)`;
    const document = `mutation ($input: OrderCancelInput!) { orderCancel(input: $input) ${orderPayload} }`;
    await shop.ask(document, { input: { orderId: order.id } }, buyer);
    await shop.until(async () => (await notesOf(order.id)).length === 1);
    expect((await sale.view(buyer, order.id)).amountRefunded).toEqual({ amount: "0.00" });
    expect(await deliverWebhook(order.id)).toBe(200);
    await shop.until(async () => (await sale.view(buyer, order.id)).paymentStatus === "REFUNDED");
    expect(await sale.view(buyer, order.id)).toMatchObject({ amountRefunded: { amount: "20.00" } });
    const [books] = await shop.sql.orders`
      select sum(amount_minor)::int as back from test_provider.refunds where charge_id = ${id}`;
    expect(books?.back).toBe(2_000);
  });

  test("refunds and a dispute at once never give back more than was paid", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold([{ price: "10.00", quantity: 5 }], atTest);
    const lines = [{ itemId: order.items[0].id, quantity: 1 }];
    const refunds = Array.from({ length: 8 }, () => sale.refund(staff, { paymentId: order.payment.id, lines }));
    await Promise.all([...refunds, atSandbox(order.id, { outcome: "dispute", amount: "25.00" }).catch(() => {})]);
    await shop.until(() =>
      atSandbox(order.id, { outcome: "lost" }).then(
        () => true,
        () => false,
      ),
    );
    const [sums] = await shop.sql.orders`
      select o.amount_refunded_minor::int as ours,
        (select coalesce(sum(amount_minor), 0)::int from payment_transactions where order_id = o.id and status = 'SUCCEEDED' and type <> 'CHARGE') as booked,
        (select coalesce(sum(r.amount_minor), 0)::int from test_provider.refunds r join payment_transactions t on t.provider_reference = r.charge_id and t.type = 'CHARGE' where t.order_id = o.id)
        + (select coalesce(sum(d.amount_minor), 0)::int from test_provider.disputes d join payment_transactions t on t.provider_reference = d.charge_id and t.type = 'CHARGE' where t.order_id = o.id) as theirs
      from orders o where id = ${order.id}`;
    expect(sums?.ours).toBe(sums?.booked);
    expect(sums?.ours).toBe(sums?.theirs);
    expect(sums?.ours).toBeLessThanOrEqual(5_000);
  });
});

describe("at Stripe", () => {
  const paid = () => sale.sold([{ price: "10.00", quantity: 2 }], { input: { payment: { token: "pm_card_visa" } } });
  const intentOf = (order: { payment: { transactions: { providerReference: string }[] } }) =>
    order.payment.transactions[0]?.providerReference ?? "";
  const tell = async (type: string, object: Record<string, unknown>) => {
    const { body, signature } = await stripe.webhookOf(type, object);
    return post("/webhooks/stripe", body, { "content-type": "application/json", "stripe-signature": signature });
  };

  test("a refund made in the dashboard is booked by its webhook", async () => {
    const { order, buyer } = await paid();
    const intent = intentOf(order);
    stripe.refundInDashboard(intent, 700);
    const charge = { id: "ch_1", object: "charge", payment_intent: intent, metadata: {} };
    expect(await tell("charge.refunded", charge)).toBe(200);
    expect(await tell("charge.refunded", charge)).toBe(200);
    expect(await sale.view(buyer, order.id)).toMatchObject({
      amountRefunded: { amount: "7.00" },
      refunds: [{ status: "SUCCEEDED" }],
    });
  });

  test("a dispute is held when it is opened and booked when it is lost", async () => {
    const { order, buyer } = await paid();
    const intent = intentOf(order);
    const dispute = stripe.dispute(intent, 2_000);
    expect(await tell("charge.dispute.created", dispute)).toBe(200);
    expect((await sale.view(buyer, order.id)).amountRefunded.amount).toBe("0.00");
    dispute.status = "lost";
    expect(await tell("charge.dispute.closed", dispute)).toBe(200);
    expect(await sale.view(buyer, order.id)).toMatchObject({
      paymentStatus: "REFUNDED",
      refunds: [{ amount: { amount: "20.00" } }],
    });
  });
});
