import type { OrderStatus } from "#drizzle/orders/tables.ts";
import { notFoundError, type UserErrorValue } from "#platform/shop/input.ts";
import { type Money, moneyOutput } from "#platform/shop/money.ts";
import type { UserErrorCode } from "#schema/generated/orders.ts";

/** A failure that the caller can act on, in the `userErrors` of this subgraph's payloads. */
export type UserError = UserErrorValue<UserErrorCode> & Readonly<Record<string, unknown>>;

/** A CheckoutError: a problem with a cart or an order that has no fields of its own. */
export function checkoutError(code: UserErrorCode, message: string, field?: readonly (string | number)[]): UserError {
  return { __typename: "CheckoutError", code, message, ...(field === undefined ? {} : { field: field.map(String) }) };
}

/** The key was used before, with another input. */
export function idempotencyKeyReusedError(field: readonly string[] = ["idempotencyKey"]): UserError {
  return {
    __typename: "IdempotencyKeyReusedError",
    code: "IDEMPOTENCY_KEY_REUSED",
    message: "This idempotency key was already used for a different request.",
    field,
  };
}

/** There is not enough stock for one line. */
export function insufficientStockError(
  line: { productId: string; variantId: string; requestedQuantity: number; availableQuantity: number },
  field?: readonly (string | number)[],
): UserError {
  return {
    __typename: "InsufficientStockError",
    code: "INSUFFICIENT_STOCK",
    message: line.availableQuantity === 0 ? "This item is sold out." : `Only ${line.availableQuantity} left in stock.`,
    product: { id: line.productId },
    variant: { id: line.variantId },
    requestedQuantity: line.requestedQuantity,
    availableQuantity: line.availableQuantity,
    ...(field === undefined ? {} : { field: field.map(String) }),
  };
}

/** The total differs from the one that the buyer expects. */
export function priceChangedError(expectedTotal: Money, actualTotal: Money): UserError {
  return {
    __typename: "PriceChangedError",
    code: "PRICE_CHANGED",
    message: "The total has changed. Check it and try again.",
    field: ["expectedTotal"],
    expectedTotal: moneyOutput(expectedTotal),
    actualTotal: moneyOutput(actualTotal),
  };
}

/** The order cannot move from `from` to `to`. */
export function invalidTransitionError(
  from: OrderStatus,
  to: OrderStatus,
  allowed: readonly OrderStatus[],
  field?: readonly string[],
): UserError {
  return {
    __typename: "InvalidStatusTransitionError",
    code: "INVALID_STATUS_TRANSITION",
    message: `An order cannot go from ${from} to ${to}.`,
    from,
    to,
    allowed,
    ...(field === undefined ? {} : { field }),
  };
}

/** A PaymentError. `declineCode` is the provider's reason. */
export function paymentError(
  code: UserErrorCode,
  message: string,
  more: { field?: readonly string[]; declineCode?: string | null } = {},
): UserError {
  return { __typename: "PaymentError", code, message, ...more };
}

/** A cart, its order and its payment have one currency. */
export function currencyMismatchError(field?: readonly (string | number)[]): UserError {
  return checkoutError("CURRENCY_MISMATCH", "All items of an order must be in one currency.", field);
}

/** No cart belongs to the token. */
export const unknownCartError = notFoundError(["cartToken"], "No cart belongs to this token.");

/** A DiscountError. `discountCode` is null for an automatic discount. */
export function discountError(
  code: UserErrorCode,
  message: string,
  discountCode: string | null,
  field?: readonly string[],
): UserError {
  return { __typename: "DiscountError", code, message, discountCode, ...(field === undefined ? {} : { field }) };
}
