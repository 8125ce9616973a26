import {
  buildASTSchema,
  type DirectiveNode,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  Kind,
} from "graphql";
import type { SubgraphContract } from "#schema/build/compose.ts";

/** A field that is guarded by a directive of its own or of its type. */
export type GuardedField = {
  readonly subgraph: SubgraphContract["name"];
  /** `Type.field`. */
  readonly path: string;
  readonly type: string;
  readonly name: string;
  readonly guards: readonly string[];
  /** The field as it is selected, with its required arguments and a selection of its own. */
  readonly selection: string;
};

const guards: ReadonlySet<string> = new Set(["authenticated", "requiresScopes", "inaccessible"]);

/** Returns every guarded field of the contracts, in their order. */
export function guardedFields(contracts: readonly SubgraphContract[]): GuardedField[] {
  return contracts.flatMap(({ name: subgraph, typeDefs }) => {
    const schema = buildASTSchema(typeDefs, { assumeValidSDL: true });
    return typeDefs.definitions.flatMap((definition) => {
      const isType = definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION;
      if (!isType) return [];
      const type = schema.getType(definition.name.value);
      if (!isObjectType(type)) return [];
      const onType = guardsOf(definition.directives);
      return (definition.fields ?? []).flatMap((field): GuardedField[] => {
        const all = [...onType, ...guardsOf(field.directives)];
        const [name] = [field.name.value];
        const path = `${type.name}.${name}`;
        return all.length === 0
          ? []
          : [{ subgraph, path, type: type.name, name, guards: all, selection: select(type, name) }];
      });
    });
  });
}

function guardsOf(directives: readonly DirectiveNode[] | undefined): string[] {
  return (directives ?? []).map(({ name }) => name.value).filter((name) => guards.has(name));
}

function select(type: GraphQLObjectType, name: string): string {
  const field = type.getFields()[name];
  if (field === undefined) throw new Error(`${type.name} has no field ${name}.`);
  const values = field.args.filter(isRequiredArgument).map((argument) => `${argument.name}: ${literal(argument.type)}`);
  return `${name}${values.length === 0 ? "" : `(${values.join(", ")})`}${subselection(field.type)}`;
}

function subselection(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  return isScalarType(named) || isEnumType(named) ? "" : " { __typename }";
}

const scalars: Readonly<Record<string, string>> = {
  ID: '"00000000-0000-7000-8000-00000000ffff"',
  Int: "1",
  Float: "1",
  Boolean: "false",
  EmailAddress: '"nobody@shop.example"',
  CountryCode: '"US"',
  CurrencyCode: '"USD"',
  LanguageCode: '"en"',
  Decimal: '"1.00"',
  DateTime: '"2030-01-01T00:00:00.000Z"',
  URL: '"https://shop.example/"',
};

/** Returns the minimal valid literal of a type, with ids that do not exist. */
function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type)) return "[]";
  if (isEnumType(type)) return type.getValues()[0]?.name ?? "";
  if (!isInputObjectType(type)) return scalars[type.name] ?? '"x"';
  const fields = Object.values(type.getFields()).filter(isRequiredInputField);
  return `{ ${fields.map((field) => `${field.name}: ${literal(field.type)}`).join(", ")} }`;
}
