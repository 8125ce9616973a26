import { Kind, type TypeNode } from "graphql";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoProductId, demoUserIds } from "#drizzle/seeds/ids.ts";
import { parseId, type SessionId, type UserId } from "#platform/shop/ids.ts";
import { readSubgraphs } from "#schema/build/compose.ts";
import { type GuardedField, guardedFields } from "#test/harness/guarded-fields.ts";
import { openShop, type TestShop } from "#test/harness/shop.ts";
import type { GraphqlResponse, TestCaller } from "#test/harness/subgraph-client.ts";

// Who may read what: every guarded field of the contracts, for every kind of caller, on every path to it. The fields come from the contracts; a
// field without a rule fails, and so does a rule without a field.

const callers = ["guest", "self", "another user", "another seller", "admin"] as const;
type CallerName = (typeof callers)[number];

/** Who may read a field, and who gets null without an error. All others get an error: a guest UNAUTHENTICATED, a user FORBIDDEN. */
type Rule = { readonly readable: readonly CallerName[]; readonly empty?: readonly CallerName[] };

const everyUser: Rule = { readable: ["self", "another user", "another seller", "admin"] };
const itself: Rule = { readable: ["self", "admin"] };
const sellers: Rule = { readable: ["self", "another seller", "admin"] };
const admins: Rule = { readable: ["admin"] };
/** Other subgraphs only. */
const subgraphsOnly: Rule = { readable: [] };

const rules: Readonly<Record<string, Rule>> = {
  "User.email": itself,
  "User.firstName": itself,
  "User.lastName": itself,
  "User.isActivated": itself,
  "User.role": itself,
  "User.permissions": itself,
  "User.addresses": itself,
  "User.sessions": itself,
  "User.linkedProviders": itself,
  "User.hasPassword": itself,
  "User.isDisabled": itself,
  "User.updatedAt": itself,
  "User.version": itself,
  "User.orders": itself,
  "User.cart": { readable: ["self"] },
  "ProductVariant.inventory": { ...itself, empty: ["another seller"] },
  "ProductVariant.prices": { ...itself, empty: ["another seller"] },

  "Query.users": admins,
  "Query.buyer": subgraphsOnly,
  "Buyer.email": subgraphsOnly,
  "Buyer.defaultAddress": subgraphsOnly,
  "Query.lowStock": sellers,
  "Query.media": sellers,
  "Query.orderableVariants": subgraphsOnly,
  "Query.order": everyUser,
  "Query.orders": admins,
  "Query.payment": everyUser,
  "Query.taxSettings": admins,
  "Query.taxRates": admins,
  "Query.shippingMethods": admins,
  "Query.discount": admins,
  "Query.discounts": admins,
  "Query.invoices": admins,
  "Query.returns": admins,

  "Mutation.sessionRevoke": everyUser,
  "Mutation.passwordChange": everyUser,
  "Mutation.accountUpdate": everyUser,
  "Mutation.emailChangeRequest": everyUser,
  "Mutation.accountDelete": everyUser,
  "Mutation.addressCreate": everyUser,
  "Mutation.addressUpdate": everyUser,
  "Mutation.addressDelete": everyUser,
  "Mutation.userRoleSet": admins,
  "Mutation.userPermissionsSet": admins,
  "Mutation.userDisable": admins,
  "Mutation.userEnable": admins,
  "Mutation.tokenRevokeAll": everyUser,

  "Mutation.productCreate": sellers,
  "Mutation.productUpdate": sellers,
  "Mutation.productDelete": sellers,
  "Mutation.productVariantCreate": sellers,
  "Mutation.productVariantUpdate": sellers,
  "Mutation.productVariantDelete": sellers,
  "Mutation.variantPricesSet": sellers,
  "Mutation.marketCreate": admins,
  "Mutation.marketUpdate": admins,
  "Mutation.categoryCreate": admins,
  "Mutation.categoryUpdate": admins,
  "Mutation.categoryDelete": admins,
  "Mutation.productTranslationSet": sellers,
  "Mutation.categoryTranslationSet": admins,
  "Mutation.attributeTranslationSet": admins,
  "Mutation.attributeCreate": admins,
  "Mutation.attributeUpdate": admins,
  "Mutation.attributeDelete": admins,
  "Mutation.inventoryAdjust": sellers,
  "Mutation.inventorySet": sellers,
  "Mutation.mediaUploadCreate": sellers,
  "Mutation.mediaUploadComplete": sellers,
  "Mutation.mediaUpdate": sellers,
  "Mutation.mediaDelete": sellers,
  "Mutation.productMediaSet": sellers,
  "Mutation.stockReserve": subgraphsOnly,
  "StockReservePayload.outcome": subgraphsOnly,
  "StockReservePayload.shortages": subgraphsOnly,
  "StockShortage.variantId": subgraphsOnly,
  "StockShortage.requestedQuantity": subgraphsOnly,
  "StockShortage.availableQuantity": subgraphsOnly,
  "OrderableLine.outcome": subgraphsOnly,
  "OrderableLine.variant": subgraphsOnly,
  "OrderableLine.market": subgraphsOnly,
  "OrderableVariant.variantId": subgraphsOnly,
  "OrderableVariant.productId": subgraphsOnly,
  "OrderableVariant.productName": subgraphsOnly,
  "OrderableVariant.variantName": subgraphsOnly,
  "OrderableVariant.sku": subgraphsOnly,
  "OrderableVariant.imageUrl": subgraphsOnly,
  "OrderableVariant.unitPrice": subgraphsOnly,
  "OrderableVariant.quantityAvailable": subgraphsOnly,
  "OrderableVariant.maxPerOrder": subgraphsOnly,
  "OrderableVariant.taxClass": subgraphsOnly,
  "OrderableVariant.weightGrams": subgraphsOnly,
  "OrderableVariant.categoryIds": subgraphsOnly,
  "OrderableVariant.isReturnable": subgraphsOnly,

  "Mutation.cartClaim": everyUser,
  "Mutation.orderCreate": everyUser,
  "Mutation.orderItemAdd": everyUser,
  "Mutation.orderItemUpdate": everyUser,
  "Mutation.orderItemRemove": everyUser,
  "Mutation.orderShippingAddressUpdate": everyUser,
  "Mutation.orderClaim": everyUser,
  "Mutation.orderStatusUpdate": admins,
  "Mutation.orderNoteAdd": admins,
  "Mutation.paymentRecord": admins,
  "Mutation.refundCreate": admins,
  "Mutation.refundRecord": admins,
  "Mutation.shipmentCreate": admins,
  "Mutation.shipmentUpdate": admins,
  "Mutation.returnUpdate": admins,
  "Mutation.taxSettingsUpdate": admins,
  "Mutation.taxRatesSet": admins,
  "Mutation.shippingMethodSet": admins,
  "Mutation.discountCreate": admins,
  "Mutation.discountUpdate": admins,
  "Mutation.discountCodesAdd": admins,
};

