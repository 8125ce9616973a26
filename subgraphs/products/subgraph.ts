import { readFileSync } from "node:fs";
import { inbox, outbox } from "#drizzle/products/tables.ts";
import { openExternalRouterAuth } from "#platform/auth/external-router-auth.ts";
import { makeInternalVerifier, readInternalKey } from "#platform/auth/internal-tokens.ts";
import { offsetClock } from "#platform/config/clock-offset.ts";
import { drainSeconds } from "#platform/config/env.ts";
import { makeDrain, type Running } from "#platform/config/run-service.ts";
import { openDatabase } from "#platform/database/database.ts";
import { openReadReplica } from "#platform/database/read-replica.ts";
import { makeSharedReads } from "#platform/database/shared-reads.ts";
import { type EventHandlers, startEvents } from "#platform/events/events.ts";
import { kafkaOptions } from "#platform/events/kafka-client.ts";
import { rabbitOptions } from "#platform/events/rabbitmq-settings.ts";
import { openObservation } from "#platform/graphql/observation.ts";
import { startSubgraph } from "#platform/graphql/subgraph-server.ts";
import { type Log, openLog } from "#platform/observability/log.ts";
import { addGauge } from "#platform/observability/metrics.ts";
import { openStorage } from "#platform/storage/open-storage.ts";
import { makeContext } from "./context.ts";
import { readEnvironment } from "./env.ts";
import { applyUserDeleted } from "./events/apply-account-events.ts";
import { applyCancelled, applyPlaced, applySold } from "./events/apply-order-events.ts";
import { applyReturned } from "./events/apply-returned.ts";
import { orderEventBatches } from "./events/lock-orders.ts";
import { startMediaJobs } from "./jobs/media-jobs.ts";
import { startProductRewriter } from "./jobs/product-rewriter.ts";
import { startSweeper } from "./jobs/sweeper.ts";
import { mediaRoutes } from "./media/media-routes.ts";
import { resolvers } from "./resolvers/resolvers.ts";

/** The handlers of other subgraphs' events. */
export const eventHandlers: EventHandlers = {
  "order.placed": applyPlaced,
  "order.confirmed": applySold,
  "order.paid": applySold,
  "order.cancelled": applyCancelled,
  "order.returned": applyReturned,
  "user.deleted": applyUserDeleted,
};

/** Counts over the whole catalogue share so few connections, that they never hold up the rest. */
const countConnectionsMax = 3;
const countTimeoutMs = 1_500;

const sdl = readFileSync(new URL("../../schema/products.graphql", import.meta.url), "utf8");

/**
 * Starts the products subgraph: its GraphQL server, event delivery and sweeper.
 *
 * @param variables the environment of the process; PRODUCTS_PORT 0 picks a free port.
 * @param options.sweeps false leaves the sweeper out, for tests that sweep when they want to.
 * @throws {Error} naming the invalid variable, or the port that is in use.
 */
