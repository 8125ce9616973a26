import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";

type Operation = {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
};

type Leaf = readonly [name: string, field: string];
type Branch = readonly [name: string, field: string, fields: readonly (Leaf | Branch)[]];

/**
 * Whether a fetch asks a subgraph for exactly what the client asked: the same names in the same order and nothing more, so that the subgraph's
 * answer is the client's, byte for byte. Only plain selections count; fragments that depend on a type, conditions, and enums of which clients may
 * not see every value say no.
 *
 * @param full the schema with what is inaccessible.
 */
export function isPassthrough(operation: Operation, full: GraphQLSchema, fetch: DocumentNode): boolean {
  const [definition] = fetch.definitions;
  const root = operation.schema.getRootType(operation.definition.operation);
  if (definition?.kind !== Kind.OPERATION_DEFINITION || fetch.definitions.length !== 1 || !root) return false;
  const wanted = outline(operation.definition.selectionSet, root, operation, full);
  const brought = outline(definition.selectionSet, root, { ...operation, fragments: new Map() }, full);
  return wanted !== undefined && brought !== undefined && JSON.stringify(wanted) === JSON.stringify(brought);
}

/** The selections with plain fragments written out; undefined when there is more to them than plain ones. */
function outline(
  set: SelectionSetNode,
  type: GraphQLNamedType,
  operation: Operation,
  full: GraphQLSchema,
): (Leaf | Branch)[] | undefined {
  if (!isObjectType(type)) return undefined;
  const fields: (Leaf | Branch)[] = [];
  for (const selection of set.selections) {
    if (selection.directives !== undefined && selection.directives.length > 0) return undefined;
    if (selection.kind === Kind.FIELD) {
      const field = outlineField(selection, type, operation, full);
      if (field === undefined || fields.some(([name]) => name === field[0])) return undefined;
      fields.push(field);
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? operation.fragments.get(selection.name.value) : selection;
    if (fragment === undefined) return undefined;
    const condition = fragment.typeCondition?.name.value;
    if (condition !== undefined && condition !== type.name) return undefined;
    const inner = outline(fragment.selectionSet, type, operation, full);
    if (inner === undefined || inner.some(([name]) => fields.some(([known]) => known === name))) return undefined;
    fields.push(...inner);
  }
  return fields;
}

function outlineField(
  node: SelectionSetNode["selections"][number] & { kind: typeof Kind.FIELD },
  parent: GraphQLNamedType,
  operation: Operation,
  full: GraphQLSchema,
): Leaf | Branch | undefined {
  if (!isObjectType(parent)) return undefined;
  const name = (node.alias ?? node.name).value;
  if (node.name.value === "__typename") return [name, "__typename"];
  const field = parent.getFields()[node.name.value];
  if (field === undefined) return undefined;
  const type = getNamedType(field.type);
  if (isEnumType(type)) {
    const all = full.getType(type.name);
    if (!isEnumType(all) || all.getValues().length !== type.getValues().length) return undefined;
  }
  if (node.selectionSet === undefined) return [name, `${field.name}: ${field.type}`];
  const fields = outline(node.selectionSet, type, operation, full);
  return fields === undefined ? undefined : [name, `${field.name}: ${field.type}`, fields];
}
