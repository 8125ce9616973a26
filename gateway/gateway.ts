import cluster from "node:cluster";
import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Redis } from "ioredis";
import { z } from "zod";
import { type AccessVerifier, httpAccessTokenSource, openAccessVerifier } from "#platform/auth/access-tokens.ts";
import { readInternalKey } from "#platform/auth/internal-tokens.ts";
import { type Budgets, openBudgets } from "#platform/budgets/budgets.ts";
import { makeSharedStore } from "#platform/budgets/shared-store.ts";
import { clientNetwork } from "#platform/budgets/subjects.ts";
import { offsetClock } from "#platform/config/clock-offset.ts";
import { drainSeconds } from "#platform/config/env.ts";
import { makeDrain, type Running } from "#platform/config/run-service.ts";
import { makeRateLimit } from "#platform/graphql/rate-limit.ts";
import { type HttpHandler, header, sendJson, serveHttp } from "#platform/http/http-server.ts";
import { serveMetrics } from "#platform/http/metrics-server.ts";
import { type Log, openLog } from "#platform/observability/log.ts";
import { openTracing } from "#platform/observability/tracing.ts";
import { ApiError, pathNotFound } from "#platform/shop/api-error.ts";
import type { Transport } from "#platform/transport/transport.ts";
import { makeAuthenticator } from "./auth/authenticator.ts";
import { type GatewayEnv, readGatewayEnv } from "./env.ts";
import { makeCompiledExecutor } from "./executor/compiled-executor.ts";
import type { Executor } from "./executor/executor.ts";
import { makeSubgraph, type Subgraph } from "./executor/subgraph.ts";
import { makeSupergraph } from "./executor/supergraph.ts";
import { makeClientOf } from "./http/client-address.ts";
import { makeCors, securityHeaders, strictTransport } from "./http/cors.ts";
import { formatError, sendError, toApiError } from "./http/error-response.ts";
import { makeExplorer } from "./http/explorer.ts";
import { makeGraphqlRoute } from "./http/graphql-route.ts";
import { makeHealth } from "./http/health.ts";
import { type MailPages, makeMailPages } from "./http/mail-pages.ts";
import { type GatewayMetrics, makeGatewayMetrics } from "./http/metrics.ts";
import { type Overload, watchOverload } from "./http/overload.ts";
import { makePassthrough } from "./http/passthrough.ts";
import type { RequestContext } from "./http/request-context.ts";
import { openDocuments, readManifest } from "./operations/documents.ts";
import { openOperations } from "./operations/operation.ts";
import { openPlanner, type Planner } from "./operations/planner.ts";
import { openSubgraphTransport } from "./subgraph-transport.ts";
import { offerMetrics, startWorkers } from "./workers.ts";

const privateJwk = z.object({ d: z.string().min(32) });

/**
 * Starts the gateway; it starts whichever subgraphs are up. With GATEWAY_WORKERS above 1 that many processes share the port.
 *
 * @param options.planner one that the caller keeps; the gateway opens its own by default.
 * @param options.without the shortcuts that are left out, for benchmarks.
 * @throws {Error} for a bad variable, a bad supergraph, or a taken port.
 */
