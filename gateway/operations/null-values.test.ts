import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSchema, getNamedType, isCompositeType, isEnumType } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { argumentsFor, inputPlaces, literalOf, rootFields } from "#test/harness/input-places.ts";
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts";

// A variable may be null though the place that it stands in takes none: the place has a default, which stands in for what is left out, not for null.

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const shop = Object.fromEntries(["users", "products", "orders"].map((name) => [name, read(`schema/${name}.graphql`)]));
const schema = buildSchema(read("client/sdk/generated/schema.graphql"), { assumeValidSDL: true });
const supergraphPath = fileURLToPath(new URL("../../schema/generated/supergraph.graphql", import.meta.url));

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway(shop, { variables: { SUPERGRAPH_PATH: supergraphPath } });
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** A value of a type that validates; what it says does not matter. */
function anyValue(type: string): unknown {
  const found = schema.getType(type);
  if (isEnumType(found)) return found.getValues()[0]?.name;
  if (type === "JSONObject") return {};
  if (type === "DateTime") return "2026-01-31T12:00:00Z";
  return { Int: 1, Float: 1, Boolean: true }[type] ?? "1";
}

const places = rootFields(schema).flatMap(({ operation, field }) =>
  inputPlaces(field)
    .filter(({ hasDefault }) => hasDefault)
    .map((place) => ({ operation, place, name: `${field.name}(${place.path.join(".")})` })),
);

test("there are such places in queries and in mutations", () => {
  expect(places.length).toBeGreaterThan(30);
  expect(new Set(places.map(({ operation }) => operation)).size).toBe(2);
});

test.each(places)(
  "null for $name, by a variable in a literal and in an object, is the caller's mistake",
  async (one) => {
    const { operation, place } = one;
    const { field, type } = place;
    const selection = isCompositeType(getNamedType(field.type)) ? "{ __typename }" : "";
    const rejected = async (declared: string, passed: string, variables: Record<string, unknown>) => {
      const query = `${operation} (${declared}) { ${field.name}(${passed}) ${selection} }`;
      const { status, body } = await gateway.ask({ query, variables });
      expect([status, body.errors?.[0]?.extensions.code], query).toEqual([400, "BAD_USER_INPUT"]);
    };
    const valueAt = ({ type: name }: { type: string }) => anyValue(name);

    const withVariable = argumentsFor(place, { variable: "value" }, valueAt);
    const literals = field.args
      .filter(({ name }) => name in withVariable)
      .map((argument) => `${argument.name}: ${literalOf(argument.type, withVariable[argument.name])}`);
    await rejected(`$value: ${type}`, literals.join(", "), { value: null });

    const whole = argumentsFor(place, null, valueAt);
    const given = field.args.filter(({ name }) => name in whole);
    const declared = given.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(", ");
    await rejected(declared, given.map(({ name }) => `${name}: $${name}`).join(", "), whole);
  },
);

const conditional: [where: string, selection: string][] = [
  ["a root field", "products @DIRECTIVE { nodes { id } }"],
  ["a field of an entity", "products { nodes { id name @DIRECTIVE } }"],
  ["a field that another subgraph contributes", "products { nodes { id owner { displayName @DIRECTIVE } } }"],
  ["an entity of another subgraph", "products { nodes { id owner @DIRECTIVE { displayName } } }"],
  ["an inline fragment below an entity", "products { nodes { id owner { ... @DIRECTIVE { displayName } } } }"],
  ["a spread below an entity", "products { nodes { id owner { ...U @DIRECTIVE } } } "],
  [
    "a place that another directive leaves out",
    "products @skip(if: true) { nodes { owner { displayName @DIRECTIVE } } }",
  ],
];

test.each(conditional.flatMap(([where, selection]) => ["include", "skip"].map((name) => ({ where, selection, name }))))(
  "null for @$name at $where is the caller's mistake, and its default is what counts without a value",
  async ({ selection, name }) => {
    const used = selection.replaceAll("@DIRECTIVE", `@${name}(if: $condition)`);
    const fragment = used.includes("...U") ? "fragment U on User { displayName }" : "";
    const query = `query ($condition: Boolean = true) { ${used} } ${fragment}`;
    const { status, body } = await gateway.ask({ query, variables: { condition: null } });
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([400, "BAD_USER_INPUT"]);
    expect((await gateway.ask({ query })).status).toBe(200);
  },
);
