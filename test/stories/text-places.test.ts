import { randomUUID } from "node:crypto";
import {
  buildClientSchema,
  type GraphQLField,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isCompositeType,
  isEnumType,
  isObjectType,
} from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoUserIds } from "#drizzle/seeds/ids.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import { argumentsFor, type InputPlace, inputPlaces, rootFields } from "../harness/input-places.ts";
import { openShop, type TestShop } from "../harness/shop.ts";

// Every place of the graph that takes text, found in the schema that the gateway itself describes, is sent text that no one should be able to store.

/** By what it is: a character within a word. */
const unstorable: Readonly<Record<string, string>> = {
  "a NUL": "wo\u0000rd",
  "half a surrogate pair": "wo\ud800rd",
  "a control character of C1": "wo\u0085rd",
  "an override of direction": "wo\u202erd",
};
/** What any of them looks like in a row; half a pair becomes U+FFFD. */
const traces = /[\u0080-\u009f\u202a-\u202e\u2066-\u2069\ufffd]|\\u0000|\\ud800/u;
/** Metadata is an integrator's and is kept as it was sent; only what no database holds is rejected there. */
const ofMetadata = new Set(["a NUL", "half a surrogate pair"]);

let shop: TestShop;
let token: string;
let schema: GraphQLSchema;
beforeAll(async () => {
  shop = await openShop();
  token = (await shop.admin()).accessToken;
  schema = buildClientSchema((await shop.graphql(getIntrospectionQuery())).data);
  await makeThings();
}, 60_000);
afterAll(() => shop?.[Symbol.asyncDispose]());

/** Text in the form of a scalar, so that it gets as far as such text can. */
function shaped(type: string, text: string): unknown[] {
  const character = text.slice(2, -2);
  switch (type) {
    case "EmailAddress":
      return [`${text}@shop.example`, `someone@${text}.example`];
    case "URL":
      return [`${shop.url}/${text}`, `https://${text}.example/`];
    case "DateTime":
      return [`2026-01-31T12:00:00Z${character}`];
    case "Decimal":
      return [`1${character}`];
    case "JSONObject":
      return [{ key: text }, { [text]: 1 }];
    default:
      return [text];
  }
}

const numeric = new Set(["Int", "Float", "Boolean"]);
const textPlaces = (field: GraphQLField<unknown, unknown>) =>
  inputPlaces(field).filter(({ type }) => !numeric.has(type) && !isEnumType(schema.getType(type)));

let count = 0;
const unique = () => {
  count += 1;
  return `word-${count}`;
};
/** Ids of things that there are, by the ends of the paths of their places. */
const ids: Record<string, string> = { userId: demoUserIds.customer, market: defaultMarketId, markets: defaultMarketId };
/** Values that are accepted, by the end of a path, the longest first; else by type. */
const accepted: Readonly<Record<string, () => unknown>> = {
  idempotencyKey: () => randomUUID(),
  "payment.token": () => "tok_ok",
  "method.token": () => "tok_ok",
  "payment.provider": () => "test",
  "method.provider": () => "test",
  returnUrl: () => `${shop.url}/back`,
  byteSize: () => 1_000,
  sha256: () => "a".repeat(64),
  homeCountry: () => "DE",
  homeRegion: () => "BY",
  "rates.region": () => "BY",
  "rates.rate": () => "19",
  "rates.from": () => "0",
  trackingUrlTemplate: () => "https://parcels.example/{trackingNumber}",
  validUntil: () => "2090-01-31T12:00:00Z",
  endsAt: () => "2090-01-31T12:00:00Z",
  barcode: () => "96385074",
  onHand: () => 10_000,
  "accountRegister.input.password": () => "a long enough password",
  "orderStatusUpdate.input.status": () => "PROCESSING",
  "attributes.code": () => "remark",
  "options.name": () => "Size",
  "values.value": () => "S",
  "compareAtPrice.amount": () => "20.00",
  "discountCreate.input.target": () => "LINES",
  ...Object.fromEntries(["code", "slug", "sku", "username", "name", "codes"].map((name) => [name, unique])),
};
const acceptedByType: Readonly<Record<string, unknown>> = {
  ID: "01900000-0000-7000-8001-000000000099",
  String: "word",
  Int: 1,
  Float: 1,
  Boolean: true,
  DateTime: "2026-01-31T12:00:00Z",
  EmailAddress: "someone@shop.example",
  URL: "https://shop.example/word",
  CountryCode: "US",
  CurrencyCode: "USD",
  LanguageCode: "de",
  Decimal: "10.00",
  JSONObject: { key: "word" },
};

