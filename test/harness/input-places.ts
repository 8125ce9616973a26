import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";

/** One place in the arguments of a field where a client's value of a scalar or an enum goes. */
export type InputPlace = {
  readonly field: GraphQLField<unknown, unknown>;
  /** The argument's name, then the names of input fields; lists are not counted. */
  readonly path: readonly string[];
  readonly type: string;
  /** Whether it takes no null, though it may be left out. */
  readonly hasDefault: boolean;
};

/** The value of a place by its field, path and type. */
type ValueAt = (place: Omit<InputPlace, "hasDefault">) => unknown;

/** All places in the arguments of a field. An input type within itself is entered once. */
export function inputPlaces(field: GraphQLField<unknown, unknown>): InputPlace[] {
  const find = (
    given: GraphQLArgument | GraphQLInputField,
    above: readonly string[],
    entered: readonly string[],
  ): InputPlace[] => {
    const [path, named] = [[...above, given.name], getNamedType(given.type)];
    const hasDefault = isNonNullType(given.type) && given.defaultValue !== undefined;
    if (!isInputObjectType(named)) return [{ field, path, type: named.name, hasDefault }];
    if (entered.includes(named.name)) return [];
    return Object.values(named.getFields()).flatMap((inner) => find(inner, path, [...entered, named.name]));
  };
  return field.args.flatMap((argument) => find(argument, [], []));
}

/** The root fields of a schema, each with its kind of operation. */
export function rootFields(schema: GraphQLSchema): { operation: string; field: GraphQLField<unknown, unknown> }[] {
  const of = (operation: string, root: ReturnType<GraphQLSchema["getQueryType"]>) =>
    Object.values(root?.getFields() ?? {}).map((field) => ({ operation, field }));
  return [...of("query", schema.getQueryType()), ...of("mutation", schema.getMutationType())];
}

/**
 * The smallest arguments of a field that lead to a place, by name: what is required, what `isNeeded` names besides, and the place itself with `value`.
 * Each list on the way has one entry.
 */
export function argumentsFor(
  { field, path }: InputPlace,
  value: unknown,
  valueAt: ValueAt,
  isNeeded: (path: readonly string[]) => boolean = () => false,
): Record<string, unknown> {
  const fill = (type: GraphQLInputType, at: readonly string[]): unknown => {
    const nullable = getNullableType(type);
    if (isListType(nullable)) return [fill(nullable.ofType, at)];
    if (!isInputObjectType(nullable)) {
      return isSame(at, path) ? value : valueAt({ field, path: at, type: nullable.name });
    }
    const fields = Object.values(nullable.getFields());
    const isOnWay = (inner: GraphQLInputField) => isSame([...at, inner.name], path.slice(0, at.length + 1));
    const given = fields.filter(
      (inner) => isOnWay(inner) || isRequiredInputField(inner) || isNeeded([...at, inner.name]),
    );
    const chosen = nullable.isOneOf ? (fields.find(isOnWay) ?? fields[0]) : undefined;
    const filled = chosen === undefined ? given : [chosen];
    return Object.fromEntries(filled.map((inner) => [inner.name, fill(inner.type, [...at, inner.name])]));
  };
  const given = field.args.filter(
    (argument) => argument.name === path[0] || isRequiredArgument(argument) || isNeeded([argument.name]),
  );
  return Object.fromEntries(given.map((argument) => [argument.name, fill(argument.type, [argument.name])]));
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}

/** Writes a value of a type as a GraphQL literal; `{ variable }` in it becomes the variable of that name. */
export function literalOf(type: GraphQLInputType, value: unknown): string {
  const nullable = getNullableType(type);
  if (typeof value === "object" && value !== null && "variable" in value) return `$${value.variable}`;
  if (isListType(nullable) && Array.isArray(value)) {
    return `[${value.map((entry) => literalOf(nullable.ofType, entry)).join(", ")}]`;
  }
  if (isInputObjectType(nullable) && typeof value === "object" && value !== null) {
    const fields = nullable.getFields();
    const entries = Object.entries(value).flatMap(([name, entry]) => {
      const field = fields[name];
      return field === undefined ? [] : [`${name}: ${literalOf(field.type, entry)}`];
    });
    return `{ ${entries.join(", ")} }`;
  }
  if (isEnumType(nullable)) return String(value);
  return JSON.stringify(value);
}
