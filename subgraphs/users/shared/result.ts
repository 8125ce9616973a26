import type { UserErrorValue } from "#platform/shop/input.ts";
import { makeErr, type Result as PlatformResult } from "#platform/shop/result.ts";
import type { AccountError, EditConflictError, NotFoundError, ValidationError } from "#schema/generated/users.ts";

/** A failure that the caller can act on, as the graph spells it. */
export type UserError =
  | (AccountError & { __typename: "AccountError" })
  | (EditConflictError & { __typename: "EditConflictError" })
  | (NotFoundError & { __typename: "NotFoundError" })
  | (ValidationError & { __typename: "ValidationError" });

/** The result of a command of this subgraph. */
export type Result<Value> = PlatformResult<Value, UserError>;

export { ok } from "#platform/shop/result.ts";

/** A failed result from error values with this subgraph's codes. */
export const err = makeErr<UserError>();

type AccountErrorCode = Exclude<AccountError["code"], "VALIDATION_FAILED" | "NOT_FOUND" | "EDIT_CONFLICT">;

/** One of the graph's AccountErrors. */
export function accountError(
  code: AccountErrorCode,
  message: string,
  field: readonly string[] | null = null,
): UserErrorValue<AccountErrorCode> {
  return { __typename: "AccountError", code, message, field };
}
