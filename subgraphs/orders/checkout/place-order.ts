import type { BudgetSubjects } from "#platform/budgets/subjects.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { type PostalAddress, validationError } from "#platform/shop/input.ts";
import type { CartItem } from "../cart/cart.ts";
import type { OrderPayload } from "../order/order-payload.ts";
import { awaitReservation } from "../order/reserve-stock.ts";
import type { Services } from "../services.ts";
import { retryOrTimeOut } from "../shared/deadline.ts";
import { type IdempotencyKey, storeUserErrors, writeKey } from "../shared/idempotency.ts";
import {
  checkoutError,
  currencyMismatchError,
  idempotencyKeyReusedError,
  insufficientStockError,
  type UserError,
} from "../shared/user-errors.ts";
import { readCheckoutState } from "./checkout-state.ts";
import { continueNewOrder, continueOrder } from "./continue-order.ts";
import { findOrderLines, type OrderSource } from "./order-lines.ts";
import { lostCodeErrors, type PriceableLines, priceLines } from "./price-lines.ts";
import { type CartContent, type OrderLine, type PlaceOrderCommand, writeOrder } from "./write-order.ts";

/**
 * Places an order exactly once per idempotency key: writes it, reserves its stock, charges it. A repeat of the key continues wherever the order
 * stands, and has the user errors of the first response.
 *
 * @throws {ApiError} TIMEOUT if other requests for the same cart or key do not come to an end in time.
 */
export async function placeOrder(
  services: Services,
  command: PlaceOrderCommand,
  source: OrderSource,
): Promise<OrderPayload> {
  return retryOrTimeOut(command.deadline, async () => {
    const state = await readCheckoutState(services.db, command.key, source.kind === "cart" ? source.cart : undefined);
    const { key, content } = state;
    if (key !== undefined) return replay(services, command, key, content?.items ?? []);
    if (content !== undefined && content.cart.checkoutOrderId !== null) {
      await awaitReservation(services, content.cart.checkoutOrderId, command.deadline);
      return undefined;
    }
    const found = await findOrderLines(services, state, source, command.language);
    return "userErrors" in found ? found : placeLines(services, command, content, found);
  });
}

/** The payload for a key that was used before. A cart's lines are part of the request, unless the order has emptied the cart since. */
async function replay(
  services: Services,
  command: PlaceOrderCommand,
  key: IdempotencyKey,
  items: readonly CartItem[],
): Promise<OrderPayload> {
  const hasOtherLines =
    key.linesFingerprint !== null && items.length > 0 && linesFingerprint(items) !== key.linesFingerprint;
  if (key.fingerprint !== command.fingerprint || hasOtherLines) return { userErrors: [idempotencyKeyReusedError()] };
  return continueOrder(services, command, key);
}

/** Equal for carts with the same lines, in any order. */
function linesFingerprint(items: readonly CartItem[]): string {
  return fingerprint(items.map(({ variantId, quantity }) => `${variantId}:${quantity}`).sort());
}

