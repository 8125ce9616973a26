import { and, asc, eq } from "drizzle-orm";
import { orderItems, type ReturnId, type ReturnStatus, returnLines, returns } from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db } from "#platform/database/database.ts";
import { type Connection, connection, keyset, type PageArguments, readPage } from "#platform/graphql/page.ts";
import type { OrderId } from "#platform/shop/ids.ts";

/** So many units of a line that come back. */
export type ReturnLine = typeof returnLines.$inferSelect & { readonly orderId: OrderId };

/** Goods that come back, with their lines in the order's order. */
export type Return = typeof returns.$inferSelect & { readonly lines: readonly ReturnLine[] };

/** A page of returns; they are counted only if `totalCount` is called. */
export type ReturnConnection = Connection<Return> & { totalCount: () => Promise<number> };

/** The returns of the orders, oldest first within each. */
export async function readReturns(db: Db, orderIds: readonly OrderId[]): Promise<Return[]> {
  const rows = await db
    .select()
    .from(returns)
    .where(isAnyOf(returns.orderId, [...orderIds]))
    .orderBy(asc(returns.id));
  return withLines(db, rows);
}

/** A return by its id, for callers that check who may see its order. */
export async function findReturn(db: Db, id: ReturnId | undefined): Promise<Return | undefined> {
  if (id === undefined) return undefined;
  const [found] = await withLines(db, await db.select().from(returns).where(eq(returns.id, id)));
  return found;
}

/** All returns, oldest first. The caller checks that the viewer holds orders:read. */
export async function listReturns(
  db: Db,
  { status, ...args }: PageArguments & { status?: readonly ReturnStatus[] | null },
): Promise<ReturnConnection> {
  const page = readPage(args, "return", 1);
  const { conditions, order } = keyset(page, [{ column: returns.id, direction: "asc", cast: "uuid" }]);
  const wanted = status == null ? undefined : isAnyOf(returns.status, status);
  const rows = await db
    .select()
    .from(returns)
    .where(and(wanted, ...conditions))
    .orderBy(...order)
    .limit(page.size + 1);
  return {
    ...connection(page, await withLines(db, rows), ({ id }) => [id]),
    totalCount: () => db.$count(returns, wanted),
  };
}

async function withLines(db: Db, rows: readonly (typeof returns.$inferSelect)[]): Promise<Return[]> {
  if (rows.length === 0) return [];
  const lines = await db
    .select({ line: returnLines, orderId: orderItems.orderId })
    .from(returnLines)
    .innerJoin(orderItems, eq(orderItems.id, returnLines.itemId))
    .where(
      isAnyOf(
        returnLines.returnId,
        rows.map(({ id }) => id),
      ),
    )
    .orderBy(asc(orderItems.position));
  const byReturn = Map.groupBy(lines, ({ line }) => line.returnId);
  return rows.map((row) => ({
    ...row,
    lines: (byReturn.get(row.id) ?? []).map(({ line, orderId }) => ({ ...line, orderId })),
  }));
}
