import { sql } from "drizzle-orm";
import type { Db } from "../database/database.ts";
import { outboxDepth } from "../events/outbox.ts";
import { serveMetrics } from "../http/metrics-server.ts";
import type { Log } from "../observability/log.ts";
import { addGauge, type Metrics, makeMetrics } from "../observability/metrics.ts";
import { openTracing, type Tracing } from "../observability/tracing.ts";

/** How a service is seen from outside: its metrics, and its spans where a collector is named. */
export type Observation = {
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  close(): Promise<void>;
};

/**
 * Serves a subgraph's metrics on a port of their own, with those of its database and of its outbox, and opens its tracing.
 *
 * @param options.applicationName by which its connections are known to Postgres.
 * @throws {Error} when the port is taken.
 */
export async function openObservation(options: {
  service: string;
  host: string;
  port: number;
  otlpEndpoint: string | undefined;
  db: Db;
  applicationName: string;
  log: Log;
}): Promise<Observation> {
  const { service, db, applicationName } = options;
  const metrics = makeMetrics(service);
  addGauge(metrics, {
    name: "agora_database_connections",
    help: "Connections to the database by what they do.",
    labels: ["state"],
    read: async () => {
      const rows = await db.execute<{ state: string; count: number }>(sql`
        select coalesce(state, 'other') as state, count(*)::int as count from pg_stat_activity
        where datname = current_database() and application_name = ${applicationName} group by 1`);
      return rows.map(({ state, count }) => ({ labels: { state }, value: count }));
    },
  });
  const depth = async (pick: (found: Awaited<ReturnType<typeof outboxDepth>>) => number) => [
    { value: pick(await outboxDepth(db)) },
  ];
  addGauge(metrics, {
    name: "agora_outbox_waiting",
    help: "Events and mails that wait to be sent.",
    read: () => depth(({ waiting }) => waiting),
  });
  addGauge(metrics, {
    name: "agora_outbox_oldest_seconds",
    help: "Age of the oldest event or mail that waits.",
    read: () => depth(({ oldestSeconds }) => oldestSeconds),
  });
  addGauge(metrics, {
    name: "agora_dead_letters",
    help: "Events and mails that are not tried any more.",
    read: () => depth(({ dead }) => dead),
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
    close: async () => {
      await server.close(0);
      await tracing?.close();
    },
  };
}
