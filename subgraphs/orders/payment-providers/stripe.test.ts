import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Money, parseMoney } from "#platform/shop/money.ts";
import { internalTokenOf } from "#test/harness/subgraph-client.ts";
import { openStripeServer, type StripeServer, stripeSecretKey, stripeWebhookSecret } from "../testing/stripe-server.ts";
import { type OrdersShop, openOrdersShop, orderPayload, paymentPayload } from "../testing/test-orders.ts";
import type { ProviderCharge } from "./payment-provider.ts";
import { openStripe, stripeAmount } from "./stripe.ts";

let server: StripeServer;
beforeAll(async () => {
  server = await openStripeServer();
});
afterAll(() => server[Symbol.asyncDispose]());

function money(amount: string, currency: string): Money {
  const parsed = parseMoney(amount, currency);
  if (parsed === undefined) throw new Error("It is no amount.");
  return parsed;
}

describe("Stripe", () => {
  const open = () =>
    openStripe({
      secretKey: stripeSecretKey,
      webhookSecret: stripeWebhookSecret,
      returnUrl: "https://shop.example",
      apiUrl: server.url,
    });
  const charge = (token: string, more: Partial<ProviderCharge> = {}): ProviderCharge => ({
    id: randomUUID(),
    orderNumber: "ABCD-2345",
    amount: money("12.34", "USD"),
    token,
    returnUrl: null,
    reference: null,
    ...more,
  });

  test("charges once for an attempt, however often and by however many at once it is asked", async () => {
    const stripe = open();
    const attempt = charge("pm_card_visa");
    const before = server.intents.size;
    const responses = await Promise.all([1, 2, 3].map(() => stripe.charge(attempt)));
    responses.push(await stripe.charge(attempt));
    for (const response of responses)
      expect(response).toMatchObject({ kind: "succeeded", amount: money("12.34", "USD") });
    expect(server.intents.size).toBe(before + 1);
  });

  test("says why it declined, and does not try the same attempt again", async () => {
    const stripe = open();
    const attempt = charge("pm_card_visa_chargeDeclinedInsufficientFunds");
    const declined = { kind: "declined", declineCode: "insufficient_funds" };
    expect(await stripe.charge(attempt)).toMatchObject(declined);
    expect(await stripe.charge({ ...attempt, token: "pm_card_visa" })).toMatchObject(declined);
    expect(await stripe.charge(charge("pm_unknown"))).toMatchObject({
      kind: "declined",
      declineCode: "resource_missing",
    });
    expect(await stripe.charge(charge("pm_card_visa", { amount: money("0.10", "USD") }))).toMatchObject({
      kind: "declined",
      declineCode: "amount_too_small",
    });
  });

  test("a response that was lost is thrown, and found by asking again or by taking it back", async () => {
    const stripe = open();
    const attempt = charge("pm_lost");
    await expect(stripe.charge(attempt)).rejects.toThrow();
    expect((await stripe.voidPayment(attempt)).kind).toBe("succeeded");
    expect((await stripe.charge(attempt)).kind).toBe("succeeded");
  });

  test("a failure of its own is thrown, and where it is only repeated the attempt is taken back", async () => {
    const stripe = open();
    const attempt = charge("pm_broken");
    await expect(stripe.charge(attempt)).rejects.toThrow();
    expect((await stripe.charge(attempt)).kind).toBe("cancelled");
  });

  test("an attempt that was taken back before it arrived is never charged", async () => {
    const stripe = open();
    const attempt = charge("pm_card_visa");
    expect((await stripe.voidPayment(attempt)).kind).toBe("cancelled");
    expect((await stripe.charge(attempt)).kind).toBe("cancelled");
  });

  test("counts amounts as Stripe does", () => {
    expect(stripeAmount(money("12.34", "USD"))).toBe(1_234);
    expect(stripeAmount(money("500", "JPY"))).toBe(500);
    expect(stripeAmount(money("1.230", "KWD"))).toBe(1_230);
    expect(stripeAmount(money("1.234", "KWD"))).toBeUndefined();
    expect(stripeAmount(money("500", "ISK"))).toBe(50_000);
    expect(stripeAmount(money("500.00", "MGA"))).toBe(500);
    expect(stripeAmount(money("500.50", "MGA"))).toBeUndefined();
  });
});

