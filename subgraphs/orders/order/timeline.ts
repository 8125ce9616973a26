import DataLoader from "dataloader";
import { and, count, eq, type SQL, sql } from "drizzle-orm";
import { type OrderEventId, type OrderEventType, type OrderStatus, orderEvents } from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import { type Connection, connection, keyset, type Page, readPage } from "#platform/graphql/page.ts";
import { newId, type OrderId, type UserId } from "#platform/shop/ids.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";

/** A stored entry of an order's timeline. */
export type OrderEvent = typeof orderEvents.$inferSelect;

/** A new entry of a timeline. */
export type TimelineEntry = {
  readonly type: OrderEventType;
  readonly fromStatus?: OrderStatus;
  readonly toStatus?: OrderStatus;
  readonly message?: string | null | undefined;
  /** Absent for the system and for guests. */
  readonly actorId?: UserId | null;
  /** True by default. */
  readonly visibleToBuyer?: boolean;
};

/** Appends entries to an order's timeline, in the transaction of what they record. */
export async function appendTimeline(tx: Tx, orderId: OrderId, entries: readonly TimelineEntry[]): Promise<void> {
  await tx.insert(orderEvents).values(entries.map((entry) => ({ ...entry, id: newId<OrderEventId>(), orderId })));
}

/** A page of an order's timeline; entries are counted only if `totalCount` is called. */
export type OrderEventConnection = Connection<OrderEvent> & { totalCount: () => Promise<number> };

type TimelineQuery = { readonly orderId: OrderId; readonly args: { first?: number | null; after?: string | null } };

/** A loader of timelines, with one statement per distinct page arguments. */
export type Timelines = DataLoader<TimelineQuery, OrderEventConnection, string>;

/** Makes a loader of timelines. Holders of orders:read or orders:write see all entries, buyers those that are visible to them. */
export function makeTimelines(db: Db, viewer: Viewer): Timelines {
  const seen =
    holds(viewer, "orders:read") || holds(viewer, "orders:write") ? undefined : eq(orderEvents.visibleToBuyer, true);
  const counts = new DataLoader<OrderId, number>(async (ids) => {
    const rows = await db
      .select({ orderId: orderEvents.orderId, count: count() })
      .from(orderEvents)
      .where(and(isAnyOf(orderEvents.orderId, [...ids]), seen))
      .groupBy(orderEvents.orderId);
    const byOrder = new Map(rows.map((row) => [row.orderId, row.count]));
    return ids.map((id) => byOrder.get(id) ?? 0);
  });
  return new DataLoader(
    async (queries) => {
      const groups = Map.groupBy(queries, ({ args }) => JSON.stringify(args));
      const found = new Map<string, Map<OrderId, OrderEvent[]>>();
      await Promise.all(
        [...groups].map(async ([key, group]) => {
          const [first] = group;
          if (first === undefined) return;
          const ids = group.map(({ orderId }) => orderId);
          const rows = await readEntries(db, ids, readPage(first.args, "event", 1), seen);
          found.set(
            key,
            Map.groupBy(rows, ({ orderId }) => orderId),
          );
        }),
      );
      return queries.map(({ orderId, args }) => ({
        ...connection(readPage(args, "event", 1), found.get(JSON.stringify(args))?.get(orderId) ?? [], ({ id }) => [
          id,
        ]),
        totalCount: () => counts.load(orderId),
      }));
    },
    { cacheKeyFn: ({ orderId, args }) => `${orderId} ${JSON.stringify(args)}` },
  );
}

async function readEntries(db: Db, ids: readonly OrderId[], page: Page, seen: SQL | undefined): Promise<OrderEvent[]> {
  const { conditions, order } = keyset(page, [{ column: orderEvents.id, direction: "asc", cast: "uuid" }]);
  const requested = db
    .select({ id: sql<OrderId>`value::uuid`.as("requested_id") })
    .from(sql`json_array_elements_text(${JSON.stringify(ids)}::json)`)
    .as("requested");
  const entries = db
    .select()
    .from(orderEvents)
    .where(and(sql`${orderEvents.orderId} = ${requested.id}`, seen, ...conditions))
    .orderBy(...order)
    .limit(page.size + 1)
    .as("order_events");
  const rows = await db
    .select()
    .from(requested)
    .crossJoinLateral(entries)
    .orderBy(...order);
  return rows.map(({ order_events: entry }) => entry);
}