export async function startGateway(
  variables: Record<string, string | undefined>,
  options: { log?: Log; planner?: Planner; without?: Shortcuts } = {},
): Promise<Running> {
  const env = readGatewayEnv(variables);
  offsetClock(env);
  const { worker } = cluster;
  const ownLog = options.log ?? openLog("gateway", env.LOG_LEVEL);
  const log = worker === undefined ? ownLog : ownLog.child({ worker: worker.id });
  if (cluster.isPrimary && env.GATEWAY_WORKERS > 1) return startWorkers(env, variables, log);

  const metrics = makeGatewayMetrics();
  const redis = env.REDIS_URL === undefined ? undefined : await openRedis(env.REDIS_URL, log);
  const budgets = openBudgets({
    env,
    secret: privateJwk.optional().parse(env.INTERNAL_KEY)?.d ?? randomBytes(32).toString("base64url"),
    store: makeSharedStore(redis),
    metrics,
  });
  const planner = options.planner ?? openPlanner();
  const graph = await openGraph(env, metrics, planner, budgets, options.without);
  const access = await openAccess(env, graph.subgraphs, log);
  const authenticator = makeAuthenticator(access.signer, access.verifier);
  const rate = env.RATE_LIMIT_ENABLED
    ? makeRateLimit({ name: "agora-gateway", perSecond: env.RATE_LIMIT_RPS, burst: env.RATE_LIMIT_BURST, redis })
    : undefined;
  const pictureRate = env.RATE_LIMIT_ENABLED
    ? makeRateLimit({
        name: "agora-gateway-pictures",
        perSecond: env.RATE_LIMIT_RPS * picturesPerRequest,
        burst: env.RATE_LIMIT_BURST * picturesPerRequest,
        redis,
      })
    : undefined;
  const tracing = await openTracing("gateway", env.OTEL_EXPORTER_OTLP_ENDPOINT);
  const overload = watchOverload(env.REQUESTS_IN_FLIGHT_MAX);
  const health = makeHealth(graph.addresses, {
    revocations: () => access.verifier?.state() ?? "ok",
    skews: graph.skews,
  });

  const handler = makeHandler({
    env,
    log,
    health,
    keySet: () => access.verifier?.keySet(),
    overload,
    takeOtherPath: (address) => budgets.spend("other_paths", { address }),
    takePictureRate: (key) => pictureRate?.take(key),
    explorer: env.EXPLORER_ENABLED ? await makeExplorer() : undefined,
    mailPages: env.NODE_ENV !== "production" && env.STOREFRONT_URL === undefined ? makeMailPages() : undefined,
    passthrough: makePassthrough(graph.subgraphs, authenticator.guest, { sandbox: env.NODE_ENV !== "production" }),
    serveGraphql: makeGraphqlRoute({
      authenticator,
      documents: graph.documents,
      operations: graph.operations,
      executor: graph.executor,
      overload,
      takeRate: (key) => rate?.take(key),
      metrics,
      tracing,
      log,
    }),
  });
  const server = await serveHttp({
    host: env.HOST,
    port: env.GATEWAY_PORT,
    portName: "GATEWAY_PORT",
    onError: (error) => log.error({ err: error }, "A request failed."),
    handler,
  });
  if (cluster.isWorker) offerMetrics(metrics.registry);
  const metricsServer = cluster.isWorker
    ? undefined
    : await serveMetrics({
        read: () => metrics.registry.metrics(),
        contentType: metrics.registry.contentType,
        host: env.METRICS_HOST,
        port: env.GATEWAY_METRICS_PORT,
        portName: "GATEWAY_METRICS_PORT",
        log,
      });
  log.info({ url: server.url }, `The gateway is listening at ${server.url}/graphql.`);
  return {
    url: server.url,
    drain: makeDrain(drainSeconds(env), health.drain),
    close: async () => {
      health.drain();
      await server.close();
      await metricsServer?.close(0);
      await access.verifier?.close();
      await graph.close();
      if (options.planner === undefined) await planner.close();
      await health.close();
      overload.close();
      redis?.disconnect();
      await tracing?.close();
    },
  };
}

/** What executing requests saves, where it can. */
type Shortcuts = { readonly coalescing?: boolean };

/** The supergraph, its subgraphs, and what prepares and executes operations on them. */
async function openGraph(
  env: GatewayEnv,
  metrics: GatewayMetrics,
  planner: Planner,
  budgets: Budgets,
  without: Shortcuts = {},
) {
  const supergraphSdl = readFileSync(env.SUPERGRAPH_PATH, "utf8");
  const planned = await planner.open(supergraphSdl, {
    introspection: env.INTROSPECTION_ENABLED,
    suggestions: env.NODE_ENV === "development",
  });
  const supergraph = makeSupergraph(supergraphSdl, planned.apiSdl);
  const addresses = new Map(planned.subgraphs.map(({ name, url }) => [name, env.addressesOf(name, url)]));
  const subgraphs = new Map<string, Subgraph>();
  const transports = new Map<string, Transport>();
  for (const [name, urls] of addresses) {
    const { transport, send } = openSubgraphTransport(urls);
    transports.set(name, transport);
    subgraphs.set(name, makeSubgraph(name, send, metrics.observeFetch, without));
  }
  const executor =
    env.GATEWAY_EXECUTOR === "apollo" ? await openApollo(supergraphSdl, subgraphs) : makeCompiledExecutor(subgraphs);
  const operations = openOperations(supergraph, { planner: planned, budgets });
  metrics.watch(transports, operations);
  const trusted =
    env.TRUSTED_DOCUMENTS_PATH === undefined ? new Map<string, string>() : readManifest(env.TRUSTED_DOCUMENTS_PATH);
  return {
    subgraphs,
    addresses,
    /** By how much the clocks of the subgraphs' addresses are ahead of ours, where that is known. */
    skews: () =>
      Array.from(transports.values()).flatMap((transport) =>
        transport.addresses().flatMap(({ skewSeconds }) => skewSeconds ?? []),
      ),
    operations,
    executor,
    documents: openDocuments(trusted, { trustedOnly: env.TRUSTED_DOCUMENTS_ONLY }),
    close: async () => {
      await executor.close();
      await planned.close();
      await Promise.all(Array.from(transports.values(), (transport) => transport.close()));
    },
  };
}

/** Loaded only where it is used: Apollo's gateway and server take more memory than all the rest. */
async function openApollo(supergraphSdl: string, subgraphs: ReadonlyMap<string, Subgraph>): Promise<Executor> {
  const { openApolloExecutor } = await import("./executor/apollo-executor.ts");
  return openApolloExecutor(supergraphSdl, subgraphs);
}

