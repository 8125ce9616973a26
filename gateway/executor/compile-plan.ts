import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from "@apollo/query-planner";
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
  visit,
} from "graphql";
import { deepMerge, isOfType, isRecord, type JsonObject, rewrite } from "./json-data.ts";

/** A query plan made ready to run many times: whatever does not depend on a request's variables is worked out once. */
export type Step =
  | { readonly kind: "sequence" | "parallel"; readonly steps: readonly Step[] }
  | { readonly kind: "at"; readonly path: readonly string[]; readonly step: Step }
  | {
      readonly kind: "condition";
      readonly variable: string;
      readonly whenTrue: Step | undefined;
      readonly whenFalse: Step | undefined;
    }
  | FetchStep;

/** One fetch from one subgraph. */
export type FetchStep = {
  readonly kind: "fetch";
  readonly subgraph: string;
  readonly operation: "query" | "mutation";
  readonly document: DocumentNode;
  /** Whether equal ones under way may be sent as one. */
  readonly shared: boolean;
  /** The post's body, as JSON. Representations are JSON texts already. */
  readonly body: (variables: JsonObject, representations: readonly string[] | undefined) => string;
  /** What identifies an entity to the subgraph, as JSON; undefined when the entity is not one for this fetch. Absent in a fetch of root fields. */
  readonly representation: ((entity: JsonObject) => string | undefined) | undefined;
  /** Puts renamed fields back under the names that the rest of the plan knows. */
  readonly restore: (data: unknown) => void;
  /** The response names that the fetch was to bring, for those who must say what is missing: of the root, or of an entity of that type. */
  readonly namesFor: (typename: string | undefined) => readonly string[];
};

/** @throws {Error} for what the gateway cannot run: subscriptions and deferred parts. */
export function compilePlan(plan: QueryPlan, supergraph: GraphQLSchema): Step | undefined {
  if (plan.node === undefined) return undefined;
  if (plan.node.kind === "Subscription") throw new Error("Subscriptions are not served.");
  return compileNode(plan.node, { supergraph, documents: new Map() });
}

/** What follows from the text of a fetch alone. A plan with conditions holds the same text many times. */
type FetchDocument = Pick<FetchStep, "document" | "shared" | "namesFor">;
type Graph = { readonly supergraph: GraphQLSchema; readonly documents: Map<string, FetchDocument> };

function compileNode(node: PlanNode, graph: Graph): Step {
  switch (node.kind) {
    case "Sequence":
      return { kind: "sequence", steps: node.nodes.map((child) => compileNode(child, graph)) };
    case "Parallel":
      return { kind: "parallel", steps: node.nodes.map((child) => compileNode(child, graph)) };
    case "Flatten":
      return { kind: "at", path: node.path.map(String), step: compileNode(node.node, graph) };
    case "Condition":
      return {
        kind: "condition",
        variable: node.condition,
        whenTrue: node.ifClause === undefined ? undefined : compileNode(node.ifClause, graph),
        whenFalse: node.elseClause === undefined ? undefined : compileNode(node.elseClause, graph),
      };
    case "Fetch":
      return compileFetch(node, graph);
    case "Defer":
      throw new Error("Deferred parts are not served.");
  }
}

/** The `@tag` of a field of Query that makes something new for each who asks: two guests who begin to sign in at once are to get two states. */
const oneTimeTag = "one-time";

function asksForOneTime(document: DocumentNode, supergraph: GraphQLSchema): boolean {
  const fields = supergraph.getQueryType()?.getFields() ?? {};
  let found = false;
  visit(document, {
    Field: ({ name }) => {
      found ||= isOneTime(fields[name.value]?.astNode?.directives ?? []);
    },
  });
  return found;
}

function isOneTime(directives: readonly ConstDirectiveNode[]): boolean {
  return directives.some(
    ({ name, arguments: [tag] = [] }) =>
      name.value === "tag" && tag?.value.kind === Kind.STRING && tag.value.value === oneTimeTag,
  );
}

function compileDocument(text: string, { supergraph, documents }: Graph): FetchDocument {
  const known = documents.get(text);
  if (known !== undefined) return known;
  const document = parse(text, { noLocation: true });
  const compiled = {
    document,
    shared: !asksForOneTime(document, supergraph),
    namesFor: compileNames(document, supergraph),
  };
  documents.set(text, compiled);
  return compiled;
}

function compileFetch(node: FetchNode, graph: Graph): FetchStep {
  const { supergraph } = graph;
  const rewritesIn = node.inputRewrites;
  const rewritesOut = node.outputRewrites;
  return {
    kind: "fetch",
    subgraph: node.serviceName,
    operation: node.operationKind === OperationTypeNode.MUTATION ? "mutation" : "query",
    ...compileDocument(node.operation, graph),
    body: compileBody(node),
    representation:
      node.requires === undefined
        ? undefined
        : compileRepresentation(
            node.requires,
            supergraph,
            rewritesIn === undefined ? undefined : (representation) => rewrite(supergraph, rewritesIn, representation),
          ),
    restore: rewritesOut === undefined ? () => {} : (data) => rewrite(supergraph, rewritesOut, data),
  };
}

