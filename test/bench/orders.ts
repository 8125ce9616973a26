import postgres from "postgres";
import type { Database } from "#platform/database/database.ts";
import type { UserId } from "#platform/shop/ids.ts";
import { listOrders, makeOrdersOfUsers, type OrderListArguments } from "#subgraphs/orders/order/order-list.ts";
import { type BenchQuery, compareSizes, dropIndexes, walk } from "./sizes.ts";

/** Of these there are equally many in a shop of any size, spread over all of its orders. */
const waiting = 50;
const regulars = 20;
const ordersOfOne = 1_000;

/**
 * Measures lists of orders with 10,000 and with 1,000,000 orders.
 *
 * @param sizes other numbers of orders, such as "10000 100000".
 */
export function benchOrders(sizes: readonly string[]): Promise<boolean> {
  const [small = 10_000, large = 1_000_000] = sizes.map(Number);
  return compareSizes({
    subgraph: "orders",
    table: "orders",
    sizes: [small, large],
    fill: fillOrders,
    queries: queriesOf(small),
  });
}

const customer = "00000000-0000-7000-8000-000000000001" as UserId;
const made = "2026-01-01T00:00:00Z";
/** The first day's orders, an order every ten seconds. */
const firstDay = { createdFrom: made, createdTo: "2026-01-02T00:00:00Z" };

function queriesOf(small: number): BenchQuery[] {
  const page = (args: OrderListArguments) => async (database: Database) => {
    const { nodes, pageInfo } = await listOrders(database.db, args);
    if (nodes.length === 0) throw new Error(`No rows were listed for ${JSON.stringify(args)}.`);
    return { nodes, pageInfo };
  };
  const steady = (name: string, args: OrderListArguments): BenchQuery => ({ name, steady: true, run: page(args) });
  const unsteady = (name: string, args: OrderListArguments): BenchQuery => ({ name, steady: false, run: page(args) });
  const counted = (name: string, args: OrderListArguments, isSteady: boolean): BenchQuery => ({
    name,
    steady: isSteady,
    run: async ({ db }) => (await listOrders(db, { ...args, first: 1 })).totalCount(),
  });
  const byTotal = { key: "TOTAL", direction: "DESC" } as const;
  const [cursors, numbers] = [new Map<Database, string>(), new Map<Database, string>()];
  return [
    steady("the first page, newest first", {}),
    steady("the first page, by total", { sort: byTotal }),
    {
      name: "the thousandth page of ten, newest first",
      steady: true,
      run: async (database) => {
        const after =
          cursors.get(database) ??
          (await walk(
            Math.min(9_990, small - 10),
            async (wanted) => (await listOrders(database.db, wanted)).pageInfo.endCursor,
          ));
        cursors.set(database, after);
        return page({ first: 10, after })(database);
      },
    },
    steady(`the ${waiting} that wait to be packed, spread over all`, { filter: { status: ["PAID"] } }),
    steady("unpaid and failed ones, by total", { filter: { paymentStatus: ["UNPAID", "FAILED"] }, sort: byTotal }),
    steady("all statuses at once, by total", {
      filter: { status: ["PENDING", "PAID", "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED"] },
      sort: byTotal,
    }),
    steady("those of the first day", { filter: firstDay }),
    steady("one customer's, of 1,000", { filter: { userId: customer } }),
    {
      name: "one customer's, as the customer reads them",
      steady: true,
      run: ({ db }) => makeOrdersOfUsers(db).load({ userId: customer, args: {} }),
    },
    {
      name: "a search by a whole number",
      steady: true,
      run: async (database) => {
        const number = numbers.get(database) ?? (await page({ first: 1 })(database)).nodes[0]?.number;
        if (number === undefined) throw new Error("There is no order.");
        numbers.set(database, number);
        return page({ filter: { search: number } })(database);
      },
    },
    steady(`a search by the beginning of an e-mail that ${regulars} orders have`, { filter: { search: "rare.reg" } }),
    counted(`totalCount of the ${waiting} that wait`, { filter: { status: ["PAID"] } }, true),
    counted("totalCount of one customer's", { filter: { userId: customer } }, true),
    counted("totalCount of everything", {}, false),
    unsteady("a search by the whole of it", { filter: { search: "rare.regular@shop.example" } }),
    unsteady("a search by an e-mail at the domain that all have", { filter: { search: "person7@example.com" } }),
    unsteady("a search by that domain", { filter: { search: "@example.com" } }),
  ];
}

/**
 * Fills a migrated orders database with made-up orders, always the same ones, one every ten seconds: nine in ten delivered and paid, the rest
 * cancelled, some of them refunded or never paid, each customer with some hundred. Fifty are paid and wait, twenty are of one address, and one
 * customer has 1,000, each spread over all.
 */
async function fillOrders(url: string, rows: number, report: (line: string) => void): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { synchronous_commit: "off" } });
  try {
    const restoreIndexes = await dropIndexes(sql, ["orders"]);
    await sql`
      with numbers as (
        select n, (n * 2654435761) & 1099511627775 as drawn, abs(hashint8extended(n, 1)) as a, abs(hashint8extended(n, 2)) as b,
          n % ${Math.floor(rows / waiting)} = 7 as waits, n % ${Math.floor(rows / regulars)} = 3 as regular,
          n % ${Math.floor(rows / ordersOfOne)} = 1 as ones
        from generate_series(1, ${rows}::bigint) n
      ), kinds as (
        select *, case when waits then 'waits' when a % 10 > 0 then 'delivered' when b % 3 = 0 then 'refunded'
          when b % 3 = 1 then 'unpaid' else 'failed' end as kind, 1 + b % 100000 as total
        from numbers
      )
      insert into orders (id, number, user_id, by_guest, email, visible, status, payment_status, stock_status, currency, total_minor, total_scaled,
        amount_paid_minor, amount_refunded_minor, refund_committed_minor, payment_id, payment_provider, shipping_address, created_at, updated_at)
      select gen_random_uuid(),
        (select string_agg(substr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', ((drawn >> (5 * place)) & 31)::int + 1, 1), '') from generate_series(0, 7) place),
        case when ones then ${customer}::uuid
          else ('00000000-0000-7000-8001-' || lpad(to_hex(a % ${Math.ceil(rows / 100)}), 12, '0'))::uuid end,
        false,
        case when regular then 'rare.regular@shop.example' else 'person' || a % ${Math.ceil(rows / 100)} || '@example.com' end, true,
        case kind when 'waits' then 'PAID' when 'delivered' then 'DELIVERED' else 'CANCELLED' end,
        case kind when 'refunded' then 'REFUNDED' when 'unpaid' then 'UNPAID' when 'failed' then 'FAILED' else 'PAID' end,
        case when kind in ('waits', 'delivered') then 'SOLD' else 'RELEASED' end, 'USD', total, total * 100,
        case when kind in ('unpaid', 'failed') then 0 else total end, case kind when 'refunded' then total else 0 end,
        case kind when 'refunded' then total else 0 end, gen_random_uuid(), 'test', '{"line1": "1 Main Street", "country": "US"}',
        ${made}::timestamptz + n * interval '10 seconds', ${made}::timestamptz + n * interval '10 seconds'
      from kinds`;
    report("indexes");
    await restoreIndexes();
    await sql.unsafe("vacuum analyze");
  } finally {
    await sql.end();
  }
}
