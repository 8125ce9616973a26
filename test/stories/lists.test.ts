import { randomUUID } from "node:crypto";
import {
  buildClientSchema,
  type GraphQLField,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isObjectType,
} from "graphql";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { demoProductId, demoUserIds } from "#drizzle/seeds/ids.ts";
import { openShop, type TestShop } from "../harness/shop.ts";

// Every connection of the graph, found in its schema, is paged in both directions over rows that are alike, and its pages, cursors and counts agree.

type Arguments = Readonly<Record<string, unknown>>;
/** How a list is reached, and the arguments under which it is read besides those of paging. */
type List = { readonly within: (list: string) => string; readonly variants?: readonly Arguments[] };
type Page = {
  readonly totalCount?: number;
  readonly edges: readonly { readonly cursor: string; readonly node: unknown }[];
  readonly nodes: readonly unknown[];
  readonly pageInfo: {
    readonly startCursor: string | null;
    readonly endCursor: string | null;
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
  };
};

const sorts = (...keys: string[]) =>
  keys.flatMap((key) => ["ASC", "DESC"].map((direction) => ({ sort: { key, direction } })));
const orderVariants = [...sorts("CREATED_AT", "TOTAL"), { filter: { status: ["PAID", "PENDING", "SHIPPED"] } }];
const root = (list: string) => `{ ${list} }`;

let shop: TestShop;
let schema: GraphQLSchema;
let token: string;
let lists: Readonly<Record<string, List>>;

beforeAll(async () => {
  shop = await openShop();
  token = (await shop.admin()).accessToken;
  schema = buildClientSchema((await shop.graphql(getIntrospectionQuery())).data);
  await makeRows();
}, 120_000);
afterAll(() => shop?.[Symbol.asyncDispose]());

async function ask(document: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await shop.graphql(document, variables, { token });
  expect(errors, document).toEqual([]);
  return data;
}

