import type { UserErrorCode } from "./generated/documents.ts";

/** The `extensions.code` of an error; NETWORK_FAILED when the shop could not be reached or did not respond with GraphQL. */
export type ShopErrorCode = (typeof shopErrorCodes)[number];

/** Every {@link ShopErrorCode}: the codes of the contract, and NETWORK_FAILED. */
export const shopErrorCodes = [
  "BAD_REQUEST",
  "PAYLOAD_TOO_LARGE",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "RATE_LIMITED",
  "OPERATION_TOO_COMPLEX",
  "PERSISTED_QUERY_NOT_FOUND",
  "DOCUMENT_NOT_TRUSTED",
  "SUBGRAPH_UNAVAILABLE",
  "TIMEOUT",
  "OVERLOADED",
  "INTERNAL_SERVER_ERROR",
  "NETWORK_FAILED",
] as const;

/** One top-level error of a response. */
export interface ResponseError {
  readonly code: ShopErrorCode;
  readonly message: string;
  /** The field that is null because of it, such as `["me", "orders"]`; empty when the whole request failed. */
  readonly path: readonly (string | number)[];
  /** With RATE_LIMITED and OVERLOADED: seconds until a retry makes sense. */
  readonly retryAfterSeconds: number | null;
  /** The request's id in the shop's logs. */
  readonly requestId: string | null;
}

/** Thrown for a response with errors. `code` and `message` are those of the first error. */
export class ShopError extends Error {
  readonly code: ShopErrorCode;
  readonly errors: readonly [ResponseError, ...ResponseError[]];
  /** The data of the response, if it is partial; else null. */
  readonly data: unknown;

  constructor(errors: readonly [ResponseError, ...ResponseError[]], data: unknown = null, options?: ErrorOptions) {
    super(errors[0].message, options);
    this.name = "ShopError";
    this.code = errors[0].code;
    this.errors = errors;
    this.data = data;
  }
}

/** Returns an error that the client itself raises, in the form of the shop's. */
export function shopError(code: ShopErrorCode, message: string, options?: ErrorOptions): ShopError {
  return new ShopError([{ code, message, path: [], retryAfterSeconds: null, requestId: null }], null, options);
}

interface MoneyValue {
  amount: string;
  currencyCode: string;
}

/** The additional fields of some codes. */
interface Details {
  EDIT_CONFLICT: { currentVersion: number };
  STOCK_PRECONDITION_FAILED: { currentOnHand: number };
  INSUFFICIENT_STOCK: {
    requestedQuantity: number;
    availableQuantity: number;
    product: { id: string; name: string } | null;
    variant: { id: string; name: string } | null;
  };
  PRICE_CHANGED: { expectedTotal: MoneyValue; actualTotal: MoneyValue };
  INVALID_STATUS_TRANSITION: { from: string; to: string; allowed: string[] };
  PAYMENT_DECLINED: { declineCode: string | null };
}

/**
 * The user errors with some codes, as a union that `switch (error.code)` narrows and exhausts.
 *
 * @example
 * switch (error.code) {
 *   case "INSUFFICIENT_STOCK": return `Only ${error.availableQuantity} left.`;
 *   …
 *   default: return error satisfies never;
 * }
 */
export type UserError<Code extends UserErrorCode = UserErrorCode> = Code extends UserErrorCode
  ? { code: Code; message: string; field: string[] | null } & (Code extends keyof Details ? Details[Code] : unknown)
  : never;
