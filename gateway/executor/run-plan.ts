import type { GraphQLFormattedError } from "graphql";
import type { FetchStep, Step } from "./compile-plan.ts";
import { deepMerge, isRecord, type JsonObject } from "./json-data.ts";
import { unresolvedEntities } from "./unresolved.ts";

/** A subgraph's response, parsed. */
export type SubgraphResult = {
  readonly data?: JsonObject | null | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
};

/** Sends one fetch. What goes wrong is in the result's errors, which then have no path. */
export type SendFetch = (step: FetchStep, body: string) => Promise<SubgraphResult>;

/** What a plan brought together; data still as the subgraphs gave it, with what the plan fetched for itself. */
export type Gathered = { readonly data: JsonObject; readonly errors: GraphQLFormattedError[] };

/** Beyond these many, a response's errors say nothing new. */
const errorsMax = 100;

type Run = {
  readonly variables: JsonObject;
  readonly coerced: JsonObject;
  readonly send: SendFetch;
  readonly gathered: Gathered;
};

/** The place in the data where a step works: every object there, nulls left out. */
type Place = { readonly path: readonly string[]; readonly entities: readonly JsonObject[] };

/**
 * Runs a plan: makes its fetches in their order, sends each representation once, and merges each response at its place. Errors get the path in the
 * client's response; where a fetch failed as a whole, each field that it was to bring gets one.
 *
 * @param variables as the client sent them; they are passed to the subgraphs unchanged.
 * @param coerced the same, with defaults; decides conditions.
 */
export async function runPlan(
  step: Step | undefined,
  variables: JsonObject,
  coerced: JsonObject,
  send: SendFetch,
): Promise<Gathered> {
  const gathered: Gathered = { data: {}, errors: [] };
  if (step !== undefined) {
    await runStep(step, { path: [], entities: [gathered.data] }, { variables, coerced, send, gathered });
  }
  return gathered;
}

async function runStep(step: Step, place: Place, run: Run): Promise<void> {
  switch (step.kind) {
    case "sequence":
      for (const child of step.steps) await runStep(child, place, run);
      return;
    case "parallel":
      await Promise.all(step.steps.map((child) => runStep(child, place, run)));
      return;
    case "at": {
      const entities: JsonObject[] = [];
      for (const entity of place.entities) collectAt(entity, step.path, 0, entities);
      if (entities.length > 0) await runStep(step.step, { path: [...place.path, ...step.path], entities }, run);
      return;
    }
    case "condition": {
      const chosen = run.coerced[step.variable] === true ? step.whenTrue : step.whenFalse;
      if (chosen !== undefined) await runStep(chosen, place, run);
      return;
    }
    case "fetch":
      return step.representation === undefined
        ? fetchFields(step, place, run)
        : fetchEntities(step, step.representation, place, run);
  }
}

/** The objects at a path; "@" stands for every item of a list. */
function collectAt(value: unknown, path: readonly string[], index: number, into: JsonObject[]): void {
  if (value === null || value === undefined) return;
  const name = path[index];
  if (name === undefined || name === "@") {
    if (Array.isArray(value)) {
      for (const item of value) collectAt(item, path, name === undefined ? index : index + 1, into);
    } else if (name === undefined && isRecord(value)) into.push(value);
    return;
  }
  if (isRecord(value) && Object.hasOwn(value, name)) collectAt(value[name], path, index + 1, into);
}

async function fetchFields(step: FetchStep, place: Place, run: Run): Promise<void> {
  const result = await run.send(step, step.body(run.variables, undefined));
  if (result.data) step.restore(result.data);
  for (const entity of place.entities) deepMerge(entity, result.data);
  for (const error of result.errors ?? []) {
    if (error.path === undefined) {
      for (const name of step.namesFor(undefined)) addError(run.gathered, error, [...place.path, name]);
    } else addError(run.gathered, error, [...place.path, ...error.path]);
  }
}

async function fetchEntities(
  step: FetchStep,
  represent: (entity: JsonObject) => string | undefined,
  place: Place,
  run: Run,
): Promise<void> {
  const indexes = new Map<string, number>();
  const groups: JsonObject[][] = [];
  for (const entity of place.entities) {
    const representation = represent(entity);
    if (representation === undefined) continue;
    const index = indexes.get(representation);
    if (index === undefined) {
      indexes.set(representation, groups.length);
      groups.push([entity]);
    } else groups[index]?.push(entity);
  }
  if (groups.length === 0) return;
  const result = await run.send(step, step.body(run.variables, [...indexes.keys()]));
  const errors = [...(result.errors ?? [])];
  if (result.data) {
    const { _entities: received } = result.data;
    if (Array.isArray(received) && received.length === groups.length) mergeEntities(step, groups, received);
    else errors.push({ message: `The subgraph did not return ${groups.length} entities for as many representations.` });
  }
  if (errors.length > 0) placeErrors(step, groups, errors, place, run);
}

function mergeEntities(
  step: FetchStep,
  groups: readonly (readonly JsonObject[])[],
  received: readonly unknown[],
): void {
  for (const [index, entities] of groups.entries()) {
    const entity = received[index];
    if (entity === null) for (const target of entities) unresolvedEntities.add(target);
    if (!isRecord(entity)) continue;
    const typename = entities[0]?.__typename;
    if (!entity.__typename && typename !== undefined) entity.__typename = typename;
    step.restore(entity);
    for (const target of entities) deepMerge(target, entity);
  }
}

/** An entity may stand in the response more than once, and each of its places gets the error. */
function placeErrors(
  step: FetchStep,
  groups: readonly (readonly JsonObject[])[],
  errors: readonly GraphQLFormattedError[],
  place: Place,
  run: Run,
): void {
  const paths = new Map<JsonObject, (string | number)[][]>();
  collectPaths(run.gathered.data, place.path, 0, [], paths);
  const pathsOf = (entities: readonly JsonObject[]) =>
    [...new Set(entities)].flatMap((entity) => paths.get(entity) ?? []);
  for (const error of errors) {
    const [first, index, ...rest] = error.path ?? [];
    if (first === "_entities" && typeof index === "number") {
      for (const path of pathsOf(groups[index] ?? [])) addError(run.gathered, error, [...path, ...rest]);
      continue;
    }
    for (const entities of groups) {
      const typename = entities[0]?.__typename;
      const names = step.namesFor(typeof typename === "string" ? typename : undefined);
      for (const path of pathsOf(entities)) {
        for (const name of names) addError(run.gathered, error, [...path, name]);
      }
    }
  }
}

function collectPaths(
  value: unknown,
  path: readonly string[],
  index: number,
  at: (string | number)[],
  into: Map<JsonObject, (string | number)[][]>,
): void {
  if (Array.isArray(value)) {
    const next = path[index] === "@" ? index + 1 : index;
    for (const [position, item] of value.entries()) collectPaths(item, path, next, [...at, position], into);
    return;
  }
  if (!isRecord(value)) return;
  const name = path[index];
  if (name === undefined) {
    const known = into.get(value);
    if (known === undefined) into.set(value, [at]);
    else known.push(at);
  } else if (Object.hasOwn(value, name)) collectPaths(value[name], path, index + 1, [...at, name], into);
}

function addError(gathered: Gathered, error: GraphQLFormattedError, path: readonly (string | number)[]): void {
  if (gathered.errors.length >= errorsMax) return;
  gathered.errors.push({
    message: error.message,
    path,
    ...(error.extensions === undefined ? {} : { extensions: error.extensions }),
  });
}
