import type { ShopError, UserError } from "#client/sdk/errors.ts";
import { lineName, price, words } from "./format.ts";

/** What a refusal means for the person, in plain words. */
export function inPlainWords(error: ShopError): string {
  const { code, refusals } = error;
  const { retryAfterSeconds, requestId } = refusals[0];
  const later = retryAfterSeconds === null ? "in a moment" : `in ${Math.ceil(retryAfterSeconds)} s`;
  switch (code) {
    case "NETWORK_FAILED":
      return error.message;
    case "UNAUTHENTICATED":
      return "Please sign in first.";
    case "FORBIDDEN":
      return "Your account may not do that.";
    case "RATE_LIMITED":
      return `That was too often. Please try again ${later}.`;
    case "OVERLOADED":
    case "TIMEOUT":
      return `The shop is very busy. Please try again ${later}.`;
    case "SUBGRAPH_UNAVAILABLE":
      return "A part of the shop is away just now. Please try again in a moment.";
    case "BAD_USER_INPUT":
      return error.message;
    default:
      return `The shop could not do that: ${error.message}${requestId === null ? "" : ` (request ${requestId})`}`;
  }
}

/** What stands in the way of a wish, one line each. */
export function problemsOf(userErrors: readonly UserError[]): string {
  return userErrors.map(sentence).join("\n");
}

function sentence(error: UserError): string {
  switch (error.code) {
    case "INSUFFICIENT_STOCK":
      return error.availableQuantity === 0
        ? `${nameOf(error)} is sold out.`
        : `Only ${error.availableQuantity} of ${nameOf(error)} are left; you asked for ${error.requestedQuantity}.`;
    case "PRICE_CHANGED":
      return `The total is ${price(error.actualTotal)} now; it was ${price(error.expectedTotal)}.`;
    case "PAYMENT_DECLINED":
      return `The payment was declined${error.declineCode === null ? "" : `: ${words(error.declineCode)}`}.`;
    case "INVALID_STATUS_TRANSITION":
      return `It is ${words(error.from)} and cannot become ${words(error.to)}.`;
    case "EDIT_CONFLICT":
      return "Somebody else has changed it meanwhile. Please look at it again.";
    case "STOCK_PRECONDITION_FAILED":
      return `${error.message} ${error.currentOnHand} are on hand.`;
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
      return error.message;
    default:
      return unknown(error);
  }
}

function nameOf({ product, variant }: Extract<UserError, { code: "INSUFFICIENT_STOCK" }>): string {
  if (product === null) return "one of the products";
  return lineName(product.name, variant?.name ?? null);
}

/** The last step of a field's path that has a name: of `["items", "0", "quantity"]` it is "Quantity". */
function placeOf(field: readonly string[]): string {
  const name = field.findLast((step) => !/^\d+$/.test(step)) ?? "Input";
  const spaced = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${spaced.charAt(0).toUpperCase()}${spaced.slice(1)}`;
}

/** A newer shop may know codes that this command does not: their message is for people all the same. */
function unknown(error: never): string {
  return (error as UserError).message;
}