const mutate = async (mutation: string, type: string, input: Record<string, unknown>, selection: string) => {
  const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} userErrors { code message } } }`;
  const data = await ask(document, { input });
  expect(data[mutation].userErrors, mutation).toEqual([]);
  return data[mutation];
};

/** Rows of every list, several of which have the same values in what they are sorted by. */
async function makeRows(): Promise<void> {
  for (let index = 0; index < 7; index += 1) {
    await mutate(
      "productCreate",
      "ProductCreateInput",
      { name: index % 3 === 0 ? "Alike alike" : "alike", price: { amount: "5.00" }, stock: index % 2, tags: ["alike"] },
      "product { id }",
    );
    await shop.visitor().register({ email: `list-${index}@example.com`, password: `a long password ${index}` });
    await mutate(
      "discountCreate",
      "DiscountInput",
      { name: "Alike", percentage: "5", codes: Array.from({ length: 5 }, (_code, code) => `LIST-${index}-${code}`) },
      "discount { id }",
    );
  }
  const orders: { id: string; items: { id: string }[] }[] = [];
  for (let index = 0; index < 6; index += 1) {
    const { order } = await mutate(
      "orderCreate",
      "OrderCreateInput",
      {
        idempotencyKey: randomUUID(),
        items: [{ productId: demoProductId(2), quantity: 1 }],
        shippingAddress: { line1: "1 Main Street", country: "US" },
        payment: { token: "tok_ok" },
      },
      "order { id items { id } }",
    );
    orders.push(order);
  }
  for (const { id } of orders.slice(0, 4)) {
    const idempotencyKey = randomUUID();
    await mutate("shipmentCreate", "ShipmentCreateInput", { orderId: id, idempotencyKey }, "shipment { id }");
    await mutate("returnRequest", "ReturnRequestInput", { orderId: id, idempotencyKey }, "return { id }");
  }
  const { product } = await ask(`query ($id: ID!) { product(id: $id) { variants { id } } }`, { id: demoProductId(2) });
  for (let index = 0; index < 5; index += 1) {
    const input = { variantId: product.variants[0].id, delta: 1, reason: "alike", idempotencyKey: randomUUID() };
    await mutate("inventoryAdjust", "InventoryAdjustInput", input, "movement { id }");
  }
  await vi.waitFor(
    async () => expect((await ask("{ invoices(first: 10) { nodes { id } } }")).invoices.nodes).toHaveLength(6),
    { timeout: 30_000, interval: 200 },
  );
  // Rows that were made at one moment, to the microsecond.
  await shop.sql.orders`update orders set created_at = '2026-01-31T12:00:00.123Z'`;
  await shop.sql.orders`update discounts set created_at = '2026-01-31T12:00:00.123Z'`;
  await shop.sql.products`update products set created_at = '2026-01-31T12:00:00.123Z' where name ilike 'alike%'`;
  await shop.sql.users`update users set created_at = '2026-01-31T12:00:00.123Z' where email like 'list-%'`;
  const { discounts } = await ask("{ discounts(first: 1) { nodes { id } } }");
  const productVariants = [
    {},
    ...sorts("NAME", "PRICE", "CREATED_AT"),
    { search: "alike" },
    { search: "alike", sort: { key: "NAME" } },
    { filter: { tags: ["alike"], inStock: true }, sort: { key: "PRICE" } },
  ];
  lists = {
    "Query.products": { within: root, variants: productVariants },
    "Query.users": { within: root, variants: [{}, { search: "example" }] },
    "Query.orders": { within: root, variants: orderVariants },
    "Query.discounts": { within: root },
    "Query.invoices": { within: root, variants: [{}, { kind: "INVOICE" }] },
    "Query.returns": { within: root, variants: [{}, { status: ["REQUESTED"] }] },
    "Query.lowStock": { within: root, variants: [{ threshold: 1 }] },
    "User.orders": { within: (list) => `{ found: me { ${list} } }`, variants: orderVariants },
    "User.products": { within: (list) => `{ found: user(id: "${demoUserIds.seller}") { ${list} } }` },
    "Discount.codes": { within: (list) => `{ found: discount(id: "${discounts.nodes[0].id}") { ${list} } }` },
    "InventoryLevel.movements": {
      within: (list) => `{ product(id: "${demoProductId(2)}") { variants { found: inventory { ${list} } } } }`,
    },
    "Order.events": { within: (list) => `{ found: order(id: "${orders[0]?.id}") { ${list} } }` },
  };
}

/** Every field that returns a connection, by its path. */
function connections(): Map<string, GraphQLField<unknown, unknown>> {
  const found = new Map<string, GraphQLField<unknown, unknown>>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (getNamedType(field.type).name.endsWith("Connection")) found.set(`${type.name}.${field.name}`, field);
    }
  }
  return found;
}

/** Reads a page; the code of its error if there is one. */
async function read(path: string, field: GraphQLField<unknown, unknown>, given: Arguments) {
  const type = getNamedType(field.type);
  const hasCount = isObjectType(type) && "totalCount" in type.getFields();
  const used = field.args.filter(({ name }) => name in given);
  const declared = used.map(({ name, type: of }) => `$${name}: ${String(of).replace(/!$/, "")}`).join(", ");
  const passed = used.map(({ name }) => `${name}: $${name}`).join(", ");
  const list = `list: ${field.name}${passed === "" ? "" : `(${passed})`} { ${hasCount ? "totalCount" : ""}
    edges { cursor node { id: ${path === "Discount.codes" ? "code" : "id"} } } nodes { id: ${path === "Discount.codes" ? "code" : "id"} }
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }`;
  const query = `query${declared === "" ? "" : `(${declared})`} ${lists[path]?.within(list)}`;
  const { data, errors } = await shop.graphql(query, { ...given }, { token });
  const parent = data?.found ?? data?.product?.variants[0].found ?? data;
  return { page: parent?.list as Page | undefined, code: errors[0]?.extensions?.code };
}

test("every connection of the schema is paged here", () => {
  expect(Object.keys(lists).sort()).toEqual([...connections().keys()].sort());
});

test("pages, edges, cursors and counts of every list agree, forward and backward, whatever the size of a page", async () => {
  for (const [path, field] of connections()) {
    for (const variant of lists[path]?.variants ?? [{}]) {
      const where = `${path} ${JSON.stringify(variant)}`;
      const pageOf = async (given: Arguments) => {
        const { page, code } = await read(path, field, { ...variant, ...given });
        expect(code, `${where} ${JSON.stringify(given)}`).toBeUndefined();
        if (page === undefined) throw new Error(`${where} has no page.`);
        expect(
          page.edges.map(({ node }) => node),
          where,
        ).toEqual(page.nodes);
        const [start, end] = [page.edges[0]?.cursor ?? null, page.edges.at(-1)?.cursor ?? null];
        expect([page.pageInfo.startCursor, page.pageInfo.endCursor], where).toEqual([start, end]);
        return page;
      };
      const whole = await pageOf({ first: 100 });
      const all = whole.nodes;
      expect(all.length, where).toBeGreaterThan(2);
      expect(new Set(all.map((node) => JSON.stringify(node))).size, where).toBe(all.length);
      if (whole.totalCount !== undefined) expect(whole.totalCount, where).toBe(all.length);
      expect([whole.pageInfo.hasNextPage, whole.pageInfo.hasPreviousPage], where).toEqual([false, false]);

      const none = await pageOf({ first: 0 });
      expect([none.nodes, none.totalCount], where).toEqual([[], whole.totalCount]);
      expect(none.pageInfo.hasNextPage, where).toBe(true);

      for (const size of [1, 2, 3]) {
        const forward: unknown[] = [];
        for (let after: string | null = null; ; ) {
          const { nodes, pageInfo, totalCount } = await pageOf({ first: size, after });
          forward.push(...nodes);
          expect(totalCount, where).toBe(whole.totalCount);
          expect(pageInfo.hasPreviousPage, where).toBe(after !== null);
          if (!pageInfo.hasNextPage) break;
          after = pageInfo.endCursor;
        }
        expect(forward, `${where} by ${size}`).toEqual(all);
        if (!field.args.some(({ name }) => name === "last")) continue;
        const backward: unknown[] = [];
        for (let before: string | null = null; ; ) {
          const { nodes, pageInfo, totalCount } = await pageOf({ last: size, before });
          backward.unshift(...nodes);
          expect(totalCount, where).toBe(whole.totalCount);
          expect(pageInfo.hasNextPage, where).toBe(before !== null);
          if (!pageInfo.hasPreviousPage) break;
          before = pageInfo.startCursor;
        }
        expect(backward, `${where} backward by ${size}`).toEqual(all);
      }

      const cursors = whole.edges.map(({ cursor }) => cursor);
      expect((await pageOf({ first: 5, after: cursors.at(-1) })).nodes, where).toEqual([]);
      if (field.args.some(({ name }) => name === "before")) {
        const [after, before] = [cursors[0], cursors.at(-1)];
        for (const size of [{ first: 100 }, { last: 100 }]) {
          expect((await pageOf({ ...size, after, before })).nodes, where).toEqual(all.slice(1, -1));
          expect((await pageOf({ ...size, after: before, before: after })).nodes, where).toEqual([]);
        }
        expect((await pageOf({ last: 0 })).nodes, where).toEqual([]);
      }
    }
  }
}, 300_000);

test("what is no size, no cursor, or a cursor of other things is BAD_USER_INPUT in every list", async () => {
  const cursors: { type: string; path: string; cursor: string }[] = [];
  for (const [path, field] of connections()) {
    for (const variant of lists[path]?.variants ?? [{}]) {
      const { page } = await read(path, field, { ...variant, first: 1 });
      cursors.push({ type: getNamedType(field.type).name, path, cursor: page?.edges[0]?.cursor ?? "" });
    }
  }
  const accepted: string[] = [];
  for (const [path, field] of connections()) {
    const hasLast = field.args.some(({ name }) => name === "last");
    const foreign = cursors.filter(({ type }) => type !== getNamedType(field.type).name);
    const wrong: [what: string, given: Arguments][] = [
      ["a size below 0", { first: -1 }],
      ["a size above 100", { first: 101 }],
      ...(hasLast ? [{ first: 1, last: 1 }, { first: 0, last: 0 }, { last: -1 }, { last: 101 }] : []).map(
        (given): [string, Arguments] => [JSON.stringify(given), given],
      ),
      // Empty, no base64, null, [], an overlong one, [["a"]].
      ...["", "x", "bnVsbA", "W10", "x".repeat(3_000), "W1siYSJdXQ"].map((after): [string, Arguments] => [
        after,
        { after },
      ]),
      ...foreign.map(({ path: from, cursor }): [string, Arguments] => [`a cursor of ${from}`, { after: cursor }]),
    ];
    const [variant = {}] = lists[path]?.variants ?? [{}];
    for (const [what, given] of wrong) {
      const { page, code } = await read(path, field, { ...variant, ...given });
      if (code !== "BAD_USER_INPUT" || page != null) accepted.push(`${path} takes ${what.slice(0, 80)} (${code})`);
    }
  }
  expect(accepted).toEqual([]);
}, 120_000);
