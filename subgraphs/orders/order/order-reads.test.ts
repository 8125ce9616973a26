import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  buildASTSchema,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  Kind,
  parse,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { internalTokenOf, type TestCaller } from "#test/harness/subgraph-client.ts";
import { resolvers } from "../resolvers/resolvers.ts";
import { type Buyer, type OrdersShop, openOrdersShop } from "../testing/test-orders.ts";

let shop: OrdersShop;
beforeAll(async () => {
  shop = await openOrdersShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const times = (count: number) => Array.from({ length: count });
const entities = (selection: string) => `query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`;

/** Orders straight into the table, for lists of them. */
async function fill(rows: Record<string, unknown>[]): Promise<void> {
  const whole = rows.map((row) => ({
    id: randomUUID(),
    number: randomUUID()
      .replaceAll(/[^2-9a-f]/g, "")
      .toUpperCase()
      .padEnd(8, "X")
      .slice(0, 8),
    by_guest: false,
    visible: true,
    stock_status: "RESERVED",
    currency: "USD",
    total_minor: 1_000,
    total_scaled: 100_000,
    payment_id: randomUUID(),
    payment_provider: "test",
    shipping_address: JSON.stringify({ line1: "1", country: "US" }),
    ...row,
    ...(row.created_at instanceof Date ? { created_at: row.created_at.toISOString() } : {}),
  }));
  for (const row of whole) await shop.sql.orders`insert into orders ${shop.sql.orders(row)}`;
}

describe("who may read an order", () => {
  test("its buyer and holders of orders:read; for anybody else it is null, whichever way in", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    const order = await shop.placed(buyer, product, 1);
    const ways = async (asker: TestCaller) => {
      const byId = await shop.orders("query ($id: ID!) { order(id: $id) { id } }", { id: order.id }, asker);
      const byNumber = await shop.orders(
        "query ($n: String!) { order(number: $n) { id } }",
        { n: order.number },
        asker,
      );
      const payment = await shop.orders("query ($id: ID!) { payment(orderId: $id) { id } }", { id: order.id }, asker);
      const reached = await shop.ask(
        entities("... on Order { id email } ... on OrderItem { id sku } ... on Payment { id amount { amount } }"),
        {
          r: [
            { __typename: "Order", id: order.id },
            { __typename: "Order", number: order.number },
            { __typename: "OrderItem", id: order.items[0].id },
            { __typename: "Payment", id: order.payment.id },
          ],
        },
        asker,
      );
      return [byId.data.order, byNumber.data.order, payment.data.payment, ...reached._entities].map(
        (found) => found !== null,
      );
    };
    const all = times(7).map(() => true);
    expect(await ways(buyer)).toEqual(all);
    expect(await ways(shop.staff("orders:read"))).toEqual(all);
    for (const asker of [shop.buyer(), shop.staff("products:write")])
      expect(await ways(asker)).toEqual(all.map(() => false));
    expect(await ways("guest")).toEqual(all.map(() => false));
  });

  test("an unknown and a malformed id are the same null, and a number is found as people type it", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    const order = await shop.placed(buyer, product, 1);
    const read = async (given: Record<string, unknown>) =>
      (await shop.ask("query ($id: ID, $number: String) { order(id: $id, number: $number) { id } }", given, buyer))
        .order;
    for (const id of [randomUUID(), "nonsense", "", "1'; drop table orders; --"]) expect(await read({ id })).toBeNull();
    for (const number of ["AAAA-AAAA", "nonsense", ""]) expect(await read({ number })).toBeNull();
    expect(await read({})).toBeNull();
    expect(await read({ number: order.number.toLowerCase() })).toEqual({ id: order.id });
    expect(await read({ number: order.number.replace("-", "") })).toEqual({ id: order.id });
    expect(await read({ id: order.id, number: "AAAA-AAAA" })).toBeNull();
    const item = async (id: string) =>
      (
        await shop.ask(
          "query ($o: ID!, $i: ID!) { order(id: $o) { item(id: $i) { id } } }",
          { o: order.id, i: id },
          buyer,
        )
      ).order.item;
    expect(await item(order.items[0].id)).toEqual({ id: order.items[0].id });
    expect(await item(randomUUID())).toBeNull();
  });
});

