import { and, asc, eq, getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import { type OrderStatus, orderItems, orders } from "#drizzle/orders/tables.ts";
import { secretToken, secretTokenId } from "#platform/auth/secret-token.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import type { OrderId, OrderItemId, PaymentId } from "#platform/shop/ids.ts";
import { decimalsOf, type Money } from "#platform/shop/money.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";

/** An order as it is stored. */
export type Order = typeof orders.$inferSelect;
/** A line of an order, as it was when it was placed. */
export type OrderItem = typeof orderItems.$inferSelect;

/** What somebody decided about an order, or paid for it, counts its version on: that is what `expectedVersion` guards against. */
const changed = { version: sql`${orders.version} + 1`, updatedAt: sql`now()` };

/** For a change that leaves the order as its readers knew it: the bookkeeping of stock, and an edit that is only under way or was refused. */
export const sameVersion = { version: sql`${orders.version}` };

/** Which orders the viewer may read: their own, and all with orders:read. Guests read theirs by token only. */
function readableBy(viewer: Viewer): SQL {
  if (viewer.kind !== "user") return sql`false`;
  return holds(viewer, "orders:read")
    ? sql`${orders.visible}`
    : sql`${orders.visible} and ${orders.userId} = ${viewer.id}`;
}

/** The orders among `ids` that the viewer may read, in any order. */
export async function findOrders(db: Db, viewer: Viewer, ids: readonly OrderId[]): Promise<Order[]> {
  return db
    .select()
    .from(orders)
    .where(and(inArray(orders.id, [...ids]), readableBy(viewer)));
}

/** The orders of the numbers (without dashes) that the viewer may read, in any order. */
export async function findOrdersByNumber(db: Db, viewer: Viewer, numbers: readonly string[]): Promise<Order[]> {
  return db
    .select()
    .from(orders)
    .where(and(inArray(orders.number, [...numbers]), readableBy(viewer)));
}

/** The orders of the payments that the viewer may read, in any order. */
export async function findOrdersByPayment(db: Db, viewer: Viewer, ids: readonly PaymentId[]): Promise<Order[]> {
  return db
    .select()
    .from(orders)
    .where(and(inArray(orders.paymentId, [...ids]), readableBy(viewer)));
}

/** An order for whoever has already been let in. */
export async function readOrder(db: Db, id: OrderId): Promise<Order | undefined> {
  const [order] = await db.select().from(orders).where(eq(orders.id, id));
  return order;
}

/** The lines of the orders, each order's in its own order. */
export async function readItems(db: Db, ids: readonly OrderId[]): Promise<OrderItem[]> {
  return db
    .select()
    .from(orderItems)
    .where(inArray(orderItems.orderId, [...ids]))
    .orderBy(asc(orderItems.orderId), asc(orderItems.position));
}

/** The lines among `ids` whose order the viewer may read. */
export async function findItems(db: Db, viewer: Viewer, ids: readonly OrderItemId[]): Promise<OrderItem[]> {
  const rows = await db
    .select({ item: orderItems })
    .from(orderItems)
    .innerJoin(orders, eq(orders.id, orderItems.orderId))
    .where(and(inArray(orderItems.id, [...ids]), readableBy(viewer)));
  return rows.map(({ item }) => item);
}

/** An order's lines as the other subgraphs are told of them: nothing but what is to be moved. */
export async function stockLines(tx: Tx, id: OrderId): Promise<{ variantId: string; quantity: number }[]> {
  return tx
    .select({ variantId: orderItems.variantId, quantity: orderItems.quantity })
    .from(orderItems)
    .where(eq(orderItems.orderId, id))
    .orderBy(asc(orderItems.position));
}

/** An amount of the order's currency. */
export function orderMoney(order: Pick<Order, "currency">, minorUnits: bigint): Money {
  return { minorUnits, currency: order.currency };
}

/** The total by which orders of all currencies are sorted: in ten-thousandths of the currency's unit. */
export function scaledTotal(total: Money): bigint {
  return total.minorUnits * 10n ** BigInt(4 - decimalsOf(total.currency));
}

const guestOrderKind = "guest-order";

/** The secret that opens a guest's order. */
export function guestOrderToken(tokenKey: string, id: OrderId): string {
  return secretToken(tokenKey, guestOrderKind, id);
}

/** The order that a guest's token opens, for as long as it is a guest's; undefined for any other token. */
export async function findGuestOrder(db: Db, tokenKey: string, token: string): Promise<Order | undefined> {
  const id = guestOrderId(tokenKey, token);
  if (id === undefined) return undefined;
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.id, id), isGuests, eq(orders.visible, true)));
  return order;
}

/** The order that a guest's token was made for, whether or not it still opens it. */
export function guestOrderId(tokenKey: string, token: string): OrderId | undefined {
  return secretTokenId<OrderId>(tokenKey, guestOrderKind, token);
}

/** A guest's order that no user has claimed. */
export const isGuests: SQL = sql`(${orders.byGuest} and ${orders.userId} is null)`;

/**
 * Holds an order until the transaction ends. Whatever changes an order and its charges and refunds takes the order first, so that no two wait for
 * each other.
 */
export async function lockOrder(tx: Tx, id: OrderId): Promise<void> {
  await tx.select({ id: orders.id }).from(orders).where(eq(orders.id, id)).for("update");
}

/**
 * Changes an order where `condition` holds, by one statement; undefined where it does not. `before` is what the order was until then, read under
 * the same lock.
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

/** Which orders the viewer may change: their own, and all with orders:write. */
export function changeableBy(viewer: Viewer): SQL {
  if (viewer.kind !== "user") return sql`false`;
  return holds(viewer, "orders:write")
    ? sql`${orders.visible}`
    : sql`${orders.visible} and ${orders.userId} = ${viewer.id}`;
}

/** The order, when the viewer may change it. */
export async function findChangeable(db: Db, viewer: Viewer, id: OrderId | undefined): Promise<Order | undefined> {
  if (id === undefined) return undefined;
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.id, id), changeableBy(viewer)));
  return order;
}

/** The order of a payment, for callers that judge themselves who may see it. */
export async function findByPayment(db: Db, id: PaymentId | undefined): Promise<Order | undefined> {
  if (id === undefined) return undefined;
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.paymentId, id), eq(orders.visible, true)));
  return order;
}
