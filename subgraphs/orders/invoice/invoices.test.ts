import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "#platform/database/database.ts";
import { newId, type OrderId } from "#platform/shop/ids.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { internalTokenOf, type TestCaller } from "#test/harness/subgraph-client.ts";
import { type AfterSale, afterSaleOf } from "../testing/after-sale.ts";
import { type OrdersShop, openOrdersShop } from "../testing/test-orders.ts";
import { confirmNext, isStopped, takeNumber } from "./number-series.ts";

let shop: OrdersShop;
let sale: AfterSale;
beforeAll(async () => {
  shop = await openOrdersShop({
    INVOICE_ATTACH: "true",
    SHOP_ADDRESS: "1 Main St; Springfield",
    SHOP_VAT_NUMBER: "DE123",
  });
  sale = afterSaleOf(shop);
});
afterAll(() => shop[Symbol.asyncDispose]());

const fields = "id kind number issuedAt pdfUrl corrects { number } order { id }";

async function invoicesOf(asker: TestCaller, id: string, count: number) {
  return shop.until(async () => {
    const { order } = await shop.ask(`query ($id: ID!) { order(id: $id) { invoices { ${fields} } } }`, { id }, asker);
    return order.invoices.length >= count && order.invoices;
  }, 20_000);
}

/** Fetches a PDF as the gateway does, whose address is replaced by the subgraph's. */
async function download(pdfUrl: string): Promise<Response> {
  const { pathname, search } = new URL(pdfUrl);
  const authorization = `Bearer ${await internalTokenOf(shop.keys, "orders", "guest")}`;
  return fetch(`${shop.url}${pathname}${search}`, { headers: { authorization } });
}

describe("the documents of an order", () => {
  test("are an invoice once it is paid and a credit note for each refund, numbered together", async () => {
    const { order, buyer } = await sale.sold([{ price: "10.00", quantity: 2 }]);
    const [invoice] = await invoicesOf(buyer, order.id, 1);
    expect(invoice).toMatchObject({ kind: "INVOICE", corrects: null, order: { id: order.id } });
    await sale.refund(shop.staff(), {
      paymentId: order.payment.id,
      lines: [{ itemId: order.items[0].id, quantity: 1 }],
    });
    const [, note] = await invoicesOf(buyer, order.id, 2);
    expect(note).toMatchObject({ kind: "CREDIT_NOTE", corrects: { number: invoice.number } });
    expect(note.number > invoice.number).toBe(true);
    const [sums] = await shop.sql.orders`
      select array_agg(total_minor::int order by sequence) as totals from invoices where order_id = ${order.id}`;
    expect(sums?.totals).toEqual([2_000, 1_000]);
    const mail = await shop.until(async () =>
      shop.mailbox.mails.find(({ subject }) => subject === `Invoice ${invoice.number} for order ${order.number}`),
    );
    expect(mail.text).toContain("is attached");
  });

  test("are an invoice when an order that is paid on delivery is first shipped, and none if it was cancelled before", async () => {
    const [buyer, staff] = [shop.buyer(), shop.staff()];
    const later = await shop.placed(buyer, await shop.product(5));
    await sale.move(staff, later.id, "PROCESSING");
    await sale.move(staff, later.id, "SHIPPED");
    expect(await invoicesOf(buyer, later.id, 1)).toHaveLength(1);
    const never = await shop.placed(buyer, await shop.product(5));
    await sale.move(staff, never.id, "CANCELLED");
    expect(await invoicesOf(buyer, never.id, 0)).toEqual([]);
  });

  test("have a PDF behind an address that expires and cannot be changed", async () => {
    const { order, buyer } = await sale.sold([{ price: "10.00", quantity: 2 }]);
    const [{ pdfUrl, number }] = await invoicesOf(buyer, order.id, 1);
    const response = await download(pdfUrl);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-disposition")).toContain(`${number}.pdf`);
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe("%PDF-");
    const changed = [
      pdfUrl.replace(/expires=\d/, "expires=9"),
      `${pdfUrl}A`,
      pdfUrl.replace(/.$/, (last: string) => (last === "A" ? "B" : "A")),
      pdfUrl.replace(/invoices\/[^.]+/, `invoices/${randomUUID()}`),
      pdfUrl.replace(/expires=\d+/, "expires=1"),
      pdfUrl.split("?")[0] ?? "",
    ];
    for (const url of changed) expect((await download(url)).status).toBe(404);
  });

  test("are shown to those who may read the order, and listed for staff", async () => {
    const { order, guestOrderToken } = await sale.sold([{ price: "1.00", quantity: 1 }], {
      buyer: "guest",
      input: { email: "g@example.com" },
    });
    const [invoice] = await invoicesOf(shop.staff(), order.id, 1);
    const document = `query ($t: String!) { guestOrder(token: $t) { invoices { number order { id } } } }`;
    expect((await shop.ask(document, { t: guestOrderToken })).guestOrder.invoices).toEqual([
      { number: invoice.number, order: { id: order.id } },
    ]);
    const list = `query ($from: DateTime) { invoices(kind: INVOICE, issuedFrom: $from, first: 100) { totalCount nodes { number } } }`;
    const { invoices } = await shop.ask(list, { from: invoice.issuedAt }, shop.staff("orders:read"));
    expect(invoices.nodes[0]).toEqual({ number: invoice.number });
    expect(invoices.totalCount).toBe(invoices.nodes.length);
    const { errors } = await shop.orders(list, {}, shop.buyer());
    expect(errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
  });

  test("can be neither changed nor deleted", async () => {
    const { order, buyer } = await sale.sold([{ price: "1.00", quantity: 1 }]);
    await invoicesOf(buyer, order.id, 1);
    const { sql } = shop;
    await expect(sql.orders`update invoices set total_minor = 1 where order_id = ${order.id}`).rejects.toThrow();
    await expect(sql.orders`delete from invoices where order_id = ${order.id}`).rejects.toThrow();
    await expect(sql.orders`truncate invoices`).rejects.toThrow();
  });
});

test("orders that are paid and refunded at once get the numbers 1 to n without a gap", async () => {
  const staff = shop.staff();
  const orders = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const { order } = await sale.sold([{ price: "2.00", quantity: 1 }]);
      await sale.refund(staff, { paymentId: order.payment.id });
      return order;
    }),
  );
  await shop.until(async () => {
    const ids = orders.map(({ id }) => id);
    const [row] = await shop.sql.orders`select count(*)::int as issued from invoices where order_id = any(${ids})`;
    return row?.issued === 24;
  }, 20_000);
  const [row] = await shop.sql.orders`
    select count(*)::int as count, max(sequence) as last, bool_and(rises) as rises from (
      select sequence, issued_at >= lag(issued_at, 1, issued_at) over (order by sequence) as rises from invoices
    ) numbered`;
  expect(row).toMatchObject({ last: row?.count, rises: true });
});

