import { z } from "zod";
import { flagVariable } from "../config/env.ts";

const seconds = (value: number) => z.coerce.number().int().min(1).max(86_400).default(value);
const maximum = (value: number) => z.coerce.number().int().min(1).max(1_000_000_000).default(value);

/**
 * The variables of all budgets, with their defaults. `BUDGET_<NAME>_PER_<KIND>` is the maximum for one subject of that kind in a window of
 * `BUDGET_<NAME>_WINDOW_SECONDS`; `BUDGET_<NAME>_GLOBAL` is the amount for one process beyond which guests' maximums are halved.
 */
export const budgetVariables = {
  /** `false` turns off every budget, for load tests; not accepted in production. */
  BUDGETS_ENABLED: flagVariable.default(true),
  BUDGET_PLANNING_WINDOW_SECONDS: seconds(60),
  BUDGET_PLANNING_PER_ADDRESS: maximum(2_000),
  BUDGET_PLANNING_PER_USER: maximum(4_000),
  BUDGET_PLANNING_GLOBAL: maximum(20_000),
  BUDGET_OTHER_PATHS_WINDOW_SECONDS: seconds(10),
  BUDGET_OTHER_PATHS_PER_ADDRESS: maximum(300),
  BUDGET_OTHER_PATHS_GLOBAL: maximum(3_000),
  BUDGET_HELD_UNITS_WINDOW_SECONDS: seconds(1_800),
  BUDGET_HELD_UNITS_PER_ADDRESS: maximum(150),
  BUDGET_HELD_UNITS_PER_EMAIL: maximum(50),
  BUDGET_HELD_UNITS_PER_USER: maximum(100),
  BUDGET_HELD_UNITS_GLOBAL: maximum(10_000),
  BUDGET_HELD_ORDERS_WINDOW_SECONDS: seconds(1_800),
  BUDGET_HELD_ORDERS_PER_ADDRESS: maximum(60),
  BUDGET_HELD_ORDERS_PER_EMAIL: maximum(10),
  BUDGET_HELD_ORDERS_PER_USER: maximum(20),
  BUDGET_HELD_ORDERS_GLOBAL: maximum(2_000),
  BUDGET_MAILS_WINDOW_SECONDS: seconds(3_600),
  BUDGET_MAILS_PER_ADDRESS: maximum(60),
  BUDGET_MAILS_PER_EMAIL: maximum(5),
  BUDGET_MAILS_PER_USER: maximum(20),
  BUDGET_MAILS_GLOBAL: maximum(5_000),
  BUDGET_PAID_ORDER_MAILS_WINDOW_SECONDS: seconds(3_600),
  BUDGET_PAID_ORDER_MAILS_PER_EMAIL: maximum(50),
  BUDGET_RESET_MAILS_WINDOW_SECONDS: seconds(3_600),
  BUDGET_RESET_MAILS_PER_USER: maximum(1),
  BUDGET_DECLINED_PAYMENTS_WINDOW_SECONDS: seconds(3_600),
  BUDGET_DECLINED_PAYMENTS_PER_ADDRESS: maximum(30),
  BUDGET_DECLINED_PAYMENTS_PER_EMAIL: maximum(10),
  BUDGET_DECLINED_PAYMENTS_PER_USER: maximum(10),
  BUDGET_DECLINED_PAYMENTS_GLOBAL: maximum(500),
  BUDGET_RETURN_REQUESTS_WINDOW_SECONDS: seconds(3_600),
  BUDGET_RETURN_REQUESTS_PER_ADDRESS: maximum(30),
  BUDGET_RETURN_REQUESTS_GLOBAL: maximum(2_000),
  BUDGET_GUEST_CARTS_WINDOW_SECONDS: seconds(3_600),
  BUDGET_GUEST_CARTS_PER_ADDRESS: maximum(200),
  BUDGET_GUEST_CARTS_GLOBAL: maximum(10_000),
  BUDGET_UNKNOWN_CODES_WINDOW_SECONDS: seconds(900),
  BUDGET_UNKNOWN_CODES_PER_ADDRESS: maximum(30),
  BUDGET_UNKNOWN_CODES_GLOBAL: maximum(1_000),
  BUDGET_VAT_CHECKS_WINDOW_SECONDS: seconds(900),
  BUDGET_VAT_CHECKS_PER_ADDRESS: maximum(30),
  BUDGET_VAT_CHECKS_GLOBAL: maximum(1_000),
  BUDGET_REAUTHENTICATION_WINDOW_SECONDS: seconds(900),
  BUDGET_REAUTHENTICATION_PER_ADDRESS: maximum(60),
  BUDGET_REAUTHENTICATION_PER_USER: maximum(10),
} as const;

/** The values of {@link budgetVariables}. */
export type BudgetEnv = z.infer<z.ZodObject<typeof budgetVariables>>;

type Variable = keyof typeof budgetVariables;
type NameOf<Text> = Text extends `BUDGET_${infer Name}_WINDOW_SECONDS` ? Lowercase<Name> : never;

/** The name of a budget, as it stands in metrics: `BUDGET_HELD_UNITS_…` configures `held_units`. */
export type BudgetName = NameOf<Variable>;

/** Whom a budget is counted for. */
export const subjectKinds = ["address", "email", "user"] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** One budget as configured. A kind without a maximum is not counted. */
export type BudgetRule = {
  readonly windowSeconds: number;
  readonly maximums: ReadonlyMap<SubjectKind, number>;
  /** Undefined for a budget that never tightens. */
  readonly global: number | undefined;
};

/** The configured rule of a budget. */
export function budgetRule(env: BudgetEnv, name: BudgetName): BudgetRule {
  const values: Readonly<Record<string, number | boolean | undefined>> = env;
  const read = (suffix: string) => {
    const value = values[`BUDGET_${name.toUpperCase()}_${suffix}`];
    return typeof value === "number" ? value : undefined;
  };
  const maximums = new Map<SubjectKind, number>();
  for (const kind of subjectKinds) {
    const value = read(`PER_${kind.toUpperCase()}`);
    if (value !== undefined) maximums.set(kind, value);
  }
  const windowSeconds = read("WINDOW_SECONDS");
  if (windowSeconds === undefined) throw new Error(`The budget ${name} has no window.`);
  return { windowSeconds, maximums, global: read("GLOBAL") };
}
