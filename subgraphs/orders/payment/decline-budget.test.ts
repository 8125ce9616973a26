import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { address, type OrdersShop, openOrdersShop, orderPayload, paymentPayload } from "../testing/test-orders.ts";

let shop: OrdersShop;
beforeAll(async () => {
  shop = await openOrdersShop({ BUDGETS_ENABLED: "true", BUDGET_DECLINED_PAYMENTS_PER_ADDRESS: "6" });
});
afterAll(() => shop[Symbol.asyncDispose]());

const document = `mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) ${orderPayload} }`;
const freshEmail = () => `${randomUUID()}@example.com`;

async function checkOut(from: string, token: string, email = freshEmail()) {
  const { cartToken } = await shop.addToCart("guest", await shop.product(5));
  const payment = { token };
  const input = { idempotencyKey: randomUUID(), cartToken, email, shippingAddress: address, payment };
  const { data, errors } = await shop.from(from, document, { input });
  return { ...data?.checkoutComplete, error: errors[0]?.extensions };
}

test("one client address has six payments declined, over all orders and however many are tried at once", async () => {
  const results = await Promise.all(Array.from({ length: 12 }, () => checkOut("10.9.0.1", "tok_declined")));
  expect(results.filter(({ order }) => order != null)).toHaveLength(6);
  for (const { order, error } of results) {
    if (order == null) expect(error).toMatchObject({ code: "RATE_LIMITED", retryAfterSeconds: expect.any(Number) });
  }
  expect((await checkOut("10.9.0.1", "tok_ok")).error).toMatchObject({ code: "RATE_LIMITED" });
  expect((await checkOut("10.9.0.2", "tok_ok")).order).toMatchObject({ paymentStatus: "PAID" });
});

test("payments that succeed are not counted", async () => {
  for (let i = 0; i < 8; i += 1) expect((await checkOut("10.9.1.1", "tok_ok")).order.paymentStatus).toBe("PAID");
});

test("a guest learns the reason of the first decline, and of later ones nothing in payload, payment or timeline", async () => {
  const [from, email] = ["10.9.2.1", freshEmail()];
  const first = await checkOut(from, "tok_insufficient_funds", email);
  expect(first.userErrors).toMatchObject([{ code: "PAYMENT_DECLINED", declineCode: "insufficient_funds" }]);
  for (const again of [
    await checkOut(from, "tok_insufficient_funds"),
    await checkOut("10.9.2.2", "tok_insufficient_funds", email.toUpperCase()),
  ]) {
    expect(again.userErrors).toMatchObject([{ code: "PAYMENT_DECLINED", declineCode: "card_declined" }]);
    const { guestOrder } = await shop.ask(
      "query ($t: String!) { guestOrder(token: $t) { payment { transactions { declineCode } } events { nodes { message } } } }",
      { t: again.guestOrderToken },
    );
    expect(JSON.stringify(guestOrder)).not.toContain("insufficient_funds");
  }
  const { guestOrderToken, order } = first;
  const pay = `mutation ($input: PaymentProcessInput!) { paymentProcess(input: $input) ${paymentPayload} }`;
  const input = {
    idempotencyKey: randomUUID(),
    paymentId: order.payment.id,
    amount: order.payment.amount,
    method: { token: "tok_insufficient_funds" },
    guestOrderToken,
  };
  const { data } = await shop.from(from, pay, { input });
  expect(data.paymentProcess.userErrors).toMatchObject([{ declineCode: "card_declined" }]);
});

test("a user learns the reason of each decline", async () => {
  const buyer = shop.buyer();
  const order = await shop.placed(buyer, await shop.product(5));
  for (let i = 0; i < 2; i += 1) {
    const { userErrors } = await shop.pay(buyer, order.payment, "tok_insufficient_funds");
    expect(userErrors).toMatchObject([{ declineCode: "insufficient_funds" }]);
  }
});
