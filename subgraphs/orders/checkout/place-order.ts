import { and, eq, isNull, sql } from "drizzle-orm";
import { carts, type KeyOutcome, orderItems, orders, type TransactionId } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Tx, violatedConstraint } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import {
  type CartItemId,
  newId,
  type OrderId,
  type OrderItemId,
  type PaymentId,
  type UserId,
} from "#platform/shop/ids.ts";
import { addressInput, idempotencyKeyInput, moneyInput, type PostalAddress, text } from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import { type Cart, type CartItem, currencyMismatch } from "../cart/cart.ts";
import type { CatalogueVariant } from "../clients/products-client.ts";
import { guestOrderToken, type Order, type OrderItem, orderMoney, readOrder, scaledTotal } from "../order/order.ts";
import { drawOrderNumber } from "../order/order-number.ts";
import { awaitPlacement, reveal, type Written, workLeaseMs } from "../order/reserve-stock.ts";
import { writeSteps } from "../order/timeline.ts";
import { awaitCharge, beginCharge, type PaymentMethod } from "../payment/charge.ts";
import { chargeOutcome, paymentRefusal } from "../payment/payment-errors.ts";
import { methodInput } from "../payment/payment-method.ts";
import type { Services } from "../services.ts";
import { transactionIf } from "../shared/commit-if.ts";
import type { Deadline } from "../shared/deadline.ts";
import {
  findKey,
  type IdempotencyKey,
  type KeyName,
  keepOutcome,
  restoreUserErrors,
  storeUserErrors,
  writeKey,
} from "../shared/idempotency.ts";
import {
  checkoutError,
  idempotencyKeyReusedError,
  insufficientStockError,
  priceChangedError,
  type UserError,
} from "../shared/user-errors.ts";

/** What placing an order came to; the same on every repeat but for the order's own progress. */
export type OrderAnswer = {
  readonly order?: Order | undefined;
  readonly guestOrderToken?: string | undefined;
  readonly nextActionUrl?: string | undefined;
  readonly userErrors: readonly UserError[];
};

const noteCharactersMax = 2_000;

/** What the inputs of both ways of placing an order share. */
export const placingInput = {
  idempotencyKey: idempotencyKeyInput,
  shippingAddress: addressInput.nullish(),
  expectedTotal: moneyInput.nullish(),
  customerNote: text(noteCharactersMax).nullish(),
  payment: methodInput.nullish(),
};
/** What both ways of placing an order come to. */
export type Wish = {
  readonly name: KeyName;
  readonly fingerprint: string;
  readonly userId: UserId | null;
  readonly email: string | undefined;
  readonly shippingAddress: PostalAddress | undefined;
  readonly expectedTotal: Money | undefined;
  readonly customerNote: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly method: PaymentMethod | undefined;
  readonly deadline: Deadline;
};

/** A line that is to be ordered. */
export type Line = {
  readonly variant: CatalogueVariant;
  readonly quantity: number;
  readonly position: number;
  readonly cartItemId: CartItemId | null;
};

/**
 * Answers a key that was used before: with its own order, resumed from wherever it stands. Another input is told so; a cart's lines are part of
 * it, but once the order took them the cart is empty.
 */
export async function repeat(
  services: Services,
  wish: Wish,
  known: IdempotencyKey,
  items: readonly CartItem[],
): Promise<OrderAnswer> {
  const otherLines =
    known.linesFingerprint !== null && items.length > 0 && linesFingerprint(items) !== known.linesFingerprint;
  if (known.fingerprint !== wish.fingerprint || otherLines) return { userErrors: [idempotencyKeyReusedError()] };
  return resume(services, wish, known);
}

/** Equal for carts with the same lines, in whichever order. */
export function linesFingerprint(items: readonly CartItem[]): string {
  const lines = items.map(({ variantId, quantity }) => `${variantId}:${quantity}`);
  return fingerprint(lines.sort());
}

/**
 * Places lines at the prices they carry: writes the order, then goes on as a repeat would. `again` when somebody else was quicker, and what the
 * lines were made from has to be read anew.
 */
export async function place(
  services: Services,
  wish: Wish,
  cart: (Cart & { linesFingerprint: string }) | undefined,
  lines: readonly Line[],
): Promise<OrderAnswer | "again"> {
  const [first] = lines;
  if (first === undefined) throw new Error("An order without lines.");
  const { currency } = first.variant.unitPrice;
  const total: Money = {
    currency,
    minorUnits: lines.reduce((sum, { variant, quantity }) => sum + variant.unitPrice.minorUnits * BigInt(quantity), 0n),
  };
  const userErrors = unfit(wish, lines, total);
  if (userErrors.length > 0) return { userErrors };
  const shortages = lines.filter(({ variant, quantity }) => variant.quantityAvailable < quantity);
  if (shortages.length > 0) return refuse(services, wish, cart, shortages);

  const buyer = await buyerOf(services, wish);
  const email = wish.email ?? buyer.email;
  const address = wish.shippingAddress ?? buyer.address;
  if (email === undefined || address === undefined) return { userErrors: missing(email, address) };
  const written = await writeOrder(services, wish, { cart, lines, total, email, address });
  return written === undefined ? "again" : resume(services, wish, written.key, written);
}

