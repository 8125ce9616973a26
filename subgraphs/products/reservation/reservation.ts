import { asc, eq, type SQL, sql } from "drizzle-orm";
import { type MovementId, reservationLines, reservations } from "#drizzle/products/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, databaseErrorCode, type Tx, transaction } from "#platform/database/database.ts";
import { newId, type OrderId, type VariantId } from "#platform/shop/ids.ts";
import { moveStock } from "../inventory/stock-ledger.ts";

/** Units of one variant in an order. Each variant occurs once. */
export type StockLine = { readonly variantId: VariantId; readonly quantity: number };

/** The stock to reserve for an order. */
export type ReservationCommand = {
  readonly orderId: OrderId;
  /** From 1, counting the order's edits. */
  readonly revision: number;
  /** When the order expires; null if it does not expire by itself. */
  readonly expiresAt: Date | null;
  readonly lines: readonly StockLine[];
};

/** A line that the stock does not cover. */
type Shortage = {
  readonly variantId: VariantId;
  readonly requestedQuantity: number;
  readonly availableQuantity: number;
};

/** The result of a reservation. */
export type ReservationResult =
  | { readonly outcome: "RESERVED" | "RELEASED" | "SOLD" | "STALE" }
  | { readonly outcome: "INSUFFICIENT"; readonly shortages: readonly Shortage[] };

/** A row of `reservations`. */
export type Reservation = typeof reservations.$inferSelect;

/** The stock of an expired order is held this much longer, as a fallback in case the cancellation event never arrives. */
export const holdGraceMs = 15 * 60_000;

/** When the stock of an order that expires at `expiresAt` is released at the latest; null for an order that does not expire. */
export function holdDeadline(expiresAt: Date | null): Date | null {
  return expiresAt === null ? null : new Date(expiresAt.getTime() + holdGraceMs);
}

/** Adds up the lines of each variant; in the order of the variants' ids. */
export function sumLines(lines: readonly StockLine[]): StockLine[] {
  const sums = new Map<VariantId, number>();
  for (const { variantId, quantity } of lines) sums.set(variantId, (sums.get(variantId) ?? 0) + quantity);
  return [...sums].map(([variantId, quantity]) => ({ variantId, quantity })).sort(byVariant);
}

function byVariant(a: StockLine, b: StockLine): number {
  return a.variantId < b.variantId ? -1 : 1;
}

/**
 * Reserves the lines for an order, all of them or none. Idempotent by order and revision: the newest revision wins, an older one changes
 * nothing, and an order that was released or sold stays so.
 *
 * @param command.lines as {@link sumLines} returns them.
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
    if (held === undefined) throw new Error("The reservation no longer exists.");
    return changeReservation(tx, held, command);
  });
}

/**
 * Reserves for an order without a reservation, in one statement: locks the levels that have enough stock, in the order of their ids, and
 * writes only if those are all of them. Levels without enough stock are not waited for, so that many buyers of a sold-out product get their
 * response at once. Returns false if nothing was changed: a line is short, or the order has a reservation.
 */
