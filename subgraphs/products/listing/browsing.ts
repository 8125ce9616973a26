import { sql } from "drizzle-orm";
import type postgres from "postgres";
import { type Database, type DatabaseOptions, type Db, openDatabase } from "#platform/database/database.ts";
import { makeSharedReads } from "#platform/database/shared-reads.ts";
import type { Log } from "#platform/observability/log.ts";
import { smallCatalogueProductsMax, smallCatalogueVariantsMax } from "../shared/limits.ts";
import type { SharedReads } from "./listing.ts";
import { makeSearchParser } from "./search.ts";

/** Where requests read the catalogue, and write to it. */
export type Browsing = {
  /** The pool to use, and the reads that requests share. To be asked for each request: another pool is used once the catalogue is no longer small. */
  readonly now: () => { readonly db: Db; readonly shared: SharedReads };
  readonly pools: readonly Database[];
  close(): Promise<void>;
};

/** Counts over the whole of a large catalogue share so few connections, that they never hold up the rest. */
const countConnectionsMax = 3;
const countTimeoutMs = 1_500;
const lookMs = 60_000;

/**
 * Opens the pools for browsing. In a large catalogue, lists and searches are planned for the values of each request: a plan for any tag or category would
 * read far too much for a rare one. In a small one, planning takes longer than reading all of it, so that plans are made once and kept. A catalogue
 * that was large counts as large until the process ends.
 *
 * @param options.countsKeptMs how long the results of slow counts are kept.
 * @param options.isLarge whether the catalogue is large whatever its size; false by default.
 * @param options.pauseMs between two looks at the size.
 */
export function openBrowsing(
  options: Omit<DatabaseOptions, "planned"> & {
    readonly countsKeptMs: number;
    readonly isLarge?: boolean;
    readonly log: Log;
    readonly pauseMs?: number;
  },
): Browsing {
  const { countsKeptMs, isLarge = false, log, pauseMs = lookMs, ...pool } = options;
  const small = openDatabase({ ...pool, planned: "once" });
  const large = openDatabase({ ...pool, planned: "for each execution" });
  const counts = openDatabase({
    ...pool,
    applicationName: `${pool.applicationName}-counts`,
    connectionsMax: countConnectionsMax,
    statementTimeoutMs: countTimeoutMs,
    pipelined: false,
    traced: false,
    planned: "for each execution",
  });
  const inSmall = { db: small.db, shared: shareReads(small.client, small.client, countsKeptMs) };
  const inLarge = { db: large.db, shared: shareReads(large.client, counts.client, countsKeptMs) };
  let isSmall = false;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const look = async () => {
    try {
      const wasSmall = isSmall;
      isSmall = await isCatalogueSmall((isSmall ? small : large).db);
      if (wasSmall && !isSmall)
        log.info({}, "The catalogue is no longer small: lists and searches are planned for each request.");
      if (!isSmall) return;
    } catch (error) {
      if (!isClosed) log.warn({ err: error }, "The size of the catalogue could not be read.");
    }
    if (isClosed) return;
    timer = setTimeout(look, pauseMs);
    timer.unref();
  };
  if (!isLarge) void look();

  return {
    now: () => (isSmall ? inSmall : inLarge),
    pools: [large, small],
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await counts.close();
      await small.close();
      await large.close();
    },
  };
}

async function isCatalogueSmall(db: Db): Promise<boolean> {
  const [row] = await db.execute<{ is_small: boolean }>(sql`
    select (select count(*) from (select from products limit ${smallCatalogueProductsMax + 1}::int) counted) <= ${smallCatalogueProductsMax}::int
      and (select count(*) from (select from variants limit ${smallCatalogueVariantsMax + 1}::int) counted) <= ${smallCatalogueVariantsMax}::int
      as is_small`);
  return row?.is_small === true;
}

/** @param counts has no pipelining if it is another client, so that a statement that nobody waits for any more can be cancelled. */
function shareReads(client: postgres.Sql, counts: postgres.Sql, countsKeptMs: number): SharedReads {
  const cancels = counts !== client;
  return {
    counting: makeSharedReads(counts, { keptMs: countsKeptMs, cancels }),
    searching: makeSharedReads(counts, { keptMs: 0, cancels }),
    parseSearch: makeSearchParser(
      makeSharedReads(client, { keptMs: 0, underWayMax: Number.POSITIVE_INFINITY, cancels: false }),
      countsKeptMs,
    ),
  };
}
