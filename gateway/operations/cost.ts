import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from "graphql";
import type { JsonObject } from "../executor/json-data.ts";

/** What the supergraph's `@cost` and `@listSize` say, by "Type.field", "Type.field.argument" or "Type". */
export type Costs = {
  readonly weights: ReadonlyMap<string, number>;
  readonly lists: ReadonlyMap<string, ListSize>;
};

type ListSize = {
  readonly assumedSize: number | undefined;
  readonly slicingArguments: readonly string[];
  readonly sizedFields: readonly string[];
};

/** An operation's cost for one set of variables, with their defaults. */
export type CostOf = (coerced: JsonObject) => number;

/** Reads the directives off the supergraph, whatever names it links them under. */
export function readCosts(supergraph: DocumentNode): Costs {
  const names = linkedNames(supergraph);
  const weights = new Map<string, number>();
  const lists = new Map<string, ListSize>();
  const read = (place: string, directives: readonly ConstDirectiveNode[] | undefined) => {
    for (const directive of directives ?? []) {
      const values = argumentsOf(directive);
      if (directive.name.value === names.cost) weights.set(place, Number(values.weight));
      if (directive.name.value === names.listSize) {
        lists.set(place, {
          assumedSize: typeof values.assumedSize === "number" ? values.assumedSize : undefined,
          slicingArguments: strings(values.slicingArguments),
          sizedFields: strings(values.sizedFields),
        });
      }
    }
  };
  for (const definition of supergraph.definitions) {
    if (!("name" in definition) || definition.name === undefined || !("directives" in definition)) continue;
    if (definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION) continue;
    read(definition.name.value, definition.directives);
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const place = `${definition.name.value}.${field.name.value}`;
      read(place, field.directives);
      for (const argument of field.arguments ?? []) read(`${place}.${argument.name.value}`, argument.directives);
    }
  }
  return { weights, lists };
}

const costSpec = /\/cost\/v[\d.]+$/;

/** A linked directive is called `@<spec>__<name>` unless it is imported, perhaps under another name; the one named like its spec is bare. */
function linkedNames(supergraph: DocumentNode): { cost: string; listSize: string } {
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      const values = argumentsOf(directive);
      if (directive.name.value !== "link" || typeof values.url !== "string" || !costSpec.test(values.url)) continue;
      const spec = typeof values.as === "string" ? values.as : "cost";
      const imports = Array.isArray(values.import) ? values.import : [];
      const nameOf = (name: string, unimported: string) => {
        for (const entry of imports) {
          if (entry === `@${name}`) return name;
          if (entry?.name === `@${name}`) return String(entry.as ?? entry.name).slice(1);
        }
        return unimported;
      };
      return { cost: nameOf("cost", spec), listSize: nameOf("listSize", `${spec}__listSize`) };
    }
  }
  return { cost: "cost", listSize: "listSize" };
}

function argumentsOf(directive: ConstDirectiveNode): JsonObject {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

type Compiler = {
  readonly schema: GraphQLSchema;
  readonly costs: Costs;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
};

/**
 * The cost of an operation as the cost directives define it: each object costs 1 and each plain value 0 unless `@cost` says otherwise, times the
 * length of the lists that it stands in, as `@listSize` and the page asked for say. The operation's selections are bounded beforehand.
 */
export function compileCost(definition: OperationDefinitionNode, compiler: Compiler): CostOf {
  const root = compiler.schema.getRootType(definition.operation);
  return root ? costOfSet(definition.selectionSet, root, compiler, []).total : () => 0;
}

/** `named` are the costs of the fields whose number an enclosing `@listSize(sizedFields:)` gives. */
type SetCost = { readonly total: CostOf; readonly named: CostOf };

function costOfSet(
  set: SelectionSetNode,
  parent: GraphQLNamedType,
  compiler: Compiler,
  sized: readonly string[],
): SetCost {
  const plain: CostOf[] = [];
  const named: CostOf[] = [];
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const field = "getFields" in parent ? parent.getFields()[selection.name.value] : undefined;
      if (field === undefined || !("args" in field)) continue;
      (sized.includes(selection.name.value) ? named : plain).push(costOfField(selection, field, parent, compiler));
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? compiler.fragments.get(selection.name.value) : selection;
    if (fragment === undefined) continue;
    const condition =
      fragment.typeCondition === undefined ? parent : compiler.schema.getType(fragment.typeCondition.name.value);
    if (condition === undefined) continue;
    const inner = costOfSet(fragment.selectionSet, condition, compiler, sized);
    plain.push(inner.total);
    named.push(inner.named);
  }
  return { total: sum(plain), named: sum(named) };
}

function sum(parts: readonly CostOf[]): CostOf {
  return (coerced) => {
    let total = 0;
    for (const part of parts) total += part(coerced);
    return total;
  };
}

function costOfField(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  parent: GraphQLNamedType,
  { costs, ...compiler }: Compiler,
): CostOf {
  const place = `${parent.name}.${field.name}`;
  const type = getNamedType(field.type);
  const list = costs.lists.get(place);
  const weight = costs.weights.get(place) ?? costs.weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0);
  let argumentsWeight = 0;
  for (const { name } of node.arguments ?? []) argumentsWeight += costs.weights.get(`${place}.${name.value}`) ?? 0;
  const inner =
    node.selectionSet === undefined
      ? { total: () => 0, named: () => 0 }
      : costOfSet(node.selectionSet, type, { costs, ...compiler }, list?.sizedFields ?? []);
  if (list === undefined) {
    return (coerced) => argumentsWeight + weight + inner.total(coerced) + inner.named(coerced);
  }
  const sizeOf = compileSize(node, list);
  if (list.sizedFields.length > 0) {
    return (coerced) => argumentsWeight + weight + inner.total(coerced) + sizeOf(coerced) * inner.named(coerced);
  }
  return (coerced) => argumentsWeight + sizeOf(coerced) * (weight + inner.total(coerced));
}

/** How long the list will be at most: the largest of the slicing arguments that are given, else what is assumed. */
function compileSize(node: FieldNode, list: ListSize): CostOf {
  const values: ValueNode[] = (node.arguments ?? []).flatMap(({ name, value }) =>
    list.slicingArguments.includes(name.value) ? [value] : [],
  );
  return (coerced) => {
    let size: number | undefined;
    for (const value of values) {
      const given = valueFromASTUntyped(value, coerced);
      if (typeof given === "number") size = Math.max(size ?? 0, given);
    }
    return size ?? list.assumedSize ?? 1;
  };
}
