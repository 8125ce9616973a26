import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { z } from "zod";
import { subgraphs } from "#schema/subgraphs.ts";
import type { Cluster } from "../cluster.ts";
import type { Instance } from "../instance.ts";
import { type PartResult, underLoad } from "./part.ts";
import { settle } from "./settle.ts";

/** The sum of a metric's values whose labels match. */
async function metric(instance: Instance, name: string, labels = /.*/): Promise<number> {
  const text = await (await fetch(instance.metricsUrl)).text();
  const values = Array.from(
    text.matchAll(new RegExp(`^${name}\\{([^}]*)\\} (\\S+)$`, "gm")),
    ([, label = "", value]) => (labels.test(label) ? Number(value) : 0),
  );
  return values.reduce((sum, value) => sum + value, 0);
}

/** Each instance tells its own connections, and together they are those that Postgres has. */
export async function instanceMetrics(cluster: Cluster): Promise<PartResult> {
  let reported: number[] = [];
  let actual = -1;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    reported = await Promise.all(cluster.subgraphs.orders.map((each) => metric(each, "agora_database_connections")));
    const [row] = await cluster.sql.orders`
      select count(*)::int as count from pg_stat_activity where datname = current_database() and application_name like 'orders@%'`;
    actual = Number(row?.count);
    if (reported.every((count) => count > 0) && reported.reduce((sum, count) => sum + count, 0) === actual) break;
    await sleep(500);
  }
  const sum = reported.reduce((total, count) => total + count, 0);
  return {
    passed: sum === actual && reported.every((count) => count > 0),
    report: `the instances report ${reported.join(" + ")} connections, and Postgres has ${actual}`,
  };
}

/** Every instance of every subgraph serves requests. */
export async function allAddresses(cluster: Cluster): Promise<PartResult> {
  const instances = subgraphs.flatMap((name) => cluster.subgraphs[name]);
  const served = () => Promise.all(instances.map((each) => metric(each, "agora_requests_total")));
  const before = await served();
  await underLoad(cluster, async () => void (await sleep(3_000)));
  const counts = (await served()).map((count, index) => count - (before[index] ?? 0));
  const idle = instances.filter((_, index) => (counts[index] ?? 0) === 0).map(({ name }) => name);
  return {
    passed: idle.length === 0,
    report: `${instances.length - idle.length} of ${instances.length} instances served ${counts.join(", ")} requests`,
  };
}

const checkout = `mutation ($token: String, $key: String!) { checkoutComplete(input: { cartToken: $token, idempotencyKey: $key,
  email: "traced@example.com", shippingAddress: { line1: "1 Main St", country: "US" }, payment: { token: "pm_card_visa" } }) { order { id } } }`;

const traced = z.object({
  data: z.object({
    cartItemAdd: z.object({ cartToken: z.string() }).optional(),
    checkoutComplete: z.object({ order: z.object({ id: z.string() }).nullable() }).optional(),
  }),
});

/** A checkout has one id, which the response, the events of orders and the event by which products responds carry. */
export async function oneTrace(cluster: Cluster): Promise<PartResult> {
  const [gateway] = cluster.gateways;
  const post = async (query: string, variables: object) => {
    const response = await fetch(`${gateway?.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const { data } = traced.parse(await response.json());
    return { id: response.headers.get("x-request-id"), data };
  };
  const [product] = await cluster.sql.products`
    select p.id from products p join variants v on v.product_id = p.id where p.status = 'ACTIVE' group by p.id having count(*) = 1 order by p.id limit 1`;
  const added = await post(`mutation ($id: ID!) { cartItemAdd(input: { productId: $id }) { cartToken } }`, {
    id: product?.id,
  });
  const bought = await post(checkout, { token: added.data.cartItemAdd?.cartToken, key: randomUUID() });
  const orderId = bought.data.checkoutComplete?.order?.id ?? "";
  await settle(cluster);
  const ids = await Promise.all([
    cluster.sql
      .orders`select distinct request_id as id from outbox where subject = ${orderId} and topic in ('order.placed', 'order.paid')`,
    cluster.sql
      .products`select distinct request_id as id from outbox where subject = ${orderId} and topic = 'stock.sold'`,
  ]);
  const seen = ids.map((rows) => rows.map(({ id }) => id));
  return {
    passed: seen.every((each) => each.length === 1 && each[0] === bought.id),
    report: `the response, ${seen.length} services and their events carry ${new Set([bought.id, ...seen.flat()]).size} request id`,
  };
}

const idleMs = 60_000;
/** Until the pauses between polls have grown to their greatest. */
const quietBeforeMs = 75_000;
const statementsPerSecondMax = 2;

/** While nobody asks, the whole shop sends its databases under two statements a second. */
export async function idleShop(cluster: Cluster): Promise<PartResult> {
  await settle(cluster);
  await sleep(quietBeforeMs);
  const admin = postgres(cluster.adminUrl, { max: 1, onnotice: () => {} });
  try {
    await admin`CREATE EXTENSION IF NOT EXISTS pg_stat_statements`;
    await admin`SELECT pg_stat_statements_reset()`;
    await sleep(idleMs);
    const sent = await admin<{ query: string; calls: number }[]>`
      SELECT query, sum(calls)::int AS calls FROM pg_stat_statements
      WHERE dbid IN (SELECT oid FROM pg_database WHERE datname IN ('users', 'products', 'orders'))
      GROUP BY query ORDER BY calls DESC`;
    const rate = sent.reduce((sum, { calls }) => sum + calls, 0) / (idleMs / 1_000);
    const passed = rate < statementsPerSecondMax;
    const most = sent
      .slice(0, 12)
      .map(({ query, calls }) => `\n    ${calls} × ${query.replaceAll(/\s+/g, " ").slice(0, 120)}`);
    return {
      passed,
      report: `${rate.toFixed(1)} statements a second over ${cluster.gateways.length + 6} processes${passed ? "" : most.join("")}`,
    };
  } finally {
    await admin.end({ timeout: 1 });
  }
}
