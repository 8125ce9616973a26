import { Kind, type TypeNode } from "graphql";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoProductId, demoUserIds } from "#drizzle/seeds/ids.ts";
import { parseId, type SessionId, type UserId } from "#platform/shop/ids.ts";
import { readSubgraphs } from "#schema/build/compose.ts";
import { type GuardedField, guardedFields } from "#test/harness/guarded-fields.ts";
import { openShop, type TestShop } from "#test/harness/shop.ts";
import type { GraphqlResponse, TestCaller } from "#test/harness/subgraph-client.ts";

// Who sees what: every guarded field of the three contracts, for everybody, on every way to it. The fields come from the contracts; one that
// has no rule here fails, and so does a rule without a field.

const people = ["guest", "self", "another user", "another seller", "admin"] as const;
type PersonName = (typeof people)[number];

/** Who is answered, and who gets null without an error; everybody else is refused, a guest with UNAUTHENTICATED and a user with FORBIDDEN. */
type Rule = { readonly answered: readonly PersonName[]; readonly nothing?: readonly PersonName[] };

const everyUser: Rule = { answered: ["self", "another user", "another seller", "admin"] };
const itself: Rule = { answered: ["self", "admin"] };
const sellers: Rule = { answered: ["self", "another seller", "admin"] };
const admins: Rule = { answered: ["admin"] };
/** Other subgraphs alone. */
const nobody: Rule = { answered: [] };

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
  // A foreign order and a missing one are the same null, and so are carts.
  "User.orders": { ...itself, nothing: ["another user", "another seller"] },
  "User.cart": { answered: ["self"], nothing: ["another user", "another seller", "admin"] },
  "ProductVariant.inventory": { ...itself, nothing: ["another seller"] },

  "Query.users": admins,
  "Query.buyer": nobody,
  "Buyer.email": nobody,
  "Buyer.defaultAddress": nobody,
  "Query.lowStock": sellers,
  "Query.orderableVariants": nobody,
  "Query.order": everyUser,
  "Query.orders": admins,
  "Query.payment": everyUser,

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
  "Mutation.categoryCreate": admins,
  "Mutation.categoryUpdate": admins,
  "Mutation.categoryDelete": admins,
  "Mutation.inventoryAdjust": sellers,
  "Mutation.inventorySet": sellers,
  "Mutation.stockReserve": nobody,
  "StockReservePayload.outcome": nobody,
  "StockReservePayload.shortages": nobody,
  "StockShortage.variantId": nobody,
  "StockShortage.requestedQuantity": nobody,
  "StockShortage.availableQuantity": nobody,
  "OrderableLine.outcome": nobody,
  "OrderableLine.variant": nobody,
  "OrderableVariant.variantId": nobody,
  "OrderableVariant.productId": nobody,
  "OrderableVariant.productName": nobody,
  "OrderableVariant.variantName": nobody,
  "OrderableVariant.sku": nobody,
  "OrderableVariant.imageUrl": nobody,
  "OrderableVariant.unitPrice": nobody,
  "OrderableVariant.quantityAvailable": nobody,

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
};

const fields = guardedFields(readSubgraphs());
const isRoot = ({ type }: GuardedField) => type === "Query" || type === "Mutation";
const isInternal = ({ guards }: GuardedField) => guards.includes("inaccessible");

test("every guarded field of the contracts has a rule, and every rule a field", () => {
  expect(Object.keys(rules).toSorted()).toEqual(fields.map(({ path }) => path).toSorted());
  expect(fields.length).toBeGreaterThan(50);
});

let shop: TestShop;
/** Tokens of people who stay as they are; "self" is the seller of the demo data, whose products lead to it. */
let tokens: Readonly<Record<PersonName, string | undefined>>;
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
  // There must be something to see.
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
  if (id === undefined || sessionId === undefined) throw new Error("The access token names nobody.");
  return { id, sessionId, role: claims.role, scopes: claims.scope.split(" ").filter((code) => code !== "") };
}

/** As the gateway tells a subgraph. */
const askerOf = (person: PersonName): TestCaller => {
  const token = tokens[person];
  return token === undefined ? "guest" : subjectOf(token);
};

/** What was at the end of a way, and the code it was refused with. */
type Seen = { readonly value: unknown; readonly code: unknown; readonly answer: GraphqlResponse };

/** Each way to a field of an entity: where its parent stands in the answer, and how to ask for it. */
const ways: Readonly<
  Record<string, Readonly<Record<string, (field: GuardedField, person: PersonName) => Promise<Seen>>>>
> = {
  User: {
    root: async ({ asked, name }, person) => {
      const answer = await throughGateway(`query($id: ID!) { user(id: $id) { ${asked} } }`, demoUserIds.seller, person);
      return seen(answer, answer.data?.user?.[name]);
    },
    nested: async ({ asked, name }, person) => {
      const query = `query($id: ID!) { product(id: $id) { owner { ${asked} } } }`;
      const answer = await throughGateway(query, demoProductId(1), person);
      return seen(answer, answer.data?.product?.owner?.[name]);
    },
    _entities: (field, person) => asEntity(field, person, demoUserIds.seller),
  },
  ProductVariant: {
    root: async ({ asked, name }, person) => {
      const answer = await throughGateway(
        `query($id: ID!) { product(id: $id) { variants { ${asked} } } }`,
        demoProductId(1),
        person,
      );
      return seen(answer, answer.data?.product?.variants?.[0]?.[name]);
    },
    nested: async ({ asked, name }, person) => {
      const query = `query($id: ID!) { user(id: $id) { products(first: 20) { nodes { variants { ${asked} } } } } }`;
      const answer = await throughGateway(query, demoUserIds.seller, person);
      return seen(answer, answer.data?.user?.products?.nodes?.[0]?.variants?.[0]?.[name]);
    },
    _entities: (field, person) => asEntity(field, person, variantId),
  },
};

