import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  specifiedScalarTypes,
} from "graphql";
import { isRecord, type JsonObject } from "./json-data.ts";
import { unresolvedEntities } from "./unresolved.ts";

/** A value that a subgraph should not have given: the client gets null for it. */
export type Misfit = { readonly message: string; readonly path: readonly (string | number)[] };

/** The client's response, made from what the plan gathered. */
export type Shaped = { readonly data: JsonObject | null; readonly misfits: readonly Misfit[] };

/** Cuts what was gathered to what the client asked for, under the client's names and in the client's order. */
export type Shape = (gathered: JsonObject) => Shaped;

/** Resolves `__schema` and `__type`. */
export type Introspect = (field: FieldNode) => unknown;

/** Null because of a fault that is noted already. */
const faulty = Symbol("faulty");
/** A null that the parent may not hold: the parent becomes null. */
const bubble = Symbol("bubble");

type Notes = { readonly path: (string | number)[]; readonly misfits: Misfit[] };
type Complete = (value: unknown, notes: Notes) => unknown;
type Selected = { readonly node: FieldNode; readonly parent: GraphQLNamedType };
type Part = { readonly set: SelectionSetNode; readonly parent: GraphQLNamedType };
type Field = {
  readonly name: string;
  readonly complete: Complete | undefined;
  readonly value: (() => unknown) | undefined;
};

const misfitsMax = 100;

type Operation = {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
};

/**
 * Works out an operation's shape for one set of values of the variables in its `@skip` and `@include`.
 *
 * @param coerced the variables with their defaults.
 */
export function compileShape(operation: Operation, coerced: JsonObject, introspect: Introspect): Shape {
  const { schema, definition } = operation;
  const root = schema.getRootType(definition.operation);
  if (!root) throw new Error(`The schema has no ${definition.operation}.`);
  const complete = completeObject(root, [{ set: definition.selectionSet, parent: root }], {
    ...operation,
    coerced,
    introspect,
  });
  return (gathered) => {
    const notes: Notes = { path: [], misfits: [] };
    const data = complete(gathered, notes);
    return { data: isRecord(data) ? data : null, misfits: notes.misfits };
  };
}

type Compiler = Operation & { readonly coerced: JsonObject; readonly introspect: Introspect };

/** By the type that an object says it is, worked out when the first such object comes. */
function completeObject(declared: GraphQLNamedType, parts: readonly Part[], compiler: Compiler): Complete {
  const { schema } = compiler;
  const byType = new Map<string, readonly Field[] | undefined>();
  const fieldsOf = (typename: string): readonly Field[] | undefined => {
    if (byType.has(typename)) return byType.get(typename);
    const type = schema.getType(typename);
    const fields = type !== undefined && isCompositeType(type) ? compileFields(type, parts, compiler) : undefined;
    byType.set(typename, fields);
    return fields;
  };
  return (value, notes) => {
    if (value === null || value === undefined) return null;
    if (!isRecord(value)) return fault(notes, `Invalid value found for type ${declared.name}.`);
    const said = value.__typename;
    const fields = fieldsOf(typeof said === "string" ? said : declared.name);
    if (fields === undefined) return fault(notes, `Invalid __typename found for type ${declared.name}.`);
    const output: JsonObject = {};
    const misfitsBefore = notes.misfits.length;
    for (const field of fields) {
      if (field.complete === undefined) {
        const made = field.value === undefined ? bubble : field.value();
        if (made === bubble) return faulty;
        output[field.name] = made;
        continue;
      }
      notes.path.push(field.name);
      const completed = field.complete(ownValue(value, field.name), notes);
      notes.path.pop();
      if (completed === bubble) {
        if (unresolvedEntities.has(value)) notes.misfits.length = misfitsBefore;
        return faulty;
      }
      output[field.name] = completed === faulty ? null : completed;
    }
    return output;
  };
}

/** Names that every object has without having been given them. */
const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

function ownValue(object: JsonObject, name: string): unknown {
  const value = object[name];
  return typeof value === "function" && inherited.has(name) ? undefined : value;
}

function compileFields(runtime: GraphQLNamedType, parts: readonly Part[], compiler: Compiler): readonly Field[] {
  const selected = new Map<string, Selected[]>();
  for (const { set, parent } of parts) collect(runtime, set, parent, compiler, selected);
  return [...selected].map(([name, selections]): Field => {
    const [first] = selections;
    if (first === undefined) return { name, complete: undefined, value: undefined };
    const fieldName = first.node.name.value;
    if (fieldName === "__typename") {
      return { name, complete: undefined, value: isObjectType(runtime) ? () => runtime.name : undefined };
    }
    if (fieldName === "__schema" || fieldName === "__type") {
      return { name, complete: undefined, value: () => compiler.introspect(first.node) };
    }
    const type = fieldType(first.parent, fieldName);
    if (type === undefined) throw new Error(`There is no field ${first.parent.name}.${fieldName}.`);
    // Of an interface and of a type that implements it the same field may be of different types: each selection is of its own, though it is
    // valid only if they agree in lists and nulls.
    const parts = selections.flatMap(({ node, parent }): Part[] => {
      const inner = getNamedType(fieldType(parent, fieldName));
      return node.selectionSet === undefined || inner === undefined ? [] : [{ set: node.selectionSet, parent: inner }];
    });
    const declared = getNamedType(fieldType(runtime, fieldName) ?? type);
    const place = `${first.parent.name}.${fieldName}`;
    return { name, complete: completeValue(type, { declared, parts, place }, compiler), value: undefined };
  });
}

