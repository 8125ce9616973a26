import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "#platform/database/database.ts";
import { stockFaults } from "#subgraphs/products/testing/stock.ts";
import { rootSlug } from "#test/bench/catalogue-content.ts";
import { fillCatalogue } from "#test/bench/catalogue-data.ts";
import { type Cluster, openCluster } from "../cluster.ts";
import type { Violation } from "../invariants.ts";
import { conclude, prepareScenario, type RunResult, type Scenario, whileShopping } from "../load.ts";
import { makeRandom } from "../random.ts";
import type { Product } from "../seed.ts";
import type { Sender } from "../shopping.ts";

const soldProducts = 1_000;
const baselineMs = 20_000;
const moveMsMax = 1_800_000;
const samplePauseMs = 20;
/** The check reads all products in one statement. */
const checkMsMax = 300_000;
/** The lock of the category tree, see `category-tree.ts`. */
const treeLock = 7_201_910;

/** How long orders took, in milliseconds. */
type Latencies = number[];

/**
 * Moves a category with `count` products below it to another parent while clients order these products, pay and cancel, and reports how long the move
 * held which locks, and how long orders took before and meanwhile.
 */
export async function moveSubtreeWhileSelling(options: {
  seed: number;
  /** The number of products. */
  count: number;
  report: (line: string) => void;
}): Promise<RunResult> {
  const { count, report } = options;
  await using cluster = await openCluster();
  const prepared = await prepareScenario(cluster, makeRandom(options.seed), {
    accounts: 4,
    guests: 2,
    products: 0,
    stock: 0,
  });
  await fillCatalogue(cluster.databaseUrls.products, count, report, true);
  const latencies: Latencies = [];
  const scenario = {
    ...prepared,
    products: await readSold(cluster),
    sender: timed(prepared.sender, (ms) => latencies.push(ms)),
  };
  await whileShopping(scenario, () => sleep(baselineMs));
  report(`orders and payments before the move: ${describe(latencies.splice(0))}`);
  const locks = new Locks();
  await whileShopping(scenario, () => moveAndWatch(scenario, locks, report));
  report(`orders and payments during the move: ${describe(latencies)}`);
  for (const line of locks.describe()) report(line);
  const result = await conclude(scenario);
  return { ...result, violations: [...result.violations, ...(await checkMove(scenario, count))] };
}

/** Products of the subtree that are sold in the default market and have units for many orders. */
async function readSold({ sql: { products: sql } }: Cluster): Promise<Product[]> {
  await sql`alter table stock_levels disable trigger user`;
  await sql`
    with more as (update stock_levels set on_hand = on_hand + 1000 where on_hand > 0 returning variant_id)
    insert into stock_movements (id, variant_id, type, on_hand_change, reserved_change)
    select gen_random_uuid(), variant_id, 'ADJUSTMENT', 1000, 0 from more`;
  await sql`alter table stock_levels enable trigger user`;
  const rows = await sql<{ productId: string; variantId: string; price: string }[]>`
    select products.id as "productId", variants.id as "variantId", price
    from products join variants on product_id = products.id join stock_levels on variant_id = variants.id
    where currency = 'USD' and on_hand > 0 order by md5(products.id::text) limit ${soldProducts}`;
  return rows.map(({ productId, variantId, price }) => ({ productId, variantId, priceMinor: Number(price) }));
}

function timed(sender: Sender, note: (ms: number) => void): Sender {
  return {
    ...sender,
    send: async (...args) => {
      const beganAtMs = performance.now();
      const result = await sender.send(...args);
      note(performance.now() - beganAtMs);
      return result;
    },
  };
}

