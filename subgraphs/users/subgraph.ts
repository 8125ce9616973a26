import { readFileSync } from "node:fs";
import { budgets as budgetRows, outbox } from "#drizzle/users/tables.ts";
import { openAccessVerifier } from "#platform/auth/access-tokens.ts";
import type { ExternalRouterAuth } from "#platform/auth/external-router-auth.ts";
import { makeInternalVerifier, readInternalKey } from "#platform/auth/internal-tokens.ts";
import { openBudgets } from "#platform/budgets/budgets.ts";
import { makePostgresStore } from "#platform/budgets/postgres-store.ts";
import { offsetClock } from "#platform/config/clock-offset.ts";
import { drainSeconds, isDevelopment } from "#platform/config/env.ts";
import { makeDrain, type Running } from "#platform/config/run-service.ts";
import { type Db, openDatabase } from "#platform/database/database.ts";
import { openMailTemplates } from "#platform/email/mail-templates.ts";
import { mailTimes, openMailer, startMails } from "#platform/email/mailer.ts";
import { startEvents } from "#platform/events/events.ts";
import { kafkaOptions } from "#platform/events/kafka-client.ts";
import { rabbitOptions } from "#platform/events/rabbitmq-settings.ts";
import { openObservation } from "#platform/graphql/observation.ts";
import { startSubgraph } from "#platform/graphql/subgraph-server.ts";
import { sendJson } from "#platform/http/http-server.ts";
import { type Log, openLog } from "#platform/observability/log.ts";
import { makeContext, type Tools } from "./context.ts";
import { renderMail } from "./emails/account-emails.ts";
import { admitMail, mailBudgetRoute } from "./emails/mail-admission.ts";
import { readSettings, type Settings } from "./env.ts";
import { startSweeper } from "./jobs/sweeper.ts";
import { resolvers } from "./resolvers/resolvers.ts";
import { makeLimits } from "./security/attempt-limits.ts";
import { postgresAttempts, redisAttempts, rememberRejections } from "./security/attempt-store.ts";
import { checkDemoAccounts } from "./security/demo-accounts.ts";
import { type ComputeHash, openPasswords } from "./security/password-hashing.ts";
import { claimKeySet } from "./session/access-key-set.ts";
import { type AccessKeys, keySetMaxAgeSeconds, openAccessKeys } from "./session/access-keys.ts";
import { readRevocations, revocationRoute } from "./session/revocation.ts";
import { oauthCallbackRoute } from "./social/oauth-callback.ts";
import { openProviders } from "./social/oauth-provider.ts";

/**
 * Starts the users subgraph: the graph, the public keys at `/.well-known/jwks.json`, the feed of revocations for the other services, and the
 * relays of its events and mails.
 *
 * @param options.computeHash computes the hash of a password; tests count with it.
 * @throws {Error} for a bad variable, and when the port is taken.
 */
