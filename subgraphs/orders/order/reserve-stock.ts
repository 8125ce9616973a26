import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, inArray, sql } from "drizzle-orm";
import { cartItems, idempotencyKeys, type KeyOutcome, orderItems, orders, outbox } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { endCheckout } from "../cart/cart.ts";
import type { Reservation, Shortage } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { type Deadline, leftMs, pollUntil } from "../shared/deadline.ts";
import { storeUserErrors } from "../shared/idempotency.ts";
import { insufficientStockError, type UserError } from "../shared/user-errors.ts";
import { changeOrder, type Order, type OrderItem, readItems, readOrder, sameVersion } from "./order.ts";
import { enqueueOrderMail } from "./order-email.ts";
import { writeSteps } from "./timeline.ts";

/** The mutations that place orders. */
const placingMutations = ["checkoutComplete", "orderCreate"] as const;

/** For so long a reservation is its asker's; then whoever comes asks again, for asking twice does no harm. */
export const workLeaseMs = 4_000;
/** How long one request asks for a reservation before it answers that it is not known yet. */
const reserveMsMax = 4_500;
const retryPauseMs = 250;

const isOpen = and(eq(orders.status, "PENDING"), eq(orders.stockStatus, "PENDING"));

/** An order that was just written, by the request that is to have it reserved: nobody has asked for it before. */
export type Written = { readonly order: Order; readonly items: readonly OrderItem[] };

/**
 * Waits until it is decided whether an order's stock is reserved, asking for it where nobody else is doing so; holds no connection meanwhile.
 * Comes back with the order as it is by then: after the deadline its stock status may still be PENDING.
 *
 * @param written the order, when this very request wrote it.
 */
export async function awaitPlacement(
  services: Services,
  id: OrderId,
  deadline: Deadline,
  written?: Written,
): Promise<Order> {
  let mine = written;
  const decided = await pollUntil(deadline, async () => {
    const own = mine;
    mine = undefined;
    const order = own?.order ?? (await readOrder(services.db, id));
    if (order === undefined) throw new Error("An order is gone.");
    if (order.status !== "PENDING" || order.stockStatus !== "PENDING") return order;
    if (own === undefined && !(await leaseWork(services.db, id))) return undefined;
    return (await settlePlacement(services, order, deadline, own?.items)) ?? order;
  });
  const order = decided ?? (await readOrder(services.db, id));
  if (order === undefined) throw new Error("An order is gone.");
  return order;
}

/** Takes up an order's open work, for a while; false when somebody has it, or there is none. */
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
 * Asks products for an order's reservation and writes the answer; the order as it is then, undefined when no answer came. What is already decided
 * stays so.
 *
 * @param written the order's lines, when nobody has asked for it before.
 */
export async function settlePlacement(
  services: Services,
  order: Order,
  deadline: Deadline,
  written?: readonly OrderItem[],
): Promise<Order | undefined> {
  const { db, catalogue, log } = services;
  const items = written ?? (await readItems(db, [order.id]));
  const giveUpAtMs = Date.now() + Math.min(reserveMsMax, leftMs(deadline));
  for (let asked = 0; ; asked += 1) {
    try {
      crashPoint("orders:reserve:before-call");
      const reservation = await catalogue.reserve({
        id: order.id,
        revision: order.revision,
        expiresAt: order.expiresAt,
        lines: items,
      });
      crashPoint("orders:reserve:after-call");
      const onlyCall = written !== undefined && asked === 0;
      return (await writeReservation(db, order, items, reservation, onlyCall)) ?? (await readOrder(db, order.id));
    } catch (error) {
      log.warn(
        { err: error, orderId: order.id },
        "It is not known whether an order's stock is reserved; asking again.",
      );
      if (Date.now() + retryPauseMs >= giveUpAtMs) return undefined;
      await sleep(retryPauseMs);
    }
  }
}

