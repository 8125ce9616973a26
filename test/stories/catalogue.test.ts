import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoProductId, demoUserIds, demoVariantId } from "#drizzle/seeds/ids.ts";
import { openShop, type TestShop, type TestUser } from "#test/harness/shop.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
}, 120_000);
afterAll(() => shop[Symbol.asyncDispose]());

async function query(document: string, variables: Record<string, unknown> = {}, user?: TestUser) {
  const response = await shop.graphql(document, variables, { token: user?.accessToken });
  expect(response.errors).toEqual([]);
  return response.data;
}

test("a guest browses by category, searches with a typing error, and pages forward and back", async () => {
  const { categories, products } = await query(`{
    categories { name slug productCount }
    products(filter: { categories: ["electronics"] }, sort: { key: PRICE, direction: ASC }) { nodes { name price { amount currencyCode } } } }`);
  expect(categories).toContainEqual({ name: "Electronics", slug: "electronics", productCount: 2 });
  expect(products.nodes).toEqual([
    { name: "Monitor 27", price: { amount: "399.99", currencyCode: "USD" } },
    { name: "Laptop Pro 15", price: { amount: "1299.99", currencyCode: "USD" } },
  ]);
  const found =
    await query(`{ products(search: "mecanical keybord") { edges { score node { name owner { displayName } } } }
    productSuggestions(prefix: "wirel") { name } }`);
  expect(found.products.edges).toMatchObject([
    { node: { name: "Mechanical Keyboard", owner: { displayName: expect.any(String) } } },
  ]);
  expect(found.productSuggestions).toEqual([{ name: "Wireless Mouse" }]);
  const page = `query ($first: Int, $after: String, $last: Int, $before: String) {
    products(sort: { key: NAME, direction: ASC }, first: $first, after: $after, last: $last, before: $before) {
      nodes { name } pageInfo { hasNextPage startCursor endCursor } } }`;
  const first = (await query(page, { first: 2 })).products;
  const second = (await query(page, { first: 2, after: first.pageInfo.endCursor })).products;
  const back = (await query(page, { last: 2, before: second.pageInfo.startCursor })).products;
  expect(back.nodes).toEqual(first.nodes);
});

test("a user's products are read with the user, with as many statements for many users as for one", async () => {
  const admin = await shop.admin();
  const document = `query ($first: Int) { users(first: $first) { nodes { id products(first: 2) { totalCount nodes { name } } } } }`;
  const { users } = await query(document, { first: 3 }, admin);
  const selling = users.nodes.find(({ id }: { id: string }) => id === demoUserIds.seller);
  expect(selling.products).toEqual({ totalCount: 9, nodes: [{ name: "Running Shoes" }, { name: "Summer Dress" }] });
  const one = await shop.statements(() => query(document, { first: 1 }, admin));
  const three = await shop.statements(() => query(document, { first: 3 }, admin));
  expect(one.products).toBeGreaterThan(0);
  expect(three.products).toBe(one.products);
});

test("what every guest sees is cacheable for the time of its shortest-lived part; responses with a token, an error or a cart are not cacheable", async () => {
  const customer = await shop.customer();
  const cacheControlOf = async (parameters: Record<string, string>, token?: string) => {
    const url = new URL("/graphql", shop.url);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const headers = { accept: "application/json", "apollo-require-preflight": "1" };
    const response = await fetch(url, {
      headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
    });
    const cacheControl = response.headers.get("cache-control");
    if (cacheControl !== "no-store") expect(response.headers.get("vary")).toMatch(/Authorization/i);
    return cacheControl;
  };
  const list = "{ products(first: 2) { nodes { name price { amount } owner { displayName } } } }";
  const id = demoProductId(1);
  expect(await cacheControlOf({ query: list })).toBe("max-age=30, public");
  expect(await cacheControlOf({ query: `{ user(id: "${demoUserIds.seller}") { displayName } }` })).toBe(
    "max-age=60, public",
  );
  expect(
    await cacheControlOf({
      query: `{ product(id: "${id}") { name } ...C } fragment C on Query { categories { slug } }`,
    }),
  ).toBe("max-age=30, public");
  for (const query of [
    "{ cart { id } }",
    "{ me { id } }",
    `{ me { id } product(id: "${id}") { name } }`,
    `{ product(id: "${id}") { variants { inventory { onHand } } } }`,
  ]) {
    expect([query, await cacheControlOf({ query })]).toEqual([query, "no-store"]);
  }
  expect(await cacheControlOf({ query: list }, customer.accessToken)).toBe("no-store");

  const hash = createHash("sha256").update(list).digest("hex");
  const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash } });
  expect(await cacheControlOf({ extensions })).toBe("no-store");
  expect(await cacheControlOf({ query: list, extensions })).toBe("max-age=30, public");
  expect(await cacheControlOf({ extensions })).toBe("max-age=30, public");
});

test("fields for subgraphs only do not exist at the gateway, not even for an administrator", async () => {
  const admin = await shop.admin();
  for (const document of [
    `{ orderableVariants(lines: [{ productId: "${demoProductId(1)}" }]) { outcome } }`,
    `mutation { stockReserve(input: { orderId: "${demoProductId(1)}", revision: 1, lines: [{ variantId: "${demoVariantId(1)}", quantity: 1 }] }) { outcome } }`,
  ]) {
    const { status, data, errors } = await shop.graphql(document, {}, { token: admin.accessToken });
    expect(status).toBe(400);
    expect(data).toBeUndefined();
    expect(errors[0]?.extensions?.code).toBe("GRAPHQL_VALIDATION_FAILED");
  }
});

