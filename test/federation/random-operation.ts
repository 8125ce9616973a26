import fc from "fast-check";
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from "graphql";

/** A source of choices that a test can repeat. */
type Choose = { readonly upTo: (maximum: number) => number };

const depthMax = 4;

/** Operations over a schema that are valid, or nearly always so: aliases, fragments, conditions, arguments and variables included. */
export function randomOperation(
  schema: GraphQLSchema,
): fc.Arbitrary<{ query: string; variables: { yes: boolean; no: boolean } }> {
  return fc.tuple(fc.infiniteStream(fc.nat()), fc.boolean(), fc.boolean()).map(([numbers, yes, no]) => {
    const iterator = numbers[Symbol.iterator]();
    const choose: Choose = { upTo: (maximum) => Number(iterator.next().value) % (maximum + 1) };
    const mutation = schema.getMutationType();
    const isMutation = mutation != null && choose.upTo(1) === 1;
    const root = isMutation ? mutation : schema.getQueryType();
    if (root == null) throw new Error("The schema has no root.");
    const used = { yes: false, no: false };
    const selections = selectionsOf(root, schema, choose, 0, used);
    const declared = [used.yes ? "$yes: Boolean!" : "", used.no ? "$no: Boolean! = false" : ""].filter(
      (text) => text !== "",
    );
    const header = `${isMutation ? "mutation" : "query"}${declared.length === 0 ? "" : ` (${declared.join(", ")})`}`;
    return { query: `${header} ${selections}`, variables: { yes, no } };
  });
}

function selectionsOf(
  type: GraphQLNamedType,
  schema: GraphQLSchema,
  choose: Choose,
  depth: number,
  used: { yes: boolean; no: boolean },
): string {
  const parts: string[] = [];
  const fields = fieldsOf(type);
  const wanted = 1 + choose.upTo(3);
  for (let made = 0; made < wanted && fields.length > 0; made += 1) {
    const field = fields[choose.upTo(fields.length - 1)];
    if (field === undefined) continue;
    const named = getNamedType(field.type);
    if (isCompositeType(named) && depth >= depthMax) continue;
    const values = field.args.filter((argument) => isRequiredArgument(argument) || choose.upTo(1) === 1);
    const text = values.map((argument) => `${argument.name}: ${literal(argument, choose)}`).join(", ");
    // One response name must mean one thing everywhere, so the alias follows from the arguments and the type.
    const alias = `${field.name}_${type.name}_${text.replaceAll(/\W+/g, "_")}`;
    const directive = condition(choose, used);
    const inner = isCompositeType(named) ? ` ${selectionsOf(named, schema, choose, depth + 1, used)}` : "";
    parts.push(
      `${choose.upTo(2) === 0 || text !== "" || isAbstractType(type) ? `${alias}: ` : ""}${field.name}${text === "" ? "" : `(${text})`}${directive}${inner}`,
    );
  }
  if (isAbstractType(type) && depth < depthMax) {
    for (const possible of schema.getPossibleTypes(type)) {
      if (choose.upTo(1) === 1)
        parts.push(
          `... on ${possible.name}${condition(choose, used)} ${aliased(possible, schema, choose, depth + 1, used)}`,
        );
    }
  }
  if (parts.length === 0 || choose.upTo(3) === 0)
    parts.push(choose.upTo(1) === 0 ? "__typename" : "kindOf: __typename");
  return `{ ${parts.join(" ")} }`;
}

function fieldsOf(type: GraphQLNamedType): GraphQLField<unknown, unknown>[] {
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}

/** Inside a type condition every field has an alias, because its type may differ from that of the same name in another condition. */
function aliased(
  type: GraphQLNamedType,
  schema: GraphQLSchema,
  choose: Choose,
  depth: number,
  used: { yes: boolean; no: boolean },
): string {
  const fields = fieldsOf(type);
  const field = fields[choose.upTo(fields.length - 1)];
  if (field === undefined || field.args.some(isRequiredArgument)) return "{ __typename }";
  const named = getNamedType(field.type);
  if (!isCompositeType(named)) return `{ ${field.name}_${type.name}_: ${field.name} }`;
  return depth >= depthMax
    ? "{ __typename }"
    : `{ ${field.name}_${type.name}_: ${field.name} ${selectionsOf(named, schema, choose, depth + 1, used)} }`;
}

function condition(choose: Choose, used: { yes: boolean; no: boolean }): string {
  switch (choose.upTo(11)) {
    case 0:
      used.yes = true;
      return " @include(if: $yes)";
    case 1:
      used.no = true;
      return " @skip(if: $no)";
    case 2:
      return " @skip(if: true)";
    default:
      return "";
  }
}

function literal(argument: GraphQLArgument, choose: Choose): string {
  return sample(argument.type, choose, 0);
}

function sample(type: GraphQLInputType, choose: Choose, depth: number): string {
  if (isNonNullType(type)) return sample(type.ofType, choose, depth);
  if (isListType(type))
    return `[${Array.from({ length: choose.upTo(2) }, () => sample(type.ofType, choose, depth)).join(", ")}]`;
  if (isEnumType(type)) return type.getValues()[choose.upTo(type.getValues().length - 1)]?.name ?? "null";
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || (depth < 2 && choose.upTo(1) === 1),
    );
    return `{ ${fields.map((field) => `${field.name}: ${sample(field.type, choose, depth + 1)}`).join(", ")} }`;
  }
  if (type.name === "Int" || type.name === "Float") return String(choose.upTo(3));
  return type.name === "Boolean" ? "true" : `"${type.name} ${choose.upTo(3)}"`;
}
