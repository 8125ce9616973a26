import { afterAll, beforeAll, expect, test } from "vitest";
import { type OrdersShop, openOrdersShop, orderPayload } from "../testing/test-orders.ts";

let shop: OrdersShop;
beforeAll(async () => {
  shop = await openOrdersShop({ STOREFRONT_URL: "https://shop.example" });
});
afterAll(() => shop[Symbol.asyncDispose]());

test("a guest is written at each step, once each, with a link that opens the order", async () => {
  const [product, staff, email] = [await shop.product(10, "4.50"), shop.staff(), "guest@example.com"];
  const { cartToken } = await shop.addToCart("guest", product, 2);
  const { order, guestOrderToken } = await shop.checkout("guest", { cartToken, email, payment: { token: "tok_ok" } });
  const move = (status: string, more = {}) =>
    shop.ask(
      `mutation ($i: OrderStatusUpdateInput!) { orderStatusUpdate(input: $i) ${orderPayload} }`,
      { i: { orderId: order.id, status, ...more } },
      staff,
    );
  await move("PROCESSING");
  await move("SHIPPED", { trackingNumber: "T-1", trackingUrl: "https://carrier.example/T-1" });
  // The confirmation of an order that was cancelled before it was sent is dropped.
  await shop.mailbox.wait(email, ({ subject }) => subject === `Your order ${order.number}`);
  await move("CANCELLED");
  const subjects = [
    `Your order ${order.number}`,
    `Payment received for order ${order.number}`,
    `Order ${order.number} is on its way`,
    `Order ${order.number} was cancelled`,
    `Refund for order ${order.number}`,
  ];
  const mails = await Promise.all(
    subjects.map((wanted) => shop.mailbox.wait(email, ({ subject }) => subject === wanted)),
  );
  for (const { text, html } of mails) {
    expect(text).toContain(`\n\nView your order:\nhttps://shop.example/guest-order?token=${guestOrderToken}\n`);
    expect(text).toMatch(/^2 × /m);
    expect(html).toContain(`token=${guestOrderToken}`);
  }
  expect(mails[2]?.text).toContain("Tracking number: T-1\n\nTrack your parcel:\nhttps://carrier.example/T-1");
  expect(mails[2]?.html).toContain('href="https://carrier.example/T-1"');
  expect(mails[0]?.text).toContain("We're processing your payment");
  expect(mails[4]?.text).toContain("We've refunded 9.00 USD");
  for (const index of [0, 1, 3]) expect(mails[index]?.text).toContain("\nTotal: 9.00 USD");
  for (const { text } of mails) expect(text).not.toContain("pay by");
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(5);
  const [kept] = await shop.sql.orders`select string_agg(outbox::text, '') as text from outbox`;
  expect(kept?.text).not.toContain(guestOrderToken);
  expect(kept?.text).not.toContain(email);

  // As when a process died before it could note that they were sent: each comes again, and says what it said.
  await shop.until(async () => (await shop.sql.orders`select from outbox where status = 'waiting'`).length === 0);
  await shop.sql.orders`update outbox set status = 'waiting', due_at = now() where channel = 'mail'`;
  const again = await shop.until(async () => {
    const copies = mails.map(({ messageId }) => shop.mailbox.mails.filter((mail) => mail.messageId === messageId));
    return copies.every(({ length }) => length === 2) && copies;
  });
  for (const [first, second] of again) expect(second).toEqual(first);
});

test("who claims a guest's order is written with a link of their own from then on", async () => {
  const [buyer, product, email] = [shop.buyer(), await shop.product(10), "claiming-guest@example.com"];
  const { cartToken } = await shop.addToCart("guest", product);
  const { order, guestOrderToken } = await shop.checkout("guest", { cartToken, email });
  const claim = "mutation ($token: String!) { orderClaim(guestOrderToken: $token) { userErrors { code } } }";
  await shop.ask(claim, { token: guestOrderToken }, buyer);
  await shop.pay(buyer, order.payment, "tok_ok");
  const paid = await shop.mailbox.wait(email, ({ subject }) => subject.startsWith("Payment received"));
  expect(paid.text).toContain(`\n\nView your order:\nhttps://shop.example/orders/${order.number}\n`);
  expect(paid.text).not.toContain("token=");
});

test("what sellers write into names stays text, on one line", async () => {
  const [buyer, product, email] = [shop.buyer(), await shop.product(10), "buyer-of-odd-things@example.com"];
  const name = '<img src=x onerror="alert(1)">\r\nBcc: all@example.com & Co';
  await shop.sql.products`update products set name = ${name} where id = ${product.productId}`;
  await shop.addToCart(buyer, product, 1);
  await shop.checkout(buyer, { email });
  const mail = await shop.mailbox.wait(email);
  expect(mail.text).toContain('1 × <img src=x onerror="alert(1)"> Bcc: all@example.com & Co: 10.00 USD');
  expect(mail.html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt; Bcc: all@example.com &amp; Co");
  expect(mail.html).not.toContain("<img");
});
