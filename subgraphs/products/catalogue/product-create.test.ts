import { expect, test } from "vitest";
import { putDemoData } from "#drizzle/seeds/products.ts";
import { newId } from "#platform/shop/ids.ts";
import { admin, openProducts, ordersService, seller } from "../testing/test-products.ts";

test("a product given only a price and a stock gets one variant, and can be listed, read, ordered and reserved", async () => {
  await using products = await openProducts();
  const me = seller();
  const created = await products.ask(
    `mutation ($input: ProductCreateInput!) { productCreate(input: $input) {
      product { id slug name price { amount currencyCode } quantityAvailable inStock version viewerCanEdit
        owner { id } tags defaultVariant { id name sku price { amount } } variants { id } }
      userErrors { code message field } } }`,
    { input: { name: "Gaming Chair", price: { amount: "299.99" }, stock: 25, tags: ["Gaming", "chair", "gaming"] } },
    me,
  );
  expect(created.errors).toEqual([]);
  const { product, userErrors } = created.data.productCreate;
  expect(userErrors).toEqual([]);
  expect(product).toMatchObject({
    slug: "gaming-chair",
    price: { amount: "299.99", currencyCode: "USD" },
    quantityAvailable: 25,
    inStock: true,
    version: 1,
    viewerCanEdit: true,
    owner: { id: me.id },
    tags: ["gaming", "chair"],
    defaultVariant: { name: "Default", price: { amount: "299.99" } },
    variants: [{ id: product.defaultVariant.id }],
  });
  const listed = await products.ask("{ products { nodes { id viewerCanEdit } totalCount } }");
  expect(listed.data.products).toEqual({ nodes: [{ id: product.id, viewerCanEdit: false }], totalCount: 1 });

  const lines = [{ productId: product.id }, { productId: newId() }, { productId: "nonsense" }];
  const orderable = await products.ask(
    `query ($lines: [OrderableLineInput!]!) { orderableVariants(lines: $lines) {
      outcome variant { variantId productName sku unitPrice { amount } quantityAvailable } } }`,
    { lines },
    ordersService,
  );
  expect(orderable.data.orderableVariants).toMatchObject([
    { outcome: "ORDERABLE", variant: { variantId: product.defaultVariant.id, quantityAvailable: 25 } },
    { outcome: "UNAVAILABLE", variant: null },
    { outcome: "UNAVAILABLE", variant: null },
  ]);
  const reserved = await products.ask(
    `mutation ($input: StockReserveInput!) { stockReserve(input: $input) { outcome shortages { availableQuantity } } }`,
    { input: { orderId: newId(), revision: 1, lines: [{ variantId: product.defaultVariant.id, quantity: 3 }] } },
    ordersService,
  );
  expect(reserved.data.stockReserve).toEqual({ outcome: "RESERVED", shortages: [] });
  const after = await products.ask(`query ($id: ID!) { product(id: $id) { quantityAvailable } }`, { id: product.id });
  expect(after.data.product).toEqual({ quantityAvailable: 22 });
});

test("the demo data is the same after it is put in twice, and leaves alone what was changed", async () => {
  await using products = await openProducts();
  const { db, sql } = products.database;
  await putDemoData(db);
  await sql`update products set name = 'Laptop of ours' where slug = 'laptop-pro-15'`;
  await putDemoData(db);
  const response = await products.ask(
    `{ products(sort: { key: CREATED_AT, direction: ASC }) { totalCount nodes { name price { amount } quantityAvailable categories { slug productCount } } } }`,
    {},
    admin(),
  );
  expect(response.data.products.totalCount).toBe(9);
  expect(response.data.products.nodes.slice(0, 5)).toEqual([
    {
      name: "Laptop of ours",
      price: { amount: "1299.99" },
      quantityAvailable: 50,
      categories: [{ slug: "electronics", productCount: 2 }],
    },
    {
      name: "Wireless Mouse",
      price: { amount: "29.99" },
      quantityAvailable: 200,
      categories: [{ slug: "accessories", productCount: 3 }],
    },
    {
      name: "Mechanical Keyboard",
      price: { amount: "89.99" },
      quantityAvailable: 100,
      categories: [{ slug: "accessories", productCount: 3 }],
    },
    {
      name: "USB-C Hub",
      price: { amount: "49.99" },
      quantityAvailable: 150,
      categories: [{ slug: "accessories", productCount: 3 }],
    },
    {
      name: "Monitor 27",
      price: { amount: "399.99" },
      quantityAvailable: 75,
      categories: [{ slug: "electronics", productCount: 2 }],
    },
  ]);
});