test("placing an order reserves stock, cancelling it releases the stock, and paying it sells the stock", async () => {
  const customer = await shop.customer();
  const left = async () =>
    (await query(`query ($id: ID!) { product(id: $id) { quantityAvailable } }`, { id: demoProductId(4) })).product
      .quantityAvailable;
  const shippingAddress = { line1: "1 High Street", country: "GB" };
  const before = await left();
  await customer.addToCart({ productId: demoProductId(4), quantity: 3 });
  const { order } = await customer.checkout({ shippingAddress });
  expect(await left()).toBe(before - 3);
  await query(
    `mutation ($orderId: ID!) { orderCancel(input: { orderId: $orderId }) { userErrors { code } } }`,
    { orderId: order?.id },
    customer,
  );
  await expect.poll(left, { timeout: 10_000 }).toBe(before);
  await customer.addToCart({ productId: demoProductId(4), quantity: 2 });
  await customer.checkout({ shippingAddress, payment: { token: "tok_ok" } });
  const ledger = async () =>
    (
      await shop.sql
        .products`select type, on_hand_change as change from stock_movements where variant_id = ${demoVariantId(4)} order by id`
    ).map(({ type, change }) => `${type} ${change}`);
  await expect
    .poll(ledger, { timeout: 10_000 })
    .toEqual(["INITIAL 150", "RESERVATION 0", "RELEASE 0", "RESERVATION 0", "SALE -2"]);
  expect(await left()).toBe(before - 2);
});

test("a seller creates a shirt in sizes, restocks and archives it; the buyer still sees it in the order", async () => {
  const seller = await shop.seller();
  const { productCreate } = await query(
    `mutation ($input: ProductCreateInput!) { productCreate(input: $input) { product { id slug variants { id name } } userErrors { code field } } }`,
    {
      input: {
        name: "Linen Shirt",
        tags: ["linen"],
        categories: ["men"],
        variants: ["S", "M"].map((size) => ({
          options: [{ name: "Size", value: size }],
          price: { amount: "39.00" },
          stock: 1,
        })),
      },
    },
    seller,
  );
  expect(productCreate.userErrors).toEqual([]);
  const { id, slug, variants } = productCreate.product;
  const { inventorySet } = await query(
    `mutation ($input: InventorySetInput!) { inventorySet(input: $input) { variant { quantityAvailable inventory { onHand } } userErrors { code } } }`,
    {
      input: {
        variantId: variants[1].id,
        onHand: 45,
        expectedOnHand: 1,
        reason: "delivery",
        idempotencyKey: "delivery-1",
      },
    },
    seller,
  );
  expect(inventorySet).toEqual({ variant: { quantityAvailable: 45, inventory: { onHand: 45 } }, userErrors: [] });
  const { lowStock } = await query(`{ lowStock(threshold: 3) { nodes { name product { name } } } }`, {}, seller);
  expect(lowStock.nodes).toContainEqual({ name: "S", product: { name: "Linen Shirt" } });

  const customer = await shop.customer();
  await customer.addToCart({ productId: id, variantId: variants[0].id, quantity: 1 });
  const { order } = await customer.checkout({
    shippingAddress: { line1: "1 High Street", country: "GB" },
    payment: { token: "tok_ok" },
  });
  const { productDelete } = await query(
    `mutation ($id: ID!) { productDelete(id: $id) { deletedProductId } }`,
    { id },
    seller,
  );
  expect(productDelete).toEqual({ deletedProductId: id });
  const seen = await query(
    `query ($order: ID!, $slug: String!) { product(slug: $slug) { status } products(search: "linen") { totalCount }
      order(id: $order) { items { productName variantName product { id status } variant { name } } } }`,
    { order: order?.id, slug },
    customer,
  );
  expect(seen).toEqual({
    product: { status: "ARCHIVED" },
    products: { totalCount: 0 },
    order: {
      items: [
        { productName: "Linen Shirt", variantName: "S", product: { id, status: "ARCHIVED" }, variant: { name: "S" } },
      ],
    },
  });
});

test("an order whose product became a draft is shown without it, and without a note about the response", async () => {
  const seller = await shop.seller();
  const customer = await shop.customer();
  const { productCreate } = await query(
    `mutation { productCreate(input: { name: "Soon a draft", price: { amount: "5.00" }, stock: 3 }) { product { id } } }`,
    {},
    seller,
  );
  const { id } = productCreate.product;
  await customer.addToCart({ productId: id, quantity: 1 });
  const { order } = await customer.checkout({ shippingAddress: { line1: "1 High Street", country: "GB" } });
  await query(
    `mutation ($id: ID!) { productUpdate(id: $id, input: { status: DRAFT }) { product { status } } }`,
    { id },
    seller,
  );
  const response = await fetch(`${shop.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${customer.accessToken}` },
    body: JSON.stringify({
      query: `query ($id: ID!) { order(id: $id) { items { productName product { name owner { displayName } } variant { name } } } }`,
      variables: { id: order?.id },
    }),
  });
  const items = [{ productName: "Soon a draft", product: null, variant: null }];
  expect(await response.json()).toEqual({ data: { order: { items } } });
});
