import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  buildClientSchema,
  buildSchema,
  findBreakingChanges,
  getIntrospectionQuery,
  type IntrospectionQuery,
  isSpecifiedScalarType,
} from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const shop = Object.fromEntries(["users", "products", "orders"].map((name) => [name, read(`schema/${name}.graphql`)]));
const clientSchema = buildSchema(read("client/sdk/generated/schema.graphql"), { assumeValidSDL: true });
const supergraphPath = fileURLToPath(new URL("../../schema/generated/supergraph.graphql", import.meta.url));

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway(shop, { variables: { SUPERGRAPH_PATH: supergraphPath } });
});
afterAll(() => gateway[Symbol.asyncDispose]());

type MetaField = { readonly name: string; readonly args: readonly { readonly name: string }[] };
type MetaType = { readonly fields: readonly MetaField[] };
const metaTypes = ["__Schema", "__Type", "__Field", "__InputValue", "__EnumValue", "__Directive"] as const;

/** Asks which fields and arguments introspection has, as gql.tada and Apollo Kotlin do before they ask for the schema. */
async function askForFeatures(): Promise<Readonly<Record<(typeof metaTypes)[number], MetaType>>> {
  const types = metaTypes.map((name) => `${name.slice(2)}: __type(name: "${name}") { ...Capabilities }`).join(" ");
  const query = `query Features { ${types} } fragment Capabilities on __Type {
    kind fields(includeDeprecated: true) { name args { name } } inputFields { name } }`;
  const { status, body } = await gateway.ask({ query });
  expect([status, body.errors]).toEqual([200, undefined]);
  const data = body.data as Record<string, MetaType>;
  return Object.fromEntries(metaTypes.map((name) => [name, data[name.slice(2)]])) as never;
}

const inner: Readonly<Record<string, string>> = {
  queryType: "{ name }",
  mutationType: "{ name }",
  subscriptionType: "{ name }",
  types: "{ ...AType }",
  directives: "{ ...ADirective }",
  fields: "{ ...AField }",
  args: "{ ...AnInputValue }",
  inputFields: "{ ...AnInputValue }",
  enumValues: "{ ...AnEnumValue }",
  interfaces: "{ ...ATypeReference }",
  possibleTypes: "{ ...ATypeReference }",
  type: "{ ...ATypeReference }",
  ofType: "{ ...ATypeReference }",
};

/** Everything that introspection lists, with every argument. */
function selectAll({ fields }: MetaType): string {
  return fields
    .map(({ name, args }) => {
      const given = args.map((argument) => `${argument.name}: true`).join(", ");
      return `${name}${given === "" ? "" : `(${given})`} ${inner[name] ?? ""}`;
    })
    .join(" ");
}

test("all that introspection lists can be selected at once, and makes the schema that clients are promised", async () => {
  const features = await askForFeatures();
  const reference = `${"kind name ofType { ".repeat(9)} kind name ${"} ".repeat(9)}`;
  const { status, body } = await gateway.ask({
    query: `query IntrospectionQuery { __schema { ${selectAll(features.__Schema)} } }
      fragment AType on __Type { ${selectAll(features.__Type)} }
      fragment AField on __Field { ${selectAll(features.__Field)} }
      fragment AnInputValue on __InputValue { ${selectAll(features.__InputValue)} }
      fragment AnEnumValue on __EnumValue { ${selectAll(features.__EnumValue)} }
      fragment ADirective on __Directive { ${selectAll(features.__Directive)} }
      fragment ATypeReference on __Type { ${reference} }`,
  });
  expect([status, body.errors]).toEqual([200, undefined]);
  const received = buildClientSchema(body.data as unknown as IntrospectionQuery);
  expect(findBreakingChanges(clientSchema, received)).toEqual([]);
  expect(findBreakingChanges(received, clientSchema)).toEqual([]);
});

test.each([
  ["the oldest clients'", { descriptions: false }],
  ["Relay's", { descriptions: true, directiveIsRepeatable: true, schemaDescription: true }],
  [
    "the newest clients'",
    {
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    },
  ],
])("%s introspection query gets the whole schema", async (_name, options) => {
  const { status, body } = await gateway.ask({ query: getIntrospectionQuery(options) });
  expect([status, body.errors]).toEqual([200, undefined]);
  const received = buildClientSchema(body.data as unknown as IntrospectionQuery);
  expect(findBreakingChanges(clientSchema, received)).toEqual([]);
});

const scalars = Object.values(clientSchema.getTypeMap())
  .filter((type) => type.astNode?.kind === "ScalarTypeDefinition" && !isSpecifiedScalarType(type))
  .map(({ name }) => name);

test("there are scalars of the shop's own", () => expect(scalars.length).toBeGreaterThan(5));

/** Arguments and input fields of each scalar, found in the schema: no scalar is left out. */
test.each(scalars)("a literal of the wrong kind for %s does not validate", async (scalar) => {
  const query = queryWith(scalar, scalar === "JSONObject" ? '"text"' : "5");
  const { status, body } = await gateway.ask({ query });
  expect([status, body.errors?.[0]?.extensions.code], query).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
  expect(JSON.stringify(body.errors)).toContain(`${scalar} must be`);
});

/** A document that has a literal where the scalar is expected; whatever else may be wrong with it, the literal is. */
function queryWith(scalar: string, literal: string): string {
  const query = clientSchema.getQueryType();
  const mutation = clientSchema.getMutationType();
  for (const [operation, root] of [["query", query] as const, ["mutation", mutation] as const]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      for (const argument of field.args) {
        const named = String(argument.type).replaceAll(/[[\]!]/g, "");
        const found = named === scalar ? literal : inInput(named, scalar, literal);
        if (found !== undefined) return `${operation} { ${field.name}(${argument.name}: ${found}) { __typename } }`;
      }
    }
  }
  throw new Error(`Nothing takes ${scalar}.`);
}

function inInput(name: string, scalar: string, literal: string, depth = 0): string | undefined {
  const type = clientSchema.getType(name);
  if (type === undefined || !("getFields" in type) || depth > 3) return undefined;
  for (const field of Object.values(type.getFields())) {
    const named = String(field.type).replaceAll(/[[\]!]/g, "");
    if (named === scalar) return `{ ${field.name}: ${literal} }`;
    const found = inInput(named, scalar, literal, depth + 1);
    if (found !== undefined) return `{ ${field.name}: ${found} }`;
  }
  return undefined;
}
