import type { UserErrorCode } from "./generated/documents.ts";

/** Why the shop refused, by `extensions.code`; or NETWORK_FAILED, when it could not be reached or did not answer in GraphQL. */
export type ShopErrorCode = (typeof shopErrorCodes)[number];

/** Every {@link ShopErrorCode}: the contract's codes and one of the client's own. */
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

/** One top-level error of an answer. */
export interface Refusal {
  readonly code: ShopErrorCode;
  readonly message: string;
  /** The field that is null because of it, such as `["me", "orders"]`; empty when the whole request was refused. */
  readonly path: readonly (string | number)[];
  /** With RATE_LIMITED and OVERLOADED: when to ask again. */
  readonly retryAfterSeconds: number | null;
  /** Under which the shop's logs know the request. */
  readonly requestId: string | null;
}

/** What is thrown when an answer is not what was asked for: the first refusal's code and message, and all refusals. */
export class ShopError extends Error {
  readonly code: ShopErrorCode;
  readonly refusals: readonly [Refusal, ...Refusal[]];
  /** The part of the answer that is there all the same; null when nothing is. */
  readonly data: unknown;

  constructor(refusals: readonly [Refusal, ...Refusal[]], data: unknown = null, options?: ErrorOptions) {
    super(refusals[0].message, options);
    this.name = "ShopError";
    this.code = refusals[0].code;
    this.refusals = refusals;
    this.data = data;
  }
}

/** An error of the client's own making, in the form of the shop's. */
export function shopError(code: ShopErrorCode, message: string, options?: ErrorOptions): ShopError {
  return new ShopError([{ code, message, path: [], retryAfterSeconds: null, requestId: null }], null, options);
}

interface MoneyValue {
  amount: string;
  currencyCode: string;
}

/** What some codes carry beside their message. */
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