const fields = guardedFields(readSubgraphs());
const isRoot = ({ type }: GuardedField) => type === "Query" || type === "Mutation";
const isInternal = ({ guards }: GuardedField) => guards.includes("inaccessible");

test("every guarded field of the contracts has a rule, and every rule a field", () => {
  expect(Object.keys(rules).toSorted()).toEqual(fields.map(({ path }) => path).toSorted());
  expect(fields.length).toBeGreaterThan(50);
});

let shop: TestShop;
/** The tokens of the callers, which stay valid; "self" is the seller of the demo data, whose products have it as their owner. */
let tokens: Readonly<Record<CallerName, string | undefined>>;
let variantId: string;
beforeAll(async () => {
  shop = await openShop();
  const [self, anotherUser, admin, seller] = await Promise.all([
    shop.seller(),
    shop.customer(),
    shop.admin(),
    shop.newCustomer("another-seller@example.com"),
  ]);
  const { id } = subjectOf(seller.accessToken);
  await shop.graphql(
    "mutation($id: ID!) { userRoleSet(userId: $id, role: SELLER) { userErrors { code } } }",
    { id },
    { token: admin.accessToken },
  );
  const anotherSeller = await shop.signIn("another-seller@example.com", "long enough for 1");
  tokens = {
    guest: undefined,
    self: self.accessToken,
    "another user": anotherUser.accessToken,
    "another seller": anotherSeller.accessToken,
    admin: admin.accessToken,
  };
  const { data } = await shop.graphql("query($id: ID!) { product(id: $id) { variants { id } owner { id } } }", {
    id: demoProductId(1),
  });
  expect(data.product.owner.id).toBe(demoUserIds.seller);
  variantId = data.product.variants[0].id;
  // The cart must not be empty.
  await shop.graphql(
    `mutation($input: CartItemAddInput!) { cartItemAdd(input: $input) { userErrors { code } } }`,
    { input: { productId: demoProductId(2), quantity: 1 } },
    { token: tokens.self },
  );
});
afterAll(() => shop[Symbol.asyncDispose]());

