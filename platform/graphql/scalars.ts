import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from "graphql";
import { parseDateTime } from "../shop/date-time.ts";

/**
 * The graph's scalars. On the way in each takes the right JSON type and no more, as a variable and as a literal alike: what a text means is
 * judged where the input is parsed, so that a mutation reports every invalid field at once instead of one error for the whole request.
 */
function textScalar(name: string, serialize: (value: unknown) => unknown = String): GraphQLScalarType {
  return makeScalar(name, serialize, (value) => {
    if (typeof value === "string") return value;
    throw badValue(`${name} must be a string.`);
  });
}

function makeScalar(
  name: string,
  serialize: (value: unknown) => unknown,
  parseValue: (value: unknown) => unknown,
): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    serialize,
    parseValue,
    parseLiteral: (node, variables) => parseValue(literalValue(node, variables ?? {})),
  });
}

function badValue(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The JSON value of a literal; an enum value is none. */
function literalValue(node: ValueNode, variables: Record<string, unknown>): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literalValue(field.value, variables)]));
    case Kind.LIST:
      return node.values.map((value) => literalValue(value, variables));
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.VARIABLE:
      return variables[node.name.value];
    case Kind.NULL:
      return null;
    case Kind.ENUM:
      throw badValue(`${node.value} is not a JSON value. Write it in quotes.`);
    default:
      return node.value;
  }
}

/** Resolvers for every scalar of the contract; a subgraph takes those that its SDL has. */
export const scalars = {
  /** Takes RFC 3339 in any offset and passes it on in UTC, to the millisecond. */
  DateTime: makeScalar(
    "DateTime",
    (value) => (value instanceof Date ? value.toISOString() : String(value)),
    (value) => {
      const moment = typeof value === "string" ? parseDateTime(value) : undefined;
      if (moment === undefined) throw badValue("DateTime must be an RFC 3339 date-time such as 2026-01-31T12:00:00Z.");
      return moment.toISOString();
    },
  ),
  EmailAddress: textScalar("EmailAddress"),
  URL: textScalar("URL"),
  CountryCode: textScalar("CountryCode"),
  LanguageCode: textScalar("LanguageCode"),
  Decimal: textScalar("Decimal"),
  CurrencyCode: textScalar("CurrencyCode"),
  JSONObject: makeScalar(
    "JSONObject",
    (value) => value,
    (value) => {
      if (isObject(value)) return value;
      throw badValue("JSONObject must be an object.");
    },
  ),
} as const;
