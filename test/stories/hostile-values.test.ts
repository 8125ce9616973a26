import { readFileSync } from "node:fs";
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type TestShop } from "../harness/shop.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop({ variables: { TEST_PROVIDER_SEED: "7" } });
}, 60_000);
afterAll(() => shop?.[Symbol.asyncDispose]());

const schema = buildSchema(
  readFileSync(new URL("../../client/sdk/generated/schema.graphql", import.meta.url), "utf8"),
  { assumeValidSDL: true },
);

const strings = [
  "",
  " ",
  "\u200b",
  "\u0000",
  "\ud800",
  "x".repeat(5_000),
  "-".repeat(40),
  "__proto__",
  "İstanbul ſ ǆ",
  "한국어".normalize("NFD"),
  "'); drop table users; --",
  "%_\\",
  "👨‍👩‍👧‍👦".repeat(30),
  "\u202eabc",
  "-1",
  "NaN",
  "1e400",
  "*:* | & !",
];
const byScalar: Readonly<Record<string, readonly unknown[]>> = {
  ID: ["", "x", "00000000-0000-0000-0000-000000000000", "01900000-0000-7000-8001-000000000001", "0".repeat(500), 7],
  Int: [0, -1, 1, 2_147_483_647, -2_147_483_648, 101],
  Float: [0, -1.5, 1e308],
  Boolean: [true, false],
  DateTime: ["2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01T00:00:00+23:59", "x"],
  EmailAddress: [
    "a@b",
    "a@münchen.example",
    `${"a".repeat(300)}@b.example`,
    "a@b.example\r\nBcc: c@d.example",
    "\u0000@b.example",
  ],
  URL: [
    "javascript:alert(1)",
    "https://",
    "https://user:pw@host.example/",
    "http://[::1",
    `https://h.example/${"x".repeat(3_000)}`,
  ],
  CountryCode: ["XX", "de", "UK", ""],
  CurrencyCode: ["XXX", "eur", "HRK", "USD", ""],
  LanguageCode: ["en", "xx-", "de-DE-1996", "", "\u0000"],
  Decimal: ["0", "-0", "1e5", "99999999999999999999.99", "0.001", "-1", "٣", "1,5", "Infinity"],
  JSONObject: [
    {},
    { ["__proto__"]: 1 },
    { a: "\u0000" },
    { a: Array(2_000).fill("x") },
    { a: { b: { c: [null] } } },
    { a: 1e308 },
  ],
};

/** Values that are accepted, so that the hostile one beside them gets as far as it can. */
const benign: Readonly<Record<string, readonly unknown[]>> = {
  ID: ["01900000-0000-7000-8001-000000000001", "01900000-0000-7000-8001-000000000009"],
  String: ["Ada", "en", "test", "wireless-mouse"],
  Int: [1, 2],
  Float: [1],
  Boolean: [true, false],
  DateTime: ["2026-01-31T12:00:00Z"],
  EmailAddress: ["someone@example.org"],
  URL: ["https://shop.example/x"],
  CountryCode: ["US", "DE"],
  CurrencyCode: ["USD"],
  LanguageCode: ["en"],
  Decimal: ["10.00"],
  JSONObject: [{}],
};

/** A linear congruential generator (Numerical Recipes): the same inputs in every run. */
let state = 20_261_130;
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}
function pick<Value>(values: readonly Value[]): Value | undefined {
  return values[random(values.length)];
}

function hostileValue(type: GraphQLInputType, depth: number): unknown {
  if (isNonNullType(type)) return hostileValue(type.ofType, depth);
  if (isListType(type))
    return Array.from({ length: random(4) === 0 ? 60 : random(3) }, () => hostileValue(type.ofType, depth + 1));
  if (isEnumType(type)) return pick(type.getValues())?.name;
  if (!isInputObjectType(type)) {
    const hostile = [...(byScalar[type.name] ?? []), ...(type.name === "String" ? strings : [])];
    return pick(random(4) === 0 ? hostile : (benign[type.name] ?? hostile));
  }
  const fields = Object.values(type.getFields());
  if (type.isOneOf) {
    const field = pick(fields);
    return field === undefined ? {} : { [field.name]: hostileValue(field.type, depth + 1) };
  }
  return Object.fromEntries(
    fields.filter((field) => isGiven(field, depth)).map((field) => [field.name, valueFor(field, depth)]),
  );
}

function isGiven(field: GraphQLInputField | GraphQLArgument, depth: number): boolean {
  const isRequired =
    "astNode" in field &&
    (isRequiredInputField(field as GraphQLInputField) || isRequiredArgument(field as GraphQLArgument));
  return isRequired || (depth < 5 && random(3) > 0);
}

/** Sometimes null, also where a default stands in for nothing. */
function valueFor(field: GraphQLInputField | GraphQLArgument, depth: number): unknown {
  return random(20) === 0 ? null : hostileValue(field.type, depth + 1);
}

function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return "fields" in type || "getTypes" in type ? "{ __typename }" : "";
  const parts = Object.values(type.getFields()).flatMap((inner) => {
    if (inner.args.some(isRequiredArgument)) return [];
    const named = getNamedType(inner.type);
    if (inner.name === "userErrors" || inner.name === "nodes") return [`${inner.name} { __typename }`];
    return isObjectType(named) || "getTypes" in named || "getFields" in named ? [] : [inner.name];
  });
  return `{ __typename ${parts.join(" ")} }`;
}

const roundsPerField = Number(process.env.HOSTILE_ROUNDS ?? 3);
const codesOfServer = ["INTERNAL_SERVER_ERROR", "SUBGRAPH_UNAVAILABLE", "TIMEOUT"];

test("no value in any argument of any root field is reported as a fault of the server", async () => {
  const admin = await shop.admin();
  const faults: string[] = [];
  const roots = [
    ["query", schema.getQueryType()],
    ["mutation", schema.getMutationType()],
  ] as const;
  const outcomes = new Map<string, number>();
  for (const [operation, root] of roots) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      if (["accountDelete", "tokenRevokeAll", "sessionRevoke", "userDisable"].includes(field.name)) continue;
      for (let round = 0; round < roundsPerField; round += 1) {
        const given = field.args.filter((argument) => isGiven(argument, 0));
        const declared = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(", ");
        const passed = given.map(({ name }) => `${name}: $${name}`).join(", ");
        const document = `${operation}${declared === "" ? "" : `(${declared})`} { ${field.name}${passed === "" ? "" : `(${passed})`} ${selectionOf(field)} }`;
        const variables = Object.fromEntries(given.map((argument) => [argument.name, valueFor(argument, 0)]));
        const token = round % 3 === 0 ? undefined : admin.accessToken;
        const { status, errors } = await shop.graphql(document, variables, { token });
        const outcome = String(errors[0]?.extensions?.code ?? "ok");
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        const code = errors
          .map(({ extensions }) => String(extensions?.code))
          .find((each) => codesOfServer.includes(each));
        if (code !== undefined || status >= 500)
          faults.push(`${status} ${code} ${document} ${JSON.stringify(variables).slice(0, 600)}`);
      }
    }
  }
  // Most requests must get as far as the domain for this to say anything.
  expect(outcomes.get("ok") ?? 0).toBeGreaterThan(100);
  expect(faults).toEqual([]);
}, 600_000);
