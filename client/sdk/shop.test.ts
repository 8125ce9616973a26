import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client";
import { Client, cacheExchange, fetchExchange, mapExchange } from "@urql/core";
import {
  buildSchema,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  typeFromAST,
} from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type TestShop } from "#test/harness/shop.ts";
import type { TypedDocument } from "./document.ts";
import * as generated from "./generated/documents.ts";
import { createShop, type Shop, type ShopOptions } from "./shop.ts";
import { memoryStorage } from "./storage.ts";

// The client against the whole shop, which accepts only the client's own documents, by its manifest.

let shop: TestShop;

beforeAll(async () => {
  const manifest = fileURLToPath(new URL("generated/manifest.json", import.meta.url));
  shop = await openShop({ variables: { TRUSTED_DOCUMENTS_PATH: manifest, TRUSTED_DOCUMENTS_ONLY: "true" } });
});

afterAll(() => shop?.[Symbol.asyncDispose]());

const customer = { email: "customer@example.com", password: "customer123" };
const shippingAddress = { line1: "1 Main Street", country: "US" };

test("a checkout whose responses are lost is one order, which the next client with the same storage gets", async () => {
  const storage = memoryStorage();
  const guest = visitor({ storage, fetch: losing("CheckoutComplete", 3) });
  await addMouse(guest);
  const input = { email: "lost@example.com", shippingAddress, payment: { token: "tok_ok" } };
  await expect(guest.checkout(input)).rejects.toMatchObject({ code: "NETWORK_FAILED" });

  const { order, userErrors } = await visitor({ storage }).checkout(input);
  expect(userErrors).toEqual([]);
  expect(order?.paymentStatus).toBe("PAID");
  const orders = await shop.sql.orders`SELECT id FROM orders WHERE email = 'lost@example.com'`;
  expect(orders).toEqual([{ id: order?.id }]);
});

test("an equal input for a new cart is a new order, even if the response to the first was lost", async () => {
  const storage = memoryStorage();
  const guest = visitor({ storage, fetch: losing("CheckoutComplete", 3) });
  await addMouse(guest);
  const input = { email: "again@example.com", shippingAddress };
  await expect(guest.checkout(input)).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  await addMouse(guest, 2);
  const { order } = await guest.checkout(input);
  const orders = await shop.sql.orders`SELECT id FROM orders WHERE email = 'again@example.com' ORDER BY id`;
  expect(orders).toHaveLength(2);
  expect(orders[1]?.id).toBe(order?.id);
});

test("a guest sees, pays and cancels the order made here, and nobody else does", async () => {
  const guest = visitor();
  await addMouse(guest);
  const { order } = await guest.checkout({ email: "here@example.com", shippingAddress });
  const id = order?.id ?? "";
  expect((await guest.order(id))?.events.nodes[0]?.type).toBe("PLACED");
  expect(await visitor().order(id)).toBeNull();
  expect((await visitor().cancelOrder({ orderId: id })).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);

  const { amount, currencyCode } = order?.payment?.amount ?? { amount: "", currencyCode: "" };
  const paid = await guest.pay({
    orderId: id,
    paymentId: order?.payment?.id ?? "",
    amount: { amount, currencyCode },
    method: { token: "tok_ok" },
  });
  expect(paid.payment?.status).toBe("PAID");
  expect((await guest.cancelOrder({ orderId: id })).order?.status).toBe("CANCELLED");
});

test("a guest's cart and orders come along with the sign-in", async () => {
  const guest = visitor();
  await addMouse(guest);
  const { order } = await guest.checkout({ email: "along@example.com", shippingAddress });
  await addMouse(guest);
  await guest.signIn(customer);
  expect((await guest.cart())?.totalQuantity).toBe(1);
  const [claimed] = await guest.claimOrders();
  expect(claimed?.order?.id).toBe(order?.id);
  expect(await guest.guestTokens()).toEqual({ cartToken: null, orderTokens: {} });
  const person = await shop.customer();
  expect((await person.order(order?.id ?? ""))?.email).toBe("along@example.com");
});

test("a cart that the shop does not know any more begins anew", async () => {
  const storage = memoryStorage();
  await storage.save(JSON.stringify({ cartToken: "nobody-has-this-one" }));
  const guest = visitor({ storage });
  const { cart, userErrors } = await addMouse(guest);
  expect(userErrors).toEqual([]);
  expect(cart?.totalQuantity).toBe(1);
  expect((await guest.cart())?.id).toBe(cart?.id);
});

test("twenty concurrent renewals keep the session; a session that was revoked elsewhere ends, and its client is notified once", async () => {
  const person = await shop.customer();
  let notified = 0;
  const elsewhere = visitor({ onSignedOut: () => (notified += 1) });
  await elsewhere.signIn(customer);
  await Promise.all(Array.from({ length: 20 }, () => elsewhere.renew()));
  expect((await elsewhere.query(generated.MeDocument)).me?.email).toBe(customer.email);

  const { me } = await elsewhere.query(generated.MySessionsDocument);
  const other = me?.sessions?.find(({ isCurrent }) => isCurrent);
  const { revokedSessions } = await person.mutate(generated.SessionRevokeDocument, { id: other?.id ?? "" });
  expect(revokedSessions).toBe(1);
  await expect(elsewhere.renew()).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  expect(notified).toBe(1);
  expect(await elsewhere.isSignedIn()).toBe(false);
});

