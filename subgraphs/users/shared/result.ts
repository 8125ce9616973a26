import type { UserErrorValue } from "#platform/shop/input.ts";
import type { AccountError, EditConflictError, NotFoundError, ValidationError } from "#schema/generated/users.ts";

/** A failure that the caller can act on, as the graph spells it. */
export type UserError =
  | (AccountError & { __typename: "AccountError" })
  | (EditConflictError & { __typename: "EditConflictError" })
  | (NotFoundError & { __typename: "NotFoundError" })
  | (ValidationError & { __typename: "ValidationError" });

/** What came of a wish: its result, or what the caller can act on. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly userErrors: UserError[] };

/** It was done. */
export function ok<Value>(value: Value): Result<Value> {
  return { ok: true, value };
}

/** It was not done, and the caller can act on why. */
export function err(...userErrors: readonly UserErrorValue<UserError["code"]>[]): {
  ok: false;
  userErrors: UserError[];
} {
  return { ok: false, userErrors: userErrors.map((error) => ({ ...error }) as UserError) };
}

type AccountErrorCode = Exclude<AccountError["code"], "VALIDATION_FAILED" | "NOT_FOUND" | "EDIT_CONFLICT">;

/** One of the graph's AccountErrors. */
export function accountError(
  code: AccountErrorCode,
  message: string,
  field: readonly string[] | null = null,
): UserErrorValue<AccountErrorCode> {
  return { __typename: "AccountError", code, message, field };
}
