import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { type Database, openDatabase } from "#platform/database/database.ts";
import { newId, type OrderId, type VariantId } from "#platform/shop/ids.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { archiveProduct } from "../catalogue/product-archive.ts";
import { sweep } from "../jobs/sweeper.ts";
import { crowd, soldOut } from "../testing/concurrent-buyers.ts";
import { deliver, orderEvent, publishedEvents, sellerViewer, stockedVariants, stockFaults } from "../testing/stock.ts";
import { holdGraceMs, reserveStock, type StockLine, sumLines } from "./reservation.ts";

async function openStock(connectionsMax = 10): Promise<Database> {
  const home = await createDatabase("products");
  const database = openDatabase({ url: home.url, applicationName: "test", connectionsMax });
  onTestFinished(async () => {
    await database.close();
    await home.drop();
  });
  return database;
}

const command = (orderId: OrderId, lines: readonly StockLine[], revision = 1) => ({
  orderId,
  revision,
  expiresAt: new Date(Date.now() + 60_000),
  lines: sumLines(lines),
});

const thorough = process.env.STOCK_TESTS === "thorough";
const seeds = Array.from({ length: thorough ? 10 : 2 }, (_, index) => index + 1);

test.each(seeds)(
  "a crowd with mixed and repeated lines before the last 100 units gets exactly those, nobody half an order (seed %i)",
  async (seed) => {
    const { db } = await openStock();
    expect(await crowd(db, { seed, buyers: thorough ? 10_000 : 1_000, stocks: [50, 30, 20] })).toEqual(soldOut);
  },
  300_000,
);

test("one order reserved by a hundred concurrent calls is reserved once, and every call returns RESERVED", async () => {
  const { db } = await openStock();
  const [variantId] = await stockedVariants(db, sellerViewer(), [10]);
  if (variantId === undefined) throw new Error("There is a variant.");
  const order = command(newId<OrderId>(), [{ variantId, quantity: 7 }]);
  const results = await Promise.all(Array.from({ length: 100 }, () => reserveStock(db, order)));
  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(["RESERVED"]));
  expect(await stockFaults(db)).toEqual([]);
  const [level] = await db.execute(sql`select on_hand, reserved from stock_levels where variant_id = ${variantId}`);
  expect(level).toEqual({ on_hand: 10, reserved: 7 });
});

test("each line that is short is named with what there is, and nothing is taken", async () => {
  const { db } = await openStock();
  const seller = sellerViewer();
  const [first, second, third] = await stockedVariants(db, seller, [5, 0, 9]);
  const [gone] = await stockedVariants(db, seller, [50]);
  if (!first || !second || !third || !gone) throw new Error("There are variants.");
  const [product] = await db.execute<{ id: never }>(sql`select product_id as id from variants where id = ${gone}`);
  await archiveProduct(db, seller, product?.id);
  const unknown = newId<VariantId>();
  const result = await reserveStock(
    db,
    command(newId<OrderId>(), [
      { variantId: first, quantity: 3 },
      { variantId: first, quantity: 3 },
      { variantId: second, quantity: 1 },
      { variantId: third, quantity: 9 },
      { variantId: gone, quantity: 1 },
      { variantId: unknown, quantity: 2 },
    ]),
  );
  expect(result.outcome).toBe("INSUFFICIENT");
  const shortages = "shortages" in result ? result.shortages : [];
  expect(
    shortages.toSorted((a, b) => a.requestedQuantity - b.requestedQuantity || (a.variantId < b.variantId ? -1 : 1)),
  ).toEqual(
    [
      { variantId: second, requestedQuantity: 1, availableQuantity: 0 },
      { variantId: gone, requestedQuantity: 1, availableQuantity: 0 },
      { variantId: unknown, requestedQuantity: 2, availableQuantity: 0 },
      { variantId: first, requestedQuantity: 6, availableQuantity: 5 },
    ].toSorted((a, b) => a.requestedQuantity - b.requestedQuantity || (a.variantId < b.variantId ? -1 : 1)),
  );
  const [held] = await db.execute(sql`select sum(reserved)::int as reserved from stock_levels`);
  expect(held).toEqual({ reserved: 0 });
});

