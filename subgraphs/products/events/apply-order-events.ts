import { and, eq, lt, sql } from "drizzle-orm";
import { outbox, type ReservationStatus, reservations } from "#drizzle/products/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { databaseNow } from "#platform/database/database-clock.ts";
import type { ReceivedEvent } from "#platform/events/cloud-event.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import { type OrderId, parseId, type VariantId } from "#platform/shop/ids.ts";
import { moveStock, type StockChange } from "../inventory/stock-ledger.ts";
import {
  changeReservation,
  holdDeadline,
  type Reservation,
  readLines,
  replaceLines,
  type StockLine,
  sumLines,
} from "../reservation/reservation.ts";

/**
 * Applies an order's events to the stock. The row of the reservation, which is locked first, keeps the sequence of the newest event applied;
 * older events are skipped, and so are all events after a cancellation. Events may arrive twice, in any order and with gaps.
 */

/** Holds the reservation until the order expires. Reserves again, if possible, for an order whose reservation was lost. */
export async function applyPlaced(tx: Tx, event: ReceivedEvent<"order.placed">): Promise<void> {
  const held = await lockForEvent(tx, event);
  if (held === undefined) return;
  const { orderId, revision, lines } = parseOrderLines(event.data);
  const until = holdDeadline(new Date(event.data.expiresAt));
  if (held.status === "HELD") {
    const command = { orderId, revision, expiresAt: new Date(event.data.expiresAt), lines };
    if (revision > held.revision) await changeReservation(tx, held, command);
    // An event of an older revision must not shorten the time that a newer one was given.
    const later = revision < held.revision && held.heldUntil !== null && until !== null && held.heldUntil > until;
    // It is as the reservation was made, unless a payment has prolonged it.
    const same = held.heldUntil?.getTime() === until?.getTime();
    if (!later && !same) await tx.update(reservations).set({ heldUntil: until }).where(isOf(orderId));
    return;
  }
  // A reservation that was released and reported to orders stays released.
  const lost = held.status === "RELEASED" && held.eventsSent === 0;
  if (!lost || until === null || until <= (await databaseNow(tx))) return;
  const reserved = await moveStock(tx, {
    orderId,
    changes: lines.map(({ variantId, quantity }) => ({
      variantId,
      type: "RESERVATION" as const,
      onHandChange: 0,
      reservedChange: quantity,
    })),
  });
  if (reserved) await updateReservation(tx, orderId, [], { status: "HELD", lines, revision, heldUntil: until });
}

/**
 * Sells the reserved units of an order that was paid, or confirmed for payment later. An order without a reservation is sold from the available
 * units. If those do not suffice, everything it holds is released and `stock.sale_failed` is published.
 */
export async function applySold(tx: Tx, event: ReceivedEvent<"order.paid" | "order.confirmed">): Promise<void> {
  const held = await lockForEvent(tx, event);
  if (held === undefined || held.status === "SOLD" || held.status === "FAILED") return;
  const { orderId, revision, lines } = parseOrderLines(event.data);
  const reserved = held.status === "HELD" ? await readLines(tx, orderId) : [];
  if (await moveStock(tx, { orderId, changes: saleChanges(reserved, lines) })) {
    const sold = { status: "SOLD" as const, lines, revision: Math.max(revision, held.revision) };
    await updateReservation(tx, orderId, reserved, sold, "stock.sold");
    return;
  }
  await returnStock(tx, orderId, reserved, "RELEASE", "OUT_OF_STOCK");
  await updateReservation(tx, orderId, reserved, { status: "FAILED", lines: [] }, "stock.sale_failed");
}

/** Releases the reserved units of a cancelled or expired order, and restocks the sold ones. Later events of the order are ignored. */
export async function applyCancelled(tx: Tx, event: ReceivedEvent<"order.cancelled">): Promise<void> {
  const held = await lockForEvent(tx, event);
  if (held === undefined) return;
  const { orderId } = held;
  const lines = await readLines(tx, orderId);
  await returnStock(tx, orderId, lines, held.status === "SOLD" ? "RESTOCK" : "RELEASE", event.data.reason);
  await updateReservation(tx, orderId, lines, { status: "RELEASED", lines: [], cancelled: true }, "stock.released");
}

/** Releases the reservation of an order whose hold has expired. The row must be locked. */
export async function releaseReservation(tx: Tx, orderId: OrderId): Promise<void> {
  const lines = await readLines(tx, orderId);
  await returnStock(tx, orderId, lines, "RELEASE", "EXPIRED");
  await updateReservation(tx, orderId, lines, { status: "RELEASED", lines: [] }, "stock.released");
}

/**
 * Locks the order's reservation and records the event's sequence. Returns undefined if a newer event was applied or the order was cancelled.
 * Inserts an empty reservation for an unknown order.
 */
