import { expect, onTestFinished, test } from "vitest";
import { newId, type UserId } from "#platform/shop/ids.ts";
import { internalTokenOf, makeShopKeys } from "#test/harness/subgraph-client.ts";
import { sweep } from "../jobs/sweeper.ts";
import { deliver } from "../testing/stock.ts";
import { admin, createTestProduct, openProducts, seller, type TestProducts } from "../testing/test-products.ts";
import { applyUserDeleted } from "./apply-account-events.ts";

async function open(): Promise<TestProducts> {
  const shop = await openProducts({}, { sweeps: false });
  onTestFinished(() => shop[Symbol.asyncDispose]());
  return shop;
}

function deleted(userId: UserId): Parameters<typeof deliver>[1] {
  return { id: newId(), type: "user.deleted", subject: userId, sequence: 1, time: new Date(), data: { userId } };
}

test("what a deleted account sold is archived and nobody's, its drafts stay unseen, and others' products stay", async () => {
  const shop = await open();
  const gone = seller();
  const sold = await createTestProduct(shop, { name: "Sold" }, gone);
  const draft = await createTestProduct(shop, { name: "Draft", status: "DRAFT" }, gone);
  const other = await createTestProduct(shop, { name: "Other" }, seller());
  const event = deleted(gone.id);
  expect(await deliver(shop.database.db, event)).toBe("applied");
  expect(await deliver(shop.database.db, event)).toBe("duplicate");
  const see = async (id: string, caller: Parameters<typeof shop.ask>[2]) =>
    (await shop.ask(`query ($id: ID!) { product(id: $id) { status owner { id } viewerCanEdit } }`, { id }, caller)).data
      .product;
  expect(await see(sold.id, "guest")).toEqual({ status: "ARCHIVED", owner: null, viewerCanEdit: false });
  expect(await see(draft.id, "guest")).toBeNull();
  expect(await see(draft.id, gone)).toBeNull();
  expect(await see(draft.id, admin())).toEqual({ status: "DRAFT", owner: null, viewerCanEdit: true });
  expect(await see(other.id, "guest")).toMatchObject({ status: "ACTIVE" });
});

test("a sign-in that outlives its account puts nothing on sale, and what it managed before the word came is archived", async () => {
  const shop = await open();
  const gone = seller();
  await deliver(shop.database.db, deleted(gone.id));
  const late = await shop.ask(
    `mutation { productCreate(input: { name: "Late", price: { amount: "1" } }) { product { id } } }`,
    {},
    gone,
  );
  expect(late.errors[0]?.extensions?.code).toBe("FORBIDDEN");
  const { id } = await createTestProduct(shop, { name: "Straggler" }, seller());
  await shop.database.sql`update products set owner_id = ${gone.id} where id = ${id}`;
  expect(await sweep(shop.database.db, new Date())).toMatchObject({ archived: 1 });
  const { data } = await shop.ask(`query ($id: ID!) { product(id: $id) { status owner { id } } }`, { id });
  expect(data.product).toEqual({ status: "ARCHIVED", owner: null });
});

test("an account that sold more than one statement changes is archived whole", async () => {
  const shop = await open();
  const gone = seller();
  const { id } = await createTestProduct(shop, { name: "First of many" }, gone);
  await shop.database.sql`
    insert into products (id, owner_id, slug, name, status, currency, price_min, price_max, created_at, updated_at)
    select gen_random_uuid(), owner_id, slug || '-' || number, name, status, currency, price_min, price_max, created_at, updated_at
    from products, generate_series(1, 1200) number where id = ${id}`;
  await shop.database.db.transaction((tx) =>
    applyUserDeleted(tx, {
      id: newId(),
      type: "user.deleted",
      subject: gone.id,
      sequence: 1,
      time: new Date(),
      data: { userId: gone.id },
    }),
  );
  const [row] = await shop.database
    .sql`select count(*)::int as left from products where status = 'ACTIVE' or owner_id is not null`;
  expect(row?.left).toBe(0);
});

test("idempotency keys of stock changes are kept for thirty days", async () => {
  const shop = await open();
  const me = seller();
  const { variants } = await createTestProduct(shop, { name: "Counted" }, me);
  const adjust = () =>
    shop.ask(
      `mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { variant { inventory { onHand } } } }`,
      { input: { variantId: variants[0]?.id, delta: 1, reason: "counted", idempotencyKey: "once" } },
      me,
    );
  await adjust();
  await sweep(shop.database.db, new Date(Date.now() + 29 * 86_400_000));
  expect((await adjust()).data.inventoryAdjust.variant.inventory.onHand).toBe(2);
  await sweep(shop.database.db, new Date(Date.now() + 31 * 86_400_000));
  expect((await adjust()).data.inventoryAdjust.variant.inventory.onHand).toBe(3);
});

test("events are taken in over HTTP from those they are of, once, and from nobody else", async () => {
  const shop = await open();
  const { id } = await createTestProduct(shop, { name: "Thing" }, seller());
  const [row] = await shop.database.sql`select id, 3 as sequence from variants where product_id = ${id}`;
  const orderId = newId();
  const event = {
    specversion: "1.0",
    id: newId(),
    source: "/orders",
    type: "order.paid",
    subject: orderId,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    sequence: "3",
    sequencetype: "Integer",
    data: { orderId, revision: 1, lines: [{ variantId: row?.id, quantity: 1 }] },
  };
  const strangers = await makeShopKeys();
  const post = async (keys: typeof strangers, service: "orders" | "users") =>
    (
      await fetch(`${shop.url}/events`, {
        method: "POST",
        headers: { authorization: `Bearer ${await internalTokenOf(keys, "products", { service })}` },
        body: JSON.stringify(event),
      })
    ).status;
  expect(await post(strangers, "orders")).toBe(401);
  expect(await post(shop.keys, "users")).toBe(403);
  const left = async () => (await shop.database.sql`select on_hand from stock_levels`)[0]?.on_hand;
  expect(await left()).toBe(1);
  for (let time = 0; time < 2; time += 1) expect(await post(shop.keys, "orders")).toBe(200);
  expect(await left()).toBe(0);
});
