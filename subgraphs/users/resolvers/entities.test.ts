import { readFileSync } from "node:fs";
import { Kind, parse } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import { documents, openUsers, type Person, staff, strongPassword, tokenKey } from "../testing/test-users.ts";
import { resolvers } from "./resolvers.ts";

let users: Awaited<ReturnType<typeof openUsers>>;
let people: Person[];
beforeAll(async () => {
  users = await openUsers();
  people = [];
  for (let n = 0; n < 3; n += 1) people.push(await users.join({ displayName: `Person ${n}` }));
});
afterAll(() => users[Symbol.asyncDispose]());

test("every root field and every key of the contract has a resolver", () => {
  const sdl = parse(readFileSync(new URL("../../../schema/users.graphql", import.meta.url), "utf8"));
  const missing: string[] = [];
  for (const definition of sdl.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const name = definition.name.value;
    const given: Record<string, unknown> = Object(resolvers[name as keyof typeof resolvers]);
    const isRoot = name === "Query" || name === "Mutation";
    if (isRoot)
      missing.push(
        ...(definition.fields ?? []).flatMap((field) =>
          given[field.name.value] === undefined ? [`${name}.${field.name.value}`] : [],
        ),
      );
    const isEntity = definition.directives?.some((directive) => directive.name.value === "key") === true;
    if (isEntity && given.__resolveReference === undefined) missing.push(name);
  }
  expect(missing).toEqual([]);
});

const entities = `query($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { id displayName username createdAt } } }`;

test("users are found by id in one statement, however many, in order, with null for those that are not there", async () => {
  const ids = [
    people[2]?.id,
    newId(),
    people[0]?.id,
    "no id",
    people[2]?.id,
    ...Array.from({ length: 500 }, () => newId()),
  ];
  const statements = await users.statements(async () => {
    const { data } = await users.ask(entities, { ids: ids.map((id) => ({ __typename: "User", id })) });
    const names = data._entities.slice(0, 5).map((user: { displayName: string } | null) => user?.displayName ?? null);
    expect(names).toEqual(["Person 2", null, "Person 0", null, "Person 2"]);
    expect(data._entities).toHaveLength(505);
  });
  expect(statements).toHaveLength(1);
});

test("a page of users with everything takes as many statements for three as for one, and no count unless asked", async () => {
  const count = async (first: number, fields: string) => {
    return users.statements(async () => {
      const { data, errors } = await users.ask(
        `query($first: Int) { users(first: $first) { ${fields} } }`,
        { first },
        staff("users:read"),
      );
      expect(errors).toEqual([]);
      if (data.users.nodes !== undefined) expect(data.users.nodes).toHaveLength(first);
    });
  };
  const everything = `nodes { id email firstName lastName isActivated role permissions hasPassword isDisabled updatedAt version
    addresses { id address { line1 } } sessions { id isCurrent } linkedProviders }`;
  const [one, three] = [await count(1, everything), await count(3, everything)];
  expect(three).toHaveLength(one.length);
  expect(one.length).toBeLessThanOrEqual(4);
  expect(await count(3, "nodes { id }")).toHaveLength(1);
  expect((await count(3, "totalCount")).some((statement) => /count\(\*\)/.test(statement))).toBe(true);
});