test("sent by hash, by Apollo Client and by urql, the documents are the manifest's; others are rejected", async () => {
  const url = `${shop.url}/graphql`;
  const variables = { slug: "laptop-pro-15" };
  const byHash = await visitor({ persisted: true }).query(generated.ProductDocument, variables);
  expect(byHash.product?.name).toBe("Laptop Pro 15");

  const apollo = new ApolloClient({ link: new HttpLink({ uri: url }), cache: new InMemoryCache() });
  const byApollo = await apollo.query({ query: generated.ProductDocument, variables });
  expect(byApollo.data?.product?.name).toBe("Laptop Pro 15");

  // urql prints documents in its own way, so it names them.
  const byName = mapExchange({
    onOperation: (operation) => {
      const sha256Hash = "hash" in operation.query ? String(operation.query.hash) : "";
      return { ...operation, extensions: { persistedQuery: { version: 1, sha256Hash } } };
    },
  });
  const urql = new Client({ url, exchanges: [cacheExchange, byName, fetchExchange], preferGetMethod: false });
  const byUrql = await urql.query(generated.ProductDocument, variables).toPromise();
  expect(byUrql.data?.product?.name).toBe("Laptop Pro 15");

  const { errors } = await shop.graphql("{ categories { id } }");
  expect(errors[0]?.extensions?.code).toBe("DOCUMENT_NOT_TRUSTED");
});

test("every document passes the gateway, with the longest lists, for a guest and for staff", async () => {
  const { possibleTypes: _, ...byName } = generated;
  const documents: [string, TypedDocument<unknown, never>][] = Object.entries(byName);
  const faults = new Set(["INTERNAL_SERVER_ERROR", "GRAPHQL_VALIDATION_FAILED", "OPERATION_TOO_COMPLEX", "TIMEOUT"]);
  const failures: string[] = [];
  const granted = new Set<string>();
  for (const client of [visitor(), await shop.admin()]) {
    for (const [name, document] of documents) {
      // Signing out and deleting are asked of the guest alone, who has nothing to lose.
      if (/^(TokenRevoke|AccountDelete)/.test(name) && (await client.isSignedIn())) continue;
      const response = await client.queryPart(document, variablesFor(document) as never).catch((error) => error);
      for (const { code, message } of response.errors)
        if (faults.has(code)) failures.push(`${name}: ${code} ${message}`);
      if (response.errors.length === 0) granted.add(name);
    }
  }
  expect(failures).toEqual([]);
  // Refused for what was asked: a guest, a product by none of its names, 100 suggestions.
  expect(documents.map(([name]) => name).filter((name) => !granted.has(name))).toEqual([
    "AccountDeleteDocument",
    "CategoryDocument",
    "ProductDocument",
    "ProductContentDocument",
    "ProductInventoryDocument",
    "ProductOffersDocument",
    "ProductSuggestionsDocument",
    "TokenRevokeAllDocument",
  ]);
});

function visitor(options: Partial<ShopOptions> = {}): Shop {
  return createShop({ url: `${shop.url}/graphql`, ...options });
}

async function addMouse(who: Shop, quantity = 1) {
  const { product } = await who.query(generated.ProductDocument, { slug: "wireless-mouse" });
  return who.addToCart({ productId: product?.id ?? "", quantity });
}

/** Loses the responses to a number of requests. */
function losing(operation: string, times: number): typeof fetch {
  let left = times;
  return async (address, request) => {
    const response = await fetch(address, request);
    if (left === 0 || !String(request?.body).includes(`mutation ${operation}`)) return response;
    left -= 1;
    await response.text();
    throw new TypeError("The connection was lost.");
  };
}

const schema = buildSchema(readFileSync(new URL("generated/schema.graphql", import.meta.url), "utf8"));
const samples: Record<string, unknown> = {
  ID: "01900000-0000-7000-8001-000000000001",
  Int: 1,
  Boolean: true,
  EmailAddress: "nobody@example.com",
  CountryCode: "US",
  CurrencyCode: "USD",
  Decimal: "1.00",
  URL: "http://localhost:5173/back",
};

/** Something of the right type for each variable that must be given, and the longest page. */
function variablesFor(document: TypedDocument<unknown, never>): Record<string, unknown> {
  const [operation] = document.definitions;
  if (operation?.kind !== "OperationDefinition") throw new Error("The operation comes first.");
  return Object.fromEntries(
    (operation.variableDefinitions ?? []).flatMap(({ variable, type, defaultValue }) => {
      if (variable.name.value === "first") return [["first", 100]];
      if (type.kind !== "NonNullType" || defaultValue !== undefined) return [];
      return [[variable.name.value, sample(typeFromAST(schema, type))]];
    }),
  );
}

function sample(type: GraphQLType | undefined): unknown {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return [sample(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return samples[type?.name ?? ""] ?? "something";
  const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
  return Object.fromEntries(required.map((field) => [field.name, sample(field.type)]));
}
