import { expect, test } from "vitest";
import { createDatabase } from "#test/harness/databases.ts";
import { createTestProduct, openProducts, ordersService, seller } from "../testing/test-products.ts";

const list = "{ products(first: 5) { nodes { id } } }";
const detail = "query ($id: ID!) { product(id: $id) { id } }";

test("with a replica guests browse there, and sellers and services read the primary", async () => {
  // A second database of the same cluster stands for a replica; it lacks the product, so whatever finds it read the primary.
  await using replica = await createDatabase("products");
  await using products = await openProducts({ PRODUCTS_READ_DATABASE_URL: replica.url });
  const owner = seller();
  const { id } = await createTestProduct(products, { name: "Chair", status: "ACTIVE" }, owner);
  const found = async (caller: Parameters<typeof products.ask>[2]) => {
    const [listed, shown] = [await products.ask(list, {}, caller), await products.ask(detail, { id }, caller)];
    return [listed.data?.products.nodes.length, shown.data?.product?.id ?? null];
  };
  await expect.poll(() => found("guest"), { timeout: 10_000 }).toEqual([0, null]);
  expect(await found(owner)).toEqual([1, id]);
  expect(await found(ordersService)).toEqual([1, id]);
});