export async function startProducts(
  variables: Record<string, string | undefined>,
  options: { log?: Log; onStatement?: (statement: string) => void; sweeps?: boolean } = {},
): Promise<Running> {
  const env = readEnvironment(variables);
  offsetClock(env);
  const log = options.log ?? openLog("products", env.LOG_LEVEL);
  const pool = {
    applicationName: "products",
    traced: env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    idleSeconds: env.DB_POOL_IDLE_SECONDS,
    prepared: env.DATABASE_PREPARED_STATEMENTS,
    ...(options.onStatement === undefined ? {} : { onStatement: options.onStatement }),
  };
  const stockConnectionsMax = Math.max(1, Math.floor(env.DB_POOL_MAX / 2));
  const browsing = {
    ...pool,
    connectionsMax: Math.max(1, env.DB_POOL_MAX - stockConnectionsMax),
    // A plan for any tag or category would read far too much for a rare one.
    planned: "for each execution" as const,
  };
  const database = openDatabase({ ...browsing, url: env.PRODUCTS_DATABASE_URL });
  const { db } = database;
  // What orders need is found by ids, for which one plan is as good as another: to plan it anew takes several times as long as to run it.
  const stockDatabase = openDatabase({
    ...pool,
    url: env.PRODUCTS_DATABASE_URL,
    connectionsMax: stockConnectionsMax,
    planned: "by Postgres",
  });
  const countDatabase = openDatabase({
    url: env.PRODUCTS_DATABASE_URL,
    applicationName: "products-counts",
    connectionsMax: countConnectionsMax,
    idleSeconds: env.DB_POOL_IDLE_SECONDS,
    prepared: env.DATABASE_PREPARED_STATEMENTS,
    statementTimeoutMs: countTimeoutMs,
    pipelined: false,
    planned: "for each execution",
    ...(options.onStatement === undefined ? {} : { onStatement: options.onStatement }),
  });
  const keptMs = env.PRODUCTS_COUNTS_KEPT_SECONDS * 1_000;
  const shared = {
    counting: makeSharedReads(countDatabase.client, { keptMs }),
    searching: makeSharedReads(countDatabase.client, { keptMs: 0 }),
    // The same words are searched for over and over, and what they are corrected to hardly changes.
    words: makeSharedReads(database.client, {
      keptMs,
      keptFromMs: 0,
      underWayMax: Number.POSITIVE_INFINITY,
      cancels: false,
    }),
  };
  const signer = await readInternalKey("products", env.INTERNAL_KEY);
  const observation = await openObservation({
    service: "products",
    host: env.METRICS_HOST,
    port: env.PRODUCTS_METRICS_PORT,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    database,
    otherPools: [stockDatabase],
    log,
  });
  const replica =
    env.PRODUCTS_READ_DATABASE_URL === undefined
      ? undefined
      : openReadReplica({
          primary: database,
          replica: openDatabase({ ...browsing, url: env.PRODUCTS_READ_DATABASE_URL }),
          log,
        });
  if (replica !== undefined) {
    addGauge(observation.metrics, {
      name: "agora_replica_lag_seconds",
      help: "How far the read replica is behind; absent while it cannot be read.",
      read: () => {
        const value = replica.lagSeconds();
        return value === undefined ? [] : [{ value }];
      },
    });
  }
  const events = await startEvents({
    name: "products",
    db: stockDatabase.db,
    outbox,
    inbox,
    handlers: eventHandlers,
    batches: orderEventBatches,
    signer,
    addresses: { orders: env.SUBGRAPH_ORDERS_URL },
    rabbitmq: rabbitOptions(env),
    kafka: kafkaOptions(env),
    tracing: observation.tracing,
    log,
  });
  observation.countDeadLetters("broker", events.deadLetters);
  const sweeper = options.sweeps === false ? undefined : startSweeper(db, log, events.wake);
  const opened = openStorage(env, { uploadUrl: `${env.PUBLIC_URL}/media/uploads`, internalKey: env.INTERNAL_KEY });
  const library = {
    storage: opened.storage,
    baseUrl: (env.MEDIA_URL ?? `${env.PUBLIC_URL}/media`).replace(/\/+$/, ""),
  };
  const mediaJobs = startMediaJobs({ db, library, metrics: observation.metrics, log });
  const media = { library, retentionSeconds: env.MEDIA_RETENTION, wake: mediaJobs.wake };
  const rewriter = startProductRewriter(db, log);
  const router = await openExternalRouterAuth(env, env.SUBGRAPH_USERS_URL, signer, log);
  const server = await startSubgraph({
    name: "products",
    sdl,
    resolvers,
    context: (facts) =>
      makeContext({ db, catalogue: replica?.db() ?? db, stock: stockDatabase.db }, shared, media, facts),
    host: env.HOST,
    port: env.PRODUCTS_PORT,
    verify: await makeInternalVerifier("products", env.INTERNAL_JWKS),
    router: router?.auth,
    ready: observation.probe,
    skewSeconds: observation.clock.skewSeconds,
    internalRoutes: { ...events.internalRoutes, ...mediaRoutes(db, opened) },
    afterRequest: (viewer) => {
      // Other services only reserve, which leaves nothing to do, and received events wake the relay themselves.
      if (viewer === undefined || viewer.kind === "service") return;
      events.wake();
      rewriter.wake();
    },
    observation,
    log,
  });
  log.info({ url: server.url }, "The products subgraph is listening.");
  return {
    url: server.url,
    drain: makeDrain(drainSeconds(env), server.drain),
    close: async () => {
      await server.close();
      await mediaJobs.close();
      await sweeper?.close();
      await rewriter.close();
      await events.close();
      await router?.close();
      await observation.close();
      await countDatabase.close();
      await replica?.close();
      await stockDatabase.close();
      await database.close();
    },
  };
}
