import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "#platform/database/database.ts";
import { newId, type OrderId, type ProductId, type VariantId } from "#platform/shop/ids.ts";
import { parseMoney } from "#platform/shop/money.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { updateProduct } from "../catalogue/product-update.ts";
import { createVariant } from "../catalogue/variant-create.ts";
import { removeVariant } from "../catalogue/variant-remove.ts";
import { updateVariant } from "../catalogue/variant-update.ts";
import { changeInventory } from "../inventory/inventory-change.ts";
import { sweep } from "../jobs/sweeper.ts";
import { seeded } from "../testing/concurrent-buyers.ts";
import { deliver, orderEvent, sellerViewer, stockedVariants, stockFaults } from "../testing/stock.ts";
import { reserveStock, sumLines } from "./reservation.ts";

const steps = process.env.STOCK_TESTS === "thorough" ? 20_000 : 600;
const workers = 16;

test("sellers, orders and the sweeper all at once, on the same few products, tangle nothing and lose nothing", async () => {
  const home = await createDatabase("products");
  const { db, close } = openDatabase({ url: home.url, applicationName: "test", connectionsMax: workers });
  onTestFinished(async () => {
    await close();
    await home.drop();
  });
  const seller = sellerViewer();
  const price = parseMoney("2.00", "USD");
  if (price === undefined) throw new Error("Two dollars are an amount.");
  for (let product = 0; product < 3; product += 1) await stockedVariants(db, seller, [20, 20, 20]);
  const rows = await db.execute<{ id: VariantId; product: ProductId }>(
    sql`select id, product_id as product from variants`,
  );
  const random = seeded(11);
  const pick = <Value>(values: readonly Value[]): Value => {
    const value = values[Math.floor(random() * values.length)];
    if (value === undefined) throw new Error("There is nothing to pick from.");
    return value;
  };
  const orders = Array.from({ length: 40 }, () => newId<OrderId>());
  const lines = () =>
    sumLines(
      Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
        variantId: pick(rows).id,
        quantity: 1 + Math.floor(random() * 3),
      })),
    );
  const sequence = () => 1 + Math.floor(random() * 20);
  const revision = () => 1 + Math.floor(random() * 6);
  // Orders go on coming: one that has come to its end makes way for another.
  const someOrder = () => {
    const place = Math.floor(random() * orders.length);
    if (random() < 0.1) orders[place] = newId<OrderId>();
    return pick(orders);
  };
  const expiresAt = () => (random() < 0.5 ? new Date() : null);
  const acts: readonly (() => Promise<unknown>)[] = [
    () => reserveStock(db, { orderId: someOrder(), revision: revision(), expiresAt: expiresAt(), lines: lines() }),
    () => reserveStock(db, { orderId: someOrder(), revision: revision(), expiresAt: expiresAt(), lines: lines() }),
    () =>
      deliver(
        db,
        orderEvent("order.placed", { id: someOrder(), sequence: sequence(), revision: revision(), lines: lines() }),
      ),
    () =>
      deliver(
        db,
        orderEvent("order.paid", { id: someOrder(), sequence: sequence(), revision: revision(), lines: lines() }),
      ),
    () => deliver(db, orderEvent("order.cancelled", { id: someOrder(), sequence: sequence() })),
    () =>
      changeInventory(db, seller, {
        variantId: pick(rows).id,
        delta: pick([-3, 5]),
        reason: "counted",
        idempotencyKey: newId(),
      }),
    () =>
      changeInventory(db, seller, {
        variantId: pick(rows).id,
        onHand: Math.floor(random() * 30),
        expectedOnHand: null,
        reason: "counted",
        idempotencyKey: newId(),
      }),
    () => updateProduct(db, seller, pick(rows).product, { name: pick(["Stocked", "Stacked"]) }),
    () => updateVariant(db, seller, pick(rows).id, { price }),
    () =>
      createVariant(db, seller, pick(rows).product, { price, stock: 3, options: [{ name: "Made", value: newId() }] }),
    async () => {
      const { product } = pick(rows);
      const added = await db.execute<{ id: VariantId }>(
        sql`select id from variants where product_id = ${product} and removed_at is null order by random() limit 1`,
      );
      return random() < 0.3 && removeVariant(db, seller, added[0]?.id);
    },
    () => sweep(db, new Date(Date.now() + (random() < 0.5 ? 0 : 3_600_000))),
  ];
  const act = async (times: number) => {
    let left = times;
    await Promise.all(
      Array.from({ length: workers }, async () => {
        while (left > 0) {
          left -= 1;
          await pick(acts)();
        }
      }),
    );
  };
  const countStatuses = async () => {
    const [seen] = await db.execute<{ count: number }>(
      sql`select count(distinct status)::int as count from reservations`,
    );
    return seen?.count;
  };
  await act(steps);
  // It depends on the order of what happens whether one of each is left.
  for (let round = 0; round < 50 && (await countStatuses()) !== 4; round += 1) await act(20);
  expect(await stockFaults(db)).toEqual([]);
  expect(await countStatuses()).toBe(4);
}, 600_000);
