import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster.ts";
import { failures, type PartResult, underLoad } from "./part.ts";

const skewSeconds = 90;
const farAheadSeconds = 7_200;

/** The clock of one orders instance is 90 s off: nothing fails, and readiness says so. One of products is two hours ahead: it releases no stock. */
export async function clockSkew(cluster: Cluster): Promise<PartResult> {
  const [orders] = cluster.subgraphs.orders;
  const [products] = cluster.subgraphs.products;
  if (orders === undefined || products === undefined) throw new Error("There are no instances.");
  await orders.terminate();
  await orders.start({ CLOCK_OFFSET_SECONDS: String(skewSeconds) });
  const said: unknown[] = [];
  const samples = await underLoad(cluster, async () => {
    await sleep(10_000);
    for (const { url } of [...cluster.gateways, orders]) said.push(await readiness(url));
  });
  await orders.terminate();
  await orders.start();

  const held = async () =>
    Number((await cluster.sql.products`select count(*)::int as held from reservations where status = 'HELD'`)[0]?.held);
  await cluster.sql.products`
    insert into reservations (order_id, status, revision, held_until) values (uuidv7(), 'HELD', 1, now() + interval '1 hour')`;
  const before = await held();
  await products.terminate();
  await products.start({ CLOCK_OFFSET_SECONDS: String(farAheadSeconds) });
  await sleep(5_000);
  const after = await held();
  await products.terminate();
  await products.start();
  await cluster.sql
    .products`delete from reservations r where not exists (select from reservation_lines l where l.order_id = r.order_id)`.catch(
    () => {},
  );

  const failed = samples.filter(({ failure }) => failure !== undefined);
  const degraded = said.filter((status) => status === "degraded").length;
  return {
    passed: failed.length === 0 && degraded === said.length && after >= before,
    report: `${failed.length} of ${samples.length} requests failed at ${skewSeconds} s, ${degraded} of ${said.length} processes reported it, ${Math.max(0, before - after)} reservations released too early${failures(samples)}`,
  };
}

async function readiness(url: string): Promise<unknown> {
  const body: unknown = await (await fetch(`${url}/health/ready`)).json();
  return typeof body === "object" && body !== null && "status" in body ? body.status : undefined;
}
