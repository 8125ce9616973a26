import {
  buildClientSchema,
  type GraphQLField,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  Kind,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSubgraphs } from "#schema/build/compose.ts";
import type { Subgraph } from "#schema/subgraphs.ts";
import { argumentsFor, inputPlaces, rootFields } from "../harness/input-places.ts";
import { openShop, type TestShop } from "../harness/shop.ts";
import type { TestCaller } from "../harness/subgraph-client.ts";

// What belongs to one person is looked for by others: by the id of every entity in every subgraph, and in the payload of every mutation that names it.

/** Every text of the victim's has this in it, and no other text of the shop. */
const marker = "ecret";

let shop: TestShop;
let schema: GraphQLSchema;
/** The ids of what the victim has, by type. */
let ids: Readonly<Record<string, readonly Record<string, unknown>[]>>;
let byName: Readonly<Record<string, string>>;
let tokens: Readonly<Record<string, string | undefined>>;

beforeAll(async () => {
  shop = await openShop();
  schema = buildClientSchema((await shop.graphql(getIntrospectionQuery())).data);
  await makeSecrets();
}, 120_000);
afterAll(() => shop?.[Symbol.asyncDispose]());

async function ask(document: string, variables: Record<string, unknown>, token: string | undefined) {
  const { data, errors } = await shop.graphql(document, variables, { token });
  expect(errors, document).toEqual([]);
  for (const payload of Object.values(data)) expect(Object(payload).userErrors ?? [], document).toEqual([]);
  return data;
}

/** A seller with an address, a session, a cart, an order with a parcel and a return, and a draft. */
async function makeSecrets(): Promise<void> {
  const admin = (await shop.admin()).accessToken;
  const setRole = `mutation ($id: ID!, $role: UserRole!) { userRoleSet(userId: $id, role: $role) { userErrors { code } } }`;
  const grant = `mutation ($id: ID!, $permissions: [String!]!) { userPermissionsSet(userId: $id, permissions: $permissions) { userErrors { code } } }`;
  const emails = ["victim-secret@example.com", "other@example.com", "seller-two@example.com", "staff@example.com"];
  const passwords: string[] = [];
  for (const [index, email] of emails.entries()) {
    const { accessToken } = await shop.newCustomer(email);
    passwords.push(`long enough for ${index + 1}`);
    const { me } = await ask("{ me { id } }", {}, accessToken);
    if (index === 0 || index === 2) await ask(setRole, { id: me.id, role: "SELLER" }, admin);
    const permissions = ["orders:write", "payments:write", "users:write"];
    if (index === 3) await ask(grant, { id: me.id, permissions }, admin);
  }
  const [victim, other, seller, staff] = await Promise.all(
    emails.map(async (email, index) => (await shop.signIn(email, passwords[index] ?? "")).accessToken),
  );
  tokens = { guest: undefined, "another user": other, "another seller": seller, "staff without orders:read": staff };

  const address = { line1: "9 Secret Road", country: "US" };
  const { addressCreate } = await ask(
    `mutation ($address: AddressInput!) { addressCreate(input: { address: $address }) { address { id } } }`,
    { address },
    victim,
  );
  const { productCreate } = await ask(
    `mutation { productCreate(input: { name: "Secret draft", status: DRAFT, sku: "SECRET-1", price: { amount: "77.00" }, stock: 5 }) {
      product { id slug variants { id sku } } } }`,
    {},
    victim,
  );
  const draft = productCreate.product;
  const { mediaUploadCreate } = await ask(
    `mutation { mediaUploadCreate(input: { fileName: "secret.png", byteSize: 10, sha256: "${"a".repeat(64)}", altText: "A secret" }) {
      media { id } } }`,
    {},
    victim,
  );
  const { product } = await ask(`{ product(slug: "wireless-mouse") { id variants { id } } }`, {}, victim);
  const { orderCreate } = await ask(
    `mutation ($input: OrderCreateInput!) { orderCreate(input: $input) {
      order { id number items { id } payment { id } } userErrors { message } } }`,
    {
      input: {
        idempotencyKey: "the-key",
        items: [{ productId: product.id, quantity: 3 }],
        shippingAddress: address,
        customerNote: "A secret note",
        metadata: { secret: "secret" },
        payment: { token: "tok_ok" },
      },
    },
    victim,
  );
  const { order } = orderCreate;
  const { shipmentCreate } = await ask(
    `mutation ($input: ShipmentCreateInput!) { shipmentCreate(input: $input) { shipment { id } userErrors { message } } }`,
    { input: { orderId: order.id, idempotencyKey: "parcel", trackingNumber: "SECRET", carrier: "Secret" } },
    admin,
  );
  const { returnRequest } = await ask(
    `mutation ($input: ReturnRequestInput!) { returnRequest(input: $input) { return { id } userErrors { message } } }`,
    { input: { orderId: order.id, idempotencyKey: "return", reason: "A secret reason" } },
    victim,
  );
  const { cartItemAdd } = await ask(
    `mutation ($id: ID!) { cartItemAdd(input: { productId: $id }) { cart { id items { id } } } }`,
    { id: product.id },
    victim,
  );
  const { me } = await ask("{ me { id sessions { id } } }", {}, victim);
  ids = {
    Order: [{ id: order.id }, { number: order.number }],
    OrderItem: [{ id: order.items[0].id }],
    Payment: [{ id: order.payment.id }],
    Cart: [{ id: cartItemAdd.cart.id }],
    CartItem: [{ id: cartItemAdd.cart.items[0].id }],
    Product: [{ id: draft.id }, { slug: draft.slug }],
    ProductVariant: [{ id: draft.variants[0].id }, { sku: draft.variants[0].sku }],
    Media: [{ id: mediaUploadCreate.media.id }],
    SavedAddress: [{ id: addressCreate.address.id }],
    Session: me.sessions.map(({ id }: { id: string }) => ({ id })),
    User: [{ id: me.id }],
  };
  byName = {
    orderId: order.id,
    itemId: order.items[0].id,
    paymentId: order.payment.id,
    productId: draft.id,
    variantId: draft.variants[0].id,
    userId: me.id,
    "shipmentUpdate.id": shipmentCreate.shipment.id,
    "returnUpdate.id": returnRequest.return.id,
    "addressUpdate.id": addressCreate.address.id,
    "addressDelete.id": addressCreate.address.id,
    "sessionRevoke.id": me.sessions[0].id,
    "productUpdate.id": draft.id,
    "productDelete.id": draft.id,
    "productVariantUpdate.id": draft.variants[0].id,
    "productVariantDelete.id": draft.variants[0].id,
    "mediaUpdate.id": mediaUploadCreate.media.id,
    "mediaUploadComplete.id": mediaUploadCreate.media.id,
    "mediaDelete.id": mediaUploadCreate.media.id,
    mediaIds: mediaUploadCreate.media.id,
  };
  tokens = { ...tokens, "the owner": victim };
}

