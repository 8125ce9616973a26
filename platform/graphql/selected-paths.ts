import {
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionSetNode,
} from "graphql";

/**
 * The fields that are selected below the one that is being resolved, as paths of field names such as "nodes.variants". Those that `@skip` or `@include`
 * leaves out are not among them; those of a fragment are, whatever type it is on.
 */
export function selectedPaths(
  info: Pick<GraphQLResolveInfo, "fieldNodes" | "fragments" | "variableValues">,
): ReadonlySet<string> {
  const { fieldNodes, fragments, variableValues } = info;
  const paths = new Set<string>();
  const add = (selections: SelectionSetNode | undefined, prefix: string) => {
    for (const selection of selections?.selections ?? []) {
      if (selection.directives !== undefined && selection.directives.length > 0) {
        if (getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.if === true) continue;
        if (getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.if === false) continue;
      }
      if (selection.kind === Kind.FIELD) {
        const path = `${prefix}${selection.name.value}`;
        paths.add(path);
        add(selection.selectionSet, `${path}.`);
      } else {
        const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
        add(fragment?.selectionSet, prefix);
      }
    }
  };
  for (const node of fieldNodes) add(node.selectionSet, "");
  return paths;
}
