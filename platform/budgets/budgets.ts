import type { SQL } from "drizzle-orm";
import { Counter, Gauge } from "prom-client";
import type { Metrics } from "../observability/metrics.ts";
import { ApiError } from "../shop/api-error.ts";
import { type BudgetEnv, type BudgetName, budgetRule, type SubjectKind, subjectKinds } from "./env.ts";
import type { BudgetStore, Charge, Taken } from "./store.ts";
import { type BudgetSubjects, makeSubjectKey } from "./subjects.ts";

/** What came of trying to spend. */
export type Spent<Context> =
  | {
      readonly ok: true;
      /** Takes the cost off again, as if it had not been spent. */
      giveBack(context?: Context): Promise<void>;
    }
  | {
      readonly ok: false;
      /** The kind of the subject that has no room. */
      readonly subject: SubjectKind;
      readonly retryAfterSeconds: number;
    };

/** A cost that is counted by the statement that causes it. */
export type CountedWithin = {
  /** For a `with` clause: counts the cost and returns a row, or does neither. undefined if nothing is to be counted. */
  readonly statement: SQL | undefined;
  /** To be called once the cost was counted. */
  note(): void;
};

/** The budgets of one process for what strangers can cause. `Context` is what its store takes along, such as a transaction. */
export type Budgets<Context = never> = {
  /**
   * Counts `cost` for all of the subjects, or for none of them.
   *
   * @throws {ApiError} RATE_LIMITED with `retryAfterSeconds` when one of them has no room.
   */
  spend(name: BudgetName, subjects: BudgetSubjects, cost?: number, context?: Context): Promise<void>;
  /** Like `spend`, but returns the rejection, for callers that delay or merge instead. */
  trySpend(name: BudgetName, subjects: BudgetSubjects, cost?: number, context?: Context): Promise<Spent<Context>>;
  /** Counts `cost` within the statement that causes it; undefined where that is not possible. When the statement finds no room, `spend` says why. */
  countWithin(name: BudgetName, subjects: BudgetSubjects, cost?: number): CountedWithin | undefined;
};

const granted: Spent<unknown> = { ok: true, giveBack: async () => {} };

/**
 * Opens a process's budgets over a store. With `BUDGETS_ENABLED=false` everything is granted.
 *
 * A global amount rejects no one: while more than it was spent in this process within the window, `agora_budget_tightened` is 1 and the
 * maximums of those who are not signed in are halved.
 *
 * @param options.secret the same in all processes that share a store; subjects are stored as HMACs under a key derived from it.
 * @throws {Error} for `BUDGETS_ENABLED=false` in production.
 */
