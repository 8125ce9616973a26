import DataLoader from "dataloader";
import { and, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import {
  type OrderStatus,
  orderStatuses,
  orders,
  type PaymentStatus,
  paymentStatuses,
} from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db } from "#platform/database/database.ts";
import {
  type Connection,
  type CursorValues,
  connection,
  keyset,
  type Page,
  type PageArguments,
  readPage,
  type SortColumn,
} from "#platform/graphql/page.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { parseId, type UserId } from "#platform/shop/ids.ts";
import { emailSearchText } from "#platform/shop/input.ts";
import { lookupText } from "#platform/shop/text.ts";
import type { OrderFilter, OrderSort } from "#schema/generated/orders.ts";
import { searchCharactersMax, searchEmailCharactersMin } from "../shared/limits.ts";
import type { Order } from "./order.ts";
import { parseNumberStart } from "./order-number.ts";

/** The arguments of a list of orders, from GraphQL. */
export type OrderListArguments = PageArguments & { filter?: OrderFilter | null; sort?: OrderSort | null };

/** A page of orders; orders are counted only if `totalCount` is called. */
export type OrderConnection = Connection<Order> & { totalCount: () => Promise<number> };

/** The parsed arguments of a list. */
type OrderQuery = {
  readonly page: Page;
  readonly columns: readonly SortColumn[];
  readonly cursor: (order: Order) => CursorValues;
  /** Without duplicates: a page is read for each. */
  readonly statuses: readonly OrderStatus[] | undefined;
  readonly paymentStatuses: readonly PaymentStatus[] | undefined;
  /** undefined: the orders of all users. null: a malformed id, which has no orders. */
  readonly userId: UserId | null | undefined;
  /** Further conditions. */
  readonly conditions: readonly SQL[];
};

/** Postgres has no year 0. */
const earliest = Date.parse("0001-01-01T00:00:00Z");

/** @throws {ApiError} BAD_USER_INPUT for invalid arguments. */
function readOrderQuery(args: OrderListArguments): OrderQuery {
  const { filter, sort } = args;
  const direction = sort?.direction === "ASC" ? ("asc" as const) : ("desc" as const);
  const byTotal = sort?.key === "TOTAL";
  const id = { column: orders.id, direction, cast: "uuid" };
  return {
    page: readPage(args, `${byTotal ? "total" : "createdAt"}:${direction}`, 2),
    columns: byTotal
      ? [{ column: orders.totalScaled, direction, cast: "bigint" }, id]
      : [{ column: orders.createdAt, direction, cast: "timestamptz" }, id],
    cursor: (order) => [byTotal ? order.totalScaled.toString() : order.createdAt.toISOString(), order.id],
    statuses: filter?.status == null ? undefined : [...new Set(filter.status)],
    paymentStatuses: filter?.paymentStatus == null ? undefined : [...new Set(filter.paymentStatus)],
    userId: filter?.userId == null ? undefined : (parseId<UserId>(filter.userId) ?? null),
    conditions: [
      ...(filter?.createdFrom == null ? [] : [gte(orders.createdAt, readTime("createdFrom", filter.createdFrom))]),
      ...(filter?.createdTo == null ? [] : [lt(orders.createdAt, readTime("createdTo", filter.createdTo))]),
      ...searchConditions(filter?.search ?? ""),
    ],
  };
}

function readTime(name: string, value: string): Date {
  const time = new Date(value);
  if (/^\d{4}-\d{2}-\d{2}T/.test(value) && time.getTime() >= earliest) return time;
  throw new ApiError("BAD_USER_INPUT", `\`${name}\` must be an RFC 3339 date and time.`);
}

/** Matches orders whose number begins with the text or whose email address contains it; all orders if the text is blank. */
function searchConditions(search: string): SQL[] {
  const text = lookupText(search).trim();
  if (text === "") return [];
  if (text.length > searchCharactersMax) {
    throw new ApiError("BAD_USER_INPUT", `\`search\` can have at most ${searchCharactersMax} characters.`);
  }
  const start = parseNumberStart(text);
  const byNumber = start === undefined ? sql`false` : sql`${orders.number} like ${`${start}%`}`;
  if (text.length < searchEmailCharactersMin) return [byNumber];
  const part = (text.includes("@") ? emailSearchText(text) : text.toLowerCase()).replaceAll(
    /[\\%_]/g,
    (letter) => `\\${letter}`,
  );
  return [sql`(${byNumber} or lower(${orders.email}) like ${`%${part}%`})`];
}

/** All orders. The caller checks that the viewer holds orders:read. */
export async function listOrders(db: Db, args: OrderListArguments): Promise<OrderConnection> {
  const query = readOrderQuery(args);
  const { page } = query;
  const rows = query.userId === null ? [] : await readRows(db, query);
  return {
    ...connection(page, rows, query.cursor),
    totalCount: async () => {
      if (query.userId === null) return 0;
      const all = and(...filters(query), query.userId === undefined ? undefined : eq(orders.userId, query.userId));
      return db.$count(orders, all);
    },
  };
}

function filters(query: OrderQuery): SQL[] {
  return [
    sql`${orders.visible}`,
    ...query.conditions,
    ...(query.statuses === undefined ? [] : [isAnyOf(orders.status, [...query.statuses])]),
    ...(query.paymentStatuses === undefined ? [] : [isAnyOf(orders.paymentStatus, [...query.paymentStatuses])]),
  ];
}

/**
 * With a filter by status, reads one page for each pair of statuses from an index that has them in order, and merges the pages. So a page costs
 * the same however many orders the filter leaves out.
 */
