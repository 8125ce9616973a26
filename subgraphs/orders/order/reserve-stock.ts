import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import { cartItems, idempotencyKeys, type KeyOutcome, orderItems, orders, outbox } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { releaseCart } from "../cart/cart.ts";
import type { Reservation, Shortage } from "../clients/products-client.ts";
import { giveBackUses } from "../discount/discount-uses.ts";
import type { Services } from "../services.ts";
import { type Deadline, deadlineIn, remainingMs, retryUntil } from "../shared/deadline.ts";
import { storeUserErrors } from "../shared/idempotency.ts";
import { insufficientStockError, type UserError } from "../shared/user-errors.ts";
import { changeOrder, type Order, type OrderItem, readItems, readOrder, sameVersion } from "./order.ts";
import { enqueueOrderMail } from "./order-email.ts";
import { appendTimeline } from "./timeline.ts";
import { paidForNothing, writeZeroTotal } from "./zero-total.ts";

/** The mutations that place orders. */
const placingMutations = ["checkoutComplete", "orderCreate"] as const;

/** How long open work belongs to the process that took it. Then another one repeats it, which is harmless: reserving is idempotent. */
export const workLeaseMs = 4_000;
/** How long one request tries to reserve before it responds that the result is not known yet. */
const reserveMsMax = 4_500;

const isOpen = and(eq(orders.status, "PENDING"), eq(orders.stockStatus, "PENDING"));

/** An order that the current request has just written: nobody else has tried to reserve its stock. */
export type NewOrder<Next = undefined> = {
  readonly order: Order;
  readonly items: readonly OrderItem[];
  /** Whether {@link NewOrder.whenReserved} begins a payment. */
  readonly isBeingPaid?: boolean | undefined;
  /** What else is changed once its stock is reserved, if the condition holds by then. */
  readonly alsoChanged?: OrderChange | undefined;
  /**
   * Makes further writes in the transaction that writes that the stock is reserved, and returns how to go on. It may be repeated, and is left out if
   * another process was faster.
   *
   * @param isAlsoChanged whether {@link NewOrder.alsoChanged} took effect.
   */
  readonly whenReserved?: ((tx: Tx, isAlsoChanged: boolean) => Promise<Next>) | undefined;
};

/** A change of an order that requires a condition. */
export type OrderChange = { readonly condition: SQL; readonly values: PgUpdateSetSource<typeof orders> };

/** An order as it is once its reservation was waited for, with what {@link NewOrder.whenReserved} returned if its writes took effect. */
export type ReservedOrder<Next> = { readonly order: Order; readonly next?: Next | undefined };

/**
 * Waits until it is decided whether an order's stock is reserved, and reserves it unless another process does. Holds no connection meanwhile.
 *
 * @param written the order, if this request has just written it.
 * @returns the order as it is by then; at the deadline its `stockStatus` may still be PENDING.
 */
export async function awaitReservation<Next = undefined>(
  services: Services,
  id: OrderId,
  deadline: Deadline,
  written?: NewOrder<Next>,
): Promise<ReservedOrder<Next>> {
  let unreserved = written;
  const decided = await retryUntil(deadline, async (): Promise<ReservedOrder<Next> | undefined> => {
    const own = unreserved;
    unreserved = undefined;
    const order = own?.order ?? (await readOrder(services.db, id));
    if (order === undefined) throw new Error("An order disappeared.");
    if (order.status !== "PENDING" || order.stockStatus !== "PENDING") return { order };
    if (own === undefined && !(await leaseWork(services.db, id))) return undefined;
    return (await settleReservation(services, order, deadline, own)) ?? { order };
  });
  if (decided !== undefined) return decided;
  const order = await readOrder(services.db, id);
  if (order === undefined) throw new Error("An order disappeared.");
  return { order };
}

/** Takes an order's open work for {@link workLeaseMs}. Returns false if another process has it, or if there is none. */
export async function leaseWork(db: Db, id: OrderId): Promise<boolean> {
  const leased = await db
    .update(orders)
    .set({
      workDueAt: sql`now() + ${workLeaseMs} * interval '1 millisecond'`,
      workAttempts: sql`${orders.workAttempts} + 1`,
    })
    .where(and(eq(orders.id, id), sql`${orders.workDueAt} <= now()`))
    .returning({ id: orders.id });
  return leased.length === 1;
}

