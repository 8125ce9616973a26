import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from "graphql";

/**
 * The graph's scalars. On the way in each takes the right JSON type and no more: what the text means is judged where the input is parsed, so
 * that a mutation answers with every wrong field at once instead of one error for the whole request.
 */
const text = (name: string, serialize: (value: unknown) => unknown = String): GraphQLScalarType =>
  new GraphQLScalarType({
    name,
    serialize,
    parseValue: (value) => {
      if (typeof value === "string") return value;
      throw new GraphQLError(`${name} is a string.`);
    },
    parseLiteral: (node) => {
      if (node.kind === Kind.STRING) return node.value;
      throw new GraphQLError(`${name} is a string.`, { nodes: node });
    },
  });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const jsonObject = new GraphQLScalarType({
  name: "JSONObject",
  serialize: (value) => value,
  parseValue: (value) => {
    if (isObject(value)) return value;
    throw new GraphQLError("JSONObject is an object.");
  },
  parseLiteral: (node, variables) => {
    if (node.kind !== Kind.OBJECT) throw new GraphQLError("JSONObject is an object.", { nodes: node });
    return literal(node, variables ?? {});
  },
});

function literal(node: ValueNode, variables: Record<string, unknown>): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literal(field.value, variables)]));
    case Kind.LIST:
      return node.values.map((value) => literal(value, variables));
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.VARIABLE:
      return variables[node.name.value];
    case Kind.NULL:
      return null;
    default:
      return node.value;
  }
}

/** Resolvers for every scalar of the contract; a subgraph takes those that its SDL has. */
export const scalars = {
  DateTime: text("DateTime", (value) => (value instanceof Date ? value.toISOString() : String(value))),
  EmailAddress: text("EmailAddress"),
  URL: text("URL"),
  CountryCode: text("CountryCode"),
  Decimal: text("Decimal"),
  CurrencyCode: text("CurrencyCode"),
  JSONObject: jsonObject,
} as const;
