import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { migrateDatabase, migrationsDirectory } from "#drizzle/migrate.ts";
import type { Cluster } from "../cluster.ts";
import { failures, type PartResult, underLoad } from "./part.ts";

const readerMs = 25_000;

/** A migration that changes the table of orders comes while a report reads it for 25 s: no checkout fails, and the migration is applied after it. */
export async function longReader(cluster: Cluster): Promise<PartResult> {
  const directory = await mkdtemp(path.join(cluster.directory, "migrations-"));
  await cp(migrationsDirectory("orders"), directory, { recursive: true });
  const journalFile = path.join(directory, "meta/_journal.json");
  const journal = JSON.parse(await readFile(journalFile, "utf8"));
  const tag = "9999_trial";
  journal.entries.push({ idx: journal.entries.length, version: "7", when: Date.now(), tag, breakpoints: true });
  await writeFile(journalFile, JSON.stringify(journal));
  await writeFile(path.join(directory, `${tag}.sql`), "ALTER TABLE orders ADD COLUMN trial_note text;");
  const reader = postgres(cluster.databaseUrls.orders, { max: 1, onnotice: () => {} });
  let applied: string[] = [];
  let tookMs = 0;
  const samples = await underLoad(cluster, async () => {
    await sleep(1_000);
    const reading = reader.begin(async (tx) => {
      await tx`select count(*) from orders`;
      await tx`select pg_sleep(${readerMs / 1_000})`;
    });
    await sleep(500);
    const startedAt = performance.now();
    applied = await migrateDatabase("orders", cluster.databaseUrls.orders, directory, { report: () => {} });
    tookMs = performance.now() - startedAt;
    await reading;
    await sleep(1_000);
  });
  await reader.end();
  await rm(directory, { recursive: true });
  const mutations = samples.filter(({ kind }) => kind === "mutation");
  const failed = mutations.filter(({ failure }) => failure !== undefined);
  return {
    passed: failed.length === 0 && mutations.length > 0 && applied.includes(tag) && tookMs > readerMs / 2,
    report: `${failed.length} of ${mutations.length} mutations failed; the migration waited ${Math.round(tookMs / 1_000)} s for the reader${failures(samples)}`,
  };
}
