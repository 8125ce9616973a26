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
import { Refusal } from "#platform/errors.ts";
import { type CostOf, compileCost } from "./cost.ts";
import { isRecord, type JsonObject } from "./data.ts";
import { checkCost, checkDocument, checkVariables, parseDocument } from "./limits.ts";
import { mirrors } from "./mirror.ts";
import { compilePlan, type Step } from "./plan.ts";
import { compileShape, type Shape, visiblePath } from "./shape.ts";
import type { Supergraph } from "./supergraph.ts";

/** An operation made ready to run many times, with any variables. */
export type Operation = {
  readonly kind: "query" | "mutation";
  readonly name: string | undefined;
  /** The fields of the root that it selects, fragments included. */
  readonly rootFields: readonly string[];
  readonly step: Step | undefined;
  /** Whether the one fetch of its plan answers with exactly what the client asked for, in the client's order. */
  readonly mirrored: boolean;
  /** @throws {Refusal} BAD_USER_INPUT for variables that do not fit, OPERATION_TOO_COMPLEX for what they make it cost. */
  readonly coerce: (variables: JsonObject) => JsonObject;
  readonly shapeFor: (coerced: JsonObject) => Shape;
  readonly visible: (path: readonly (string | number)[]) => readonly (string | number)[];
};

/** Makes operations ready, and keeps them. */
export type Operations = {
  /** @throws {Refusal} for what does not parse, validate, or keep the limits. */
  get(text: string, operationName: string | undefined): Operation;
  /** How often an operation was there already and how often it was not, since the start. */
  readonly counts: { hits: number; misses: number };
  readonly size: () => number;
};

const operationsMax = 2_000;
const shapesMax = 32;
const validationErrorsMax = 10;
/** Each of these quotes the whole value. */
const coercionErrorsMax = 3;

type Kept = { readonly operation: Operation | Refusal; used: boolean };

/** @param options.introspection whether clients may ask for the schema. */
export function openOperations(supergraph: Supergraph, options: { introspection: boolean }): Operations {
  const kept = new Map<string, Kept>();
  const counts = { hits: 0, misses: 0 };
  return {
    counts,
    size: () => kept.size,
    get: (text, operationName) => {
      const key = operationName === undefined ? text : `${operationName}\n${text}`;
      let entry = kept.get(key);
      if (entry === undefined) {
        counts.misses += 1;
        entry = { operation: prepare(text, operationName, supergraph, options), used: false };
        makeRoom(kept);
        kept.set(key, entry);
      } else {
        counts.hits += 1;
        entry.used = true;
      }
      if (entry.operation instanceof Refusal) throw entry.operation;
      return entry.operation;
    },
  };
}

/** Lets go of what was not used since it was last looked at. */
function makeRoom(kept: Map<string, Kept>): void {
  for (const [key, entry] of kept) {
    if (kept.size < operationsMax) return;
    kept.delete(key);
    if (entry.used) {
      entry.used = false;
      kept.set(key, entry);
    }
  }
}

/** Refusals are kept like operations: refusing again costs nothing. */
function prepare(
  text: string,
  operationName: string | undefined,
  supergraph: Supergraph,
  options: { introspection: boolean },
): Operation | Refusal {
  try {
    const document = parseDocument(text);
    checkDocument(document);
    checkValidity(supergraph.schema, document, options.introspection);
    return compile(document, chooseDefinition(document, operationName), supergraph);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** @throws {Refusal} GRAPHQL_VALIDATION_FAILED. Names that were not asked for are not given away. */
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
  throw new Refusal(code, tell(first.message), {}, new AggregateError(told));
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
    throw new Refusal(
      "BAD_REQUEST",
      operationName === undefined
        ? "The document has several operations; say which by operationName."
        : "The document has no operation of that name.",
    );
  }
  if (chosen.operation === "subscription") throw new Refusal("BAD_REQUEST", "Subscriptions are not served.");
  return chosen;
}

function compile(document: DocumentNode, definition: OperationDefinitionNode, supergraph: Supergraph): Operation {
  const { schema, full } = supergraph;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const parts = { schema, definition, fragments };
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
