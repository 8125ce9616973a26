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
import { compilePlan, type Step } from "../executor/compile-plan.ts";
import { compileShape, type Shape, visiblePath } from "../executor/complete-response.ts";
import { isRecord, type JsonObject } from "../executor/json-data.ts";
import { mirrors } from "../executor/response-passthrough.ts";
import type { Supergraph } from "../executor/supergraph.ts";
import { type CostOf, compileCost } from "./cost.ts";
import { checkCost, checkDocument, checkVariables, parseDocument } from "./limits.ts";

/** An operation made ready to run many times, with any variables. */
export type Operation = {
  readonly kind: "query" | "mutation";
  readonly name: string | undefined;
  /** The fields of the root that it selects, fragments included. */
  readonly rootFields: readonly string[];
  readonly step: Step | undefined;
  /** Whether the one fetch of its plan answers with exactly what the client asked for, in the client's order. */
  readonly mirrored: boolean;
  /** @throws {ApiError} BAD_USER_INPUT for variables that do not fit, OPERATION_TOO_COMPLEX for what they make it cost. */
  readonly coerce: (variables: JsonObject) => JsonObject;
  readonly shapeFor: (coerced: JsonObject) => Shape;
  readonly visible: (path: readonly (string | number)[]) => readonly (string | number)[];
};

/** Makes operations ready, and keeps them. */
export type Operations = {
  /** @throws {ApiError} for what does not parse, validate, or keep the limits. */
  get(text: string, operationName: string | undefined): Operation;
  /** How often an operation was there already and how often it was not, since the start. */
  readonly counts: { hits: number; misses: number };
  readonly size: () => number;
};

const operationsMax = 2_000;
/** Of their documents together: most of a document may be comments, which no other limit counts. */
const keptCharactersMax = 16_000_000;
const shapesMax = 32;
const validationErrorsMax = 10;
/** Each of these quotes the whole value. */
const coercionErrorsMax = 3;

/** @param options.introspection whether clients may ask for the schema. */
export function openOperations(supergraph: Supergraph, options: { introspection: boolean }): Operations {
  const kept = makeKept();
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
        operation = prepare(text, operationName, supergraph, options);
        kept.set(key, operation);
      } else counts.hits += 1;
      if (operation instanceof ApiError) throw operation;
      return operation;
    },
  };
}

type Outcome = Operation | ApiError;

/** What was made ready, bounded in number and in the size of its documents; what was not used since it was last looked at goes first. */
function makeKept() {
  const entries = new Map<string, { readonly outcome: Outcome; used: boolean }>();
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
    get: (key: string): Outcome | undefined => {
      const entry = entries.get(key);
      if (entry !== undefined) entry.used = true;
      return entry?.outcome;
    },
    set: (key: string, outcome: Outcome) => {
      makeRoom(key.length);
      entries.set(key, { outcome, used: false });
      characters += key.length;
    },
  };
}

/** Refusals are kept like operations: refusing again costs nothing. */
function prepare(
  text: string,
  operationName: string | undefined,
  supergraph: Supergraph,
  options: { introspection: boolean },
): Outcome {
  try {
    const document = parseDocument(text);
    checkDocument(document);
    checkValidity(supergraph.schema, document, options.introspection);
    return compile(document, chooseDefinition(document, operationName), supergraph);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** @throws {ApiError} GRAPHQL_VALIDATION_FAILED. Names that were not asked for are not given away. */
function checkValidity(schema: GraphQLSchema, document: DocumentNode, introspection: boolean): void {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const errors = validate(schema, document, rules, { maxErrors: validationErrorsMax });
  refuseAll("GRAPHQL_VALIDATION_FAILED", errors);
}

/** One refusal that stands for several errors; each keeps its message and its place in the document. */
function refuseAll(code: "GRAPHQL_VALIDATION_FAILED" | "BAD_USER_INPUT", errors: readonly GraphQLError[]): void {
  const [first] = errors;
  if (first === undefined) return;
  const told = errors.map(
    (error) =>
      new GraphQLError(tell(error.message), {
        extensions: { code },
        ...(error.nodes === undefined ? {} : { nodes: error.nodes }),
      }),
  );
  throw new ApiError(code, tell(first.message), {}, new AggregateError(told));
}

const messageCharactersMax = 300;

/** Without guesses at names that were not asked for, and without quoting back all of a large value. */
function tell(message: string): string {
  const told = message.replace(/ ?Did you mean .*$/s, "");
  return told.length <= messageCharactersMax ? told : `${told.slice(0, messageCharactersMax)}…`;
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
        ? "The document has several operations; say which by operationName."
        : "The document has no operation of that name.",
    );
  }
  if (chosen.operation === "subscription") throw new ApiError("BAD_REQUEST", "Subscriptions are not served.");
  return chosen;
}

function compile(document: DocumentNode, definition: OperationDefinitionNode, supergraph: Supergraph): Operation {
  const { schema, full } = supergraph;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const parts = { schema, definition, fragments };
  checkVariableNames(definition);
  const step = compilePlan(supergraph.plan(document, definition.name?.value), full);
  const costOf = compileCost(definition, { schema, fragments, costs: supergraph.costs });
  return {
    kind: definition.operation === "mutation" ? "mutation" : "query",
    name: definition.name?.value,
    rootFields: rootFieldsOf(definition, fragments),
    step,
    mirrored: step?.kind === "fetch" && mirrors(parts, full, step.document),
    coerce: compileCoercion(schema, definition, costOf),
    shapeFor: compileShapes(parts),
    visible: (path) => visiblePath(parts, path),
  };
}

/** @throws {ApiError} GRAPHQL_VALIDATION_FAILED for the name that plans give to the variable of their own. */
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
      refuseAll("BAD_USER_INPUT", errors);
      throw new Error("Variables without a value and without an error.");
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
      // What is told of the schema may depend on any variable, not just on those of the conditions.
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
  const told = new Map<FieldNode, unknown>();
  return (field) => {
    if (told.has(field)) return told.get(field);
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [
        { ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections: [field] } },
        ...fragments.values(),
      ],
    };
    const { data, errors } = executeSync({ schema, document, rootValue: {}, variableValues: coerced });
    const [first] = errors ?? [];
    if (first !== undefined) throw new GraphQLError("The schema could not be told.", { originalError: first });
    const value = isRecord(data) ? data[(field.alias ?? field.name).value] : null;
    told.set(field, value);
    return value;
  };
}