/**
 * When products may release an order's stock by itself, in case the cancellation event never arrives: as late as the order can expire, for a payment
 * may prolong a guest's hold.
 */
export function reservationExpiry({ createdAt, expiresAt }: Order, orderTtlMs: number): Date | null {
  return expiresAt === null ? null : new Date(Math.max(expiresAt.getTime(), createdAt.getTime() + orderTtlMs));
}

/**
 * Reserves an order's stock at products and writes the result. What is already decided stays so.
 *
 * @param written the order, if this request has just written it.
 * @returns the order as it is then; undefined if products does not respond in time.
 */
export async function settleReservation<Next = undefined>(
  services: Services,
  order: Order,
  deadline: Deadline,
  written?: NewOrder<Next>,
): Promise<ReservedOrder<Next> | undefined> {
  const { db, products, log } = services;
  const items = written?.items ?? (await readItems(db, [order.id]));
  let isOnlyCall = written !== undefined;
  const attempt = async (): Promise<ReservedOrder<Next> | undefined> => {
    try {
      crashPoint("orders:reserve:before-call");
      const { id, revision } = order;
      const expiresAt = reservationExpiry(order, services.orderTtlMs);
      const reservation = await products.reserve({ id, revision, expiresAt, lines: items });
      crashPoint("orders:reserve:after-call");
      const undecided = { ...written, order, items };
      const decided = await writeReservation(services, undecided, reservation, isOnlyCall);
      if (decided !== undefined) return decided;
      const decidedBefore = await readOrder(db, id);
      return decidedBefore && { order: decidedBefore };
    } catch (error) {
      log.warn(
        { err: error, orderId: order.id },
        "The result of reserving an order's stock is unknown; it is retried.",
      );
      isOnlyCall = false;
      return undefined;
    }
  };
  return retryUntil(deadlineIn(Math.min(reserveMsMax, remainingMs(deadline))), attempt);
}

/** Writes what products decided; undefined if the order was decided before. */
async function writeReservation<Next>(
  { db, orderTtlMs }: Services,
  undecided: NewOrder<Next>,
  reservation: Reservation,
  isOnlyCall: boolean,
): Promise<ReservedOrder<Next> | undefined> {
  const { order, items } = undecided;
  switch (reservation.outcome) {
    case "RESERVED":
    case "SOLD":
      return writeReserved(db, undecided, orderTtlMs);
    case "INSUFFICIENT":
      return writeRejected(db, order.id, items, reservation.shortages, isOnlyCall);
    case "RELEASED":
      return writeRejected(db, order.id, items, items.map(soldOut), isOnlyCall);
    case "STALE":
      return undefined;
  }
}

function soldOut({ variantId, quantity }: OrderItem): Shortage {
  return { variantId, requestedQuantity: quantity, availableQuantity: 0 };
}

/** From here on the order is visible and can be paid, and its lines have left the cart. */
async function writeReserved<Next>(
  db: Db,
  { order: { id, totalMinor }, items, isBeingPaid = false, alsoChanged, whenReserved }: NewOrder<Next>,
  orderTtlMs: number,
): Promise<ReservedOrder<Next> | undefined> {
  // Before its stock is reserved no edit changes the total.
  const isPaid = totalMinor === 0n;
  const written = await transaction(db, async (tx) => {
    crashPoint("orders:reserved:before-write");
    const change = {
      stockStatus: "RESERVED" as const,
      visible: true,
      workDueAt: null,
      sequence: sql`${orders.sequence} + 1`,
      ...(isPaid ? paidForNothing : {}),
    };
    const both =
      alsoChanged &&
      (await changeOrder(tx, id, and(isOpen, alsoChanged.condition), { ...change, ...alsoChanged.values }));
    const reserved = both ?? (await changeOrder(tx, id, isOpen, { ...sameVersion, ...change }));
    if (reserved === undefined) return undefined;
    const { order } = reserved;
    // They do not depend on each other.
    const [next] = await Promise.all([
      whenReserved?.(tx, both !== undefined),
      appendTimeline(tx, id, [{ type: "STOCK_RESERVED" }]),
      isPaid ? writeZeroTotal(tx, order) : undefined,
      enqueuePlaced(tx, order, items, orderTtlMs),
      enqueueOrderMail(tx, "order-placed", order, { items, isBeingPaid }),
      takeFromCart(tx, order),
    ]);
    return { order, next };
  });
  crashPoint("orders:reserved:after-write");
  return written;
}

