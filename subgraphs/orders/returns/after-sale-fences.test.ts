import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestCaller } from "#test/harness/subgraph-client.ts";
import { type AfterSale, afterSaleOf } from "../testing/after-sale.ts";
import { type OrdersShop, openOrdersShop } from "../testing/test-orders.ts";

// Every mutation after the sale rejects bad input with the code and the field of what is wrong, and changes nothing.

let shop: OrdersShop;
let sale: AfterSale;
beforeAll(async () => {
  shop = await openOrdersShop({ BUDGET_RETURN_REQUESTS_PER_ADDRESS: "1000" });
  sale = afterSaleOf(shop);
});
afterAll(() => shop[Symbol.asyncDispose]());

type Answer = { userErrors: { code: string; message: string; field: string[] | null }[] };

const errorsOf = ({ userErrors }: Answer) =>
  userErrors.map(({ code, field }) => `${code} ${(field ?? []).join(".")}`.trim());

const huge = 2_147_483_647;

/** An order of three units, of which two have left, another order, and all that they have. */
async function openCase() {
  const staff = shop.staff();
  const { order, buyer } = await sale.sold([{ price: "10.00", quantity: 3 }]);
  const other = await sale.sold([{ price: "5.00", quantity: 1 }]);
  // What comes by event is there before anything is compared.
  await shop.until(async () => (await sale.view(staff, order.id)).stockStatus === "SOLD");
  const item: string = order.items[0].id;
  const foreign: string = other.order.items[0].id;
  const { shipment } = await sale.ship(staff, { orderId: order.id, lines: [{ itemId: item, quantity: 2 }] });
  return { staff, buyer, order, other: other.order, stranger: other.buyer, item, foreign, shipment };
}

const line = (itemId: string, quantity: number) => [{ itemId, quantity }];

test("lines of a parcel, a return and a refund are of the order, at least one unit, and no more than is left", async () => {
  const { staff, buyer, order, item, foreign } = await openCase();
  const paymentId = order.payment.id;
  const before = await sale.view(staff, order.id);
  const ask: Record<string, (lines: unknown) => Promise<Answer>> = {
    shipmentCreate: (lines) => sale.ship(staff, { orderId: order.id, lines }),
    returnRequest: (lines) => sale.requestReturn(buyer, { orderId: order.id, lines }),
    refundCreate: (lines) => sale.refund(staff, { paymentId, lines }),
    refundRecord: (lines) =>
      sale.recordRefund(staff, { paymentId, lines, amount: { amount: "1.00", currencyCode: "USD" } }),
  };
  for (const [mutation, answer] of Object.entries(ask)) {
    const errors = async (lines: unknown) => errorsOf(await answer(lines));
    expect(await errors([]), mutation).toEqual(["VALIDATION_FAILED lines"]);
    expect(await errors(line(item, 0)), mutation).toEqual(["VALIDATION_FAILED lines.0.quantity"]);
    expect(await errors(line(item, -1)), mutation).toEqual(["VALIDATION_FAILED lines.0.quantity"]);
    expect(await errors(line(item, huge)), mutation).toEqual(["VALIDATION_FAILED lines.0.quantity"]);
    expect(await errors(line(item, 4)), mutation).toEqual(["QUANTITY_EXCEEDED lines.0.quantity"]);
    for (const id of [foreign, randomUUID(), "nonsense", ""]) {
      expect(await errors(line(id, 1)), mutation).toEqual(["NOT_FOUND lines.0.itemId"]);
    }
    // The same line twice counts together.
    expect(await errors([...line(item, 3), ...line(item, 3)]), mutation).toContain(
      "QUANTITY_EXCEEDED lines.1.quantity",
    );
  }
  expect(await sale.view(staff, order.id)).toEqual(before);
});

