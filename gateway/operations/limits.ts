import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FloatValueNode,
  type FragmentDefinitionNode,
  type IntValueNode,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { ApiError } from "#platform/shop/api-error.ts";
import type { Step } from "../executor/compile-plan.ts";
import type { JsonObject } from "../executor/json-data.ts";

/**
 * What one request may contain. Its text is checked before it is validated and planned; its conditions and counts once it is validated; its cost, its fetches
 * and its variables once it is planned.
 */
export const limits = {
  bodyBytesMax: 256 * 1024,
  tokensMax: 2_000,
  /** Of a document, which is parsed, compared and kept; long values are sent as variables. */
  documentCharactersMax: 100_000,
  depthMax: 12,
  aliasesMax: 30,
  rootMutationFieldsMax: 4,
  /** Fields, spreads and fragments with every spread written out. */
  recursiveSelectionsMax: 1_000,
  /** One response name within one pair of braces; comparing them for conflicts takes the square of their number. */
  repeatedNamesMax: 10,
  directivesMax: 50,
  /** Of an alias, which is repeated in the response for each item of a list, and of an operation's name, which appears in logs and metrics. */
  nameCharactersMax: 128,
  costMax: 10_000,
  /** Different variables in `@skip` and `@include`: the planner's work grows with their combinations. */
  conditionVariablesMax: 8,
  /** Requests to subgraphs in one plan. */
  fetchesMax: 60,
  /** Lists of products whose `totalCount` or `facets` are selected; each looks at the whole catalogue. */
  catalogueCountsMax: 2,
  variablesDepthMax: 20,
  /** Values in all variables together, lists and objects counted with what they hold. */
  variableValuesMax: 2_000,
} as const;

/** Mutations that must be the only one in a request, because each of them tries a password or moves money. */
const singleOperationMutations: ReadonlySet<string> = new Set([
  ...[
    "tokenCreate",
    "tokenRefresh",
    "oauthTokenCreate",
    "accountRegister",
    "accountActivate",
    "accountActivationResend",
  ],
  ...["passwordResetRequest", "passwordReset", "passwordChange", "emailChangeRequest", "emailChangeConfirm"],
  ...["accountDelete", "checkoutComplete", "orderCreate", "paymentProcess", "paymentRecord", "refundCreate"],
]);

/** Rejects a request beyond a limit. @throws {ApiError} OPERATION_TOO_COMPLEX with the limit's name, the actual value and the maximum. */
export function rejectBeyond(limit: string, maximum: number, actual: number | undefined, message: string): never {
  throw new ApiError("OPERATION_TOO_COMPLEX", message, { limit, maximum, ...(actual === undefined ? {} : { actual }) });
}

type Size = {
  readonly selections: number;
  readonly depth: number;
  readonly aliases: number;
  readonly roots: readonly string[];
};

/**
 * Checks the limits that need no schema: depth, aliases, selections with fragments written out, repeated names, long names, directives, and root
 * fields of a mutation. Each fragment is measured once, so that fragments that double cost nothing.
 *
 * @returns the number of selections with fragments written out.
 * @throws {ApiError} OPERATION_TOO_COMPLEX, or GRAPHQL_VALIDATION_FAILED for names that no field may have.
 */
export function checkDocument(document: DocumentNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const sizes = new Map<string, Size | undefined>();
  const counts = { directives: 0 };
  const sizeOfFragment = (name: string): Size => {
    // Validation rejects a fragment within itself; here the recursion must only end.
    if (sizes.has(name)) return sizes.get(name) ?? nothing;
    sizes.set(name, undefined);
    const fragment = fragments.get(name);
    const size = fragment === undefined ? nothing : sizeOfSet(fragment.selectionSet, sizeOfFragment, counts);
    sizes.set(name, size);
    return size;
  };
  // Also of fragments that nothing spreads, for validation looks at those too; how deep one is depends on where it is spread.
  for (const name of fragments.keys()) checkSize({ ...sizeOfFragment(name), depth: 0 });
  let selections = 0;
  for (const operation of operations) {
    checkName(operation.name);
    countDirectives(operation.directives, counts);
    const size = sizeOfSet(operation.selectionSet, sizeOfFragment, counts);
    checkSize(size);
    selections += size.selections;
    if (operation.operation === "mutation") checkMutation(size.roots);
  }
  visit(document, { IntValue: checkNumber, FloatValue: checkNumber });
  return selections;
}

/** A number that JSON cannot represent would reach a subgraph as null. */
function checkNumber({ value }: IntValueNode | FloatValueNode): void {
  if (Number.isFinite(Number(value))) return;
  throw new ApiError("GRAPHQL_VALIDATION_FAILED", "A number in the document is too large.");
}

const nothing: Size = { selections: 0, depth: 0, aliases: 0, roots: [] };

function sizeOfSet(
  set: SelectionSetNode,
  sizeOfFragment: (name: string) => Size,
  counts: { directives: number },
): Size {
  let selections = 0;
  let depth = 0;
  let aliases = 0;
  const roots: string[] = [];
  const names = new Map<string, number>();
  for (const selection of set.selections) {
    selections += 1;
    countDirectives(selection.directives, counts);
    if (selection.kind === Kind.FIELD) {
      aliases += checkNames(selection, names);
      if (roots.length < limits.repeatedNamesMax) roots.push(selection.name.value);
      const inner =
        selection.selectionSet === undefined ? nothing : sizeOfSet(selection.selectionSet, sizeOfFragment, counts);
      selections += inner.selections;
      aliases += inner.aliases;
      const isIntrospection = selection.name.value === "__schema" || selection.name.value === "__type";
      depth = Math.max(depth, 1 + (isIntrospection ? 0 : inner.depth));
      continue;
    }
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? sizeOfFragment(selection.name.value)
        : sizeOfSet(selection.selectionSet, sizeOfFragment, counts);
    selections += inner.selections;
    aliases += inner.aliases;
    depth = Math.max(depth, inner.depth);
    roots.push(...inner.roots.slice(0, limits.repeatedNamesMax));
  }
  // Doubling fragments would count beyond what a number holds exactly; above the limit, how far above does not matter.
  return { selections: Math.min(selections, 1e9), depth, aliases: Math.min(aliases, 1e9), roots: roots.slice(0, 50) };
}