/** The order as it was written; undefined when something else had been decided before. */
async function writeReservation(
  db: Db,
  order: Order,
  items: readonly OrderItem[],
  reservation: Reservation,
  onlyCall: boolean,
): Promise<Order | undefined> {
  switch (reservation.outcome) {
    case "RESERVED":
    case "SOLD":
      return writeReserved(db, order.id, items);
    case "INSUFFICIENT":
      return writeRejected(db, order.id, items, reservation.shortages, onlyCall);
    case "RELEASED":
      return writeRejected(db, order.id, items, items.map(gone), onlyCall);
    case "STALE":
      return undefined;
  }
}

function gone({ variantId, quantity }: OrderItem): Shortage {
  return { variantId, requestedQuantity: quantity, availableQuantity: 0 };
}

/** From here on the order is seen and can be paid, and the lines have left the cart. */
async function writeReserved(db: Db, id: OrderId, items: readonly OrderItem[]): Promise<Order | undefined> {
  const written = await transaction(db, async (tx) => {
    crashPoint("orders:reserved:before-write");
    const reserved = await changeOrder(tx, id, isOpen, {
      ...sameVersion,
      stockStatus: "RESERVED",
      visible: true,
      workDueAt: null,
      sequence: sql`${orders.sequence} + 1`,
    });
    if (reserved === undefined) return undefined;
    const { order } = reserved;
    await writeSteps(tx, id, [{ type: "STOCK_RESERVED" }]);
    if (order.expiresAt !== null) {
      const data = {
        orderId: id,
        revision: order.revision,
        lines: items.map(({ variantId, quantity }) => ({ variantId, quantity })),
        expiresAt: order.expiresAt.toISOString(),
      };
      await enqueueEvent(tx, outbox, "order.placed", { subject: id, sequence: order.sequence, data });
    }
    await enqueueOrderMail(tx, "order-placed", order, { items });
    await takeFromCart(tx, order);
    return order;
  });
  crashPoint("orders:reserved:after-write");
  return written;
}

/** What the order took leaves its cart; what was added meanwhile stays. */
async function takeFromCart(tx: Tx, order: Order): Promise<void> {
  if (!(await endCheckout(tx, order)) || order.cartId === null) return;
  const ordered = sql`${cartItems.cartId} = ${order.cartId} and ${orderItems.orderId} = ${order.id}
    and ${orderItems.cartItemId} = ${cartItems.id}`;
  await tx.execute(sql`
    with gone as (
      delete from ${cartItems} using ${orderItems} where ${ordered} and ${cartItems.quantity} <= ${orderItems.quantity}
    )
    update ${cartItems} set quantity = ${cartItems.quantity} - ${orderItems.quantity}
    from ${orderItems} where ${ordered} and ${cartItems.quantity} > ${orderItems.quantity}`);
}

/**
 * The order is not to be: nobody sees it, unless its buyer was already told of it, and its key answers with the shortages. Products is told too,
 * unless the only question ever asked was answered: an earlier one may still be on its way.
 */
async function writeRejected(
  db: Db,
  id: OrderId,
  items: readonly OrderItem[],
  shortages: readonly Shortage[],
  onlyCall: boolean,
): Promise<Order | undefined> {
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
    await writeSteps(tx, id, [{ type: "CANCELLED", fromStatus: "PENDING", toStatus: "CANCELLED" }]);
    if (order.visible) await enqueueOrderMail(tx, "order-cancelled", order);
    if (!onlyCall || order.workAttempts > 0) {
      const data = { orderId: id, reason: "REJECTED" as const };
      await enqueueEvent(tx, outbox, "order.cancelled", { subject: id, sequence: order.sequence, data });
    }
    await endCheckout(tx, order);
    const outcome: KeyOutcome = {
      found: order.visible,
      userErrors: storeUserErrors(shortageErrors(order, items, shortages)),
    };
    await tx
      .update(idempotencyKeys)
      .set({ outcome: sql`coalesce(${idempotencyKeys.outcome}, ${JSON.stringify(outcome)}::jsonb)` })
      .where(and(eq(idempotencyKeys.orderId, id), inArray(idempotencyKeys.mutation, [...placingMutations])));
    return order;
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

/** The buyer is told of the order, however far it got: from now on it is seen, whatever comes of it. */
export async function reveal(db: Db, id: OrderId): Promise<void> {
  await db
    .update(orders)
    .set({ visible: true })
    .where(and(eq(orders.id, id), eq(orders.visible, false)));
}
