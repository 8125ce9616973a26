import type { FetchDataRewrite } from "@apollo/query-planner";
import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from "graphql";

/** An object as JSON has it. */
export type JsonObject = { [name: string]: unknown };

/** Whether a value is an object and no list. */
export function isRecord(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Puts what `source` has into `target`: objects into objects, and lists of one length item by item. What is already there gives way. */
export function deepMerge(target: JsonObject, source: unknown): void {
  if (!isRecord(source) || source === target) return;
  for (const name of Object.keys(source)) {
    const value = source[name];
    if (value === undefined || name === "__proto__") continue;
    const there = Object.hasOwn(target, name) ? target[name] : undefined;
    if (isRecord(there) && isRecord(value)) deepMerge(there, value);
    else if (Array.isArray(there) && Array.isArray(value) && there.length === value.length) mergeItems(there, value);
    else target[name] = value;
  }
}

function mergeItems(target: unknown[], source: readonly unknown[]): void {
  for (const [index, value] of source.entries()) {
    const there = target[index];
    if (isRecord(there) && isRecord(value)) deepMerge(there, value);
    else if (Array.isArray(there) && Array.isArray(value) && there.length === value.length) mergeItems(there, value);
    else target[index] = value;
  }
}

const fragmentPrefix = "... on ";

/** Renames and sets fields as the planner asks, where two types of one name need it. */
export function rewrite(supergraph: GraphQLSchema, rewrites: readonly FetchDataRewrite[], value: unknown): void {
  for (const change of rewrites) {
    const last = change.path.at(-1);
    if (last === undefined) continue;
    atPath(supergraph, change.path.slice(0, -1), value, (object) => {
      if (change.kind === "ValueSetter") {
        object[last] = change.setValueTo;
      } else if (Object.hasOwn(object, last) && object[last]) {
        object[change.renameKeyTo] = object[last];
        object[last] = undefined;
      }
    });
  }
}

function atPath(
  supergraph: GraphQLSchema,
  path: readonly string[],
  value: unknown,
  change: (object: JsonObject) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) atPath(supergraph, path, item, change);
    return;
  }
  if (!isRecord(value)) return;
  const [first, ...rest] = path;
  if (first === undefined) change(value);
  else if (!first.startsWith(fragmentPrefix)) {
    if (Object.hasOwn(value, first)) atPath(supergraph, rest, value[first], change);
  } else if (mayBeOf(supergraph, value.__typename, first.slice(fragmentPrefix.length))) {
    atPath(supergraph, rest, value, change);
  }
}

/** Like a type condition, but an object that does not say what it is passes. */
function mayBeOf(schema: GraphQLSchema, typename: unknown, condition: string): boolean {
  return !typename || isOfType(schema, typename, condition);
}

/** Whether an object that says it is a `typename` falls under a type condition. */
export function isOfType(schema: GraphQLSchema, typename: unknown, condition: string): boolean {
  if (typename === condition) return true;
  if (typeof typename !== "string") return false;
  const type = schema.getType(typename);
  const abstract = schema.getType(condition);
  return isAbstractType(abstract) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(abstract, type);
}
