import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AfterSale, afterSaleOf, codesOf } from "../testing/after-sale.ts";
import { type OrdersShop, openOrdersShop } from "../testing/test-orders.ts";

let shop: OrdersShop;
let sale: AfterSale;
beforeAll(async () => {
  shop = await openOrdersShop({ BUDGET_RETURN_REQUESTS_PER_ADDRESS: "1000" });
  sale = afterSaleOf(shop);
});
afterAll(() => shop[Symbol.asyncDispose]());

const dayMs = 24 * 60 * 60 * 1_000;

async function delivered(lines: readonly { price: string; quantity: number }[], more = {}) {
  const sold = await sale.sold(lines, more);
  const staff = shop.staff();
  await sale.ship(staff, { orderId: sold.order.id });
  await sale.move(staff, sold.order.id, "DELIVERED");
  return { ...sold, staff };
}

const guestInput = { email: "guest@example.com" };
const units = (item: { id: string }, quantity: number) => [{ itemId: item.id, quantity }];

describe("a return", () => {
  test("goes REQUESTED, APPROVED, RECEIVED and CLOSED by its refund; what came in part is restocked in part, once", async () => {
    const { order, buyer, staff, products } = await delivered([{ price: "10.00", quantity: 4 }], { stock: 10 });
    const [line] = order.items;
    const variantId = products[0]?.variantId ?? "";
    const asked = await sale.requestReturn(buyer, { orderId: order.id, lines: units(line, 3), reason: "Too small." });
    expect(asked).toMatchObject({
      userErrors: [],
      receivedAt: asked.return.requestedAt,
      return: { status: "REQUESTED", isWithdrawal: false, reason: "Too small.", lines: [{ quantity: 3 }] },
    });
    expect(asked.return.order.items).toMatchObject([{ returnedQuantity: 3 }]);
    const { id } = asked.return;
    const early = await sale.updateReturn(staff, { id, status: "RECEIVED" });
    expect(early.userErrors).toMatchObject([{ code: "RETURN_NOT_POSSIBLE", field: ["status"] }]);
    await sale.updateReturn(staff, { id, status: "APPROVED", expectedVersion: 1 });
    expect(codesOf(await sale.updateReturn(staff, { id, status: "RECEIVED", expectedVersion: 1 }))).toEqual([
      "EDIT_CONFLICT",
    ]);
    const came = await sale.updateReturn(staff, {
      id,
      status: "RECEIVED",
      lines: units(line, 2),
      restock: units(line, 1),
    });
    expect(came.return).toMatchObject({ status: "RECEIVED", lines: [{ quantity: 2, restockedQuantity: 1 }] });
    expect(came.return.order.items).toMatchObject([{ returnedQuantity: 2 }]);
    await shop.until(async () => (await shop.level(variantId)).onHand === 7);
    const { payment } = await sale.refund(staff, { paymentId: order.payment.id, returnId: id });
    expect(payment.order).toMatchObject({
      amountRefunded: { amount: "20.00" },
      status: "DELIVERED",
      items: [{ refundedQuantity: 2, cancelledQuantity: 0 }],
      returns: [{ status: "CLOSED" }],
    });
    expect(codesOf(await sale.refund(staff, { paymentId: order.payment.id, returnId: id }))).toEqual([
      "RETURN_NOT_POSSIBLE",
    ]);
    expect((await shop.level(variantId)).onHand).toBe(7);
  });

  test("is closed by a refund of some of its units, too; the others can be refunded by line", async () => {
    const { order, buyer, staff } = await delivered([{ price: "10.00", quantity: 3 }]);
    const [line] = order.items;
    const paymentId = order.payment.id;
    const { id } = (await sale.requestReturn(buyer, { orderId: order.id })).return;
    await sale.updateReturn(staff, { id, status: "APPROVED" });
    await sale.updateReturn(staff, { id, status: "RECEIVED" });
    const some = await sale.refund(staff, { paymentId, returnId: id, lines: units(line, 1) });
    expect(some.payment.order).toMatchObject({
      amountRefunded: { amount: "10.00" },
      returns: [{ status: "CLOSED", lines: [{ quantity: 3 }] }],
    });
    expect(codesOf(await sale.refund(staff, { paymentId, returnId: id }))).toEqual(["RETURN_NOT_POSSIBLE"]);
    const rest = await sale.refund(staff, { paymentId, lines: units(line, 2) });
    expect(rest.payment.order).toMatchObject({ paymentStatus: "REFUNDED", items: [{ refundedQuantity: 3 }] });
  });

  test("names in plain words what there is too much of", async () => {
    const { order, buyer, staff } = await delivered([{ price: "10.00", quantity: 2 }]);
    const [line] = order.items;
    const name = line.productName;
    const messages = (payload: { userErrors: { message: string }[] }) => payload.userErrors.map((each) => each.message);
    const request = (more: object) => sale.requestReturn(buyer, { orderId: order.id, ...more });
    expect(messages(await request({ lines: units(line, 3) }))).toEqual([`Only 2 of ${name} can be sent back.`]);
    const declaration = { isWithdrawal: true, lines: units(line, 3) };
    expect(messages(await request(declaration))).toEqual([`Only 2 of ${name} can be cancelled or sent back.`]);
    const { id } = (await request({ lines: units(line, 1) })).return;
    await sale.updateReturn(staff, { id, status: "APPROVED" });
    const receive = (more: object) => sale.updateReturn(staff, { id, status: "RECEIVED", ...more });
    expect(messages(await receive({ lines: units(line, 2) }))).toEqual([`Only 1 of ${name} can be received.`]);
    expect(messages(await receive({ restock: units(line, 2) }))).toEqual([`Only 1 of ${name} can be restocked.`]);
    expect(messages(await receive({}))).toEqual([]);
    const refund = await sale.refund(staff, { paymentId: order.payment.id, returnId: id, lines: units(line, 2) });
    expect(messages(refund)).toEqual([`Only 1 of ${name} in this return can be refunded.`]);
  });

  test("that is declined gives its units back to be returned again", async () => {
    const { order, buyer, staff } = await delivered([{ price: "10.00", quantity: 2 }]);
    const asked = await sale.requestReturn(buyer, { orderId: order.id });
    const more = await sale.requestReturn(buyer, { orderId: order.id, lines: units(order.items[0], 1) });
    expect(more.userErrors).toMatchObject([{ code: "QUANTITY_EXCEEDED", field: ["lines", "0", "quantity"] }]);
    const declined = await sale.updateReturn(staff, { id: asked.return.id, status: "DECLINED" });
    expect(declined.return.order.items).toMatchObject([{ returnedQuantity: 0 }]);
    expect(codesOf(await sale.requestReturn(buyer, { orderId: order.id }))).toEqual([]);
  });

  test("is only of what was shipped, and only by its buyer", async () => {
    const { order, buyer } = await sale.sold([{ price: "10.00", quantity: 2 }]);
    expect(codesOf(await sale.requestReturn(buyer, { orderId: order.id }))).toEqual(["RETURN_NOT_POSSIBLE"]);
    await sale.ship(shop.staff(), { orderId: order.id, lines: units(order.items[0], 1) });
    expect(codesOf(await sale.requestReturn(shop.buyer(), { orderId: order.id }))).toEqual(["NOT_FOUND"]);
    expect(codesOf(await sale.requestReturn("guest", { orderId: order.id }))).toEqual(["NOT_FOUND"]);
    const asked = await sale.requestReturn(buyer, { orderId: order.id });
    expect(asked.return.lines).toMatchObject([{ quantity: 1 }]);
  });

  test("is listed for staff, oldest first, by status", async () => {
    const { order, buyer } = await delivered([{ price: "10.00", quantity: 1 }]);
    const asked = await sale.requestReturn(buyer, { orderId: order.id });
    const document = `{ returns(status: [REQUESTED], first: 100) { totalCount nodes { id order { id } } pageInfo { hasNextPage } } }`;
    const { returns } = await shop.ask(document, {}, shop.staff("orders:read"));
    expect(returns.nodes).toContainEqual({ id: asked.return.id, order: { id: order.id } });
    expect(returns.totalCount).toBe(returns.nodes.length);
  });
});