function fieldType(parent: GraphQLNamedType, name: string): GraphQLOutputType | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name]?.type : undefined;
}

function collect(
  runtime: GraphQLNamedType,
  set: SelectionSetNode,
  parent: GraphQLNamedType,
  compiler: Compiler,
  into: Map<string, Selected[]>,
): void {
  for (const selection of set.selections) {
    if (getDirectiveValues(GraphQLSkipDirective, selection, compiler.coerced)?.if === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, selection, compiler.coerced)?.if === false) continue;
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      const known = into.get(name);
      if (known === undefined) into.set(name, [{ node: selection, parent }]);
      else known.push({ node: selection, parent });
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? compiler.fragments.get(selection.name.value) : selection;
    if (fragment === undefined) continue;
    const condition =
      fragment.typeCondition === undefined ? parent : compiler.schema.getType(fragment.typeCondition.name.value);
    if (condition === undefined || !applies(compiler.schema, condition, runtime)) continue;
    collect(runtime, fragment.selectionSet, condition, compiler, into);
  }
}

function applies(schema: GraphQLSchema, condition: GraphQLNamedType, runtime: GraphQLNamedType): boolean {
  if (condition === runtime) return true;
  return (
    isAbstractType(condition) &&
    (isObjectType(runtime) || isInterfaceType(runtime)) &&
    schema.isSubType(condition, runtime)
  );
}

/** What a field holds, lists and nulls aside; `declared` is what an object is that does not say. */
type Content = { readonly declared: GraphQLNamedType; readonly parts: readonly Part[]; readonly place: string };

function completeValue(type: GraphQLOutputType, content: Content, compiler: Compiler): Complete {
  const { declared, parts, place } = content;
  if (isNonNullType(type)) {
    const complete = completeValue(type.ofType, content, compiler);
    return (value, notes) => {
      const completed = complete(value, notes);
      if (completed === null) fault(notes, `Cannot return null for non-nullable field ${place}.`);
      return completed === null || completed === faulty ? bubble : completed;
    };
  }
  if (isListType(type)) return completeList(completeValue(type.ofType, content, compiler), place);
  if (isCompositeType(type)) return completeObject(declared, parts, compiler);
  if (isLeafType(type)) {
    const isValid = leafCheck(type);
    return (value, notes) => {
      if (value === null || value === undefined) return null;
      return isValid(value) ? value : fault(notes, `Invalid value found for field ${place}.`);
    };
  }
  throw new Error(`The field ${place} has no type that can be completed.`);
}

function completeList(complete: Complete, place: string): Complete {
  return (value, notes) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) return fault(notes, `Invalid value found for field ${place}.`);
    const output = new Array<unknown>(value.length);
    let invalid = false;
    for (let index = 0; index < value.length; index += 1) {
      notes.path.push(index);
      const completed = complete(value[index], notes);
      notes.path.pop();
      if (completed === bubble) invalid = true;
      output[index] = completed === faulty ? null : completed;
    }
    return invalid ? faulty : output;
  };
}

/** Whether a subgraph may return the value. What a custom scalar holds is between the subgraph and the client. */
function leafCheck(type: GraphQLNamedType): (value: unknown) => boolean {
  if (isEnumType(type)) return (value) => typeof value === "string" && type.getValue(value) !== undefined;
  if (!specifiedScalarTypes.some(({ name }) => name === type.name)) return () => true;
  switch (type.name) {
    case "Boolean":
      return (value) => typeof value === "boolean";
    case "Int":
      return (value) => Number.isInteger(value);
    case "Float":
      return (value) => typeof value === "number";
    case "ID":
      return (value) => typeof value === "string" || Number.isInteger(value);
    default:
      return (value) => typeof value === "string";
  }
}

function fault(notes: Notes, message: string): typeof faulty {
  if (notes.misfits.length < misfitsMax) notes.misfits.push({ message, path: [...notes.path] });
  return faulty;
}

/** The part of a path that the client asked for, list positions aside: errors of what the plan fetched for itself stand at the parent. */
export function visiblePath(
  { definition, fragments }: Omit<Operation, "schema">,
  path: readonly (string | number)[],
): readonly (string | number)[] {
  let sets: readonly SelectionSetNode[] = [definition.selectionSet];
  let length = 0;
  for (const [index, name] of path.entries()) {
    if (typeof name === "number") continue;
    const found = sets.flatMap((set) => fieldsNamed(set, name, fragments, 0));
    if (found.length === 0) return path.slice(0, length);
    length = index + 1;
    while (typeof path[length] === "number") length += 1;
    sets = found.flatMap(({ selectionSet }) => selectionSet ?? []);
  }
  return path.slice(0, length);
}

const fragmentDepthMax = 100;

function fieldsNamed(
  set: SelectionSetNode,
  name: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  depth: number,
): FieldNode[] {
  if (depth > fragmentDepthMax) return [];
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return (selection.alias ?? selection.name).value === name ? [selection] : [];
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    return fragment === undefined ? [] : fieldsNamed(fragment.selectionSet, name, fragments, depth + 1);
  });
}
