import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { type Database, openDatabase } from "#platform/database/database.ts";
import type { AnyEvent } from "#platform/events/cloud-event.ts";
import { newId, type OrderId } from "#platform/shop/ids.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { reserveStock, type StockLine, sumLines } from "../reservation/reservation.ts";
import { seeded } from "../testing/concurrent-buyers.ts";
import { deliverTogether, orderEvent, sellerViewer, stockedVariants, stockFaults } from "../testing/stock.ts";

const thorough = process.env.STOCK_TESTS === "thorough";

async function openStock(): Promise<Database> {
  const home = await createDatabase("products");
  const database = openDatabase({ url: home.url, applicationName: "test", connectionsMax: 10 });
  onTestFinished(async () => {
    await database.close();
    await home.drop();
  });
  return database;
}

const variantCount = 10;
const requestEventsMax = 8;

type Story = { id: OrderId; lines: StockLine[]; events: AnyEvent[]; reserved: boolean };

test(`${thorough ? "100,000" : "600"} events delivered twice, shuffled, with gaps and several at once, each take effect once`, async () => {
  const { db } = await openStock();
  const random = seeded(7);
  const units = 1_000_000;
  const variants = await stockedVariants(
    db,
    sellerViewer(),
    Array.from({ length: variantCount }, () => units),
  );
  const stories: Story[] = [];
  let eventCount = 0;
  while (eventCount < (thorough ? 100_000 : 600)) {
    const story = makeStory(random, variants);
    stories.push(story);
    eventCount += story.events.length;
  }
  await inParallel(
    stories.filter(({ reserved }) => reserved),
    async ({ id, lines }) => {
      const { outcome } = await reserveStock(db, { orderId: id, revision: 1, expiresAt: null, lines: sumLines(lines) });
      expect(outcome).toBe("RESERVED");
    },
  );

  const deliveries = shuffled(
    random,
    stories.flatMap(({ events }) => [...events, ...events]),
  );
  const requests: AnyEvent[][] = [];
  while (deliveries.length > 0) requests.push(deliveries.splice(0, 1 + Math.floor(random() * requestEventsMax)));
  let applied = 0;
  await inParallel(requests, async (events) => {
    // What fails on a busy machine comes again, as the relay sees to.
    const count = await deliverTogether(db, events)
      .catch(() => deliverTogether(db, events))
      .catch(() => deliverTogether(db, events));
    applied += count;
  });

  expect(applied).toBe(eventCount);
  expect(await stockFaults(db)).toEqual([]);
  const found = await db.execute<{ id: OrderId; status: string; topics: string }>(sql`
    select order_id as id, status, coalesce(topics, '') as topics
    from reservations left join (
      select subject, string_agg(topic, ',' order by sequence) as topics from outbox group by subject
    ) published on subject = order_id::text`);
  expect(Object.fromEntries(found.map(({ id, ...row }) => [id, row]))).toEqual(
    Object.fromEntries(
      stories.map((story) => [story.id, { status: endOf(story), topics: expect.toSatisfy(isFit(story)) }]),
    ),
  );
  const [sum] = await db.execute<{ sold: number }>(
    sql`select (${variantCount}::int * ${units}::int - sum(on_hand))::int as sold from stock_levels`,
  );
  const sold = stories.filter((story) => endOf(story) === "SOLD");
  expect(sum?.sold).toBe(sold.flatMap(({ lines }) => lines).reduce((total, { quantity }) => total + quantity, 0));
}, 1_800_000);

/** An order's life, some of its events lost. */
function makeStory(random: () => number, variants: readonly StockLine["variantId"][]): Story {
  const id = newId<OrderId>();
  const lines = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const variantId = variants[Math.floor(random() * variants.length)];
    if (variantId === undefined) throw new Error("There are variants.");
    return { variantId, quantity: 1 + Math.floor(random() * 3) };
  });
  const kinds = [
    "order.placed" as const,
    ...(random() < 0.3 ? ["order.confirmed" as const] : []),
    ...(random() < 0.8 ? ["order.paid" as const] : []),
    ...(random() < 0.4 ? ["order.cancelled" as const] : []),
  ];
  const events = kinds.map((kind, index) => orderEvent(kind, { id, sequence: index + 1, lines }));
  const kept = events.filter(() => random() < 0.85);
  return { id, lines, events: kept.length === 0 ? events : kept, reserved: random() < 0.7 };
}

/** Where an order must stand whatever the order in which its events came. */
function endOf({ events }: Story): string {
  const types = new Set<string>(events.map(({ type }) => type));
  if (types.has("order.cancelled")) return "RELEASED";
  return types.has("order.paid") || types.has("order.confirmed") ? "SOLD" : "HELD";
}

/** The events that orders must have received: sold at most once, and released last for a cancelled order. */
function isFit(story: Story): (topics: string) => boolean {
  return (topics) => {
    if (endOf(story) === "SOLD") return topics === "stock.sold";
    if (endOf(story) === "HELD") return topics === "";
    return topics === "stock.released" || topics === "stock.sold,stock.released";
  };
}

function shuffled<Value>(random: () => number, values: readonly Value[]): Value[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

const workersMax = 20;

test("requests with many events of the same variants never wait for each other in a circle", async () => {
  const { db } = await openStock();
  const variants = await stockedVariants(
    db,
    sellerViewer(),
    Array.from({ length: variantCount }, () => 1_000),
  );
  const orders = Array.from({ length: 40 }, (_, index) => {
    const variantId = (step: number) => variants[(index * 7 + step) % variantCount] ?? newId();
    return { id: newId<OrderId>(), lines: [0, 3].map((step) => ({ variantId: variantId(step), quantity: 1 })) };
  });
  for (const { id, lines } of orders) {
    await reserveStock(db, { orderId: id, revision: 1, expiresAt: null, lines: sumLines(lines) });
  }
  const paid = orders.map((order) => orderEvent("order.paid", { ...order, sequence: 2 }));
  const placed = orders.map((order) => orderEvent("order.placed", { ...order, sequence: 1 })).reverse();
  const requests = Array.from({ length: 8 }, (_, turn) =>
    [...placed, ...paid].filter((_event, index) => index % 8 === turn),
  );
  // Without `transaction`'s repetition: a deadlock would fail the request.
  await Promise.all(requests.map((events) => db.transaction((tx) => deliverTogether(tx, events))));
  expect(await stockFaults(db)).toEqual([]);
  const [sold] = await db.execute<{ units: number }>(
    sql`select (${variantCount * 1_000}::int - sum(on_hand))::int as units from stock_levels`,
  );
  expect(sold?.units).toBe(2 * orders.length);
});

async function inParallel<Value>(values: readonly Value[], work: (value: Value) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: workersMax }, async () => {
      for (let index = next++; index < values.length; index = next++) {
        const value = values[index];
        if (value !== undefined) await work(value);
      }
    }),
  );
}