describe("a withdrawal", () => {
  test("of a whole order that was not shipped cancels it and gives everything back at once", async () => {
    const { order, buyer, products } = await sale.sold([{ price: "10.00", quantity: 2 }], { stock: 5 });
    expect(await sale.view(buyer, order.id)).toMatchObject({ canWithdraw: true, withdrawableUntil: null });
    const input = { idempotencyKey: "withdraw", orderId: order.id, isWithdrawal: true };
    const first = await sale.requestReturn(buyer, input);
    expect(first).toMatchObject({ return: null, receivedAt: expect.any(String), userErrors: [] });
    expect(await sale.requestReturn(buyer, input)).toEqual(first);
    expect(await sale.view(buyer, order.id)).toMatchObject({
      status: "CANCELLED",
      paymentStatus: "REFUNDED",
      canWithdraw: false,
      items: [{ cancelledQuantity: 2, refundedQuantity: 2 }],
    });
    await shop.until(async () => (await shop.level(products[0]?.variantId ?? "")).onHand === 5);
  });

  test("of an order that was shipped in part cancels and refunds what was not, and makes a return of what was", async () => {
    const staff = shop.staff();
    const { order, guestOrderToken } = await sale.sold(
      [
        { price: "10.00", quantity: 3 },
        { price: "4.00", quantity: 1 },
      ],
      { buyer: "guest", input: guestInput },
    );
    const [first] = order.items;
    await sale.ship(staff, { orderId: order.id, lines: units(first, 2) });
    const response = await sale.requestReturn("guest", { guestOrderToken, isWithdrawal: true });
    expect(response).toMatchObject({ return: null, receivedAt: expect.any(String), userErrors: [] });
    const after = await sale.view(staff, order.id);
    expect(after).toMatchObject({
      status: "SHIPPED",
      amountRefunded: { amount: "14.00" },
      items: [
        { cancelledQuantity: 1, returnedQuantity: 2, refundedQuantity: 1 },
        { cancelledQuantity: 1, returnedQuantity: 0, refundedQuantity: 1 },
      ],
      returns: [{ status: "REQUESTED", isWithdrawal: true, lines: [{ quantity: 2 }] }],
    });
    const [{ id }] = after.returns;
    await sale.updateReturn(staff, { id, status: "RECEIVED", restock: units(first, 2) });
    await sale.refund(staff, { paymentId: order.payment.id, returnId: id });
    expect(await sale.view(staff, order.id)).toMatchObject({
      paymentStatus: "REFUNDED",
      returns: [{ status: "CLOSED" }],
    });
    const mail = await shop.until(async () =>
      shop.mailbox.mails.find(({ subject }) => subject.startsWith("Your withdrawal") && subject.includes(order.number)),
    );
    expect(mail.text).toContain(new Date(response.receivedAt).toUTCString());
  });

  test("of units of an order to be paid on delivery lowers what is due, once, and a credit note says so", async () => {
    const staff = shop.staff();
    const buyer = shop.buyer();
    const product = await shop.product(10, "10.00");
    await shop.addToCart(buyer, product, 3);
    const { order } = await shop.checkout(buyer);
    await sale.move(staff, order.id, "PROCESSING");
    const [item] = (await sale.view(staff, order.id)).items;
    await sale.ship(staff, { orderId: order.id, lines: units(item, 1) });
    expect(
      codesOf(await sale.requestReturn(buyer, { orderId: order.id, isWithdrawal: true, lines: units(item, 3) })),
    ).toEqual([]);
    const declared = await sale.view(buyer, order.id);
    expect(declared).toMatchObject({
      status: "SHIPPED",
      paymentStatus: "UNPAID",
      amountRefunded: { amount: "0.00" },
      items: [{ cancelledQuantity: 2, returnedQuantity: 1, refundedQuantity: 2, refundedAmount: { amount: "0.00" } }],
      refunds: [{ amount: { amount: "0.00" }, status: "SUCCEEDED", lines: [{ quantity: 2 }] }],
    });
    const record = async (amount: string) => {
      const { paymentRecord } = await shop.ask(
        `mutation ($input: PaymentRecordInput!) { paymentRecord(input: $input) {
          payment { amount { amount } status } userErrors { code message field } } }`,
        {
          input: {
            idempotencyKey: randomUUID(),
            paymentId: order.payment.id,
            amount: { amount, currencyCode: "USD" },
            reference: "cash",
          },
        },
        staff,
      );
      return paymentRecord;
    };
    expect((await record("30.00")).userErrors).toMatchObject([{ code: "PAYMENT_AMOUNT_MISMATCH", field: ["amount"] }]);
    expect(await record("10.00")).toMatchObject({
      userErrors: [],
      payment: { amount: { amount: "10.00" }, status: "PAID" },
    });

    // The unit that had left comes back and is refunded; no more is.
    const [{ id }] = declared.returns;
    await sale.updateReturn(staff, { id, status: "RECEIVED" });
    expect(codesOf(await sale.refund(staff, { paymentId: order.payment.id, returnId: id }))).toEqual([]);
    expect(await sale.view(staff, order.id)).toMatchObject({
      paymentStatus: "REFUNDED",
      amountRefunded: { amount: "10.00" },
      items: [{ refundedQuantity: 3, refundedAmount: { amount: "10.00" } }],
    });
    const documents = await shop.until(async () => {
      const { order: found } = await shop.ask(
        "query ($id: ID!) { order(id: $id) { invoices { kind totals { total { amount } } } } }",
        { id: order.id },
        staff,
      );
      return found.invoices.length === 3 && found.invoices;
    });
    expect(
      documents.map((document: { kind: string; totals: { total: { amount: string } } }) => [
        document.kind,
        document.totals.total.amount,
      ]),
    ).toEqual([
      ["INVOICE", "30.00"],
      ["CREDIT_NOTE", "20.00"],
      ["CREDIT_NOTE", "10.00"],
    ]);
  });

  test("is possible until 14 days after the last delivery", async () => {
    const { order, buyer } = await delivered([{ price: "10.00", quantity: 1 }]);
    const { withdrawableUntil, canWithdraw } = await sale.view(buyer, order.id);
    expect(canWithdraw).toBe(true);
    expect(new Date(withdrawableUntil).getTime() - Date.now()).toBeGreaterThan(14 * dayMs - 60_000);
    await shop.sql
      .orders`update orders set delivered_at = delivered_at - interval '14 days 1 second' where id = ${order.id}`;
    expect((await sale.view(buyer, order.id)).canWithdraw).toBe(false);
    expect(codesOf(await sale.requestReturn(buyer, { orderId: order.id, isWithdrawal: true }))).toEqual([
      "RETURN_NOT_POSSIBLE",
    ]);
    expect(codesOf(await sale.requestReturn(buyer, { orderId: order.id }))).toEqual([]);
  });

  test("is not of a line that cannot be returned, nor of a business with a VAT number", async () => {
    const { order, buyer } = await sale.sold([
      { price: "10.00", quantity: 1 },
      { price: "5.00", quantity: 1 },
    ]);
    await shop.sql.orders`update order_items set is_returnable = false where id = ${order.items[0].id}`;
    await sale.requestReturn(buyer, { orderId: order.id, isWithdrawal: true });
    expect(await sale.view(buyer, order.id)).toMatchObject({
      status: "PAID",
      items: [{ cancelledQuantity: 0 }, { cancelledQuantity: 1 }],
    });
    const business = await sale.sold([{ price: "10.00", quantity: 1 }]);
    await shop.sql.orders`update orders set vat_number = 'ATU12345675' where id = ${business.order.id}`;
    expect((await sale.view(business.buyer, business.order.id)).canWithdraw).toBe(false);
  });
});