export async function startUsers(
  variables: Record<string, string | undefined>,
  options: { log?: Log; onStatement?: (statement: string) => void; computeHash?: ComputeHash } = {},
): Promise<Running> {
  const settings = readSettings(variables);
  offsetClock(settings);
  const log = options.log ?? openLog("users", settings.LOG_LEVEL);
  const signer = await readInternalKey("users", settings.INTERNAL_KEY);
  const verify = await makeInternalVerifier("users", settings.INTERNAL_JWKS);
  const providers = openProviders(settings);
  const mailer = openMailer(settings);
  const templates = openMailTemplates(settings);
  const database = openDatabase({
    url: settings.USERS_DATABASE_URL,
    applicationName: "users",
    traced: settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    connectionsMax: settings.DB_POOL_MAX,
    idleSeconds: settings.DB_POOL_IDLE_SECONDS,
    prepared: settings.DATABASE_PREPARED_STATEMENTS,
    ...(options.onStatement === undefined ? {} : { onStatement: options.onStatement }),
  });
  const { db } = database;
  const passwords = openPasswords(settings.PASSWORD_HASH_MEMORY_KIB, options.computeHash);
  let keys: AccessKeys;
  try {
    await checkDemoAccounts(db, passwords, settings);
    keys = await openAccessKeys(settings.accessKeys, log, {
      mayCreate: settings.NODE_ENV !== "production",
      accept: (kids) => claimKeySet(db, kids),
    });
  } catch (error) {
    await database.close();
    throw error;
  }
  const observation = await openObservation({
    service: "users",
    host: settings.METRICS_HOST,
    port: settings.USERS_METRICS_PORT,
    otlpEndpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    database,
    log,
  });
  const budgets = openBudgets({
    env: settings,
    secret: settings.TOKEN_KEY,
    store: makePostgresStore(db, budgetRows),
    metrics: observation.metrics,
  });
  const events = await startEvents({
    name: "users",
    db,
    outbox,
    signer,
    addresses: { products: settings.SUBGRAPH_PRODUCTS_URL, orders: settings.SUBGRAPH_ORDERS_URL },
    rabbitmq: rabbitOptions(settings),
    kafka: kafkaOptions(settings),
    tracing: observation.tracing,
    log,
  });
  observation.countDeadLetters("broker", events.deadLetters);
  const mails = startMails({
    db,
    outbox,
    mailer,
    admit: (row) => admitMail({ db, budgets, settings }, row),
    render: (row) => renderMail(db, settings, templates, row),
    logLinks: isDevelopment(settings),
    tracing: observation.tracing,
    log,
    limits: mailTimes(settings),
  });
  const attempts = rememberRejections(
    settings.REDIS_URL === undefined ? postgresAttempts(db) : await redisAttempts(settings.REDIS_URL, log),
  );
  const tools: Tools = {
    keys,
    settings,
    providers,
    passwords,
    limits: makeLimits(attempts, budgets, settings),
  };
  const sweeper = startSweeper(db, log);
  const router = await openRouterEntrance(settings, { db, keys, log });
  const server = await startSubgraph({
    name: "users",
    sdl: readFileSync(new URL("../../schema/users.graphql", import.meta.url), "utf8"),
    resolvers,
    context: (facts) => makeContext(db, tools, facts),
    host: settings.HOST,
    port: settings.USERS_PORT,
    verify,
    router: router?.auth,
    ready: observation.probe,
    skewSeconds: observation.clock.skewSeconds,
    internalRoutes: {
      ...events.internalRoutes,
      "GET /internal/revocations": revocationRoute(db),
      "POST /internal/mail-budget": mailBudgetRoute(budgets),
      "GET /oauth/google/callback": oauthCallbackRoute(tools, "GOOGLE"),
      "GET /oauth/github/callback": oauthCallbackRoute(tools, "GITHUB"),
      "GET /oauth/facebook/callback": oauthCallbackRoute(tools, "FACEBOOK"),
    },
    openRoutes: {
      "GET /.well-known/jwks.json": (_request, response) =>
        sendJson(response, 200, keys.published(), {
          "cache-control": `public, max-age=${keySetMaxAgeSeconds}, stale-while-revalidate=${keySetMaxAgeSeconds}`,
        }),
    },
    afterRequest: () => {
      events.wake();
      mails.wake();
    },
    observation,
    log,
  });
  log.info({ url: server.url }, "The users subgraph is listening.");
  return {
    url: server.url,
    drain: makeDrain(drainSeconds(settings), server.drain),
    close: async () => {
      await server.close();
      await Promise.all([events.close(), mails.close(), sweeper.close()]);
      await Promise.all([mailer.close(), attempts.close()]);
      await router?.close();
      keys.close();
      await observation.close();
      await database.close();
    },
  };
}

/** For another router than our gateway: users' own access tokens, verified against our own keys and revocations. */
async function openRouterEntrance(
  settings: Settings,
  { db, keys, log }: { db: Db; keys: AccessKeys; log: Log },
): Promise<{ auth: ExternalRouterAuth; close(): Promise<void> } | undefined> {
  const secret = settings.ROUTER_SECRET;
  if (secret === undefined) return undefined;
  const verifier = await openAccessVerifier({
    source: {
      keys: async () => keys.published(),
      revocations: (asOf) => readRevocations(db, asOf === undefined ? undefined : new Date(asOf)),
      close: async () => {},
    },
    issuer: settings.TOKEN_ISSUER,
    audience: settings.TOKEN_AUDIENCE,
    log,
  });
  const viewerOf = async (accessToken: string) => (await verifier.verify(accessToken)).viewer;
  return { auth: { secret, viewerOf }, close: () => verifier.close() };
}
