import { afterAll, beforeAll, expect, test } from "vitest";
import { type AfterSale, afterSaleOf } from "../testing/after-sale.ts";
import { openPricedShop, type PricedShop } from "../testing/priced-shop.ts";

let shop: PricedShop;
let sale: AfterSale;
beforeAll(async () => {
  shop = await openPricedShop();
  sale = afterSaleOf(shop);
});
afterAll(() => shop[Symbol.asyncDispose]());

const documents = `query ($id: ID!) { order(id: $id) { invoices { kind number totals { subtotal { amount } discount { amount } shipping { amount }
  tax { amount } total { amount } taxes { rate tax { amount } } } } } }`;
const cents = (money: { amount: string }) => Math.round(Number(money.amount) * 100);

test("an order with a discount, tax and shipping leaves in two parcels, comes back in part and is refunded by line, to the cent", async () => {
  const { admin } = shop;
  const [shirt, mug, book] = [await shop.priced("19.99"), await shop.priced("7.77"), await shop.priced("12.35")];
  const discount = { name: "Autumn", target: "ORDER", percentage: "10", codes: ["AUTUMN"] };
  await shop.set("discountCreate", "DiscountInput", discount, "discount { id }");
  const cart = await shop.cart([shirt, 1], [mug, 2], [book, 1]);
  await shop.enter(cart, "AUTUMN");
  const bought = await shop.buy(cart, "DE", { payment: { token: "tok_ok" } });
  const { order, guestOrderToken } = bought;
  expect(order).toMatchObject({ status: "PAID" });
  const items = new Map<string, { id: string }>(
    order.items.map((item: { id: string; product: { id: string } }) => [item.product.id, item]),
  );
  const idOf = (product: { productId: string }) => items.get(product.productId)?.id ?? "";
  const stockOf = async (product: { variantId: string }) => (await shop.level(product.variantId)).onHand;
  await shop.until(async () => (await sale.view(admin, order.id)).stockStatus === "SOLD");
  const [shirts, mugs, books] = [await stockOf(shirt), await stockOf(mug), await stockOf(book)];

  // One parcel has the shirt and a mug; another the other mug. The book is refunded before it leaves.
  const one = await sale.ship(admin, {
    orderId: order.id,
    lines: [
      { itemId: idOf(shirt), quantity: 1 },
      { itemId: idOf(mug), quantity: 1 },
    ],
  });
  expect(one.order.status).toBe("PROCESSING");
  const refunded = await sale.refund(admin, {
    paymentId: order.payment.id,
    lines: [{ itemId: idOf(book), quantity: 1 }],
  });
  expect(refunded).toMatchObject({ userErrors: [], payment: { order: { status: "PROCESSING" } } });
  const two = await sale.ship(admin, { orderId: order.id });
  expect(two.order.status).toBe("SHIPPED");
  const now = () => new Date().toISOString();
  await sale.updateShipment(admin, { id: one.shipment.id, deliveredAt: now() });

  // The guest withdraws from one mug, which comes back and goes on sale again.
  const declared = await sale.requestReturn("guest", {
    guestOrderToken,
    isWithdrawal: true,
    lines: [{ itemId: idOf(mug), quantity: 1 }],
  });
  expect(declared).toMatchObject({ userErrors: [], receivedAt: expect.any(String) });
  const [{ id: returnId }] = (await sale.view(admin, order.id)).returns;
  await sale.updateReturn(admin, { id: returnId, status: "RECEIVED", restock: [{ itemId: idOf(mug), quantity: 1 }] });
  await sale.refund(admin, { paymentId: order.payment.id, returnId });
  const { order: delivered } = await sale.updateShipment(admin, { id: two.shipment.id, deliveredAt: now() });
  expect(delivered).toMatchObject({ status: "DELIVERED", returns: [{ status: "CLOSED" }] });
  await shop.until(async () => (await stockOf(mug)) === mugs + 1 && (await stockOf(book)) === books + 1);
  expect(await stockOf(shirt)).toBe(shirts);

  const invoices = await shop.until(async () => {
    const { order: found } = await shop.ask(documents, { id: order.id }, admin);
    return found.invoices.length === 3 && found.invoices;
  });
  const [invoice, ...notes] = invoices;
  const [books_] = await shop.sql.orders`
    select (select sum(amount_minor)::int from test_provider.charges c where c.id = t.provider_reference) as charged,
      (select sum(amount_minor)::int from test_provider.refunds r where r.charge_id = t.provider_reference) as refunded
    from payment_transactions t where order_id = ${order.id} and type = 'CHARGE'`;
  expect(invoice.kind).toBe("INVOICE");
  expect(cents(invoice.totals.total)).toBe(books_?.charged);
  const credited = notes.reduce(
    (sum: number, note: { totals: { total: { amount: string } } }) => sum + cents(note.totals.total),
    0,
  );
  expect(credited).toBe(books_?.refunded);
  // 10 % off 47.88, shipping 4.90: what was paid for the mug and the book is their share of that.
  expect(invoice.totals).toMatchObject({
    subtotal: { amount: "47.88" },
    discount: { amount: "4.79" },
    shipping: { amount: "4.90" },
    total: { amount: "47.99" },
  });
  const { refunds } = delivered;
  expect(refunds.map(({ amount }: { amount: { amount: string } }) => amount.amount)).toEqual(["11.11", "7.00"]);
  for (const { amount, tax } of refunds) {
    expect(Math.abs(cents(tax) - (cents(amount) * 19) / 119)).toBeLessThanOrEqual(1);
  }
  // The shipping is refunded once.
  const shipping = await sale.refund(admin, { paymentId: order.payment.id, shipping: true });
  expect(shipping.payment.order.refunds.at(-1)).toMatchObject({
    shipping: { amount: "4.90" },
    tax: { amount: "0.78" },
  });
  const again = await sale.refund(admin, { paymentId: order.payment.id, shipping: true });
  expect(again.userErrors).toMatchObject([{ code: "REFUND_EXCEEDS_PAID", field: ["shipping"] }]);
});