describe("a declaration by number and e-mail", () => {
  const declare = (input: Record<string, unknown>) => sale.requestReturn("guest", { isWithdrawal: true, ...input });

  test("always returns the moment of its receipt, and takes effect only with the order's own e-mail", async () => {
    const { order } = await sale.sold([{ price: "10.00", quantity: 1 }], { buyer: "guest", input: guestInput });
    const wrong = [
      { orderNumber: order.number, email: "other@example.com" },
      { orderNumber: "AAAA-AAAA", email: guestInput.email },
      { orderNumber: "nonsense", email: guestInput.email },
    ];
    for (const input of wrong) {
      expect(await declare(input)).toEqual({ return: null, receivedAt: expect.any(String), userErrors: [] });
    }
    await shop.until(async () => {
      const [row] = await shop.sql
        .orders`select count(*)::int as open from return_declarations where judged_at is null`;
      return row?.open === 0;
    });
    expect((await sale.view(shop.staff(), order.id)).status).toBe("PAID");
    const input = { idempotencyKey: randomUUID(), orderNumber: order.number.toLowerCase(), email: "GUEST@example.com" };
    const response = await declare(input);
    expect(response).toEqual({ return: null, receivedAt: expect.any(String), userErrors: [] });
    expect(await declare(input)).toEqual(response);
    await shop.until(async () => (await sale.view(shop.staff(), order.id)).paymentStatus === "REFUNDED");
  });

  test("that comes to nothing is explained by mail", async () => {
    const { order } = await sale.sold([{ price: "10.00", quantity: 1 }], { buyer: "guest", input: guestInput });
    await declare({ orderNumber: order.number, email: guestInput.email });
    await declare({ orderNumber: order.number, email: guestInput.email });
    const mail = await shop.until(async () =>
      shop.mailbox.mails.find(
        ({ subject }) => subject === `Your withdrawal from order ${order.number} is not possible`,
      ),
    );
    expect(mail.text).toContain("This order was cancelled.");
  });

  test("says what is wrong with the request itself", async () => {
    const { userErrors } = await declare({ orderNumber: "AAAA-AAAA", lines: [{ itemId: "x", quantity: 1 }] });
    expect(userErrors.map(({ field }: { field: string[] }) => field)).toEqual([["email"], ["lines"]]);
    expect(codesOf(await declare({}))).toEqual(["VALIDATION_FAILED"]);
    expect(codesOf(await declare({ orderId: randomUUID(), guestOrderToken: "x" }))).toEqual(["VALIDATION_FAILED"]);
  });
});

