import { access, readFile } from "node:fs/promises";
import path from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
import type { Subgraph } from "#schema/subgraphs.ts";

/** A line of a migration's file that marks it as one that runs outside a transaction, for CREATE INDEX CONCURRENTLY. */
const outsideTransactionMark = /^--\s*outside-transaction\s*$/m;

/** A migration as its file holds it. `when` is in milliseconds and increases from one migration to the next. */
export type MigrationFile = {
  tag: string;
  when: number;
  hash: string;
  statements: string[];
  outsideTransaction: boolean;
};

type Entry = { tag: string; when: number };

/**
 * Reads the migrations of a subgraph in their order; none when the directory does not exist.
 *
 * @throws {Error} when the journal is not valid or its times do not increase, naming the migration.
 */
export async function readMigrations(subgraph: Subgraph, directory: string): Promise<MigrationFile[]> {
  const journal = path.join(directory, "meta", "_journal.json");
  if (!(await exists(directory))) return [];
  const entries = parseJournal(journal, await readFile(journal, "utf8"));
  for (const [index, entry] of entries.entries()) {
    const previous = entries[index - 1];
    if (previous === undefined || previous.when < entry.when) continue;
    throw new Error(
      `${subgraph}: migration ${entry.tag} is dated ${new Date(entry.when).toISOString()}, which is not after ` +
        `${previous.tag} before it. A database that has ${previous.tag} would never receive it: generate it again.`,
    );
  }
  return readMigrationFiles({ migrationsFolder: directory }).map((file, index) => {
    const entry = entries[index];
    if (entry === undefined) throw new Error(`${journal} changed while it was read.`);
    return {
      tag: entry.tag,
      when: entry.when,
      hash: file.hash,
      statements: file.sql.filter((statement) => statement.trim() !== ""),
      outsideTransaction: outsideTransactionMark.test(file.sql[0] ?? ""),
    };
  });
}

async function exists(directory: string): Promise<boolean> {
  return access(directory).then(
    () => true,
    () => false,
  );
}

function parseJournal(journal: string, text: string): Entry[] {
  const parsed: unknown = JSON.parse(text);
  const entries = typeof parsed === "object" && parsed !== null && "entries" in parsed ? parsed.entries : undefined;
  if (!Array.isArray(entries)) throw new Error(`${journal} contains no list of entries.`);
  return entries.map((entry: unknown) => {
    if (typeof entry !== "object" || entry === null || !("tag" in entry) || !("when" in entry)) {
      throw new Error(`${journal} contains an entry without tag or time.`);
    }
    return { tag: String(entry.tag), when: Number(entry.when) };
  });
}
