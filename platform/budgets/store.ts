import type { SQL } from "drizzle-orm";

/** One key to be charged, and the most that may be spent on it in a window. */
export type Charge = { readonly key: string; readonly max: number };

/** Whether a cost was counted. */
export type Taken<Context> =
  | {
      readonly taken: true;
      /** Takes the cost off again, as far as its window has not ended. */
      giveBack(context?: Context): Promise<void>;
    }
  | {
      readonly taken: false;
      /** The first key that has no room. */
      readonly key: string;
      /** When there may be room again; at least 1. */
      readonly retryAfterSeconds: number;
    };

/** Counts costs by key. `Context` is what a caller may pass along, such as its transaction. */
export type BudgetStore<Context> = {
  /** Counts `cost` under every key, or under none when one of them has no room. However many callers come at once, no key exceeds its maximum. */
  take(charges: readonly Charge[], cost: number, windowSeconds: number, context?: Context): Promise<Taken<Context>>;
  /**
   * A statement for a `with` clause of the statement that causes the cost. It counts the cost and returns a row, or does neither; then only `take` knows
   * whether there is no room. Only for stores in the database of that statement.
   */
  countWithin?(charge: Charge, cost: number, windowSeconds: number): SQL;
};
