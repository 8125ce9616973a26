import DataLoader from "dataloader";
import { and, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import {
  type OrderStatus,
  orderStatuses,
  orders,
  type PaymentStatus,
  paymentStatuses,
} from "#drizzle/orders/tables.ts";
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
import type { OrderFilter, OrderSort } from "#schema/generated/orders.ts";
import type { Order } from "./order.ts";
import { parseNumberStart } from "./order-number.ts";

/** The arguments of a list of orders, as GraphQL gives them. */
export type OrderListArguments = PageArguments & { filter?: OrderFilter | null; sort?: OrderSort | null };

/** A page of orders; the count costs nothing unless it is asked for. */
export type OrderConnection = Connection<Order> & { totalCount: () => Promise<number> };

/** A list that was asked for, parsed. */
type Wish = {
  readonly page: Page;
  readonly columns: readonly SortColumn[];
  readonly cursor: (order: Order) => CursorValues;
  /** Each once, whatever was asked: a page is read for each. */
  readonly statuses: readonly OrderStatus[] | undefined;
  readonly paymentStatuses: readonly PaymentStatus[] | undefined;
  /** undefined: everybody's. null: an id that nobody has. */
  readonly userId: UserId | null | undefined;
  /** What holds besides. */
  readonly conditions: readonly SQL[];
};

/** Postgres knows no year 0. */
const earliest = Date.parse("0001-01-01T00:00:00Z");
const searchCharactersMax = 254;
/** Shorter ones are no help to the index on e-mails. */
const emailPartCharactersMin = 3;

/** @throws {ApiError} BAD_USER_INPUT for arguments that cannot be used. */
function readWish(args: OrderListArguments): Wish {
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
      ...searched(filter?.search ?? ""),
    ],
  };
}

function readTime(name: string, value: string): Date {
  const time = new Date(value);
  if (/^\d{4}-\d{2}-\d{2}T/.test(value) && time.getTime() >= earliest) return time;
  throw new ApiError("BAD_USER_INPUT", `\`${name}\` is no RFC 3339 time.`);
}

/** Orders whose number begins with the text, or whose e-mail has it in it; all of them for a text of white space, as in an empty search box. */
function searched(search: string): SQL[] {
  const text = search.replaceAll("\0", " ").trim();
  if (text === "") return [];
  if (text.length > searchCharactersMax) {
    throw new ApiError("BAD_USER_INPUT", `\`search\` has more than ${searchCharactersMax} characters.`);
  }
  const start = parseNumberStart(text);
  const byNumber = start === undefined ? sql`false` : sql`${orders.number} like ${`${start}%`}`;
  if (text.length < emailPartCharactersMin) return [byNumber];
  const part = text.toLowerCase().replaceAll(/[\\%_]/g, (letter) => `\\${letter}`);
  return [sql`(${byNumber} or lower(${orders.email}) like ${`%${part}%`})`];
}

/** All orders, as holders of orders:read see them. */
export async function listOrders(db: Db, args: OrderListArguments): Promise<OrderConnection> {
  const wish = readWish(args);
  const { page } = wish;
  const rows = wish.userId === null ? [] : await readRows(db, wish);
  return {
    ...connection(page, rows, wish.cursor),
    totalCount: async () => {
      if (wish.userId === null) return 0;
      const all = and(...filters(wish), wish.userId === undefined ? undefined : eq(orders.userId, wish.userId));
      return db.$count(orders, all);
    },
  };
}

function filters(wish: Wish): SQL[] {
  return [
    sql`${orders.visible}`,
    ...wish.conditions,
    ...(wish.statuses === undefined ? [] : [inArray(orders.status, [...wish.statuses])]),
    ...(wish.paymentStatuses === undefined ? [] : [inArray(orders.paymentStatus, [...wish.paymentStatuses])]),
  ];
}

/**
 * A filter by status reads one page for each pair of statuses, from an index that has them in order, and puts the pages together: so a page
 * costs the same however many orders the filter leaves out.
 */
