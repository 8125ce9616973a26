import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { createDatabase } from "#test/harness/databases.ts";
import { readEnv } from "../config/env.ts";
import { openDatabase } from "../database/database.ts";
import { makeMetrics } from "../observability/metrics.ts";
import { type Budgets, openBudgets } from "./budgets.ts";
import { budgetVariables } from "./env.ts";
import { budgetTable, makePostgresStore, removeExpiredBudgets } from "./postgres-store.ts";
import { makeSharedStore } from "./shared-store.ts";
import type { BudgetStore } from "./store.ts";

const redisUrl = process.env.TEST_REDIS_URL ?? "redis://127.0.0.1:6379/15";
const hasRedis = await isReachable(redisUrl);
const table = budgetTable();

const limits = {
  BUDGET_MAILS_PER_ADDRESS: "50",
  BUDGET_MAILS_PER_EMAIL: "5",
  BUDGET_MAILS_PER_USER: "8",
  BUDGET_MAILS_WINDOW_SECONDS: "60",
};

/** Two instances of one service over one store: each call opens another instance. */
const stores: [name: string, usable: boolean, open: () => Promise<() => BudgetStore<never>>][] = [
  ["memory", true, openMemoryStore],
  [`Redis${hasRedis ? "" : " (skipped: no server)"}`, hasRedis, openRedisStores],
  ["Postgres", true, openPostgresStores],
];

describe.each(stores)("budgets in %s", (_name, usable, open) => {
  test.skipIf(!usable)("of 200 parallel calls to two instances exactly the maximum is granted", async () => {
    const store = await open();
    const instances = [instance(store()), instance(store())] as const;
    const email = freshEmail();
    const spent = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        instances[i % 2 === 0 ? 0 : 1].trySpend("mails", { address: `10.0.0.${i}`, email }),
      ),
    );
    expect(spent.filter(({ ok }) => ok)).toHaveLength(5);
    for (const rejected of spent.filter((one) => !one.ok)) {
      expect(rejected).toMatchObject({ subject: "email", retryAfterSeconds: expect.any(Number) });
    }
  });

  test.skipIf(!usable)(
    "tags and spellings of one mailbox, and addresses of one IPv6 network, share a maximum",
    async () => {
      const store = await open();
      const budgets = instance(store());
      const [mailbox = ""] = freshEmail().split("@");
      for (let i = 0; i < 5; i += 1)
        await budgets.spend("mails", { email: `${mailbox.toUpperCase()}+${i}@Shop.example` });
      await expect(budgets.spend("mails", { email: `${mailbox}@shop.example` })).rejects.toMatchObject({
        code: "RATE_LIMITED",
        extensions: { retryAfterSeconds: expect.any(Number) },
      });
      const net = `2001:db8:${mailbox.slice(0, 4)}:1`;
      expect((await budgets.trySpend("mails", { address: `${net}::1` }, 50)).ok).toBe(true);
      expect(await budgets.trySpend("mails", { address: `${net}:ffff::2` })).toMatchObject({ subject: "address" });
    },
  );

  test.skipIf(!usable)("a rejected call counts for none of its subjects", async () => {
    const store = await open();
    const budgets = instance(store());
    const [email, address] = [freshEmail(), freshEmail()];
    await budgets.spend("mails", { address }, 50);
    for (let i = 0; i < 20; i += 1) expect((await budgets.trySpend("mails", { address, email })).ok).toBe(false);
    expect((await budgets.trySpend("mails", { email }, 5)).ok).toBe(true);
  });

  test.skipIf(!usable)(
    "a cost that is given back can be spent again, and a larger one than is left does not block a smaller",
    async () => {
      const store = await open();
      const budgets = instance(store());
      const email = freshEmail();
      const spent = await budgets.trySpend("mails", { email }, 4);
      expect((await budgets.trySpend("mails", { email }, 3)).ok).toBe(false);
      expect((await budgets.trySpend("mails", { email }, 1)).ok).toBe(true);
      if (!spent.ok) throw new Error("The first cost was rejected.");
      await spent.giveBack();
      expect((await budgets.trySpend("mails", { email: freshEmail() }, 5)).ok).toBe(true);
      expect((await budgets.trySpend("mails", { email }, 4)).ok).toBe(true);
    },
  );

  test.skipIf(!usable)("what was spent counts for a whole window and no longer than one tenth more", async () => {
    const store = await open();
    const budgets = instance(store(), { BUDGET_MAILS_WINDOW_SECONDS: "1" });
    const email = freshEmail();
    const startedAt = performance.now();
    await budgets.spend("mails", { email }, 5);
    let granted = false;
    while (!granted) {
      granted = (await budgets.trySpend("mails", { email }, 5)).ok;
      if (performance.now() - startedAt > 5_000) break;
    }
    expect(granted).toBe(true);
    expect(performance.now() - startedAt).toBeGreaterThan(990);
  });
});

