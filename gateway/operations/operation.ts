import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  specifiedRules,
  validate,
  visit,
} from "graphql";
import { ApiError } from "#platform/shop/api-error.ts";
import { compilePlan } from "../executor/compile-plan.ts";
import { compileShape, type Shape, visiblePath } from "../executor/complete-response.ts";
import type { ExecutableOperation } from "../executor/executor.ts";
import { isRecord, type JsonObject } from "../executor/json-data.ts";
import { isPassthrough } from "../executor/response-passthrough.ts";
import type { Supergraph } from "../executor/supergraph.ts";
import { type CostOf, type Costs, compileCost, readCosts } from "./cost.ts";
import { checkCost, checkDocument, checkFetches, checkVariables, parseDocument } from "./limits.ts";
import { checkSelections, requiredVariables } from "./selections.ts";

/** An operation that was parsed, checked, priced and planned once, and can be executed many times with any variables. */
export type Operation = ExecutableOperation & {
  readonly kind: "query" | "mutation";
  readonly name: string | undefined;
  /** The root fields that it selects, including those in fragments. */
  readonly rootFields: readonly string[];
  /** @throws {ApiError} BAD_USER_INPUT for invalid variables, OPERATION_TOO_COMPLEX if they make the operation too expensive. */
  readonly coerce: (variables: JsonObject) => JsonObject;
  /** The path in the client's response for a path in what was fetched. */
  readonly visible: (path: readonly (string | number)[]) => readonly (string | number)[];
};

/** Prepares operations and keeps them. */
export type Operations = {
  /** @throws {ApiError} for a document that does not parse, is not valid, or exceeds the limits. */
  get(text: string, operationName: string | undefined): Operation;
  /** How often an operation was found, and how often it had to be prepared, since the start. */
  readonly counts: { hits: number; misses: number };
  readonly size: () => number;
};

const operationsMax = 2_000;
/** Over all their documents: most of a document may be comments, which no other limit counts. */
const keptCharactersMax = 16_000_000;
const shapesMax = 32;
const validationErrorsMax = 10;
/** Each of these quotes the whole value. */
const coercionErrorsMax = 3;

/**
 * @param options.introspection whether clients may query the schema.
 * @param options.suggestions whether errors may suggest names that the client did not use; false by default.
 */
export function openOperations(
  supergraph: Supergraph,
  options: { introspection: boolean; suggestions?: boolean },
): Operations {
  const kept = makeKept();
  const costs = readCosts(supergraph.document);
  const counts = { hits: 0, misses: 0 };
  return {
    counts,
    size: () => kept.size(),
    get: (text, operationName) => {
      // With the name's length, so that no name and text read together like another name with another text.
      const key = `${operationName?.length ?? ""}\n${operationName ?? ""}${text}`;
      let operation = kept.get(key);
      if (operation === undefined) {
        counts.misses += 1;
        operation = prepare(text, operationName, { supergraph, costs, ...options });
        kept.set(key, operation);
      } else counts.hits += 1;
      if (operation instanceof ApiError) throw operation;
      return operation;
    },
  };
}

/** What operations are prepared for. */
type ServedGraph = {
  readonly supergraph: Supergraph;
  readonly costs: Costs;
  readonly introspection: boolean;
  readonly suggestions?: boolean;
};

type Prepared = Operation | ApiError;

/** Prepared operations, bounded in number and in the size of their documents. Those that were not used since they were last looked at go first. */
function makeKept() {
  const entries = new Map<string, { readonly prepared: Prepared; used: boolean }>();
  let characters = 0;
  const makeRoom = (forCharacters: number) => {
    for (const [key, entry] of entries) {
      if (entries.size < operationsMax && characters + forCharacters <= keptCharactersMax) return;
      entries.delete(key);
      if (entry.used) {
        entry.used = false;
        entries.set(key, entry);
      } else characters -= key.length;
    }
  };
  return {
    size: () => entries.size,
    get: (key: string): Prepared | undefined => {
      const entry = entries.get(key);
      if (entry !== undefined) entry.used = true;
      return entry?.prepared;
    },
    set: (key: string, prepared: Prepared) => {
      makeRoom(key.length);
      entries.set(key, { prepared, used: false });
      characters += key.length;
    },
  };
}