/** What is wrong with a wish, as far as that can be said without asking who the buyer is. */
function unfit(wish: Wish, lines: readonly Line[], total: Money): UserError[] {
  const mixed = lines.some(({ variant }) => variant.unitPrice.currency !== total.currency);
  const compared = wish.expectedTotal === undefined ? [] : comparedTotal(wish.expectedTotal, total);
  return [
    ...(mixed ? [currencyMismatch()] : compared),
    ...(wish.userId === null ? missing(wish.email, wish.shippingAddress) : []),
  ];
}

function missing(email: string | undefined, address: PostalAddress | undefined): UserError[] {
  return [
    ...(email === undefined ? [checkoutError("EMAIL_REQUIRED", "Say where mails about it go.", ["email"])] : []),
    ...(address === undefined
      ? [checkoutError("SHIPPING_ADDRESS_REQUIRED", "Say where it is sent.", ["shippingAddress"])]
      : []),
  ];
}

/**
 * What the catalogue has too little of needs no order to be refused: a crowd before an empty shelf costs little. The key keeps the answer, as it
 * would have kept a reservation's.
 */
async function refuse(
  services: Services,
  wish: Wish,
  cart: (Cart & { linesFingerprint: string }) | undefined,
  shortages: readonly Line[],
): Promise<OrderAnswer | "again"> {
  const userErrors = shortages.map(({ variant, quantity, position }) =>
    insufficientStockError(
      {
        productId: variant.productId,
        variantId: variant.variantId,
        requestedQuantity: quantity,
        availableQuantity: Math.max(0, variant.quantityAvailable),
      },
      cart === undefined ? ["items", position, "quantity"] : undefined,
    ),
  );
  const isFirst = await writeKey(services.db, {
    ...wish.name,
    fingerprint: wish.fingerprint,
    linesFingerprint: cart?.linesFingerprint ?? null,
    outcome: { found: false, userErrors: storeUserErrors(userErrors) },
  });
  return isFirst ? { userErrors } : "again";
}

function comparedTotal(expected: Money, actual: Money): UserError[] {
  if (expected.currency !== actual.currency) return [currencyMismatch(["expectedTotal"])];
  return expected.minorUnits === actual.minorUnits ? [] : [priceChangedError(expected, actual)];
}

async function buyerOf(
  { buyers }: Services,
  wish: Wish,
): Promise<{ email: string | undefined; address: PostalAddress | undefined }> {
  if (wish.userId === null || (wish.email !== undefined && wish.shippingAddress !== undefined)) {
    return { email: undefined, address: undefined };
  }
  const buyer = await buyers.buyer(wish.userId);
  if (buyer === undefined) throw new ApiError("UNAUTHENTICATED", "The account is not active any more.");
  return { email: buyer.email, address: buyer.defaultAddress ?? undefined };
}

type Content = {
  readonly cart: (Cart & { linesFingerprint: string }) | undefined;
  readonly lines: readonly Line[];
  readonly total: Money;
  readonly email: string;
  readonly address: PostalAddress;
};

/**
 * Writes the order and its key, and takes hold of the cart's lines, all of it or nothing, before anything is asked of others. undefined when
 * somebody else was quicker: the same key, another checkout of the cart, or a change of it.
 */
async function writeOrder(
  services: Services,
  wish: Wish,
  content: Content,
): Promise<(Written & { key: IdempotencyKey }) | undefined> {
  const { cart } = content;
  const id = newId<OrderId>();
  const key: IdempotencyKey = {
    ...wish.name,
    fingerprint: wish.fingerprint,
    linesFingerprint: cart?.linesFingerprint ?? null,
    orderId: id,
    transactionId: wish.method === undefined ? null : newId<TransactionId>(),
    outcome: null,
    createdAt: new Date(),
  };
  try {
    crashPoint("orders:place:before-write");
    const written = await transactionIf(
      services.db,
      async (tx) => {
        if (cart !== undefined && !(await holdCart(tx, cart, id))) return undefined;
        const order = await insertOrder(tx, services, wish, content, id);
        if (!(await writeKey(tx, key))) return undefined;
        const items = await insertItems(tx, order, content.lines);
        await writeSteps(tx, id, [{ type: "PLACED", toStatus: "PENDING", actorId: wish.userId }]);
        return { key, order, items };
      },
      (wasFirst) => wasFirst !== undefined,
    );
    crashPoint("orders:place:after-write");
    return written;
  } catch (error) {
    // Two orders drew one number: the next draw is another.
    if (violatedConstraint(error) === "orders_number") return undefined;
    throw error;
  }
}

