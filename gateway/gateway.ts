import cluster from "node:cluster";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Redis } from "ioredis";
import { type AccessVerifier, httpAccessTokenSource, openAccessVerifier } from "#platform/auth/access-tokens.ts";
import { readInternalKey } from "#platform/auth/internal-tokens.ts";
import type { Running } from "#platform/config/run-service.ts";
import { makeRateLimit } from "#platform/graphql/rate-limit.ts";
import { type HttpHandler, header, sendJson, serveHttp } from "#platform/http/http-server.ts";
import { type Log, openLog } from "#platform/observability/log.ts";
import { serveMetrics } from "#platform/observability/metrics.ts";
import { openTracing } from "#platform/observability/tracing.ts";
import { ApiError, pathNotFound } from "#platform/shop/api-error.ts";
import { makeIdentity } from "./auth/identity.ts";
import { type GatewayEnv, readGatewayEnv } from "./env.ts";
import { makeDataSource } from "./executor/data-source.ts";
import { makeAnswerOperation } from "./executor/execute-operation.ts";
import { makeSubgraph, type Subgraph } from "./executor/subgraph-client.ts";
import { openSupergraph } from "./executor/supergraph.ts";
import { openTransport } from "./executor/transport.ts";
import { makeClientOf } from "./http/client-address.ts";
import { makeCors, securityHeaders, strictTransport } from "./http/cors.ts";
import { sendRefusal, tellRefusal } from "./http/error-response.ts";
import { makeExplorer } from "./http/explorer.ts";
import { makeGraphRoute } from "./http/graphql-route.ts";
import { makeHealth } from "./http/health.ts";
import { type GatewayMetrics, makeGatewayMetrics } from "./http/metrics.ts";
import { watchOverload } from "./http/overload.ts";
import { makePassage } from "./http/passthrough.ts";
import { openDocuments, readManifest } from "./operations/documents.ts";
import { openOperations } from "./operations/operation.ts";
import { offerMetrics, startWorkers } from "./workers.ts";

/**
 * Starts the gateway; it starts whichever subgraphs are up. With GATEWAY_WORKERS above 1 that many processes share the port.
 *
 * @throws {Error} for a bad variable, a bad supergraph, or a taken port.
 */
