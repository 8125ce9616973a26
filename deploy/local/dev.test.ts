import { expect, test } from "vitest";
import { servicesOf } from "./dev.ts";

const all = ["users", "products", "orders", "gateway"];

test.each([
  ["subgraphs/orders/cart/cart.ts", ["orders"]],
  ["drizzle/users/tables.ts", ["users"]],
  ["schema/products.graphql", ["products"]],
  ["schema/generated/supergraph.graphql", ["gateway"]],
  ["gateway/http/cors.ts", ["gateway"]],
  ["platform/shop/money.ts", all],
  ["schema/subgraphs.ts", all],
  ["subgraphs/orders/cart/cart.test.ts", []],
  ["subgraphs/orders/testing/test-orders.ts", []],
  ["drizzle/products/migrations/0003_brand.sql", []],
  ["docs/architecture.md", []],
])("a change of %s restarts %j", (file, services) => {
  expect(servicesOf(file)).toEqual(services);
});