test("ids of another order, of nothing and of no form are not found, and strangers find nothing", async () => {
  const { staff, buyer, order, stranger, shipment } = await openCase();
  for (const id of [randomUUID(), "nonsense", ""]) {
    expect(errorsOf(await sale.ship(staff, { orderId: id }))).toEqual(["NOT_FOUND orderId"]);
    expect(errorsOf(await sale.updateShipment(staff, { id, carrier: "DHL" }))).toEqual(["NOT_FOUND id"]);
    expect(errorsOf(await sale.requestReturn(buyer, { orderId: id }))).toEqual(["NOT_FOUND orderId"]);
    expect(errorsOf(await sale.requestReturn("guest", { guestOrderToken: id }))).toEqual(["NOT_FOUND guestOrderToken"]);
    expect(errorsOf(await sale.updateReturn(staff, { id, status: "APPROVED" }))).toEqual(["NOT_FOUND id"]);
    expect(errorsOf(await sale.refund(staff, { paymentId: id }))).toEqual(["NOT_FOUND paymentId"]);
    expect(errorsOf(await sale.refund(staff, { paymentId: order.payment.id, returnId: id }))).toEqual([
      "NOT_FOUND returnId",
    ]);
    const amount = { amount: "1.00", currencyCode: "USD" };
    expect(errorsOf(await sale.recordRefund(staff, { paymentId: id, amount }))).toEqual(["NOT_FOUND paymentId"]);
  }
  for (const asker of [stranger, "guest"] as TestCaller[]) {
    expect(errorsOf(await sale.requestReturn(asker, { orderId: order.id }))).toEqual(["NOT_FOUND orderId"]);
  }
  for (const [mutation, type] of [
    ["shipmentCreate", "ShipmentCreateInput"],
    ["shipmentUpdate", "ShipmentUpdateInput"],
    ["returnUpdate", "ReturnUpdateInput"],
    ["refundRecord", "RefundRecordInput"],
  ] as const) {
    const input = {
      shipmentCreate: { idempotencyKey: "k", orderId: order.id },
      shipmentUpdate: { id: shipment.id },
      returnUpdate: { id: randomUUID(), status: "APPROVED" },
      refundRecord: {
        idempotencyKey: "k",
        paymentId: order.payment.id,
        amount: { amount: "1.00", currencyCode: "USD" },
        reference: "cash",
      },
    }[mutation];
    for (const asker of [buyer, "guest"] as TestCaller[]) {
      const { errors } = await shop.orders(
        `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
        { input },
        asker,
      );
      expect(errors?.[0]?.extensions?.code, mutation).toMatch(/^(FORBIDDEN|UNAUTHENTICATED)$/);
    }
  }
});

test("a return is of no more than was delivered, once, and takes back no more than was announced", async () => {
  const { staff, buyer, order, item, foreign } = await openCase();
  const request = (quantity: number) => sale.requestReturn(buyer, { orderId: order.id, lines: line(item, quantity) });
  expect(errorsOf(await request(3))).toEqual(["QUANTITY_EXCEEDED lines.0.quantity"]);
  const { return: returned } = await request(2);
  expect(errorsOf(await request(1))).toEqual(["QUANTITY_EXCEEDED lines.0.quantity"]);
  const update = async (input: Record<string, unknown>) =>
    errorsOf(await sale.updateReturn(staff, { id: returned.id, ...input }));
  expect(await update({ status: "RECEIVED" })).toEqual(["RETURN_NOT_POSSIBLE status"]);
  expect(await update({ status: "APPROVED", lines: line(item, 1) })).toEqual(["VALIDATION_FAILED lines"]);
  expect(await update({ status: "APPROVED", expectedVersion: 9 })).toEqual(["EDIT_CONFLICT expectedVersion"]);
  expect(await update({ status: "APPROVED" })).toEqual([]);
  expect(await update({ status: "RECEIVED", lines: line(item, 3) })).toEqual(["QUANTITY_EXCEEDED lines.0.quantity"]);
  expect(await update({ status: "RECEIVED", lines: line(item, -1) })).toEqual(["VALIDATION_FAILED lines.0.quantity"]);
  expect(await update({ status: "RECEIVED", lines: line(foreign, 1) })).toEqual(["NOT_FOUND lines.0.itemId"]);
  expect(await update({ status: "RECEIVED", lines: line(item, 1), restock: line(item, 2) })).toEqual([
    "QUANTITY_EXCEEDED restock.0.quantity",
  ]);
  expect(await update({ status: "RECEIVED", lines: line(item, 1), restock: line(item, 1) })).toEqual([]);
  const paymentId = order.payment.id;
  const refund = (quantity: number) =>
    sale.refund(staff, { paymentId, returnId: returned.id, lines: line(item, quantity) });
  expect(errorsOf(await refund(2))).toEqual(["QUANTITY_EXCEEDED lines.0.quantity"]);
  // Two refunds of one return at once: one is made.
  const both = await Promise.all([refund(1), refund(1)]);
  expect(both.map(errorsOf).toSorted()).toMatchObject([[], [expect.stringMatching(/RETURN_NOT_POSSIBLE|QUANTITY/)]]);
  expect((await sale.view(staff, order.id)).amountRefunded).toEqual({ amount: "10.00" });
});

test("amounts of refunds are positive, in the payment's currency, and no more than was paid", async () => {
  const { staff, order, item } = await openCase();
  const paymentId = order.payment.id;
  const usd = (amount: string) => ({ amount, currencyCode: "USD" });
  for (const ask of [sale.refund, sale.recordRefund]) {
    const errors = async (input: Record<string, unknown>) => errorsOf(await ask(staff, { paymentId, ...input }));
    expect(await errors({ amount: usd("0.00") })).toEqual(["VALIDATION_FAILED amount.amount"]);
    expect(await errors({ amount: usd("-1.00") })).toEqual(["VALIDATION_FAILED amount.amount"]);
    expect(await errors({ amount: usd("1.001") })).toEqual(["VALIDATION_FAILED amount.amount"]);
    expect(await errors({ amount: usd(" 1") })).toEqual(["VALIDATION_FAILED amount.amount"]);
    expect(await errors({ amount: { amount: "1.00", currencyCode: "EUR" } })).toEqual(["CURRENCY_MISMATCH amount"]);
    expect(await errors({ amount: usd("30.01") })).toEqual(["REFUND_EXCEEDS_PAID amount"]);
    expect(await errors({ amount: usd("10.01"), lines: line(item, 1) })).toEqual(["REFUND_EXCEEDS_PAID amount"]);
    expect(await errors({ amount: usd("1.00"), idempotencyKey: "" })).toEqual(["VALIDATION_FAILED idempotencyKey"]);
  }
  expect((await sale.view(staff, order.id)).refunds).toEqual([]);
});
