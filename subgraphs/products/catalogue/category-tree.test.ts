import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CategoryId, newId, type OrderId, type VariantId } from "#platform/shop/ids.ts";
import { reserveStock } from "../reservation/reservation.ts";
import { areProductsMoving, settleProducts } from "../testing/settle-products.ts";
import { deliver, orderEvent, sellerViewer, stockedVariants, stockFaults } from "../testing/stock.ts";
import { admin, createTestProduct, openProducts, type TestProducts } from "../testing/test-products.ts";
import { rewriteProducts } from "./product-rewrites.ts";

let shop: TestProducts;

beforeAll(async () => {
  shop = await openProducts();
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const shown = "id slug parent { slug } ancestors { slug } children { slug } position";
const payload = `category { ${shown} } userErrors { code field message }`;

async function create(name: string, more: Record<string, unknown> = {}) {
  const { data } = await shop.ask(
    `mutation ($input: CategoryInput!) { categoryCreate(input: $input) { ${payload} } }`,
    { input: { name, ...more } },
    admin(),
  );
  return data.categoryCreate;
}

async function update(id: string, input: Record<string, unknown>) {
  const { data } = await shop.ask(
    `mutation ($id: ID!, $input: CategoryInput!) { categoryUpdate(id: $id, input: $input) { ${payload} } }`,
    { id, input },
    admin(),
  );
  return data.categoryUpdate;
}

/** Creates categories, each below the one before. Returns their ids. */
async function createPath(...names: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const { category } = await create(name, ids.length === 0 ? {} : { parentId: ids.at(-1) });
    ids.push(category.id);
  }
  return ids;
}

const slugs = (categories: { slug: string }[]) => categories.map(({ slug }) => slug);

const settle = () => settleProducts(shop.database.db);

test("a category shows its parent, its breadcrumb and its children by position and name; all come in tree order", async () => {
  const [home, garden] = await createPath("Home", "Garden", "Tools");
  await create("Kitchen", { parentId: home });
  await create("Bath", { parentId: home, position: 1 });
  const { data } = await shop.ask(
    `query ($id: ID!) { category(slug: "tools") { ${shown} }
      home: category(id: $id) { ${shown} }
      missing: category(slug: "nothing") { slug } none: category(id: "nonsense") { slug }
      categories { slug } }`,
    { id: home },
  );
  expect(data.category).toMatchObject({
    parent: { slug: "garden" },
    ancestors: [{ slug: "home" }, { slug: "garden" }],
    children: [],
    position: 0,
  });
  expect(data.home).toMatchObject({ parent: null, ancestors: [] });
  expect(slugs(data.home.children)).toEqual(["garden", "kitchen", "bath"]);
  expect([data.missing, data.none]).toEqual([null, null]);
  expect(slugs(data.categories)).toEqual(["home", "garden", "tools", "kitchen", "bath"]);
  expect(slugs((await update(garden ?? "", { name: "Garden", position: 5 })).category.ancestors)).toEqual(["home"]);
  expect(slugs((await shop.ask(`{ categories { slug } }`)).data.categories)).toEqual([
    "home",
    "kitchen",
    "bath",
    "garden",
    "tools",
  ]);
});

test("a category is refused below itself, deeper than eight levels, below nothing, and is not deleted while others are below it", async () => {
  const path = await createPath("L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8");
  expect(await create("L9", { parentId: path[7] })).toMatchObject({
    category: null,
    userErrors: [{ code: "VALIDATION_FAILED", field: ["parentId"] }],
  });
  for (const below of [path[0], path[4]]) {
    expect((await update(path[0] ?? "", { name: "L1", parentId: below })).userErrors).toMatchObject([
      { code: "VALIDATION_FAILED", field: ["parentId"] },
    ]);
  }
  const [other] = await createPath("Other");
  expect((await update(path[0] ?? "", { name: "L1", parentId: other })).userErrors).toMatchObject([
    { code: "VALIDATION_FAILED", field: ["parentId"] },
  ]);
  for (const parentId of [newId(), "nonsense"]) {
    expect((await create("Orphan", { parentId })).userErrors).toMatchObject([
      { code: "NOT_FOUND", field: ["parentId"] },
    ]);
  }
  expect((await create("Far", { position: -1 })).userErrors).toMatchObject([{ field: ["position"] }]);
  const { data } = await shop.ask(
    `mutation ($id: ID!) { categoryDelete(id: $id) { category { id } userErrors { code field } } }`,
    { id: path[3] },
    admin(),
  );
  expect(data.categoryDelete).toEqual({ category: null, userErrors: [{ code: "VALIDATION_FAILED", field: ["id"] }] });
  const moved = await update(path[4] ?? "", { name: "L5", parentId: null });
  expect(moved.category).toMatchObject({ parent: null, ancestors: [] });
  // Left out, the parent stays.
  expect((await update(path[5] ?? "", { name: "L6 renamed" })).category).toMatchObject({ parent: { slug: "l5" } });
  const { category } = (await shop.ask(`{ category(slug: "l8") { ancestors { slug } } }`)).data;
  expect(slugs(category.ancestors)).toEqual(["l5", "l6", "l7"]);
});

test("moves at once never make a cycle, and leave each category under the ancestors of its parent", async () => {
  const ids = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => (await createPath(`Ring ${index}`))[0] ?? ""),
  );
  for (let round = 0; round < 6; round += 1) {
    await Promise.all(
      ids.map((id, index) => update(id, { name: `Ring ${index}`, parentId: ids[(index + 1 + round) % ids.length] })),
    );
  }
  const wrong = await shop.database.db.execute(sql`
    with recursive up as (
      select id, parent_id, array[]::uuid[] as path from categories
      union all
      select up.id, c.parent_id, c.id || up.path from up join categories c on c.id = up.parent_id where cardinality(path) < 20
    )
    select id from categories c where ancestor_ids <> (select path from up where up.id = c.id and up.parent_id is null)
      or not exists (select from up where up.id = c.id and up.parent_id is null)`);
  expect(wrong).toEqual([]);
});