/** Errors are kept like operations, so rejecting the same document again costs nothing. */
function prepare(text: string, operationName: string | undefined, graph: ServedGraph): Prepared {
  try {
    const document = parseDocument(text);
    checkDocument(document);
    checkValidity(graph, document);
    checkSelections(graph.supergraph.schema, document);
    return compile(document, chooseDefinition(document, operationName), { text, operationName }, graph);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** @throws {ApiError} GRAPHQL_VALIDATION_FAILED. Names that the client did not use are not revealed. */
function checkValidity({ supergraph, introspection, suggestions = false }: ServedGraph, document: DocumentNode): void {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const errors = validate(supergraph.schema, document, rules, { maxErrors: validationErrorsMax });
  rejectAll("GRAPHQL_VALIDATION_FAILED", errors, suggestions);
}

/** One ApiError that stands for several errors; each keeps its message and its locations. */
function rejectAll(
  code: "GRAPHQL_VALIDATION_FAILED" | "BAD_USER_INPUT",
  errors: readonly GraphQLError[],
  suggestions = false,
): void {
  const [first] = errors;
  if (first === undefined) return;
  const shown = errors.map(
    (error) =>
      new GraphQLError(showMessage(error.message, suggestions), {
        extensions: { code },
        ...(error.nodes === undefined ? {} : { nodes: error.nodes }),
      }),
  );
  throw new ApiError(code, showMessage(first.message, suggestions), {}, new AggregateError(shown));
}

const messageCharactersMax = 300;

/** Without suggestions of names that the client did not use unless they are wanted, and without quoting all of a large value. */
function showMessage(message: string, suggestions: boolean): string {
  const shown = suggestions ? message : message.replace(/ ?Did you mean .*$/s, "");
  return shown.length <= messageCharactersMax ? shown : `${shown.slice(0, messageCharactersMax)}…`;
}

function chooseDefinition(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const chosen =
    operationName === undefined
      ? operations.length === 1
        ? operations[0]
        : undefined
      : operations.find(({ name }) => name?.value === operationName);
  if (chosen === undefined) {
    throw new ApiError(
      "BAD_REQUEST",
      operationName === undefined
        ? "The document has several operations. Choose one with operationName."
        : "The document has no operation with that name.",
    );
  }
  if (chosen.operation === "subscription") throw new ApiError("BAD_REQUEST", "Subscriptions are not supported.");
  return chosen;
}

function compile(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  source: Pick<ExecutableOperation, "text" | "operationName">,
  { supergraph, costs }: ServedGraph,
): Operation {
  const { schema, full } = supergraph;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const parts = { schema, definition, fragments };
  checkVariableNames(definition);
  const step = compilePlan(supergraph.plan(document, definition.name?.value), full);
  checkFetches(step);
  const costOf = compileCost(definition, { schema, fragments, costs });
  return {
    ...source,
    kind: definition.operation === "mutation" ? "mutation" : "query",
    name: definition.name?.value,
    rootFields: rootFieldsOf(definition, fragments),
    step,
    isPassthrough: step?.kind === "fetch" && isPassthrough(parts, full, step.document),
    coerce: compileCoercion(schema, definition, costOf, requiredVariables(schema, document)),
    shapeFor: compileShapes(parts),
    visible: (path) => visiblePath(parts, path),
  };
}

/** @throws {ApiError} GRAPHQL_VALIDATION_FAILED for the variable name that query plans use themselves. */
function checkVariableNames({ variableDefinitions }: OperationDefinitionNode): void {
  if (!variableDefinitions?.some(({ variable }) => variable.name.value === "representations")) return;
  throw new ApiError("GRAPHQL_VALIDATION_FAILED", "The variable name $representations is reserved.");
}

function rootFieldsOf(
  definition: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly string[] {
  const names = new Set<string>();
  const collect = (set: OperationDefinitionNode["selectionSet"]) => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      else {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        if (fragment !== undefined) collect(fragment.selectionSet);
      }
    }
  };
  collect(definition.selectionSet);
  return [...names];
}

const noVariables: JsonObject = Object.freeze({});

function compileCoercion(
  schema: GraphQLSchema,
  definition: OperationDefinitionNode,
  costOf: CostOf,
  required: ReadonlySet<string>,
): Operation["coerce"] {
  const definitions = definition.variableDefinitions ?? [];
  if (definitions.length === 0) {
    const cost = costOf(noVariables);
    return () => {
      checkCost(cost);
      return noVariables;
    };
  }
  return (variables) => {
    checkVariables(variables);
    const { coerced, errors } = getVariableValues(schema, definitions, variables, { maxErrors: coercionErrorsMax });
    if (coerced === undefined) {
      rejectAll("BAD_USER_INPUT", errors);
      throw new Error("Variables were neither coerced nor rejected.");
    }
    for (const name of required) {
      if (coerced[name] !== null) continue;
      throw new ApiError("BAD_USER_INPUT", `Variable "$${name}" must not be null where it is used.`);
    }
    checkCost(costOf(coerced));
    return coerced;
  };
}

type Parts = Parameters<typeof compileShape>[0];

/** One shape for each combination of the variables that `@skip` and `@include` look at. */
function compileShapes(parts: Parts): Operation["shapeFor"] {
  const conditions = conditionVariables(parts);
  const introspecting = rootFieldsOf(parts.definition, parts.fragments).some((name) => /^__(schema|type)$/.test(name));
  const shapes = new Map<string, Shape>();
  return (coerced) => {
    const key = conditions.map((name) => (coerced[name] === true ? "1" : "0")).join("");
    let shape = shapes.get(key);
    if (shape === undefined) {
      shape = compileShape(parts, coerced, makeIntrospect(parts, coerced));
      // Introspection may depend on any variable, not just on those of the conditions.
      if (shapes.size < shapesMax && (!introspecting || !parts.definition.variableDefinitions?.length))
        shapes.set(key, shape);
    }
    return shape;
  };
}

function conditionVariables({ definition, fragments }: Parts): readonly string[] {
  const names = new Set<string>();
  for (const node of [definition, ...fragments.values()]) {
    visit(node, {
      Directive: ({ arguments: values }) => {
        for (const { value } of values ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names];
}

function makeIntrospect({ schema, definition, fragments }: Parts, coerced: JsonObject): (field: FieldNode) => unknown {
  const results = new Map<FieldNode, unknown>();
  return (field) => {
    if (results.has(field)) return results.get(field);
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [
        { ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections: [field] } },
        ...fragments.values(),
      ],
    };
    const { data, errors } = executeSync({ schema, document, rootValue: {}, variableValues: coerced });
    const [first] = errors ?? [];
    if (first !== undefined) throw new GraphQLError("The schema could not be introspected.", { originalError: first });
    const value = isRecord(data) ? data[(field.alias ?? field.name).value] : null;
    results.set(field, value);
    return value;
  };
}