describe("a list of orders", () => {
  const staff = () => shop.staff("orders:read");
  const list = async (args: string, asker: TestCaller = staff()) =>
    (
      await shop.ask(
        `{ orders(${args}) { totalCount nodes { id number total { amount } } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
        {},
        asker,
      )
    ).orders;

  test("pages through every order once in both directions, ties included, for every sort", async () => {
    const owner = shop.buyer();
    const at = new Date("2026-01-02T03:04:05.678Z");
    await fill(
      times(23).map((_row, index) => ({
        user_id: owner.id,
        created_at: new Date(at.getTime() + Math.floor(index / 5)),
        total_scaled: 100_000 * (index % 4),
        total_minor: 1_000 * (index % 4),
      })),
    );
    for (const key of ["CREATED_AT", "TOTAL"]) {
      for (const direction of ["ASC", "DESC"]) {
        const common = `filter: { userId: "${owner.id}" }, sort: { key: ${key}, direction: ${direction} }`;
        const whole = (await list(`${common}, first: 100`)).nodes.map(({ id }: { id: string }) => id);
        expect(new Set(whole).size).toBe(23);
        const forward: string[] = [];
        for (let after = ""; ; ) {
          const page = await list(`${common}, first: 5${after}`);
          forward.push(...page.nodes.map(({ id }: { id: string }) => id));
          if (!page.pageInfo.hasNextPage) break;
          after = `, after: "${page.pageInfo.endCursor}"`;
        }
        const backward: string[] = [];
        for (let before = ""; ; ) {
          const page = await list(`${common}, last: 5${before}`);
          backward.unshift(...page.nodes.map(({ id }: { id: string }) => id));
          if (!page.pageInfo.hasPreviousPage) break;
          before = `, before: "${page.pageInfo.startCursor}"`;
        }
        expect([forward, backward]).toEqual([whole, whole]);
      }
    }
  });

  test("is filtered by statuses, times, number and e-mail", async () => {
    const owner = shop.buyer();
    const mine = `userId: "${owner.id}"`;
    await fill([
      { user_id: owner.id, status: "PAID", payment_status: "PAID", email: "Jane.Doe@Example.com", number: "ABCD2345" },
      {
        user_id: owner.id,
        status: "SHIPPED",
        payment_status: "PAID",
        email: "100%@xn--mller-kva.example",
        created_at: new Date("2025-05-05"),
      },
      { user_id: owner.id, status: "CANCELLED", payment_status: "REFUNDED", email: null },
      { user_id: owner.id, status: "PENDING", visible: false },
    ]);
    const count = async (filter: string) => {
      const { totalCount, nodes } = await list(`filter: { ${filter} }`);
      expect(nodes).toHaveLength(Math.min(totalCount, 20));
      return totalCount;
    };
    expect(await count(mine)).toBe(3);
    expect(await count(`${mine}, status: [PAID, SHIPPED]`)).toBe(2);
    expect(await count("status: [SHIPPED]")).toBe(1);
    expect(await count("status: [SHIPPED, PAID], paymentStatus: [REFUNDED]")).toBe(0);
    expect(await count("paymentStatus: [REFUNDED]")).toBe(1);
    expect(await count("status: [SHIPPED, SHIPPED], paymentStatus: [PAID, PAID]")).toBe(1);
    expect(await count("status: []")).toBe(0);
    expect(await count(`${mine}, createdTo: "2025-06-01T00:00:00.000Z"`)).toBe(1);
    expect(await count(`${mine}, createdFrom: "2025-06-01T00:00:00Z", createdTo: "2125-06-01T00:00:00Z"`)).toBe(2);
    expect(await count(`${mine}, search: " "`)).toBe(3);
    expect(await count('search: "abcd-23"')).toBe(1);
    expect(await count('search: "jane.doe@example.com"')).toBe(1);
    expect(await count('search: "DOE@"')).toBe(1);
    expect(await count('search: "100%@"')).toBe(1);
    expect(await count('search: "100%@MÜLLER.example"')).toBe(1);
    expect(await count('search: "_00%@"')).toBe(0);
    expect(await count('search: "nobody@example.com"')).toBe(0);
    expect(await count(String.raw`search: "nobody\u0000@"`)).toBe(0);
    expect(await count('userId: "nonsense"')).toBe(0);
  });

  test("refuses arguments that cannot be used, and those who may not", async () => {
    const refused = async (args: string, asker: TestCaller) =>
      (await shop.orders(`{ orders(${args}) { totalCount } }`, {}, asker)).errors[0]?.extensions?.code;
    for (const args of ["first: 101", "first: 1, last: 1", 'after: "nonsense"']) {
      expect(await refused(args, staff())).toBe("BAD_USER_INPUT");
    }
    for (const args of ['filter: { createdFrom: "yesterday" }', 'filter: { createdFrom: "0000-01-01T00:00:00Z" }']) {
      expect(["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"]).toContain(await refused(args, staff()));
    }
    expect(await refused("first: 1", shop.buyer())).toBe("FORBIDDEN");
    expect(await refused("first: 1", "guest")).toBe("UNAUTHENTICATED");
  });
});

describe("the number of statements", () => {
  const everything = `id number user { id } availableTransitions items { id product { id } variant { id } } item(id: "1") { id }
    payment { id transactions { id } } events(first: 3) { totalCount nodes { type } } total { amount }`;

  test("does not depend on the page, nor on how many users or entities are asked for", async () => {
    const product = await shop.product(1_000);
    const buyers = times(4).map(() => shop.buyer());
    for (const buyer of buyers) await Promise.all([shop.placed(buyer, product, 1, "tok_ok"), Promise.resolve()]);
    const [owner] = buyers as [Buyer];
    for (const _time of times(4)) await shop.placed(owner, product, 1);
    const staff = shop.staff("orders:read");
    const page = (first: number) => () =>
      shop.ask(
        `{ orders(first: ${first}, filter: { status: [PENDING, PAID] }) { totalCount nodes { ${everything} } } }`,
        {},
        staff,
      );
    const users = (count: number) => () =>
      shop.ask(
        entities(`... on User { orders(first: 2) { totalCount nodes { ${everything} } } }`),
        { r: buyers.slice(0, count).map(({ id }) => ({ __typename: "User", id })) },
        staff,
      );
    const own = (first: number) => () =>
      shop.ask(
        entities(`... on User { orders(first: ${first}) { nodes { items { product { id } } } } }`),
        {
          r: [{ __typename: "User", id: owner.id }],
        },
        owner,
      );
    const count = async (work: () => Promise<unknown>) => (await shop.statements(work)).length;
    expect(await count(page(1))).toBe(await count(page(8)));
    expect(await count(users(1))).toBe(await count(users(4)));
    expect([await count(own(1)), await count(own(5))]).toEqual([2, 2]);
  });

  test("a count costs nothing unless it is asked for", async () => {
    const staff = shop.staff("orders:read");
    const asked = await shop.statements(() =>
      shop.ask("{ orders(first: 5) { nodes { id number total { amount } } } }", {}, staff),
    );
    expect(asked).toHaveLength(1);
  });
});

test("every root field and every entity has a resolver", () => {
  const sdl = parse(readFileSync(new URL("../../../schema/orders.graphql", import.meta.url), "utf8"));
  const missing = sdl.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const type = definition.name.value;
    const fields = Object.keys(Object.entries(resolvers).find(([name]) => name === type)?.[1] ?? {});
    const keyed = definition.directives?.some(
      ({ name, arguments: given }) =>
        name.value === "key" && !given?.some(({ name: { value } }) => value === "resolvable"),
    );
    return [
      ...(keyed && !fields.includes("__resolveReference") ? [`${type}.__resolveReference`] : []),
      ...(type === "Query" || type === "Mutation"
        ? (definition.fields ?? []).flatMap(({ name }) =>
            fields.includes(name.value) ? [] : [`${type}.${name.value}`],
          )
        : []),
    ];
  });
  expect(missing).toEqual([]);
});

test("every field of an order and of a cart can be read", async () => {
  const [buyer, product] = [shop.buyer(), await shop.product(10)];
  await shop.addToCart(buyer, product, 2);
  const { order } = await shop.checkout(buyer, { customerNote: "Ring.", payment: { token: "tok_ok" } });
  await shop.addToCart(buyer, product, 20);
  const schema = buildASTSchema(
    parse(readFileSync(new URL("../../../schema/orders.graphql", import.meta.url), "utf8")),
    {
      assumeValidSDL: true,
    },
  );
  const query = `query ($id: ID!) { order(id: $id) ${everyField(schema, "Order", 3)} cart ${everyField(schema, "Cart", 3)} }`;
  const response = await shop.ask(query, { id: order.id }, buyer);
  expect(response.order).toMatchObject({
    customerNote: "Ring.",
    subtotal: { amount: "20.00" },
    user: { id: buyer.id },
  });
  expect(response.cart).toMatchObject({ currencyCode: "USD", problems: [{ availableQuantity: 8 }] });
});

/** A selection of all fields of a type without required arguments, `depth` types deep. */
function everyField(schema: GraphQLSchema, name: string, depth: number): string {
  const type = schema.getType(name);
  if (isUnionType(type)) {
    return `{ ${type
      .getTypes()
      .map((member) => `... on ${member.name} ${everyField(schema, member.name, depth)}`)
      .join(" ")} }`;
  }
  if (!isObjectType(type)) return "";
  const fields = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some(isRequiredArgument)) return [];
    const named = getNamedType(field.type);
    if (isLeafType(named)) return [field.name];
    return depth === 0 ? [] : [`${field.name} ${everyField(schema, named.name, depth - 1)}`];
  });
  return `{ ${["__typename", ...fields].join(" ")} }`;
}

test("a deleted account is forgotten, and what was ordered stays", async () => {
  const [buyer, product] = [shop.buyer(), await shop.product(10)];
  const order = await shop.placed(buyer, product, 2, "tok_ok");
  await shop.addToCart(buyer, product, 1);
  const { cartToken } = await shop.addToCart("guest", product, 1);
  const { guestOrderToken } = await shop.checkout("guest", { cartToken });
  await shop.ask(
    "mutation($token: String!) { orderClaim(guestOrderToken: $token) { order { id } } }",
    { token: guestOrderToken },
    buyer,
  );
  const authorization = `Bearer ${await internalTokenOf(shop.keys, "orders", { service: "users" })}`;
  const event = {
    specversion: "1.0",
    id: randomUUID(),
    source: "/users",
    type: "user.deleted",
    subject: buyer.id,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    sequence: "1",
    sequencetype: "Integer",
    data: { userId: buyer.id },
  };
  const posted = () =>
    fetch(`${shop.url}/events`, { method: "POST", headers: { authorization }, body: JSON.stringify(event) });
  expect([(await posted()).status, (await posted()).status]).toEqual([200, 200]);
  const kept = await shop.order(shop.staff(), order.id);
  expect(kept).toMatchObject({ email: null, items: [{ quantity: 2 }], total: { amount: "20.00" } });
  const [left] = await shop.sql.orders`
    select (select count(*)::int from orders where user_id = ${buyer.id}) as orders,
      (select count(*)::int from carts where user_id = ${buyer.id}) as carts,
      (select count(*)::int from order_events where actor_id = ${buyer.id}) as steps,
      (select count(*)::int from payment_transactions where actor_id = ${buyer.id}) as payments`;
  expect(left).toEqual({ orders: 0, carts: 0, steps: 0, payments: 0 });
});
