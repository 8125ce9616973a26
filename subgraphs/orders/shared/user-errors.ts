import type { OrderStatus } from "#drizzle/orders/tables.ts";
import type { UserErrorValue } from "#platform/shop/input.ts";
import { type Money, moneyOutput } from "#platform/shop/money.ts";
import type { UserErrorCode } from "#schema/generated/orders.ts";

/** A failure that the caller can act on, in the `userErrors` of this subgraph's payloads. */
export type UserError = UserErrorValue<UserErrorCode> & Readonly<Record<string, unknown>>;

/** An error about carts and checkout that carries no more than its code. */
export function checkoutError(code: UserErrorCode, message: string, field?: readonly (string | number)[]): UserError {
  return { __typename: "CheckoutError", code, message, ...(field === undefined ? {} : { field: field.map(String) }) };
}

/** The same key came before with another input. */
export function idempotencyKeyReusedError(field: readonly string[] = ["idempotencyKey"]): UserError {
  return {
    __typename: "IdempotencyKeyReusedError",
    code: "IDEMPOTENCY_KEY_REUSED",
    message: "This key was used for another request.",
    field,
  };
}

/** One line that the stock does not cover. */
export function insufficientStockError(
  line: { productId: string; variantId: string; requestedQuantity: number; availableQuantity: number },
  field?: readonly (string | number)[],
): UserError {
  return {
    __typename: "InsufficientStockError",
    code: "INSUFFICIENT_STOCK",
    message: line.availableQuantity === 0 ? "It is sold out." : `Only ${line.availableQuantity} are left.`,
    product: { id: line.productId },
    variant: { id: line.variantId },
    requestedQuantity: line.requestedQuantity,
    availableQuantity: line.availableQuantity,
    ...(field === undefined ? {} : { field: field.map(String) }),
  };
}

/** The total is not the one that the buyer agreed to. */
export function priceChangedError(expectedTotal: Money, actualTotal: Money): UserError {
  return {
    __typename: "PriceChangedError",
    code: "PRICE_CHANGED",
    message: "The total has changed.",
    field: ["expectedTotal"],
    expectedTotal: moneyOutput(expectedTotal),
    actualTotal: moneyOutput(actualTotal),
  };
}

/** The order cannot go from where it is to where it was asked to go. */
export function invalidTransitionError(
  from: OrderStatus,
  to: OrderStatus,
  allowed: readonly OrderStatus[],
  field?: readonly string[],
): UserError {
  return {
    __typename: "InvalidStatusTransitionError",
    code: "INVALID_STATUS_TRANSITION",
    message: `An order that is ${from} cannot become ${to}.`,
    from,
    to,
    allowed,
    ...(field === undefined ? {} : { field }),
  };
}

/** An error about paying. `declineCode` is the provider's reason. */
export function paymentError(
  code: UserErrorCode,
  message: string,
  more: { field?: readonly string[]; declineCode?: string | null } = {},
): UserError {
  return { __typename: "PaymentError", code, message, ...more };
}