describe("a shop with Stripe", () => {
  let shop: OrdersShop;
  beforeAll(async () => {
    shop = await openOrdersShop({
      PAYMENT_PROVIDERS: "stripe",
      STRIPE_SECRET_KEY: stripeSecretKey,
      STRIPE_WEBHOOK_SECRET: stripeWebhookSecret,
      STRIPE_API_URL: server.url,
    });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const webhook = async (body: string, signature: string) => {
    const authorization = `Bearer ${await internalTokenOf(shop.keys, "orders", "guest")}`;
    const headers = { authorization, "stripe-signature": signature };
    return (await fetch(`${shop.url}/webhooks/stripe`, { method: "POST", headers, body })).status;
  };

  test("is paid on Stripe's page, reported by a signed webhook, and refunded", async () => {
    const [buyer, staff, product] = [shop.buyer(), shop.staff(), await shop.product(5)];
    await shop.addToCart(buyer, product);
    const method = { token: "pm_card_authenticationRequired", returnUrl: "http://localhost:5173/back" };
    const { order, nextActionUrl, userErrors } = await shop.checkout(buyer, { payment: method });
    expect(userErrors).toMatchObject([{ code: "PAYMENT_ACTION_REQUIRED" }]);
    expect(decodeURIComponent(nextActionUrl)).toContain("return_url=http://localhost:5173/back");
    const intent = order.payment.transactions[0].providerReference;
    server.finishAction(intent);
    const { body, signature } = await server.webhook("payment_intent.succeeded", intent);
    expect(await webhook(body.replace("succeeded", "processing"), signature)).toBe(400);
    expect((await shop.order(buyer, order.id)).status).toBe("PENDING");
    expect(await Promise.all([webhook(body, signature), webhook(body, signature)])).toEqual([200, 200]);
    expect(await shop.order(buyer, order.id)).toMatchObject({ status: "PAID", amountPaid: { amount: "10.00" } });

    const input = { idempotencyKey: "back", paymentId: order.payment.id, amount: { amount: "4.00" } };
    const document = `mutation ($i: RefundCreateInput!) { refundCreate(input: $i) ${paymentPayload} }`;
    const refunding = shop.ask(document, { i: input }, staff);
    const refund = await shop.until(async () =>
      [...server.refunds.values()].find(({ payment_intent: id }) => id === intent),
    );
    refund.status = "succeeded";
    const delivery = await server.webhook("refund.updated", refund.id);
    expect(await webhook(delivery.body, delivery.signature)).toBe(200);
    expect((await refunding).refundCreate.payment).toMatchObject({ status: "PARTIALLY_REFUNDED" });
    const cancel = `mutation ($i: OrderCancelInput!) { orderCancel(input: $i) ${orderPayload} }`;
    await shop.ask(cancel, { i: { orderId: order.id } }, buyer);
    const rest = await shop.until(async () => [...server.refunds.values()].find(({ amount }) => amount === 600));
    rest.status = "succeeded";
    await shop.until(async () => (await shop.order(buyer, order.id)).paymentStatus === "REFUNDED");
  });

  test("a refund that Stripe rejects is shown to staff alone, in the order's timeline", async () => {
    const [buyer, staff, product] = [shop.buyer(), shop.staff(), await shop.product(5)];
    await shop.addToCart(buyer, product);
    const { order } = await shop.checkout(buyer, { payment: { token: "pm_card_visa" } });
    expect(order.status).toBe("PAID");
    const intent = order.payment.transactions[0].providerReference;
    const cancelling = shop.ask(
      `mutation ($i: OrderCancelInput!) { orderCancel(input: $i) ${orderPayload} }`,
      { i: { orderId: order.id } },
      buyer,
    );
    const refund = await shop.until(async () =>
      [...server.refunds.values()].find(({ payment_intent: id }) => id === intent),
    );
    refund.status = "failed";
    const delivery = await server.webhook("refund.updated", refund.id);
    expect(await webhook(delivery.body, delivery.signature)).toBe(200);
    await cancelling;
    const notes = async (viewer: typeof staff) => {
      const { order: read } = await shop.ask(
        `query ($id: ID!) { order(id: $id) { payment { status } events(first: 50) { nodes { type message } } } }`,
        { id: order.id },
        viewer,
      );
      expect(read.payment.status).toBe("PAID");
      return read.events.nodes.filter(({ type }: { type: string }) => type === "NOTE");
    };
    await shop.until(async () => (await notes(staff)).length > 0);
    expect(await notes(staff)).toMatchObject([{ message: "The provider declined to refund 10.00 USD." }]);
    expect(await notes(buyer)).toEqual([]);
  });

  test("takes no test payments", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(5)];
    await shop.addToCart(buyer, product);
    const refused = await shop.checkout(buyer, { payment: { provider: "test", token: "tok_ok" } });
    expect(refused.userErrors).toMatchObject([{ code: "VALIDATION_FAILED", field: ["payment", "provider"] }]);
    const authorization = `Bearer ${await internalTokenOf(shop.keys, "orders", "guest")}`;
    for (const path of ["/test-provider/tc_1", "/webhooks/test"]) {
      const response = await fetch(`${shop.url}${path}`, { method: "POST", headers: { authorization }, body: "{}" });
      expect(response.status).toBe(404);
    }
  });
});