/** Writes the order and continues it; undefined if another request was faster, and cart and key have to be read again. */
async function placeLines(
  services: Services,
  command: PlaceOrderCommand,
  cart: CartContent | undefined,
  source: PriceableLines,
): Promise<OrderPayload | undefined> {
  const { lines, market } = source;
  const userErrors = [...validateOrder(command, lines), ...maximumErrors(lines)];
  if (userErrors.length > 0) return { userErrors };
  const cartFingerprint = cart === undefined ? null : linesFingerprint(cart.items);
  const shortages = shortageErrors(lines, cart !== undefined);
  if (shortages.length > 0) {
    // No order is needed to reject what is sold out, so that a crowd costs little. The key keeps the errors, as it would after a reservation.
    const outcome = { found: false, userErrors: storeUserErrors(shortages) };
    const row = { ...command.key, fingerprint: command.fingerprint, linesFingerprint: cartFingerprint, outcome };
    return (await writeKey(services.db, row)) ? { userErrors: shortages } : undefined;
  }
  const buyer = await findBuyer(services, command);
  const email = command.email ?? buyer.email;
  const address = command.shippingAddress ?? buyer.address;
  if (email === undefined || address === undefined) return { userErrors: missingErrors(email, address) };
  const priced = await priceLines(services, command, source, { email, accountEmail: buyer.email, address });
  if ("userErrors" in priced) return priced;
  const subjects = subjectsOf(command, email);
  const content = {
    cart: cart?.cart,
    linesFingerprint: cartFingerprint,
    lines,
    market,
    email,
    address,
    subjects,
    ...priced,
  };
  const written = await writeOrder(services, command, content);
  if (written !== undefined && "key" in written) return continueNewOrder(services, command, written);
  const lost = written === undefined ? [] : lostCodeErrors(priced.quote, written.lostIds);
  // Without an automatic discount that was used up meanwhile, the order is priced again.
  return lost.length > 0 ? { userErrors: lost } : undefined;
}

/** A user is counted by their account, a guest by the mailbox. */
function subjectsOf({ userId, clientAddress }: PlaceOrderCommand, email: string): BudgetSubjects {
  return { address: clientAddress, ...(userId === null ? { email } : { user: userId }) };
}

/** What is wrong with a command, as far as it can be said without knowing the buyer. */
function validateOrder(command: PlaceOrderCommand, lines: readonly OrderLine[]): UserError[] {
  const [first] = lines;
  const isMixed = lines.some(({ variant }) => variant.unitPrice.currency !== first?.variant.unitPrice.currency);
  return [
    ...(isMixed ? [currencyMismatchError()] : []),
    ...(command.userId === null ? missingErrors(command.email, command.shippingAddress) : []),
  ];
}

function missingErrors(email: string | undefined, address: PostalAddress | undefined): UserError[] {
  return [
    ...(email === undefined
      ? [checkoutError("EMAIL_REQUIRED", "Enter an email address for order updates.", ["email"])]
      : []),
    ...(address === undefined
      ? [checkoutError("SHIPPING_ADDRESS_REQUIRED", "Enter a shipping address.", ["shippingAddress"])]
      : []),
  ];
}

/** Names each line, of the input or of the cart, that has more units than its variant allows in one order. */
function maximumErrors(lines: readonly OrderLine[]): UserError[] {
  return lines.flatMap(({ variant, quantity, position }) => {
    const { maxPerOrder, productName } = variant;
    if (maxPerOrder === null || quantity <= maxPerOrder) return [];
    const message = `An order can have at most ${maxPerOrder} of ${productName}.`;
    return [validationError(["items", position, "quantity"], message)];
  });
}

/** A cart's lines have no place in the input; those of an order without a cart do. */
function shortageErrors(lines: readonly OrderLine[], isCart: boolean): UserError[] {
  const shortages = lines.filter(({ variant, quantity }) => variant.quantityAvailable < quantity);
  return shortages.map(({ variant, quantity, position }) =>
    insufficientStockError(
      {
        productId: variant.productId,
        variantId: variant.variantId,
        requestedQuantity: quantity,
        availableQuantity: Math.max(0, variant.quantityAvailable),
      },
      isCart ? undefined : ["items", position, "quantity"],
    ),
  );
}

async function findBuyer(
  { users }: Services,
  command: PlaceOrderCommand,
): Promise<{ email: string | undefined; address: PostalAddress | undefined }> {
  if (command.userId === null || (command.email !== undefined && command.shippingAddress !== undefined)) {
    return { email: undefined, address: undefined };
  }
  const buyer = await users.findBuyer(command.userId);
  if (buyer === undefined) throw new ApiError("UNAUTHENTICATED", "This account is no longer active.");
  return { email: buyer.email, address: buyer.defaultAddress ?? undefined };
}