/** Memory is one process's own: its instances share the store itself. */
async function openMemoryStore() {
  const store = makeSharedStore(undefined);
  return () => store;
}

async function openRedisStores() {
  const clients = [new Redis(redisUrl), new Redis(redisUrl)];
  onTestFinished(() => clients.forEach((client) => void client.disconnect()));
  await Promise.all(clients.map((client) => client.ping()));
  return () => makeSharedStore(clients.pop());
}

async function openPostgresStores() {
  const { url } = await openBudgetDatabase();
  return () => {
    const database = openDatabase({ url, applicationName: "test" });
    onTestFinished(() => database.close());
    return makePostgresStore(database.db, table);
  };
}

test("a cost is counted in the transaction that causes it, or not at all", async () => {
  const { db } = await openBudgetDatabase();
  const budgets = openBudgets({ ...common(), store: makePostgresStore(db, table) });
  const email = freshEmail();
  await expect(
    db.transaction(async (tx) => {
      await budgets.spend("mails", { email }, 5, tx);
      throw new Error("rolled back");
    }),
  ).rejects.toThrow("rolled back");
  await db.transaction((tx) => budgets.spend("mails", { email }, 5, tx));
  expect((await budgets.trySpend("mails", { email })).ok).toBe(false);
});

test("of 60 statements at once that each cause a cost and count it, exactly the maximum causes one", async () => {
  const { db } = await openBudgetDatabase();
  await db.execute(sql`create table caused (at timestamptz not null default clock_timestamp())`);
  const budgets = openBudgets({ ...common(), store: makePostgresStore(db, table) });
  const email = freshEmail();
  const cause = async (failing = false) => {
    const counted = budgets.countWithin("mails", { email });
    const made = await db.execute(sql`
      with counted as (${counted?.statement}), caused as (insert into caused select from counted returning at)
      select at, 1 / ${failing ? 0 : 1}::int as one from caused`);
    return made.length;
  };
  await expect(cause(true)).rejects.toThrow();
  await budgets.spend("mails", { email }, 2);
  const caused = await Promise.all(Array.from({ length: 60 }, () => cause()));
  expect(caused.reduce((sum, one) => sum + one, 0)).toBe(3);
  expect(await db.execute(sql`select from caused`)).toHaveLength(3);
  await expect(budgets.spend("mails", { email })).rejects.toMatchObject({ code: "RATE_LIMITED" });
  expect(budgets.countWithin("mails", { email, address: "10.0.0.1" })).toBeUndefined();
});

