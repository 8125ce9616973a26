import type { MediaStatus } from "#drizzle/products/tables.ts";
import type { Parsed, UserErrorValue } from "#platform/shop/input.ts";
import { makeErr, type Result as PlatformResult } from "#platform/shop/result.ts";
import type {
  EditConflictError,
  IdempotencyKeyReusedError,
  NotFoundError,
  StockPreconditionError,
  ValidationError,
} from "#schema/generated/products.ts";

/** A failure that the caller can act on, as the SDL defines it. */
export type UserError =
  | (EditConflictError & { __typename: "EditConflictError" })
  | (IdempotencyKeyReusedError & { __typename: "IdempotencyKeyReusedError" })
  | (NotFoundError & { __typename: "NotFoundError" })
  | (StockPreconditionError & { __typename: "StockPreconditionError" })
  | (ValidationError & { __typename: "ValidationError" });

/** The result of a command of this subgraph. */
export type Result<Value> = PlatformResult<Value, UserError>;

export { ok } from "#platform/shop/result.ts";

/** A failed result from error values with this subgraph's codes. */
export const err = makeErr<UserError>();

/** Runs `work` with a parsed input, or returns the errors of an input that could not be parsed. */
export async function runCommand<Command, Value>(
  parsed: Parsed<Command>,
  work: (command: Command) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  return parsed.ok ? work(parsed.value) : err(...parsed.userErrors);
}

/** The value must be unique and is taken. */
export function alreadyExistsError(
  field: readonly (string | number)[],
  message: string,
): UserErrorValue<"ALREADY_EXISTS"> {
  return { __typename: "ValidationError", code: "ALREADY_EXISTS", message, field: field.map(String) };
}

/** The price is valid while another one of the same market is. */
export function priceOverlapError(field: readonly (string | number)[]): UserErrorValue<"PRICE_OVERLAP"> {
  return {
    __typename: "ValidationError",
    code: "PRICE_OVERLAP",
    message: "Another price of this market is valid at the same time.",
    field: field.map(String),
  };
}

/** The idempotency key was used before with a different input. */
export function idempotencyKeyReusedError(): UserErrorValue<"IDEMPOTENCY_KEY_REUSED"> {
  return {
    __typename: "IdempotencyKeyReusedError",
    code: "IDEMPOTENCY_KEY_REUSED",
    message: "This key has already been used with different input.",
    field: ["idempotencyKey"],
  };
}

/** The picture is not READY. */
export function mediaNotReadyError(
  field: readonly (string | number)[],
  status: MediaStatus,
): UserErrorValue<"MEDIA_NOT_READY"> {
  const message = status === "REJECTED" ? "This picture was rejected." : "This picture is not ready yet.";
  return { __typename: "ValidationError", code: "MEDIA_NOT_READY", message, field: field.map(String) };
}

/** The stock is not what the change requires. */
export function stockPreconditionError(
  field: string,
  message: string,
  currentOnHand: number,
): UserErrorValue<"STOCK_PRECONDITION_FAILED"> & { readonly currentOnHand: number } {
  return {
    __typename: "StockPreconditionError",
    code: "STOCK_PRECONDITION_FAILED",
    message,
    field: [field],
    currentOnHand,
  };
}

/** A failed result with the errors of all of these; undefined if none failed. */
export function joinErrors(...results: readonly Result<unknown>[]): Result<never> | undefined {
  const userErrors = results.flatMap((result) => (result.ok ? [] : result.userErrors));
  return userErrors.length === 0 ? undefined : { ok: false, userErrors };
}