function compileBody(node: FetchNode): FetchStep["body"] {
  const start = `{"query":${JSON.stringify(node.operation)}${
    node.operationName === undefined ? "" : `,"operationName":${JSON.stringify(node.operationName)}`
  }`;
  const names = (node.variableUsages ?? []).map((name) => ({ name, key: `${JSON.stringify(name)}:` }));
  return (variables, representations) => {
    let values = representations === undefined ? "" : `"representations":[${representations.join(",")}]`;
    for (const { name, key } of names) {
      if (!Object.hasOwn(variables, name)) continue;
      const value = JSON.stringify(variables[name]);
      if (value !== undefined) values += `${values === "" ? "" : ","}${key}${value}`;
    }
    return values === "" ? `${start}}` : `${start},"variables":{${values}}}`;
  };
}

function compileRepresentation(
  requires: readonly QueryPlanSelectionNode[],
  supergraph: GraphQLSchema,
  rewriteIn: ((representation: JsonObject) => void) | undefined,
): (entity: JsonObject) => string | undefined {
  const flat = rewriteIn === undefined ? compileFlat(requires, supergraph) : undefined;
  return (entity) => {
    if (flat !== undefined && typeof entity.__typename === "string") {
      const text = flat(entity, entity.__typename);
      if (text !== notFlat) return text;
    }
    const representation = pick(requires, entity, supergraph);
    if (representation === null || !representation.__typename) return undefined;
    rewriteIn?.(representation);
    return JSON.stringify(representation);
  };
}

/** The usual case, one fragment of plain fields for a type, written straight as text. Undefined when a fragment holds more than that. */
function compileFlat(
  requires: readonly QueryPlanSelectionNode[],
  supergraph: GraphQLSchema,
): ((entity: JsonObject, typename: string) => string | undefined | typeof notFlat) | undefined {
  const fragments: { condition: string; fields: { name: string; key: string }[] }[] = [];
  for (const fragment of requires) {
    if (fragment.kind !== "InlineFragment" || fragment.typeCondition === undefined) return undefined;
    const fields: { name: string; key: string }[] = [];
    for (const field of fragment.selections) {
      if (field.kind !== "Field" || field.selections !== undefined) return undefined;
      const name = field.alias ?? field.name;
      fields.push({ name, key: `${fields.length === 0 ? "" : ","}${JSON.stringify(name)}:` });
    }
    if (!fields.some(({ name }) => name === "__typename")) return undefined;
    fragments.push({ condition: fragment.typeCondition, fields });
  }
  const byType = new Map<string, readonly (readonly { name: string; key: string }[])[]>();
  return (entity, typename) => {
    let groups = byType.get(typename);
    if (groups === undefined) {
      groups = fragments
        .filter(({ condition }) => isOfType(supergraph, typename, condition))
        .map(({ fields }) => fields);
      byType.set(typename, groups);
    }
    if (groups.length > 1) return notFlat;
    const [fields] = groups;
    if (fields === undefined) return undefined;
    let text = "{";
    for (const { name, key } of fields) {
      const value = entity[name];
      if (value === undefined || !Object.hasOwn(entity, name)) return undefined;
      text += key + JSON.stringify(value);
    }
    return `${text}}`;
  };
}

const notFlat = Symbol("not flat");

/** What `selections` select of data that is there; null when a field of theirs is not. */
function pick(
  selections: readonly QueryPlanSelectionNode[],
  source: unknown,
  supergraph: GraphQLSchema,
): JsonObject | null {
  if (!isRecord(source)) return null;
  const picked: JsonObject = {};
  for (const selection of selections) {
    if (selection.kind === "Field") {
      const name = selection.alias ?? selection.name;
      const value = Object.hasOwn(source, name) ? source[name] : undefined;
      if (value === undefined) return null;
      const { selections: inner } = selection;
      if (inner === undefined) picked[name] = value;
      else if (Array.isArray(value)) picked[name] = value.map((item) => pick(inner, item, supergraph));
      else picked[name] = pick(inner, value, supergraph);
    } else if (
      selection.typeCondition !== undefined &&
      isOfType(supergraph, source.__typename, selection.typeCondition)
    ) {
      const inner = pick(selection.selections, source, supergraph);
      if (inner !== null) deepMerge(picked, inner);
    }
  }
  return picked;
}

function compileNames(document: DocumentNode, supergraph: GraphQLSchema): FetchStep["namesFor"] {
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return () => [];
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  const collect = (set: SelectionSetNode, typename: string | undefined, names: Set<string>) => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value === "_entities" && selection.selectionSet !== undefined) {
          collect(selection.selectionSet, typename, names);
        } else names.add(selection.alias?.value ?? selection.name.value);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      if (condition === undefined || typename === undefined || isOfType(supergraph, typename, condition)) {
        collect(fragment.selectionSet, typename, names);
      }
    }
  };
  const byType = new Map<string | undefined, readonly string[]>();
  return (typename) => {
    let names = byType.get(typename);
    if (names === undefined) {
      const collected = new Set<string>();
      collect(operation.selectionSet, typename, collected);
      names = [...collected].filter((name) => name !== "__typename");
      byType.set(typename, names);
    }
    return names;
  };
}
