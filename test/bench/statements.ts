import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { putDemoData } from "#drizzle/seeds/demo-data.ts";
import { budgetVariables } from "#platform/budgets/env.ts";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import { startBenchShop } from "./gateway-shop.ts";
import { readVariable } from "./processes.ts";
import { buyAtAgora, comparedOperations, fillCatalogue } from "./vendure-operations.ts";

const runs = 100;
const idleSeconds = 10;
/** After it, relays, webhooks, sweepers and mails have nothing left to do. */
const drainSeconds = 6;
/** No budget is used up, and all are counted. */
const budgetMax = "1000000000";

/** What Postgres was sent. */
type Sent = { readonly statements: number; readonly transactions: number };
type Line = { readonly database: string; readonly pool: string; readonly transaction: string; readonly text: string };
type Counts = ReadonlyMap<string, Sent>;

/**
 * Counts the statements and transactions that everyday operations cost each database, the work in the background included: a hundred of each, one after
 * the other, until nothing is left to do, less what an idle shop sends in the same time. Postgres itself is asked, by its log of all statements.
 *
 * @param words `list` also prints the transactions, as the texts of their statements, with how often each occurred.
 * @returns whether a checkout and an addition to a cart cost as few transactions as they must.
 */
export async function benchStatements(words: readonly string[]): Promise<boolean> {
  const budgets = Object.keys(budgetVariables).filter((name) => /_(PER_[A-Z]+|GLOBAL)$/.test(name));
  const shop = await startBenchShop(putDemoData, {
    BUDGETS_ENABLED: "true",
    ...Object.fromEntries(budgets.map((name) => [name, budgetMax])),
  });
  try {
    const product = await fillCatalogue(shop.ask);
    const log = await openStatementLog(shop.directory);
    try {
      await sleep(drainSeconds * 1_000);
      const idleLines = await log.during(() => sleep(idleSeconds * 1_000));
      const idle = countLines(idleLines);
      console.log(`Idle, each second: ${describe(idle, idleSeconds)}\n`);
      if (words.includes("list")) printTransactions(idleLines, 1);
      const operations: [string, () => Promise<unknown>][] = [
        ...comparedOperations(product).map(({ name, agora }): [string, () => Promise<unknown>] => [
          name,
          () => shop.ask(agora()),
        ]),
        ["sign in", () => shop.ask(signInBody)],
        ["cart to paid order", () => buyAtAgora(shop.url, product)],
      ];
      console.log(
        `| operation | ${subgraphs.map((name) => `${name}: statements | transactions`).join(" | ")} |\n| --- |${" ---: |".repeat(2 * subgraphs.length)}`,
      );
      let isKept = true;
      for (const [name, run] of operations) {
        await run();
        await sleep(drainSeconds * 1_000);
        const startedAt = performance.now();
        const lines = await log.during(async () => {
          for (let count = 0; count < runs; count += 1) await run();
          await sleep(drainSeconds * 1_000);
        });
        const seconds = (performance.now() - startedAt) / 1_000;
        const counts = perRun(countLines(lines), idle, seconds);
        const cells = subgraphs.flatMap((subgraph) => {
          const { statements, transactions } = counts.get(subgraph) ?? none;
          return [statements, transactions].map((value) => (Math.abs(value) < 0.05 ? "" : value.toFixed(1)));
        });
        console.log(`| ${name} | ${cells.join(" | ")} |`);
        if (words.includes("list")) printTransactions(lines, runs);
        for (const [subgraph, most] of Object.entries(transactionsMax[name] ?? {})) {
          isKept &&= (counts.get(subgraph)?.transactions ?? 0) <= most;
        }
      }
      return isKept;
    } finally {
      await log.close();
    }
  } finally {
    await shop.close();
  }
}

/** The most transactions; an order's include those of its cart. */
const transactionsMax: Readonly<Record<string, Partial<Record<Subgraph, number>>>> = {
  "add to a new cart": { orders: 2, products: 1 },
  "cart to paid order": { orders: 15, products: 4 },
};

const none: Sent = { statements: 0, transactions: 0 };

