import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { parseId, type SessionId, type UserId } from "../shop/ids.ts";
import type { Viewer } from "../shop/viewer.ts";
import { guardSchema } from "./guard.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@authenticated", "@requiresScopes", "@inaccessible", "@policy", "@tag"])`;

function user(...scopes: string[]): Viewer {
  const id = parseId<UserId>("01900000-0000-7000-8000-00000000000a");
  const sessionId = parseId<SessionId>("01900000-0000-7000-8000-00000000000b");
  if (id === undefined || sessionId === undefined) throw new Error("The ids of this test are malformed.");
  return { kind: "user", id, sessionId, role: "CUSTOMER", scopes: new Set(scopes) };
}
const guest: Viewer = { kind: "guest" };
const orders: Viewer = { kind: "service", name: "orders" };

const sdl = parse(`${link}
  type Query {
    open: String
    mine: String @authenticated
    staff: String @requiresScopes(scopes: [["a", "b"], ["c"]])
    between: String @inaccessible
    thing: Thing
    whole: Whole
  }
  type Thing @key(fields: "id") { id: ID!  secret: String @authenticated }
  type Whole @authenticated { text: String }
`);
const all = () => "seen";
const thing = { id: "1", secret: "seen" };
const schema = guardSchema(
  buildSubgraphSchema([
    {
      typeDefs: sdl,
      resolvers: {
        Query: { open: all, mine: all, staff: all, between: all, thing: () => thing, whole: () => ({ text: "seen" }) },
        Thing: { __resolveReference: () => thing },
      },
    },
  ]),
  sdl,
);

async function ask(source: string, viewer: Viewer) {
  const { data, errors } = await graphql({ schema, source, contextValue: { viewer } });
  return { data: JSON.parse(JSON.stringify(data)), codes: errors?.map((error) => error.extensions.code) ?? [] };
}

describe("the guard", () => {
  test("leaves fields without a directive open to everyone", async () => {
    expect(await ask("{ open }", guest)).toEqual({ data: { open: "seen" }, codes: [] });
  });

  test("denies a guest an @authenticated field and no other", async () => {
    expect(await ask("{ open mine }", guest)).toEqual({
      data: { open: "seen", mine: null },
      codes: ["UNAUTHENTICATED"],
    });
    expect(await ask("{ mine }", user())).toEqual({ data: { mine: "seen" }, codes: [] });
  });

  test("@requiresScopes requires every scope of one set", async () => {
    expect((await ask("{ staff }", guest)).codes).toEqual(["UNAUTHENTICATED"]);
    expect((await ask("{ staff }", user("a"))).codes).toEqual(["FORBIDDEN"]);
    expect((await ask("{ staff }", user("a", "b"))).data.staff).toBe("seen");
    expect((await ask("{ staff }", user("c"))).data.staff).toBe("seen");
  });

  test("reserves @inaccessible fields for other services, whatever scopes a user has", async () => {
    expect((await ask("{ between }", user("a", "b", "c"))).codes).toEqual(["FORBIDDEN"]);
    expect((await ask("{ between }", orders)).data.between).toBe("seen");
  });

  test("guards a nested field, an alias and a field of _entities alike", async () => {
    const representation =
      '{ _entities(representations: [{ __typename: "Thing", id: "1" }]) { ... on Thing { id secret } } }';
    expect(await ask(representation, guest)).toEqual({
      data: { _entities: [{ id: "1", secret: null }] },
      codes: ["UNAUTHENTICATED"],
    });
    expect((await ask("{ thing { x: secret } }", guest)).data.thing).toEqual({ x: null });
    expect((await ask("{ thing { x: secret } }", user())).data.thing).toEqual({ x: "seen" });
  });

  test("a guarded type guards each of its fields", async () => {
    expect((await ask("{ whole { text } }", guest)).codes).toEqual(["UNAUTHENTICATED"]);
  });

  test.each([
    ["a guard that it does not know", 'type Query { a: String @policy(policies: [["x"]]) }'],
    ["a guard on an interface", "interface I @authenticated { a: String } type Query { a: String }"],
    ["a guard on an interface's field", "interface I { a: String @authenticated } type Query { a: String }"],
    ["a guard on a scalar", "scalar S @authenticated type Query { a: S }"],
    ["a guard on an enum", 'enum E @requiresScopes(scopes: [["a"]]) { A } type Query { a: E }'],
    ["scopes that demand nothing", "type Query { a: String @requiresScopes(scopes: []) }"],
    ["a set of scopes that demands nothing", 'type Query { a: String @requiresScopes(scopes: [["a"], []]) }'],
  ])("does not start with %s", (_name, types) => {
    const document = parse(`${link} ${types}`);
    expect(() => guardSchema(buildSubgraphSchema([{ typeDefs: document, resolvers: {} }]), document)).toThrow();
  });
});