test("in Postgres no span of a window's length holds more than the maximum, wherever the window begins", async () => {
  const { db } = await openBudgetDatabase();
  const budgets = openBudgets({ ...common({ BUDGET_MAILS_WINDOW_SECONDS: "1" }), store: makePostgresStore(db, table) });
  const email = freshEmail();
  const granted: { askedAt: number; doneAt: number }[] = [];
  const startedAt = performance.now();
  while (performance.now() - startedAt < 3_000) {
    const askedAt = performance.now();
    if ((await budgets.trySpend("mails", { email })).ok) granted.push({ askedAt, doneAt: performance.now() });
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  expect(granted.length).toBeGreaterThanOrEqual(10);
  // Somewhere between the two times it was counted.
  for (const { askedAt: begin } of granted) {
    const within = granted.filter(({ askedAt, doneAt }) => askedAt >= begin && doneAt < begin + 990);
    expect(within.length).toBeLessThanOrEqual(5);
  }
});

test("rows that no longer count are removed, however many there are", async () => {
  const { db, sql } = await openBudgetDatabase();
  await sql`INSERT INTO budgets SELECT 'old' || i, '{}', now() - interval '1 second' FROM generate_series(1, 12000) AS i`;
  await sql`INSERT INTO budgets VALUES ('live', '{}', now() + interval '1 hour')`;
  expect(await removeExpiredBudgets(db, table)).toBe(12_000);
  expect(await sql`SELECT key FROM budgets`).toMatchObject([{ key: "live" }]);
});

test("a global amount rejects no one by itself: it halves what guests may spend, and is seen in the metrics", async () => {
  const options = common({ BUDGET_MAILS_GLOBAL: "10" });
  const budgets = openBudgets({ ...options, store: makeSharedStore(undefined) });
  for (let i = 0; i < 11; i += 1) await budgets.spend("mails", { email: freshEmail() });
  const [guest, user] = [freshEmail(), "01900000-0000-7000-8000-00000000000a"];
  expect((await budgets.trySpend("mails", { email: guest }, 3)).ok).toBe(true);
  expect((await budgets.trySpend("mails", { email: guest })).ok).toBe(false);
  expect((await budgets.trySpend("mails", { user }, 8)).ok).toBe(true);
  const text = await options.metrics.registry.metrics();
  expect(text).toContain('agora_budget_tightened{budget="mails",service="test"}');
  expect(text).toMatch(/agora_budget_spent_total\{budget="mails",service="test"\} 22/);
  expect(text).toMatch(/agora_budget_refused_total\{budget="mails",subject="email",service="test"\} 1/);
});

test("what is given back does not count towards the global amount", async () => {
  const budgets = openBudgets({ ...common({ BUDGET_MAILS_GLOBAL: "10" }), store: makeSharedStore(undefined) });
  for (let i = 0; i < 20; i += 1) {
    const spent = await budgets.trySpend("mails", { email: freshEmail() });
    if (!spent.ok) throw new Error("A cost was rejected.");
    await spent.giveBack();
  }
  expect((await budgets.trySpend("mails", { email: freshEmail() }, 5)).ok).toBe(true);
});

test("BUDGETS_ENABLED=false grants everything, and stops a process in production", async () => {
  const off = common({ BUDGETS_ENABLED: "false" });
  const budgets = openBudgets({ ...off, store: makeSharedStore(undefined) });
  for (let i = 0; i < 100; i += 1) await budgets.spend("mails", { email: "victim@shop.example" });
  const production = { ...off, env: { ...off.env, NODE_ENV: "production" } };
  expect(() => openBudgets({ ...production, store: makeSharedStore(undefined) })).toThrow("BUDGETS_ENABLED");
});

test("while Redis is unavailable each process counts for itself", async () => {
  const redis = new Redis("redis://127.0.0.1:9/0", { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  redis.on("error", () => {});
  onTestFinished(() => redis.disconnect());
  const budgets = instance(makeSharedStore(redis));
  const email = freshEmail();
  await budgets.spend("mails", { email }, 5);
  expect((await budgets.trySpend("mails", { email })).ok).toBe(false);
});

function common(variables: Record<string, string> = {}) {
  const env = readEnv(z.object(budgetVariables), { ...limits, ...variables });
  return {
    env: { ...env, NODE_ENV: "test" },
    secret: "A".repeat(43),
    metrics: makeMetrics("test"),
  };
}

function instance(store: BudgetStore<never>, variables: Record<string, string> = {}): Budgets {
  return openBudgets({ ...common(variables), store });
}

/** A database with a budget table, gone when the test ends. */
async function openBudgetDatabase() {
  const { url, drop } = await createDatabase("orders");
  const database = openDatabase({ url, applicationName: "test" });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  await database.sql`DROP TABLE IF EXISTS budgets`;
  await database.sql`CREATE TABLE budgets (key text PRIMARY KEY, spent jsonb NOT NULL DEFAULT '{}', forget_at timestamptz NOT NULL)`;
  return { ...database, url };
}

/** A mailbox that no other test spends for. */
function freshEmail(): string {
  return `${randomBytes(8).toString("hex")}@shop.example`;
}

async function isReachable(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => {});
  try {
    await redis.connect();
    return true;
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}
