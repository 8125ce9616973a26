import type { Log } from "../observability/log.ts";
import type { Database, Db } from "./database.ts";

/** A second database that follows the first, for reads that may be a few seconds old. */
export type ReadReplica = {
  /** The replica while it is at most 5 s behind, otherwise undefined. */
  readonly db: () => Db | undefined;
  /** How far it is behind; undefined while that is not known, and then it is not used. */
  readonly lagSeconds: () => number | undefined;
  close(): Promise<void>;
};

/** A place in the write-ahead log, in bytes, and the cluster that it belongs to. */
export type LogPosition = { readonly cluster: string; readonly bytes: number };

const lagSecondsMax = 5;
const lookMs = 1_000;
/** Beyond the lag that still matters. */
const samplesMax = 30;

/**
 * Watches a replica. The lag is the age of the newest position of the primary that the replica has reached: measured without writing, and right also
 * while nothing is written and while replication is cut.
 *
 * @param read reads the position of one of the two; tests put another one in its place, as for the pause and the clock, both in milliseconds.
 */
export function openReadReplica(options: {
  readonly primary: Database;
  readonly replica: Database;
  readonly log: Log;
  readonly read?: (database: Database) => Promise<LogPosition>;
  readonly pauseMs?: number;
  readonly clock?: () => number;
}): ReadReplica {
  const { primary, replica, log, read = readPosition, pauseMs = lookMs, clock = () => performance.now() } = options;
  const samples: { readonly bytes: number; readonly atMs: number }[] = [];
  let lagSeconds: number | undefined;
  let isUsed = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const look = async () => {
    try {
      const atMs = clock();
      const [ours, theirs] = await Promise.all([read(primary), read(replica)]);
      if (ours.cluster !== theirs.cluster) throw new Error("The replica belongs to another database cluster.");
      samples.push({ bytes: ours.bytes, atMs });
      if (samples.length > samplesMax) samples.shift();
      const reached = samples.findLast(({ bytes }) => bytes <= theirs.bytes);
      lagSeconds = reached === undefined ? undefined : (clock() - reached.atMs) / 1_000;
    } catch (error) {
      lagSeconds = undefined;
      if (isUsed && !closed) log.warn({ err: error }, "The read replica is unavailable; the primary is read.");
    }
    const wasUsed = isUsed;
    isUsed = lagSeconds !== undefined && lagSeconds <= lagSecondsMax;
    if (isUsed !== wasUsed && !closed)
      log.info({ lagSeconds }, isUsed ? "The read replica is used." : "The read replica is not used.");
    if (closed) return;
    timer = setTimeout(look, pauseMs);
    timer.unref();
  };
  void look();

  return {
    db: () => (isUsed ? replica.db : undefined),
    lagSeconds: () => lagSeconds,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await replica.close();
    },
  };
}

async function readPosition({ sql }: Database): Promise<LogPosition> {
  const [row] = await sql<{ cluster: string; bytes: string }[]>`
    select (select system_identifier::text from pg_control_system()) as cluster,
      (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end - '0/0'::pg_lsn)::text as bytes`;
  if (row === undefined) throw new Error("The database returned no position.");
  return { cluster: row.cluster, bytes: Number(row.bytes) };
}
