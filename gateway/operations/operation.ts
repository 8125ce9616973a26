import { LRUCache } from "lru-cache";
import type { Budgets } from "#platform/budgets/budgets.ts";
import { type BudgetSubjects, clientNetwork } from "#platform/budgets/subjects.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { Supergraph } from "../executor/supergraph.ts";
import { type CheckedDocument, compileOperation, type Operation, type OperationSource } from "./compile-operation.ts";
import { readCosts } from "./cost.ts";
import { parseDocument } from "./document.ts";
import { checkDocument } from "./limits.ts";
import type { PlannedGraph } from "./planner.ts";

/** Who sends an operation. */
export type OperationCaller = { readonly address: string; readonly user: string | undefined };

/** Prepares operations and keeps them. */
export type Operations = {
  /** The operation, if it is kept. @throws {ApiError} when it is kept that the operation was rejected. */
  find(text: string, operationName: string | undefined): Operation | undefined;
  /**
   * Parses, checks and plans an operation that is not kept. What that takes is charged to its caller's planning budget.
   *
   * @throws {ApiError} for a document that does not parse, is not valid, or exceeds the limits; RATE_LIMITED, and OVERLOADED.
   */
  prepare(text: string, operationName: string | undefined, caller: OperationCaller): Promise<Operation>;
  /** How often an operation was found, and how often it had to be prepared, since the start. */
  readonly counts: { hits: number; misses: number };
  readonly size: () => number;
  /** An estimate of the memory that all of them take. */
  readonly bytes: () => number;
};

/** An operation, or the error with which it is rejected, and whether another attempt would come to the same. */
type Prepared = { readonly prepared: Operation | ApiError; readonly isFinal: boolean };

const operationsMax = 2_000;
const bytesMax = 64 * 1024 * 1024;
const bytesPerRejection = 4_000;
const bytesPerCharacter = 2;
/** Charged before an operation is planned; what it takes beyond that is charged afterwards. */
const leastChargeMs = 5;

/** Opens the cache of operations on one supergraph. */
export function openOperations(
  supergraph: Supergraph,
  { planner, budgets }: { readonly planner: Pick<PlannedGraph, "plan">; readonly budgets: Budgets },
): Operations {
  const kept = new LRUCache<string, Operation | ApiError>({
    max: operationsMax,
    maxSize: bytesMax,
    sizeCalculation: (prepared, key) =>
      key.length * bytesPerCharacter + (prepared instanceof ApiError ? bytesPerRejection : prepared.bytes),
  });
  const underWay = new Map<string, Promise<Operation | ApiError>>();
  const graph = { supergraph, costs: readCosts(supergraph.document) };
  const counts = { hits: 0, misses: 0 };

  const plan = async (
    checked: CheckedDocument,
    { text, operationName }: OperationSource,
    caller: OperationCaller,
  ): Promise<Prepared> => {
    const planned = await planner.plan(text, operationName, caller.user ?? clientNetwork(caller.address));
    await chargeRest(budgets, subjectsOf(caller), planned.ms - leastChargeMs);
    const { plan: found, isFinal } = planned;
    if (found instanceof ApiError) return { prepared: found, isFinal };
    try {
      return { prepared: compileOperation(checked, found, { text, operationName }, graph), isFinal };
    } catch (error) {
      if (error instanceof ApiError) return { prepared: error, isFinal };
      throw error;
    }
  };

  const keep = (key: string, planning: Promise<Prepared>) => {
    counts.misses += 1;
    const preparing = planning
      .then(({ prepared, isFinal }) => {
        if (isFinal) kept.set(key, prepared);
        return prepared;
      })
      .finally(() => underWay.delete(key));
    underWay.set(key, preparing);
    return preparing;
  };

  return {
    counts,
    size: () => kept.size,
    bytes: () => kept.calculatedSize,
    find: (text, operationName) => {
      const prepared = kept.get(keyOf(text, operationName));
      if (prepared === undefined) return undefined;
      counts.hits += 1;
      if (prepared instanceof ApiError) throw prepared;
      return prepared;
    },
    prepare: async (text, operationName, caller) => {
      // Before anything is charged: what these limits reject costs less than counting it.
      const document = parseDocument(text, { noLocation: true });
      const selections = checkDocument(document);
      await budgets.spend("planning", subjectsOf(caller), leastChargeMs);
      const key = keyOf(text, operationName);
      const prepared = await (underWay.get(key) ??
        keep(key, plan({ document, selections }, { text, operationName }, caller)));
      if (prepared instanceof ApiError) throw prepared;
      return prepared;
    },
  };
}

function subjectsOf({ address, user }: OperationCaller): BudgetSubjects {
  return user === undefined ? { address } : { user };
}

/** With the name's length, so that no name and text read together like another name with another text. */
function keyOf(text: string, operationName: string | undefined): string {
  return `${operationName?.length ?? ""}\n${operationName ?? ""}${text}`;
}

/** Charges what fits: a budget counts a cost whole or not at all, and the thread has already done the work. */
async function chargeRest(budgets: Budgets, subjects: BudgetSubjects, ms: number): Promise<void> {
  for (let rest = Math.ceil(ms); rest >= 1; rest = Math.floor(rest / 2)) {
    if ((await budgets.trySpend("planning", subjects, rest)).ok) return;
  }
}