test("an edited order gives back what it no longer wants even of a product off sale, and takes more only of what is on sale", async () => {
  const { db } = await openStock();
  const seller = sellerViewer();
  const [variantId] = await stockedVariants(db, seller, [10]);
  if (variantId === undefined) throw new Error("There is a variant.");
  const id = newId<OrderId>();
  await reserveStock(db, command(id, [{ variantId, quantity: 4 }]));
  const [product] = await db.execute<{ id: never }>(sql`select product_id as id from variants where id = ${variantId}`);
  await archiveProduct(db, seller, product?.id);
  expect(await reserveStock(db, command(id, [{ variantId, quantity: 5 }], 2))).toMatchObject({
    outcome: "INSUFFICIENT",
    shortages: [{ variantId, requestedQuantity: 5 }],
  });
  expect(await reserveStock(db, command(id, [{ variantId, quantity: 1 }], 2))).toEqual({ outcome: "RESERVED" });
  expect(await reserveStock(db, command(id, [{ variantId, quantity: 9 }], 1))).toEqual({ outcome: "STALE" });
  await deliver(db, orderEvent("order.paid", { id, sequence: 3, revision: 2, lines: [{ variantId, quantity: 1 }] }));
  expect(await reserveStock(db, command(id, [{ variantId, quantity: 2 }], 3))).toEqual({ outcome: "SOLD" });
  expect(await publishedEvents(db, id)).toEqual(["stock.sold"]);
  expect(await stockFaults(db)).toEqual([]);
});

test("stock held past its deadline is released by itself and published, and a late payment is still served", async () => {
  const { db } = await openStock();
  const [variantId] = await stockedVariants(db, sellerViewer(), [2]);
  if (variantId === undefined) throw new Error("There is a variant.");
  const lines = [{ variantId, quantity: 2 }];
  const [late, never] = [newId<OrderId>(), newId<OrderId>()];
  const expiresAt = new Date(Date.now() + 60_000);
  const deadlineMs = expiresAt.getTime() + holdGraceMs;
  await reserveStock(db, { orderId: late, revision: 1, expiresAt, lines });
  await sweep(db, new Date(deadlineMs - 1));
  expect(await publishedEvents(db, late)).toEqual([]);
  const sweeps = await Promise.all(Array.from({ length: 5 }, () => sweep(db, new Date(deadlineMs + 1))));
  expect(sweeps.reduce((total, { released }) => total + released, 0)).toBe(1);
  expect(await publishedEvents(db, late)).toEqual(["stock.released"]);
  await deliver(db, orderEvent("order.placed", { id: late, sequence: 1, lines }));
  expect(await reserveStock(db, { orderId: late, revision: 1, expiresAt, lines })).toEqual({ outcome: "RELEASED" });
  await deliver(db, orderEvent("order.paid", { id: late, sequence: 2, lines }));
  await deliver(db, orderEvent("order.paid", { id: never, sequence: 1, lines }));
  expect(await publishedEvents(db, late)).toEqual(["stock.released", "stock.sold"]);
  expect(await publishedEvents(db, never)).toEqual(["stock.sale_failed"]);
  expect(await stockFaults(db)).toEqual([]);
});

test("a cancellation that arrives first rejects the reservation and every later event", async () => {
  const { db } = await openStock();
  const [variantId] = await stockedVariants(db, sellerViewer(), [5]);
  if (variantId === undefined) throw new Error("There is a variant.");
  const id = newId<OrderId>();
  const lines = [{ variantId, quantity: 5 }];
  await deliver(db, orderEvent("order.cancelled", { id, sequence: 3 }));
  expect(await reserveStock(db, command(id, lines))).toEqual({ outcome: "RELEASED" });
  for (const event of [
    orderEvent("order.placed", { id, sequence: 1, lines }),
    orderEvent("order.paid", { id, sequence: 2, lines }),
    orderEvent("order.paid", { id, sequence: 9, lines }),
    orderEvent("order.cancelled", { id, sequence: 10 }),
  ]) {
    expect(await deliver(db, event)).toBe("applied");
    expect(await deliver(db, event)).toBe("duplicate");
  }
  expect(await publishedEvents(db, id)).toEqual(["stock.released"]);
  const [level] = await db.execute(sql`select on_hand, reserved from stock_levels where variant_id = ${variantId}`);
  expect(level).toEqual({ on_hand: 5, reserved: 0 });
});

test("no order reserves more units of a variant than its limit, at first or by a later revision", async () => {
  const { db } = await openStock();
  const [variantId] = await stockedVariants(db, sellerViewer(), [50]);
  if (variantId === undefined) throw new Error("The variant was not created.");
  await db.execute(sql`update variants set max_per_order = 3 where id = ${variantId}::uuid`);
  const id = newId<OrderId>();
  const short = {
    outcome: "INSUFFICIENT",
    shortages: [{ variantId, requestedQuantity: 4, availableQuantity: 3 }],
  };
  expect(await reserveStock(db, command(id, [{ variantId, quantity: 4 }]))).toEqual(short);
  expect(await reserveStock(db, command(id, [{ variantId, quantity: 2 }]))).toEqual({ outcome: "RESERVED" });
  expect(await reserveStock(db, command(id, [{ variantId, quantity: 4 }], 2))).toMatchObject(short);
  expect(await reserveStock(db, command(id, [{ variantId, quantity: 3 }], 2))).toEqual({ outcome: "RESERVED" });
});
