import { asc, eq, type SQL, sql } from "drizzle-orm";
import { type MovementId, reservationLines, reservations } from "#drizzle/products/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, databaseErrorCode, type Tx, transaction } from "#platform/database/database.ts";
import { newId, type OrderId, type VariantId } from "#platform/shop/ids.ts";
import { moveStock } from "../inventory/stock-ledger.ts";

/** Units of one variant that an order wants; each variant once. */
export type StockLine = { readonly variantId: VariantId; readonly quantity: number };

/** What an order wants of the stock. */
export type ReservationCommand = {
  readonly orderId: OrderId;
  /** From 1, counting the order's edits. */
  readonly revision: number;
  /** When the order expires; null: not by itself. */
  readonly expiresAt: Date | null;
  readonly lines: readonly StockLine[];
};

/** A line that the stock does not cover. */
type Shortage = {
  readonly variantId: VariantId;
  readonly requestedQuantity: number;
  readonly availableQuantity: number;
};

/** What became of a command to reserve. */
export type ReservationResult =
  | { readonly outcome: "RESERVED" | "RELEASED" | "SOLD" | "STALE" }
  | { readonly outcome: "INSUFFICIENT"; readonly shortages: readonly Shortage[] };

/** An order's reservation as it stands in the database. */
export type Reservation = typeof reservations.$inferSelect;

/** Orders expire by their own clock; the stock is held this much longer, as a backstop for the word that does not come. */
export const backstopMs = 15 * 60_000;

/** Until when the stock of an order that expires then is held. */
export function holdDeadline(expiresAt: Date | null): Date | null {
  return expiresAt === null ? null : new Date(expiresAt.getTime() + backstopMs);
}

/** Lines with those of one variant added up, in the order of the variants' ids. */
export function sumLines(lines: readonly StockLine[]): StockLine[] {
  const sums = new Map<VariantId, number>();
  for (const { variantId, quantity } of lines) sums.set(variantId, (sums.get(variantId) ?? 0) + quantity);
  return [...sums].map(([variantId, quantity]) => ({ variantId, quantity })).sort(byVariant);
}

function byVariant(a: StockLine, b: StockLine): number {
  return a.variantId < b.variantId ? -1 : 1;
}

/**
 * Makes an order's reservation what the lines say, all of them or none. Idempotent by order and revision: the order's newest revision holds,
 * an older one changes nothing, and an order that was released or sold stays so.
 *
 * @param command.lines summed and in order, as {@link sumLines} gives them.
 */
export async function reserveStock(db: Db, command: ReservationCommand): Promise<ReservationResult> {
  crashPoint("products:reserve:before-write");
  const outcome = await reserve(db, command);
  crashPoint("products:reserve:after-write");
  return outcome;
}

async function reserve(db: Db, command: ReservationCommand): Promise<ReservationResult> {
  if (await insertReservation(db, command)) return { outcome: "RESERVED" };
  const { known, shortages } = await findShortages(db, command.orderId, command.lines);
  if (!known) return { outcome: "INSUFFICIENT", shortages };
  return transaction(db, async (tx) => {
    const held = await lockReservation(tx, command.orderId);
    if (held === undefined) throw new Error("A reservation vanished.");
    return changeReservation(tx, held, command);
  });
}

/**
 * Reserves for an order that nothing is known of, in one statement: it locks the levels that have enough, in the order of their ids, and
 * writes only when that is all of them. Levels that lack stock are not waited for, so that the crowd before an empty shelf is answered at
 * once. False when nothing was changed: something is short, or the order is known.
 */
async function insertReservation(db: Db, command: ReservationCommand): Promise<boolean> {
  const statement = insertStatement(command);
  try {
    return (await db.execute(statement)).length > 0;
  } catch (error) {
    // In a transaction of its own what was in another's way is tried again.
    if (databaseErrorCode(error) !== deadlockDetected) throw error;
    return transaction(db, async (tx) => (await tx.execute(statement)).length > 0);
  }
}

const deadlockDetected = "40P01";

function insertStatement(command: ReservationCommand): SQL {
  const { orderId, revision, lines } = command;
  const wanted = sql`unnest(
    ${sql.param(lines.map(({ variantId }) => variantId))}::uuid[],
    ${sql.param(lines.map(({ quantity }) => quantity))}::int[],
    ${sql.param(lines.map(() => newId<MovementId>()))}::uuid[]
  ) as wanted(variant_id, quantity, movement_id)`;
  return sql`
    with wanted as materialized (select * from ${wanted}),
    locked as materialized (
      select level.variant_id, level.on_hand, level.reserved + wanted.quantity as reserved
      from wanted
        join stock_levels level using (variant_id)
        join products on products.id = level.product_id and products.status = 'ACTIVE'
      where level.on_sale and level.on_hand - level.reserved >= wanted.quantity
      order by level.variant_id
      for no key update of level
    ),
    held as (
      insert into reservations (order_id, status, revision, held_until)
      select ${orderId}::uuid, 'HELD', ${revision}::int,
        ${holdDeadline(command.expiresAt)?.toISOString() ?? null}::timestamptz
      where (select count(*) from locked) = ${lines.length}::int
      on conflict (order_id) do nothing
      returning order_id
    ),
    lines as (
      insert into reservation_lines (order_id, variant_id, quantity)
      select held.order_id, wanted.variant_id, wanted.quantity from held, wanted
    ),
    movements as (
      insert into stock_movements (id, variant_id, type, on_hand_change, reserved_change, order_id)
      select wanted.movement_id, wanted.variant_id, 'RESERVATION', 0, wanted.quantity, held.order_id from held, wanted
    ),
    levels as (
      update stock_levels level set on_hand = locked.on_hand, reserved = locked.reserved
      from held, locked where level.variant_id = locked.variant_id
    )
    select order_id from held`;
}

