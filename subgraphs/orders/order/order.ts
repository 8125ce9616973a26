import { and, asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import { type OrderStatus, orderItems, orders } from "#drizzle/orders/tables.ts";
import { secretToken, secretTokenId } from "#platform/auth/secret-token.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import type { OrderId, OrderItemId, PaymentId } from "#platform/shop/ids.ts";
import { decimalsOf, type Money } from "#platform/shop/money.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";
import { isGuests, readableBy } from "./read-rule.ts";

/** An order as it is stored. */
export type Order = typeof orders.$inferSelect;
/** A line of an order, as it was when it was placed. */
export type OrderItem = typeof orderItems.$inferSelect;

/** What a change sets by default: decisions and payments give an order a new version, which `expectedVersion` is compared with. */
const changed = { version: sql`${orders.version} + 1`, updatedAt: sql`now()` };

/** Keeps the version, for changes that its readers do not see: its stock's state, and edits that have only begun or were dropped. */
export const sameVersion = { version: sql`${orders.version}` };

/** The orders among `ids` that the viewer may read, in any order. */
export async function findOrders(db: Db, viewer: Viewer, ids: readonly OrderId[]): Promise<Order[]> {
  return db
    .select()
    .from(orders)
    .where(and(isAnyOf(orders.id, [...ids]), readableBy(viewer)));
}

/** The orders of the numbers (without dashes) that the viewer may read, in any order. */
export async function findOrdersByNumber(db: Db, viewer: Viewer, numbers: readonly string[]): Promise<Order[]> {
  return db
    .select()
    .from(orders)
    .where(and(isAnyOf(orders.number, [...numbers]), readableBy(viewer)));
}

/** The orders of the payments that the viewer may read, in any order. */
export async function findOrdersByPayment(db: Db, viewer: Viewer, ids: readonly PaymentId[]): Promise<Order[]> {
  return db
    .select()
    .from(orders)
    .where(and(isAnyOf(orders.paymentId, [...ids]), readableBy(viewer)));
}

/** The order, for callers that have checked who may see it. */
export async function readOrder(db: Db, id: OrderId): Promise<Order | undefined> {
  const [order] = await db.select().from(orders).where(eq(orders.id, id));
  return order;
}

/** The orders, in any order, for callers that have checked who may see them. */
export async function readOrders(db: Db, ids: readonly OrderId[]): Promise<Order[]> {
  return db
    .select()
    .from(orders)
    .where(isAnyOf(orders.id, [...ids]));
}

/** The lines of the orders, by position within each order. */
export async function readItems(db: Db, ids: readonly OrderId[]): Promise<OrderItem[]> {
  return db
    .select()
    .from(orderItems)
    .where(isAnyOf(orderItems.orderId, [...ids]))
    .orderBy(asc(orderItems.orderId), asc(orderItems.position));
}

/** The lines among `ids` whose order the viewer may read. */
export async function findItems(db: Db, viewer: Viewer, ids: readonly OrderItemId[]): Promise<OrderItem[]> {
  const rows = await db
    .select({ item: orderItems })
    .from(orderItems)
    .innerJoin(orders, eq(orders.id, orderItems.orderId))
    .where(and(isAnyOf(orderItems.id, [...ids]), readableBy(viewer)));
  return rows.map(({ item }) => item);
}

/** An order's lines as events carry them: variants and quantities only. */
export async function stockLines(tx: Tx, id: OrderId): Promise<{ variantId: string; quantity: number }[]> {
  return tx
    .select({ variantId: orderItems.variantId, quantity: orderItems.quantity })
    .from(orderItems)
    .where(eq(orderItems.orderId, id))
    .orderBy(asc(orderItems.position));
}

/** What an order costs its buyer before anything is paid, in minor units: its total, less what was withdrawn before. */
export function amountDue({ totalMinor, waivedMinor }: Pick<Order, "totalMinor" | "waivedMinor">): bigint {
  return totalMinor - waivedMinor;
}

/** An amount in the order's currency. */
export function orderMoney(order: Pick<Order, "currency">, minorUnits: bigint): Money {
  return { minorUnits, currency: order.currency };
}

/** The total in ten-thousandths of the currency's unit, by which orders of all currencies are sorted. */
export function scaledTotal(total: Money): bigint {
  return total.minorUnits * 10n ** BigInt(4 - decimalsOf(total.currency));
}

const guestOrderKind = "guest-order";

/** The secret that opens a guest's order. */
export function guestOrderToken(tokenKey: string, id: OrderId): string {
  return secretToken(tokenKey, guestOrderKind, id);
}

/** The order that a guest's token opens; undefined once a user has claimed it, and for any other text. */
export async function findGuestOrder(db: Db, tokenKey: string, token: string): Promise<Order | undefined> {
  const id = guestOrderId(tokenKey, token);
  if (id === undefined) return undefined;
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.id, id), isGuests, eq(orders.visible, true)));
  return order;
}

/** The id of the order that a guest's token was issued for, whether or not it still opens it. */
export function guestOrderId(tokenKey: string, token: string): OrderId | undefined {
  return secretTokenId<OrderId>(tokenKey, guestOrderKind, token);
}

/**
 * Locks an order until the transaction ends. Transactions that change an order and its charges or refunds lock the order first, so that they
 * cannot deadlock.
 */
export async function lockOrder(tx: Tx, id: OrderId): Promise<void> {
  await tx.select({ id: orders.id }).from(orders).where(eq(orders.id, id)).for("update");
}

/**
 * Changes an order if `condition` holds, in one statement.
 *
 * @returns the order and what it was `before`, read under the same lock; undefined if the condition does not hold.
 */
export async function changeOrder(
  tx: Tx,
  id: OrderId,
  condition: SQL | undefined,
  values: PgUpdateSetSource<typeof orders>,
): Promise<{ order: Order; before: { status: OrderStatus; refundCommittedMinor: bigint } } | undefined> {
  const before = tx
    .select({
      id: orders.id,
      status: sql<OrderStatus>`${orders.status}`.as("before_status"),
      refundCommittedMinor: sql<string>`${orders.refundCommittedMinor}`.as("before_refund_committed_minor"),
    })
    .from(orders)
    .where(eq(orders.id, id))
    .for("update")
    .as("before");
  const [row] = await tx
    .update(orders)
    .set({ ...changed, ...values })
    .from(before)
    .where(and(eq(orders.id, before.id), condition))
    .returning({
      order: getTableColumns(orders),
      before: { status: before.status, refundCommittedMinor: before.refundCommittedMinor },
    });
  if (row === undefined) return undefined;
  const { status, refundCommittedMinor } = row.before;
  return { order: row.order, before: { status, refundCommittedMinor: BigInt(refundCommittedMinor) } };
}

/** The condition that the viewer may change an order: their own, or any with orders:write. */
export function changeableBy(viewer: Viewer): SQL {
  if (viewer.kind !== "user") return sql`false`;
  return holds(viewer, "orders:write")
    ? sql`${orders.visible}`
    : sql`${orders.visible} and ${orders.userId} = ${viewer.id}`;
}

/** The order, if the viewer may change it. */
export async function findChangeable(db: Db, viewer: Viewer, id: OrderId | undefined): Promise<Order | undefined> {
  if (id === undefined) return undefined;
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.id, id), changeableBy(viewer)));
  return order;
}

/** The order of a payment, for callers that check who may see it. */
export async function findByPayment(db: Db, id: PaymentId | undefined): Promise<Order | undefined> {
  if (id === undefined) return undefined;
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.paymentId, id), eq(orders.visible, true)));
  return order;
}
