import { readFileSync } from "node:fs";
import { Kind, parse } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import type { TestCaller } from "#test/harness/subgraph-client.ts";
import {
  admin,
  createTestProduct,
  openProducts,
  ordersService,
  seller,
  type TestProducts,
} from "../testing/test-products.ts";
import { resolvers } from "./resolvers.ts";

let shop: TestProducts;

beforeAll(async () => {
  shop = await openProducts();
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const sdl = parse(readFileSync(new URL("../../../schema/products.graphql", import.meta.url), "utf8"));

/** What a domain type holds under the field's own name, so that it needs no resolver. */
const heldBy: Readonly<Record<string, readonly string[]>> = {
  Product: ["id", "slug", "status"],
  ProductVariant: ["id", "sku", "name", "barcode", "maxPerOrder", "taxClass", "weightGrams", "version"],
  OrderableLine: ["outcome"],
  Offer: ["validUntil"],
  VariantPrice: ["validFrom", "validUntil"],
  Market: ["id", "code", "name", "countries", "languages", "pricesIncludeTax", "version"],
  Media: ["id", "status", "rejectionReason", "width", "height", "thumbhash"],
  Attribute: ["id", "code", "kind", "unit", "isFilterable"],
  AttributeChoice: ["code", "swatch"],
  AttributeValue: ["attribute", "text", "number", "boolean"],
  AttributeFacet: ["attribute", "min", "max"],
  OptionFacet: ["name"],
  FacetCount: ["value", "count"],
  Category: ["id", "slug", "productCount", "position"],
  InventoryLevel: ["onHand", "reserved"],
  StockMovement: ["id", "type", "onHandChange", "reservedChange", "reason", "orderId", "createdAt"],
  ProductConnection: ["edges", "nodes", "pageInfo"],
  ProductVariantConnection: ["edges", "nodes", "pageInfo"],
  StockMovementConnection: ["edges", "nodes", "pageInfo"],
  User: ["id"],
};

test("every root field, and every field of an entity, a connection and a level, has a resolver", () => {
  const resolved = resolvers as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const missing = sdl.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const type = definition.name.value;
    const root = type === "Query" || type === "Mutation";
    if (!root && heldBy[type] === undefined && resolved[type] === undefined) return [];
    return (definition.fields ?? [])
      .map(({ name }) => name.value)
      .filter((field) => resolved[type]?.[field] === undefined && !heldBy[type]?.includes(field))
      .map((field) => `${type}.${field}`);
  });
  expect(missing).toEqual([]);
});