function acceptedValue({ field, path, type }: Omit<InputPlace, "hasDefault">): unknown {
  const whole = [field.name, ...path];
  for (let from = 0; from < whole.length; from += 1) {
    const end = whole.slice(from).join(".");
    const value = ids[end] ?? accepted[end]?.();
    if (value !== undefined) return value;
  }
  const found = schema.getType(type);
  return isEnumType(found) ? found.getValues()[0]?.name : acceptedByType[type];
}

/** What a mutation needs besides what is required, for a place of it. */
function isNeeded({ field, path: place }: InputPlace, path: string): boolean {
  const at = `${field.name}.${place.join(".")}`;
  switch (`${field.name}.${path}`) {
    case "productCreate.input.price":
      return !at.includes(".variants");
    case "discountCreate.input.percentage":
      return !/amounts|buyXGetY/.test(at);
    case "productCreate.input.attributes.text":
    case "productUpdate.input.attributes.text":
      return at.endsWith("attributes.code");
    case "orderCreate.input.shippingAddress":
    case "discountCreate.input.target":
      return true;
    case "returnRequest.input.orderId":
      return !/guestOrderToken|orderNumber/.test(at);
    default:
      return false;
  }
}

async function mutate(mutation: string, given: Record<string, unknown>, selection: string) {
  const field = schema.getMutationType()?.getFields()[mutation];
  const declared = field?.args.filter(({ name }) => name in given) ?? [];
  const document = `mutation (${declared.map(({ name, type }) => `$${name}: ${String(type)}`).join(", ")}) {
    result: ${mutation}(${declared.map(({ name }) => `${name}: $${name}`).join(", ")}) { ${selection} userErrors { message } } }`;
  const { data, errors } = await shop.graphql(document, given, { token });
  expect([errors, data?.result?.userErrors], mutation).toEqual([[], []]);
  return data.result;
}

/** Things of the administrator's that mutations can change. */
async function makeThings(): Promise<void> {
  const price = { amount: "10.00" };
  const address = { line1: "1 Main Street", country: "US" };
  await mutate("attributeCreate", { input: { code: "remark", name: "Remark", kind: "TEXT" } }, "attribute { id }");
  const made = {
    product: await mutate(
      "productCreate",
      { input: { name: "Thing", price, stock: 10_000 } },
      "product { id variants { id } }",
    ),
    sized: await mutate(
      "productCreate",
      {
        input: { name: "Sized", variants: ["S", "M"].map((value) => ({ price, options: [{ name: "Size", value }] })) },
      },
      "product { id variants { id } }",
    ),
    category: await mutate("categoryCreate", { input: { name: "Things" } }, "category { id }"),
    attribute: await mutate(
      "attributeCreate",
      { input: { code: "colour-tone", name: "Tone", kind: "CHOICE", choices: [{ code: "red", name: "Red" }] } },
      "attribute { id }",
    ),
    market: await mutate(
      "marketCreate",
      {
        input: {
          code: "north",
          name: "North",
          currencyCode: "USD",
          countries: ["NO"],
          languages: ["en"],
          pricesIncludeTax: true,
        },
      },
      "market { id }",
    ),
    discount: await mutate(
      "discountCreate",
      { input: { name: "Less", percentage: "1", codes: ["LESS"] } },
      "discount { id }",
    ),
    media: await mutate(
      "mediaUploadCreate",
      { input: { fileName: "a.png", byteSize: 10, sha256: "b".repeat(64) } },
      "media { id }",
    ),
    address: await mutate("addressCreate", { input: { address } }, "address { id }"),
  };
  const { product } = made.product;
  Object.assign(ids, {
    productId: product.id,
    productIds: product.id,
    variantId: product.variants[0].id,
    "productTranslationSet.input.productId": made.sized.product.id,
    "productUpdate.id": product.id,
    "productVariantCreate.productId": made.sized.product.id,
    "productVariantUpdate.id": made.sized.product.variants[0].id,
    categoryId: made.category.category.id,
    parentId: made.category.category.id,
    categoryIds: made.category.category.id,
    "categoryUpdate.id": made.category.category.id,
    attributeId: made.attribute.attribute.id,
    "attributeUpdate.input.id": made.attribute.attribute.id,
    "marketUpdate.input.id": made.market.market.id,
    discountId: made.discount.discount.id,
    "discountUpdate.input.id": made.discount.discount.id,
    "mediaUpdate.input.id": made.media.media.id,
    "addressUpdate.id": made.address.address.id,
  });
}

