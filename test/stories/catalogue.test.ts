import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoProductId, demoUserIds, demoVariantId } from "#drizzle/seeds/ids.ts";
import { openShop, type TestShop, type TestUser } from "#test/harness/shop.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
}, 120_000);
afterAll(() => shop[Symbol.asyncDispose]());

async function ask(document: string, variables: Record<string, unknown> = {}, person?: TestUser) {
  const answer = await shop.graphql(document, variables, { token: person?.accessToken });
  expect(answer.errors).toEqual([]);
  return answer.data;
}

test("a visitor browses by category, searches with a typing error, and pages there and back", async () => {
  const { categories, products } = await ask(`{
    categories { name slug productCount }
    products(filter: { categories: ["electronics"] }, sort: { key: PRICE, direction: ASC }) { nodes { name price { amount currencyCode } } } }`);
  expect(categories).toContainEqual({ name: "Electronics", slug: "electronics", productCount: 2 });
  expect(products.nodes).toEqual([
    { name: "Monitor 27", price: { amount: "399.99", currencyCode: "USD" } },
    { name: "Laptop Pro 15", price: { amount: "1299.99", currencyCode: "USD" } },
  ]);
  const found =
    await ask(`{ products(search: "mecanical keybord") { edges { score node { name owner { displayName } } } }
    productSuggestions(prefix: "wirel") { name } }`);
  expect(found.products.edges).toMatchObject([
    { node: { name: "Mechanical Keyboard", owner: { displayName: expect.any(String) } } },
  ]);
  expect(found.productSuggestions).toEqual([{ name: "Wireless Mouse" }]);
  const page = `query ($first: Int, $after: String, $last: Int, $before: String) {
    products(sort: { key: NAME, direction: ASC }, first: $first, after: $after, last: $last, before: $before) {
      nodes { name } pageInfo { hasNextPage startCursor endCursor } } }`;
  const first = (await ask(page, { first: 2 })).products;
  const second = (await ask(page, { first: 2, after: first.pageInfo.endCursor })).products;
  const back = (await ask(page, { last: 2, before: second.pageInfo.startCursor })).products;
  expect(back.nodes).toEqual(first.nodes);
});

test("a person's products are read with the person, in as many statements for many people as for one", async () => {
  const admin = await shop.admin();
  const document = `query ($first: Int) { users(first: $first) { nodes { id products(first: 2) { totalCount nodes { name } } } } }`;
  const { users } = await ask(document, { first: 3 }, admin);
  const selling = users.nodes.find(({ id }: { id: string }) => id === demoUserIds.seller);
  expect(selling.products).toEqual({ totalCount: 9, nodes: [{ name: "Running Shoes" }, { name: "Summer Dress" }] });
  const one = await shop.statements(() => ask(document, { first: 1 }, admin));
  const three = await shop.statements(() => ask(document, { first: 3 }, admin));
  expect(three.products).toBe(one.products);
});

test("what every guest sees may be kept by anybody, for as long as its shortest part; what a token, an error or a cart is in may not", async () => {
  const customer = await shop.customer();
  const kept = async (parameters: Record<string, string>, token?: string) => {
    const url = new URL("/graphql", shop.url);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const headers = { accept: "application/json", "apollo-require-preflight": "1" };
    const response = await fetch(url, {
      headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
    });
    const told = response.headers.get("cache-control");
    if (told !== "no-store") expect(response.headers.get("vary")).toMatch(/Authorization/i);
    return told;
  };
  const list = "{ products(first: 2) { nodes { name price { amount } owner { displayName } } } }";
  const id = demoProductId(1);
  expect(await kept({ query: list })).toBe("max-age=30, public");
  expect(await kept({ query: `{ user(id: "${demoUserIds.seller}") { displayName } }` })).toBe("max-age=60, public");
  expect(
    await kept({ query: `{ product(id: "${id}") { name } ...C } fragment C on Query { categories { slug } }` }),
  ).toBe("max-age=30, public");
  for (const query of [
    "{ cart { id } }",
    "{ me { id } }",
    `{ me { id } product(id: "${id}") { name } }`,
    `{ product(id: "${id}") { variants { inventory { onHand } } } }`,
  ]) {
    expect([query, await kept({ query })]).toEqual([query, "no-store"]);
  }
  expect(await kept({ query: list }, customer.accessToken)).toBe("no-store");

  const hash = createHash("sha256").update(list).digest("hex");
  const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash } });
  expect(await kept({ extensions })).toBe("no-store");
  expect(await kept({ query: list, extensions })).toBe("max-age=30, public");
  expect(await kept({ extensions })).toBe("max-age=30, public");
});

test("what only the subgraphs may ask of each other is not there for anybody at the gateway", async () => {
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

test("stock goes down when an order is placed, comes back when it is cancelled, and is gone for good once it is paid", async () => {
  const customer = await shop.customer();
  const left = async () =>
    (await ask(`query ($id: ID!) { product(id: $id) { quantityAvailable } }`, { id: demoProductId(4) })).product
      .quantityAvailable;
  const shippingAddress = { line1: "1 High Street", country: "GB" };
  const before = await left();
  await customer.addToCart({ productId: demoProductId(4), quantity: 3 });
  const { order } = await customer.checkout({ shippingAddress });
  expect(await left()).toBe(before - 3);
  await ask(
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

test("a seller puts up a shirt in sizes, restocks it, and takes it off; who bought it still sees it in the order", async () => {
  const seller = await shop.seller();
  const { productCreate } = await ask(
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
  const { inventorySet } = await ask(
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
  const { lowStock } = await ask(`{ lowStock(threshold: 3) { nodes { name product { name } } } }`, {}, seller);
  expect(lowStock.nodes).toContainEqual({ name: "S", product: { name: "Linen Shirt" } });

  const customer = await shop.customer();
  await customer.addToCart({ productId: id, variantId: variants[0].id, quantity: 1 });
  const { order } = await customer.checkout({
    shippingAddress: { line1: "1 High Street", country: "GB" },
    payment: { token: "tok_ok" },
  });
  const { productDelete } = await ask(
    `mutation ($id: ID!) { productDelete(id: $id) { deletedProductId } }`,
    { id },
    seller,
  );
  expect(productDelete).toEqual({ deletedProductId: id });
  const seen = await ask(
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