async function insertOrder(
  tx: Tx,
  services: Services,
  wish: Wish,
  { cart, total, email, address }: Content,
  id: OrderId,
): Promise<Order> {
  const [order] = await tx
    .insert(orders)
    .values({
      id,
      number: drawOrderNumber(),
      userId: wish.userId,
      byGuest: wish.userId === null,
      cartId: cart?.id ?? null,
      email,
      currency: total.currency,
      totalMinor: total.minorUnits,
      totalScaled: scaledTotal(total),
      paymentId: newId<PaymentId>(),
      paymentProvider: wish.method?.provider ?? services.providers.first.name,
      shippingAddress: address,
      customerNote: wish.customerNote,
      metadata: wish.metadata,
      expiresAt: sql`now() + ${services.orderTtlMs} * interval '1 millisecond'`,
      workDueAt: sql`now() + ${workLeaseMs} * interval '1 millisecond'`,
    })
    .returning();
  if (order === undefined) throw new Error("An order was not written.");
  return order;
}

function insertItems(tx: Tx, order: Order, lines: readonly Line[]): Promise<OrderItem[]> {
  return tx
    .insert(orderItems)
    .values(
      lines.map(({ variant, quantity, position, cartItemId }) => ({
        id: newId<OrderItemId>(),
        cartItemId,
        orderId: order.id,
        position,
        productId: variant.productId,
        variantId: variant.variantId,
        productName: variant.productName,
        variantName: variant.variantName,
        sku: variant.sku,
        productImageUrl: variant.imageUrl,
        currency: order.currency,
        unitPriceMinor: variant.unitPrice.minorUnits,
        quantity,
      })),
    )
    .returning();
}

async function holdCart(tx: Tx, cart: Cart, orderId: OrderId): Promise<boolean> {
  const held = await tx
    .update(carts)
    .set({ checkoutOrderId: orderId })
    .where(
      and(
        eq(carts.id, cart.id),
        eq(carts.version, cart.version),
        isNull(carts.checkoutOrderId),
        isNull(carts.claimedBy),
      ),
    )
    .returning({ id: carts.id });
  return held.length === 1;
}

/** Goes on from wherever the order stands: reserve, then pay, then answer as the key's first answer was. */
async function resume(services: Services, wish: Wish, key: IdempotencyKey, written?: Written): Promise<OrderAnswer> {
  const { db } = services;
  if (key.outcome !== null && key.outcome.unpaid !== true) return answer(services, key.orderId, key.outcome);
  if (key.orderId === null) throw new Error("A key without an order has an answer.");
  const order = await awaitPlacement(services, key.orderId, wish.deadline, written);
  if (order.status === "PENDING" && order.stockStatus === "PENDING") {
    return answer(services, order.id, await keepOutcome(db, wish.name, { found: true, userErrors: [], unpaid: true }));
  }
  const kept =
    written !== undefined && order.stockStatus === "RESERVED" ? undefined : (await findKey(db, wish.name))?.outcome;
  if (kept != null && kept.unpaid !== true) return answer(services, order.id, kept);
  const paid = await pay(services, wish, key, order);
  const outcome = await keepOutcome(db, wish.name, paid);
  return answer(services, order.id, { ...outcome, nextActionUrl: outcome.nextActionUrl ?? paid.nextActionUrl });
}

/** Makes the one attempt that the key may make, or waits for it. */
async function pay(services: Services, wish: Wish, key: IdempotencyKey, order: Order): Promise<KeyOutcome> {
  const { transactionId } = key;
  if (wish.method === undefined || transactionId === null) return { found: true, userErrors: [] };
  const amount = orderMoney(order, order.totalMinor);
  const charge = { id: transactionId, orderId: order.id, amount, method: wish.method, actorId: wish.userId };
  crashPoint("orders:pay:before-write");
  const begun = await beginCharge(services.db, charge);
  crashPoint("orders:pay:after-write");
  if (begun === "refused") {
    const now = (await readOrder(services.db, order.id)) ?? order;
    return { found: true, userErrors: storeUserErrors([paymentRefusal(now, amount)]) };
  }
  return chargeOutcome(await awaitCharge(services, transactionId, wish.deadline, begun === "begun"));
}

async function answer(services: Services, orderId: OrderId | null, outcome: KeyOutcome): Promise<OrderAnswer> {
  const userErrors = restoreUserErrors(outcome.userErrors);
  if (!outcome.found || orderId === null) return { userErrors };
  const order = await readOrder(services.db, orderId);
  if (order?.visible === false) await reveal(services.db, orderId);
  return {
    order,
    guestOrderToken: order?.byGuest === true ? guestOrderToken(services.tokenKey, orderId) : undefined,
    nextActionUrl: outcome.nextActionUrl,
    userErrors,
  };
}