async function readRows(db: Db, wish: Wish): Promise<Order[]> {
  const { page, columns } = wish;
  const { conditions, order } = keyset(page, columns);
  const limit = page.size + 1;
  const byStatus = wish.statuses !== undefined || wish.paymentStatuses !== undefined;
  if (!byStatus || wish.userId !== undefined) {
    const owner = wish.userId === undefined || wish.userId === null ? undefined : eq(orders.userId, wish.userId);
    return db
      .select()
      .from(orders)
      .where(and(...filters(wish), owner, ...conditions))
      .orderBy(...order)
      .limit(limit);
  }
  const pairs = (wish.statuses ?? orderStatuses).flatMap((status) =>
    (wish.paymentStatuses ?? paymentStatuses).map((paymentStatus) => ({ status, paymentStatus })),
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
        ...wish.conditions,
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

/** The orders of users, asked for by any number of them at once; one statement for each way of asking. */
export type OrdersOfUsers = DataLoader<{ userId: UserId; args: OrderListArguments }, OrderConnection, string>;

/** A loader of users' own lists of orders. Whether the viewer may see them is the caller's to say. */
export function makeOrdersOfUsers(db: Db): OrdersOfUsers {
  const counts = new DataLoader<{ userId: UserId; args: OrderListArguments }, number, string>(
    (keys) =>
      eachWay(
        keys,
        (args, ids) => countOrders(db, readWish(args), ids),
        () => 0,
      ),
    { cacheKeyFn: cacheKey },
  );
  return new DataLoader(
    async (keys) => {
      const pages = await eachWay(
        keys,
        async (args, ids) => {
          const wish = readWish(args);
          const rows = Map.groupBy(await readRowsOf(db, wish, ids), ({ userId }) => userId);
          return new Map(ids.map((id) => [id, connection(wish.page, rows.get(id) ?? [], wish.cursor)]));
        },
        ({ args }) => connection<Order>(readWish(args).page, [], () => []),
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

/** Answers keys by way of asking: the users who are asked for with the same arguments are read together. */
async function eachWay<Value>(
  keys: readonly { userId: UserId; args: OrderListArguments }[],
  read: (args: OrderListArguments, ids: UserId[]) => Promise<Map<UserId, Value>>,
  none: (key: { args: OrderListArguments }) => Value,
): Promise<Value[]> {
  const ways = Map.groupBy(keys, ({ args }) => JSON.stringify(args));
  const found = new Map<string, Map<UserId, Value>>();
  await Promise.all(
    [...ways].map(async ([way, those]) => {
      const [first] = those;
      if (first !== undefined)
        found.set(
          way,
          await read(
            first.args,
            those.map(({ userId }) => userId),
          ),
        );
    }),
  );
  return keys.map((key) => found.get(JSON.stringify(key.args))?.get(key.userId) ?? none(key));
}

async function readRowsOf(db: Db, wish: Wish, ids: readonly UserId[]): Promise<Order[]> {
  const { conditions, order } = keyset(wish.page, wish.columns);
  const owner = ownersOf(db, wish, ids);
  const rows = db
    .select()
    .from(orders)
    .where(and(sql`${orders.userId} = ${owner.id}`, ...filters(wish), ...conditions))
    .orderBy(...order)
    .limit(wish.page.size + 1)
    .as("orders");
  const found = await db
    .select()
    .from(owner)
    .crossJoinLateral(rows)
    .orderBy(...order);
  return found.map((row) => row.orders);
}

async function countOrders(db: Db, wish: Wish, ids: readonly UserId[]): Promise<Map<UserId, number>> {
  const owner = ownersOf(db, wish, ids);
  const rows = await db
    .select({ userId: owner.id, count: sql<number>`count(*)::int` })
    .from(owner)
    .innerJoin(orders, and(sql`${orders.userId} = ${owner.id}`, ...filters(wish)))
    .groupBy(owner.id);
  return new Map(rows.map(({ userId, count }) => [userId, count]));
}

function ownersOf(db: Db, wish: Wish, ids: readonly UserId[]) {
  const asked = wish.userId === undefined ? ids : ids.filter((id) => id === wish.userId);
  return db
    .select({ id: sql<UserId>`value::uuid`.as("owner_id") })
    .from(sql`json_array_elements_text(${JSON.stringify(asked)}::json)`)
    .as("owner");
}
