import { readFileSync } from "node:fs";
import { inbox, outbox } from "#drizzle/products/tables.ts";
import { openExternalRouterAuth } from "#platform/auth/external-router-auth.ts";
import { makeInternalVerifier, readInternalKey } from "#platform/auth/internal-tokens.ts";
import { offsetClock } from "#platform/config/clock-offset.ts";
import { drainSeconds } from "#platform/config/env.ts";
import { makeDrain, type Running } from "#platform/config/run-service.ts";
import { openDatabase } from "#platform/database/database.ts";
import { openReadReplica } from "#platform/database/read-replica.ts";
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
import { openBrowsing } from "./listing/browsing.ts";
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

const sdl = readFileSync(new URL("../../schema/products.graphql", import.meta.url), "utf8");

/**
 * Starts the products subgraph: its GraphQL server, event delivery and sweeper.
 *
 * @param variables the environment of the process; PRODUCTS_PORT 0 picks a free port.
 * @param options.sweeps false leaves the sweeper out, for tests that sweep when they want to.
 * @param options.isLarge treats any catalogue as a large one, for tests of what only a large one has.
 * @throws {Error} naming the invalid variable, or the port that is in use.
 */
export async function startProducts(
  variables: Record<string, string | undefined>,
  options: { log?: Log; onStatement?: (statement: string) => void; sweeps?: boolean; isLarge?: boolean } = {},
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
  const browsingConnectionsMax = Math.max(1, env.DB_POOL_MAX - stockConnectionsMax);
  const browsing = openBrowsing({
    ...pool,
    url: env.PRODUCTS_DATABASE_URL,
    connectionsMax: browsingConnectionsMax,
    countsKeptMs: env.PRODUCTS_COUNTS_KEPT_SECONDS * 1_000,
    isLarge: options.isLarge === true,
    log,
  });
  // What orders need is found by ids, for which one plan is as good as another: to plan it anew takes several times as long as to run it.
  const stockDatabase = openDatabase({
    ...pool,
    url: env.PRODUCTS_DATABASE_URL,
    connectionsMax: stockConnectionsMax,
    planned: "by Postgres",
  });
  const { db } = stockDatabase;
  const signer = await readInternalKey("products", env.INTERNAL_KEY);
  const observation = await openObservation({
    service: "products",
    host: env.METRICS_HOST,
    port: env.PRODUCTS_METRICS_PORT,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    database: stockDatabase,
    otherPools: browsing.pools,
    connectionsMax: stockConnectionsMax + browsingConnectionsMax,
    log,
  });
  const replica =
    env.PRODUCTS_READ_DATABASE_URL === undefined
      ? undefined
      : openReadReplica({
          primary: stockDatabase,
          replica: openDatabase({
            ...pool,
            url: env.PRODUCTS_READ_DATABASE_URL,
            connectionsMax: browsingConnectionsMax,
            planned: "for each execution",
          }),
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
    db,
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
    context: (facts) => {
      const { db: browsed, shared } = browsing.now();
      return makeContext({ db: browsed, catalogue: replica?.db() ?? browsed, stock: db }, shared, media, facts);
    },
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
      await replica?.close();
      await browsing.close();
      await stockDatabase.close();
    },
  };
}