function throughGateway(query: string, id: string, person: PersonName): Promise<GraphqlResponse> {
  return shop.graphql(query, { id }, { token: tokens[person] });
}

async function asEntity({ subgraph, type, asked, name }: GuardedField, person: PersonName, id: string): Promise<Seen> {
  const query = `query($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${asked} } } }`;
  const answer = await shop.subgraph[subgraph](query, { of: [{ __typename: type, id }] }, askerOf(person));
  return seen(answer, answer.data?._entities?.[0]?.[name]);
}

function seen(answer: GraphqlResponse, value: unknown): Seen {
  return { value, code: answer.errors[0]?.extensions?.code, answer };
}

/** What the demo data's seller has none of. */
const emptyInDemo: ReadonlySet<string> = new Set(["User.firstName", "User.lastName"]);

const refusal = (person: PersonName) => (person === "guest" ? "UNAUTHENTICATED" : "FORBIDDEN");
const ruleOf = ({ path }: GuardedField): Rule => rules[path] ?? nobody;
const nestedFields = fields.filter((field) => !isRoot(field) && !isInternal(field));

test("every guarded field of an entity is reached on all three ways", () => {
  const holes = nestedFields.flatMap(({ type, path }) =>
    ["root", "nested", "_entities"].filter((way) => ways[type]?.[way] === undefined).map((way) => `${path} by ${way}`),
  );
  expect(holes).toEqual([]);
});

describe.each(people)("%s", (person) => {
  test.each(
    nestedFields.flatMap((field) =>
      Object.keys(ways[field.type] ?? {}).map((way) => ({ path: field.path, way, field })),
    ),
  )("sees $path by $way as the rule says", async ({ field, way }) => {
    const look = ways[field.type]?.[way];
    if (look === undefined) throw new Error(`There is no way ${way}.`);
    const { value, code, answer } = await look(field, person);
    const rule = ruleOf(field);
    if (rule.answered.includes(person)) {
      expect(answer.errors).toEqual([]);
      if (!emptyInDemo.has(field.path)) expect(value).not.toBeNull();
      expect(value).toBeDefined();
    } else {
      expect(value).toBeNull();
      expect(code).toBe(rule.nothing?.includes(person) ? undefined : refusal(person));
    }
  });

  // What ends sessions comes last.
  const ordered = fields.filter(isRoot).toSorted((a, b) => Number(endsSessions(a)) - Number(endsSessions(b)));
  test.each(ordered.map((field) => ({ path: field.path, field })))(
    "is answered $path as the rule says",
    async ({ field }) => {
      const operation = field.type === "Query" ? "query" : "mutation";
      const document = `${operation} { ${field.asked} }`;
      const direct = await shop.subgraph[field.subgraph](document, {}, askerOf(person));
      const isAnswered = ruleOf(field).answered.includes(person);
      const codes = (answer: GraphqlResponse) => answer.errors.map(({ extensions }) => extensions?.code);
      if (isAnswered) {
        for (const code of codes(direct)) expect(["BAD_USER_INPUT"]).toContain(code);
        expect(direct.status).toBe(200);
      } else {
        expect(codes(direct)).toEqual([isInternal(field) || person !== "guest" ? "FORBIDDEN" : "UNAUTHENTICATED"]);
        expect(direct.data?.[field.name] ?? null).toBeNull();
        const outside = await shop.graphql(document, {}, { token: tokens[person] });
        expect(codes(outside)).toEqual([isInternal(field) ? "GRAPHQL_VALIDATION_FAILED" : refusal(person)]);
      }
    },
  );
});

const endsSessions = ({ name }: GuardedField) => name === "tokenRevokeAll";

test("what only other subgraphs may see is reached through fields that are theirs alone", () => {
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

test("other subgraphs see what is theirs, and nothing of people", async () => {
  const { data } = await shop.subgraph.users(
    "query($id: ID!) { buyer(userId: $id) { email } }",
    { id: demoUserIds.customer },
    { service: "orders" },
  );
  expect(data.buyer.email).toBe("customer@example.com");
  for (const field of nestedFields.filter(({ type }) => type === "User")) {
    const query = `query($of: [_Any!]!) { _entities(representations: $of) { ... on User { ${field.asked} } } }`;
    const of = [{ __typename: "User", id: demoUserIds.customer }];
    const answer = await shop.subgraph[field.subgraph](query, { of }, { service: "products" });
    expect(answer.data?._entities?.[0]?.[field.name]).toBeNull();
    expect(answer.errors[0]?.extensions?.code).toBe("UNAUTHENTICATED");
  }
});
