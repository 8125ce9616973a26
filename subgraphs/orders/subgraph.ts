import { readFileSync } from "node:fs";
import { inbox, outbox } from "#drizzle/orders/tables.ts";
import { openExternalRouterAuth } from "#platform/auth/external-router-auth.ts";
import { makeInternalVerifier, readInternalKey } from "#platform/auth/internal-tokens.ts";
import { offsetClock } from "#platform/config/clock-offset.ts";
import { drainSeconds, isDevelopment } from "#platform/config/env.ts";
import { makeDrain, type Running } from "#platform/config/run-service.ts";
import { openDatabase } from "#platform/database/database.ts";
import { openMailTemplates } from "#platform/email/mail-templates.ts";
import { mailTimes, openMailer, startMails } from "#platform/email/mailer.ts";
import { startEvents } from "#platform/events/events.ts";
import { kafkaOptions } from "#platform/events/kafka-client.ts";
import { rabbitOptions } from "#platform/events/rabbitmq-settings.ts";
import { openObservation } from "#platform/graphql/observation.ts";
import { startSubgraph } from "#platform/graphql/subgraph-server.ts";
import { makeServiceClient } from "#platform/http/service-client.ts";
import { type Log, openLog } from "#platform/observability/log.ts";
import { openProductsClient } from "./clients/products-client.ts";
import { openUsersClient } from "./clients/users-client.ts";
import { formatVerifier, openVies } from "./clients/vat-register.ts";
import { makeContext } from "./context.ts";
import { openOrderMails } from "./emails/mail-admission.ts";
import { renderMail } from "./emails/order-emails.ts";
import { readOrdersEnv, readSeller, returnOrigins } from "./env.ts";
import { eventHandlers } from "./events/apply-events.ts";
import { invoiceRoutes } from "./invoice/pdf-route.ts";
import { openAfterSaleMetrics } from "./jobs/after-sale-metrics.ts";
import { startSweeper } from "./jobs/sweeper.ts";
import { openLimits } from "./order/open-limits.ts";
import { webhookRoutes } from "./payment/webhooks.ts";
import { openProviders } from "./payment-providers/open-providers.ts";
import { type TaxCalculator, tableCalculator } from "./pricing/tax-calculator.ts";
import { resolvers } from "./resolvers/resolvers.ts";
import type { Services } from "./services.ts";
import { openSettings } from "./settings/settings.ts";

/**
 * Starts the orders subgraph: the GraphQL server, the payment providers and their webhooks, the relays of its events and emails, and the sweeper.
 *
 * @param variables the process's environment. With ORDERS_PORT 0 a free port is used.
 * @param options.taxes calculates the tax; the shop's own table of rates by default.
 * @throws {Error} if a variable is invalid or the port is in use.
 */
export async function startOrders(
  variables: Record<string, string | undefined>,
  options: { log?: Log; onStatement?: (statement: string) => void; taxes?: TaxCalculator } = {},
): Promise<Running> {
  const env = readOrdersEnv(variables);
  offsetClock(env);
  const log = options.log ?? openLog("orders", env.LOG_LEVEL);
  const signer = await readInternalKey("orders", env.INTERNAL_KEY);
  const verify = await makeInternalVerifier("orders", env.INTERNAL_JWKS);
  const mailer = openMailer(env);
  const templates = openMailTemplates(env);
  const database = openDatabase({
    url: env.ORDERS_DATABASE_URL,
    applicationName: "orders",
    traced: env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    connectionsMax: env.DB_POOL_MAX,
    idleSeconds: env.DB_POOL_IDLE_SECONDS,
    prepared: env.DATABASE_PREPARED_STATEMENTS,
    ...(options.onStatement === undefined ? {} : { onStatement: options.onStatement }),
  });
  const { db } = database;
  const observation = await openObservation({
    service: "orders",
    host: env.METRICS_HOST,
    port: env.ORDERS_METRICS_PORT,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    database,
    log,
  });
  const limits = openLimits(env, observation.metrics, db);
  const payments = await openProviders(env, log);
  const clients = {
    products: makeServiceClient(signer, "products", env.SUBGRAPH_PRODUCTS_URL),
    users: makeServiceClient(signer, "users", env.SUBGRAPH_USERS_URL),
  };
  const services: Services = {
    db,
    products: openProductsClient(clients.products),
    users: openUsersClient(clients.users),
    providers: payments.providers,
    settings: openSettings(db, env.SHOP_COUNTRY),
    taxes: options.taxes ?? tableCalculator,
    vatNumbers: env.VAT_VERIFIER === "vies" ? openVies(env.VIES_URL, env.SHOP_VAT_NUMBER) : formatVerifier,
    tokenKey: env.TOKEN_KEY,
    orderTtlMs: env.ORDER_TTL * 1_000,
    limits,
    returnOrigins: returnOrigins(env),
    withdrawalCountries: new Set(env.WITHDRAWAL_COUNTRIES),
    invoices: { seller: readSeller(env), isAttached: env.INVOICE_ATTACH, publicUrl: env.PUBLIC_URL },
    afterSale: openAfterSaleMetrics(observation.metrics, db),
    log,
  };
  const events = await startEvents({
    name: "orders",
    db,
    outbox,
    inbox,
    handlers: eventHandlers,
    batches: { types: ["stock.sold", "stock.released"] },
    signer,
    addresses: { products: env.SUBGRAPH_PRODUCTS_URL },
    rabbitmq: rabbitOptions(env),
    kafka: kafkaOptions(env),
    tracing: observation.tracing,
    log,
  });
  observation.countDeadLetters("broker", events.deadLetters);
  const orderMails = openOrderMails({ db, limits, users: services.users });
  const mailOptions = { db, tokenKey: env.TOKEN_KEY, templates, storefrontUrl: env.STOREFRONT_URL };
  const mails = startMails({
    db,
    outbox,
    mailer,
    admit: orderMails.admit,
    render: async (row) => renderMail(mailOptions, row, await orderMails.orderOf(row)),
    logLinks: isDevelopment(env),
    tracing: observation.tracing,
    log,
    limits: mailTimes(env),
  });
  const wake = () => {
    events.wake();
    mails.wake();
    payments.wake();
  };
  const sweeper = startSweeper(services, wake);
  const router = await openExternalRouterAuth(env, env.SUBGRAPH_USERS_URL, signer, log);
  const server = await startSubgraph({
    name: "orders",
    sdl: readFileSync(new URL("../../schema/orders.graphql", import.meta.url), "utf8"),
    resolvers,
    context: (facts) => makeContext(services, facts),
    host: env.HOST,
    port: env.ORDERS_PORT,
    verify,
    router: router?.auth,
    ready: observation.probe,
    skewSeconds: observation.clock.skewSeconds,
    internalRoutes: {
      ...events.internalRoutes,
      ...webhookRoutes(services),
      ...invoiceRoutes(services),
      ...payments.internalRoutes,
    },
    afterRequest: () => {
      wake();
      sweeper.wake();
    },
    observation,
    log,
  });
  log.info({ url: server.url }, "The orders subgraph is listening.");
  return {
    url: server.url,
    drain: makeDrain(drainSeconds(env), server.drain),
    close: async () => {
      await server.close();
      await sweeper.close();
      await Promise.all([events.close(), mails.close()]);
      await Promise.all([payments.close(), mailer.close(), clients.products.close(), clients.users.close()]);
      await router?.close();
      await observation.close();
      await database.close();
    },
  };
}
