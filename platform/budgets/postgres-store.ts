import { lt, sql } from "drizzle-orm";
import { index, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { LRUCache } from "lru-cache";
import { isAnyOf } from "../database/any-of.ts";
import { type Db, transaction } from "../database/database.ts";
import type { BudgetStore } from "./store.ts";

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
      const taken = await transaction(tx, (inner) => takeLocked(inner, table, charges, cost, windowSeconds));
      if (taken.taken) {
        const giveBack = async (within: Db = db) => {
          await takeOff(within, table, charges, cost, taken.slot);
          for (const { key } of charges) blocked.delete(key);
        };
        return { taken: true, giveBack };
      }
      const { key, retryAfterMs } = taken;
      const max = charges.find((charge) => charge.key === key)?.max ?? 0;
      blocked.set(key, { max, cost, retryAtMs: performance.now() + retryAfterMs });
      return { taken: false, key, retryAfterSeconds: secondsUp(retryAfterMs) };
    },
  };
}

function secondsUp(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1_000));
}

type Located = { taken: true; slot: number } | { taken: false; key: string; retryAfterMs: number };

/** Locks the keys' rows in the order of the keys, judges by what they hold, and writes. */
async function takeLocked(
  tx: Db,
  table: BudgetTable,
  charges: readonly { key: string; max: number }[],
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
  return { taken: true, slot };
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

async function takeOff(
  db: Db,
  table: BudgetTable,
  charges: readonly { key: string }[],
  cost: number,
  slot: number,
): Promise<void> {
  const keys = charges.map(({ key }) => key);
  await transaction(db, async (tx) => {
    // The same order as in `takeLocked`, so that the two never wait for each other.
    await tx.select({ key: table.key }).from(table).where(isAnyOf(table.key, keys)).orderBy(table.key).for("update");
    await tx
      .update(table)
      .set({
        spent: sql`jsonb_set(${table.spent}, array[${String(slot)}], to_jsonb(greatest(0, (${table.spent} ->> ${String(slot)})::float8 - ${cost})))`,
      })
      .where(sql`${isAnyOf(table.key, keys)} and ${table.spent} ? ${String(slot)}`);
  });
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
