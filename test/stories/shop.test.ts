import { randomUUID } from "node:crypto";
import { decodeJwt, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AccountActivateDocument, ProductCreateDocument, ProductsDocument } from "#client/sdk/generated/documents.ts";
import { demoProductId } from "#drizzle/seeds/ids.ts";
import { openShop, type TestShop, type TestUser } from "#test/harness/shop.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const orderQuery = `query ($id: ID!) { order(id: $id) {
  number status paymentStatus total { amount currencyCode }
  items { productName quantity product { name owner { displayName } } } } }`;
const address = { line1: "1 Analytical Row", city: "London", country: "GB" };

test("a new user registers, activates, signs in, buys, and reads the order with product and seller in one query", async () => {
  const email = "ada@example.com";
  const password = "a difference engine";
  const guest = shop.visitor();
  const registered = await guest.register({ email, password, displayName: "Ada" });
  expect(registered.userErrors).toEqual([]);
  const early = await shop.visitor().signIn({ email, password });
  expect(early.userErrors).toMatchObject([{ code: "ACCOUNT_NOT_ACTIVATED" }]);
  const token = await shop.mailedToken(email);
  const { userErrors } = await guest.mutate(AccountActivateDocument, { input: { token } });
  expect(userErrors).toEqual([]);
  const ada = await shop.signIn(email, password);

  const seller = await shop.seller();
  const created = await seller.mutate(ProductCreateDocument, {
    input: { name: "Difference Engine", price: { amount: "12.50", currencyCode: "USD" }, stock: 5 },
  });
  expect(created.userErrors).toEqual([]);
  const listed = await ada.query(ProductsDocument, { first: 20 });
  expect(listed.products?.nodes.map(({ name }) => name)).toContain("Difference Engine");
  const productId = created.product?.id ?? "";

  await ada.addToCart({ productId, quantity: 2 });
  const { order, userErrors: errors } = await ada.checkout({ shippingAddress: address, payment: { token: "tok_ok" } });
  expect(errors).toEqual([]);
  expect(order).toMatchObject({
    status: "PAID",
    paymentStatus: "PAID",
    total: { amount: "25.00", currencyCode: "USD" },
  });

  const { data, errors: queryErrors } = await shop.graphql(orderQuery, { id: order?.id }, { token: ada.accessToken });
  expect(queryErrors).toEqual([]);
  expect(data.order).toMatchObject({
    status: "PAID",
    items: [{ productName: "Difference Engine", quantity: 2, product: { name: "Difference Engine", owner: {} } }],
  });
  expect(data.order.items[0].product.owner.displayName).toEqual(expect.any(String));
  expect(await ada.cart()).toMatchObject({ items: [] });
  const [level] = await shop.sql.products`
    SELECT on_hand, reserved FROM stock_levels WHERE product_id = ${productId}`;
  expect(level?.on_hand - level?.reserved).toBe(3);
});

test("a subgraph rejects requests without an internal token, even with a user's access token", async () => {
  const customer = await shop.customer();
  const { order } = await buy(customer);
  for (const authorization of [undefined, `Bearer ${customer.accessToken}`, "Bearer nonsense"]) {
    const response = await fetch(`${shop.subgraphUrls.orders}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization === undefined ? {} : { authorization }) },
      body: JSON.stringify({ query: orderQuery, variables: { id: order?.id } }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).not.toHaveProperty("data");
  }
});

test("the order of another user and a missing order are both null", async () => {
  const { order } = await buy(await shop.customer());
  const stranger = await shop.newCustomer();
  for (const id of [order?.id, randomUUID(), "17", ""]) {
    const { data, errors } = await shop.graphql(orderQuery, { id }, { token: stranger.accessToken });
    expect(errors).toEqual([]);
    expect(data).toEqual({ order: null });
  }
});

test("missing, wrong or unknown variables are rejected with 400 before anything is executed", async () => {
  const document = "mutation ($input: CartItemAddInput!) { cartItemAdd(input: $input) { cartToken } }";
  for (const variables of [
    {},
    { input: null },
    { input: {} },
    { input: { productId: demoProductId(1), quantity: "two" } },
    { input: { productId: demoProductId(1), quantity: 1, colour: "red" } },
  ]) {
    const response = await shop.graphql(document, variables);
    expect(response.status).toBe(400);
    expect(response.data?.cartItemAdd ?? null).toBeNull();
    expect(response.errors[0]?.extensions?.code).toBeOneOf(["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"]);
  }
});