function checkName(name: NameNode | undefined): void {
  if (name === undefined || name.value.length <= limits.nameCharactersMax) return;
  const message = `A name in the operation is longer than ${limits.nameCharactersMax} characters.`;
  rejectBeyond("nameCharacters", limits.nameCharactersMax, name.value.length, message);
}

/** 1 when the field has an alias of its own. */
function checkNames(field: FieldNode, names: Map<string, number>): 0 | 1 {
  checkName(field.alias);
  const name = (field.alias ?? field.name).value;
  if (name === "__proto__") {
    throw new ApiError("GRAPHQL_VALIDATION_FAILED", "Names that begin with two underscores are reserved.");
  }
  const times = (names.get(name) ?? 0) + 1;
  names.set(name, times);
  if (times > limits.repeatedNamesMax) {
    rejectBeyond(
      "repeatedNames",
      limits.repeatedNamesMax,
      undefined,
      `A field is selected more than ${limits.repeatedNamesMax} times under one name.`,
    );
  }
  return field.alias === undefined || field.alias.value === field.name.value ? 0 : 1;
}

function countDirectives(directives: readonly DirectiveNode[] | undefined, counts: { directives: number }): void {
  counts.directives += directives?.length ?? 0;
  if (counts.directives > limits.directivesMax) {
    rejectBeyond(
      "directives",
      limits.directivesMax,
      undefined,
      `The operation has more than ${limits.directivesMax} directives.`,
    );
  }
}

function checkSize({ selections, depth, aliases }: Size): void {
  const { recursiveSelectionsMax, depthMax, aliasesMax } = limits;
  if (selections > recursiveSelectionsMax) {
    rejectBeyond(
      "recursiveSelections",
      recursiveSelectionsMax,
      selections,
      `The operation selects more than ${recursiveSelectionsMax} fields, fragments written out.`,
    );
  }
  if (depth > depthMax)
    rejectBeyond("depth", depthMax, depth, `The operation is ${depth} levels deep; ${depthMax} are allowed.`);
  if (aliases > aliasesMax)
    rejectBeyond("aliases", aliasesMax, aliases, `The operation has ${aliases} aliases; ${aliasesMax} are allowed.`);
}

function checkMutation(roots: readonly string[]): void {
  const single = roots.find((name) => singleOperationMutations.has(name));
  const maximum = single === undefined ? limits.rootMutationFieldsMax : 1;
  if (roots.length <= maximum) return;
  rejectBeyond(
    "rootMutationFields",
    maximum,
    roots.length,
    single === undefined
      ? `A request may contain up to ${maximum} mutations.`
      : `\`${single}\` must be the only mutation in a request.`,
  );
}

/**
 * Checks the size of variables.
 *
 * @returns the number of values that they hold.
 * @throws {ApiError} OPERATION_TOO_COMPLEX for more values, or deeper nesting, than any operation needs; BAD_USER_INPUT for a number that JSON
 * cannot represent.
 */
export function checkVariables(variables: JsonObject): number {
  const count = { values: 0 };
  for (const value of Object.values(variables)) checkValue(value, 1, count);
  return count.values;
}

function checkValue(value: unknown, depth: number, count: { values: number }): void {
  count.values += 1;
  if (count.values > limits.variableValuesMax) {
    const message = `The variables hold more than ${limits.variableValuesMax} values.`;
    rejectBeyond("variableValues", limits.variableValuesMax, undefined, message);
  }
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    throw new ApiError("BAD_USER_INPUT", "A number in the variables is too large.");
  }
  if (typeof value !== "object" || value === null) return;
  if (depth > limits.variablesDepthMax) {
    const message = `The variables are nested more than ${limits.variablesDepthMax} levels deep.`;
    rejectBeyond("variablesDepth", limits.variablesDepthMax, undefined, message);
  }
  for (const item of Array.isArray(value) ? value : Object.values(value)) checkValue(item, depth + 1, count);
}

/** Checks an operation's cost. @throws {ApiError} OPERATION_TOO_COMPLEX */
export function checkCost(cost: number): void {
  if (cost <= limits.costMax) return;
  rejectBeyond(
    "cost",
    limits.costMax,
    cost,
    `The operation's cost is ${cost}; ${limits.costMax} is allowed. Request smaller pages, or fewer counts and searches.`,
  );
}

/** Checks the number of fetches of a plan. @throws {ApiError} OPERATION_TOO_COMPLEX */
export function checkFetches(step: Step | undefined): void {
  const fetches = countFetches(step);
  if (fetches <= limits.fetchesMax) return;
  const message = `The operation needs ${fetches} requests to subgraphs; ${limits.fetchesMax} are allowed.`;
  rejectBeyond("fetches", limits.fetchesMax, fetches, message);
}

function countFetches(step: Step | undefined): number {
  if (step === undefined) return 0;
  switch (step.kind) {
    case "fetch":
      return 1;
    case "at":
      return countFetches(step.step);
    case "condition":
      return countFetches(step.whenTrue) + countFetches(step.whenFalse);
    default:
      return step.steps.reduce((total, child) => total + countFetches(child), 0);
  }
}
