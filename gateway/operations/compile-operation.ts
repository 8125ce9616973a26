import type { QueryPlan } from "@apollo/query-planner";
import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from "graphql";
import { ApiError } from "#platform/shop/api-error.ts";
import { compilePlan } from "../executor/compile-plan.ts";
import { compileShape, type Shape, visiblePath } from "../executor/complete-response.ts";
import type { ExecutableOperation } from "../executor/executor.ts";
import { isRecord, type JsonObject } from "../executor/json-data.ts";
import type { Supergraph } from "../executor/supergraph.ts";
import { type CostOf, type Costs, compileCost } from "./cost.ts";
import { chooseDefinition } from "./document.ts";
import { checkCost, checkFetches, checkVariables } from "./limits.ts";
import { rejectAll } from "./rejection.ts";
import { requiredVariables } from "./selections.ts";

/** A document within the limits, and the number of its selections with fragments written out. */
export type CheckedDocument = { readonly document: DocumentNode; readonly selections: number };

/** A document, and the name of the operation in it to execute. */
export type OperationSource = Pick<ExecutableOperation, "text" | "operationName">;

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
  /** An estimate of the memory that keeping it takes. */
  readonly bytes: number;
};

/** Each is made when it is first needed, and keeps memory. */
const shapesMax = 8;
/** Each of these quotes the whole value, so that of variables with more values only the first is made. */
const coercionErrorsMax = 3;
const quotedValuesMax = 300;

/**
 * Compiles a valid document with its plan.
 *
 * @throws {ApiError} OPERATION_TOO_COMPLEX for a plan of too many fetches, GRAPHQL_VALIDATION_FAILED for a reserved variable name.
 */
export function compileOperation(
  { document, selections }: CheckedDocument,
  plan: QueryPlan,
  source: OperationSource,
  { supergraph, costs }: { readonly supergraph: Supergraph; readonly costs: Costs },
): Operation {
  const { schema, full } = supergraph;
  const definition = chooseDefinition(document, source.operationName);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const parts = { schema, definition, fragments };
  checkVariableNames(definition);
  const step = compilePlan(plan, full);
  checkFetches(step);
  const costOf = compileCost(definition, { schema, fragments, costs });
  const conditions = conditionVariables(parts);
  return {
    ...source,
    kind: definition.operation === "mutation" ? "mutation" : "query",
    name: definition.name?.value,
    rootFields: rootFieldsOf(definition, fragments),
    step,
    coerce: compileCoercion(schema, definition, costOf, requiredVariables(schema, document)),
    shapeFor: compileShapes(parts, conditions),
    visible: (path) => visiblePath(parts, path),
    bytes: estimateBytes(source.text, { document, selections }, plan, Math.min(shapesMax, 2 ** conditions.length)),
  };
}

/** Measured by `npm run bench -- hostile`, which compares the estimate with what an operation really keeps. */
const bytesPerOperation = 3_000;
const bytesPerNode = 100;
const bytesPerShapeSelection = 350;
const bytesPerPlanCharacter = 12;
const bytesPerCharacter = 2;

function estimateBytes(
  text: string,
  { document, selections }: CheckedDocument,
  plan: QueryPlan,
  shapes: number,
): number {
  let nodes = 0;
  visit(document, {
    enter: () => {
      nodes += 1;
    },
  });
  const planCharacters = plan.node === undefined ? 0 : JSON.stringify(plan.node).length;
  return (
    bytesPerOperation +
    text.length * bytesPerCharacter +
    nodes * bytesPerNode +
    selections * shapes * bytesPerShapeSelection +
    planCharacters * bytesPerPlanCharacter
  );
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
    const maxErrors = checkVariables(variables) > quotedValuesMax ? 1 : coercionErrorsMax;
    const { coerced, errors } = getVariableValues(schema, definitions, variables, { maxErrors });
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
function compileShapes(parts: Parts, conditions: readonly string[]): Operation["shapeFor"] {
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