export function openBudgets<Context>(options: {
  env: BudgetEnv & { readonly NODE_ENV: string };
  secret: string;
  store: BudgetStore<Context>;
  metrics: Pick<Metrics, "registry">;
}): Budgets<Context> {
  const { env, store } = options;
  if (!env.BUDGETS_ENABLED) {
    if (env.NODE_ENV === "production") {
      throw new Error("The environment variable BUDGETS_ENABLED is not usable: budgets cannot be off in production.");
    }
    return {
      spend: async () => {},
      trySpend: async () => granted,
      countWithin: () => ({ statement: undefined, note: () => {} }),
    };
  }
  const keyOf = makeSubjectKey(options.secret);
  const meters = makeMeters(options.metrics);
  const isTight = makeGlobalCounters(env, meters);
  const chargesOf = (name: BudgetName, subjects: BudgetSubjects) => {
    const { maximums } = budgetRule(env, name);
    const tight = isTight(name) && isMissing(subjects.user);
    const kindOf = new Map<string, SubjectKind>();
    const charges: Charge[] = [];
    for (const kind of subjectKinds) {
      const [subject, max] = [subjects[kind], maximums.get(kind)];
      if (max === undefined) continue;
      const hash = kind === "address" ? subjects.addressHash : undefined;
      if (isMissing(subject) && isMissing(hash)) continue;
      const key = isMissing(subject) ? `${name}:${kind}:${hash}` : keyOf(name, kind, subject ?? "");
      kindOf.set(key, kind);
      charges.push({ key, max: tight ? Math.ceil(max / 2) : max });
    }
    return { charges, kindOf };
  };
  const noteSpent = (name: BudgetName, cost: number) => {
    meters.spent.inc({ budget: name }, cost);
    isTight.add(name, cost);
  };
  const trySpend: Budgets<Context>["trySpend"] = async (name, subjects, cost = 1, context) => {
    const { windowSeconds } = budgetRule(env, name);
    const { charges, kindOf } = chargesOf(name, subjects);
    if (charges.length === 0) return granted;
    const taken: Taken<Context> = await store.take(charges, cost, windowSeconds, context);
    if (taken.taken) {
      noteSpent(name, cost);
      const giveBack = async () => {
        isTight.takeOff(name, cost);
        await taken.giveBack();
      };
      return { ok: true, giveBack };
    }
    const subject = kindOf.get(taken.key) ?? "address";
    meters.refused.inc({ budget: name, subject });
    return { ok: false, subject, retryAfterSeconds: taken.retryAfterSeconds };
  };
  return {
    trySpend,
    spend: async (name, subjects, cost, context) => {
      const spent = await trySpend(name, subjects, cost, context);
      if (!spent.ok) throw overBudget(spent.retryAfterSeconds);
    },
    countWithin: (name, subjects, cost = 1) => {
      const [charge, ...more] = chargesOf(name, subjects).charges;
      if (charge === undefined) return { statement: undefined, note: () => {} };
      if (more.length > 0 || store.countWithin === undefined) return undefined;
      const statement = store.countWithin(charge, cost, budgetRule(env, name).windowSeconds);
      return { statement, note: () => noteSpent(name, cost) };
    },
  };
}

/** The error for a caller who has no room in a budget. */
function overBudget(retryAfterSeconds: number): ApiError {
  return new ApiError("RATE_LIMITED", "Too many requests. Try again later.", { retryAfterSeconds });
}

function isMissing(user: string | undefined): boolean {
  return user === undefined || user === "";
}

type Meters = {
  readonly spent: Counter<"budget">;
  readonly refused: Counter<"budget" | "subject">;
  readonly tightened: Gauge<"budget">;
};

function makeMeters({ registry }: Pick<Metrics, "registry">): Meters {
  const registers = [registry];
  return {
    spent: new Counter({
      name: "agora_budget_spent_total",
      help: "Costs that were counted, by budget, in the budget's unit.",
      labelNames: ["budget"],
      registers,
    }),
    refused: new Counter({
      name: "agora_budget_refused_total",
      help: "Costs that a budget had no room for, by the kind of the subject that was over.",
      labelNames: ["budget", "subject"],
      registers,
    }),
    tightened: new Gauge({
      name: "agora_budget_tightened",
      help: "1 while a budget's global amount is exceeded in this process and guests' maximums are halved.",
      labelNames: ["budget"],
      registers,
    }),
  };
}

/** Sums each budget's costs in this process over a window that begins with the first cost. */
function makeGlobalCounters(env: BudgetEnv, { tightened }: Meters) {
  const windows = new Map<BudgetName, { endsAtMs: number; spent: number }>();
  const live = (name: BudgetName) => {
    const window = windows.get(name);
    return window !== undefined && window.endsAtMs > performance.now() ? window : undefined;
  };
  const isTight = (name: BudgetName): boolean => {
    const { global } = budgetRule(env, name);
    const tight = global !== undefined && (live(name)?.spent ?? 0) > global;
    tightened.set({ budget: name }, tight ? 1 : 0);
    return tight;
  };
  const add = (name: BudgetName, cost: number) => {
    const window = live(name) ?? {
      endsAtMs: performance.now() + budgetRule(env, name).windowSeconds * 1_000,
      spent: 0,
    };
    window.spent += cost;
    windows.set(name, window);
  };
  const takeOff = (name: BudgetName, cost: number) => {
    const window = live(name);
    if (window !== undefined) window.spent = Math.max(0, window.spent - cost);
  };
  return Object.assign(isTight, { add, takeOff });
}
