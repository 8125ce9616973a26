import { sql } from "drizzle-orm";
import { Counter, Histogram } from "prom-client";
import { media } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { startWorkLoop } from "#platform/database/work-loop.ts";
import type { Log } from "#platform/observability/log.ts";
import { addGauge, type Metrics } from "#platform/observability/metrics.ts";
import { openConverter } from "../media/converter/converter.ts";
import type { MediaLibrary } from "../media/media.ts";
import { type MediaOutcome, processNextMedia } from "../media/process-media.ts";
import { sweepLeftovers, sweepMedia } from "../media/sweep-media.ts";

const conversionPace = { leastPauseMs: 0, pauseMs: 1_000, pauseMsMax: 30_000 };
const sweepPace = { leastPauseMs: 0, pauseMs: 15_000, pauseMsMax: 60_000 };
const filesPerTurnMax = 1_000;
/** Reading the whole storage is not cheap, and leftovers are rare. */
const leftoversEveryMs = 3_600_000;

/** The background work on pictures. */
export type MediaJobs = {
  /** Call it when a picture became due. */
  wake(): void;
  close(): Promise<void>;
};

/** Converts pictures that are due, one at a time, and deletes what is left over. Safe to run in several processes. */
export function startMediaJobs(options: { db: Db; library: MediaLibrary; metrics: Metrics; log: Log }): MediaJobs {
  const { db, library, log } = options;
  const observe = openMediaMetrics(options.metrics, db);
  const converter = openConverter(log);
  let closing = false;
  let leftoversAtMs = Date.now();
  const conversion = startWorkLoop({
    turn: async () => ((await processNextMedia({ db, library, converter, log, observe })) ? 1 : 0),
    fullCount: 1,
    pace: conversionPace,
    log,
    failure: "Converting a picture failed; it is tried again.",
  });
  const sweeper = startWorkLoop({
    turn: async () => {
      const deleted = await sweepMedia(db, library.storage, () => closing);
      if (Date.now() - leftoversAtMs >= leftoversEveryMs) {
        leftoversAtMs = Date.now();
        const missing = await sweepLeftovers(db, library.storage, new Date(), () => closing);
        if (missing > 0) log.warn({ missing }, "Deleted stored files that belonged to nothing.");
      }
      return deleted;
    },
    fullCount: filesPerTurnMax,
    pace: sweepPace,
    log,
    failure: "A sweep of pictures failed; the next one continues.",
  });
  return {
    wake: conversion.wake,
    close: async () => {
      closing = true;
      // First: a conversion that is under way may take longer than closing may.
      await converter.close();
      await Promise.all([conversion.close(), sweeper.close()]);
    },
  };
}

/** Adds what waits to be converted to the metrics, and returns a function that notes how an attempt ended. */
export function openMediaMetrics(metrics: Metrics, db: Db): (outcome: MediaOutcome, seconds: number) => void {
  const registers = [metrics.registry];
  const outcomes = new Counter({
    name: "agora_media_conversions_total",
    help: "Attempts to convert an uploaded picture, by how they ended.",
    labelNames: ["outcome"],
    registers,
  });
  const durations = new Histogram({
    name: "agora_media_conversion_seconds",
    help: "How long attempts to convert an uploaded picture took.",
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers,
  });
  addGauge(metrics, {
    name: "agora_media_waiting",
    help: "Uploaded pictures that are not converted yet.",
    read: async () => {
      const [row] = await db
        .select({ count: sql<number>`count(*)::int` })
        .from(media)
        .where(sql`${media.status} = 'PROCESSING'`);
      return [{ value: row?.count ?? 0 }];
    },
  });
  return (outcome, seconds) => {
    outcomes.inc({ outcome });
    durations.observe(seconds);
  };
}