test("a product shows the categories that it was given, and is listed and counted under all of their ancestors", async () => {
  const [top, , shoes] = await createPath("Clothing", "Footwear", "Boots");
  const { id } = await createTestProduct(shop, { name: "Chelsea boot", categories: ["boots"] });
  const read = async () => {
    const { data } = await shop.ask(
      `query ($id: ID!) { product(id: $id) { categories { slug } } categories { slug productCount }
        clothing: products(filter: { categories: ["clothing"] }) { nodes { id } facets { categories { value count } } }
        hats: products(filter: { categories: ["hats"] }) { totalCount } }`,
      { id },
    );
    const counts = Object.fromEntries(
      data.categories.map(({ slug, productCount }: { slug: string; productCount: number }) => [slug, productCount]),
    );
    return { shown: slugs(data.product.categories), counts, clothing: data.clothing, hats: data.hats.totalCount };
  };
  const before = await read();
  expect(before.shown).toEqual(["boots"]);
  expect(before.counts).toMatchObject({ clothing: 1, footwear: 1, boots: 1 });
  expect(before.clothing.nodes).toEqual([{ id }]);
  expect(before.clothing.facets.categories).toHaveLength(3);

  const [hats] = await createPath("Hats");
  await update(shoes ?? "", { name: "Boots", parentId: hats });
  await settle();
  const after = await read();
  expect(after.shown).toEqual(["boots"]);
  expect(after.counts).toMatchObject({ clothing: 0, footwear: 0, boots: 1, hats: 1 });
  expect([after.clothing.nodes, after.hats]).toEqual([[], 1]);

  await shop.ask(`mutation ($id: ID!) { categoryDelete(id: $id) { userErrors { code } } }`, { id: shoes }, admin());
  await settle();
  expect((await read()).counts).toMatchObject({ hats: 0 });
  await shop.ask(
    `mutation ($id: ID!) { productUpdate(id: $id, input: { categories: ["clothing", "footwear"] }) { userErrors { code } } }`,
    { id },
    admin(),
  );
  expect(await read()).toMatchObject({ shown: ["clothing", "footwear"], counts: { clothing: 1, footwear: 1 } });
  expect(await stockFaults(shop.database.db)).toEqual([]);
  expect(top).toBeDefined();
});