/** Mutations of orders that are not paid, and of orders that were shipped. */
const ofUnpaidOrders = /^(payment|orderItem|orderShippingAddressUpdate)/;
const ofShippedOrders = /^(returnRequest|shipmentUpdate)$/;

/** Makes an order that a mutation can change, and puts a unit into the cart. */
async function makeOrder(mutation: string): Promise<void> {
  const shippingAddress = { line1: "1 Main Street", country: "US" };
  const payment = ofUnpaidOrders.test(mutation) ? {} : { payment: { token: "tok_ok" } };
  const items = [{ productId: ids.productId, quantity: 1 }];
  const input = { idempotencyKey: randomUUID(), items, shippingAddress, ...payment };
  const { order } = await mutate("orderCreate", { input }, "order { id items { id } payment { id } }");
  Object.assign(ids, { orderId: order.id, itemId: order.items[0].id, paymentId: order.payment.id });
  if (mutation === "paymentRecord") {
    await mutate("orderStatusUpdate", { input: { orderId: order.id, status: "PROCESSING" } }, "order { id }");
  }
  if (!ofShippedOrders.test(mutation)) return;
  const parcel = { orderId: order.id, idempotencyKey: randomUUID() };
  const { shipment } = await mutate("shipmentCreate", { input: parcel }, "shipment { id }");
  ids["shipmentUpdate.input.id"] = shipment.id;
}

const serverCodes = ["INTERNAL_SERVER_ERROR", "SUBGRAPH_UNAVAILABLE", "TIMEOUT"];

/** Asks for a field by an operation that has its arguments as variables. */
async function send(
  operation: string,
  field: GraphQLField<unknown, unknown>,
  given: Record<string, unknown>,
  within = (selection: string) => `{ ${selection} }`,
) {
  const used = field.args.filter(({ name }) => name in given);
  const declared = used.map(({ name, type }) => `$${name}: ${String(type)}`).join(", ");
  const passed = used.map(({ name }) => `${name}: $${name}`).join(", ");
  const type = getNamedType(field.type);
  const hasErrors = isObjectType(type) && "userErrors" in type.getFields();
  const selection = isCompositeType(type)
    ? `{ __typename ${hasErrors ? "userErrors { code message field }" : ""} }`
    : "";
  const document = `${operation} (${declared}) ${within(`result: ${field.name}(${passed}) ${selection}`)}`;
  const { status, data, errors } = await shop.graphql(document, given, { token });
  const code = errors.map(({ extensions }) => String(extensions?.code))[0];
  const isFault = status >= 500 || serverCodes.includes(code ?? "");
  return { status, code, isFault, userErrors: data?.result?.userErrors ?? [] };
}

/** Mutations that end the session that asks, or the account. */
const ending = new Set(["accountDelete", "tokenRevokeAll", "sessionRevoke", "passwordChange"]);