async function lockForEvent(
  tx: Tx,
  event: { readonly sequence: number; readonly data: { readonly orderId: string } },
): Promise<Reservation | undefined> {
  const orderId = requireId<OrderId>(event.data.orderId);
  const held = await noteSequence(tx, orderId, event.sequence);
  if (held !== undefined) return held;
  const [inserted] = await tx
    .insert(reservations)
    .values({ orderId, status: "RELEASED", revision: 0, sequence: event.sequence })
    .onConflictDoNothing()
    .returning();
  // Another transaction may have inserted it meanwhile.
  return inserted ?? noteSequence(tx, orderId, event.sequence);
}

/** Locks a reservation and records the event's sequence, unless a newer event was applied or the order was cancelled. */
async function noteSequence(tx: Tx, orderId: OrderId, sequence: number): Promise<Reservation | undefined> {
  const [held] = await tx
    .update(reservations)
    .set({ sequence, updatedAt: sql`now()` })
    .where(and(isOf(orderId), eq(reservations.cancelled, false), lt(reservations.sequence, sequence)))
    .returning();
  return held;
}

/** The stock changes that turn reserved units into sold ones. */
function saleChanges(reserved: readonly StockLine[], sold: readonly StockLine[]): StockChange[] {
  const held = new Map(reserved.map(({ variantId, quantity }) => [variantId, quantity]));
  const kept = new Set(sold.map(({ variantId }) => variantId));
  return [
    ...sold.map(({ variantId, quantity }) => ({
      variantId,
      type: "SALE" as const,
      onHandChange: -quantity,
      reservedChange: -(held.get(variantId) ?? 0),
    })),
    ...reserved
      .filter(({ variantId }) => !kept.has(variantId))
      .map(({ variantId, quantity }) => ({
        variantId,
        type: "RELEASE" as const,
        onHandChange: 0,
        reservedChange: -quantity,
      })),
  ];
}

async function returnStock(
  tx: Tx,
  orderId: OrderId,
  lines: readonly StockLine[],
  type: "RELEASE" | "RESTOCK",
  reason: string,
): Promise<void> {
  const changes = lines.map(({ variantId, quantity }) => ({
    variantId,
    type,
    onHandChange: type === "RESTOCK" ? quantity : 0,
    reservedChange: type === "RELEASE" ? -quantity : 0,
  }));
  if (!(await moveStock(tx, { orderId, changes, reason })))
    throw new Error("The stock has fewer units reserved or sold than the order.");
}

/**
 * Writes what became of a locked reservation.
 *
 * @param before the lines that it has.
 * @param published the event that reports it.
 */
async function updateReservation(
  tx: Tx,
  orderId: OrderId,
  before: readonly StockLine[],
  to: {
    readonly status: ReservationStatus;
    readonly lines: readonly StockLine[];
    readonly revision?: number;
    readonly heldUntil?: Date | null;
    readonly cancelled?: boolean;
  },
  published?: "stock.sold" | "stock.sale_failed" | "stock.released",
): Promise<void> {
  const { lines, ...row } = to;
  if (!areSame(before, lines)) await replaceLines(tx, orderId, lines);
  const eventsSent = sql`${reservations.eventsSent} + ${published === undefined ? 0 : 1}`;
  const [updated] = await tx
    .update(reservations)
    .set({ ...row, heldUntil: row.heldUntil ?? null, eventsSent, updatedAt: sql`now()` })
    .where(isOf(orderId))
    .returning({ eventsSent: reservations.eventsSent });
  if (published === undefined) return;
  const event = { subject: orderId, sequence: updated?.eventsSent ?? 0, data: { orderId } };
  await enqueueEvent(tx, outbox, published, event);
}

/** Whether two sets of lines, each in the order of its variants' ids, are the same. */
function areSame(one: readonly StockLine[], other: readonly StockLine[]): boolean {
  const isEqual = ({ variantId, quantity }: StockLine, index: number) =>
    other[index]?.variantId === variantId && other[index]?.quantity === quantity;
  return one.length === other.length && one.every(isEqual);
}

function isOf(orderId: OrderId) {
  return eq(reservations.orderId, orderId);
}

type OrderLines = ReceivedEvent<"order.paid">["data"];

function parseOrderLines(data: OrderLines): { orderId: OrderId; revision: number; lines: StockLine[] } {
  const lines = data.lines.map(({ variantId, quantity }) => ({ variantId: requireId<VariantId>(variantId), quantity }));
  return { orderId: requireId<OrderId>(data.orderId), revision: data.revision, lines: sumLines(lines) };
}

/** Brands an id that was validated with its event. */
function requireId<Id extends OrderId | VariantId>(text: string): Id {
  const id = parseId<Id>(text);
  if (id === undefined) throw new Error("An event's id is malformed.");
  return id;
}
