import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "drizzle-orm";
import { ensureDatabase, startPostgres } from "#deploy/local/postgres.ts";
import { migrateDatabase } from "#drizzle/migrate.ts";
import { type Database, openDatabase } from "#platform/db.ts";
import type { ProductId } from "#platform/ids.ts";
import type { Viewer } from "#platform/tokens.ts";
import { listProducts } from "#subgraphs/products/listing.ts";
import { parseListing } from "#subgraphs/products/listing-wish.ts";
import { readOrderable } from "#subgraphs/products/orderable.ts";
import { parseSuggestion, suggestProducts } from "#subgraphs/products/suggestion.ts";
import { fillCatalogue } from "./catalogue-data.ts";

const runs = 60;
const runsMsMax = 6_000;
const ratioMax = 3;

type Wish = Parameters<typeof parseListing>[0];
type Measured = { medianMs: number; rowsRead: number; scans: number };

/** Whether a line is among those that must cost about the same in a shop of any size. */
type Question = { name: string; steady: boolean; ask: (database: Database) => Promise<unknown> };

/**
 * Measures what the catalogue answers with 10,000 and with 1,000,000 products side by side, each question the median of up to 60 runs on one
 * connection, with how many rows of `products` were read for it and whether the table was read from end to end.
 *
 * @param sizes other numbers of products, such as "10000 100000".
 */
