import { sql } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { type DatabaseClock, makeDatabaseClock } from "../database/database-clock.ts";
import { makeSessionCheck } from "../database/session-check.ts";
import { outboxDepth } from "../events/outbox.ts";
import { serveMetrics } from "../http/metrics-server.ts";
import type { Log } from "../observability/log.ts";
import { addGauge, type Metrics, makeMetrics } from "../observability/metrics.ts";
import { openTracing, type Tracing } from "../observability/tracing.ts";

/** How a service is seen from outside: its metrics, and its spans where a collector is named. */
export type Observation = {
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly clock: DatabaseClock;
  /** Rejects while the database cannot serve this process: it does not respond, or its connections lack their timeouts. */
  readonly probe: () => Promise<unknown>;
  /** Adds another place that holds dead letters to their metric, beside the outbox. A place whose `count` fails is left out of that scrape. */
  countDeadLetters(place: string, count: () => Promise<number>): void;
  close(): Promise<void>;
};

/** For so long the gauges of one scrape share what was read. */
const depthKeptMs = 1_000;

/**
 * Serves a subgraph's metrics on a port of their own, with those of its connections and its messages, and opens its tracing. Connections are this
 * process's own; messages are those of the whole service, so over several instances take the maximum.
 *
 * @throws {Error} when the port is taken.
 */
export async function openObservation(options: {
  service: string;
  host: string;
  port: number;
  otlpEndpoint: string | undefined;
  /** The pool by which readiness is judged. */
  database: Database;
  /** Other pools of this process on the same database, whose connections count too. */
  otherPools?: readonly Database[];
  /** The most connections of all of them together; by default, what each may have. */
  connectionsMax?: number;
  log: Log;
}): Promise<Observation> {
  const { service, database, otherPools = [] } = options;
  const pools = [database, ...otherPools];
  const connectionsMax = options.connectionsMax ?? pools.reduce((sum, pool) => sum + pool.connectionsMax, 0);
  const names = pools.map(({ applicationName }) => applicationName);
  const metrics = makeMetrics(service);
  addGauge(metrics, {
    name: "agora_database_connections",
    help: "Connections of this process to its database by what they do.",
    labels: ["state"],
    read: async () => {
      const rows = await database.db.execute<{ state: string; count: number }>(sql`
        select coalesce(state, 'other') as state, count(*)::int as count from pg_stat_activity
        where datname = current_database() and application_name = any(${sql.param(names)}::text[]) group by 1`);
      return rows.map(({ state, count }) => ({ labels: { state }, value: count }));
    },
  });
  addGauge(metrics, {
    name: "agora_database_connections_max",
    help: "The most connections that this process opens to its database.",
    read: () => [{ value: connectionsMax }],
  });
  addGauge(metrics, {
    name: "agora_database_prepared_statements",
    help: "Statements that this process prepares in each of its connections; 200 at most.",
    read: () => [{ value: Math.max(...pools.map(({ statements }) => statements.shapes())) }],
  });
  addGauge(metrics, {
    name: "agora_database_unprepared_statements_total",
    help: "Statements that this process sent unprepared, because it had prepared too many others or a table had changed.",
    read: () => [{ value: pools.reduce((sum, { statements }) => sum + statements.unprepared(), 0) }],
  });
  const deadLetters = new Map([["outbox", async () => (await depth()).dead]]);
  const depth = keepFor(depthKeptMs, () => outboxDepth(database.db));
  addGauge(metrics, {
    name: "agora_outbox_waiting",
    help: "Events and mails of the service that wait to be sent.",
    read: async () => [{ value: (await depth()).waiting }],
  });
  addGauge(metrics, {
    name: "agora_outbox_oldest_seconds",
    help: "Age of the oldest event or mail of the service that waits.",
    read: async () => [{ value: (await depth()).oldestSeconds }],
  });
  addGauge(metrics, {
    name: "agora_dead_letters",
    help: "Events and mails of the service that are no longer tried: not sent (outbox), or not received (broker).",
    labels: ["place"],
    read: async () => {
      const readings = await Promise.allSettled(
        [...deadLetters].map(async ([place, count]) => ({ labels: { place }, value: await count() })),
      );
      return readings.flatMap((reading) => (reading.status === "fulfilled" ? [reading.value] : []));
    },
  });
  const clock = makeDatabaseClock(database);
  const checkSession = makeSessionCheck(database);
  addGauge(metrics, {
    name: "agora_clock_skew_seconds",
    help: "By how much the clock of another machine is ahead of this process's.",
    labels: ["peer"],
    // As readiness read it last: a scrape sends no statement for it.
    read: () => {
      const value = clock.skewSeconds();
      return value === undefined ? [] : [{ labels: { peer: "database" }, value }];
    },
  });
  const tracing = await openTracing(service, options.otlpEndpoint);
  const server = await serveMetrics({
    read: () => metrics.registry.metrics(),
    contentType: metrics.registry.contentType,
    host: options.host,
    port: options.port,
    portName: `${service.toUpperCase()}_METRICS_PORT`,
    log: options.log,
  });
  return {
    metrics,
    tracing,
    clock,
    probe: async () => {
      await checkSession();
      await clock.read();
    },
    countDeadLetters: (place, count) => void deadLetters.set(place, count),
    close: async () => {
      await server.close(0);
      await tracing?.close();
    },
  };
}

/** Calls `read` at most once per `keptMs`; callers in between share its result. */
function keepFor<Value>(keptMs: number, read: () => Promise<Value>): () => Promise<Value> {
  let last: { readonly atMs: number; readonly value: Promise<Value> } | undefined;
  return () => {
    if (last === undefined || performance.now() - last.atMs > keptMs) last = { atMs: performance.now(), value: read() };
    return last.value;
  };
}