test("products that are created while their category moves end up under its new ancestors", async () => {
  const [left] = await createPath("Left");
  const [right] = await createPath("Right");
  const [moving] = await createPath("Moving");
  await Promise.all(
    Array.from({ length: 24 }, async (_, index) => {
      if (index % 4 === 3) await update(moving ?? "", { name: "Moving", parentId: index % 8 === 3 ? left : right });
      else await createTestProduct(shop, { name: `Mover ${index}`, categories: ["moving"] });
      if (index % 3 === 0) await rewriteProducts(shop.database.db, 2);
    }),
  );
  await settle();
  expect(await stockFaults(shop.database.db)).toEqual([]);
});

test("a subtree of thousands of products moves in batches while their stock is reserved, whatever process dies between", async () => {
  const { db } = shop.database;
  const count = 2_100;
  const [from, , leaf] = await createPath("Old shelf", "Old box", "Old bin");
  const [to] = await createPath("New shelf");
  const variants = await stockedVariants(db, sellerViewer(), [5]);
  for (let first = 1; first <= count; first += 300) {
    await db.execute(sql`
      with template as (select p.* from products p join variants v on v.product_id = p.id where v.id = ${variants[0]}::uuid)
      insert into products (id, owner_id, slug, name, status, category_ids, currency, price_min, price_max, created_at, updated_at, published_at)
      select gen_random_uuid(), owner_id, 'moved-' || n, 'Moved ' || n, case when n % 50 = 0 then 'DRAFT' else 'ACTIVE' end,
        array[${leaf}::uuid], currency, price_min, price_max, created_at + n * interval '1 second', updated_at, published_at
      from template, generate_series(${first}::int, ${first + 299}::int) n`);
    await db.execute(sql`
      with made as (
        insert into variants (id, product_id, sku, name, price, created_at)
        select gen_random_uuid(), id, 'MOVED-' || slug, 'Default', price_min, created_at from products
        where slug like 'moved-%' and not exists (select from variants where product_id = products.id)
        returning id, product_id
      ), levels as (
        insert into stock_levels (variant_id, product_id, on_hand) select id, product_id, 1 from made returning variant_id
      )
      insert into stock_movements (id, variant_id, type, on_hand_change, reserved_change)
      select gen_random_uuid(), variant_id, 'INITIAL', 1, 0 from levels`);
  }
  const sold = await db.execute<{ id: VariantId }>(sql`
    select v.id from variants v join products p on p.id = v.product_id where slug like 'moved-%' and status = 'ACTIVE' order by random() limit 200`);
  expect((await update(leaf ?? "", { name: "Old bin", parentId: to })).userErrors).toEqual([]);

  const reserve = async () => {
    const reserved: OrderId[] = [];
    for (const { id } of sold) {
      const orderId = newId<OrderId>();
      const lines = [{ variantId: id, quantity: 1 }];
      expect((await reserveStock(db, { orderId, revision: 1, expiresAt: null, lines })).outcome).toBe("RESERVED");
      reserved.push(orderId);
    }
    return reserved;
  };
  // A transaction that is rolled back is what a process that dies leaves.
  const move = async () => {
    for (let batch = 0; await areProductsMoving(db); batch += 1) {
      if (batch % 3 === 1) {
        await db
          .transaction(async (tx) => {
            await rewriteProducts(tx, 100);
            throw new Error("The process died.");
          })
          .catch(() => undefined);
      }
      await rewriteProducts(db, 100);
    }
  };
  const [reserved] = await Promise.all([reserve(), move(), move()]);
  for (const orderId of reserved.slice(0, 20))
    await deliver(db, orderEvent("order.cancelled", { id: orderId, sequence: 2 }));
  await settle();
  const counts = await db.execute<{ id: CategoryId; count: number }>(
    sql`select id, product_count as count from categories where id = any(${sql.param([from, leaf, to])}::uuid[])`,
  );
  const onSale = count - count / 50;
  expect(new Map(counts.map(({ id, count: counted }) => [id as string, counted]))).toEqual(
    new Map([
      [from, 0],
      [leaf, onSale],
      [to, onSale],
    ]),
  );
  expect(await stockFaults(db)).toEqual([]);
}, 60_000);