/** The order's reservation, locked until the transaction ends; undefined when nothing is known of the order. */
export async function lockReservation(tx: Tx, orderId: OrderId): Promise<Reservation | undefined> {
  const [row] = await tx.select().from(reservations).where(eq(reservations.orderId, orderId)).for("update");
  return row;
}

/** What the order holds or was sold, in the order of the variants' ids. */
export async function readLines(tx: Tx, orderId: OrderId): Promise<StockLine[]> {
  return tx
    .select({ variantId: reservationLines.variantId, quantity: reservationLines.quantity })
    .from(reservationLines)
    .where(eq(reservationLines.orderId, orderId))
    .orderBy(asc(reservationLines.variantId));
}

/** Brings a locked reservation to a newer revision. */
export async function changeReservation(
  tx: Tx,
  held: Reservation,
  command: ReservationCommand,
): Promise<ReservationResult> {
  if (held.status === "SOLD") return { outcome: "SOLD" };
  if (held.status !== "HELD") return { outcome: "RELEASED" };
  if (command.revision < held.revision) return { outcome: "STALE" };
  if (command.revision === held.revision) return { outcome: "RESERVED" };
  const before = await readLines(tx, command.orderId);
  const changes = differences(before, command.lines);
  const more = changes.filter(({ quantity }) => quantity > 0);
  const moved = await moveStock(tx, {
    orderId: command.orderId,
    changes: changes.map(({ variantId, quantity }) => ({
      variantId,
      type: quantity > 0 ? ("RESERVATION" as const) : ("RELEASE" as const),
      onHandChange: 0,
      reservedChange: quantity,
      onSaleOnly: quantity > 0,
    })),
  });
  if (!moved) return { outcome: "INSUFFICIENT", ...(await findShortages(tx, command.orderId, more, before)) };
  await replaceLines(tx, command.orderId, command.lines);
  await tx
    .update(reservations)
    .set({ revision: command.revision, heldUntil: holdDeadline(command.expiresAt), updatedAt: sql`now()` })
    .where(eq(reservations.orderId, command.orderId));
  return { outcome: "RESERVED" };
}

/** By how much each variant's units change from one set of lines to another; those that stay are left out. */
function differences(before: readonly StockLine[], after: readonly StockLine[]): StockLine[] {
  const taken = before.map(({ variantId, quantity }) => ({ variantId, quantity: -quantity }));
  return sumLines([...taken, ...after]).filter(({ quantity }) => quantity !== 0);
}

/** Writes what an order holds from now on. */
export async function replaceLines(tx: Tx, orderId: OrderId, lines: readonly StockLine[]): Promise<void> {
  await tx.delete(reservationLines).where(eq(reservationLines.orderId, orderId));
  if (lines.length > 0) {
    await tx.insert(reservationLines).values(lines.map((line) => ({ orderId, ...line })));
  }
}

/**
 * Whether anything is known of the order, and where the stock does not cover the lines. Read after the fact, so stock that came back meanwhile
 * shows; then each line is named, for the caller must still be told something.
 */
async function findShortages(
  db: Db,
  orderId: OrderId,
  lines: readonly StockLine[],
  held: readonly StockLine[] = [],
): Promise<{ known: boolean; shortages: Shortage[] }> {
  const rows = await db.execute<{ known: boolean; variant_id: VariantId | null; available: number }>(sql`
    select exists (select from reservations where order_id = ${orderId}::uuid) as known, variant_id, available
    from (select) always left join (
      select level.variant_id, level.on_hand - level.reserved as available
      from stock_levels level join products on products.id = level.product_id and products.status = 'ACTIVE'
      where level.variant_id = any(${sql.param(lines.map(({ variantId }) => variantId))}::uuid[]) and level.on_sale
    ) levels on true`);
  const available = new Map(rows.map((row) => [row.variant_id, row.available]));
  const holding = new Map(held.map(({ variantId, quantity }) => [variantId, quantity]));
  const all = lines.map(({ variantId, quantity }) => ({
    variantId,
    // An order that holds some already asked for those too, and has them to spend.
    requestedQuantity: quantity + (holding.get(variantId) ?? 0),
    availableQuantity: available.has(variantId) ? (available.get(variantId) ?? 0) + (holding.get(variantId) ?? 0) : 0,
  }));
  const short = all.filter(({ requestedQuantity, availableQuantity }) => requestedQuantity > availableQuantity);
  return { known: rows[0]?.known === true, shortages: short.length > 0 ? short : all };
}