test("an unknown product and a quantity out of range are reported with their fields, and nothing is added", async () => {
  const guest = shop.visitor();
  const unknown = await guest.addToCart({ productId: randomUUID(), quantity: 1 });
  expect(unknown.userErrors).toMatchObject([{ code: "NOT_FOUND", field: ["productId"] }]);
  for (const quantity of [0, -1, 10_001]) {
    const { userErrors, cart } = await guest.addToCart({ productId: demoProductId(1), quantity });
    expect(userErrors).toMatchObject([{ code: "VALIDATION_FAILED", field: ["quantity"] }]);
    expect(cart).toBeNull();
  }
  expect(await guest.cart()).toBeNull();
});

test("a forged, truncated or invalid token is rejected with 401, and not treated as a guest", async () => {
  const { accessToken } = await shop.customer();
  const { privateKey } = await generateKeyPair("ES256");
  const forged = await new SignJWT({ role: "ADMIN", scope: "orders:read" })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "forged" })
    .setIssuer("agora")
    .setAudience("agora")
    .setSubject(randomUUID())
    .setExpirationTime("1h")
    .sign(privateKey);
  for (const token of [forged, accessToken.slice(0, -10), "nonsense"]) {
    const response = await shop.graphql("{ products(first: 1) { nodes { id } } }", {}, { token });
    expect(response.status).toBe(401);
    expect(response.errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    expect(response.data ?? null).toBeNull();
  }
});

// That expired tokens are rejected is tested with the forged tokens.
test("an access token is valid for 15 minutes", async () => {
  const { accessToken } = await shop.customer();
  const { iat = 0, exp = 0 } = decodeJwt(accessToken);
  expect(exp - iat).toBe(15 * 60);
});

test("a body that is not JSON, or has no operation, is rejected with 400", async () => {
  for (const body of ["", "{", "[]", "17", '{"variables":{}}', '{"query":"{"}', '{"query":17}']) {
    const response = await fetch(`${shop.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body,
    });
    expect([body, response.status]).toEqual([body, 400]);
    expect(await response.json()).toMatchObject({ errors: [{ message: expect.any(String) }] });
  }
});

test("while a subgraph is unavailable, the rest of the response is complete, the error has its path, and it recovers", async () => {
  const customer = await shop.customer();
  const { order } = await buy(customer);
  const document = `query ($id: ID!) { me { id email } order(id: $id) { number items { quantity product { name } } } }`;
  await shop.stop("products");
  const response = await shop.graphql(document, { id: order?.id }, { token: customer.accessToken });
  await shop.start("products");
  expect(response.status).toBe(200);
  expect(response.data).toMatchObject({
    me: { email: customer.email },
    order: { number: order?.number, items: [{ quantity: 1, product: null }] },
  });
  expect(response.errors[0]).toMatchObject({ extensions: { code: "SUBGRAPH_UNAVAILABLE" } });
  expect(response.errors[0]?.path?.[0]).toBe("order");
  expect(JSON.stringify(response.errors)).not.toMatch(/products"|127\.0\.0\.1|ECONN/);
  const errorsNow = async () =>
    (await shop.graphql(document, { id: order?.id }, { token: customer.accessToken })).errors;
  await expect.poll(errorsNow, { timeout: 10_000 }).toEqual([]);
});

test("a page of orders with products and sellers takes the same number of statements for any page size", async () => {
  const customer = await shop.newCustomer();
  const document = `query ($first: Int) { me { orders(first: $first) { nodes { items { product { name owner { displayName } } } } } } }`;
  for (let bought = 0; bought < 6; bought += 1) await buy(customer, demoProductId(1 + (bought % 5)));
  const count = (first: number) =>
    shop.statements(async () => {
      const { data, errors } = await shop.graphql(document, { first }, { token: customer.accessToken });
      expect(errors).toEqual([]);
      expect(data.me.orders.nodes).toHaveLength(first);
    });
  const one = await count(1);
  expect(Object.values(one).every((statements) => statements > 0)).toBe(true);
  expect(await count(6)).toEqual(one);
});

async function buy(user: TestUser, productId: string = demoProductId(2)) {
  await user.addToCart({ productId, quantity: 1 });
  const bought = await user.checkout({ shippingAddress: address, payment: { token: "tok_ok" } });
  expect(bought.userErrors).toEqual([]);
  return bought;
}
