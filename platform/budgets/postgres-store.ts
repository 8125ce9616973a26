import { lt, type SQL, sql } from "drizzle-orm";
import { index, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { LRUCache } from "lru-cache";
import { type Db, transaction } from "../database/database.ts";
import type { BudgetStore, Charge } from "./store.ts";

/** The table of what was spent, one row a key. A subgraph that opens budgets on its database adds it to its tables. */
export const budgetTable = () =>
  pgTable(
    "budgets",
    {
      key: text().primaryKey(),
      /** Costs by the number of the slot in which they were spent; a slot is a tenth of the budget's window. */
      spent: jsonb().notNull().default({}).$type<Spent>(),
      forgetAt: timestamp("forget_at", { withTimezone: true, mode: "date" }).notNull(),
    },
    (table) => [index("budgets_forget_at").on(table.forgetAt)],
  );
export type BudgetTable = ReturnType<typeof budgetTable>;

type Spent = Readonly<Record<string, number>>;

const slotsPerWindow = 10;
const blockedMsMax = 1_000;
const blockedKeysMax = 10_000;

/**
 * Counts in a subgraph's database, exactly, for every process of it. The window slides by tenths, and a cost is forgotten only when all of its
 * slot has left the window: in no span of a window's length is more spent than the maximum. Pass the transaction in which the cost is caused and
 * the two commit together; keys stay locked until then.
 */
export function makePostgresStore(db: Db, table: BudgetTable): BudgetStore<Db> {
  // A key without room is rejected from memory for up to a second, so that hammering at a budget costs no statement and no lock.
  const blocked = new LRUCache<string, { max: number; cost: number; retryAtMs: number }>({
    max: blockedKeysMax,
    ttl: blockedMsMax,
  });
  return {
    take: async (charges, cost, windowSeconds, tx = db) => {
      for (const { key, max } of charges) {
        const block = blocked.get(key);
        if (block === undefined || block.max < max || block.cost > cost || block.retryAtMs <= performance.now())
          continue;
        return { taken: false, key, retryAfterSeconds: secondsUp(block.retryAtMs - performance.now()) };
      }
      const taken = await takeAll(tx, table, charges, cost, windowSeconds);
      if (taken.taken) {
        const giveBack = async (within: Db = db) => {
          await takeOff(within, table, taken.slots, cost);
          for (const { key } of charges) blocked.delete(key);
        };
        return { taken: true, giveBack };
      }
      const { key, retryAfterMs } = taken;
      const max = charges.find((charge) => charge.key === key)?.max ?? 0;
      blocked.set(key, { max, cost, retryAtMs: performance.now() + retryAfterMs });
      return { taken: false, key, retryAfterSeconds: secondsUp(retryAfterMs) };
    },
    countWithin: (charge, cost, windowSeconds) => countStatement(table, [charge], cost, windowSeconds),
  };
}

function secondsUp(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1_000));
}

/** The slot in which each key was charged. */
type Slots = ReadonlyMap<string, number>;
type Located = { taken: true; slots: Slots } | { taken: false; key: string; retryAfterMs: number };

/** Counts a cost with one statement, and with more of them only where a key has no room. */
async function takeAll(
  db: Db,
  table: BudgetTable,
  charges: readonly Charge[],
  cost: number,
  windowSeconds: number,
): Promise<Located> {
  const count = async (tx: Db): Promise<Slots> => {
    const rows = await tx.execute<{ key: string; slot: string }>(countStatement(table, charges, cost, windowSeconds));
    return new Map(rows.map(({ key, slot }) => [key, Number(slot)]));
  };
  // A single key is charged or not, without a transaction.
  const slots = charges.length === 1 ? await count(db) : undefined;
  if (slots?.size === 1) return { taken: true, slots };
  return transaction(db, async (tx) => {
    if (slots === undefined) {
      const counted = await count(tx);
      if (counted.size === charges.length) return { taken: true, slots: counted };
      if (counted.size > 0) await takeOff(tx, table, counted, cost);
    }
    return takeLocked(tx, table, charges, cost, windowSeconds);
  });
}

/**
 * Counts a cost under each key that has room, and returns these keys with the slots in which they were charged. The rows of all keys are locked in the
 * order of the keys.
 */
function countStatement(table: BudgetTable, charges: readonly Charge[], cost: number, windowSeconds: number): SQL {
  const sorted = charges.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const slotMs = (windowSeconds * 1_000) / slotsPerWindow;
  const charge = sql`unnest(
    ${sql.param(sorted.map(({ key }) => key))}::text[], ${sql.param(sorted.map(({ max }) => max))}::float8[]
  ) as charge(key, most)`;
  // For an existing row the clock is read once the row is locked, so that a cost that has waited counts for its whole window.
  const slot = sql`floor(extract(epoch from clock_timestamp()) * 1000 / ${slotMs}::float8)::bigint`;
  const live = sql`(select ${slot} as slot) as present left join lateral jsonb_each_text(budget.spent) as earlier(slot, cost)
    on earlier.slot::bigint >= present.slot - ${slotsPerWindow}::int`;
  return sql`
    insert into ${table} as budget (key, spent, forget_at)
    select charge.key, jsonb_build_object(${slot}::text, ${cost}::float8), clock_timestamp() + ${windowSeconds * 1.2}::float8 * interval '1 second'
    from ${charge} where ${cost}::float8 <= charge.most order by charge.key
    on conflict (key) do update set forget_at = excluded.forget_at, spent = (
      select coalesce(jsonb_object_agg(earlier.slot, earlier.cost::float8) filter (where earlier.slot is not null), '{}')
        || jsonb_build_object(present.slot::text,
          ${cost}::float8 + coalesce(sum(earlier.cost::float8) filter (where earlier.slot::bigint = present.slot), 0))
      from ${live} group by present.slot
    )
    where (select coalesce(sum(earlier.cost::float8), 0) from ${live})
      + ${cost}::float8 <= (select charge.most from ${charge} where charge.key = budget.key)
    returning budget.key, (select max(name::bigint) from jsonb_object_keys(budget.spent) as name)::text as slot`;
}