/** Everything of a type that can be selected without arguments, two levels of objects deep. */
function everything(typeName: string, levels: number, of = schema): string {
  const type = of.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type)) return "__typename";
  const parts = Object.values(type.getFields()).flatMap((field: GraphQLField<unknown, unknown>) => {
    if (field.args.some(isRequiredArgument)) return [];
    const named = getNamedType(field.type);
    if (!isCompositeType(named)) return [field.name];
    // Connections and catalogue objects lead away from what the victim has.
    const leadsAway = /Connection$|^(Market|Category|Attribute)/.test(named.name);
    return levels === 0 || leadsAway ? [] : [`${field.name} { ${everything(named.name, levels - 1, of)} }`];
  });
  return ["__typename", ...parts].join(" ");
}

/** The types with a key by which a subgraph finds them. */
function entities(): { subgraph: Subgraph; type: string }[] {
  return readSubgraphs().flatMap(({ name, typeDefs }) =>
    typeDefs.definitions.flatMap((definition) => {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
      const keys = definition.directives?.filter((directive) => directive.name.value === "key") ?? [];
      const isFound = keys.some((key) => !key.arguments?.some((argument) => argument.name.value === "resolvable"));
      return isFound ? [{ subgraph: name, type: definition.name.value }] : [];
    }),
  );
}

/** Seen by everyone. */
const publicTypes = new Set(["Market", "Category", "Attribute"]);
const strangers = ["guest", "another user", "another seller", "staff without orders:read"];

const callerOf = async (name: string): Promise<TestCaller> => {
  const token = tokens[name];
  if (token === undefined) return "guest";
  const { sub, sid, role, scope } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  return { id: sub, sessionId: sid, role, scopes: scope.split(" ").filter(Boolean) };
};

test("every private entity is looked for here", () => {
  const types = new Set(entities().map(({ type }) => type));
  expect([...types].filter((type) => !publicTypes.has(type)).sort()).toEqual(Object.keys(ids).sort());
});

