import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AfterSale, afterSaleOf, codesOf } from "../testing/after-sale.ts";
import { type OrdersShop, openOrdersShop } from "../testing/test-orders.ts";

let shop: OrdersShop;
let sale: AfterSale;
beforeAll(async () => {
  shop = await openOrdersShop();
  sale = afterSaleOf(shop);
});
afterAll(() => shop[Symbol.asyncDispose]());

const usd = (amount: string) => ({ amount, currencyCode: "USD" });

/** What the provider's own books say that was refunded of an order. */
async function refundedAtProvider(orderId: string): Promise<number> {
  const [row] = await shop.sql.orders`
    select coalesce(sum(r.amount_minor), 0)::int as refunded from test_provider.refunds r
    where r.charge_id in (select provider_reference from payment_transactions where order_id = ${orderId} and type = 'CHARGE')`;
  return row?.refunded;
}

describe("a refund of units of a line", () => {
  test("gives back what was paid for them, to the cent however the line is split up", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold([{ price: "3.33", quantity: 3 }]);
    const [line] = order.items;
    const amounts: string[] = [];
    for (let unit = 0; unit < 3; unit += 1) {
      const lines = [{ itemId: line.id, quantity: 1 }];
      const { payment, userErrors } = await sale.refund(staff, { paymentId: order.payment.id, lines });
      expect(userErrors).toEqual([]);
      amounts.push(payment.order.refunds.at(-1).amount.amount);
    }
    expect(amounts).toEqual(["3.33", "3.33", "3.33"]);
    const after = await sale.view(staff, order.id);
    expect(after).toMatchObject({
      paymentStatus: "REFUNDED",
      items: [{ refundedQuantity: 3, refundedAmount: { amount: "9.99" }, cancelledQuantity: 3 }],
    });
    expect(
      codesOf(await sale.refund(staff, { paymentId: order.payment.id, lines: [{ itemId: line.id, quantity: 1 }] })),
    ).toEqual(["QUANTITY_EXCEEDED"]);
    expect(await refundedAtProvider(order.id)).toBe(999);
  });

  test("takes units that were not shipped first, cancels them and puts them back on sale; shipped ones stay sold", async () => {
    const staff = shop.staff();
    const { order, products } = await sale.sold([{ price: "10.00", quantity: 3 }], { stock: 10 });
    const [line] = order.items;
    const variantId = products[0]?.variantId ?? "";
    await shop.until(async () => (await shop.level(variantId)).onHand === 7);
    await sale.ship(staff, { orderId: order.id, lines: [{ itemId: line.id, quantity: 1 }] });
    const lines = [{ itemId: line.id, quantity: 2 }];
    const { payment } = await sale.refund(staff, { paymentId: order.payment.id, lines });
    expect(payment.order).toMatchObject({
      status: "SHIPPED",
      items: [{ cancelledQuantity: 2, shippedQuantity: 1, refundedQuantity: 2 }],
      amountRefunded: { amount: "20.00" },
    });
    await shop.until(async () => (await shop.level(variantId)).onHand === 9);
    await sale.refund(staff, { paymentId: order.payment.id, lines: [{ itemId: line.id, quantity: 1 }] });
    const after = await sale.view(staff, order.id);
    expect(after).toMatchObject({ status: "SHIPPED", paymentStatus: "REFUNDED", items: [{ cancelledQuantity: 2 }] });
    expect((await shop.level(variantId)).onHand).toBe(9);
  });

  test("of all that was ordered cancels an order of which nothing was shipped, and restocks it once", async () => {
    const staff = shop.staff();
    const { order, products } = await sale.sold(
      [
        { price: "10.00", quantity: 1 },
        { price: "4.00", quantity: 2 },
      ],
      { stock: 5 },
    );
    for (const { id, quantity } of order.items) {
      await sale.refund(staff, { paymentId: order.payment.id, lines: [{ itemId: id, quantity }] });
    }
    expect(await sale.view(staff, order.id)).toMatchObject({ status: "CANCELLED", paymentStatus: "REFUNDED" });
    for (const { variantId } of products) {
      await shop.until(async () => (await shop.level(variantId)).onHand === 5);
    }
    await shop.until(async () => (await sale.view(staff, order.id)).stockStatus === "RELEASED");
    expect(await refundedAtProvider(order.id)).toBe(1_800);
  });

  test("can give back less than was paid for them, and never more", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold([
      { price: "10.00", quantity: 2 },
      { price: "5.00", quantity: 1 },
    ]);
    const [first, second] = order.items;
    const lines = [
      { itemId: first.id, quantity: 1 },
      { itemId: second.id, quantity: 1 },
    ];
    const input = { paymentId: order.payment.id, lines };
    const more = await sale.refund(staff, { ...input, amount: usd("15.01") });
    expect(more.userErrors).toMatchObject([{ code: "REFUND_EXCEEDS_PAID", field: ["amount"] }]);
    const { payment } = await sale.refund(staff, { ...input, amount: usd("9.00") });
    expect(payment.order.refunds).toMatchObject([
      { amount: { amount: "9.00" }, lines: [{ amount: { amount: "6.00" } }, { amount: { amount: "3.00" } }] },
    ]);
    const again = await sale.refund(staff, {
      paymentId: order.payment.id,
      lines: [{ itemId: second.id, quantity: 1 }],
    });
    expect(codesOf(again)).toEqual(["QUANTITY_EXCEEDED"]);
  });

  test("after goodwill is bounded by what remains of the payment", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold([{ price: "10.00", quantity: 1 }]);
    const { payment } = await sale.refund(staff, {
      paymentId: order.payment.id,
      amount: usd("4.00"),
      reason: "Sorry.",
    });
    expect(payment.order.refunds).toMatchObject([{ lines: [], amount: { amount: "4.00" }, reason: "Sorry." }]);
    const lines = [{ itemId: order.items[0].id, quantity: 1 }];
    const whole = await sale.refund(staff, { paymentId: order.payment.id, lines });
    expect(whole.userErrors).toMatchObject([
      { code: "REFUND_EXCEEDS_PAID", message: "Only 6.00 USD remains to be refunded." },
    ]);
    expect(await sale.view(staff, order.id)).toMatchObject({ status: "PAID", items: [{ cancelledQuantity: 0 }] });
    const rest = await sale.refund(staff, { paymentId: order.payment.id, lines, amount: usd("6.00") });
    expect(rest.payment.order).toMatchObject({ status: "CANCELLED", paymentStatus: "REFUNDED" });
  });

  test("that the provider refuses gives the fences back, but what it cancelled stays cancelled", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold([{ price: "10.00", quantity: 3 }]);
    const charge = order.payment.transactions?.[0]?.id;
    expect(charge).toBeDefined();
    await shop.sql.orders`update test_provider.charges set status = 'cancelled' where idempotency_key = ${charge}`;
    const lines = [{ itemId: order.items[0].id, quantity: 1 }];
    const refused = await sale.refund(staff, { paymentId: order.payment.id, lines });
    expect(codesOf(refused)).toEqual(["PAYMENT_DECLINED"]);
    expect(refused.payment.order).toMatchObject({
      paymentStatus: "PAID",
      items: [{ refundedQuantity: 0, refundedAmount: { amount: "0.00" }, cancelledQuantity: 1 }],
      refunds: [{ status: "FAILED" }],
    });
    await shop.sql.orders`update test_provider.charges set status = 'succeeded' where idempotency_key = ${charge}`;
    const { payment } = await sale.refund(staff, { paymentId: order.payment.id, lines });
    expect(payment.order.items).toMatchObject([{ refundedQuantity: 1, cancelledQuantity: 1 }]);
  });

  test("is of what was paid: of an order that is not, and of shipping that was free, not even a line for 0.00", async () => {
    const staff = shop.staff();
    const buyer = shop.buyer();
    const free = await shop.product(5, "0.00");
    await shop.addToCart(buyer, await shop.product(5, "10.00"), 1);
    await shop.addToCart(buyer, free, 2);
    const { order: unpaid } = await shop.checkout(buyer);
    const paymentId = unpaid.payment.id;
    const { items } = await sale.view(staff, unpaid.id);
    const gift = items.find(({ variant }: { variant: { id: string } }) => variant.id === free.variantId);
    const lines = [{ itemId: gift.id, quantity: 1 }];
    expect(codesOf(await sale.refund(staff, { paymentId, lines }))).toEqual(["REFUND_EXCEEDS_PAID"]);
    const after = { status: "PENDING", paymentStatus: "UNPAID", refunds: [], expiresAt: expect.any(String) };
    const document = `query ($id: ID!) { order(id: $id) { status paymentStatus refunds { id } expiresAt } }`;
    expect((await shop.ask(document, { id: unpaid.id }, staff)).order).toMatchObject(after);

    // Of an order that is paid on delivery, the money can still be recorded afterwards.
    await shop.until(async () => (await sale.view(staff, unpaid.id)).stockStatus === "RESERVED");
    expect((await sale.move(staff, unpaid.id, "PROCESSING")).userErrors).toEqual([]);
    expect(codesOf(await sale.refund(staff, { paymentId, lines }))).toEqual(["REFUND_EXCEEDS_PAID"]);
    expect(await sale.view(staff, unpaid.id)).toMatchObject({ paymentStatus: "UNPAID", refunds: [] });

    const { order: paid } = await sale.sold([{ price: "10.00", quantity: 1 }]);
    const shipping = await sale.refund(staff, { paymentId: paid.payment.id, shipping: true });
    expect(shipping.userErrors).toMatchObject([
      { code: "REFUND_EXCEEDS_PAID", message: "Nothing was paid for the shipping.", field: ["shipping"] },
    ]);
    expect(await sale.view(staff, paid.id)).toMatchObject({ paymentStatus: "PAID", refunds: [] });
  });

  test("that cost nothing counts them and leaves the payment PAID, or REFUNDED if all the money went back before", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold([
      { price: "10.00", quantity: 1 },
      { price: "0.00", quantity: 2 },
    ]);
    const { id: paymentId } = order.payment;
    const refund = async ({ id }: { id: string }) => {
      const { payment, userErrors } = await sale.refund(staff, { paymentId, lines: [{ itemId: id, quantity: 1 }] });
      expect(userErrors).toEqual([]);
      return payment;
    };
    const [charged, free] = order.items;
    expect(await refund(free)).toMatchObject({
      status: "PAID",
      order: {
        paymentStatus: "PAID",
        amountRefunded: { amount: "0.00" },
        items: [{ refundedQuantity: 0 }, { refundedQuantity: 1 }],
        refunds: [{ status: "SUCCEEDED", amount: { amount: "0.00" } }],
      },
    });
    expect(await refund(charged)).toMatchObject({ status: "REFUNDED", order: { paymentStatus: "REFUNDED" } });
    expect(await refund(free)).toMatchObject({ status: "REFUNDED", order: { paymentStatus: "REFUNDED" } });
  });

  test("names every wrong line at once, and nothing is refunded", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold([{ price: "10.00", quantity: 1 }]);
    const response = await sale.refund(staff, {
      paymentId: order.payment.id,
      lines: [
        { itemId: order.items[0].id, quantity: 2 },
        { itemId: "nonsense", quantity: 1 },
      ],
    });
    expect(response.userErrors).toMatchObject([
      { code: "QUANTITY_EXCEEDED", field: ["lines", "0", "quantity"] },
      { code: "NOT_FOUND", field: ["lines", "1", "itemId"] },
    ]);
    expect(codesOf(await sale.refund(staff, { paymentId: order.payment.id, returnId: randomUUID() }))).toEqual([
      "NOT_FOUND",
    ]);
    expect((await sale.view(staff, order.id)).refunds).toEqual([]);
  });
});

