import { afterAll, beforeAll, expect, test } from "vitest";
import { type AfterSale, afterSaleOf, codesOf } from "../testing/after-sale.ts";
import { type OrdersShop, openOrdersShop, orderPayload } from "../testing/test-orders.ts";

// `AFTER_SALE_ORDERS=500` runs the long form.
const ordersCount = Number(process.env.AFTER_SALE_ORDERS ?? 6);
const workers = 8;
const stepsPerOrder = 10;
const timeoutMs = 60_000 + ordersCount * 10_000;

let shop: OrdersShop;
let sale: AfterSale;
beforeAll(async () => {
  shop = await openOrdersShop();
  sale = afterSaleOf(shop);
});
afterAll(() => shop[Symbol.asyncDispose]());

/** A linear congruential generator (Numerical Recipes), so that a seed always takes the same steps. */
function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Sold = Awaited<ReturnType<AfterSale["sold"]>>;

const cancelDocument = `mutation ($input: OrderCancelInput!) { orderCancel(input: $input) ${orderPayload} }`;

/** Takes one step with an order; returns the codes of its user errors. */
async function step({ order, buyer }: Sold, random: (below: number) => number): Promise<string[]> {
  const staff = shop.staff();
  const item = order.items[random(order.items.length)];
  const lines = [{ itemId: item.id, quantity: 1 + random(2) }];
  const paymentId = order.payment.id;
  switch (random(9)) {
    case 0:
    case 1:
      return codesOf(await sale.ship(staff, { orderId: order.id, lines }));
    case 2:
      return codesOf(await sale.refund(staff, { paymentId, lines }));
    case 3:
      return codesOf(await sale.refund(staff, { paymentId, amount: { amount: "0.37", currencyCode: "USD" } }));
    case 4:
      return codesOf(await sale.requestReturn(buyer, { orderId: order.id, isWithdrawal: random(2) === 0, lines }));
    case 5:
      return codesOf(
        await sale.recordRefund(staff, { paymentId, lines, amount: { amount: "0.50", currencyCode: "USD" } }),
      );
    case 6: {
      const { returns } = await sale.view(staff, order.id);
      const status = { REQUESTED: random(3) === 0 ? "DECLINED" : "APPROVED", APPROVED: "RECEIVED", RECEIVED: "CLOSED" };
      const found = returns[random(Math.max(1, returns.length))];
      if (found === undefined || found.status === "DECLINED" || found.status === "CLOSED") return [];
      if (found.status === "RECEIVED" && random(2) === 0)
        return codesOf(await sale.refund(staff, { paymentId, returnId: found.id }));
      const to =
        found.isWithdrawal && found.status === "REQUESTED" ? "RECEIVED" : status[found.status as keyof typeof status];
      const came = found.lines.map((line: { item: { id: string }; quantity: number }) => ({
        itemId: line.item.id,
        quantity: line.quantity,
      }));
      return codesOf(
        await sale.updateReturn(staff, { id: found.id, status: to, ...(to === "RECEIVED" ? { restock: came } : {}) }),
      );
    }
    case 7: {
      const { shipments } = await sale.view(staff, order.id);
      const parcel = shipments.find(({ deliveredAt }: { deliveredAt: string | null }) => deliveredAt === null);
      if (parcel === undefined) return [];
      return codesOf(await sale.updateShipment(staff, { id: parcel.id, deliveredAt: new Date().toISOString() }));
    }
    default:
      if (random(5) > 0) return [];
      return codesOf((await shop.ask(cancelDocument, { input: { orderId: order.id } }, buyer)).orderCancel);
  }
}

const expected = new Set([
  "QUANTITY_EXCEEDED",
  "INVALID_STATUS_TRANSITION",
  "REFUND_EXCEEDS_PAID",
  "RETURN_NOT_POSSIBLE",
]);

