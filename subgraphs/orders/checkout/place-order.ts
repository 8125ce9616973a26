import type { KeyOutcome } from "#drizzle/orders/tables.ts";
import type { BudgetSubjects } from "#platform/budgets/subjects.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { notFoundError, type PostalAddress, validationError } from "#platform/shop/input.ts";
import type { CartItem } from "../cart/cart.ts";
import { guestOrderToken, type Order, orderMoney, readOrder } from "../order/order.ts";
import type { OrderPayload } from "../order/order-payload.ts";
import { isGuestsOwn, mayRead } from "../order/read-rule.ts";
import { awaitReservation, type NewOrder, publishOrder } from "../order/reserve-stock.ts";
import { awaitCharge, beginCharge } from "../payment/charge.ts";
import { type CountedAttempt, countAttempt } from "../payment/decline-budget.ts";
import { chargeOutcome, notPayableError } from "../payment/payment-errors.ts";
import type { Services } from "../services.ts";
import { retryOrTimeOut } from "../shared/deadline.ts";
import {
  findKey,
  type IdempotencyKey,
  keepOutcome,
  restoreUserErrors,
  storeUserErrors,
  writeKey,
} from "../shared/idempotency.ts";
import {
  checkoutError,
  currencyMismatchError,
  idempotencyKeyReusedError,
  insufficientStockError,
  type UserError,
} from "../shared/user-errors.ts";
import { lostCodeErrors, type PriceableLines, priceLines } from "./price-lines.ts";
import { type CartContent, type OrderLine, type PlaceOrderCommand, writeOrder } from "./write-order.ts";

/** The lines to be ordered at today's prices, or why they cannot be ordered. */
export type OrderLines = PriceableLines | { readonly userErrors: readonly UserError[] };

/** Where an order's lines come from. Both are read anew on each attempt. */
export type OrderSource = {
  /** The cart that is checked out, with its lines; undefined if there is none. */
  readonly readCart: () => Promise<CartContent | undefined>;
  /** @throws {ApiError} if the products subgraph is unavailable. */
  readonly findLines: (cart: CartContent | undefined) => Promise<OrderLines>;
};

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
    const cart = await source.readCart();
    const key = await findKey(services.db, command.key);
    if (key !== undefined) return replay(services, command, key, cart?.items ?? []);
    if (cart !== undefined && cart.cart.checkoutOrderId !== null) {
      await awaitReservation(services, cart.cart.checkoutOrderId, command.deadline);
      return undefined;
    }
    const found = await source.findLines(cart);
    return "userErrors" in found ? found : placeLines(services, command, cart, found);
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
  const counted = command.method === undefined ? undefined : await countAttempt(services.limits, subjects);
  let written: Awaited<ReturnType<typeof writeOrder>>;
  try {
    written = await writeOrder(services, command, content);
  } catch (error) {
    await counted?.settle(undefined);
    throw error;
  }
  if (written !== undefined && "key" in written) {
    return continueOrder(services, command, written.key, { ...written, counted });
  }
  await counted?.settle(undefined);
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

type NextStep =
  | { readonly kind: "respond"; readonly outcome: KeyOutcome }
  | { readonly kind: "reserve"; readonly orderId: OrderId }
  | { readonly kind: "charge"; readonly order: Order };

/**
 * What remains to be done for a key, by what is stored: respond once its outcome is known, otherwise reserve, then charge. An outcome that was
 * reported before the order could be charged leaves the charge to be made.
 */
function nextStep(order: Order | undefined, { outcome, orderId }: IdempotencyKey): NextStep {
  if (outcome !== null && outcome.unpaid !== true) return { kind: "respond", outcome };
  if (orderId === null) throw new Error("A key has neither an order nor an outcome.");
  if (order === undefined || isUndecided(order)) return { kind: "reserve", orderId };
  return { kind: "charge", order };
}

const isUndecided = ({ status, stockStatus }: Order) => status === "PENDING" && stockStatus === "PENDING";

/** Does what remains to be done for a key, and responds. */
async function continueOrder(
  services: Services,
  command: PlaceOrderCommand,
  stored: IdempotencyKey,
  written?: NewOrder & { counted: CountedAttempt | undefined },
): Promise<OrderPayload> {
  const { db } = services;
  let key = stored;
  let order: Order | undefined;
  for (;;) {
    const step = nextStep(order, key);
    switch (step.kind) {
      case "reserve": {
        order = await awaitReservation(services, step.orderId, command.deadline, written);
        if (isUndecided(order)) {
          const outcome = await keepOutcome(db, command.key, { found: true, userErrors: [], unpaid: true });
          return respond(services, command, order.id, outcome);
        }
        const isFirst = written !== undefined && order.stockStatus === "RESERVED";
        if (!isFirst) key = (await findKey(db, command.key)) ?? key;
        break;
      }
      case "charge": {
        const charged = await chargeOrder(services, command, key, step.order, written?.counted);
        const outcome = await keepOutcome(db, command.key, charged);
        const nextActionUrl = outcome.nextActionUrl ?? charged.nextActionUrl;
        return respond(services, command, step.order.id, { ...outcome, nextActionUrl });
      }
      case "respond":
        return respond(services, command, key.orderId, step.outcome);
    }
  }
}

/** Makes the one charge that the key may make, or waits for it. */
async function chargeOrder(
  services: Services,
  command: PlaceOrderCommand,
  { transactionId }: IdempotencyKey,
  order: Order,
  counted: CountedAttempt | undefined,
): Promise<KeyOutcome> {
  const { method, userId, deadline } = command;
  // An order for nothing was paid when its stock was reserved.
  if (method === undefined || transactionId === null || order.totalMinor === 0n) return { found: true, userErrors: [] };
  const amount = orderMoney(order, order.totalMinor);
  crashPoint("orders:pay:before-write");
  const begun = await beginCharge(services.db, {
    id: transactionId,
    orderId: order.id,
    amount,
    method,
    actorId: userId,
    orderTtlMs: services.orderTtlMs,
  });
  crashPoint("orders:pay:after-write");
  if (begun === "rejected") {
    await counted?.settle(undefined);
    const current = (await readOrder(services.db, order.id)) ?? order;
    return { found: true, userErrors: storeUserErrors([notPayableError(current, amount)]) };
  }
  const attempt = await awaitCharge(services, transactionId, deadline, begun === "begun");
  await counted?.settle(attempt);
  return chargeOutcome(attempt);
}

/**
 * The payload of an outcome. A guest whose order was claimed since may not read it any more, and learns nothing about it: see {@link mayRead}.
 */
async function respond(
  services: Services,
  { viewer, userId }: PlaceOrderCommand,
  orderId: OrderId | null,
  outcome: KeyOutcome,
): Promise<OrderPayload> {
  const userErrors = restoreUserErrors(outcome.userErrors);
  if (!outcome.found || orderId === null) return { userErrors };
  const stored = await readOrder(services.db, orderId);
  if (stored?.visible === false) await publishOrder(services.db, orderId);
  const order = stored === undefined ? undefined : { ...stored, visible: true };
  const guestOrderId = userId === null ? orderId : undefined;
  if (order === undefined || !mayRead(viewer, order, guestOrderId)) {
    return { userErrors: [notFoundError(["idempotencyKey"], "The order of this key is not available.")] };
  }
  return {
    order,
    guestOrderId,
    guestOrderToken: isGuestsOwn(order) ? guestOrderToken(services.tokenKey, orderId) : undefined,
    nextActionUrl: outcome.nextActionUrl,
    userErrors,
  };
}
