import { sql } from "drizzle-orm";
import { reservations } from "#drizzle/products/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import type { ReceivedEvent } from "#platform/events/cloud-event.ts";
import { type OrderId, parseId, type VariantId } from "#platform/shop/ids.ts";
import { moveStock } from "../inventory/stock-ledger.ts";
import { lockReservation, readLines, replaceLines, sumLines } from "../reservation/reservation.ts";

/**
 * Puts sold units of an order back on sale, once per event: the inbox row is written in the same transaction. The order keeps the rest of its sold
 * units, which a later cancellation restocks. Nothing is left to do for an order that was cancelled or whose sale failed, because that already
 * restocked all that it had.
 *
 * @throws {Error} if the order's sale has not arrived yet; the relay then repeats the event until it has.
 */
export async function applyReturned(tx: Tx, event: ReceivedEvent<"order.returned">): Promise<void> {
  const orderId = requireId<OrderId>(event.data.orderId);
  await tx.insert(reservations).values({ orderId, status: "RELEASED", revision: 0 }).onConflictDoNothing();
  const held = await lockReservation(tx, orderId);
  if (held === undefined) throw new Error("A reservation disappeared while it was locked.");
  if (held.cancelled || held.status === "FAILED") return;
  if (held.status !== "SOLD") throw new Error("The units of an order came back before its sale was received.");
  const sold = await readLines(tx, orderId);
  const back = new Map(
    sumLines(
      event.data.lines.map(({ variantId, quantity }) => ({ variantId: requireId<VariantId>(variantId), quantity })),
    ).map(({ variantId, quantity }) => [variantId, quantity]),
  );
  const changes = sold.flatMap(({ variantId, quantity }) => {
    const count = Math.min(quantity, back.get(variantId) ?? 0);
    return count > 0 ? [{ variantId, type: "RESTOCK" as const, onHandChange: count, reservedChange: 0 }] : [];
  });
  if (!(await moveStock(tx, { orderId, changes, reason: "RETURNED" }))) {
    throw new Error("A variant that an order was sold no longer has a stock level.");
  }
  const returned = new Map(changes.map(({ variantId, onHandChange }) => [variantId, onHandChange]));
  const kept = sold.flatMap(({ variantId, quantity }) => {
    const left = quantity - (returned.get(variantId) ?? 0);
    return left > 0 ? [{ variantId, quantity: left }] : [];
  });
  await replaceLines(tx, orderId, kept);
  await tx.update(reservations).set({ updatedAt: sql`now()` }).where(sql`${reservations.orderId} = ${orderId}`);
}

/** Brands an id that was validated with its event. */
function requireId<Id extends OrderId | VariantId>(text: string): Id {
  const id = parseId<Id>(text);
  if (id === undefined) throw new Error("An event's id is malformed.");
  return id;
}
