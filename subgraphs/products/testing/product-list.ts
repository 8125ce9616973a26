import { expect } from "vitest";
import type { UserId } from "#platform/shop/ids.ts";
import { admin, createTestProduct, type TestProducts } from "./test-products.ts";

/** Thirty products whose prices and names tie often; every third is sold out, every fifth costs yen. */
export async function createTiedProducts(shop: TestProducts, ownerId: UserId): Promise<void> {
  const keeper = admin(ownerId);
  for (let index = 0; index < 30; index += 1) {
    const price =
      index % 5 === 4
        ? { amount: String(100 + (index % 3)), currencyCode: "JPY" }
        : { amount: `${10 + (index % 4)}.50`, currencyCode: "USD" };
    await createTestProduct(
      shop,
      {
        name: `${["Apple", "banana", "Cherry"][index % 3]} ${["jam", "pie"][index % 2]}`,
        price,
        stock: index % 3 === 0 ? 0 : index,
        categories: index % 2 === 0 ? ["Kitchen"] : ["Garden", "Kitchen"].slice(0, 1 + (index % 4 === 1 ? 1 : 0)),
        tags: [`t${index % 4}`, "all"],
      },
      keeper,
    );
  }
}

/** A page of products with their cursors. */
export const listed = `query ($search: String, $filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String, $last: Int, $before: String) {
  products(search: $search, filter: $filter, sort: $sort, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor score node { id name slug price { amount currencyCode } createdAt } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } }`;

/** An edge of that page. */
export type Edge = {
  cursor: string;
  score: number | null;
  node: { id: string; name: string; price: { amount: string } };
};

/** Reads a page. Fails the test on any error. */
export async function list(shop: TestProducts, variables: Record<string, unknown>) {
  const response = await shop.ask(listed, variables);
  expect(response.errors).toEqual([]);
  return response.data.products as { edges: Edge[]; pageInfo: Record<string, unknown> };
}

export const ids = (edges: readonly Edge[]) => edges.map(({ node }) => node.id);