test("declarations of one network have a rate, by number also when signed in", async () => {
  await using small = await openOrdersShop({ BUDGETS_ENABLED: "true", BUDGET_RETURN_REQUESTS_PER_ADDRESS: "2" });
  const document = "mutation ($input: ReturnRequestInput!) { returnRequest(input: $input) { receivedAt } }";
  const input = { idempotencyKey: "k", orderNumber: "AAAA-AAAA", email: "a@example.com" };
  for (const [address, asker] of [
    ["203.0.113.7", "guest"],
    ["203.0.113.8", small.buyer()],
  ] as const) {
    const ask = () => small.from(address, document, { input }, asker);
    const responses = [await ask(), await ask(), await ask()];
    expect(responses.map(({ errors }) => errors[0]?.extensions?.code)).toEqual([undefined, undefined, "RATE_LIMITED"]);
  }
});

test("20 returns and refunds of the same units at once count each unit once in each", async () => {
  const { order, buyer, staff } = await delivered([{ price: "10.00", quantity: 5 }]);
  const lines = units(order.items[0], 1);
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0
        ? sale.requestReturn(buyer, { orderId: order.id, lines })
        : sale.refund(staff, { paymentId: order.payment.id, lines }),
    ),
  );
  expect(responses.filter((response) => codesOf(response).length === 0)).toHaveLength(10);
  expect(await sale.view(staff, order.id)).toMatchObject({
    paymentStatus: "REFUNDED",
    items: [{ returnedQuantity: 5, refundedQuantity: 5, cancelledQuantity: 0 }],
  });
});
