import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openMailbox } from "#test/harness/mailbox.ts";
import { brokerPort, brokerUrl, newPrefix, removeQueues } from "#test/harness/rabbitmq.ts";
import { isListening, openTcpProxy, type TcpProxy } from "#test/harness/tcp-proxy.ts";
import { addressIn, openPricedShop, type PricedShop } from "../testing/priced-shop.ts";
import { openStripeServer, stripeSecretKey, stripeWebhookSecret } from "../testing/stripe-server.ts";

// Everything that a shop uses and does not own is behind a proxy that is cut during a checkout with a discount, tax and shipping.

const hasBroker = await isListening(brokerPort);
const settledMs = 60_000;
const opened = new AsyncDisposableStack();
let shop: PricedShop;
let outside: Readonly<Record<"vies" | "mail" | "broker" | "provider", TcpProxy>>;
let mailbox: Awaited<ReturnType<typeof openMailbox>>;

beforeAll(async () => {
  const vies = createServer((request, response) => {
    request.resume().on("end", () => response.end(JSON.stringify({ valid: true, requestIdentifier: "WAPI-1" })));
  });
  await new Promise<void>((resolve) => vies.listen(0, "127.0.0.1", resolve));
  opened.defer(() => void vies.close());
  mailbox = await openMailbox();
  opened.defer(() => mailbox.close());
  const stripe = opened.use(await openStripeServer());
  const proxy = async (port: number) => {
    const made = await openTcpProxy(port);
    opened.defer(() => made.close());
    return made;
  };
  outside = {
    vies: await proxy((vies.address() as AddressInfo).port),
    mail: await proxy(mailbox.port),
    broker: await proxy(brokerPort),
    provider: await proxy(Number(new URL(stripe.url).port)),
  };
  const prefix = newPrefix();
  if (hasBroker) opened.defer(() => removeQueues(prefix));
  shop = opened.use(
    await openPricedShop({
      ...{ VAT_VERIFIER: "vies", VIES_URL: `http://127.0.0.1:${outside.vies.port}/` },
      ...{ SMTP_HOST: "127.0.0.1", SMTP_PORT: String(outside.mail.port) },
      ...(hasBroker ? { RABBITMQ_URL: brokerUrl(outside.broker.port), RABBITMQ_PREFIX: prefix } : {}),
      ...{ PAYMENT_PROVIDERS: "stripe", STRIPE_API_URL: `http://127.0.0.1:${outside.provider.port}` },
      ...{ STRIPE_SECRET_KEY: stripeSecretKey, STRIPE_WEBHOOK_SECRET: stripeWebhookSecret },
    }),
  );
  await shop.set(
    "discountCreate",
    "DiscountInput",
    { name: "Tenth", percentage: "10", codes: ["TENTH"], usageLimit: 100 },
    "discount { id }",
  );
}, 60_000);
afterAll(() => opened.disposeAsync());

/** Buys one for 12.00 less 10 %, sent to Austria for 4.90 by a business. Returns the cart's totals without the VAT number too. */
async function buy(email: string) {
  const product = await shop.priced("12.00");
  const cart = await shop.cart([product, 1]);
  await shop.enter(cart, "tenth");
  const quoted = await shop.totals(cart, { address: addressIn("AT"), option: shop.shipping });
  const more = { email, vatNumber: "ATU12345675", payment: { token: "pm_card_visa" } };
  return { ...(await shop.buy(cart, "AT", more)), quoted, product };
}

const uses = async () => (await shop.sql.orders`select used from discounts`)[0]?.used;
const confirmed = (email: string) =>
  shop.until(
    async () => mailbox.mails.find(({ to, subject }) => to === email && subject.startsWith("Your order")),
    settledMs,
  );

test("without the register of VAT numbers a checkout completes, with tax", async () => {
  const before = await uses();
  outside.vies.disconnect();
  const { order, userErrors, quoted } = await buy("vies@example.com");
  outside.vies.reconnect();
  expect(userErrors).toEqual([]);
  expect(order.totals).toEqual(quoted);
  expect(order).toMatchObject({
    ...{ status: "PAID", vatNumber: null, total: { amount: "15.70" } },
    totals: { discount: { amount: "1.20" }, shipping: { amount: "4.90" }, tax: { amount: "2.62" } },
  });
  expect(await uses()).toBe(before + 1);
  expect((await confirmed("vies@example.com")).text).toContain("Total: 15.70 EUR");
});

test("without the mail server a checkout completes, and the mail is sent once the server is back", async () => {
  outside.mail.disconnect();
  const { order, userErrors } = await buy("mail@example.com");
  expect(userErrors).toEqual([]);
  expect(order).toMatchObject({ status: "PAID", vatNumber: "ATU12345675", total: { amount: "13.08" } });
  expect(mailbox.mails.filter(({ to }) => to === "mail@example.com")).toEqual([]);
  outside.mail.reconnect();
  expect((await confirmed("mail@example.com")).text).toContain("Total: 13.08 EUR");
}, 90_000);

test.skipIf(!hasBroker)(
  "without the message broker a checkout completes, and its stock is sold once the broker is back",
  async () => {
    outside.broker.disconnect();
    const { order, userErrors, product } = await buy("broker@example.com");
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({ status: "PAID", stockStatus: "RESERVED", total: { amount: "13.08" } });
    expect(await shop.level(product.variantId)).toEqual({ onHand: 1_000, reserved: 1 });
    outside.broker.reconnect();
    await shop.until(async () => (await shop.order(shop.admin, order.id)).stockStatus === "SOLD", settledMs);
    expect(await shop.level(product.variantId)).toEqual({ onHand: 999, reserved: 0 });
  },
  90_000,
);

test("without register, mail server and broker at once a checkout completes", async () => {
  const cut = [outside.vies, outside.mail, outside.broker];
  // The number of the tests before is known for a day.
  await shop.sql.orders`delete from vat_checks`;
  for (const one of cut) one.disconnect();
  const { order, userErrors, quoted } = await buy("all@example.com");
  for (const one of cut) one.reconnect();
  expect(userErrors).toEqual([]);
  expect(order).toMatchObject({ status: "PAID", paymentStatus: "PAID", totals: quoted });
  expect((await confirmed("all@example.com")).text).toContain("Total: 15.70 EUR");
}, 90_000);

test("without the payment provider the order stays PENDING with its use of the code, and is settled once it is back", async () => {
  const before = await uses();
  outside.provider.disconnect();
  const { order, userErrors } = await buy("provider@example.com");
  expect(userErrors).toEqual([]);
  expect(order).toMatchObject({ status: "PENDING", paymentStatus: "PENDING", total: { amount: "13.08" } });
  expect(await uses()).toBe(before + 1);
  outside.provider.reconnect();
  const settled = await shop.until(async () => {
    const read = await shop.order(shop.admin, order.id);
    return read.status === "PAID" && read;
  }, settledMs);
  expect(settled).toMatchObject({ paymentStatus: "PAID", amountPaid: { amount: "13.08" } });
  expect(await uses()).toBe(before + 1);
  expect((await confirmed("provider@example.com")).text).toContain("Total: 13.08 EUR");
}, 90_000);