/** The key for internal tokens, and the verifier of access tokens. A graph other than the shop's may have no users subgraph. */
async function openAccess(env: GatewayEnv, subgraphs: ReadonlyMap<string, Subgraph>, log: Log) {
  const signer = env.INTERNAL_KEY === undefined ? undefined : await readInternalKey("gateway", env.INTERNAL_KEY);
  let verifier: AccessVerifier | undefined;
  if (signer !== undefined && subgraphs.has("users")) {
    verifier = await openAccessVerifier({
      source: httpAccessTokenSource(signer, env.addressesOf("users")),
      issuer: env.TOKEN_ISSUER,
      audience: env.TOKEN_AUDIENCE,
      log,
    });
  }
  return { signer, verifier };
}

/** How many pictures an address may load for each other request. */
const picturesPerRequest = 20;
const redisTimeoutMs = 1_000;

/** Waits a second at most; the gateway also starts without Redis. */
async function openRedis(url: string, log: Log): Promise<Redis> {
  const { Redis: Client } = await import("ioredis");
  const redis = new Client(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, connectTimeout: redisTimeoutMs });
  redis.on("error", (error) =>
    log.warn({ err: error }, "Redis is unavailable. Each process counts requests on its own."),
  );
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, redisTimeoutMs);
    for (const event of ["ready", "error"]) {
      redis.once(event, () => {
        clearTimeout(timer);
        resolve();
      });
    }
  });
  return redis;
}

type HandlerParts = {
  readonly env: GatewayEnv;
  readonly log: Log;
  readonly health: ReturnType<typeof makeHealth>;
  readonly keySet: () => unknown;
  readonly overload: Overload;
  /** Counts a request to a path that has no rate of its own. */
  readonly takeOtherPath: (clientAddress: string) => Promise<void>;
  /** A page shows dozens of pictures at once, each of which costs little. */
  readonly takePictureRate: (key: string) => Promise<void> | void;
  readonly explorer: Awaited<ReturnType<typeof makeExplorer>> | undefined;
  readonly mailPages: MailPages | undefined;
  readonly passthrough: ReturnType<typeof makePassthrough>;
  readonly serveGraphql: ReturnType<typeof makeGraphqlRoute>;
};

const keySetSeconds = 60;

function makeHandler(parts: HandlerParts): HttpHandler {
  const { env, log, health } = parts;
  const clientOf = makeClientOf(env.TRUSTED_PROXIES);
  const cors = makeCors(env.CORS_TRUSTED_ORIGINS, { development: env.NODE_ENV !== "production" });
  const decorate = (request: IncomingMessage, response: ServerResponse, requestId: string, viaProxy: boolean) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    response.setHeader("x-request-id", requestId);
    if (viaProxy && header(request, "x-forwarded-proto") === "https") {
      response.setHeader("strict-transport-security", strictTransport);
    }
    cors.decorate(request, response);
  };
  return async (request, response, url) => {
    const { address: clientAddress, viaProxy } = clientOf(request);
    const requestId = (viaProxy ? givenRequestId(request) : undefined) ?? randomUUID();
    decorate(request, response, requestId, viaProxy);
    if (url.pathname === "/health/live") return sendJson(response, 200, { status: "ok" });
    if (url.pathname === "/health/ready") return health.sendReady(response);
    const context: RequestContext = {
      requestId,
      clientAddress,
      userAgent: header(request, "user-agent"),
      traceparent: viaProxy ? header(request, "traceparent") : undefined,
    };
    if (url.pathname === "/graphql") {
      if (request.method === "OPTIONS") return cors.sendPreflight(request, response);
      if (parts.explorer?.redirect(request, response, url)) return;
      return parts.serveGraphql(request, response, url, context);
    }
    if (request.method === "OPTIONS" && parts.passthrough.takesUploads(url)) {
      return cors.sendPreflight(request, response, "PUT");
    }
    const reject = (error: ApiError) =>
      sendError(response, formatError(error, requestId, "application/json"), "application/json");
    try {
      parts.overload.check();
      if (parts.passthrough.isPicture(request, url)) await parts.takePictureRate(clientNetwork(clientAddress));
      else await parts.takeOtherPath(clientAddress);
      const forwarded = parts.passthrough.forward(request, response, url, context);
      if (forwarded !== undefined) return await forwarded;
    } catch (thrown) {
      const error = toApiError(thrown);
      if (!(error instanceof ApiError)) throw error;
      log.warn({ requestId, path: url.pathname, code: error.code }, "A request could not be forwarded.");
      return reject(error);
    }
    if (url.pathname === "/.well-known/jwks.json" && parts.keySet() !== undefined) {
      return sendJson(response, 200, parts.keySet(), { "cache-control": `public, max-age=${keySetSeconds}` });
    }
    if (parts.explorer?.serve(request, response, url)) return;
    if (parts.mailPages?.(request, response, url)) return;
    reject(pathNotFound());
  };
}

/** The id that a trusted proxy has given the request. */
function givenRequestId(request: IncomingMessage): string | undefined {
  return /^[\w-]{8,64}$/.exec(header(request, "x-request-id") ?? "")?.[0];
}
