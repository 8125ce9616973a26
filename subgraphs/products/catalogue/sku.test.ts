import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestCaller } from "#test/harness/subgraph-client.ts";
import { type ChangeName, changeProduct, codes } from "../testing/change-product.ts";
import { admin, createTestProduct, openProducts, seller, type TestProducts } from "../testing/test-products.ts";

let shop: TestProducts;
beforeAll(async () => {
  shop = await openProducts();
}, 60_000);
afterAll(() => shop[Symbol.asyncDispose]());

const [ada, grace] = [seller(), seller()];
const change = (name: ChangeName, variables: Record<string, unknown>, caller: TestCaller) =>
  changeProduct(shop, name, variables, caller);
const draft = (sku: string, caller: TestCaller) => createTestProduct(shop, { name: sku, sku, status: "DRAFT" }, caller);

/** The product that a SKU stands for, as a query and as an entity. */
async function bySku(sku: string, caller: TestCaller): Promise<string | undefined> {
  const { data, errors } = await shop.ask(
    `query ($sku: String!, $representations: [_Any!]!) { product(sku: $sku) { id }
      _entities(representations: $representations) { ... on ProductVariant { product { id } } } }`,
    { sku, representations: [{ __typename: "ProductVariant", sku }] },
    caller,
  );
  expect(errors).toEqual([]);
  expect(data._entities[0]?.product.id).toBe(data.product?.id);
  return data.product?.id;
}

test("the SKU of another seller's draft is free, and tells nothing, whichever mutation names it", async () => {
  await draft("HIDDEN-1", ada);
  const created = await change(
    "productCreate",
    { input: { name: "X", price: { amount: "1" }, sku: "HIDDEN-1" } },
    grace,
  );
  expect(codes(created)).toEqual([]);
  await draft("HIDDEN-2", ada);
  const { id, variants } = await draft("OWN-2", grace);
  const added = await change(
    "productVariantCreate",
    { productId: id, input: { sku: "HIDDEN-2", price: { amount: "1" }, options: [{ name: "Size", value: "M" }] } },
    grace,
  );
  expect(codes(added)).toEqual([]);
  await draft("HIDDEN-3", ada);
  const updated = await change("productVariantUpdate", { id: variants[0]?.id, input: { sku: "HIDDEN-3" } }, grace);
  expect(codes(updated)).toEqual([]);
});

test("a published SKU is one product's, and a seller's own drafts share none, whichever mutation names it", async () => {
  await createTestProduct(shop, { name: "On sale", sku: "SOLD-1" }, ada);
  await draft("DRAFTED-1", grace);
  const { id, variants } = await draft("DRAFTED-2", grace);
  for (const sku of ["SOLD-1", "DRAFTED-1"]) {
    const taken = ["ALREADY_EXISTS sku"];
    const input = { name: "X", price: { amount: "1" }, sku, status: "DRAFT" };
    expect(codes(await change("productCreate", { input }, grace))).toEqual(taken);
    const variant = { sku, price: { amount: "1" }, options: [{ name: "Size", value: "M" }] };
    expect(codes(await change("productVariantCreate", { productId: id, input: variant }, grace))).toEqual(taken);
    expect(codes(await change("productVariantUpdate", { id: variants[0]?.id, input: { sku } }, grace))).toEqual(taken);
  }
});

test("of drafts with one SKU that are published at once one is, and the others learn which SKU to change", async () => {
  const sellers = Array.from({ length: 5 }, () => seller());
  const drafts = await Promise.all(sellers.map((each) => draft("RACE-1", each)));
  const published = await Promise.all(
    drafts.map(({ id }, index) => change("productUpdate", { id, input: { status: "ACTIVE" } }, sellers[index] ?? ada)),
  );
  expect(published.filter(({ product }) => product !== null)).toHaveLength(1);
  const [failed] = published.filter(({ product }) => product === null);
  expect(failed?.userErrors).toMatchObject([
    { code: "ALREADY_EXISTS", field: ["status"], message: expect.stringContaining('"RACE-1"') },
  ]);
  const loser = drafts.findIndex((_, index) => published[index]?.product === null);
  const [variant] = drafts[loser]?.variants ?? [];
  await change("productVariantUpdate", { id: variant?.id, input: { sku: "RACE-2" } }, sellers[loser] ?? ada);
  const again = await change(
    "productUpdate",
    { id: drafts[loser]?.id, input: { status: "ACTIVE" } },
    sellers[loser] ?? ada,
  );
  expect(codes(again)).toEqual([]);
});

test("a SKU stands for the published product, then for the caller's own draft", async () => {
  const hers = await draft("SHARED-1", ada);
  const theirs = await draft("SHARED-1", grace);
  expect(await bySku("SHARED-1", ada)).toBe(hers.id);
  expect(await bySku("SHARED-1", grace)).toBe(theirs.id);
  expect(await bySku("SHARED-1", "guest")).toBeUndefined();
  expect(await bySku("SHARED-1", admin())).toBe(hers.id);
  await change("productUpdate", { id: theirs.id, input: { status: "ACTIVE" } }, grace);
  for (const caller of [ada, grace, "guest" as const, admin()]) expect(await bySku("SHARED-1", caller)).toBe(theirs.id);
});

test("drafts of closed accounts keep their SKUs apart", async () => {
  const { sql } = shop.database;
  const [one, two] = [await draft("ORPHAN-1", ada), await draft("ORPHAN-1", grace)];
  await sql`UPDATE products SET owner_id = NULL WHERE id IN (${one.id}, ${two.id})`;
  const rows = await sql`SELECT sku_scope FROM variants WHERE sku = 'ORPHAN-1' ORDER BY id`;
  expect(rows).toEqual([{ sku_scope: one.id }, { sku_scope: two.id }]);
});

test("a slug that another seller's draft has gets random characters, not the number of a visible one", async () => {
  await createTestProduct(shop, { name: "Unannounced chair", status: "DRAFT" }, ada);
  expect((await createTestProduct(shop, { name: "Unannounced chair" }, grace)).slug).toMatch(
    /^unannounced-chair-[0-9a-z]{8}$/,
  );
});