describe("what the subgraphs ask of each other", () => {
  const fields = {
    orderableVariants: `query { orderableVariants(lines: [{ productId: "x" }]) { outcome } }`,
    stockReserve: `mutation { stockReserve(input: { orderId: "${newId()}", revision: 1, lines: [{ variantId: "${newId()}", quantity: 1 }] }) { outcome } }`,
  };

  test.each(Object.entries(fields))("%s is the orders service's alone", async (name, document) => {
    const others: TestCaller[] = ["guest", {}, seller(), admin(), { service: "users" }];
    for (const caller of others) {
      const { data, errors } = await shop.ask(document, {}, caller);
      expect(data[name]).toBeNull();
      expect(errors[0]?.extensions?.code).toBe("FORBIDDEN");
    }
    const { data, errors } = await shop.ask(document, {}, ordersService);
    expect(errors).toEqual([]);
    expect(data[name]).not.toBeNull();
  });

  test("lines get one result each, in their order: on sale, gone, another product's variant, or a choice to be made", async () => {
    const single = await createTestProduct(
      shop,
      { name: "Single", imageUrl: "https://example.com/s.png", price: { amount: "5" }, stock: 3 },
      admin(),
    );
    const several = await createTestProduct(
      shop,
      {
        name: "Several",
        price: null,
        stock: null,
        variants: ["S", "M"].map((size) => ({
          options: [{ name: "Size", value: size }],
          price: { amount: "7" },
          stock: 1,
        })),
      },
      admin(),
    );
    const lines = [
      { productId: several.id },
      { productId: single.id },
      { productId: several.id, variantId: several.variants[1]?.id },
      { productId: single.id, variantId: several.variants[0]?.id },
      { productId: single.id, variantId: "nonsense" },
      { productId: single.id.toUpperCase() },
    ];
    const statements = await shop.statements(async () => {
      const { data } = await shop.ask(
        `query ($lines: [OrderableLineInput!]!) { orderableVariants(lines: $lines) { outcome variant {
          productId variantId productName variantName sku imageUrl unitPrice { amount currencyCode } quantityAvailable } } }`,
        { lines },
        ordersService,
      );
      expect(data.orderableVariants).toEqual([
        { outcome: "VARIANT_REQUIRED", variant: null },
        {
          outcome: "ORDERABLE",
          variant: {
            productId: single.id,
            variantId: single.variants[0]?.id,
            productName: "Single",
            variantName: "Default",
            sku: single.variants[0]?.sku,
            imageUrl: "https://example.com/s.png",
            unitPrice: { amount: "5.00", currencyCode: "USD" },
            quantityAvailable: 3,
          },
        },
        {
          outcome: "ORDERABLE",
          variant: expect.objectContaining({ variantName: "M", unitPrice: { amount: "7.00", currencyCode: "USD" } }),
        },
        { outcome: "UNAVAILABLE", variant: null },
        { outcome: "UNAVAILABLE", variant: null },
        expect.objectContaining({ outcome: "ORDERABLE" }),
      ]);
    });
    expect(statements).toHaveLength(1);
    const many = await shop.ask(
      `query ($lines: [OrderableLineInput!]!) { orderableVariants(lines: $lines) { outcome } }`,
      { lines: Array.from({ length: 101 }, () => lines[0]) },
      ordersService,
    );
    expect(many.errors[0]?.extensions?.code).toBe("BAD_USER_INPUT");
  });

  test("an invalid reservation is rejected with the name of the invalid field", async () => {
    const sane = {
      orderId: newId(),
      revision: 1,
      expiresAt: new Date().toISOString(),
      lines: [{ variantId: newId(), quantity: 1 }],
    };
    for (const [change, place] of [
      [{ orderId: "x" }, "input.orderId"],
      [{ revision: 0 }, "input.revision"],
      [{ lines: [] }, "input.lines"],
      [{ lines: Array.from({ length: 101 }, () => sane.lines[0]) }, "input.lines"],
      [{ lines: [{ variantId: newId(), quantity: 0 }] }, "input.lines.0.quantity"],
      [{ lines: [{ variantId: newId(), quantity: 1_001 }] }, "input.lines.0.quantity"],
    ] as const) {
      const { data, errors } = await shop.ask(
        `mutation ($input: StockReserveInput!) { stockReserve(input: $input) { outcome } }`,
        { input: { ...sane, ...change } },
        ordersService,
      );
      expect(data.stockReserve).toBeNull();
      expect(errors[0]?.extensions?.code).toBe("BAD_USER_INPUT");
      expect(errors[0]?.message).toContain(place);
    }
  });
});

test("a list shows of each field of a product what the product itself shows, whichever field is selected alone", async () => {
  const made = await createTestProduct(shop, { name: "All fields", description: "A text.", tags: ["whole"] });
  const product = sdl.definitions.find(
    (one) => one.kind === Kind.OBJECT_TYPE_DEFINITION && one.name.value === "Product",
  );
  if (product?.kind !== Kind.OBJECT_TYPE_DEFINITION) throw new Error("There is no type Product.");
  /** Of types with fields, one that is read from the product or from what belongs to it. */
  const below: Readonly<Record<string, string>> = {
    ...{ owner: "id", categories: "name", media: "id", price: "amount", priceRange: "min { amount }" },
    ...{ defaultVariant: "id product { description }", variants: "sku product { createdAt }" },
    ...{ offer: "validUntil", options: "name", attributes: "text" },
  };
  const shown: Record<string, unknown> = {};
  for (const { name } of product.fields ?? []) {
    const field = name.value;
    const selected = below[field] === undefined ? field : `${field} { ${below[field]} }`;
    const { data, errors } = await shop.ask(
      `query ($id: ID!) {
        listed: products(filter: { ids: [$id] }) { nodes { ${selected} } edges { node { ${selected} } } }
        own: product(id: $id) { ${selected} }
      }`,
      { id: made.id },
      admin(),
    );
    expect(errors, field).toEqual([]);
    expect(data.listed, field).toEqual({ nodes: [data.own], edges: [{ node: data.own }] });
    shown[field] = data.own[field];
  }
  expect(shown).toMatchObject({ id: made.id, description: "A text.", tags: ["whole"], version: 1 });
});

test("nothing is resolved without an internal token", async () => {
  for (const query of ["{ products { nodes { id } } }", "{ _service { sdl } }", "{ __typename }"]) {
    const response = await fetch(`${shop.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).not.toHaveProperty("data");
  }
});