function subjectOf(accessToken: string): { id: UserId; sessionId: SessionId; role: "ADMIN"; scopes: string[] } {
  const claims = decodeJwt<{ sid: string; role: "ADMIN"; scope: string }>(accessToken);
  const id = parseId<UserId>(claims.sub ?? "");
  const sessionId = parseId<SessionId>(claims.sid);
  if (id === undefined || sessionId === undefined) throw new Error("The access token has no subject.");
  return { id, sessionId, role: claims.role, scopes: claims.scope.split(" ").filter((code) => code !== "") };
}

/** The caller as the gateway passes it to a subgraph. */
const callerOf = (caller: CallerName): TestCaller => {
  const token = tokens[caller];
  return token === undefined ? "guest" : subjectOf(token);
};

/** The field's value and the code of its error. */
type FieldResult = { readonly value: unknown; readonly code: unknown; readonly response: GraphqlResponse };

/** The paths on which a field of an entity is reached. */
const paths: Readonly<
  Record<string, Readonly<Record<string, (field: GuardedField, caller: CallerName) => Promise<FieldResult>>>>
> = {
  User: {
    root: async ({ selection, name }, caller) => {
      const response = await throughGateway(
        `query($id: ID!) { user(id: $id) { ${selection} } }`,
        demoUserIds.seller,
        caller,
      );
      return resultOf(response, response.data?.user?.[name]);
    },
    nested: async ({ selection, name }, caller) => {
      const query = `query($id: ID!) { product(id: $id) { owner { ${selection} } } }`;
      const response = await throughGateway(query, demoProductId(1), caller);
      return resultOf(response, response.data?.product?.owner?.[name]);
    },
    _entities: (field, caller) => asEntity(field, caller, demoUserIds.seller),
  },
  ProductVariant: {
    root: async ({ selection, name }, caller) => {
      const response = await throughGateway(
        `query($id: ID!) { product(id: $id) { variants { ${selection} } } }`,
        demoProductId(1),
        caller,
      );
      return resultOf(response, response.data?.product?.variants?.[0]?.[name]);
    },
    nested: async ({ selection, name }, caller) => {
      const query = `query($id: ID!) { user(id: $id) { products(first: 20) { nodes { variants { ${selection} } } } } }`;
      const response = await throughGateway(query, demoUserIds.seller, caller);
      return resultOf(response, response.data?.user?.products?.nodes?.[0]?.variants?.[0]?.[name]);
    },
    _entities: (field, caller) => asEntity(field, caller, variantId),
  },
};

function throughGateway(query: string, id: string, caller: CallerName): Promise<GraphqlResponse> {
  return shop.graphql(query, { id }, { token: tokens[caller] });
}

async function asEntity(
  { subgraph, type, selection, name }: GuardedField,
  caller: CallerName,
  id: string,
): Promise<FieldResult> {
  const query = `query($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${selection} } } }`;
  const response = await shop.subgraph[subgraph](query, { of: [{ __typename: type, id }] }, callerOf(caller));
  return resultOf(response, response.data?._entities?.[0]?.[name]);
}

function resultOf(response: GraphqlResponse, value: unknown): FieldResult {
  return { value, code: response.errors[0]?.extensions?.code, response };
}

/** Fields that are empty for the seller of the demo data. */
const emptyInDemo: ReadonlySet<string> = new Set(["User.firstName", "User.lastName"]);

const errorCode = (caller: CallerName) => (caller === "guest" ? "UNAUTHENTICATED" : "FORBIDDEN");
const ruleOf = ({ path }: GuardedField): Rule => rules[path] ?? subgraphsOnly;
const nestedFields = fields.filter((field) => !isRoot(field) && !isInternal(field));