test("a shop that issued documents before their place was remembered goes on, and is stopped by the next restore", async () => {
  await using home = await createDatabase("orders");
  const database = openDatabase({ url: home.url, applicationName: "test", connectionsMax: 3 });
  try {
    const { db, sql } = database;
    expect(await isStopped(db)).toBe(false);
    await sql`update invoice_issuing set place = null`;
    expect(await isStopped(db)).toBe(false);
    await sql`update invoice_issuing set place = '1/1' where place is not null`;
    expect(await isStopped(db)).toBe(true);
  } finally {
    await database.close();
  }
});

test("a number that was taken by a transaction that fails is given to the next, and none after a restore until it is confirmed", async () => {
  await using home = await createDatabase("orders");
  const database = openDatabase({ url: home.url, applicationName: "test", connectionsMax: 3 });
  try {
    const { db, sql } = database;
    expect(await isStopped(db)).toBe(false);
    const first = await db.transaction(takeNumber);
    await expect(
      db.transaction(async (tx) => {
        await takeNumber(tx);
        throw new Error("killed");
      }),
    ).rejects.toThrow("killed");
    const second = await db.transaction(takeNumber);
    expect([first.sequence, second.sequence]).toEqual([1, 2]);
    await sql`
      insert into invoices (id, order_id, kind, year, sequence, currency, total_minor, tax_minor, snapshot, issued_at)
      values (${randomUUID()}, ${newId<OrderId>()}, 'INVOICE', ${second.year}, 2, 'USD', 1, 0, '{}', now())`;
    // As after a restore: the database has the marks of another.
    await sql`update invoice_issuing set database = '7000000000000000000/00000001'`;
    expect(await isStopped(db)).toBe(true);
    expect(await confirmNext(db, 2)).toBe(2);
    expect(await isStopped(db)).toBe(true);
    expect(await confirmNext(db, 40)).toBeUndefined();
    expect(await isStopped(db)).toBe(false);
    expect((await db.transaction(takeNumber)).sequence).toBe(40);
    // As pg_restore --clean does it on the same server.
    await sql`create table dumped (like invoice_issuing including all)`;
    await sql`insert into dumped table invoice_issuing`;
    await sql`drop table invoice_issuing`;
    await sql`create table invoice_issuing (like dumped including all)`;
    await sql`insert into invoice_issuing table dumped`;
    expect(await isStopped(db)).toBe(true);
    expect(await confirmNext(db, 41)).toBeUndefined();
    expect(await isStopped(db)).toBe(false);
  } finally {
    await database.close();
  }
});