async function insertReservation(db: Db, command: ReservationCommand): Promise<boolean> {
  const statement = insertStatement(command);
  try {
    return (await db.execute(statement)).length > 0;
  } catch (error) {
    // `transaction` retries after a deadlock.
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
        join variants on variants.id = level.variant_id
      where level.on_sale and level.on_hand - level.reserved >= wanted.quantity
        and wanted.quantity <= coalesce(variants.max_per_order, wanted.quantity)
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

/** Locks the order's reservation until the end of the transaction and returns it; undefined if there is none. */
export async function lockReservation(tx: Tx, orderId: OrderId): Promise<Reservation | undefined> {
  const [row] = await tx.select().from(reservations).where(eq(reservations.orderId, orderId)).for("update");
  return row;
}

/** Reads the units reserved for or sold to the order, in the order of the variants' ids. */
export async function readLines(tx: Tx, orderId: OrderId): Promise<StockLine[]> {
  return tx
    .select({ variantId: reservationLines.variantId, quantity: reservationLines.quantity })
    .from(reservationLines)
    .where(eq(reservationLines.orderId, orderId))
    .orderBy(asc(reservationLines.variantId));
}

/** Replaces a locked reservation by a newer revision. */
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
  const increased = new Set(more.map(({ variantId }) => variantId));
  const isWithinLimits = await areWithinLimits(
    tx,
    command.lines.filter(({ variantId }) => increased.has(variantId)),
  );
  const moved =
    isWithinLimits &&
    (await moveStock(tx, {
      orderId: command.orderId,
      changes: changes.map(({ variantId, quantity }) => ({
        variantId,
        type: quantity > 0 ? ("RESERVATION" as const) : ("RELEASE" as const),
        onHandChange: 0,
        reservedChange: quantity,
        onSaleOnly: quantity > 0,
      })),
    }));
  if (!moved) return { outcome: "INSUFFICIENT", ...(await findShortages(tx, command.orderId, more, before)) };
  await replaceLines(tx, command.orderId, command.lines);
  await tx
    .update(reservations)
    .set({ revision: command.revision, heldUntil: holdDeadline(command.expiresAt), updatedAt: sql`now()` })
    .where(eq(reservations.orderId, command.orderId));
  return { outcome: "RESERVED" };
}

/** Whether no line has more units than an order may have of its variant. */
async function areWithinLimits(tx: Tx, lines: readonly StockLine[]): Promise<boolean> {
  const exceeded = await tx.execute(sql`
    select from unnest(
      ${sql.param(lines.map(({ variantId }) => variantId))}::uuid[], ${sql.param(lines.map(({ quantity }) => quantity))}::int[]
    ) as line(variant_id, quantity) join variants on variants.id = line.variant_id
    where line.quantity > variants.max_per_order limit 1`);
  return exceeded.length === 0;
}

/** The change of each variant's units from one set of lines to another. Leaves out unchanged variants. */
function differences(before: readonly StockLine[], after: readonly StockLine[]): StockLine[] {
  const taken = before.map(({ variantId, quantity }) => ({ variantId, quantity: -quantity }));
  return sumLines([...taken, ...after]).filter(({ quantity }) => quantity !== 0);
}

/** Replaces the lines of an order's reservation. */
export async function replaceLines(tx: Tx, orderId: OrderId, lines: readonly StockLine[]): Promise<void> {
  await tx.delete(reservationLines).where(eq(reservationLines.orderId, orderId));
  if (lines.length > 0) {
    await tx.insert(reservationLines).values(lines.map((line) => ({ orderId, ...line })));
  }
}

/**
 * Returns whether the order has a reservation, and the lines that the stock does not cover. Reads after the failed write: if stock came back in
 * the meantime and no line is short any more, all lines are returned, because the caller needs at least one.
 */
async function findShortages(
  db: Db,
  orderId: OrderId,
  lines: readonly StockLine[],
  held: readonly StockLine[] = [],
): Promise<{ known: boolean; shortages: Shortage[] }> {
  const rows = await db.execute<{
    known: boolean;
    variant_id: VariantId | null;
    available: number;
    max_per_order: number | null;
  }>(sql`
    select exists (select from reservations where order_id = ${orderId}::uuid) as known, variant_id, available, max_per_order
    from (select) always left join (
      select level.variant_id, level.on_hand - level.reserved as available, variants.max_per_order
      from stock_levels level join products on products.id = level.product_id and products.status = 'ACTIVE'
        join variants on variants.id = level.variant_id
      where level.variant_id = any(${sql.param(lines.map(({ variantId }) => variantId))}::uuid[]) and level.on_sale
    ) levels on true`);
  const available = new Map(rows.map((row) => [row.variant_id, row.available]));
  const limits = new Map(rows.map((row) => [row.variant_id, row.max_per_order]));
  const holding = new Map(held.map(({ variantId, quantity }) => [variantId, quantity]));
  const all = lines.map(({ variantId, quantity }) => ({
    variantId,
    // Units that the order already holds count as requested and as available.
    requestedQuantity: quantity + (holding.get(variantId) ?? 0),
    availableQuantity: available.has(variantId)
      ? Math.min(
          (available.get(variantId) ?? 0) + (holding.get(variantId) ?? 0),
          limits.get(variantId) ?? Number.POSITIVE_INFINITY,
        )
      : 0,
  }));
  const short = all.filter(({ requestedQuantity, availableQuantity }) => requestedQuantity > availableQuantity);
  return { known: rows[0]?.known === true, shortages: short.length > 0 ? short : all };
}
