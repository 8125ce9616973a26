import type { UserErrorValue } from "./input.ts";

/** A command that failed for reasons that the caller can act on, as they stand in a payload's `userErrors`. */
export type Failed<UserError> = { readonly ok: false; readonly userErrors: UserError[] };

/** What came of a command: its value, or what the caller can act on. `UserError` is the union of the subgraph's error types. */
export type Result<Value, UserError = UserErrorValue> =
  | { readonly ok: true; readonly value: Value }
  | Failed<UserError>;

/** A command that succeeded. */
export function ok<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

/**
 * Makes a subgraph's `err`: it returns a failed result from error values whose codes the subgraph's SDL has. The SDL's error types are generated
 * with one member per `__typename`, which a value's code implies but the compiler cannot see.
 */
export function makeErr<UserError extends { readonly code: string }>(): (
  ...userErrors: readonly UserErrorValue<UserError["code"]>[]
) => Failed<UserError> {
  return (...userErrors) => ({
    ok: false,
    userErrors: userErrors.map((error) => ({ ...error }) as unknown as UserError),
  });
}
