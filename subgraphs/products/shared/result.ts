import type { Parsed, UserErrorValue } from "#platform/shop/input.ts";
import type {
  EditConflictError,
  IdempotencyKeyReusedError,
  NotFoundError,
  StockPreconditionError,
  ValidationError,
} from "#schema/generated/products.ts";

/** A failure that the caller can act on, as the graph spells it. */
export type UserError =
  | (EditConflictError & { __typename: "EditConflictError" })
  | (IdempotencyKeyReusedError & { __typename: "IdempotencyKeyReusedError" })
  | (NotFoundError & { __typename: "NotFoundError" })
  | (StockPreconditionError & { __typename: "StockPreconditionError" })
  | (ValidationError & { __typename: "ValidationError" });

/** What came of a command: its result, or what the caller can act on. */
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

/** Does `work` with an input that could be parsed; otherwise fails with every wrong field. */
export async function runCommand<Command, Value>(
  parsed: Parsed<Command>,
  work: (command: Command) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  return parsed.ok ? work(parsed.value) : err(...parsed.userErrors);
}

/** Something else has that name already. */
export function alreadyExistsError(
  field: readonly (string | number)[],
  message: string,
): UserErrorValue<"ALREADY_EXISTS"> {
  return { __typename: "ValidationError", code: "ALREADY_EXISTS", message, field: field.map(String) };
}

/** The key came before with another input. */
export function idempotencyKeyReusedError(): UserErrorValue<"IDEMPOTENCY_KEY_REUSED"> {
  return {
    __typename: "IdempotencyKeyReusedError",
    code: "IDEMPOTENCY_KEY_REUSED",
    message: "This key was used for another change.",
    field: ["idempotencyKey"],
  };
}

/** The stock is not what the change needs it to be. */
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