/** Where the types are whose fields take text, besides the roots. */
const within: Readonly<Record<string, (selection: string) => string>> = {
  Attribute: (selection) => `{ attributes { ${selection} } }`,
  AttributeChoice: (selection) => `{ attributes { choices { ${selection} } } }`,
  AttributeValue: (selection) => `{ products(first: 30) { nodes { attributes { ${selection} } } } }`,
  Cart: (selection) => `{ cart { ${selection} } }`,
  Category: (selection) => `{ categories { ${selection} } }`,
  Discount: (selection) => `{ discounts(first: 1) { nodes { ${selection} } } }`,
  FacetCount: (selection) => `{ products(first: 1) { facets { categories { ${selection} } } } }`,
  InventoryLevel: (selection) => `{ products(first: 3) { nodes { variants { inventory { ${selection} } } } } }`,
  Media: (selection) => `{ products(first: 30) { nodes { media { ${selection} } } } }`,
  Order: (selection) => `{ orders(first: 1) { nodes { ${selection} } } }`,
  Product: (selection) => `{ products(first: 3) { nodes { ${selection} } } }`,
  ProductOption: (selection) => `{ products(first: 30) { nodes { options { ${selection} } } } }`,
  ProductVariant: (selection) => `{ products(first: 3) { nodes { variants { ${selection} } } } }`,
  User: (selection) => `{ me { ${selection} } }`,
};

test("no such text is a fault of the server in the arguments of any other field", async () => {
  await makeOrder("cart");
  await mutate("cartItemAdd", { input: { productId: ids.productId } }, "cart { id }");
  const faults: string[] = [];
  const roots = [schema.getQueryType()?.name, schema.getMutationType()?.name];
  let sent = 0;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || roots.includes(type.name) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      for (const place of textPlaces(field)) {
        const way = within[type.name];
        if (way === undefined) throw new Error(`Say where ${type.name} is found.`);
        const at = `${type.name}.${field.name}(${place.path.join(".")})`;
        for (const [what, text] of Object.entries(unstorable)) {
          for (const value of shaped(place.type, text)) {
            const { status, code, isFault } = await send(
              "query",
              field,
              argumentsFor(place, value, acceptedValue),
              way,
            );
            if (isFault) faults.push(`${at} with ${what}: ${status} ${code}`);
            sent += 1;
          }
        }
      }
    }
  }
  expect(faults).toEqual([]);
  expect(sent).toBeGreaterThan(120);
}, 120_000);

test("text that cannot be stored or read safely is the caller's mistake at every place, and none of it is stored", async () => {
  const faults: string[] = [];
  const unheard: string[] = [];
  let heard = 0;
  for (const { operation, field } of rootFields(schema)) {
    for (const place of textPlaces(field)) {
      const at = `${field.name}(${place.path.join(".")})`;
      const given = (value: unknown) =>
        argumentsFor(place, value, acceptedValue, (path) => isNeeded(place, path.join(".")));
      if (operation === "mutation" && !ending.has(field.name)) {
        // With a plain word the mutation takes effect, so that with another it is the word that prevents it.
        if (/^(order|payment|refund|return|shipment|checkout|cart)/.test(field.name)) {
          await makeOrder(field.name);
          await mutate("cartItemAdd", { input: { productId: ids.productId } }, "cart { id }");
        }
        const { code, userErrors } = await send(operation, field, given(acceptedValue(place)));
        if (code === undefined && userErrors.length === 0) heard += 1;
        else unheard.push(`${at}: ${code} ${JSON.stringify(userErrors)}`);
      }
      for (const [what, text] of Object.entries(unstorable)) {
        if (place.type === "JSONObject" && !ofMetadata.has(what)) continue;
        for (const value of shaped(place.type, text)) {
          const { status, code, isFault } = await send(operation, field, given(value));
          if (isFault) faults.push(`${at} with ${what}: ${status} ${code}`);
        }
      }
    }
  }
  expect(faults).toEqual([]);
  expect(heard, unheard.join("\n")).toBeGreaterThan(300);
  expect(await tracesInDatabases()).toEqual([]);
}, 600_000);

/** Where a row of any table holds such a character. */
async function tracesInDatabases(): Promise<string[]> {
  const found: string[] = [];
  for (const [subgraph, sql] of Object.entries(shop.sql)) {
    const tables = await sql`select table_schema as schema, table_name as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`;
    for (const { schema: owner, name } of tables) {
      const rows = await sql`select row_to_json(t)::text as text from ${sql(owner)}.${sql(name)} t`;
      const bad = rows.filter(({ text }) => traces.test(text));
      if (bad.length > 0) found.push(`${subgraph}.${name}: ${bad.length} rows, such as ${bad[0]?.text.slice(0, 500)}`);
    }
  }
  return found;
}
