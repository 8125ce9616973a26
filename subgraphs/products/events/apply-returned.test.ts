import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "#platform/database/database.ts";
import type { AnyEvent } from "#platform/events/cloud-event.ts";
import { newId, type OrderId, type VariantId } from "#platform/shop/ids.ts";
import { createDatabase, type TestDatabase } from "#test/harness/databases.ts";
import { reserveStock, type StockLine } from "../reservation/reservation.ts";
import { deliver, orderEvent, sellerViewer, stockedVariants, stockFaults } from "../testing/stock.ts";

let home: TestDatabase;
let database: Database;
beforeAll(async () => {
  home = await createDatabase("products");
  database = openDatabase({ url: home.url, applicationName: "test", connectionsMax: 10 });
});
afterAll(async () => {
  await database.close();
  await home.drop();
});

function returnedEvent(orderId: OrderId, sequence: number, lines: readonly StockLine[]): AnyEvent {
  const data = { orderId, lines: [...lines] };
  return { id: newId(), subject: orderId, sequence, time: new Date(), type: "order.returned", data };
}

/** An order with five reserved units of a variant that has ten. */
async function reservedOrder(): Promise<{ id: OrderId; variantId: VariantId; lines: StockLine[] }> {
  const [variantId] = await stockedVariants(database.db, sellerViewer(), [10]);
  if (variantId === undefined) throw new Error("A product has a variant.");
  const id = newId<OrderId>();
  const lines = [{ variantId, quantity: 5 }];
  const { outcome } = await reserveStock(database.db, { orderId: id, revision: 1, expiresAt: null, lines });
  expect(outcome).toBe("RESERVED");
  return { id, variantId, lines };
}

async function onHand(variantId: VariantId): Promise<number | undefined> {
  const [level] = await database.db.execute<{ units: number }>(
    sql`select on_hand as units from stock_levels where variant_id = ${variantId}::uuid`,
  );
  return level?.units;
}

test("units that come back before their sale has arrived are refused, and restocked once by the repeated event", async () => {
  const { db } = database;
  const { id, variantId, lines } = await reservedOrder();
  const returned = returnedEvent(id, 3, [{ variantId, quantity: 2 }]);
  await expect(deliver(db, returned)).rejects.toThrow("before its sale");
  expect(await onHand(variantId)).toBe(10);
  await deliver(db, orderEvent("order.paid", { id, sequence: 2, lines }));
  expect(await onHand(variantId)).toBe(5);
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => deliver(db, returned)));
  expect(outcomes.toSorted()).toEqual(["applied", ...Array.from({ length: 5 }, () => "duplicate")]);
  expect(await onHand(variantId)).toBe(7);
  expect(await stockFaults(db)).toEqual([]);
});

test("units that come back before anything of their order was received are refused as well, and the order can still be sold", async () => {
  const { db } = database;
  const [variantId] = await stockedVariants(db, sellerViewer(), [10]);
  if (variantId === undefined) throw new Error("A product has a variant.");
  const id = newId<OrderId>();
  const returned = returnedEvent(id, 3, [{ variantId, quantity: 1 }]);
  await expect(deliver(db, returned)).rejects.toThrow("before its sale");
  await deliver(db, orderEvent("order.paid", { id, sequence: 2, lines: [{ variantId, quantity: 4 }] }));
  await deliver(db, returned);
  expect(await onHand(variantId)).toBe(7);
  expect(await stockFaults(db)).toEqual([]);
});

test("returns of one order take effect in any order, never of more units than it was sold, and not after it was cancelled", async () => {
  const { db } = database;
  const { id, variantId, lines } = await reservedOrder();
  await deliver(db, orderEvent("order.paid", { id, sequence: 2, lines }));
  const first = returnedEvent(id, 3, [{ variantId, quantity: 1 }]);
  const second = returnedEvent(id, 4, [{ variantId, quantity: 2 }]);
  await deliver(db, second);
  await deliver(db, first);
  expect(await onHand(variantId)).toBe(8);
  await deliver(db, returnedEvent(id, 5, [{ variantId, quantity: 9 }]));
  expect(await onHand(variantId)).toBe(10);

  const other = await reservedOrder();
  await deliver(db, orderEvent("order.paid", { id: other.id, sequence: 2, lines: other.lines }));
  await deliver(db, orderEvent("order.cancelled", { id: other.id, sequence: 4 }));
  expect(await onHand(other.variantId)).toBe(10);
  await deliver(db, returnedEvent(other.id, 3, [{ variantId: other.variantId, quantity: 2 }]));
  expect(await onHand(other.variantId)).toBe(10);
  expect(await stockFaults(db)).toEqual([]);
});