async function moveAndWatch({ cluster, admin }: Scenario, locks: Locks, report: (line: string) => void): Promise<void> {
  const ask = async (document: string, variables: Record<string, unknown>) => {
    const { data, errors } = await cluster.graphql(document, variables, admin.token);
    if (!data) throw new Error(`Not answered: ${JSON.stringify(errors)}`);
    return data;
  };
  const { created } = await ask(
    `mutation { created: categoryCreate(input: { name: "New hall" }) { category { id } userErrors { message } } }`,
    {},
  );
  const { category } = await ask(`query ($slug: String!) { category(slug: $slug) { id name } }`, { slug: rootSlug });
  const beganAtMs = performance.now();
  let moving = true;
  const watch = async () => {
    while (moving) {
      locks.note(await readLocks(cluster));
      await sleep(samplePauseMs);
    }
  };
  const move = async () => {
    const { moved } = await ask(
      `mutation ($id: ID!, $input: CategoryInput!) { moved: categoryUpdate(id: $id, input: $input) { category { id } userErrors { message } } }`,
      { id: category.id, input: { name: category.name, parentId: created.category.id } },
    );
    if (!moved.category) throw new Error(`Not moved: ${JSON.stringify(moved)}`);
    report(`the tree was changed in ${Math.round(performance.now() - beganAtMs)} ms`);
    const isPending = async () => (await cluster.sql.products`select from product_rewrites`).length > 0;
    while (await isPending()) {
      if (performance.now() - beganAtMs > moveMsMax) throw new Error("The move has not ended.");
      await sleep(1_000);
    }
    report(`all products were written anew after ${Math.round((performance.now() - beganAtMs) / 1_000)} s`);
  };
  await Promise.all([watch(), move().finally(() => (moving = false))]);
}

/** A lock of a database session at one moment. */
type LockSample = {
  readonly session: string;
  readonly lock: string;
  readonly isGranted: boolean;
  /** Since the transaction began, or since it waits. */
  readonly ms: number;
};

async function readLocks({ sql: { products: sql } }: Cluster): Promise<LockSample[]> {
  return sql<LockSample[]>`
    select activity.pid || ' ' || xact_start as session, granted as "isGranted",
      case when locktype = 'advisory' and objid = ${treeLock} then 'the category tree, ' || case mode when 'ShareLock' then 'shared' else 'alone' end
        when locktype in ('transactionid', 'tuple') then 'a row of another transaction' else locktype || ' ' || coalesce(relation::regclass::text, '') end as lock,
      (extract(epoch from clock_timestamp() - case when granted then xact_start else coalesce(waitstart, clock_timestamp()) end) * 1000)::float as ms
    from pg_locks join pg_stat_activity as activity using (pid)
    where activity.datname = current_database() and activity.application_name <> 'invariants' and xact_start is not null
      and (not granted or locktype = 'advisory' and objid = ${treeLock})`;
}

/** How long each lock was seen to be held, or waited for. */
class Locks {
  readonly #longest = new Map<string, Map<string, number>>();

  note(samples: readonly LockSample[]): void {
    for (const { session, lock, isGranted, ms } of samples) {
      const name = `${isGranted ? "held" : "waited for"}: ${lock}`;
      const sessions = this.#longest.get(name) ?? new Map<string, number>();
      sessions.set(session, Math.max(ms, sessions.get(session) ?? 0));
      this.#longest.set(name, sessions);
    }
  }

  describe(): string[] {
    return [...this.#longest].map(
      ([name, sessions]) => `${name} (seen in samples): ${describe([...sessions.values()])}`,
    );
  }
}

function describe(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return `${times.length} times, median ${at(0.5)} ms, 99 % within ${at(0.99)} ms, longest ${at(1)} ms`;
}

/** Every product must be below the new parent, none below the old one, and no request may have failed: no fault was injected. */
async function checkMove({ cluster, history }: Scenario, count: number): Promise<Violation[]> {
  const { db, close } = openDatabase({
    url: cluster.databaseUrls.products,
    applicationName: "chaos",
    connectionsMax: 1,
    statementTimeoutMs: checkMsMax,
  });
  try {
    const faults = (await stockFaults(db)).map((what) => ({ check: "stock and derived data are consistent", what }));
    const counts = await cluster.sql.products<{ slug: string; count: number }[]>`
      select slug, product_count as count from categories where slug in ('hall', 'new-hall', ${rootSlug})`;
    const wanted = new Map([
      ["hall", 0],
      ["new-hall", count],
      [rootSlug, count],
    ]);
    const wrong = counts.filter(({ slug, count: counted }) => wanted.get(slug) !== counted);
    const failed = history.requests.flatMap(({ operation, errors }) =>
      Object.keys(errors).map((code) => `${operation}: ${code}`),
    );
    return [
      ...faults,
      ...wrong.map(({ slug, count: counted }) => ({ check: "products move", what: `${slug} has ${counted} products` })),
      ...failed.map((what) => ({ check: "orders go on", what })),
    ];
  } finally {
    await close();
  }
}