const signInBody = JSON.stringify({
  query: "mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { accessToken userErrors { code } } }",
  variables: { input: { email: "customer@example.com", password: "customer123" } },
});

function countLines(lines: readonly Line[]): Counts {
  const counts = new Map<string, { statements: number; transactions: number }>();
  const seen = new Set<string>();
  for (const { database, transaction, text } of lines) {
    const count = counts.get(database) ?? { statements: 0, transactions: 0 };
    counts.set(database, count);
    if (!/^(begin|commit|rollback)\b/i.test(text)) count.statements += 1;
    if (!seen.has(transaction)) count.transactions += 1;
    seen.add(transaction);
  }
  return counts;
}

function perRun(counts: Counts, idle: Counts, seconds: number): Counts {
  return new Map(
    [...counts].map(([database, { statements, transactions }]) => {
      const rest = idle.get(database) ?? none;
      const share = seconds / idleSeconds;
      return [
        database,
        {
          statements: (statements - rest.statements * share) / runs,
          transactions: (transactions - rest.transactions * share) / runs,
        },
      ];
    }),
  );
}

function describe(counts: Counts, seconds: number): string {
  const parts = [...counts].map(
    ([database, { statements, transactions }]) =>
      `${database} ${(statements / seconds).toFixed(1)} statements in ${(transactions / seconds).toFixed(1)} transactions`,
  );
  return parts.join(", ");
}

const textCharactersMax = 110;

function printTransactions(lines: readonly Line[], divisor: number): void {
  const transactions = Map.groupBy(lines, ({ transaction }) => transaction);
  const kinds = new Map<string, number>();
  for (const statements of transactions.values()) {
    const [{ database, pool } = { database: "", pool: "" }] = statements;
    const texts = statements
      .map(({ text }) => text)
      .filter((text) => !/^(begin|commit)\b/i.test(text))
      .map((text) => `    ${text.slice(0, textCharactersMax)}`);
    const kind = `${database} (${pool})\n${texts.join("\n")}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of [...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${(count / divisor).toFixed(2)} × ${kind}`);
  }
}

type StatementLog = { during(work: () => Promise<unknown>): Promise<Line[]>; close(): Promise<void> };

/** Has the embedded Postgres of a shop log every statement. */
async function openStatementLog(directory: string): Promise<StatementLog> {
  const address = new URL(await readVariable(/orders\/main\.ts/, "ORDERS_DATABASE_URL"));
  address.username = "postgres";
  address.password = (await readFile(path.join(directory, "postgres/passwords/postgres"), "utf8")).trim();
  address.pathname = "/postgres";
  const sql = postgres(address.href, { max: 1, onnotice: () => {} });
  await sql`ALTER SYSTEM SET log_statement = 'all'`;
  await sql`ALTER SYSTEM SET log_line_prefix = '\u0001%d\u0002%a\u0002%p.%v\u0002'`;
  await sql`SELECT pg_reload_conf()`;
  // Each connection reads its settings again when it is next used.
  await sleep(1_000);
  const file = sql`regexp_replace(current_setting('data_directory'), '[^/]+$', 'postgres.log')`;
  const size = async () => {
    const [row] = await sql<{ size: string }[]>`SELECT size FROM pg_stat_file(${file})`;
    return Number(row?.size ?? 0);
  };
  return {
    during: async (work) => {
      const from = await size();
      await work();
      const until = await size();
      const [row] = await sql<{ text: string }[]>`SELECT pg_read_file(${file}, ${from}, ${until - from}) AS text`;
      return (row?.text ?? "").split("\u0001").flatMap(parseLine);
    },
    close: () => sql.end(),
  };
}

function parseLine(line: string): Line[] {
  const [database = "", application = "", transaction = "", message = ""] = line.split("\u0002");
  const text = /^LOG: {2}(?:execute [^:]+|statement): (.*)$/s.exec(message)?.[1];
  if (text === undefined || !subgraphs.some((subgraph) => subgraph === database)) return [];
  return [{ database, pool: application.split("@")[0] ?? "", transaction, text: text.replaceAll(/\s+/g, " ").trim() }];
}