describe.each(strangers)("%s", (name) => {
  test("finds no entity of another person's by any of its keys", async () => {
    const caller = await callerOf(name);
    for (const { subgraph, type } of entities().filter((entity) => !publicTypes.has(entity.type))) {
      for (const key of ids[type] ?? []) {
        const own = fieldsOf(subgraph, type);
        const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { __typename ${own} } } }`;
        const response = await shop.subgraph[subgraph](query, { of: [{ __typename: type, ...key }] }, caller);
        const where = `${subgraph} ${type} ${JSON.stringify(key)}`;
        expect(JSON.stringify(response.data), where).not.toContain(marker);
        // A user is seen by everybody, without what is private.
        if (type !== "User") expect(response.data._entities, where).toEqual([null]);
        const seen = await shop.subgraph[subgraph](
          query,
          { of: [{ __typename: type, ...key }] },
          await callerOf("the owner"),
        );
        expect(seen.data._entities[0], where).not.toBeNull();
      }
    }
  });

  test("sees nothing of another person's in the payload of any mutation", async () => {
    let sent = 0;
    for (const { operation, field } of rootFields(schema)) {
      const places = inputPlaces(field).filter(({ path }) => nameOf(field.name, path) !== undefined);
      const [first] = places;
      if (operation !== "mutation" || first === undefined) continue;
      const valueAt = ({ path, type }: { path: readonly string[]; type: string }) =>
        byName[nameOf(field.name, path) ?? ""] ?? anyValue(type, path);
      const isNeeded = (path: readonly string[]) => nameOf(field.name, path) !== undefined;
      const given = argumentsFor(first, valueAt({ path: first.path, type: first.type }), valueAt, isNeeded);
      const declared = field.args.filter((argument) => argument.name in given);
      const document = `mutation (${declared.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(", ")}) {
        ${field.name}(${declared.map((argument) => `${argument.name}: $${argument.name}`).join(", ")}) { ${everything(getNamedType(field.type).name, 2)} } }`;
      for (let repeat = 0; repeat < 2; repeat += 1) {
        const { status, data, errors } = await shop.graphql(document, given, { token: tokens[name] });
        expect([status, errors[0]?.extensions?.code === "OPERATION_TOO_COMPLEX"], document).toEqual([200, false]);
        expect(JSON.stringify({ data, errors }), `${field.name} ${JSON.stringify(given)}`).not.toContain(marker);
        sent += 1;
      }
    }
    expect(sent).toBeGreaterThan(30);
  });
});

test("the owner sees each of these texts in the same selections", async () => {
  const seen = await ask(
    `query ($order: ID!, $product: ID!) { order(id: $order) { ${everything("Order", 1)} } product(id: $product) { ${everything("Product", 1)} } me { ${everything("User", 1)} } }`,
    { order: ids.Order?.[0]?.id, product: ids.Product?.[0]?.id },
    tokens["the owner"],
  );
  for (const part of [seen.order, seen.product, seen.me]) expect(JSON.stringify(part)).toContain(marker);
});

/** Under which name of `byName` a place is, if under any. */
function nameOf(mutation: string, path: readonly string[]): string | undefined {
  const last = path.at(-1) ?? "";
  return [`${mutation}.${last}`, last].find((name) => name in byName);
}

function anyValue(type: string, path: readonly string[]): unknown {
  if (path.at(-1) === "idempotencyKey") return "the-key";
  const values = schema.getType(type);
  if (values !== undefined && "getValues" in values) return values.getValues()[0]?.name;
  const known: Readonly<Record<string, unknown>> = {
    Int: 1,
    Boolean: true,
    Decimal: "1.00",
    CurrencyCode: "USD",
    CountryCode: "US",
    DateTime: "2026-01-31T12:00:00Z",
    URL: "https://shop.example/x",
    EmailAddress: "someone@shop.example",
    LanguageCode: "en",
    JSONObject: {},
  };
  return known[type] ?? "word";
}

/** What one subgraph has of a type: its scalars, and those of objects without arguments. */
function fieldsOf(subgraph: Subgraph, type: string): string {
  const contract = readSubgraphs().find(({ name }) => name === subgraph);
  const definitions = contract?.typeDefs.definitions ?? [];
  const find = (name: string) =>
    definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === name
        ? (definition.fields ?? [])
        : [],
    );
  const select = (name: string, levels: number): string =>
    find(name)
      .flatMap((field) => {
        if (field.arguments?.some((argument) => argument.type.kind === Kind.NON_NULL_TYPE)) return [];
        let { type: of } = field;
        while (of.kind !== Kind.NAMED_TYPE) of = of.type;
        const named = schema.getType(of.name.value);
        if (named === undefined) return [];
        if (!isCompositeType(named)) return [field.name.value];
        const inner = levels > 0 && isObjectType(named) ? select(of.name.value, levels - 1) : "";
        return inner === "" ? [] : [`${field.name.value} { ${inner} }`];
      })
      .join(" ");
  return select(type, 1);
}
