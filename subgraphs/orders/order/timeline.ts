import DataLoader from "dataloader";
import { and, count, eq, inArray, type SQL, sql } from "drizzle-orm";
import { type OrderEventId, type OrderEventType, type OrderStatus, orderEvents } from "#drizzle/orders/tables.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import { type Connection, connection, keyset, type Page, readPage } from "#platform/graphql/page.ts";
import { newId, type OrderId, type UserId } from "#platform/shop/ids.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";

/** A step of an order's timeline. */
export type OrderEvent = typeof orderEvents.$inferSelect;

/** What is written of a step. */
export type Step = {
  readonly type: OrderEventType;
  readonly fromStatus?: OrderStatus;
  readonly toStatus?: OrderStatus;
  readonly message?: string | null | undefined;
  /** Left out for the system and for guests. */
  readonly actorId?: UserId | null;
  /** Left out: seen. */
  readonly visibleToBuyer?: boolean;
};

/** Writes steps into an order's timeline, in the transaction of what they tell of. */
export async function writeSteps(tx: Tx, orderId: OrderId, steps: readonly Step[]): Promise<void> {
  await tx.insert(orderEvents).values(steps.map((step) => ({ ...step, id: newId<OrderEventId>(), orderId })));
}

/** A page of an order's timeline; the count costs nothing unless it is asked for. */
export type OrderEventConnection = Connection<OrderEvent> & { totalCount: () => Promise<number> };

type Asked = { readonly orderId: OrderId; readonly args: { first?: number | null; after?: string | null } };

/** The timelines of any number of orders; one statement for each way of asking. */
export type Timelines = DataLoader<Asked, OrderEventConnection, string>;

/** A loader of timelines: staff see all of it, buyers what is for them. */
export function makeTimelines(db: Db, viewer: Viewer): Timelines {
  const seen =
    holds(viewer, "orders:read") || holds(viewer, "orders:write") ? undefined : eq(orderEvents.visibleToBuyer, true);
  const counts = new DataLoader<OrderId, number>(async (ids) => {
    const rows = await db
      .select({ orderId: orderEvents.orderId, count: count() })
      .from(orderEvents)
      .where(and(inArray(orderEvents.orderId, [...ids]), seen))
      .groupBy(orderEvents.orderId);
    const byOrder = new Map(rows.map((row) => [row.orderId, row.count]));
    return ids.map((id) => byOrder.get(id) ?? 0);
  });
  return new DataLoader(
    async (asked) => {
      const ways = Map.groupBy(asked, ({ args }) => JSON.stringify(args));
      const found = new Map<string, Map<OrderId, OrderEvent[]>>();
      await Promise.all(
        [...ways].map(async ([way, those]) => {
          const [first] = those;
          if (first === undefined) return;
          const ids = those.map(({ orderId }) => orderId);
          const rows = await readSteps(db, ids, readPage(first.args, "event", 1), seen);
          found.set(
            way,
            Map.groupBy(rows, ({ orderId }) => orderId),
          );
        }),
      );
      return asked.map(({ orderId, args }) => ({
        ...connection(readPage(args, "event", 1), found.get(JSON.stringify(args))?.get(orderId) ?? [], ({ id }) => [
          id,
        ]),
        totalCount: () => counts.load(orderId),
      }));
    },
    { cacheKeyFn: ({ orderId, args }) => `${orderId} ${JSON.stringify(args)}` },
  );
}

async function readSteps(db: Db, ids: readonly OrderId[], page: Page, seen: SQL | undefined): Promise<OrderEvent[]> {
  const { conditions, order } = keyset(page, [{ column: orderEvents.id, direction: "asc", cast: "uuid" }]);
  const asked = db
    .select({ id: sql<OrderId>`value::uuid`.as("asked_id") })
    .from(sql`json_array_elements_text(${JSON.stringify(ids)}::json)`)
    .as("asked");
  const steps = db
    .select()
    .from(orderEvents)
    .where(and(sql`${orderEvents.orderId} = ${asked.id}`, seen, ...conditions))
    .orderBy(...order)
    .limit(page.size + 1)
    .as("order_events");
  const rows = await db
    .select()
    .from(asked)
    .crossJoinLateral(steps)
    .orderBy(...order);
  return rows.map(({ order_events: step }) => step);
}