test(
  `${workers} workers ship, return, refund and cancel ${ordersCount} orders at random, and every counter and every sum holds`,
  async () => {
    const lines = [
      { price: "3.33", quantity: 3 },
      { price: "10.00", quantity: 2 },
    ];
    const sold: Sold[] = [];
    while (sold.length < ordersCount) {
      const batch = Math.min(workers, ordersCount - sold.length);
      sold.push(...(await Promise.all(Array.from({ length: batch }, () => sale.sold(lines, { stock: 5 })))));
    }
    await shop.until(async () => {
      const [row] = await shop.sql.orders`select count(*)::int as open from orders where stock_status <> 'SOLD'`;
      return row?.open === 0;
    });
    const seed = Number(process.env.AFTER_SALE_SEED ?? 1);
    await Promise.all(
      Array.from({ length: workers }, async (_, worker) => {
        const random = seeded(seed * 1_000 + worker);
        for (let taken = 0; taken < (ordersCount * stepsPerOrder) / workers; taken += 1) {
          const order = sold[random(sold.length)];
          if (order === undefined) continue;
          for (const code of await step(order, random)) expect(expected).toContain(code);
        }
      }),
    );
    await shop.until(async () => {
      const [row] = await shop.sql.orders`
      select (select count(*)::int from payment_transactions where status = 'PENDING')
        + (select count(*)::int from orders where invoice_due_at is not null)
        + (select count(*)::int from outbox where status = 'waiting') as open`;
      return row?.open === 0;
    }, 30_000);
    expect(await findFaults()).toEqual([]);
    for (const { order, products } of sold) {
      for (const [index, { variantId }] of products.entries()) {
        const item = (await sale.view(shop.staff(), order.id)).items[index];
        const [line] = await shop.sql.orders`
        select coalesce(sum(restocked_quantity), 0)::int as back from return_lines where item_id = ${item.id}`;
        const { status } = await sale.view(shop.staff(), order.id);
        const sold_ = status === "CANCELLED" ? 0 : item.quantity - item.cancelledQuantity - (line?.back ?? 0);
        expect(await shop.level(variantId)).toEqual({ onHand: 5 - sold_, reserved: 0 });
      }
    }
  },
  timeoutMs,
);

/** One sentence for each sum that does not hold. */
async function findFaults(): Promise<string[]> {
  const rows = await shop.sql.orders<{ fault: string }[]>`
    select 'item ' || i.id || ' of ' || o.status as fault from order_items i join orders o on o.id = i.order_id
      where i.shipped <> (select coalesce(sum(quantity), 0) from shipment_lines where item_id = i.id)
        or i.returned <> (select coalesce(sum(l.quantity), 0) from return_lines l join returns r on r.id = l.return_id where l.item_id = i.id and r.status <> 'DECLINED')
        or (i.refunded_quantity, i.refunded_minor) <> (select coalesce(sum(l.quantity), 0), coalesce(sum(l.amount_minor), 0)
          from refund_lines l join payment_transactions t on t.id = l.refund_id where l.item_id = i.id and t.status <> 'FAILED')
        or i.refunded_minor > i.total_minor
    union all
    select 'order ' || o.id || ' of ' || o.status from orders o
      where o.amount_refunded_minor <> (select coalesce(sum(amount_minor), 0) from payment_transactions where order_id = o.id and type <> 'CHARGE' and status = 'SUCCEEDED')
        or o.refund_committed_minor <> o.amount_refunded_minor
        or (o.status = 'SHIPPED' or o.status = 'DELIVERED') <> (o.status <> 'CANCELLED' and not exists (select from order_items where order_id = o.id and shipped + cancelled < quantity))
    union all
    select 'books of order ' || t.order_id from payment_transactions t where t.type = 'CHARGE' and t.status = 'SUCCEEDED'
        and (select coalesce(sum(amount_minor), 0) from test_provider.refunds where charge_id = t.provider_reference)
          <> (select coalesce(sum(amount_minor), 0) from payment_transactions r where r.order_id = t.order_id and r.type = 'REFUND' and r.status = 'SUCCEEDED' and r.provider = 'test')
    union all
    select 'documents of order ' || o.id from orders o where exists (select from invoices where order_id = o.id)
        and o.amount_refunded_minor <> (select coalesce(sum(total_minor), 0) from invoices where order_id = o.id and kind = 'CREDIT_NOTE')
    union all
    select 'numbers' from (select count(*) as count, max(sequence) as last from invoices) n where n.count <> n.last`;
  return rows.map(({ fault }) => fault);
}
