import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { openDatabase } from "#platform/database/database.ts";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import { readIssuingState } from "#subgraphs/orders/invoice/number-series.ts";
import type { Cluster } from "../cluster.ts";
import { runCommand } from "./command.ts";
import { type PartResult, underLoad } from "./part.ts";
import { settle } from "./settle.ts";

const betweenMs = 5_000;
const roundsMax = 5;

/** Each database is restored to a moment five seconds of buying ago, and reconciled as the guide says: what is left is for an operator to decide, and the stock is right. */
export async function restoredDatabases(cluster: Cluster): Promise<PartResult> {
  const reports: string[] = [];
  let passed = true;
  for (const name of subgraphs) {
    const { repaired, released, left, wrong } = await restore(cluster, name);
    reports.push(`${name} restored: ${repaired} repaired, ${released} released, ${left} for an operator`);
    if (wrong > 0) {
      passed = false;
      reports.push(`${wrong} differences of ${name} were not repaired`);
    }
  }
  return { passed, report: reports.join(", ") };
}

async function restore(cluster: Cluster, name: Subgraph) {
  const since = new Date(Date.now() - 60_000).toISOString();
  const instances = cluster.subgraphs[name];
  const stop = () => Promise.all(instances.map((instance) => instance.terminate()));
  const start = async () => {
    for (const instance of instances) await instance.start();
  };
  await settle(cluster);
  await stop();
  await copyDatabase(cluster, name, `${name}_backup`);
  await start();
  await underLoad(cluster, async () => void (await sleep(betweenMs)));
  await settle(cluster);
  await stop();
  const next = await nextInvoice(cluster);
  await copyDatabase(cluster, `${name}_backup`, name);

  const reconcile = (...words: string[]) =>
    runCommand("bin/reconcile.ts", ["--since", since, ...words], cluster.commandVariables);
  let output = (await reconcile("--repair")).output;
  const repaired = linesOf(output, "repairable").length;
  await start();
  if (name === "orders") {
    if (await isIssuing(cluster)) return { repaired, released: 0, left: 0, wrong: 1 };
    await runCommand("bin/reconcile.ts", ["invoices", "--next", String(next)], cluster.commandVariables);
  }
  let released = 0;
  for (let round = 0; round < roundsMax; round += 1) {
    await settle(cluster);
    output = (await reconcile("--repair")).output;
    const orphans = linesOf(output, "decide").flatMap((line) => /--release ([0-9a-f-]{36})/.exec(line)?.[1] ?? []);
    for (const id of new Set(orphans)) {
      const result = await runCommand("bin/reconcile.ts", ["--release", id], cluster.commandVariables);
      if (result.code === 0) released += 1;
    }
    if (linesOf(output, "repairable").length === 0 && orphans.length === 0) break;
  }
  await settle(cluster);
  ({ output } = await reconcile());
  return { repaired, released, left: linesOf(output, "decide").length, wrong: linesOf(output, "repairable").length };
}

/** The number after the last document of this year. */
async function nextInvoice({ sql }: Cluster): Promise<number> {
  const [row] = await sql.orders<{ next: number }[]>`
    select coalesce(max(sequence), 0)::int + 1 as next from invoices where year = extract(year from now())`;
  return row?.next ?? 1;
}

/** Whether documents may be issued, although orders has just been restored. */
async function isIssuing({ databaseUrls }: Cluster): Promise<boolean> {
  const database = openDatabase({ url: databaseUrls.orders, applicationName: "trial", connectionsMax: 1 });
  return readIssuingState(database.db)
    .then((state) => state !== "stopped")
    .finally(database.close);
}

function linesOf(output: string, kind: "repairable" | "decide"): string[] {
  return output.split("\n").filter((line) => line.startsWith(kind));
}

/** Replaces a database by a copy of another one; nobody is connected to them but the trial itself. */
async function copyDatabase({ adminUrl }: Cluster, from: string, to: string): Promise<void> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    const [{ owner } = { owner: "" }] = await admin<{ owner: string }[]>`
      select pg_get_userbyid(datdba) as owner from pg_database where datname = ${from}`;
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname in (${from}, ${to})`;
    await admin`drop database if exists ${admin(to)} with (force)`;
    await admin`create database ${admin(to)} template ${admin(from)} owner ${admin(owner)} strategy file_copy`;
  } finally {
    await admin.end();
  }
}
