import type { ShopError, UserError } from "#client/sdk/errors.ts";
import { lineName, price, words } from "./format.ts";

/** Returns the sentence that explains an error to the user. */
export function messageFor(error: ShopError): string {
  const { code, errors } = error;
  const { retryAfterSeconds, requestId } = errors[0];
  const later = retryAfterSeconds === null ? "in a moment" : `in ${Math.ceil(retryAfterSeconds)} s`;
  switch (code) {
    case "NETWORK_FAILED":
      return error.message;
    case "UNAUTHENTICATED":
      return "Sign in first.";
    case "FORBIDDEN":
      return "Your account does not have the permission for this.";
    case "RATE_LIMITED":
      return `Too many requests. Try again ${later}.`;
    case "OVERLOADED":
    case "TIMEOUT":
      return `The shop is busy. Try again ${later}.`;
    case "SUBGRAPH_UNAVAILABLE":
      return "Part of the shop is temporarily unavailable. Try again in a moment.";
    case "BAD_USER_INPUT":
      return error.message;
    default:
      return `The request failed: ${error.message}${requestId === null ? "" : ` (request ${requestId})`}`;
  }
}

/** Returns one sentence for each error of a mutation, one a line. */
export function messagesFor(userErrors: readonly UserError[]): string {
  return userErrors.map(sentence).join("\n");
}

function sentence(error: UserError): string {
  switch (error.code) {
    case "INSUFFICIENT_STOCK":
      return error.availableQuantity === 0
        ? `${nameOf(error)} is sold out.`
        : `Only ${error.availableQuantity} of ${nameOf(error)} left; you requested ${error.requestedQuantity}.`;
    case "PRICE_CHANGED":
      return `The total has changed from ${price(error.expectedTotal)} to ${price(error.actualTotal)}.`;
    case "PAYMENT_DECLINED":
      return `The payment was declined${error.declineCode === null ? "" : `: ${words(error.declineCode)}`}.`;
    case "INVALID_STATUS_TRANSITION":
      return `The status cannot change from ${words(error.from)} to ${words(error.to)}.`;
    case "EDIT_CONFLICT":
      return "It was changed in the meantime. Reload it and try again.";
    case "STOCK_PRECONDITION_FAILED":
      return `${error.message} Units on hand: ${error.currentOnHand}.`;
    case "VALIDATION_FAILED":
    case "PASSWORD_TOO_WEAK":
      return error.field === null ? error.message : `${placeOf(error.field)}: ${error.message}`;
    case "NOT_FOUND":
    case "ALREADY_EXISTS":
    case "IDEMPOTENCY_KEY_REUSED":
    case "INVALID_CREDENTIALS":
    case "ACCOUNT_NOT_ACTIVATED":
    case "ACCOUNT_DISABLED":
    case "TOKEN_INVALID":
    case "OAUTH_FAILED":
    case "CART_EMPTY":
    case "CURRENCY_MISMATCH":
    case "PRODUCT_UNAVAILABLE":
    case "VARIANT_REQUIRED":
    case "SHIPPING_ADDRESS_REQUIRED":
    case "EMAIL_REQUIRED":
    case "ORDER_NOT_EDITABLE":
    case "PAYMENT_ACTION_REQUIRED":
    case "PAYMENT_AMOUNT_MISMATCH":
    case "PAYMENT_ALREADY_PROCESSED":
    case "PAYMENT_IN_PROGRESS":
    case "ORDER_NOT_PAYABLE":
    case "REFUND_EXCEEDS_PAID":
    case "QUANTITY_EXCEEDED":
    case "MEDIA_NOT_READY":
    case "RETURN_NOT_POSSIBLE":
    case "PRICE_OVERLAP":
    case "DISCOUNT_NOT_APPLICABLE":
    case "DISCOUNT_USED_UP":
    case "SHIPPING_OPTION_REQUIRED":
    case "SHIPPING_UNAVAILABLE":
    case "MARKET_UNAVAILABLE":
      return error.message;
    default:
      return unknown(error);
  }
}

function nameOf({ product, variant }: Extract<UserError, { code: "INSUFFICIENT_STOCK" }>): string {
  if (product === null) return "one of the products";
  return lineName(product.name, variant?.name ?? null);
}

/** Returns the last name in a field's path, in words: "Quantity" for `["items", "0", "quantity"]`. */
function placeOf(field: readonly string[]): string {
  const name = field.findLast((step) => !/^\d+$/.test(step)) ?? "Input";
  const spaced = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${spaced.charAt(0).toUpperCase()}${spaced.slice(1)}`;
}

/** A newer shop may have codes that this command does not know; their messages can be shown as they are. */
function unknown(error: never): string {
  return (error as UserError).message;
}
