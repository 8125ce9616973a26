import { and, eq, like, sql } from "drizzle-orm";
import type { Counter } from "prom-client";
import { orderHolds, orderItems, orders } from "#drizzle/orders/tables.ts";
import type { Budgets } from "#platform/budgets/budgets.ts";
import type { BudgetStore } from "#platform/budgets/store.ts";
import type { BudgetSubjects, makeSubjectKey } from "#platform/budgets/subjects.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { OrderId, VariantId } from "#platform/shop/ids.ts";
import type { Turns } from "../shared/turns.ts";

/** The transaction in which something is spent; for what an order holds, with the order. */
export type SpendContext = { readonly tx: Db; readonly heldBy?: OrderId };

/** The budgets of this process, and the limits on what guests may hold. */
export type OrderLimits = {
  readonly budgets: Budgets<SpendContext>;
  /** undefined if budgets are off. */
  readonly guests: GuestLimits | undefined;
  /** A few orders of one network are written at a time; those that wait here keep no connection from the orders of others. */
  readonly turns: Turns;
};

type HoldContext = { readonly tx: Db; readonly orderId: OrderId };

/** What guests may hold in orders that are not paid. */
export type GuestLimits = {
  /** How long a guest's order is held while no payment was begun. */
  readonly holdMs: number;
  /** The part of a variant's stock that one guest may hold, from 0 to 1. */
  readonly stockShare: number;
  /** What one guest may hold of any variant, whatever the share. */
  readonly stockUnitsMin: number;
  readonly subjectKey: ReturnType<typeof makeSubjectKey>;
  readonly rejected: Counter;
};

/** The condition that an order holds stock and is not paid. */
const isHolding = sql`(${orders.status} = 'PENDING' and ${orders.expiresAt} > now())`;

/**
 * Makes the store of budgets that count what is held now, not what was caused within a window: an order counts until it is paid, cancelled or
 * expired. Exact, because the subjects are locked until the transaction of the order ends.
 */
export function makeHoldStore(): BudgetStore<HoldContext> {
  return {
    take: async (charges, cost, _windowSeconds, context) => {
      if (context === undefined) throw new Error("A hold is counted in the transaction of its order.");
      const { tx, orderId } = context;
      const keys = charges.map(({ key }) => key);
      await lockKeys(tx, keys);
      const held = await readHeld(tx, keys);
      for (const { key, max } of charges) {
        const { amount, retryAfterSeconds } = held.get(key) ?? { amount: 0, retryAfterSeconds: 1 };
        if (amount + cost > max) return { taken: false, key, retryAfterSeconds };
      }
      await tx
        .insert(orderHolds)
        .values(keys.map((key) => ({ key, orderId, amount: cost })))
        .onConflictDoUpdate({
          target: [orderHolds.key, orderHolds.orderId],
          set: { amount: sql`${orderHolds.amount} + ${cost}` },
        });
      const giveBack = async () => {
        await tx
          .update(orderHolds)
          .set({ amount: sql`${orderHolds.amount} - ${cost}` })
          .where(and(eq(orderHolds.orderId, orderId), isAnyOf(orderHolds.key, keys)));
      };
      return { taken: true, giveBack };
    },
  };
}

/** In the order of the keys, so that two transactions never wait for each other. One statement: others at the address wait for as long as this takes. */
async function lockKeys(tx: Db, keys: readonly string[]): Promise<void> {
  await tx.execute(sql`
    select pg_advisory_xact_lock(hashtextextended(key, 0))
    from unnest(${sql.param(keys.toSorted())}::text[]) with ordinality as keys (key, place) order by place`);
}

async function readHeld(
  tx: Db,
  keys: readonly string[],
): Promise<Map<string, { amount: number; retryAfterSeconds: number }>> {
  const rows = await tx
    .select({
      key: orderHolds.key,
      amount: sql<number>`sum(${orderHolds.amount})::int`,
      retryAfterSeconds: sql<number>`greatest(1, ceil(extract(epoch from min(${orders.expiresAt}) - now())))::int`,
    })
    .from(orderHolds)
    .innerJoin(orders, eq(orders.id, orderHolds.orderId))
    .where(and(isAnyOf(orderHolds.key, [...keys]), isHolding))
    .groupBy(orderHolds.key);
  return new Map(rows.map(({ key, ...held }) => [key, held]));
}

/** An order that is about to be written. */
export type NewHold = {
  readonly orderId: OrderId;
  readonly subjects: BudgetSubjects;
  readonly lines: readonly {
    readonly quantity: number;
    readonly variant: { readonly variantId: VariantId; readonly quantityAvailable: number };
  }[];
};

/**
 * Counts a new order and its units for its buyer, in the transaction that writes the order.
 *
 * @throws {ApiError} RATE_LIMITED with `retryAfterSeconds` if the buyer holds too much that is not paid.
 */
