import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eur, openPricedShop, type PricedShop } from "../testing/priced-shop.ts";
import type { Product } from "../testing/test-orders.ts";

// What mails say about money and goods, for orders that were discounted, taxed, shipped, edited and refunded in part.

let shop: PricedShop;
beforeAll(async () => {
  shop = await openPricedShop();
  await shop.set(
    "discountCreate",
    "DiscountInput",
    { name: "A tenth", target: "ORDER", percentage: "10", codes: ["TENTH"] },
    "discount { id }",
  );
});
afterAll(() => shop[Symbol.asyncDispose]());

/** A product of two sizes with a price in the market; returns the second. */
async function vest(price: string): Promise<Product> {
  const variants = ["S", "M"].map((value) => ({
    options: [{ name: "Size", value }],
    price: { amount: price },
    stock: 100,
  }));
  const { productCreate } = await shop.sell(
    `mutation ($input: ProductCreateInput!) { productCreate(input: $input) { product { id variants { id } } userErrors { message } } }`,
    { input: { name: "Vest", variants } },
  );
  expect(productCreate.userErrors).toEqual([]);
  const { id: productId, variants: sizes } = productCreate.product;
  for (const { id } of sizes) {
    await shop.sql.products`insert into variant_prices (variant_id, market_id, currency, price, valid_from)
      values (${id}, ${shop.market}, 'EUR', ${Number(price.replace(".", ""))}, now() - interval '1 hour')`;
  }
  return { productId, variantId: sizes[1].id };
}

/** A guest's order of three vests at 10.00 with a discount of 3.00, 4.90 for shipping and tax included: 31.90. */
async function order(email: string, token?: string) {
  const cart = await shop.cart([await vest("10.00"), 3]);
  await shop.enter(cart, "TENTH");
  const placed = await shop.buy(cart, "DE", { email, ...(token === undefined ? {} : { payment: { token } }) });
  expect(placed.order).not.toBeNull();
  return placed.order;
}

const mailTo = (email: string, subject: string) => shop.mailbox.wait(email, (mail) => mail.subject.startsWith(subject));

async function refund(paymentId: string, input: Record<string, unknown>) {
  const document = `mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { userErrors { code message } } }`;
  const { refundCreate } = await shop.ask(
    document,
    { input: { idempotencyKey: randomUUID(), paymentId, ...input } },
    shop.admin,
  );
  expect(refundCreate.userErrors).toEqual([]);
}

test("a mail about an unpaid order says until when to pay it, and one about an order that is being paid does not", async () => {
  await order("unpaid@example.com");
  const unpaid = await mailTo("unpaid@example.com", "Your order");
  expect(unpaid.text).toMatch(/We'll keep your items until .* GMT\. Please pay by then\./);
  expect(unpaid.text).not.toContain("processing your payment");
  for (const token of ["tok_ok", "tok_declined", "tok_action_required"]) {
    const email = `${token.replaceAll("_", "-")}@example.com`;
    await order(email, token);
    const mail = await mailTo(email, "Your order");
    expect(mail.text).toContain("We're processing your payment, and write to you once we've received it.");
    expect(mail.text + mail.html).not.toMatch(/keep your items|pay by/);
  }
});

test("a mail lists the variant, and parts that add up to the total", async () => {
  await order("parts@example.com", "tok_ok");
  for (const subject of ["Your order", "Payment received"]) {
    const { text, html } = await mailTo("parts@example.com", subject);
    expect(text).toContain(
      ["3 × Vest (M): 30.00 EUR", "Subtotal: 30.00 EUR", "Discount: -3.00 EUR", "Shipping: 4.90 EUR"].join("\n"),
    );
    expect(text).toMatch(/\nTax included: \d\.\d\d EUR\nTotal: 31\.90 EUR\n/);
    for (const part of ["3 × Vest", ">M<", "-3.00 EUR", "4.90 EUR", "31.90 EUR"]) expect(html).toContain(part);
  }
});

test("a refund's mail names the units, the shipping or the amount that it gives back, and what was refunded so far", async () => {
  const email = "refunds@example.com";
  const { id, payment, items } = await order(email, "tok_ok");
  const mailed = async (amount: string) =>
    (
      await shop.mailbox.wait(
        email,
        ({ subject, text }) => subject.startsWith("Refund") && text.includes(`refunded ${amount}`),
      )
    ).text;
  await refund(payment.id, { lines: [{ itemId: items[0].id, quantity: 1 }] });
  expect(await mailed("9.00 EUR")).toContain(
    "1 × Vest (M): 9.00 EUR\nThis refund: 9.00 EUR\n\nRefunded so far: 9.00 EUR\nOrder total: 31.90 EUR\n",
  );
  await refund(payment.id, { amount: eur("1.50") });
  const goodwill = await mailed("1.50 EUR");
  expect(goodwill).toContain("\n\nThis refund: 1.50 EUR\n\nRefunded so far: 10.50 EUR\nOrder total: 31.90 EUR\n");
  expect(goodwill).not.toContain("Vest");
  await refund(payment.id, { shipping: true });
  const shipping = await mailed("4.90 EUR");
  expect(shipping).toContain("\n\nShipping: 4.90 EUR\nThis refund: 4.90 EUR\n\nRefunded so far: 15.40 EUR\n");
  expect(shipping).not.toContain("refunded in full");
  await shop.ask(
    `mutation ($id: ID!) { orderCancel(input: { orderId: $id }) { userErrors { code } } }`,
    { id },
    shop.admin,
  );
  const rest = await mailed("16.50 EUR");
  expect(rest).toContain("2 × Vest (M): 16.50 EUR\nThis refund: 16.50 EUR\n\nRefunded so far: 31.90 EUR\n");
  expect(rest).toContain("Your order is now refunded in full.");
  expect((await mailTo(email, `Order`)).text).toContain("We're refunding 16.50 EUR.");
});

test("a mail about what was sent lists the units in the parcel, not those that were cancelled before", async () => {
  for (const isWhole of [true, false]) {
    const email = `parcel-${isWhole}@example.com`;
    const { id, payment, items } = await order(email, "tok_ok");
    await refund(payment.id, { lines: [{ itemId: items[0].id, quantity: 1 }] });
    const move = (status: string) =>
      shop.ask(
        `mutation ($id: ID!, $status: OrderStatus!) { orderStatusUpdate(input: { orderId: $id, status: $status }) { userErrors { code } } }`,
        { id, status },
        shop.admin,
      );
    if (isWhole) {
      await move("PROCESSING");
      await move("SHIPPED");
    } else {
      await shop.ask(
        `mutation ($id: ID!, $key: String!) { shipmentCreate(input: { orderId: $id, idempotencyKey: $key }) { userErrors { code } } }`,
        { id, key: randomUUID() },
        shop.admin,
      );
    }
    const { text } = await mailTo(email, isWhole ? "Order" : "A parcel");
    expect(text).toContain("\n2 × Vest (M)\n");
    expect(text).not.toContain("3 ×");
  }
});