test("every guarded field of an entity is read on all three paths", () => {
  const holes = nestedFields.flatMap(({ type, path }) =>
    ["root", "nested", "_entities"].filter((via) => paths[type]?.[via] === undefined).map((via) => `${path} by ${via}`),
  );
  expect(holes).toEqual([]);
});

describe.each(callers)("%s", (caller) => {
  test.each(
    nestedFields.flatMap((field) =>
      Object.keys(paths[field.type] ?? {}).map((via) => ({ path: field.path, via, field })),
    ),
  )("reads $path by $via as the rule says", async ({ field, via }) => {
    const look = paths[field.type]?.[via];
    if (look === undefined) throw new Error(`Unknown path: ${via}.`);
    const { value, code, response } = await look(field, caller);
    const rule = ruleOf(field);
    if (rule.readable.includes(caller)) {
      expect(response.errors).toEqual([]);
      if (!emptyInDemo.has(field.path)) expect(value).not.toBeNull();
      expect(value).toBeDefined();
    } else {
      expect(value).toBeNull();
      expect(code).toBe(rule.empty?.includes(caller) ? undefined : errorCode(caller));
    }
  });

  // Fields that end sessions come last.
  const ordered = fields.filter(isRoot).toSorted((a, b) => Number(endsSessions(a)) - Number(endsSessions(b)));
  test.each(ordered.map((field) => ({ path: field.path, field })))(
    "reads $path as the rule says",
    async ({ field }) => {
      const operation = field.type === "Query" ? "query" : "mutation";
      const document = `${operation} { ${field.selection} }`;
      const direct = await shop.subgraph[field.subgraph](document, {}, callerOf(caller));
      const isReadable = ruleOf(field).readable.includes(caller);
      const codes = (response: GraphqlResponse) => response.errors.map(({ extensions }) => extensions?.code);
      if (isReadable) {
        for (const code of codes(direct)) expect(["BAD_USER_INPUT"]).toContain(code);
        expect(direct.status).toBe(200);
      } else {
        expect(codes(direct)).toEqual([isInternal(field) || caller !== "guest" ? "FORBIDDEN" : "UNAUTHENTICATED"]);
        expect(direct.data?.[field.name] ?? null).toBeNull();
        const outside = await shop.graphql(document, {}, { token: tokens[caller] });
        expect(codes(outside)).toEqual([isInternal(field) ? "GRAPHQL_VALIDATION_FAILED" : errorCode(caller)]);
      }
    },
  );
});

const endsSessions = ({ name }: GuardedField) => name === "tokenRevokeAll";

test("types for other subgraphs are returned only by fields for other subgraphs", () => {
  const internalTypes = new Set(fields.filter((field) => isInternal(field) && !isRoot(field)).map(({ type }) => type));
  expect(internalTypes.size).toBeGreaterThan(2);
  const holes: string[] = [];
  for (const { typeDefs } of readSubgraphs()) {
    for (const definition of typeDefs.definitions) {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || internalTypes.has(definition.name.value)) continue;
      for (const field of definition.fields ?? []) {
        const hidden = field.directives?.some(({ name }) => name.value === "inaccessible") === true;
        if (internalTypes.has(namedType(field.type)) && !hidden)
          holes.push(`${definition.name.value}.${field.name.value}`);
      }
    }
  }
  expect(holes).toEqual([]);
});

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

test("other subgraphs read the fields for them, and no private field of a user", async () => {
  const { data } = await shop.subgraph.users(
    "query($id: ID!) { buyer(userId: $id) { email } }",
    { id: demoUserIds.customer },
    { service: "orders" },
  );
  expect(data.buyer.email).toBe("customer@example.com");
  for (const field of nestedFields.filter(({ type }) => type === "User")) {
    const query = `query($of: [_Any!]!) { _entities(representations: $of) { ... on User { ${field.selection} } } }`;
    const of = [{ __typename: "User", id: demoUserIds.customer }];
    const response = await shop.subgraph[field.subgraph](query, { of }, { service: "products" });
    expect(response.data?._entities?.[0]?.[field.name]).toBeNull();
    expect(response.errors[0]?.extensions?.code).toBe("UNAUTHENTICATED");
  }
});