export async function startGateway(
  variables: Record<string, string | undefined>,
  options: { log?: Log } = {},
): Promise<Running> {
  const env = readGatewayEnv(variables);
  const { worker } = cluster;
  const ownLog = options.log ?? openLog("gateway", env.LOG_LEVEL);
  const log = worker === undefined ? ownLog : ownLog.child({ worker: worker.id });
  if (cluster.isPrimary && env.GATEWAY_WORKERS > 1) return startWorkers(env, variables, log);

  const metrics = makeGatewayMetrics();
  const graph = await openGraph(env, metrics, log);
  const access = await openAccess(env, graph.subgraphs, log);
  const identity = makeIdentity(access.signer, access.verifier);
  const redis =
    env.REDIS_URL === undefined || !env.RATE_LIMIT_ENABLED ? undefined : await openRedis(env.REDIS_URL, log);
  const rate = env.RATE_LIMIT_ENABLED
    ? makeRateLimit({ name: "agora-gateway", perSecond: env.RATE_LIMIT_RPS, burst: env.RATE_LIMIT_BURST, redis })
    : undefined;
  const tracing = await openTracing("gateway", env.OTEL_EXPORTER_OTLP_ENDPOINT);
  const overload = watchOverload(env.REQUESTS_IN_FLIGHT_MAX);
  const health = makeHealth(graph.addresses, () => access.verifier?.state() ?? "ok");

  const handler = makeHandler({
    env,
    log,
    health,
    keySet: () => access.verifier?.keySet(),
    explorer: env.EXPLORER_ENABLED ? await makeExplorer() : undefined,
    passage: makePassage(graph.subgraphs, identity.guest, { testing: env.NODE_ENV !== "production" }),
    serveGraph: makeGraphRoute({
      identity,
      documents: graph.documents,
      operations: graph.operations,
      answerOperation: graph.answerOperation,
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
  log.info({ url: server.url }, `The gateway answers at ${server.url}/graphql.`);
  return {
    url: server.url,
    close: async () => {
      health.drain();
      await server.close();
      await metricsServer?.close(0);
      await access.verifier?.close();
      await graph.close();
      await health.close();
      overload.close();
      redis?.disconnect();
      await tracing?.close();
    },
  };
}

/** The supergraph, its subgraphs, and what answers operations on them. */
async function openGraph(env: GatewayEnv, metrics: GatewayMetrics, log: Log) {
  const subgraphs = new Map<string, Subgraph>();
  const addresses = new Map<string, readonly URL[]>();
  const supergraph = await openSupergraph(
    readFileSync(env.SUPERGRAPH_PATH, "utf8"),
    ({ name, url }) => {
      const urls = env.addressesOf(name, url);
      const subgraph = makeSubgraph(name, openTransport(urls), metrics.observeFetch);
      subgraphs.set(name, subgraph);
      addresses.set(name, urls);
      return makeDataSource(subgraph);
    },
    log,
  );
  const operations = openOperations(supergraph, { introspection: env.INTROSPECTION_ENABLED });
  metrics.watch(subgraphs, operations);
  const trusted =
    env.TRUSTED_DOCUMENTS_PATH === undefined ? new Map<string, string>() : readManifest(env.TRUSTED_DOCUMENTS_PATH);
  return {
    subgraphs,
    addresses,
    operations,
    documents: openDocuments(trusted, { trustedOnly: env.TRUSTED_DOCUMENTS_ONLY }),
    answerOperation: makeAnswerOperation(subgraphs, log),
    close: async () => {
      await supergraph.stop();
      await Promise.all([...subgraphs.values()].map(({ transport }) => transport.close()));
    },
  };
}

/** Who signs for the hop, and who verifies people's tokens. Another graph has no users subgraph of ours to ask. */
async function openAccess(env: GatewayEnv, subgraphs: ReadonlyMap<string, Subgraph>, log: Log) {
  const signer = env.INTERNAL_KEY === undefined ? undefined : await readInternalKey("gateway", env.INTERNAL_KEY);
  let verifier: AccessVerifier | undefined;
  if (signer !== undefined && subgraphs.has("users")) {
    verifier = await openAccessVerifier({
      source: httpAccessTokenSource(
        signer,
        env.addressesOf("users").map((url) => url.href),
      ),
      issuer: env.TOKEN_ISSUER,
      audience: env.TOKEN_AUDIENCE,
      log,
    });
  }
  return { signer, verifier };
}

const redisTimeoutMs = 1_000;

/** Waits a second at most: the gateway starts without Redis too. */
async function openRedis(url: string, log: Log): Promise<Redis> {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, connectTimeout: redisTimeoutMs });
  redis.on("error", (error) => log.warn({ err: error }, "Redis is away; each process counts requests for itself."));
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
  readonly explorer: Awaited<ReturnType<typeof makeExplorer>> | undefined;
  readonly passage: ReturnType<typeof makePassage>;
  readonly serveGraph: ReturnType<typeof makeGraphRoute>;
};

const keySetSeconds = 60;

function makeHandler(parts: HandlerParts): HttpHandler {
  const { env, log, health } = parts;
  const clientOf = makeClientOf(env.TRUSTED_PROXIES);
  const cors = makeCors(env.CORS_TRUSTED_ORIGINS);
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
    if (url.pathname === "/health/ready") return health.answerReady(response);
    const arrival = { requestId, clientAddress, traceparent: viaProxy ? header(request, "traceparent") : undefined };
    if (url.pathname === "/graphql") {
      if (request.method === "OPTIONS") return cors.answerPreflight(request, response);
      return parts.serveGraph(request, response, url, arrival);
    }
    try {
      const passed = parts.passage(request, response, url, { ...arrival, userAgent: header(request, "user-agent") });
      if (passed !== undefined) return await passed;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      log.warn({ requestId, path: url.pathname, code: error.code }, "A request could not be passed on.");
      return sendRefusal(response, tellRefusal(error, requestId, "application/json"), "application/json");
    }
    if (url.pathname === "/.well-known/jwks.json" && parts.keySet() !== undefined) {
      return sendJson(response, 200, parts.keySet(), { "cache-control": `public, max-age=${keySetSeconds}` });
    }
    if (parts.explorer?.serve(request, response, url)) return;
    sendRefusal(response, tellRefusal(pathNotFound(), requestId, "application/json"), "application/json");
  };
}

/** The id that a trusted proxy has for the request already. */
function givenRequestId(request: IncomingMessage): string | undefined {
  return /^[\w-]{8,64}$/.exec(header(request, "x-request-id") ?? "")?.[0];
}