export async function benchCatalogue(sizes: readonly string[]): Promise<boolean> {
  const [small = 10_000, large = 1_000_000] = sizes.map(Number);
  const directory = await mkdtemp(path.join(tmpdir(), "agora-bench-"));
  const server = await startPostgres({
    directory,
    whenParentEnds: "remove",
    settings: {
      shared_buffers: "1GB",
      fsync: "off",
      max_wal_size: "8GB",
      max_parallel_workers_per_gather: "0",
      jit: "off",
    },
  });
  try {
    const open = async (products: number) => {
      const url = await ensureDatabase(server, `catalogue_${products}`);
      await migrateDatabase("products", url);
      const startedAtMs = performance.now();
      const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
      await fillCatalogue(url, products, say);
      say(`${products} products made in ${((performance.now() - startedAtMs) / 1_000).toFixed(0)} s`);
      return openDatabase({ url, applicationName: "bench", connectionsMax: 1 });
    };
    const databases = [await open(small), await open(large)] as const;
    console.log(
      `| what | ${small} products | ${large} products | times | rows read | rows read |
| --- | ---: | ---: | ---: | ---: | ---: |`,
    );
    let kept = true;
    for (const question of questionsOf(small)) {
      const [before, after] = await measure(databases, question);
      const ratio = after.medianMs / before.medianMs;
      const fits = !question.steady || (ratio <= ratioMax && after.scans === 0);
      kept &&= fits;
      const cells = [
        question.name,
        `${before.medianMs.toFixed(2)} ms`,
        `${after.medianMs.toFixed(2)} ms`,
        `${ratio.toFixed(1)}${question.steady ? "" : " (not promised)"}${fits ? "" : " **too much**"}`,
        `${before.rowsRead}`,
        `${after.rowsRead}${after.scans > 0 ? ", whole table" : ""}`,
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
    for (const database of databases) await database.close();
    return kept;
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

const guest: Viewer = { kind: "guest" };

function questionsOf(small: number): Question[] {
  const page =
    (wish: Wish) =>
    async ({ db }: Database) => {
      const listing = await listProducts(db, guest, parseListing(wish));
      if (listing.nodes.length === 0) throw new Error(`Nothing was listed for ${JSON.stringify(wish)}.`);
      return listing;
    };
  const pageOf = (name: string, wish: Wish): Question => ({ name, steady: true, ask: page(wish) });
  const whole = (name: string, wish: Wish, count: "total" | "categories"): Question => ({
    name,
    steady: false,
    ask: async ({ db }) => (await listProducts(db, guest, parseListing({ ...wish, first: 1 }))).counts[count](),
  });
  const filter = {
    categories: ["category-7"],
    tags: Array.from({ length: 20 }, (_, index) => `tag${index}`),
    price: { min: "100", max: "900", currencyCode: "USD" },
    inStock: true,
  };
  const cursors = new Map<Database, string>();
  const lines = new Map<Database, readonly ProductId[]>();
  const thousandth: Question = {
    name: "the thousandth page of ten, by name",
    steady: true,
    ask: async (database) => {
      const sort = { key: "NAME", direction: "ASC", currencyCode: "USD" } as const;
      const after = cursors.get(database) ?? (await walk(database, sort, Math.min(9_990, small - 10)));
      cursors.set(database, after);
      return page({ sort, first: 10, after })(database);
    },
  };
  return [
    pageOf("the first page, newest first", {}),
    pageOf("a category, newest first", { filter: { categories: ["category-7"] } }),
    pageOf("a category and a price range in stock, by price", {
      filter: { categories: ["category-7"], price: filter.price, inStock: true },
      sort: { key: "PRICE", direction: "ASC", currencyCode: "USD" },
    }),
    pageOf("a category, twenty tags, a price range, in stock, by name", {
      filter,
      sort: { key: "NAME", direction: "ASC", currencyCode: "USD" },
      first: 2,
    }),
    pageOf("a tag of twenty products", { filter: { tags: ["rare"] } }),
    thousandth,
    pageOf("a search of two words that 500 products have", { search: "quixotic zephyr" }),
    pageOf("the same, mistyped", { search: "quixotik zephir" }),
    pageOf("the same, by price", {
      search: "quixotic zephyr",
      sort: { key: "PRICE", direction: "DESC", currencyCode: "USD" },
    }),
    {
      name: "suggestions for a name's beginning",
      steady: true,
      ask: ({ db }) => suggestProducts(db, parseSuggestion("brand17 mod", 8)),
    },
    {
      name: "what twenty lines of an order need to know",
      steady: true,
      ask: async (database) => {
        const ids =
          lines.get(database) ?? (await page({ filter: { tags: ["rare"] } })(database)).nodes.map(({ id }) => id);
        lines.set(database, ids);
        const answers = await readOrderable(
          database.db,
          ids.map((productId) => ({ productId, variantId: null })),
        );
        if (answers.some(({ outcome }) => outcome !== "ORDERABLE")) throw new Error("A line cannot be ordered.");
      },
    },
    {
      ...pageOf("a tag that only the oldest hundredth has, newest first", { filter: { tags: ["vintage"] } }),
      steady: false,
    },
    { ...pageOf("a search of the commonest words", { search: "good quality" }), steady: false },
    { ...pageOf("a search of a word in one of a hundred", { search: "quixotic" }), steady: false },
    whole("totalCount of everything", {}, "total"),
    whole("totalCount of a category", { filter: { categories: ["category-7"] } }, "total"),
    whole("category facet of everything", {}, "categories"),
    whole("totalCount of the search of two words", { search: "quixotic zephyr" }, "total"),
  ];
}

async function walk(database: Database, sort: NonNullable<Wish["sort"]>, count: number): Promise<string> {
  let after: string | null = null;
  for (let seen = 0; seen < count; ) {
    const first = Math.min(100, count - seen);
    const { pageInfo } = await listProducts(database.db, guest, parseListing({ sort, first, after }));
    after = pageInfo.endCursor;
    seen += first;
  }
  if (after === null) throw new Error("There is no such page.");
  return after;
}

/** Both in turn, so that whatever else the machine does falls on both. */
async function measure(databases: readonly [Database, Database], { ask }: Question): Promise<[Measured, Measured]> {
  const measured = await Promise.all(
    databases.map(async (database) => {
      for (let warm = 0; warm < 3; warm += 1) await ask(database);
      const before = await readCounters(database);
      await ask(database);
      const after = await readCounters(database);
      return { rowsRead: after.rows - before.rows, scans: after.scans - before.scans, times: [] as number[] };
    }),
  );
  const endAtMs = performance.now() + runsMsMax;
  for (let run = 0; run < runs && (run < 3 || performance.now() < endAtMs); run += 1) {
    for (const [index, database] of databases.entries()) {
      const startedAtMs = performance.now();
      await ask(database);
      measured[index]?.times.push(performance.now() - startedAtMs);
    }
  }
  const [small, large] = measured.map(({ times, ...counted }) => ({ ...counted, medianMs: median(times) }));
  if (small === undefined || large === undefined) throw new Error("Two databases are measured.");
  return [small, large];
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

async function readCounters({ db }: Database): Promise<{ rows: number; scans: number }> {
  await db.execute(sql`select pg_stat_force_next_flush()`);
  const [row] = await db.execute<{ rows: number; scans: number }>(sql`
    select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as rows, seq_scan::int as scans
    from pg_stat_user_tables where relname = 'products'`);
  return row ?? { rows: 0, scans: 0 };
}