test("20 refunds of one line at once give back each unit once, and what the books say adds up", async () => {
  const staff = shop.staff();
  const { order, products } = await sale.sold([{ price: "3.34", quantity: 5 }], { stock: 9 });
  await sale.ship(staff, { orderId: order.id, lines: [{ itemId: order.items[0].id, quantity: 2 }] });
  const lines = [{ itemId: order.items[0].id, quantity: 1 }];
  const responses = await Promise.all(
    Array.from({ length: 20 }, () => sale.refund(staff, { paymentId: order.payment.id, lines })),
  );
  expect(responses.filter((response) => codesOf(response).length === 0)).toHaveLength(5);
  const after = await sale.view(staff, order.id);
  expect(after).toMatchObject({
    status: "SHIPPED",
    paymentStatus: "REFUNDED",
    items: [{ refundedQuantity: 5, cancelledQuantity: 3, refundedAmount: { amount: "16.70" } }],
  });
  expect(await refundedAtProvider(order.id)).toBe(1_670);
  await shop.until(async () => (await shop.level(products[0]?.variantId ?? "")).onHand === 7);
});

describe("money that was given back elsewhere", () => {
  test("is booked once per key, in the same fences, and no provider is asked", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold([{ price: "10.00", quantity: 2 }]);
    const lines = [{ itemId: order.items[0].id, quantity: 1 }];
    const input = { idempotencyKey: "cash", paymentId: order.payment.id, amount: usd("10.00"), lines };
    const responses = await Promise.all([1, 2, 3].map(() => sale.recordRefund(staff, input)));
    expect(responses.flatMap(codesOf)).toEqual([]);
    const after = await sale.view(staff, order.id);
    expect(after).toMatchObject({
      paymentStatus: "PARTIALLY_REFUNDED",
      amountRefunded: { amount: "10.00" },
      items: [{ refundedQuantity: 1 }],
      refunds: [{ status: "SUCCEEDED" }],
    });
    expect(await refundedAtProvider(order.id)).toBe(0);
    const more = await sale.recordRefund(staff, { paymentId: order.payment.id, amount: usd("10.01") });
    expect(codesOf(more)).toEqual(["REFUND_EXCEEDS_PAID"]);
    expect(codesOf(await sale.recordRefund(staff, { ...input, amount: usd("9.00") }))).toEqual([
      "IDEMPOTENCY_KEY_REUSED",
    ]);
  });
});
