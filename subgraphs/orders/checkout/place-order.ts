import type { SQL } from "drizzle-orm";
import type { KeyOutcome, TransactionId } from "#drizzle/orders/tables.ts";
import type { BudgetSubjects } from "#platform/budgets/subjects.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import type { Tx } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { notFoundError, type PostalAddress, validationError } from "#platform/shop/input.ts";
import type { CartItem } from "../cart/cart.ts";
import { guestOrderToken, type Order, orderMoney, readOrder } from "../order/order.ts";
import type { OrderPayload } from "../order/order-payload.ts";
import { isGuestsOwn, mayRead } from "../order/read-rule.ts";
import { awaitReservation, publishOrder } from "../order/reserve-stock.ts";
import { awaitCharge, beginCharge, begunCharge, type PaymentMethod } from "../payment/charge.ts";
import type { CountedAttempt } from "../payment/decline-budget.ts";
import { notPayableError } from "../payment/payment-errors.ts";
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
import { type CheckoutState, readCheckoutState } from "./checkout-state.ts";
import { lostCodeErrors, type PriceableLines, priceLines } from "./price-lines.ts";
import {
  type CartContent,
  type OrderLine,
  type PlaceOrderCommand,
  type WrittenOrder,
  writeOrder,
} from "./write-order.ts";

/** The lines to be ordered at today's prices, or why they cannot be ordered. */
export type OrderLines = PriceableLines | { readonly userErrors: readonly UserError[] };

/** Where an order's lines come from. They are read anew on each attempt. */
export type OrderSource = {
  /** Selects the cart that is checked out; undefined if there is none. */
  readonly cart: SQL | undefined;
  /** @throws {ApiError} if the products subgraph is unavailable. */
  readonly findLines: (state: CheckoutState) => Promise<OrderLines>;
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
    const state = await readCheckoutState(services.db, command.key, source.cart);
    const { key, content } = state;
    if (key !== undefined) return replay(services, command, key, content?.items ?? []);
    if (content !== undefined && content.cart.checkoutOrderId !== null) {
      await awaitReservation(services, content.cart.checkoutOrderId, command.deadline);
      return undefined;
    }
    const found = await source.findLines(state);
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
  counted?: CountedAttempt,
): Promise<OrderPayload> {
  const { db } = services;
  let key = stored;
  let order: Order | undefined;
  for (;;) {
    const step = nextStep(order, key);
    switch (step.kind) {
      case "reserve": {
        order = await awaitReservation(services, step.orderId, command.deadline);
        if (isUndecided(order)) return respondUndecided(services, command, order);
        key = (await findKey(db, command.key)) ?? key;
        break;
      }
      case "charge":
        return chargeOrder(services, command, key, step.order, counted);
      case "respond":
        return respond(services, command, key.orderId, step.outcome);
    }
  }
}

/**
 * Reserves the stock of an order that this request has just written, and charges it. The attempt to charge is written in the transaction of the
 * reservation, and so is the outcome of an order that is not charged.
 */
async function continueNewOrder(
  services: Services,
  command: PlaceOrderCommand,
  { key, order: placed, items, counted }: WrittenOrder,
): Promise<OrderPayload> {
  const { method, deadline } = command;
  const { transactionId: id } = key;
  const isBeingPaid = method !== undefined && id !== null && placed.totalMinor > 0n;
  let next: { readonly order: Order; readonly outcome?: KeyOutcome; readonly isBegun?: boolean } | undefined;
  const whenReserved = async (tx: Tx, order: Order) => {
    if (method === undefined || id === null || order.totalMinor === 0n) {
      next = { order, outcome: await keepOutcome(tx, command.key, { found: true, userErrors: [] }) };
      return;
    }
    crashPoint("orders:pay:before-write");
    next = { order, isBegun: (await beginCharge(tx, newCharge(services, command, id, method, order))) === "begun" };
  };
  const order = await awaitReservation(services, placed.id, deadline, {
    order: placed,
    items,
    isBeingPaid,
    whenReserved,
  });
  if (isUndecided(order)) return respondUndecided(services, command, order);
  // The same object only if the transaction has committed; otherwise what it wrote is read like that of another process.
  const own = next?.order === order ? next : undefined;
  if (own?.outcome !== undefined) {
    await counted?.settle(undefined);
    return respond(services, command, order.id, own.outcome, order);
  }
  if (own?.isBegun === true && method !== undefined && id !== null) {
    const begun = begunCharge(order, { id, amount: orderMoney(order, order.totalMinor), method });
    const charged = await awaitCharge(services, id, deadline, { key: command.key, counted }, begun);
    return respond(services, command, order.id, charged.outcome, charged.order);
  }
  // Nothing was charged, and nothing will be.
  if (order.status === "CANCELLED") await counted?.settle(undefined);
  return continueOrder(services, command, key, counted);
}

/** Responds before it is known whether the stock is reserved. */
async function respondUndecided(services: Services, command: PlaceOrderCommand, order: Order): Promise<OrderPayload> {
  const outcome = await keepOutcome(services.db, command.key, { found: true, userErrors: [], unpaid: true });
  return respond(services, command, order.id, outcome);
}

function newCharge(
  { orderTtlMs }: Services,
  { userId: actorId }: PlaceOrderCommand,
  id: TransactionId,
  method: PaymentMethod,
  order: Order,
): Parameters<typeof beginCharge>[1] {
  return { id, orderId: order.id, amount: orderMoney(order, order.totalMinor), method, actorId, orderTtlMs };
}

/** Makes the one charge that the key may make, or waits for it, and responds. */
async function chargeOrder(
  services: Services,
  command: PlaceOrderCommand,
  { transactionId: id }: IdempotencyKey,
  order: Order,
  counted: CountedAttempt | undefined,
): Promise<OrderPayload> {
  const { method, deadline } = command;
  const { db } = services;
  const unpaid = async (userErrors: UserError[]) => {
    await counted?.settle(undefined);
    const outcome = await keepOutcome(db, command.key, { found: true, userErrors: storeUserErrors(userErrors) });
    return respond(services, command, order.id, outcome);
  };
  // An order for nothing was paid when its stock was reserved.
  if (method === undefined || id === null || order.totalMinor === 0n) return unpaid([]);
  const charge = newCharge(services, command, id, method, order);
  crashPoint("orders:pay:before-write");
  const begun = await beginCharge(db, charge);
  crashPoint("orders:pay:after-write");
  if (begun === "rejected") {
    return unpaid([notPayableError((await readOrder(db, order.id)) ?? order, charge.amount)]);
  }
  const own = begun === "begun" ? begunCharge(order, charge) : undefined;
  const charged = await awaitCharge(services, id, deadline, { key: command.key, counted }, own);
  return respond(services, command, order.id, charged.outcome, charged.order);
}

/**
 * The payload of an outcome. A guest whose order was claimed since may not read it any more, and learns nothing about it: see {@link mayRead}.
 *
 * @param current the order as it is now; read unless given.
 */
async function respond(
  services: Services,
  { viewer, userId }: PlaceOrderCommand,
  orderId: OrderId | null,
  outcome: KeyOutcome,
  current?: Order,
): Promise<OrderPayload> {
  const userErrors = restoreUserErrors(outcome.userErrors);
  if (!outcome.found || orderId === null) return { userErrors };
  const stored = current ?? (await readOrder(services.db, orderId));
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
