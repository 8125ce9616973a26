import { sql } from "drizzle-orm";
import type { Database, Db } from "./database.ts";

/** The database's clock, which decides where processes on several machines must agree. Within a transaction, the moment at which it began. */
export async function databaseNow(db: Db): Promise<Date> {
  const [row] = await db.execute<{ ms: number }>(sql`select (extract(epoch from now()) * 1000)::float8 as ms`);
  if (row === undefined) throw new Error("The database returned no time.");
  return new Date(row.ms);
}

/** By how much the database's clock is ahead of this process's. */
export type DatabaseClock = {
  /** Reads it with one statement, which also tells that the database responds. */
  read(): Promise<void>;
  /** As it was last read; undefined before, and while reading takes too long to tell. */
  skewSeconds(): number | undefined;
};

/** A response that took longer says too little about the moment at which the clock was read. */
const roundTripMsMax = 1_000;

/** Compares the clocks of this process and of its database. */
export function makeDatabaseClock(database: Pick<Database, "db">): DatabaseClock {
  let skewSeconds: number | undefined;
  return {
    read: async () => {
      const sentAtMs = Date.now();
      const theirs = await databaseNow(database.db);
      const roundTripMs = Date.now() - sentAtMs;
      skewSeconds = roundTripMs > roundTripMsMax ? undefined : (theirs.getTime() - sentAtMs - roundTripMs / 2) / 1_000;
    },
    skewSeconds: () => skewSeconds,
  };
}