test("users are paged forward and backward, the newest first, while others join", async () => {
  const page = async (variables: Record<string, unknown>) =>
    (
      await users.ask(
        `query($first: Int, $after: String, $last: Int, $before: String) { users(first: $first, after: $after, last: $last, before: $before) {
          nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
        variables,
        staff("users:read"),
      )
    ).data.users;
  const all = (await page({ first: 100 })).nodes;
  const first = await page({ first: 2 });
  await users.register();
  const second = await page({ first: 2, after: first.pageInfo.endCursor });
  expect([...first.nodes, ...second.nodes].slice(0, 3)).toEqual(all.slice(0, 3));
  const back = await page({ last: 2, before: second.pageInfo.startCursor });
  expect(back.nodes).toEqual(first.nodes);
});

test.each([
  ["a part of the name", "erso", 3],
  ["a name and the beginning of another word", "person 1", 1],
  ["the address", "SHOP.EXAMPLE", 3],
  ["two letters at the beginning", "pe", 3],
  ["two letters in the middle, which are none's beginning", "rs", 0],
  ["nothing that is there", "zebra", 0],
  ["a sign that means anything in a pattern", "100%", 0],
  ["another", "____", 0],
  ["what no text of the database has", "erso\0", 3],
  ["half a character", "erso\ud800", 0],
])("search finds %s", async (_what, search, found) => {
  const { data } = await users.ask(
    `query($search: String) { users(search: $search, filter: { isActivated: true }) { totalCount nodes { id } } }`,
    { search },
    staff("users:read"),
  );
  expect(data.users.nodes).toHaveLength(found);
  expect(data.users.totalCount).toBe(found);
});

test.each([
  ["{ users(first: 101) { nodes { id } } }"],
  ["{ users(first: -1) { nodes { id } } }"],
  ["{ users(first: 1, last: 1) { nodes { id } } }"],
  [`{ users(after: "nonsense") { nodes { id } } }`],
  [`{ users(search: "${"x".repeat(201)}") { nodes { id } } }`],
  [`{ users(search: "a b c d e f g h i") { nodes { id } } }`],
])("a wrong argument is BAD_USER_INPUT: %s", async (query) => {
  const { errors } = await users.ask(query, {}, staff("users:read"));
  expect(errors[0]?.extensions?.code).toBe("BAD_USER_INPUT");
});

test("a dump of the whole database holds nothing that signs anyone in", async () => {
  const person = people[0];
  if (person === undefined) throw new Error("No one joined.");
  const rotated = (await users.ask(documents.refresh, { token: person.refreshToken })).data.result;
  const email = await users.register();
  const activation = await users.mailedToken(email, /Activate/);
  await users.ask(documents.requestReset, { email: person.email });
  const reset = await users.mailedToken(person.email, /new password/);
  const secrets = [
    person.accessToken,
    person.refreshToken,
    rotated.accessToken,
    rotated.refreshToken,
    activation,
    reset,
    strongPassword,
    tokenKey,
    // The parts that cannot be guessed.
    ...[person.accessToken, rotated.accessToken].map((token) => token.split(".")[2]),
    ...[person.refreshToken, rotated.refreshToken].map((token) => token.slice(-43)),
    ...[activation, reset].map((token) => token.slice(-42)),
  ];
  const tables = await users.sql`select table_schema as schema, table_name as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`;
  expect(tables.length).toBeGreaterThan(8);
  let rows = 0;
  for (const { schema, name } of tables) {
    for (const {
      text,
    } of await users.sql`select row_to_json(t)::text as text from ${users.sql(schema)}.${users.sql(name)} t`) {
      rows += 1;
      expect(secrets.filter((secret) => String(text).includes(String(secret)))).toEqual([]);
    }
  }
  expect(rows).toBeGreaterThan(20);
});

test("a saved address and a session are found by id by their owner and by holders of users:read alone", async () => {
  const [owner, other] = [await users.join({ address: { line1: "1 Road", country: "US" } }), people[1]];
  const mine = (await users.ask("{ me { addresses { id } sessions { id } } }", {}, owner.asker)).data.me;
  const of = [
    { __typename: "SavedAddress", id: mine.addresses[0].id },
    { __typename: "Session", id: mine.sessions[0].id },
    { __typename: "SavedAddress", id: "no id" },
  ];
  const query = `query($of: [_Any!]!) { _entities(representations: $of) {
    ... on SavedAddress { address { line1 } } ... on Session { isCurrent } } }`;
  const seen = async (asker: Parameters<typeof users.ask>[2]) => (await users.ask(query, { of }, asker)).data._entities;
  expect(await seen(owner.asker)).toEqual([{ address: { line1: "1 Road" } }, { isCurrent: true }, null]);
  expect(await seen(staff("users:read"))).toEqual([{ address: { line1: "1 Road" } }, { isCurrent: false }, null]);
  for (const asker of [other?.asker, "guest", staff("orders:read"), { service: "orders" }] as const) {
    expect(await seen(asker)).toEqual([null, null, null]);
  }
});

test("an account with an international address is found by the address as people write it", async () => {
  const email = "eva.search@müller.example";
  await users.register({ email });
  const query = `query($search: String) { users(search: $search) { nodes { email } } }`;
  for (const search of [email, "EVA.SEARCH@MÜLLER.EXAMPLE", "@müller.example", "eva.search@xn--mller-kva.example"]) {
    const { data } = await users.ask(query, { search }, staff("users:read"));
    expect(data.users.nodes).toEqual([{ email: "eva.search@xn--mller-kva.example" }]);
  }
});

test("a buyer is read by orders alone, not by another subgraph, a user or staff", async () => {
  const [person] = people;
  const read = (asker: Parameters<typeof users.ask>[2]) =>
    users.ask(`query($id: ID!) { buyer(userId: $id) { email } }`, { id: person?.id }, asker);
  expect((await read({ service: "orders" })).data).toEqual({ buyer: { email: person?.email } });
  const others = ["guest", person?.asker, staff("users:read"), { service: "products" }, { service: "users" }] as const;
  for (const asker of others) {
    const { data, errors } = await read(asker);
    expect([data?.buyer ?? null, errors[0]?.extensions?.code]).toEqual([null, "FORBIDDEN"]);
  }
});

test("an address that nothing stands at is not found, and a query that is none is refused", async () => {
  expect((await users.get("/no-such-route")).status).toBe(404);
  const { errors, status } = await users.ask("{ me { passwordHash } }");
  expect([status, errors[0]?.extensions?.code]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
  expect(errors[0]?.message).not.toContain("Did you mean");
});
