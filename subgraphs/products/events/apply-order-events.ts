import { eq, sql } from "drizzle-orm";
import { outbox, type ReservationStatus, reservations } from "#drizzle/products/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import type { ReceivedEvent } from "#platform/events/cloud-event.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import { type OrderId, parseId, type VariantId } from "#platform/shop/ids.ts";
import { moveStock, type StockChange } from "../inventory/stock-ledger.ts";
import {
  changeReservation,
  holdDeadline,
  lockReservation,
  type Reservation,
  readLines,
  replaceLines,
  type StockLine,
  sumLines,
} from "../reservation/reservation.ts";

/**
 * What the stock does with an order's events. Each is applied once and never over a newer one: the reservation's row, locked first, keeps the
 * sequence of the newest, and a cancelled order is past all of them. So they may come twice, in any order and with gaps.
 */

/** The order may be paid until `expiresAt`: the reservation's clock is set by it, and a reservation that was lost is made again if it can be. */
export async function applyPlaced(tx: Tx, event: ReceivedEvent<"order.placed">): Promise<void> {
  const held = await lockForEvent(tx, event);
  if (held === undefined) return;
  const { orderId, revision, lines } = parseOrderLines(event.data);
  const until = holdDeadline(new Date(event.data.expiresAt));
  if (held.status === "HELD") {
    const command = { orderId, revision, expiresAt: new Date(event.data.expiresAt), lines };
    if (revision > held.revision) await changeReservation(tx, held, command);
    // The order's clock is the same for all of its revisions; one that was edited since may have been given more time.
    const later = revision < held.revision && held.heldUntil !== null && until !== null && held.heldUntil > until;
    if (!later) await tx.update(reservations).set({ heldUntil: until }).where(isOf(orderId));
    return;
  }
  // What was let go on our own account was told so, and orders counts on that.
  const lost = held.status === "RELEASED" && held.eventsSent === 0;
  if (!lost || until === null || until <= new Date()) return;
  const reserved = await moveStock(tx, {
    orderId,
    changes: lines.map(({ variantId, quantity }) => ({
      variantId,
      type: "RESERVATION" as const,
      onHandChange: 0,
      reservedChange: quantity,
    })),
  });
  if (reserved) await updateReservation(tx, orderId, { status: "HELD", lines, revision, heldUntil: until });
}

/**
 * Paid, or confirmed to be paid later: what is reserved is sold. An order without a reservation is sold from what is available, for it was
 * promised to the buyer; when that does not do, all that it holds goes back and orders is told.
 */
export async function applySold(tx: Tx, event: ReceivedEvent<"order.paid" | "order.confirmed">): Promise<void> {
  const held = await lockForEvent(tx, event);
  if (held === undefined || held.status === "SOLD" || held.status === "FAILED") return;
  const { orderId, revision, lines } = parseOrderLines(event.data);
  const reserved = held.status === "HELD" ? await readLines(tx, orderId) : [];
  if (await moveStock(tx, { orderId, changes: saleChanges(reserved, lines) })) {
    await updateReservation(tx, orderId, { status: "SOLD", lines, revision: Math.max(revision, held.revision) });
    await publishStockEvent(tx, orderId, "stock.sold");
    return;
  }
  await returnStock(tx, orderId, reserved, "RELEASE", "OUT_OF_STOCK");
  await updateReservation(tx, orderId, { status: "FAILED", lines: [] });
  await publishStockEvent(tx, orderId, "stock.sale_failed");
}

/** Cancelled, or expired: what is reserved is released, what was sold goes back on the shelf, and nothing revives the order. */
export async function applyCancelled(tx: Tx, event: ReceivedEvent<"order.cancelled">): Promise<void> {
  const held = await lockForEvent(tx, event);
  if (held === undefined) return;
  const { orderId } = held;
  const lines = await readLines(tx, orderId);
  await returnStock(tx, orderId, lines, held.status === "SOLD" ? "RESTOCK" : "RELEASE", event.data.reason);
  await updateReservation(tx, orderId, { status: "RELEASED", lines: [], cancelled: true });
  await publishStockEvent(tx, orderId, "stock.released");
}

/** Lets go what an order has reserved past its time. For a row that is locked. */
export async function releaseReservation(tx: Tx, orderId: OrderId): Promise<void> {
  await returnStock(tx, orderId, await readLines(tx, orderId), "RELEASE", "EXPIRED");
  await updateReservation(tx, orderId, { status: "RELEASED", lines: [] });
  await publishStockEvent(tx, orderId, "stock.released");
}

/**
 * The order's row, locked, with the event's sequence noted; undefined when a newer event was applied, or the order was cancelled. An order that
 * nothing is known of gets a row that holds nothing.
 */
async function lockForEvent(
  tx: Tx,
  event: { readonly sequence: number; readonly data: { readonly orderId: string } },
): Promise<Reservation | undefined> {
  const orderId = requireId<OrderId>(event.data.orderId);
  await tx.insert(reservations).values({ orderId, status: "RELEASED", revision: 0 }).onConflictDoNothing();
  const held = await lockReservation(tx, orderId);
  if (held === undefined) throw new Error("A reservation vanished while it was locked.");
  if (held.cancelled || event.sequence <= held.sequence) return undefined;
  await tx.update(reservations).set({ sequence: event.sequence, updatedAt: sql`now()` }).where(isOf(orderId));
  return held;
}

/** From what is reserved to what is sold, for each variant of either. */
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
  if (!(await moveStock(tx, { orderId, changes, reason }))) throw new Error("The stock holds less than the order has.");
}

async function updateReservation(
  tx: Tx,
  orderId: OrderId,
  to: {
    status: ReservationStatus;
    lines: readonly StockLine[];
    revision?: number;
    heldUntil?: Date | null;
    cancelled?: boolean;
  },
): Promise<void> {
  const { lines, ...row } = to;
  await replaceLines(tx, orderId, lines);
  await tx
    .update(reservations)
    .set({ ...row, heldUntil: row.heldUntil ?? null, updatedAt: sql`now()` })
    .where(isOf(orderId));
}

async function publishStockEvent(
  tx: Tx,
  orderId: OrderId,
  type: "stock.sold" | "stock.sale_failed" | "stock.released",
) {
  const [row] = await tx
    .update(reservations)
    .set({ eventsSent: sql`${reservations.eventsSent} + 1` })
    .where(isOf(orderId))
    .returning({ eventsSent: reservations.eventsSent });
  await enqueueEvent(tx, outbox, type, { subject: orderId, sequence: row?.eventsSent ?? 0, data: { orderId } });
}

function isOf(orderId: OrderId) {
  return eq(reservations.orderId, orderId);
}

type OrderLines = ReceivedEvent<"order.paid">["data"];

function parseOrderLines(data: OrderLines): { orderId: OrderId; revision: number; lines: StockLine[] } {
  const lines = data.lines.map(({ variantId, quantity }) => ({ variantId: requireId<VariantId>(variantId), quantity }));
  return { orderId: requireId<OrderId>(data.orderId), revision: data.revision, lines: sumLines(lines) };
}

/** An event's ids were parsed with it; this brands them. */
function requireId<Id extends OrderId | VariantId>(text: string): Id {
  const id = parseId<Id>(text);
  if (id === undefined) throw new Error("An event's id is malformed.");
  return id;
}