export async function holdOrder(tx: Tx, { budgets, guests }: OrderLimits, hold: NewHold): Promise<void> {
  const { orderId, subjects, lines } = hold;
  const context = { tx, heldBy: orderId };
  await budgets.spend("held_orders", subjects, 1, context);
  if (guests !== undefined && subjects.user === undefined) await checkGuestShare(tx, guests, hold);
  await budgets.spend("held_units", subjects, sumUnits(lines), context);
}

/** Counts units that an edit adds to an order, in the transaction that begins the edit. @throws {ApiError} RATE_LIMITED as {@link holdOrder}. */
export async function holdMore(
  tx: Tx,
  { budgets }: OrderLimits,
  orderId: OrderId,
  subjects: BudgetSubjects,
  units: number,
): Promise<void> {
  if (units > 0) await budgets.spend("held_units", subjects, units, { tx, heldBy: orderId });
}

/** Counts an order's units anew once an edit was applied or dropped. */
export async function recountHold(tx: Tx, orderId: OrderId): Promise<void> {
  const units = tx
    .select({ units: sql`sum(${orderItems.quantity})` })
    .from(orderItems)
    .where(eq(orderItems.orderId, orderId));
  await tx
    .update(orderHolds)
    .set({ amount: sql`(${units})::int` })
    .where(and(eq(orderHolds.orderId, orderId), like(orderHolds.key, "held_units:%")));
}

/**
 * The condition that an order's units are no longer in the availability that the request read. A request takes less than 10 seconds, so units that were
 * reserved earlier are not in it. Younger ones may be in both, and would make the stock look larger than it is.
 */
const isReservedBefore = sql`${orders.stockStatus} = 'RESERVED' and ${orders.createdAt} < now() - interval '10 seconds'`;

const sumUnits = (lines: NewHold["lines"]) => lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** A guest may hold a part of each variant's stock, but always a few units. The locks of `held_orders` make it exact. */
async function checkGuestShare(tx: Tx, guests: GuestLimits, { orderId, subjects, lines }: NewHold): Promise<void> {
  const keys = (["address", "email"] as const).flatMap((kind) => {
    const subject = subjects[kind];
    return subject === undefined || subject === "" ? [] : [guests.subjectKey("held_orders", kind, subject)];
  });
  if (keys.length === 0) return;
  const rows = await tx
    .select({
      key: orderHolds.key,
      variantId: orderItems.variantId,
      units: sql<number>`sum(${orderItems.quantity})::int`,
      reservedUnits: sql<number>`coalesce(sum(${orderItems.quantity}) filter (where ${isReservedBefore}), 0)::int`,
      retryAfterSeconds: sql<number>`greatest(1, ceil(extract(epoch from min(${orders.expiresAt}) - now())))::int`,
    })
    .from(orderHolds)
    .innerJoin(orders, and(eq(orders.id, orderHolds.orderId), isHolding))
    .innerJoin(orderItems, eq(orderItems.orderId, orders.id))
    .where(
      and(
        isAnyOf(orderHolds.key, keys),
        sql`${orderHolds.orderId} <> ${orderId}`,
        isAnyOf(
          orderItems.variantId,
          lines.map(({ variant }) => variant.variantId),
        ),
      ),
    )
    .groupBy(orderHolds.key, orderItems.variantId);
  for (const { quantity, variant } of lines) {
    const held = rows.filter(({ variantId }) => variantId === variant.variantId);
    const units = Math.max(0, ...held.map((row) => row.units));
    const reserved = Math.max(0, ...held.map((row) => row.reservedUnits));
    const unitsMax = guestUnitsMax(guests, reserved + Math.max(0, variant.quantityAvailable));
    if (units + quantity <= unitsMax) continue;
    guests.rejected.inc();
    const retryAfterSeconds = Math.max(1, ...held.map((row) => row.retryAfterSeconds));
    const message = `Guests can have at most ${unitsMax} units of this item in unpaid orders. Sign in to order more.`;
    throw new ApiError("RATE_LIMITED", message, { retryAfterSeconds });
  }
}

/** How many of `stockUnits` one guest may hold. */
function guestUnitsMax({ stockShare, stockUnitsMin }: GuestLimits, stockUnits: number): number {
  return Math.max(stockUnitsMin, Math.floor(stockShare * stockUnits));
}

const removedRowsMax = 1_000;

/** Deletes up to 1,000 holds of orders that were paid, cancelled or sent. Returns how many. */
export async function deleteEndedHolds(db: Db): Promise<number> {
  const ended = db
    .select({ place: sql`${orderHolds}.ctid` })
    .from(orderHolds)
    .innerJoin(orders, eq(orders.id, orderHolds.orderId))
    .where(sql`${orders.status} <> 'PENDING'`)
    .limit(removedRowsMax);
  const deleted = await db
    .delete(orderHolds)
    .where(sql`ctid = any(array(${ended}))`)
    .returning({ key: orderHolds.key });
  return deleted.length;
}