/** An order that is paid already does not expire, and its stock is sold instead. */
async function enqueuePlaced(tx: Tx, order: Order, items: readonly OrderItem[], orderTtlMs: number): Promise<void> {
  const { id, revision, sequence } = order;
  const expiresAt = reservationExpiry(order, orderTtlMs);
  if (expiresAt === null) return;
  const lines = items.map(({ variantId, quantity }) => ({ variantId, quantity }));
  const data = { orderId: id, revision, lines, expiresAt: expiresAt.toISOString() };
  await enqueueEvent(tx, outbox, "order.placed", { subject: id, sequence, data });
}

/** Removes the ordered units from the cart; units that were added since stay. */
async function takeFromCart(tx: Tx, order: Order): Promise<void> {
  if (!(await releaseCart(tx, order, true)) || order.cartId === null) return;
  const ordered = sql`${cartItems.cartId} = ${order.cartId} and ${orderItems.orderId} = ${order.id}
    and ${orderItems.cartItemId} = ${cartItems.id}`;
  await tx.execute(sql`
    with emptied as (
      delete from ${cartItems} using ${orderItems} where ${ordered} and ${cartItems.quantity} <= ${orderItems.quantity}
    )
    update ${cartItems} set quantity = ${cartItems.quantity} - ${orderItems.quantity}, is_capped = false
    from ${orderItems} where ${ordered} and ${cartItems.quantity} > ${orderItems.quantity}`);
}

/**
 * Cancels an order whose stock could not be reserved, and stores the shortages with its key. The order becomes visible only if its buyer already
 * knows of it. Products gets an event unless this was the only call: an earlier one may still arrive and reserve.
 */
async function writeRejected(
  db: Db,
  id: OrderId,
  items: readonly OrderItem[],
  shortages: readonly Shortage[],
  isOnlyCall: boolean,
): Promise<{ readonly order: Order } | undefined> {
  const written = await transaction(db, async (tx) => {
    crashPoint("orders:rejected:before-write");
    const rejected = await changeOrder(tx, id, isOpen, {
      status: "CANCELLED",
      stockStatus: "RELEASED",
      paymentStatus: "CANCELLED",
      cancelReason: "OUT_OF_STOCK",
      expiresAt: null,
      workDueAt: null,
      sequence: sql`${orders.sequence} + 1`,
    });
    if (rejected === undefined) return undefined;
    const { order } = rejected;
    await appendTimeline(tx, id, [{ type: "CANCELLED", fromStatus: "PENDING", toStatus: "CANCELLED" }]);
    if (order.visible) await enqueueOrderMail(tx, "order-cancelled", order);
    if (!isOnlyCall || order.workAttempts > 0) {
      const data = { orderId: id, reason: "REJECTED" as const };
      await enqueueEvent(tx, outbox, "order.cancelled", { subject: id, sequence: order.sequence, data });
    }
    await releaseCart(tx, order);
    await giveBackUses(tx, id);
    const outcome: KeyOutcome = {
      found: order.visible,
      userErrors: storeUserErrors(shortageErrors(order, items, shortages)),
    };
    await tx
      .update(idempotencyKeys)
      .set({ outcome: sql`coalesce(${idempotencyKeys.outcome}, ${JSON.stringify(outcome)}::jsonb)` })
      .where(and(eq(idempotencyKeys.orderId, id), inArray(idempotencyKeys.mutation, [...placingMutations])));
    return { order };
  });
  crashPoint("orders:rejected:after-write");
  return written;
}

/** A cart's lines have no place in the input; those of an order without a cart do. */
function shortageErrors(order: Order, items: readonly OrderItem[], shortages: readonly Shortage[]): UserError[] {
  return shortages.map((shortage) => {
    const item = items.find(({ variantId }) => variantId === shortage.variantId);
    const field = order.cartId === null && item !== undefined ? ["items", item.position, "quantity"] : undefined;
    return insufficientStockError({ ...shortage, productId: item?.productId ?? "" }, field);
  });
}

/** Makes an order visible because its buyer is about to learn of it, whatever happens to it next. */
export async function publishOrder(db: Db, id: OrderId): Promise<void> {
  await db
    .update(orders)
    .set({ visible: true })
    .where(and(eq(orders.id, id), eq(orders.visible, false)));
}