async function readRows(db: Db, query: OrderQuery): Promise<Order[]> {
  const { page, columns } = query;
  const { conditions, order } = keyset(page, columns);
  const limit = page.size + 1;
  const byStatus = query.statuses !== undefined || query.paymentStatuses !== undefined;
  if (!byStatus || query.userId !== undefined) {
    const owner = query.userId === undefined || query.userId === null ? undefined : eq(orders.userId, query.userId);
    return db
      .select()
      .from(orders)
      .where(and(...filters(query), owner, ...conditions))
      .orderBy(...order)
      .limit(limit);
  }
  const pairs = (query.statuses ?? orderStatuses).flatMap((status) =>
    (query.paymentStatuses ?? paymentStatuses).map((paymentStatus) => ({ status, paymentStatus })),
  );
  const pair = db
    .select({
      status: sql<string>`status`.as("pair_status"),
      paymentStatus: sql<string>`payment_status`.as("pair_payment_status"),
    })
    .from(sql`json_to_recordset(${JSON.stringify(pairs.map(({ status, paymentStatus }) => ({ status, payment_status: paymentStatus })))}::json)
      as pairs(status text, payment_status text)`)
    .as("pair");
  const rows = db
    .select()
    .from(orders)
    .where(
      and(
        sql`${orders.visible}`,
        sql`${orders.status} = ${pair.status}`,
        sql`${orders.paymentStatus} = ${pair.paymentStatus}`,
        ...query.conditions,
        ...conditions,
      ),
    )
    .orderBy(...order)
    .limit(limit)
    .as("orders");
  const found = await db
    .select()
    .from(pair)
    .crossJoinLateral(rows)
    .orderBy(...order)
    .limit(limit);
  return found.map((row) => row.orders);
}

/** A loader of users' orders, with one statement per distinct arguments. */
export type OrdersOfUsers = DataLoader<{ userId: UserId; args: OrderListArguments }, OrderConnection, string>;

/** Makes a loader of users' own lists of orders. The caller checks whether the viewer may see them. */
export function makeOrdersOfUsers(db: Db): OrdersOfUsers {
  const counts = new DataLoader<{ userId: UserId; args: OrderListArguments }, number, string>(
    (keys) =>
      loadGrouped(
        keys,
        (args, ids) => countOrders(db, readOrderQuery(args), ids),
        () => 0,
      ),
    { cacheKeyFn: cacheKey },
  );
  return new DataLoader(
    async (keys) => {
      const pages = await loadGrouped(
        keys,
        async (args, ids) => {
          const query = readOrderQuery(args);
          const rows = Map.groupBy(await readRowsOf(db, query, ids), ({ userId }) => userId);
          return new Map(ids.map((id) => [id, connection(query.page, rows.get(id) ?? [], query.cursor)]));
        },
        ({ args }) => connection<Order>(readOrderQuery(args).page, [], () => []),
      );
      return pages.map((page, index) => {
        const key = keys[index];
        return { ...page, totalCount: async () => (key === undefined ? 0 : counts.load(key)) };
      });
    },
    { cacheKeyFn: cacheKey },
  );
}

const cacheKey = ({ userId, args }: { userId: UserId; args: OrderListArguments }) =>
  `${userId} ${JSON.stringify(args)}`;

/** Loads the keys in groups with the same arguments. */
async function loadGrouped<Value>(
  keys: readonly { userId: UserId; args: OrderListArguments }[],
  read: (args: OrderListArguments, ids: UserId[]) => Promise<Map<UserId, Value>>,
  none: (key: { args: OrderListArguments }) => Value,
): Promise<Value[]> {
  const groups = Map.groupBy(keys, ({ args }) => JSON.stringify(args));
  const found = new Map<string, Map<UserId, Value>>();
  await Promise.all(
    [...groups].map(async ([groupKey, group]) => {
      const [first] = group;
      if (first !== undefined)
        found.set(
          groupKey,
          await read(
            first.args,
            group.map(({ userId }) => userId),
          ),
        );
    }),
  );
  return keys.map((key) => found.get(JSON.stringify(key.args))?.get(key.userId) ?? none(key));
}

async function readRowsOf(db: Db, query: OrderQuery, ids: readonly UserId[]): Promise<Order[]> {
  const { conditions, order } = keyset(query.page, query.columns);
  const owner = ownersOf(db, query, ids);
  const rows = db
    .select()
    .from(orders)
    .where(and(sql`${orders.userId} = ${owner.id}`, ...filters(query), ...conditions))
    .orderBy(...order)
    .limit(query.page.size + 1)
    .as("orders");
  const found = await db
    .select()
    .from(owner)
    .crossJoinLateral(rows)
    .orderBy(...order);
  return found.map((row) => row.orders);
}

async function countOrders(db: Db, query: OrderQuery, ids: readonly UserId[]): Promise<Map<UserId, number>> {
  const owner = ownersOf(db, query, ids);
  const rows = await db
    .select({ userId: owner.id, count: sql<number>`count(*)::int` })
    .from(owner)
    .innerJoin(orders, and(sql`${orders.userId} = ${owner.id}`, ...filters(query)))
    .groupBy(owner.id);
  return new Map(rows.map(({ userId, count }) => [userId, count]));
}

function ownersOf(db: Db, query: OrderQuery, ids: readonly UserId[]) {
  const requested = query.userId === undefined ? ids : ids.filter((id) => id === query.userId);
  return db
    .select({ id: sql<UserId>`value::uuid`.as("owner_id") })
    .from(sql`json_array_elements_text(${JSON.stringify(requested)}::json)`)
    .as("owner");
}