/** Locks the keys' rows in the order of the keys, judges by what they hold, and writes. */
async function takeLocked(
  tx: Db,
  table: BudgetTable,
  charges: readonly Charge[],
  cost: number,
  windowSeconds: number,
): Promise<Located> {
  const slotMs = (windowSeconds * 1_000) / slotsPerWindow;
  const forgetAt = sql`clock_timestamp() + ${windowSeconds * 1.2} * interval '1 second'`;
  const keys = charges.map(({ key }) => key).toSorted();
  const rows = await tx
    .insert(table)
    .values(keys.map((key) => ({ key, spent: {}, forgetAt })))
    .onConflictDoUpdate({ target: table.key, set: { forgetAt } })
    .returning({
      key: table.key,
      spent: table.spent,
      nowMs: sql<number>`(extract(epoch from clock_timestamp()) * 1000)::float8`,
    });
  const nowMs = Math.max(...rows.map((row) => row.nowMs));
  const slot = Math.floor(nowMs / slotMs);
  const spentOf = new Map(rows.map(({ key, spent }) => [key, liveSlots(spent, slot)]));
  for (const { key, max } of charges) {
    const waitSlots = slotsUntilRoom(spentOf.get(key) ?? [], slot, max - cost);
    if (waitSlots > 0) return { taken: false, key, retryAfterMs: (slot + waitSlots) * slotMs - nowMs };
  }
  const updates = keys.map((key) => {
    const spent = Object.fromEntries(spentOf.get(key) ?? []);
    return sql`(${key}, ${JSON.stringify({ ...spent, [slot]: (spent[slot] ?? 0) + cost })}::jsonb)`;
  });
  await tx.execute(sql`
    update ${table} set spent = charged.spent from (values ${sql.join(updates, sql`, `)}) as charged (key, spent)
    where ${table.key} = charged.key`);
  return { taken: true, slots: new Map(keys.map((key) => [key, slot])) };
}

/** The slots that still count, oldest first. The current slot has only begun, so the window reaches into one more than its ten. */
function liveSlots(spent: Spent, slot: number): [number, number][] {
  return Object.entries(spent)
    .map(([name, cost]): [number, number] => [Number(name), cost])
    .filter(([name]) => name >= slot - slotsPerWindow)
    .sort(([a], [b]) => a - b);
}

/** After how many slots at most `room` is left as spent; a whole window when it never is. 0 when there is room now. */
function slotsUntilRoom(live: readonly [number, number][], slot: number, room: number): number {
  let total = live.reduce((sum, [, cost]) => sum + cost, 0);
  if (total <= room) return 0;
  for (const [name, cost] of live) {
    total -= cost;
    if (total <= room) return name + slotsPerWindow + 1 - slot;
  }
  return slotsPerWindow + 1;
}

async function takeOff(db: Db, table: BudgetTable, slots: Slots, cost: number): Promise<void> {
  // In the order of the keys, as they are charged, so that the two never wait for each other.
  const sorted = [...slots].toSorted(([a], [b]) => (a < b ? -1 : 1));
  await db.execute(sql`
    with counted as (
      select budget.key, charged.slot
      from unnest(${sql.param(sorted.map(([key]) => key))}::text[], ${sql.param(sorted.map(([, slot]) => String(slot)))}::text[]) as charged(key, slot)
        join ${table} budget on budget.key = charged.key
      order by budget.key for update of budget
    )
    update ${table} as budget
    set spent = jsonb_set(budget.spent, array[counted.slot], to_jsonb(greatest(0, (budget.spent ->> counted.slot)::float8 - ${cost}::float8)))
    from counted where budget.key = counted.key and budget.spent ? counted.slot`);
}

const removedRowsMax = 5_000;

/** Removes the rows that no longer count, in statements of up to 5,000 rows until none is left. Returns how many there were. */
export async function removeExpiredBudgets(db: Db, table: BudgetTable): Promise<number> {
  let removed = 0;
  for (;;) {
    const old = db
      .select({ key: table.key })
      .from(table)
      .where(lt(table.forgetAt, sql`clock_timestamp()`))
      .limit(removedRowsMax)
      .for("update", { skipLocked: true });
    const rows = await db.delete(table).where(sql`${table.key} = any(array(${old}))`).returning({ key: table.key });
    removed += rows.length;
    if (rows.length < removedRowsMax) return removed;
  }
}
