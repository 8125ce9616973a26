import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { limits, rejectBeyond } from "./limits.ts";

/**
 * Variables that stand where null is not allowed. Validation accepts a nullable variable there if it or the place has a default, but a null that
 * is sent explicitly is an error (GraphQL specification, section 6.4.1).
 */
export function requiredVariables(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      VariableDefinition: { enter: () => false },
      Variable: ({ name }) => {
        if (isNonNullType(types.getInputType())) names.add(name.value);
      },
    }),
  );
  return names;
}

/**
 * Limits what a valid document may select before it is planned.
 *
 * @throws {ApiError} OPERATION_TOO_COMPLEX for too many condition variables, or too many counts over the whole catalogue.
 */
export function checkSelections(schema: GraphQLSchema, document: DocumentNode): void {
  checkConditions(document);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  for (const node of document.definitions) {
    const root = node.kind === Kind.OPERATION_DEFINITION ? schema.getRootType(node.operation) : undefined;
    if (node.kind !== Kind.OPERATION_DEFINITION || !root) continue;
    const { lists } = countLists(node.selectionSet, root, { schema, fragments });
    if (lists <= limits.catalogueCountsMax) continue;
    const message = `The operation counts ${lists} lists of products; ${limits.catalogueCountsMax} are allowed.`;
    rejectBeyond("catalogueCounts", limits.catalogueCountsMax, lists, message);
  }
}

function checkConditions(document: DocumentNode): void {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ arguments: values }) => {
      for (const { value } of values ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  if (names.size <= limits.conditionVariablesMax) return;
  const message = `@skip and @include use ${names.size} variables; ${limits.conditionVariablesMax} are allowed.`;
  rejectBeyond("conditionVariables", limits.conditionVariablesMax, names.size, message);
}

const countedType = "ProductConnection";
const countFields: ReadonlySet<string> = new Set(["totalCount", "facets"]);

type Walk = { readonly schema: GraphQLSchema; readonly fragments: ReadonlyMap<string, FragmentDefinitionNode> };

/** How many counted lists a selection set holds, and whether the set itself selects a count. */
function countLists(
  set: SelectionSetNode,
  parent: GraphQLNamedType,
  walk: Walk,
): { readonly lists: number; readonly counts: boolean } {
  let lists = 0;
  let counts = false;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      counts ||= parent.name === countedType && countFields.has(selection.name.value);
      const field = "getFields" in parent ? parent.getFields()[selection.name.value] : undefined;
      if (field === undefined || selection.selectionSet === undefined) continue;
      const inner = countLists(selection.selectionSet, getNamedType(field.type), walk);
      lists += inner.lists + (inner.counts ? 1 : 0);
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection;
    if (fragment === undefined) continue;
    const condition =
      fragment.typeCondition === undefined ? parent : walk.schema.getType(fragment.typeCondition.name.value);
    const inner = countLists(fragment.selectionSet, condition ?? parent, walk);
    lists += inner.lists;
    counts ||= inner.counts;
  }
  return { lists, counts };
}
